import { describe, expect, test } from 'vitest';
import { likelyKeeps, measure, RateTest, type Showing, wilson } from './reliability.ts';
import { randomOf } from './shrinking/random-programs.test.support.ts';

/** Attempts that show the finding at a rate. */
const attemptsAt = (rate: number, seed: number): (() => Showing) => {
  const random = randomOf(seed);
  return () => (random() < rate ? 'same' : 'conforms');
};

describe('the interval of a rate', () => {
  test('is that of Wilson', () => {
    // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const rounded = (hits: number, runs: number) => {
      const { low, high } = wilson(hits, runs);
      return [low.toFixed(4), high.toFixed(4)];
    };
    expect(rounded(81, 263)).toEqual(['0.2553', '0.3662']);
    expect(rounded(15, 148)).toEqual(['0.0624', '0.1605']);
    expect(rounded(0, 20)).toEqual(['0.0000', '0.1611']);
    expect(rounded(1, 29)).toEqual(['0.0061', '0.1718']);
  });

  test('is everything when nothing was seen', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('holds the true rate in about 95 of 100 measurements', async () => {
    for (const rate of [0.05, 0.3, 0.9]) {
      let held = 0;
      for (let seed = 1; seed <= 400; seed += 1) {
        const { interval } = await measure(attemptsAt(rate, seed), 60);
        if (interval.low <= rate && rate <= interval.high) held += 1;
      }
      expect(held).toBeGreaterThan(400 * 0.92);
    }
  });
});

describe('a measurement', () => {
  test('counts hits among the attempts that could tell', async () => {
    const script: Showing[] = ['same', 'another', 'cannot-tell', 'conforms', 'same'];
    const { hits, runs, totals } = await measure(async () => script.shift() ?? 'conforms', 5);
    expect({ hits, runs }).toEqual({ hits: 2, runs: 4 });
    expect(totals).toEqual({ same: 2, another: 1, conforms: 1, 'cannot-tell': 1 });
  });

  test('of a reliable finding ends at 1', async () => {
    const { hits, runs, interval } = await measure(() => 'same', 20);
    expect({ hits, runs, high: interval.high }).toEqual({ hits: 20, runs: 20, high: 1 });
    expect(interval.low).toBeCloseTo(0.839, 3);
  });
});

describe('whether a changed program keeps a rate', () => {
  /** Share of 300 candidates kept, and the mean number of attempts for each. */
  const trial = (rate: number, candidate: number): { readonly kept: number; readonly attempts: number } => {
    let kept = 0;
    let attempts = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const attempt = attemptsAt(candidate, seed * 31);
      const question = new RateTest({ rate });
      while (question.answer === undefined) question.add(attempt());
      if (question.answer) kept += 1;
      attempts += question.attempts;
    }
    return { kept: kept / 300, attempts: attempts / 300 };
  };

  test.each([1, 0.3, 0.05])('at a rate of %f the same rate is kept, and never turned into none', (rate) => {
    expect(trial(rate, rate).kept).toBeGreaterThanOrEqual(0.97);
    expect(trial(rate, rate / 5).kept).toBeLessThanOrEqual(0.08);
    expect(trial(rate, 0).kept).toBe(0);
  });

  test('few attempts are enough: 3 at a rate of 1, 20 at 0.3, 120 at 0.05', () => {
    expect(trial(1, 1).attempts).toBeLessThanOrEqual(3);
    expect(trial(1, 0).attempts).toBeLessThanOrEqual(3);
    expect(trial(0.3, 0).attempts).toBeLessThanOrEqual(20);
    expect(trial(0.3, 0.3).attempts).toBeLessThanOrEqual(20);
    expect(trial(0.05, 0).attempts).toBeLessThanOrEqual(120);
    expect(trial(0.05, 0.05).attempts).toBeLessThanOrEqual(120);
  });

  test('another deviation is a miss, and an attempt that cannot tell is none', async () => {
    expect(await likelyKeeps(() => 'another', { rate: 0.5 })).toBe(false);
    const script: Showing[] = ['cannot-tell', 'same', 'cannot-tell', 'same', 'same', 'same'];
    expect(await likelyKeeps(async () => script.shift() ?? 'conforms', { rate: 0.5 })).toBe(true);
  });

  test('it ends, even when no attempt can tell', async () => {
    let attempts = 0;
    const kept = await likelyKeeps(
      () => {
        attempts += 1;
        return 'cannot-tell';
      },
      { rate: 0.05 },
    );
    expect({ kept, isBounded: attempts < 1000 }).toEqual({ kept: false, isBounded: true });
  });

  test('more attempts than asked for are never made', async () => {
    let attempts = 0;
    const attempt = (): Showing => {
      attempts += 1;
      return attempts % 9 === 0 ? 'same' : 'conforms';
    };
    await likelyKeeps(attempt, { rate: 0.25, attemptsMax: 30 });
    expect(attempts).toBeLessThanOrEqual(30);
  });
});
