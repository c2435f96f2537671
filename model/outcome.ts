/**
 * What may happen next. An outcome is one permitted way for a call to return: the clauses that permit it, a pattern
 * for the result, and the states that follow once the result is seen. Machines are written with the builders below
 * and with nothing else, because a builder knows its clause: that is what lets every clause be relaxed by name.
 *
 * Conventions: `c` is the context of the call, `s` a state, `seen` the result that the system gave.
 */

import type { ClauseId, Result } from '#spec/index';
import type { Choices, Narrowing, Points } from './choices.ts';

/** The abstract facts of a state that a clause reads, by name (interface.json, `situations`). */
type Situation = Readonly<Record<string, string>>;

/** How far a call has come, as plain data: worlds whose phases are written alike count as one. */
export type Phase = string | number | boolean | readonly Phase[] | { readonly [name: string]: Phase };

/** A breach of the relaxed clause: where it happened and what was seen, without values, handles or counts. */
export interface Breach {
  readonly clause: ClauseId;
  /** The operation to blame, which need not be the one that showed the effect. */
  readonly operation: string;
  /** Class of what was observed, for example `success` or `completion missing`. */
  readonly observed: string;
  /** What was permitted instead, readable. */
  readonly permitted: readonly string[];
  readonly situation: Situation;
}

/** One state that follows, and what seeing it proves. */
export interface Successor<S> {
  readonly state: S;
  /** Values of variation points that this observation leaves possible. */
  readonly narrows: readonly Narrowing[];
  /** Clauses whose relaxation would have permitted another observation here. */
  readonly exercised: readonly ClauseId[];
  /** Clauses that oblige the call to return here: exercised if a settle would have missed the return. */
  readonly wakes?: readonly ClauseId[];
  readonly breach: Breach | null;
}

/** A step that nobody calls. */
export interface InternalStep<S> extends Successor<S> {
  /** True when it need not have happened although the system is quiet. */
  readonly may: boolean;
}

/** One permitted way for a call to return, or to go on. */
export interface Outcome<S> {
  /** The clauses that permit it, most specific first. Never empty. */
  readonly clauses: readonly [ClauseId, ...ClauseId[]];
  /** The result pattern for people. */
  readonly permits: string;
  /** True when the call may stay under way although the system is quiet. Otherwise it blocks here only in breach. */
  readonly may: boolean;
  /** What a breach reports when the relaxed clause alone lets the call stay under way. */
  readonly situation?: Situation;
  /** The states that follow when `seen` was the result; none when the pattern does not fit. */
  readonly accept: (seen: Result) => readonly Successor<S>[];
  /** Why `seen` does not fit, in words without values. */
  readonly why: (seen: Result) => string;
  /**
   * A result that it accepts; the generator and the explorer walk by it, and it stands for the result that a trace
   * cut off in the middle does not show. Absent when nothing changes.
   */
  readonly sample?: () => Result;
  /** Other results that it accepts and that lead elsewhere, for whoever walks the machine without a trace. */
  readonly alternatives?: () => readonly Result[];
  /** The state after the sample, where it is cheaper to say than to read. Nothing is judged by it. */
  readonly presume?: () => S;
  /** The call has done a part of its work and goes on as this; the pattern is not looked at. */
  readonly phase?: Phase;
}

/**
 * What a call knows about its surroundings. Reused by the fold between calls: never keep a reference.
 *
 * The fold may look at a call later than it took effect, up to its return. So whatever is permitted at some moment must
 * be permitted at every later one, and a call that others overlapped may only be permitted more than one that was alone.
 */
export interface Context {
  /** Values of each variation point still possible. */
  choices: Choices;
  /** The clause that is not held against the system, if any. */
  relaxed: ClauseId | null;
  /** Does the edition in force contain this clause? */
  readonly states: (clause: ClauseId) => boolean;
  /** The acting thread or process; empty for internal steps. */
  actor: string;
  /** Moment of the event looked at, in microseconds. */
  nowUs: number;
  /** Moment at which this call began, in microseconds; the earliest possible when only its return was recorded. */
  beganUs: number;
  /** How far a phased call has come; null at its beginning. */
  phase: Phase | null;
  /** No other call was under way at any moment of this one, as far as the trace goes. */
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

/** Where a breach happened, for whoever reads about it. */
export interface Occasion {
  readonly operation: string;
  readonly situation?: Situation;
}

const breachOf = (
  clause: ClauseId,
  { operation, situation = {} }: Occasion,
  observed: string,
  permitted: readonly string[],
): Breach => ({ clause, operation, observed, permitted, situation });

/** The call did a part of its work and goes on: other calls and steps may come in between. */
export const goesOn = <S>(
  clause: ClauseId,
  phase: Phase,
  next: S,
  narrows: readonly Narrowing[] = nothing,
): Outcome<S> => ({
  clauses: [clause],
  permits: 'going on',
  may: false,
  accept: () => [to(next, nothing, narrows)],
  why: () => 'not over',
  phase,
});

/**
 * Returns exactly this symbolic value or error, as the clause demands; anything else that the system returns when the
 * clause is relaxed. Members of the result beside `value` are not compared.
 */
export const returns = <S>(
  c: Context,
  clause: ClauseId,
  expected: Result,
  next: (seen: Result) => S,
  options: Occasion & {
    readonly narrows?: readonly Narrowing[];
    readonly may?: boolean;
    /** The state before the call, for a relaxed clause: an error in place of the success changed nothing, or all. */
    readonly before?: S;
  },
): Outcome<S> => {
  const { narrows, may = false, before, situation } = options;
  const relaxed = c.relaxed === clause;
  const permits = expected.error ?? `${expected.value ?? 'success'}`;
  const fits = (seen: Result) =>
    seen.error === expected.error && (expected.value === undefined || seen.value === expected.value);
  return {
    clauses: [clause],
    permits,
    may,
    accept: (seen) => {
      if (seen.skipped !== undefined) return nothing;
      if (fits(seen)) return [to(next(seen), [clause], narrows)];
      if (!relaxed) return nothing;
      const breach = breachOf(clause, options, classOf(seen), [permits]);
      const after = to(next(seen), nothing, nothing, breach);
      return seen.error === undefined || before === undefined
        ? [after]
        : [to(before, nothing, nothing, breach), after];
    },
    why: (seen) =>
      seen.error === undefined && seen.skipped === undefined && expected.error === undefined
        ? 'another value'
        : classOf(seen),
    sample: () => expected,
    ...(situation && { situation }),
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

const unrefused: Permission = { musts: nothing, successNarrows: nothing };

/**
 * No document says which error wins when several conditions hold: any applicable error is permitted, and success only
 * when no *must* refusal applies. Refusals under a variation point leave success to its other values; where none of
 * those is still possible, they are musts together. Points are independent, so no product over them is needed.
 */
export const permission = (
  choices: Choices,
  full: (point: number) => number,
  refusals: readonly Refusal[],
): Permission => {
  if (refusals.length === 0) return unrefused;
  /** By point, the values under which nothing refuses. */
  const free = new Map<number, number>();
  for (const { may, when } of refusals)
    if (may !== true && when !== undefined) {
      const [point, mask] = when;
      free.set(point, (free.get(point) ?? full(point)) & ~mask);
    }
  const possible = (point: number, mask: number) => ((choices[point] ?? 0) & mask) !== 0;
  const isMust = ({ may, when }: Refusal): boolean => {
    if (may === true) return false;
    if (when === undefined) return true;
    const [point, mask] = when;
    return possible(point, mask) && !possible(point, free.get(point) ?? 0);
  };
  return {
    musts: refusals.filter(isMust),
    successNarrows: [...free].filter(([point, values]) => possible(point, values)),
  };
};

/** A call that its conditions refuse, or that succeeds when none of them must. */
export interface Attempt<S> extends Occasion {
  readonly points: Points;
  /** The state before the call; a refusal leaves it as it is. */
  readonly state: S;
  readonly refusals: readonly Refusal[];
  /** The ways to succeed. What success proves is told, so that they can narrow by it. */
  readonly success: (proves: readonly Narrowing[]) => readonly Outcome<S>[];
}

/** Any applicable refusal, in no order; success where `permission` leaves it. */
export const unordered = <S>(c: Context, attempt: Attempt<S>): readonly Outcome<S>[] => {
  const { points, success } = attempt;
  if (attempt.refusals.length === 0) return success(nothing);
  const { choices, relaxed } = c;
  const isPossible = (choice: Narrowing | undefined) =>
    choice === undefined || ((choices[choice[0]] ?? 0) & choice[1]) !== 0;
  const refusals = attempt.refusals.filter(({ when, binds }) => isPossible(when) && isPossible(binds));
  const { musts, successNarrows } = permission(choices, points.full, refusals);
  const permitted = refusals.map(({ error }) => errorOf(error));
  const tested = testedBy(refusals, musts);
  const refused = refusals.map((refusal) => refuses(relaxed, refusal, tested(refusal), permitted, attempt));
  if (musts.length === 0) return [...refused, ...success(successNarrows)];
  if (relaxed === null || !musts.every(({ demands }) => demands === relaxed)) return refused;
  const breach = breachOf(relaxed, attempt, 'success', permitted);
  return [...refused, ...success(nothing).map((outcome) => inBreach(outcome, breach))];
};

const errorOf = (error: string): string => (error === 'any' ? 'any error' : error);

/**
 * What a refusal tests: its name, unless any other error could have come too; and the demand that alone forbids
 * success, whichever refusal it was. Where two demands forbid it the call would have had to fail without either.
 */
const testedBy = (
  refusals: readonly Refusal[],
  musts: readonly Refusal[],
): ((refusal: Refusal) => readonly ClauseId[]) => {
  const isNamed = refusals.every(({ error }) => error !== 'any');
  const [first] = musts;
  const isDecisive = first !== undefined && musts.every(({ demands }) => demands === first.demands);
  return ({ names }) => [
    ...(isNamed ? [names] : []),
    ...(isDecisive && !(isNamed && names === first.demands) ? [first.demands] : []),
  ];
};

const refuses = <S>(
  relaxed: ClauseId | null,
  { demands, names, error, when, binds, may = false }: Refusal,
  tested: readonly ClauseId[],
  permitted: readonly string[],
  attempt: Attempt<S>,
): Outcome<S> => {
  const { state, situation } = attempt;
  const proof = when ?? binds;
  const fits = (seen: Result) => (error === 'any' ? seen.error !== undefined : seen.error === error);
  return {
    clauses: names === demands ? [names] : [names, demands],
    permits: errorOf(error),
    may,
    accept: (seen) => {
      if (fits(seen)) return [to(state, tested, proof && [proof])];
      if (relaxed !== names || seen.error === undefined) return nothing;
      return [to(state, nothing, when && [when], breachOf(relaxed, attempt, seen.error, permitted))];
    },
    why: classOf,
    ...(error !== 'any' && { sample: () => ({ error }) }),
    ...(situation && { situation }),
  };
};

/** The outcome where the relaxed clause forbids it: nothing obliges the call to take it. */
const inBreach = <S>(outcome: Outcome<S>, breach: Breach): Outcome<S> => ({
  ...outcome,
  clauses: [breach.clause],
  may: true,
  accept: (seen) =>
    outcome.accept(seen).map((successor) => ({ ...successor, exercised: nothing, wakes: nothing, breach })),
});
