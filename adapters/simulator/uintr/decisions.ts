/** The questions left open, answered from data or by drawing; the kernel never knows which it is asking. */

import { Random } from '../random.ts';
import type { Behaviour, Choices } from './behaviours.ts';
import { type DrawnOccasion, drawnOccasions, type OutcomeOf, pointOccasions } from './occasions.ts';

export interface Decisions {
  /** What is chosen once. */
  choice<Point extends keyof Choices>(point: Point): Choices[Point];
  /** What is free each time anew. */
  draw<Name extends DrawnOccasion>(occasion: Name): OutcomeOf<Name>;
}

/** The calm outcome each time, but for what a behaviour is known to do. */
export class FixedDecisions implements Decisions {
  readonly #choices: Choices;
  readonly #outcomes: Readonly<Partial<Record<DrawnOccasion, string>>>;

  constructor({ choices, keepsForLater, childHasIndexes }: Behaviour) {
    this.#choices = choices;
    const nobody = keepsForLater ? 'kept' : 'lost';
    this.#outcomes = {
      'send to nobody': nobody,
      'what waits when a handler is given up': nobody,
      'send from a child of fork': childHasIndexes ? 'raises' : 'fault',
      'vector of a closed descriptor': 'free',
    };
  }

  choice<Point extends keyof Choices>(point: Point): Choices[Point] {
    return this.#choices[point];
  }

  draw<Name extends DrawnOccasion>(occasion: Name): OutcomeOf<Name> {
    return (this.#outcomes[occasion] ?? Object.keys(drawnOccasions[occasion])[0]) as OutcomeOf<Name>;
  }
}

/** Conforms and cannot be predicted: draws by seed whatever the pages leave open, and counts it. */
export class Chooser implements Decisions {
  readonly #seed: number;
  readonly #random = new Random();
  readonly #choices: Choices;
  readonly #taken = new Map<string, number>();

  /** Two consecutive seeds (an even one and the next) choose different values at every point. */
  constructor(seed: number, { choices }: Behaviour, preset: Partial<Choices> = {}) {
    this.#seed = seed;
    this.#random.restart(seed >>> 1, 0);
    const drawn = Object.fromEntries(
      Object.entries(pointOccasions).map(([point, values]) => [
        point,
        values[(this.#random.below(values.length) + (seed & 1)) % values.length],
      ]),
    );
    this.#choices = { ...choices, ...drawn, ...preset } as Choices;
  }

  /** Begins a program. What is drawn in it depends on the seed and on its ordinal, on nothing that came before. */
  begin(ordinal: number): void {
    this.#random.restart(this.#seed, ordinal + 1);
  }

  choice<Point extends keyof Choices>(point: Point): Choices[Point] {
    const value = this.#choices[point];
    if (point in pointOccasions) this.#take(`${point}: ${value}`);
    return value;
  }

  draw<Name extends DrawnOccasion>(occasion: Name): OutcomeOf<Name> {
    const weights = Object.entries(drawnOccasions[occasion]) as [OutcomeOf<Name>, number][];
    let left = this.#random.below(weights.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [outcome, weight] of weights) {
      left -= weight;
      if (left < 0) {
        this.#take(`${occasion}: ${outcome}`);
        return outcome;
      }
    }
    throw new Error(`${occasion} has no outcome`);
  }

  /** How often each outcome was taken, by `occasion: outcome`. */
  taken(): ReadonlyMap<string, number> {
    return this.#taken;
  }

  #take(outcome: string): void {
    this.#taken.set(outcome, (this.#taken.get(outcome) ?? 0) + 1);
  }
}
