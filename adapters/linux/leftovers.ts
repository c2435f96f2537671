/**
 * Descriptors that a program left behind.
 *
 * Listing /proc/self/fd after every program would cost more than most programs. Every descriptor that a program
 * asks for is closed by its number, and the answer looked at (program-run.ts); what can be left is something that
 * nobody asked for, and the kernel gives that the lowest free number. So only this number is asked for, here and in
 * the region of programs, and the list is read when one of them is not as it was.
 */

import { readdirSync, readlinkSync } from 'node:fs';
import { lowestFree } from './descriptors.ts';
import type { Libc } from './libc.ts';

export class Leftovers {
  readonly #libc: Libc;
  readonly #region: number;
  #lowest: number;
  #open: ReadonlyMap<number, string>;

  constructor(libc: Libc, region: number) {
    this.#libc = libc;
    this.#region = region;
    this.#lowest = lowestFree(libc, 0);
    this.#open = openDescriptors();
  }

  /**
   * What is open now and was not before the last program.
   *
   * @param quiet - No thread is starting: Node reads files then, on descriptors like any other.
   */
  find(quiet: boolean): readonly string[] {
    if (!quiet) return [];
    const lowest = lowestFree(this.#libc, 0);
    if (lowest === this.#lowest && lowestFree(this.#libc, this.#region) === this.#region) return [];
    this.#lowest = lowest;
    const before = this.#open;
    this.#open = openDescriptors();
    return [...this.#open]
      .filter(([number, target]) => before.get(number) !== target && !isNodes(target))
      .map(([number, target]) => `descriptor ${number}: ${target}`);
  }
}

/** What Node opens for the threads of actors, at any moment; and we, to see whether one sleeps. */
const ofNode = /^(anon_inode:\[(eventpoll|eventfd)\]|pipe:|socket:|\/dev\/null$|\/proc\/)/;

/** libuv has rings of its own where it is told to. */
const nodeHasRings = Number(process.env.UV_USE_IO_URING ?? 0) > 0;

const isNodes = (target: string): boolean =>
  ofNode.test(target) || (nodeHasRings && target === 'anon_inode:[io_uring]');

const openDescriptors = (): ReadonlyMap<number, string> =>
  new Map(
    readdirSync('/proc/self/fd').flatMap((name) => {
      const target = targetOf(name);
      return target === undefined ? [] : [[Number(name), target]];
    }),
  );

/** Nothing for the descriptor that the listing itself had open. */
const targetOf = (name: string): string | undefined => {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return undefined;
  }
};
