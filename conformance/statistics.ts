/** Figures of a run that add up: of several parts to those of the whole, and of a while from what was before and after. */

import type { CorpusStatistics, EventStatistics, ExhaustiveStatistics, RunStatistics } from '#spec/index';
import { mergeUnobserved } from './unobserved.ts';

/** No figures yet. */
export const noStatistics: RunStatistics = {
  inconclusive: 0,
  unsupported: 0,
  failed: 0,
  generators: {},
  drains: 0,
  failedDrains: 0,
  shrinking: 0,
};

/** Counts by name. */
type Counts = Readonly<Record<string, number>>;

/** Added up by name, in the order of the names. */
const addedUp = (all: readonly Counts[]): Counts => {
  const names = [...new Set(all.flatMap((counts) => Object.keys(counts)))].sort();
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((total, counts) => total + (counts[name] ?? 0), 0)]),
  );
};

/** What is new in counts that only grow. */
export const newCounts = (now: Counts, before: Counts): Record<string, number> =>
  Object.fromEntries(
    Object.entries(now)
      .map(([key, count]) => [key, count - (before[key] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );

/** The same for counts by two names; what has nothing new is left out. */
const newCountsByName = (
  now: Readonly<Record<string, Counts>>,
  before: Readonly<Record<string, Counts>>,
): Record<string, Counts> =>
  Object.fromEntries(
    Object.entries(now)
      .map(([name, counts]) => [name, newCounts(counts, before[name] ?? {})] as const)
      .filter(([, counts]) => Object.keys(counts).length > 0),
  );

/** A member that is left out when it counts nothing. */
export const named = <Name extends string>(name: Name, counts: Counts): { readonly [N in Name]?: Counts } =>
  Object.keys(counts).length === 0 ? {} : ({ [name]: counts } as { readonly [N in Name]: Counts });

/** The figures of parts as those of the whole; the order of the parts does not matter. */
export const mergeStatistics = (all: readonly RunStatistics[]): RunStatistics => {
  const sum = (count: (statistics: RunStatistics) => number): number =>
    all.reduce((total, statistics) => total + count(statistics), 0);
  const exhaustive = mergeExhaustive(all.flatMap((statistics) => statistics.exhaustive ?? []));
  const events = mergeEvents(all.flatMap((statistics) => statistics.events ?? []));
  const corpus = mergeCorpora(all.flatMap((statistics) => statistics.corpus ?? []));
  return {
    inconclusive: sum(({ inconclusive }) => inconclusive),
    unsupported: sum(({ unsupported }) => unsupported),
    failed: sum(({ failed }) => failed),
    generators: addedUp(all.map(({ generators }) => generators)),
    exercisedBy: addedUpByName(all.map(({ exercisedBy }) => exercisedBy ?? {})),
    shrinking: sum(({ shrinking }) => shrinking ?? 0),
    ...named('refusals', addedUp(all.map(({ refusals }) => refusals ?? {}))),
    ...named('skipped', addedUp(all.map(({ skipped }) => skipped ?? {}))),
    drains: sum(({ drains }) => drains ?? 0),
    failedDrains: sum(({ failedDrains }) => failedDrains ?? 0),
    ...(exhaustive && { exhaustive }),
    ...(corpus && { corpus }),
    ...(events && { events }),
  };
};

/** Parts of one run know the same total, and cover programs of their own. */
const mergeExhaustive = (all: readonly ExhaustiveStatistics[]): ExhaustiveStatistics | undefined => {
  const [first] = all;
  return first && { ...first, covered: all.reduce((total, { covered }) => total + covered, 0) };
};

const mergeCorpora = (all: readonly CorpusStatistics[]): CorpusStatistics | undefined => {
  if (all.length === 0) return undefined;
  const stale = new Map(all.flatMap((corpus) => corpus.stale.map((each) => [each.file, each])));
  return {
    replayed: all.reduce((total, { replayed }) => total + replayed, 0),
    notOffered: all.reduce((total, { notOffered }) => total + notOffered, 0),
    stale: [...stale.values()].sort((one, other) => (one.file < other.file ? -1 : 1)),
  };
};

const mergeEvents = (all: readonly EventStatistics[]): EventStatistics | undefined => {
  const [first] = all;
  if (first === undefined) return undefined;
  const unobserved = mergeUnobserved(all.flatMap((events) => events.unobserved ?? []));
  return {
    operations: addedUp(all.map(({ operations }) => operations)),
    outcomes: addedUpByName(all.map(({ outcomes }) => outcomes)),
    statesAlive: addedUp(all.map(({ statesAlive }) => statesAlive)),
    lengths: addedUp(all.map(({ lengths }) => lengths)),
    refusals: {
      every: first.refusals.every,
      programs: all.reduce((total, { refusals }) => total + refusals.programs, 0),
      atOnce: addedUp(all.map(({ refusals }) => refusals.atOnce)),
    },
    firstSeen: earliest(all.map(({ firstSeen }) => firstSeen)),
    until: Math.max(...all.map(({ until }) => until)),
    ...(unobserved && { unobserved }),
  };
};

const addedUpByName = (all: readonly Readonly<Record<string, Counts>>[]): Record<string, Counts> => {
  const names = [...new Set(all.flatMap((each) => Object.keys(each)))].sort();
  return Object.fromEntries(names.map((name) => [name, addedUp(all.map((each) => each[name] ?? {}))]));
};

const earliest = (all: readonly Counts[]): Counts => {
  const names = [...new Set(all.flatMap((each) => Object.keys(each)))].sort();
  return Object.fromEntries(
    names.map((name) => [name, Math.min(...all.flatMap((each) => each[name] ?? []))]),
  );
};

/** Only what a while added; what no run saw is known at its end alone. */
const eventsSince = (
  { unobserved: _, ...now }: EventStatistics,
  before: EventStatistics | undefined,
): EventStatistics => {
  if (before === undefined) return now;
  return {
    operations: newCounts(now.operations, before.operations),
    outcomes: newCountsByName(now.outcomes, before.outcomes),
    statesAlive: newCounts(now.statesAlive, before.statesAlive),
    lengths: newCounts(now.lengths, before.lengths),
    refusals: {
      every: now.refusals.every,
      programs: now.refusals.programs - before.refusals.programs,
      atOnce: newCounts(now.refusals.atOnce, before.refusals.atOnce),
    },
    firstSeen: Object.fromEntries(
      Object.entries(now.firstSeen).filter(([name, number]) => before.firstSeen[name] !== number),
    ),
    until: now.until,
  };
};

/** The figures of a while, such that those of all whiles merge to the figures of the run. */
export const statisticsSince = (now: RunStatistics, before: RunStatistics): RunStatistics => ({
  inconclusive: now.inconclusive - before.inconclusive,
  unsupported: now.unsupported - before.unsupported,
  failed: now.failed - before.failed,
  generators: newCounts(now.generators, before.generators),
  exercisedBy: newCountsByName(now.exercisedBy ?? {}, before.exercisedBy ?? {}),
  shrinking: (now.shrinking ?? 0) - (before.shrinking ?? 0),
  ...named('refusals', newCounts(now.refusals ?? {}, before.refusals ?? {})),
  ...named('skipped', newCounts(now.skipped ?? {}, before.skipped ?? {})),
  drains: (now.drains ?? 0) - (before.drains ?? 0),
  failedDrains: (now.failedDrains ?? 0) - (before.failedDrains ?? 0),
  ...(now.exhaustive && {
    exhaustive: {
      ...now.exhaustive,
      covered: now.exhaustive.covered - (before.exhaustive?.covered ?? 0),
    },
  }),
  ...(now.corpus && {
    corpus: {
      replayed: now.corpus.replayed - (before.corpus?.replayed ?? 0),
      notOffered: now.corpus.notOffered - (before.corpus?.notOffered ?? 0),
      stale: before.corpus ? [] : now.corpus.stale,
    },
  }),
  ...(now.events && { events: eventsSince(now.events, before.events) }),
});
