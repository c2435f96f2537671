/**
 * The descriptors of one program: names, numbers, and numbers that are not used again.
 *
 * A closed handle has to stay closed for every later message of its program, but the kernel gives the lowest free
 * number, and Node opens descriptors of its own at any moment. So each descriptor is moved at once to a number in a
 * region that nobody else uses, rising from the first to the last of a program: one fcntl and one close, about a
 * microsecond beside the twenty of a ring.
 */

import type { Answer, Libc } from './libc.ts';
import type { Ring } from './ring.ts';

/** What a name of a program denotes. */
export interface Descriptor {
  readonly number: number;
  /** The ring behind it, if it is one. */
  readonly ring: Ring | null;
  open: boolean;
}

/** The process may not open as many descriptors as a program needs. */
class NoDescriptors extends Error {
  override readonly name = 'NoDescriptors';
}

const F_GETFD = 1;
const F_DUPFD_CLOEXEC = 1030;

/** Candidates for the first number of the region, best first: a limit of 256 descriptors is the least we live with. */
const bases = [4096, 900, 512, 192] as const;

/** The first number of the region, or nothing when the process may open too few descriptors. */
export const findRegion = (libc: Libc): number | undefined =>
  bases.find((base) => {
    const probe = libc.fcntl(0, F_DUPFD_CLOEXEC, base);
    if (probe < 0) return false;
    libc.close(probe);
    return probe === base && libc.fcntl(base - 1, F_GETFD) < 0;
  });

/** The lowest free number from `from` on; nothing stays open. */
export const lowestFree = (libc: Libc, from: number): Answer => {
  const number = libc.fcntl(0, F_DUPFD_CLOEXEC, from);
  if (number >= 0) libc.close(number);
  return number;
};

/** Numbers that no handle has, by their names in programs. */
const OUT_OF_RANGE = 0x7fff_ffff;

export class Descriptors {
  readonly #libc: Libc;
  readonly #base: number;
  readonly #named = new Map<string, Descriptor>();
  readonly #all: Descriptor[] = [];
  #next: number;

  constructor(libc: Libc, base: number) {
    this.#libc = libc;
    this.#base = base;
    this.#next = base;
  }

  get all(): readonly Descriptor[] {
    return this.#all;
  }

  get(name: string): Descriptor | undefined {
    return this.#named.get(name);
  }

  /** Gives a new descriptor, wherever the kernel put it, a number of its own and a name. */
  adopt(fd: number, ring: Ring | null, name: string | undefined): Descriptor {
    const number = this.duplicate(fd);
    this.#libc.close(fd);
    if (number < 0)
      throw new NoDescriptors(`a program needs more descriptors: ${this.#libc.errorName(-number)}`);
    return this.bind(number, ring, name);
  }

  /** A second descriptor of the same thing, on a number of its own; not yet bound. */
  duplicate(fd: number): Answer {
    const number = this.#libc.fcntl(fd, F_DUPFD_CLOEXEC, this.#next);
    if (number >= 0) this.#next = number + 1;
    return number;
  }

  bind(number: number, ring: Ring | null, name: string | undefined): Descriptor {
    const descriptor: Descriptor = { number, ring, open: true };
    this.#all.push(descriptor);
    if (name !== undefined) this.#named.set(name, descriptor);
    return descriptor;
  }

  /** The number that a message to `name` carries: of a handle, open or closed, or one that is nobody's. */
  target(name: string): number {
    if (name === '@minus-one') return -1;
    if (name === '@out-of-range') return OUT_OF_RANGE;
    return this.#named.get(name)?.number ?? this.#base - 1;
  }
}
