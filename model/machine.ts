/**
 * What a machine is: where it starts, what a call may do, what happens by itself, what a settle establishes. The fold,
 * the explorer and the generator know machines only through this interface.
 */

import type { ClauseId, Step } from '#spec/index';
import type { Points } from './choices.ts';
import type { Context, InternalStep, Outcome } from './outcome.ts';
import type { Shape } from './shape.ts';

/** A named result that a program may use. */
export interface HandleInfo {
  readonly name: string;
  /** Kind of handle, as interface.json names it. */
  readonly kind: string;
  readonly open: boolean;
}

/** Something that has to hold in every state. */
export interface Invariant<S> {
  /** The statement, in words. */
  readonly name: string;
  readonly holds: (s: S) => boolean;
}

/** A labelled transition system over calls, internal steps and settles. States are values: never changed. */
export interface Machine<S> {
  readonly interface: string;
  readonly points: Points;
  /** Clauses that outcomes of this machine cite, and that can be relaxed. */
  readonly clauses: readonly ClauseId[];
  readonly initial: S;
  /** Every permitted way for the call to return from this state; none means that the call blocks here. */
  readonly call: (c: Context, s: S, step: Step) => readonly Outcome<S>[];
  /** Steps nobody calls (delivery, timers). Absent when everything is an obligation. */
  readonly internal?: (c: Context, s: S) => readonly InternalStep<S>[];
  /** The state once everything that happens by itself has happened. */
  readonly settled: (s: S) => S;
  /** What a state is made of: equal states are made of the same. Asked only when several live or a call overlaps. */
  readonly shape: Shape<S>;
  /** What the explorer checks in every state that it reaches. */
  readonly invariants?: readonly Invariant<S>[];
  /** How specific a clause is when several could explain a trace; smaller is more specific. Default 10. */
  readonly breadth?: (clause: ClauseId) => number;
  /** What programs may refer to in this state, for whoever writes programs. */
  readonly handles: (s: S) => readonly HandleInfo[];
  /** Actors that have ended. */
  readonly gone: (s: S) => readonly string[];
}
