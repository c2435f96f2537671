/**
 * How often a program shows a finding, and whether a changed program still shows it often enough. A failure that comes and
 * goes is a finding with a rate; asking until the answer is likely, and not longer, makes shrinking it affordable.
 */

/** What one attempt at a finding came to. */
export type Showing = 'same' | 'another' | 'conforms' | 'cannot-tell';

/** Runs the program once more and compares. */
export type MakeAttempt = () => Showing | Promise<Showing>;

/** Shares from 0 to 1, both inclusive. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How often the finding was seen. */
export interface Reliability {
  /** Attempts that showed the same deviation. */
  readonly hits: number;
  /** Attempts that could tell, whatever they told. */
  readonly runs: number;
  readonly totals: Readonly<Record<Showing, number>>;
  /** Where the rate lies, at 95 % confidence; from 0 to 1 when no attempt could tell. */
  readonly interval: Interval;
}

/** Standard normal quantile of a two-sided 95 % interval. */
const Z_95 = 1.959964;

/**
 * Wilson score interval of a share. It stays inside 0 to 1 and is honest at both ends: 20 of 20 does not mean always.
 *
 * @param z - Standard normal quantile; the default gives 95 % confidence.
 */
export const wilson = (hits: number, runs: number, z = Z_95): Interval => {
  if (runs === 0) return { low: 0, high: 1 };
  const share = hits / runs;
  const spread = (z * z) / runs;
  const centre = share + spread / 2;
  const reach = z * Math.sqrt((share * (1 - share)) / runs + spread / (4 * runs));
  return {
    low: hits === 0 ? 0 : Math.max(0, (centre - reach) / (1 + spread)),
    high: hits === runs ? 1 : Math.min(1, (centre + reach) / (1 + spread)),
  };
};

/** Makes a number of attempts and counts what they came to. */
export const measure = async (attempt: MakeAttempt, times: number): Promise<Reliability> => {
  const totals: Record<Showing, number> = { same: 0, another: 0, conforms: 0, 'cannot-tell': 0 };
  for (let run = 0; run < times; run += 1) totals[await attempt()] += 1;
  const runs = times - totals['cannot-tell'];
  return { hits: totals.same, runs, totals, interval: wilson(totals.same, runs) };
};

/** When a rate is high enough, and how sure the answer has to be. */
export interface RateQuestion {
  /** Share of attempts that showed the finding before the program was changed: above 0, at most 1. */
  readonly rate: number;
  /** A changed program that shows it this rarely, or never, is turned down. Default a fifth of `rate`. */
  readonly least?: number;
  /** Most often that a program at `least` may pass, as a share. Default 0.05. */
  readonly falseKeep?: number;
  /** Most often that a program at `rate` may be turned down, as a share. Default 0.01: every one lost costs a step. */
  readonly falseDrop?: number;
  /** Most attempts. Default four times as many as turn down a program that never shows the finding. */
  readonly attemptsMax?: number;
}

/** Rates nearer to 1 or 0 are taken for these: a single odd run must not decide alone. */
const RATE_MAX = 0.99;
const RATE_MIN = 0.0001;

/**
 * Wald's sequential test of `rate` against `least`: after every attempt it says yes, no, or go on. It needs hits to say yes,
 * so a program that never shows the finding is never kept.
 */
export class RateTest {
  readonly #hit: number;
  readonly #miss: number;
  readonly #keepAt: number;
  readonly #dropAt: number;
  readonly #attemptsMax: number;
  #evidence = 0;
  #hits = 0;
  #attempts = 0;

  constructor({ rate, least = rate / 5, falseKeep = 0.05, falseDrop = 0.01, attemptsMax }: RateQuestion) {
    const enough = Math.min(RATE_MAX, Math.max(RATE_MIN, rate));
    const few = Math.min(enough / 2, Math.max(RATE_MIN / 2, least));
    this.#hit = Math.log(enough / few);
    this.#miss = Math.log((1 - enough) / (1 - few));
    this.#keepAt = Math.log((1 - falseDrop) / falseKeep);
    this.#dropAt = Math.log(falseDrop / (1 - falseKeep));
    this.#attemptsMax = attemptsMax ?? 4 * Math.ceil(this.#dropAt / this.#miss);
  }

  get hits(): number {
    return this.#hits;
  }

  /** Attempts counted, those that could not tell included. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Whether the program shows the finding often enough; undefined while that is open. */
  get answer(): boolean | undefined {
    if (this.#evidence >= this.#keepAt) return true;
    if (this.#evidence <= this.#dropAt) return false;
    return this.#attempts < this.#attemptsMax ? undefined : this.#evidence > 0;
  }

  add(attempt: Showing): void {
    this.#attempts += 1;
    if (attempt === 'cannot-tell') return;
    if (attempt === 'same') this.#hits += 1;
    this.#evidence += attempt === 'same' ? this.#hit : this.#miss;
  }
}

/** Makes attempts until it is likely that the finding is shown about as often as before, or that it is not. */
export const likelyKeeps = async (attempt: MakeAttempt, question: RateQuestion): Promise<boolean> => {
  const test = new RateTest(question);
  while (test.answer === undefined) test.add(await attempt());
  return test.answer;
};
