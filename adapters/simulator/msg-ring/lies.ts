/**
 * The points at which a mutant can lie. Each is a function of what the honest simulator is about to do and of the
 * kernel's state, and keeps nothing between calls; null is the truth and costs one comparison.
 */

import type { Errno } from '#spec/msg-ring/errno';
import type { OpenFile } from './descriptors.ts';
import type { Kernel, Outcome } from './kernel.ts';
import type { Completion, Request, Ring, Thread, Waiter } from './ring.ts';

/** Something that befell the system itself rather than the program. */
export interface Incident {
  readonly kind: 'died' | 'hung' | 'warning' | 'leak';
  readonly text: string;
}

export interface Lies {
  /** Whether a message goes out as soon as its entry is prepared. */
  readonly sendsWhenPrepared: ((kernel: Kernel, request: Request) => boolean) | null;
  /** How many entries a call that should take `honest` really takes. */
  readonly taken: ((honest: number, ring: Ring) => number) | null;
  /** What submission returns. */
  readonly submitted: ((honest: Outcome, kernel: Kernel, ring: Ring) => Outcome) | null;
  /** What a request is refused with; null accepts it. */
  readonly refusal:
    | ((honest: Errno | null, request: Request, target: OpenFile | null, kernel: Kernel) => Errno | null)
    | null;
  /** Whether a request that is refused posts its message all the same. */
  readonly postsRefused: ((refusal: Errno, request: Request, kernel: Kernel) => boolean) | null;
  /** The ring that an accepted message goes to. */
  readonly recipient: ((honest: Ring, request: Request, kernel: Kernel) => Ring) | null;
  /** How many completions an accepted message posts. */
  readonly copies: ((request: Request, target: Ring, kernel: Kernel) => number) | null;
  /** The completion that a message posts. */
  readonly payload:
    | ((honest: Completion, request: Request, target: Ring, kernel: Kernel) => Completion)
    | null;
  /** How many source completions a request posts. */
  readonly ownCopies: ((honest: number, res: number, request: Request, kernel: Kernel) => number) | null;
  /** The source completion of a request. */
  readonly own: ((honest: Completion, request: Request, kernel: Kernel) => Completion) | null;
  /** The ring that a source completion is posted on. */
  readonly ownRing: ((honest: Ring, res: number, request: Request, kernel: Kernel) => Ring) | null;
  /** Index at which a completion joins those visible. */
  readonly position: ((honest: number, ring: Ring) => number) | null;
  /** What becomes of completions that move out of an overflow list. */
  readonly flushed:
    | ((honest: readonly Completion[], ring: Ring, kernel: Kernel) => readonly Completion[])
    | null;
  /** Whether a request that came to this fails the rest of its chain. */
  readonly failsChain: ((honest: boolean, res: number, request: Request) => boolean) | null;
  /** Whether a waiter that has what it waits for notices. */
  readonly wakes: ((waiter: Waiter, kernel: Kernel) => boolean) | null;
  /** When the time of a wait is over, in microseconds since the program began. */
  readonly deadlineUs: ((honest: number, kernel: Kernel, ring: Ring) => number) | null;
  /** Whether the time of a wait is over when everything has settled. */
  readonly settleEndsTime: ((waiter: Waiter) => boolean) | null;
  /** Something done when everything has settled. */
  readonly atSettle: ((kernel: Kernel) => void) | null;
  /** Something done when a thread has ended. */
  readonly atExit: ((kernel: Kernel, thread: Thread) => void) | null;
  /** Something done when the last descriptor of a ring was closed. */
  readonly atRelease: ((kernel: Kernel, ring: Ring) => void) | null;
  /** What befell the system, looked at after each step. */
  readonly incident: ((kernel: Kernel) => Incident | null) | null;
}

/** No lie at any point. */
export const honest: Lies = {
  sendsWhenPrepared: null,
  taken: null,
  submitted: null,
  refusal: null,
  postsRefused: null,
  recipient: null,
  copies: null,
  payload: null,
  ownCopies: null,
  own: null,
  ownRing: null,
  position: null,
  flushed: null,
  failsChain: null,
  wakes: null,
  deadlineUs: null,
  settleEndsTime: null,
  atSettle: null,
  atExit: null,
  atRelease: null,
  incident: null,
};
