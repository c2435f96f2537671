/** The questions that a document leaves open, answered from data or by drawing; whoever asks never knows which. */

import type { ChooserOccasion } from './interface-simulator.ts';
import { Random } from './random.ts';

/** What is free each time anew: by occasion, the weight of each outcome, the calm one first. */
type Drawn = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What systems choose once, by variation point. */
type Points = Readonly<Record<string, readonly string[]>>;

export interface Decisions<Choices, Occasions extends Drawn> {
  /** What is chosen once. */
  choice<Point extends keyof Choices>(point: Point): Choices[Point];
  /** What is free each time anew. */
  draw<Name extends keyof Occasions>(occasion: Name): string & keyof Occasions[Name];
}

/** The same outcome each time: the one that is usual for a behaviour, or the calm one. */
export class FixedDecisions<Choices, Occasions extends Drawn> implements Decisions<Choices, Occasions> {
  readonly #choices: Choices;
  readonly #occasions: Occasions;
  readonly #usual: Readonly<Record<string, string>>;

  constructor(choices: Choices, occasions: Occasions, usual: Readonly<Record<string, string>> = {}) {
    this.#choices = choices;
    this.#occasions = occasions;
    this.#usual = usual;
  }

  choice<Point extends keyof Choices>(point: Point): Choices[Point] {
    return this.#choices[point];
  }

  draw<Name extends keyof Occasions>(occasion: Name): string & keyof Occasions[Name] {
    const outcome = this.#usual[String(occasion)] ?? Object.keys(this.#occasions[occasion] as object)[0];
    return outcome as string & keyof Occasions[Name];
  }
}

/** Conforms and cannot be predicted: draws by seed whatever a document leaves open, and counts it. */
export class Chooser<Choices, Occasions extends Drawn> implements Decisions<Choices, Occasions> {
  readonly #seed: number;
  readonly #random = new Random();
  readonly #choices: Choices;
  readonly #points: Points;
  readonly #occasions: Occasions;
  readonly #taken = new Map<string, number>();

  /** Two consecutive seeds (an even one and the next) choose different values at every point. */
  constructor(
    seed: number,
    choices: Choices,
    points: Points,
    occasions: Occasions,
    preset: Partial<Choices> = {},
  ) {
    this.#seed = seed;
    this.#points = points;
    this.#occasions = occasions;
    this.#random.restart(seed >>> 1, 0);
    const drawn = Object.fromEntries(
      Object.entries(points).map(([point, values]) => [
        point,
        values[(this.#random.below(values.length) + (seed & 1)) % values.length],
      ]),
    );
    this.#choices = { ...choices, ...drawn, ...preset };
  }

  /** Begins a program. What is drawn in it depends on the seed and on its ordinal, on nothing that came before. */
  begin(ordinal: number): void {
    this.#random.restart(this.#seed, ordinal + 1);
  }

  choice<Point extends keyof Choices>(point: Point): Choices[Point] {
    const value = this.#choices[point];
    if (String(point) in this.#points) this.#take(`${String(point)}: ${value}`);
    return value;
  }

  draw<Name extends keyof Occasions>(occasion: Name): string & keyof Occasions[Name] {
    const weights = Object.entries(this.#occasions[occasion] as Readonly<Record<string, number>>);
    let left = this.#random.below(weights.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [outcome, weight] of weights) {
      left -= weight;
      if (left < 0) {
        this.#take(`${String(occasion)}: ${outcome}`);
        return outcome as string & keyof Occasions[Name];
      }
    }
    throw new Error(`${String(occasion)} has no outcome`);
  }

  /** How often each outcome was taken, by `occasion: outcome`. */
  taken(): ReadonlyMap<string, number> {
    return this.#taken;
  }

  #take(outcome: string): void {
    this.#taken.set(outcome, (this.#taken.get(outcome) ?? 0) + 1);
  }
}

/** All that a chooser may do, by occasion. */
export const occasionsOf = (points: Points, drawn: Drawn): readonly ChooserOccasion[] => [
  ...Object.entries(points).map(([occasion, outcomes]) => ({ occasion, outcomes, once: true })),
  ...Object.entries(drawn).map(([occasion, weights]) => ({
    occasion,
    outcomes: Object.keys(weights),
    once: false,
  })),
];
