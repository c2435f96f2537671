/**
 * The state of a machine with user interrupts, as plain data, and the ways of a single interrupt through it: posted,
 * recognised, delivered. The highest recognised vector goes first, as in hardware.
 */

import type { Decisions } from './decisions.ts';
import type { Lies, Post } from './lies.ts';

export interface ThreadState {
  process: number;
  alive: boolean;
  acted: boolean;
  handler: boolean;
  /** Handlers registered so far. */
  registrations: number;
  /** The flag that CLUI and STUI set; null before the first of them. */
  delivery: boolean | null;
  /** Sent, and not noticed by the processor yet. */
  posted: number[];
  recognised: number[];
  /** What the handler noted since the last look. */
  log: number[];
  nested: number;
  /** Deliveries so far. */
  delivered: number;
}

/** What descriptors name. */
export interface OpenFile {
  readonly thread: number;
  readonly registration: number;
  readonly vector: number;
  references: number;
  freed: boolean;
}

export interface DescriptorState {
  readonly name: string;
  readonly process: number;
  readonly file: number;
  open: boolean;
  closeOnExec: boolean;
  readonly passed: boolean;
  readonly inherited: boolean;
}

/** One entry of a table of connections. */
export interface Entry {
  readonly index: number;
  readonly process: number;
  readonly thread: number;
  readonly target: number;
  readonly registration: number;
  readonly vector: number;
  /** -1 of a thread with itself. */
  readonly file: number;
  live: boolean;
  /** Copied by fork. */
  readonly child: boolean;
}

export interface KernelState {
  hardware: boolean;
  exhausted: boolean;
  /** By process: descriptors that may be open; null without a limit. */
  limits: (number | null)[];
  fileLimit: number | null;
  filledBy: number;
  threads: ThreadState[];
  files: OpenFile[];
  descriptors: DescriptorState[];
  entries: Entry[];
  /** What the names of a program stand for: index numbers, by process. */
  indexes: { readonly name: string; readonly process: number; readonly index: number }[];
}

export const ACTORS_MAX = 4;

const newThread = (): ThreadState => ({
  process: 0,
  alive: true,
  acted: false,
  handler: false,
  registrations: 0,
  delivery: null,
  posted: [],
  recognised: [],
  log: [],
  nested: 0,
  delivered: 0,
});

export const freshState = (): KernelState => ({
  hardware: true,
  exhausted: false,
  limits: [null],
  fileLimit: null,
  filledBy: -1,
  threads: Array.from({ length: ACTORS_MAX }, newThread),
  files: [],
  descriptors: [],
  entries: [],
  indexes: [],
});

export class Kernel {
  readonly state: KernelState;
  readonly decisions: Decisions;
  readonly lies: Lies;
  nowUs = 0;

  constructor(decisions: Decisions, lies: Lies, state: KernelState = freshState()) {
    this.state = state;
    this.decisions = decisions;
    this.lies = lies;
  }

  thread(number: number): ThreadState {
    return this.state.threads[number] as ThreadState;
  }

  /** Whether a thread receives now. */
  receives(thread: ThreadState): boolean {
    return thread.delivery ?? this.decisions.choice('delivery@start') === 'on';
  }

  /** A vector goes on its way; one that waits already may be the same. */
  post({ thread: number, vector }: Post): void {
    const thread = this.thread(number);
    if (!thread.alive) return;
    const waits = thread.posted.includes(vector) || thread.recognised.includes(vector);
    if (waits && this.decisions.draw('send of a vector that waits') === 'merged') return;
    thread.posted.push(vector);
  }

  /** The processor notices what was posted. */
  notify(thread: ThreadState): void {
    thread.recognised.push(...thread.posted);
    thread.posted = [];
  }

  /** Delivers everything that is recognised, as long as the thread receives. */
  deliver(thread: ThreadState): boolean {
    const { lies } = this;
    let delivered = false;
    while (
      thread.recognised.length > 0 &&
      thread.handler &&
      thread.alive &&
      this.state.hardware &&
      (this.receives(thread) || lies.deliversWhileOff?.(thread) === true)
    ) {
      const highest = Math.max(...thread.recognised);
      const vector = lies.next?.(highest, thread.recognised) ?? highest;
      thread.recognised.splice(thread.recognised.indexOf(vector), 1);
      thread.log.push(lies.shows?.(vector) ?? vector);
      thread.delivered += 1;
      lies.afterDelivery?.(thread, vector);
      delivered = true;
    }
    return delivered;
  }

  /** What a system has got round to when a step ends. Returns the threads that something was delivered to. */
  afterStep(): readonly number[] {
    return this.state.threads.flatMap((thread, number) => {
      if (thread.posted.length > 0 && this.decisions.draw('notification') === 'at-once') this.notify(thread);
      if (thread.recognised.length === 0 || this.decisions.draw('delivery') !== 'at-once') return [];
      return this.deliver(thread) ? [number] : [];
    });
  }

  /** Everything that happens by itself. */
  settle(): readonly number[] {
    return this.state.threads.flatMap((thread, number) => {
      this.notify(thread);
      return this.deliver(thread) ? [number] : [];
    });
  }
}
