/**
 * What a generator has to be told about an interface beyond its machine: which moves make sense where, and how a
 * program ends; and what statistics cannot tell without it. No verdict depends on a guide.
 */

import type { ClauseId, Step, TraceEvent } from '#spec/index';
import type { MadeCall } from '../unmade-calls.ts';
import type { KeptWitness } from '../witnesses.ts';
import type { Draw } from './draw.ts';
import type { Walk } from './walk.ts';

/** Several steps that belong together: a message is prepared and submitted. */
export interface Move<S, Swarm> {
  readonly name: string;
  /** How likely, in this state; 0 when it makes no sense. */
  readonly weight: (walk: Walk<S>, swarm: Swarm) => number;
  readonly write: (walk: Walk<S>, swarm: Swarm, draw: Draw) => void;
}

/** A hand-written body of one idea, and the clauses that it is meant to test. */
export interface Litmus {
  readonly name: string;
  readonly clauses: readonly ClauseId[];
  readonly body: readonly Step[];
}

/** An error of one operation that the result of another one reports. */
export interface ReportedError {
  readonly operation: string;
  readonly error: string;
}

/** How programs of one interface are written. */
export interface Guide<S = unknown, Swarm = unknown> {
  /** The features that this one program uses; leaving most out is what reaches deep states (swarm testing). */
  readonly swarm: (walk: Walk<S>, draw: Draw) => Swarm;
  /** The first steps. */
  readonly open: (walk: Walk<S>, swarm: Swarm, draw: Draw) => void;
  /** What an operation needs before it, beside the makers of its handles, to be tried alone; absent where none does. */
  readonly before?: (operation: string) => readonly Step[];
  readonly moves: readonly Move<S, Swarm>[];
  /**
   * What every program ends with, from its body alone: a settle, the end of every call still open, and a drain of
   * everything that could show something. No shrinker removes it.
   */
  readonly closing: (body: readonly Step[]) => readonly Step[];
  /**
   * Whether something keeps a call from being made although all that it names is there, after the calls that were made;
   * absent where nothing ever does.
   */
  readonly obstructed?: (step: Step, before: readonly MadeCall[]) => boolean;
  /** The shortest programs that could fail, one for each clause and point; found, not written. */
  readonly witnesses: readonly KeptWitness[];
  /** Hand-written programs that are worth as much. Directed generation starts from both. */
  readonly litmus: readonly Litmus[];
  /** Errors that results report of other calls, for the statistics. Absent where every call reports its own. */
  readonly reportedErrors?: (
    steps: readonly Step[],
    events: readonly TraceEvent[],
  ) => readonly ReportedError[];
  /**
   * How many reasons to refuse it met everything that a step set off, for the statistics. Absent where the outcomes of
   * the calls say so themselves.
   */
  readonly refusalsMet?: (before: S, after: S) => readonly number[];
}
