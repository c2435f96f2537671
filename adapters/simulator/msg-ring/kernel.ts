/**
 * The state of one program's kernel: what exists, what is pending, what time it is. The chapters that act on it are
 * `queues.ts` (completions), `requests.ts` (what an entry comes to), `entering.ts` (threads that enter and wait),
 * `submitting.ts` (entries and batches) and `background.ts` (what happens by itself).
 */

import type { Errno } from '#spec/msg-ring/errno';
import type { Decisions } from './decisions.ts';
import { DescriptorTable } from './descriptors.ts';
import type { Lies } from './lies.ts';
import { type Completion, type Request, type Ring, Thread, type Waiter } from './ring.ts';

/** Pending work that needs nobody: a worker's request, a late completion, a poller's turn, a late wake-up. */
export type Work =
  | { readonly kind: 'issue'; readonly request: Request }
  | { readonly kind: 'post'; readonly ring: Ring; readonly completion: Completion }
  | { readonly kind: 'message'; readonly ring: Ring; readonly completion: Completion }
  | { readonly kind: 'poll'; readonly ring: Ring }
  | { readonly kind: 'wake'; readonly waiter: Waiter };

/** What has happened so far. Only lies read it: a truthful kernel has no use for it. */
export interface Ledger {
  /** Messages accepted. */
  accepted: number;
  /** The last message accepted, with its target. */
  last: Request | null;
  lastTarget: Ring | null;
  /** The error of the last message refused since a thread last submitted. */
  refusal: Errno | null;
}

/** The end of a call that blocked. */
export interface Return {
  readonly waiter: Waiter;
  readonly outcome: Outcome;
  readonly atUs: number;
}

export class Kernel {
  readonly decisions: Decisions;
  readonly lies: Lies;
  readonly descriptors = new DescriptorTable();
  readonly threads: readonly Thread[];
  /** Every ring made, in order; a ring without references stays here, dead. */
  readonly rings: Ring[] = [];
  /** Microseconds since the program began. */
  nowUs = 0;
  /** No memory can be had. */
  exhausted = false;
  /** What will happen by itself, in order of cause. */
  pending: Work[] = [];
  /** Rings where something happened since their waiters were last looked at. */
  touched: Ring[] = [];
  /** Calls that returned since the last event was recorded. */
  returned: Return[] = [];
  /** Waits under way on any ring. */
  waiting: Waiter[] = [];
  /** Source completions of the batch being taken, published at its end; null between batches. */
  batch: { readonly ring: Ring; readonly completion: Completion }[] | null = null;
  readonly ledger: Ledger = {
    accepted: 0,
    last: null,
    lastTarget: null,
    refusal: null,
  };
  constructor(decisions: Decisions, lies: Lies, threadCount: number) {
    this.decisions = decisions;
    this.lies = lies;
    this.threads = Array.from({ length: threadCount }, (_, index) => new Thread(index));
  }
}

/** What entering the kernel came to: a number of 0 or more, or the error. */
export type Outcome = number | Errno;
