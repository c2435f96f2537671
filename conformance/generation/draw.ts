/** Chance, as fast-check gives it: everything a program is made of is drawn through here, so a seed replays it. */

import fc, { type Random } from 'fast-check';
import type { ArgumentEntry, Scalar } from '#spec/index';

const word = fc.integer({ min: 0, max: 0xffffffff });
const ranges = new Map<string, fc.Arbitrary<number>>();

const range = (min: number, max: number): fc.Arbitrary<number> => {
  const key = `${min} ${max}`;
  const known = ranges.get(key);
  if (known) return known;
  const made = fc.integer({ min, max });
  ranges.set(key, made);
  return made;
};

/** Draws of one program. */
export class Draw {
  readonly #random: Random;
  readonly #bias: number | undefined;

  constructor(random: Random, bias: number | undefined) {
    this.#random = random;
    this.#bias = bias;
  }

  /** A whole number, both bounds included. */
  int(min: number, max: number): number {
    return this.#random.nextInt(min, max);
  }

  /** True in this many of a hundred cases. */
  percent(percent: number): boolean {
    return this.#random.nextInt(0, 99) < percent;
  }

  /** One of these; the list must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.#random.nextInt(0, list.length - 1)] as T;
  }

  /** The index drawn by weight; -1 when all weights are 0. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    if (total === 0) return -1;
    let at = this.#random.nextInt(0, total - 1);
    for (let index = 0; index < weights.length; index++) {
      at -= weights[index] as number;
      if (at < 0) return index;
    }
    return weights.length - 1;
  }

  /** 64 random bits, spelt as programs spell them. */
  u64(): string {
    const high = word.generate(this.#random, this.#bias).value;
    const low = word.generate(this.#random, this.#bias).value;
    return high === 0
      ? `0x${low.toString(16)}`
      : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
  }

  /** A value of an argument that is not a handle: edges often, otherwise anywhere in its range. */
  value(argument: ArgumentEntry, allowed: (value: string) => boolean): Scalar {
    const { edges } = argument;
    if (edges !== undefined && edges.length > 0 && this.percent(50)) return this.pick(edges);
    switch (argument.type) {
      case 'integer':
        return range(argument.min ?? 0, argument.max ?? 0xffffffff).generate(this.#random, this.#bias).value;
      case 'u64':
        return this.u64();
      case 'boolean':
        return this.percent(50);
      case 'choice': {
        const values = (argument.values ?? []).filter(allowed);
        return values.length > 0 ? this.pick(values) : (argument.default ?? '');
      }
      case 'flags':
        return (argument.values ?? []).filter((value) => allowed(value) && this.percent(20)).join('|');
      case 'handle':
      case 'actor':
        return this.pick(argument.others ?? ['t0']);
    }
  }
}
