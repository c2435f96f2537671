/**
 * Descriptors that a program left behind.
 *
 * Listing /proc/self/fd after every program would cost more than the program. Instead two numbers are asked for:
 * the lowest free one of all, and the lowest free one of the region that programs use (descriptors.ts). Nothing can
 * be left in the region unless the second is not its first number; only when one of them is not as it was, the
 * list is read to see what it is.
 */

import { readdirSync, readlinkSync } from 'node:fs';
import { lowestFree } from './descriptors.ts';
import type { Libc } from './libc.ts';

export class Leftovers {
  readonly #libc: Libc;
  readonly #region: number;
  #lowest: number;
  #rings: number;

  constructor(libc: Libc, region: number) {
    this.#libc = libc;
    this.#region = region;
    this.#lowest = lowestFree(libc, 0);
    this.#rings = openDescriptors().filter(isRing).length;
  }

  /** What is open now and was not before the last program. */
  find(): readonly string[] {
    const lowest = lowestFree(this.#libc, 0);
    const clean = lowest === this.#lowest && lowestFree(this.#libc, this.#region) === this.#region;
    if (clean) return [];
    this.#lowest = lowest;
    const open = openDescriptors();
    const rings = open.filter(isRing).length;
    const more = rings - this.#rings;
    this.#rings = rings;
    return [
      ...open
        .filter(({ number }) => number >= this.#region)
        .map(({ number, target }) => `descriptor ${number}: ${target}`),
      ...(more > 0 ? [`${more} more io_uring descriptor${more === 1 ? '' : 's'} than before`] : []),
    ];
  }
}

interface OpenDescriptor {
  readonly number: number;
  readonly target: string;
}

const isRing = ({ target }: OpenDescriptor): boolean => target.includes('[io_uring]');

const openDescriptors = (): readonly OpenDescriptor[] =>
  readdirSync('/proc/self/fd').flatMap((name) => {
    const target = targetOf(name);
    return target === undefined ? [] : [{ number: Number(name), target }];
  });

/** Nothing for the descriptor that the listing itself had open. */
const targetOf = (name: string): string | undefined => {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return undefined;
  }
};
