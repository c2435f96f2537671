/**
 * What may happen next. An outcome is one permitted way for a call to return: the clauses that permit it, a pattern
 * for the result, and the states that follow once the result is seen. Machines are written with the builders below
 * and with nothing else, because a builder knows its clause: that is what lets every clause be relaxed by name.
 *
 * Conventions: `c` is the context of the call, `s` a state, `seen` the result that the system gave.
 */

import type { ClauseId, Result } from '#spec/index';
import type { Choices, Narrowing } from './choices.ts';

/** A breach of the relaxed clause: where it happened and what was seen, without values, handles or counts. */
export interface Breach {
  readonly clause: ClauseId;
  /** The operation to blame, which need not be the one that showed the effect. */
  readonly operation: string;
  /** Class of what was observed, for example `success` or `completion missing`. */
  readonly observed: string;
  /** What was permitted instead, readable. */
  readonly permitted: readonly string[];
  /** The abstract facts of the state, by name (interface.json, `situations`). */
  readonly situation: Readonly<Record<string, string>>;
}

/** One state that follows, and what seeing it proves. */
export interface Successor<S> {
  readonly state: S;
  /** Values of variation points that this observation rules out. */
  readonly narrows: readonly Narrowing[];
  /** Clauses whose relaxation would have permitted another observation here. */
  readonly exercised: readonly ClauseId[];
  /** Clauses exercised only if the system becomes quiet while the caller still waits: a settle must follow. */
  readonly wakes?: readonly ClauseId[];
  readonly breach: Breach | null;
}

/** One permitted way for a call to return, or to go on. */
export interface Outcome<S> {
  /** The clauses that permit it, most specific first. Never empty. */
  readonly clauses: readonly [ClauseId, ...ClauseId[]];
  /** The result pattern for people. */
  readonly permits: string;
  /** True when it need not have happened although the system is quiet. */
  readonly may: boolean;
  /** The states that follow when `seen` was the result; none when the pattern does not fit. */
  readonly accept: (seen: Result) => readonly Successor<S>[];
  /** Why `seen` does not fit, in words without values. */
  readonly why: (seen: Result) => string;
  /** A result that it accepts; the generator and the explorer walk by it. Absent when walking needs none. */
  readonly sample?: () => Result;
  /** The call has done a part of its work and goes on as this; the pattern is not looked at. */
  readonly phase?: unknown;
}

/** What a call knows about its surroundings. Reused by the fold between calls: never keep a reference. */
export interface Context {
  /** Values of each variation point still possible. */
  choices: Choices;
  /** The clause that is not held against the system, if any. */
  relaxed: ClauseId | null;
  /** Does the edition in force contain this clause? */
  readonly states: (clause: ClauseId) => boolean;
  /** The acting thread or process. */
  actor: string;
  /** Moment of the event looked at, in microseconds. */
  nowUs: number;
  /** Moment at which this call began, in microseconds. */
  beganUs: number;
  /** How far a phased call has come; null at its beginning. */
  phase: unknown;
  /** True when no other call is under way. */
  alone: boolean;
  /** Clock granularity: a deadline may be seen this much early. */
  readonly granularityUs: number;
  /** A deadline is obligatory at a settle this long after it. */
  readonly slackUs: number;
}

const nothing: readonly never[] = [];

/** The single state that follows, with nothing proved by it. */
export const to = <S>(
  state: S,
  exercised: readonly ClauseId[] = nothing,
  narrows: readonly Narrowing[] = nothing,
  breach: Breach | null = null,
): Successor<S> => ({ state, narrows, exercised, breach });

/** Why a result does not fit a pattern, by class and without values. */
export const classOf = (seen: Result): string =>
  seen.error !== undefined ? seen.error : seen.skipped !== undefined ? 'not called' : 'success';

/** Succeeds, whatever the result holds beside the absence of an error. */
export const succeeds = <S>(
  clause: ClauseId,
  next: (seen: Result) => readonly Successor<S>[],
  sample?: () => Result,
): Outcome<S> => ({
  clauses: [clause],
  permits: 'success',
  may: false,
  accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? next(seen) : nothing),
  why: (seen) => classOf(seen),
  ...(sample && { sample }),
});

/** Refuses with any error; nothing changes. For operations that no clause judges. */
export const mayFail = <S>(clause: ClauseId, next: S): Outcome<S> => ({
  clauses: [clause],
  permits: 'any error',
  may: true,
  accept: (seen) => (seen.error !== undefined ? [to(next)] : nothing),
  why: (seen) => classOf(seen),
});

/** The agent did not make the call; nothing changes. */
export const skips = <S>(clause: ClauseId, next: S): Outcome<S> => ({
  clauses: [clause],
  permits: 'not called',
  may: true,
  accept: (seen) => (seen.skipped !== undefined ? [to(next)] : nothing),
  why: (seen) => classOf(seen),
});

/** Returns exactly this symbolic value or error, as the clause demands; any other when the clause is relaxed. */
export const returns = <S>(
  c: Context,
  clause: ClauseId,
  expected: Result,
  next: (seen: Result) => S,
  options: {
    readonly operation: string;
    readonly situation?: Readonly<Record<string, string>>;
    readonly narrows?: readonly Narrowing[];
    readonly may?: boolean;
  },
): Outcome<S> => {
  const permits = expected.error ?? `${expected.value ?? 'success'}`;
  const fits = (seen: Result) =>
    seen.error === expected.error && (expected.value === undefined || seen.value === expected.value);
  return {
    clauses: [clause],
    permits,
    may: options.may ?? false,
    accept: (seen) =>
      fits(seen)
        ? [to(next(seen), [clause], options.narrows)]
        : c.relaxed === clause
          ? [
              to(next(seen), nothing, nothing, {
                clause,
                operation: options.operation,
                observed: classOf(seen),
                permitted: [permits],
                situation: options.situation ?? {},
              }),
            ]
          : nothing,
    why: (seen) =>
      seen.error === undefined && expected.error === undefined ? 'another value' : classOf(seen),
    sample: () => expected,
  };
};

/** One condition under which a call refuses. */
export interface Refusal {
  /** The sentence that demands a refusal. */
  readonly demands: ClauseId;
  /** The sentence that names the error; the same one when the demand names it. */
  readonly names: ClauseId;
  /** Symbolic errno; `any` where the documents name none. */
  readonly error: string;
  /** Holds only under these values of a variation point: seeing it proves them, success proves the others. */
  readonly when?: Narrowing;
  /** Holds in any case, but the document leaves the error to the system: seeing this one proves the choice. */
  readonly binds?: Narrowing;
  /** Resources and races: never forbids success. */
  readonly may?: boolean;
}

/** What a set of unordered refusals leaves: which errors fit, and whether success is still permitted. */
export interface Permission {
  /** Success is forbidden by these; empty when it is permitted. */
  readonly musts: readonly Refusal[];
  /** What success proves about variation points. */
  readonly successNarrows: readonly Narrowing[];
}

/**
 * No document says which error wins when several conditions hold: any applicable error is permitted, and success only
 * when no *must* refusal applies. A refusal under a variation point narrows that point alone, and success narrows every
 * such point to the complement: exact, without a product over the points.
 */
export const permission = (
  choices: Choices,
  full: (point: number) => number,
  refusals: readonly Refusal[],
): Permission => {
  let musts: Refusal[] | null = null;
  let narrows: Narrowing[] | null = null;
  for (const refusal of refusals) {
    if (refusal.may) continue;
    if (refusal.when === undefined) {
      musts = musts ?? [];
      musts.push(refusal);
      continue;
    }
    const [point, mask] = refusal.when;
    const open = choices[point] ?? 0;
    const rest = full(point) & ~mask;
    if ((open & mask) === 0) continue;
    if ((open & rest) === 0) {
      musts = musts ?? [];
      musts.push(refusal);
    } else {
      narrows = narrows ?? [];
      narrows.push([point, rest]);
    }
  }
  return { musts: musts ?? nothing, successNarrows: narrows ?? nothing };
};
