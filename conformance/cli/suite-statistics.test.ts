/** Figures of a run: the same whether it is run whole or in parts, and the same as those of its batches together. */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type RunOptions, run } from '#conformance/index';
import { mergeRuns } from '#conformance/merge';
import { mergeStatistics } from '#conformance/statistics';
import type { BatchLine } from '#spec/index';

const options: RunOptions = { seed: 3, runs: 330, maxSteps: 20, repetitions: 1 };

const ranOn = async (address: string, more: Partial<RunOptions> = {}) => {
  const batches: BatchLine[] = [];
  const result = await run(
    'msg-ring',
    new Simulator(address),
    { ...options, ...more },
    { batch: (line) => batches.push(line) },
  );
  return { result, batches };
};

describe.each(['simulator', 'simulator+accepts-pipe'])('a run of %s', (address) => {
  test('has the figures of its parts together, however they are joined', async () => {
    const { result: whole } = await ranOn(address);
    const parts = [];
    for (const index of [0, 1, 2]) parts.push((await ranOn(address, { shard: { index, count: 3 } })).result);
    const [a, b, c] = parts as [(typeof parts)[number], (typeof parts)[number], (typeof parts)[number]];
    const { events } = whole.record.statistics;
    expect(events?.until).toBe(options.runs);
    expect(events?.refusals.programs).toBeGreaterThan(10);
    expect(Object.keys(events?.firstSeen ?? {}).length).toBeGreaterThan(30);
    for (const merged of [
      mergeRuns([a, b, c]),
      mergeRuns([c, a, b]),
      mergeRuns([mergeRuns([a, b]), c]),
      mergeRuns([a, mergeRuns([b, c])]),
    ])
      expect(merged.record.statistics.events).toEqual(events);
  });

  test('says which generator reached which clause, and every occasion comes from one', async () => {
    const { record } = (await ranOn(address)).result;
    const { exercisedBy = {}, generators } = record.statistics;
    expect(Object.keys(exercisedBy)).toEqual(
      expect.arrayContaining(['directed', 'litmus', 'swarm', 'uniform', 'witness']),
    );
    for (const origin of Object.keys(exercisedBy)) expect(generators[origin]).toBeGreaterThan(0);
    const byHarness = new Set(record.clauses.filter(({ id }) => id.includes('/system/')).map(({ id }) => id));
    for (const { id, exercised } of record.clauses.filter((clause) => !byHarness.has(clause.id)))
      expect(
        Object.values(exercisedBy).reduce((sum, counts) => sum + (counts[id] ?? 0), 0),
        id,
      ).toBe(exercised);
  });

  test('has the figures of its batches together', async () => {
    const { result, batches } = await ranOn(address);
    expect(batches.length).toBeGreaterThan(2);
    const { events, ...others } = result.record.statistics;
    const { unobserved, ...counted } = events ?? {};
    expect(unobserved?.permitted).toBeGreaterThan(0);
    expect(mergeStatistics(batches.map(({ statistics }) => statistics))).toEqual({
      ...others,
      events: counted,
    });
  });

  test('counts every step and every call that was judged', async () => {
    const { result } = await ranOn(address);
    const { statistics, steps, programs } = result.record;
    const sum = (counts: Readonly<Record<string, number>> = {}) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    expect(sum(statistics.events?.operations)).toBe(steps);
    expect(sum(statistics.events?.lengths)).toBe(programs);
    expect(sum(statistics.events?.statesAlive)).toBe(programs);
  });
});
