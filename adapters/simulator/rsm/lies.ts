/** Where a mutant can lie. Each hook is given what an honest system would do, and says what this one does instead. */

import type { Result } from '#spec/index';
import type { Incident } from '../stepwise-program.ts';
import type { HandleState, Kernel } from './kernel.ts';

export interface Lies {
  /** Who is signalled by a post. */
  readonly targets?: (
    honest: readonly HandleState[],
    on: HandleState,
    kernel: Kernel,
    single: boolean,
  ) => readonly HandleState[];
  /** Whether a post with the flag is dropped for this handle. */
  readonly drops?: (honest: boolean, target: HandleState, targets: readonly HandleState[]) => boolean;
  /** How many events a post leaves. */
  readonly adds?: (target: HandleState) => number;
  /** What a call returns; `handle` is null for a null pointer. */
  readonly returned?: (honest: Result, call: string, handle: HandleState | null, kernel: Kernel) => Result;
  readonly connected?: (made: HandleState, exporter: HandleState) => void;
  /** What a wait finds, before it blocks. */
  readonly available?: (honest: number, handle: HandleState, timeoutMs: number) => number;
  readonly consumes?: (honest: number, handle: HandleState) => number;
  /** Microseconds until a wait is over. */
  readonly lasts?: (honestUs: number, handle: HandleState) => number;
  readonly wakes?: (handle: HandleState, timeoutMs: number) => boolean;
  /** Waiters go on only when everything settles. */
  readonly wakesLate?: boolean;
  /** An event and a deadline come together, and the wait says that its time is over. */
  readonly coincides?: (handle: HandleState) => void;
  /** What a wait returns that ends without an event; it may take one all the same. */
  readonly ends?: (honest: Result, handle: HandleState) => Result;
  /** Whether an interruption reaches a wait. */
  readonly interrupts?: (honest: boolean, handle: HandleState) => boolean;
  readonly gate?: (honest: boolean, operation: string, handle: HandleState) => boolean;
  readonly afterGate?: (operation: string, handle: HandleState, kernel: Kernel) => void;
  readonly gets?: (honest: number, handle: HandleState) => number;
  readonly releases?: (honest: number, handle: HandleState) => number;
  readonly reports?: (honest: boolean, handle: HandleState) => boolean;
  readonly pollConsumes?: (honest: boolean, handle: HandleState) => boolean;
  readonly republished?: (handle: HandleState, kernel: Kernel) => void;
  readonly keepsPending?: (honest: boolean, handle: HandleState) => boolean;
  readonly incident?: (kernel: Kernel) => Incident | null;
}

export const honest: Lies = {};
