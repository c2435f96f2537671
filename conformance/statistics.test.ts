import { describe, expect, test } from 'vitest';
import type { RunStatistics } from '#spec/index';
import { mergeStatistics, noStatistics, statisticsSince } from './statistics.ts';

const figures = (more: Partial<RunStatistics> = {}): RunStatistics => ({
  inconclusive: 1,
  unsupported: 2,
  failed: 0,
  generators: { swarm: 4 },
  shrinking: 5,
  ...more,
});

const bound = { world: 'small', maxSteps: 4, total: 936, notOffered: 36 };

/** Three parts whose members differ in every way. */
const parts = [
  figures({ exercisedBy: { swarm: { a: 2, b: 1 } }, exhaustive: { ...bound, covered: 100 } }),
  figures({
    generators: { swarm: 1, directed: 2 },
    exercisedBy: { swarm: { b: 4 }, directed: { a: 1 } },
    exhaustive: { ...bound, covered: 7 },
  }),
  figures({ generators: { file: 3 }, exhaustive: { ...bound, covered: 0 } }),
] as const;

describe('figures of parts', () => {
  test('are those of the whole, however they are joined', () => {
    const [a, b, c] = parts;
    const whole = mergeStatistics(parts);
    expect(whole).toMatchObject({
      inconclusive: 3,
      unsupported: 6,
      generators: { directed: 2, file: 3, swarm: 5 },
      exercisedBy: { directed: { a: 1 }, swarm: { a: 2, b: 5 } },
      shrinking: 15,
      exhaustive: { ...bound, covered: 107 },
    });
    for (const other of [
      mergeStatistics([c, a, b]),
      mergeStatistics([mergeStatistics([a, b]), c]),
      mergeStatistics([a, mergeStatistics([b, c])]),
    ])
      expect(other).toEqual(whole);
  });

  test('have no member that none of them has', () => {
    expect(mergeStatistics([figures(), figures()])).not.toHaveProperty('exhaustive');
  });
});

test('figures of every while merge to those of the run', () => {
  const [first, ...later] = parts;
  const moments = [noStatistics, first, mergeStatistics([first, ...later])];
  const whiles = moments.slice(1).map((now, index) => statisticsSince(now, moments[index] ?? noStatistics));
  expect(mergeStatistics(whiles)).toEqual(mergeStatistics(parts));
});
