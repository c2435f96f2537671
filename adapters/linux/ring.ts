/**
 * One io_uring instance as the process sees it: two queues in memory shared with the kernel. Everything here is
 * memory; the calls that make and enter rings are made by actors (calls.ts).
 *
 * Conventions: words are 32 bits. Heads and tails are free-running counters, compared modulo 2^32; whoever consumes
 * stores the head, whoever produces the tail.
 */

import { IORING_SETUP } from '#spec/msg-ring/flags';
import { IORING_OFF_SQES, IORING_SQ_CQ_OVERFLOW, IORING_SQ_NEED_WAKEUP } from './abi.ts';
import type { Answer, Libc } from './libc.ts';
import { encode, type MessageEntry, sqeWords } from './message.ts';
import { u64 } from './u64.ts';

/** One completion, as traces show it. */
export type Completion = {
  readonly user_data: string;
  /** Signed, 32 bits. */
  readonly res: number;
  /** Unsigned, 32 bits. */
  readonly flags: number;
};

/** Thrown when the memory of a ring is used after it was given back: a defect of the agent. */
class UnmappedRing extends Error {
  override readonly name = 'UnmappedRing';
}

const MAP_SHARED_POPULATE = 0x8001;

/** Where io_uring_setup says that things are: word indexes into struct io_uring_params. */
const at = {
  sqEntries: 0,
  cqEntries: 1,
  flags: 2,
  sqIdle: 4,
  features: 5,
  sq: { head: 10, tail: 11, flags: 14, array: 16 },
  cq: { head: 20, tail: 21, cqes: 25 },
} as const;

/** What a ring is asked to be. */
export interface RingWish {
  /** Entries of the submission queue. */
  readonly entries: number;
  /** Entries of the completion queue; 0 leaves it to the kernel. */
  readonly cqEntries: number;
  /** IORING_SETUP_* bits. */
  readonly flags: number;
  /** Milliseconds after which the kernel's polling thread goes to sleep. */
  readonly sqIdleMs: number;
}

export const writeWish = (params: Uint32Array, wish: RingWish, cqSizeFlag: number): void => {
  params.fill(0);
  params[at.cqEntries] = wish.cqEntries;
  params[at.flags] = wish.flags | (wish.cqEntries > 0 ? cqSizeFlag : 0);
  params[at.sqIdle] = wish.sqIdleMs;
};

export const featuresOf = (params: Uint32Array): number => params[at.features] as number;

interface Mapping {
  readonly words: Int32Array;
  readonly entries: Int32Array;
  readonly ranges: readonly (readonly [address: number, length: number])[];
}

export class Ring {
  readonly flags: number;
  readonly sqEntries: number;
  readonly cqEntries: number;
  /** Open descriptors of this ring; with the last one its memory has to go, or the kernel keeps the ring alive. */
  descriptors = 1;

  readonly #libc: Libc;
  readonly #sqHead: number;
  readonly #sqTail: number;
  readonly #sqFlags: number;
  readonly #cqHead: number;
  readonly #cqTail: number;
  readonly #cqes: number;
  readonly #cqeWords: number;
  #mapping: Mapping | null;
  /** Entries written so far; those from the published tail on are prepared and nobody's business yet. */
  #written = 0;

  /**
   * Maps the queues of the ring behind `fd`.
   *
   * @returns The ring, or the negative errno of mmap.
   */
  static map(libc: Libc, fd: number, params: Uint32Array): Ring | Answer {
    const word = (index: number) => params[index] as number;
    const cqeBytes = word(at.flags) & IORING_SETUP.CQE32 ? 32 : 16;
    const queueBytes = Math.max(
      word(at.sq.array) + 4 * word(at.sqEntries),
      word(at.cq.cqes) + cqeBytes * word(at.cqEntries),
    );
    const entryBytes = 4 * sqeWords * word(at.sqEntries);
    const queues = libc.mmap(queueBytes, MAP_SHARED_POPULATE, fd, 0);
    if (queues < 0) return queues;
    const entries = libc.mmap(entryBytes, MAP_SHARED_POPULATE, fd, IORING_OFF_SQES);
    if (entries < 0) {
      libc.munmap(queues, queueBytes);
      return entries;
    }
    return new Ring(libc, params, cqeBytes / 4, {
      words: new Int32Array(libc.view(queues, queueBytes)),
      entries: new Int32Array(libc.view(entries, entryBytes)),
      ranges: [
        [queues, queueBytes],
        [entries, entryBytes],
      ],
    });
  }

  private constructor(libc: Libc, params: Uint32Array, cqeWords: number, mapping: Mapping) {
    const word = (index: number) => params[index] as number;
    this.#libc = libc;
    this.flags = word(at.flags);
    this.sqEntries = word(at.sqEntries);
    this.cqEntries = word(at.cqEntries);
    this.#sqHead = word(at.sq.head) / 4;
    this.#sqTail = word(at.sq.tail) / 4;
    this.#sqFlags = word(at.sq.flags) / 4;
    this.#cqHead = word(at.cq.head) / 4;
    this.#cqTail = word(at.cq.tail) / 4;
    this.#cqes = word(at.cq.cqes) / 4;
    this.#cqeWords = cqeWords;
    this.#mapping = mapping;
    // Entries are used in the order of the queue, so the indirection is written once.
    const array = word(at.sq.array) / 4;
    for (let index = 0; index < this.sqEntries; index++) mapping.words[array + index] = index;
  }

  /** Whether the ring was set up with this flag, by its name in programs. */
  has(flag: keyof typeof IORING_SETUP): boolean {
    return (this.flags & IORING_SETUP[flag]) !== 0;
  }

  /** Writes the next free entry without publishing it; false when all are in use. */
  prepare(entry: MessageEntry): boolean {
    const { words, entries } = this.#memory;
    const head = Atomics.load(words, this.#sqHead);
    if (((this.#written - head) | 0) >= this.sqEntries) return false;
    encode(entries, (this.#written & (this.sqEntries - 1)) * sqeWords, entry);
    this.#written = (this.#written + 1) | 0;
    return true;
  }

  /** Entries written and not yet published. */
  get prepared(): number {
    return (this.#written - this.#published) | 0;
  }

  /** Shows the kernel this many more entries. */
  publish(count: number): void {
    Atomics.store(this.#memory.words, this.#sqTail, (this.#published + count) | 0);
  }

  /**
   * Takes entries back that the kernel did not consume: they stay prepared, and a polling thread that starts later
   * must not find them. Not for a ring whose polling thread runs.
   */
  retract(): void {
    const { words } = this.#memory;
    Atomics.store(words, this.#sqTail, Atomics.load(words, this.#sqHead));
  }

  /** Entries published and not yet consumed. */
  get unconsumed(): number {
    return (this.#published - Atomics.load(this.#memory.words, this.#sqHead)) | 0;
  }

  /** Whether the polling thread sleeps and has to be woken. */
  get needsWakeup(): boolean {
    return (Atomics.load(this.#memory.words, this.#sqFlags) & IORING_SQ_NEED_WAKEUP) !== 0;
  }

  /** Whether the kernel holds completions back because the queue was full. */
  get overflowing(): boolean {
    return (Atomics.load(this.#memory.words, this.#sqFlags) & IORING_SQ_CQ_OVERFLOW) !== 0;
  }

  /** Completions that became visible since the ring was made, modulo 2^32. */
  get posted(): number {
    return Atomics.load(this.#memory.words, this.#cqTail) >>> 0;
  }

  /** Completions visible and not yet consumed. */
  get visible(): number {
    const { words } = this.#memory;
    return (Atomics.load(words, this.#cqTail) - Atomics.load(words, this.#cqHead)) | 0;
  }

  /** Visible completions, which stay where they are. */
  peek(): readonly Completion[] {
    return this.#read(this.visible);
  }

  /** Consumes up to `max` visible completions. */
  reap(max: number): Completion[] {
    const completions = this.#read(Math.min(this.visible, max));
    if (completions.length > 0) {
      const { words } = this.#memory;
      Atomics.store(words, this.#cqHead, (Atomics.load(words, this.#cqHead) + completions.length) | 0);
    }
    return completions;
  }

  /**
   * Gives the memory back, and with it the last reference to the ring once its descriptors are closed. The views
   * are dropped first: touching one afterwards would end the process.
   */
  unmap(): void {
    const mapping = this.#mapping;
    this.#mapping = null;
    for (const [address, length] of mapping?.ranges ?? []) this.#libc.munmap(address, length);
  }

  get mapped(): boolean {
    return this.#mapping !== null;
  }

  /** The first `count` visible completions. */
  #read(count: number): Completion[] {
    const { words } = this.#memory;
    const head = Atomics.load(words, this.#cqHead);
    const completions: Completion[] = [];
    for (let index = 0; index < count; index++) {
      const cqe = this.#cqes + ((head + index) & (this.cqEntries - 1)) * this.#cqeWords;
      completions.push({
        user_data: u64(words[cqe] as number, words[cqe + 1] as number),
        res: words[cqe + 2] as number,
        flags: (words[cqe + 3] as number) >>> 0,
      });
    }
    return completions;
  }

  get #published(): number {
    return Atomics.load(this.#memory.words, this.#sqTail);
  }

  get #memory(): Mapping {
    if (this.#mapping === null) throw new UnmappedRing('the memory of a closed ring was used');
    return this.#mapping;
  }
}
