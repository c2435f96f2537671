/** Counts of a run. They only grow, so that batches are differences and the record of several shards is a sum. */

import type { RunStatistics } from '#spec/index';

type Counts = Readonly<Record<string, number>>;

export const noStatistics: RunStatistics = {
  inconclusive: 0,
  unsupported: 0,
  failed: 0,
  generators: {},
  drains: 0,
  failedDrains: 0,
  shrinking: 0,
};

/** What is new in counts that only grow. */
export const added = (now: Counts, before: Counts): Record<string, number> =>
  Object.fromEntries(
    Object.entries(now)
      .map(([key, count]) => [key, count - (before[key] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );

/** What happened between two moments. */
export const statisticsSince = (now: RunStatistics, before: RunStatistics): RunStatistics => ({
  inconclusive: now.inconclusive - before.inconclusive,
  unsupported: now.unsupported - before.unsupported,
  failed: now.failed - before.failed,
  generators: added(now.generators, before.generators),
  shrinking: (now.shrinking ?? 0) - (before.shrinking ?? 0),
  ...named('refusals', added(now.refusals ?? {}, before.refusals ?? {})),
  ...named('skipped', added(now.skipped ?? {}, before.skipped ?? {})),
  drains: (now.drains ?? 0) - (before.drains ?? 0),
  failedDrains: (now.failedDrains ?? 0) - (before.failedDrains ?? 0),
});

/** What happened in all of them. */
export const sumOfStatistics = (all: readonly RunStatistics[]): RunStatistics => {
  const sum = (count: (statistics: RunStatistics) => number): number =>
    all.reduce((total, statistics) => total + count(statistics), 0);
  const sums = (counts: (statistics: RunStatistics) => Counts | undefined): Counts => {
    const names = [...new Set(all.flatMap((statistics) => Object.keys(counts(statistics) ?? {})))].sort();
    return Object.fromEntries(
      names.map((name) => [name, sum((statistics) => counts(statistics)?.[name] ?? 0)]),
    );
  };
  return {
    inconclusive: sum(({ inconclusive }) => inconclusive),
    unsupported: sum(({ unsupported }) => unsupported),
    failed: sum(({ failed }) => failed),
    generators: sums(({ generators }) => generators),
    shrinking: sum(({ shrinking }) => shrinking ?? 0),
    ...named(
      'refusals',
      sums(({ refusals }) => refusals),
    ),
    ...named(
      'skipped',
      sums(({ skipped }) => skipped),
    ),
    drains: sum(({ drains }) => drains ?? 0),
    failedDrains: sum(({ failedDrains }) => failedDrains ?? 0),
  };
};

/** A member that is left out when it counts nothing. */
export const named = <Name extends string>(name: Name, counts: Counts): { readonly [N in Name]?: Counts } =>
  Object.keys(counts).length === 0 ? {} : ({ [name]: counts } as { readonly [N in Name]: Counts });
