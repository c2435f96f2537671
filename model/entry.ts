/**
 * One world that a trace permits so far: a state of the machine, the choices still possible in it, how far the calls
 * under way have come, and what the way there has tested. Worlds that no later event can tell apart count as one.
 */

import type { ClauseId } from '#spec/index';
import type { Choices } from './choices.ts';
import type { Breach, Phase } from './outcome.ts';

/** The call has taken effect and has only to return. */
export const done = Symbol('done');

/** How far a call under way has come: null while it has done nothing. */
export type Progress = Phase | null | typeof done;

/** A list that grows at its head and shares its tail, because worlds share their past. */
interface Chain<T> {
  readonly item: T;
  readonly rest: Chain<T> | null;
  readonly length: number;
}

/** Clauses that a world has exercised. */
export type Exercised = Chain<readonly ClauseId[]> | null;

export interface Entry<S> {
  readonly state: S;
  readonly choices: Choices;
  /** By call, in the order in which the calls under way began. */
  readonly progress: readonly Progress[];
  /** Clauses that this world has exercised. */
  readonly exercised: Exercised;
  /** The first breach of the relaxed clause. */
  readonly breach: Breach | null;
}

/** Equal keys: the same future. The state comes last, because only a machine knows what its key may hold. */
export const keyOf = <S>(entry: Entry<S>, state: string): string => {
  let key = entry.breach === null ? '' : '!';
  for (const value of entry.progress)
    key += value === done ? 'done;' : value === null ? ';' : `${JSON.stringify(value)};`;
  return `${key}${entry.choices.join()}|${state}`;
};

export const exercise = (before: Exercised, item: readonly ClauseId[]): Exercised =>
  item.length === 0 ? before : { item, rest: before, length: before === null ? 1 : before.length + 1 };

/**
 * Two worlds with one key, as one. A clause counts only if every way to explain the trace has tested it, so the merged
 * world has exercised what both have. Returns `known` itself when it loses nothing.
 */
export const merge = <S>(known: Entry<S>, other: Entry<S>): Entry<S> => {
  const exercised = common(known.exercised, other.exercised);
  return exercised === known.exercised ? known : { ...known, exercised };
};

/** What both have exercised; `a` itself when that is all of it. */
const common = (a: Exercised, b: Exercised): Exercised => {
  const shared = sharedTail(a, b);
  if (a === shared) return a;
  const inB = new Set<ClauseId>();
  for (let link = b; link !== shared && link !== null; link = link.rest)
    for (const clause of link.item) inB.add(clause);
  const kept = new Set<ClauseId>();
  let lost = false;
  for (let link = a; link !== shared && link !== null; link = link.rest)
    for (const clause of link.item)
      if (inB.has(clause)) kept.add(clause);
      else lost = true;
  return lost ? exercise(shared, [...kept]) : a;
};

const sharedTail = (a: Exercised, b: Exercised): Exercised => {
  let one = a;
  let other = b;
  while (one !== other)
    if ((one?.length ?? 0) >= (other?.length ?? 0)) one = one?.rest ?? null;
    else other = other?.rest ?? null;
  return one;
};

/** The clauses that every one of the entries exercised. */
export const exercisedBy = <S>(entries: readonly Entry<S>[]): ReadonlySet<ClauseId> => {
  const [first, ...others] = entries;
  if (!first) return new Set();
  const out = clausesOf(first.exercised);
  for (const other of others) {
    const mine = clausesOf(other.exercised);
    for (const clause of out) if (!mine.has(clause)) out.delete(clause);
  }
  return out;
};

const clausesOf = (exercised: Exercised): Set<ClauseId> => {
  const out = new Set<ClauseId>();
  for (let link = exercised; link; link = link.rest) for (const clause of link.item) out.add(clause);
  return out;
};

/** The values of each variation point that some explanation of the trace still needs. */
export const choicesOf = <S>(entries: readonly Entry<S>[]): Choices => {
  const [first, ...others] = entries;
  if (!first) return [];
  return others.length === 0
    ? first.choices
    : first.choices.map((mask, point) =>
        others.reduce((bits, entry) => bits | (entry.choices[point] ?? 0), mask),
      );
};
