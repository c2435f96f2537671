/**
 * The order in which a shrinker descends. Of two bodies the simpler one has fewer steps; then fewer actors, fewer
 * handles, fewer arguments that are not the default, smaller values, binding steps earlier, the earlier text.
 * Bodies that differ in names alone are equal, except that the one spelling comes before all others.
 */

import type { Program, Step } from '#spec/index';
import { bodyOf, type Closing, type ProgramShape } from '../program-shape.ts';
import { Spelling } from '../program-spelling.ts';
import { magnitude } from './numbers.ts';

/** What is compared, most significant first. The later members are computed when the earlier ones are equal. */
class Weight {
  readonly steps: number;
  readonly #spelt: readonly Step[];
  readonly #shape: ProgramShape;
  readonly #given: readonly Step[];
  #counts: Counts | undefined;
  #texts: readonly string[] | undefined;

  constructor(body: readonly Step[], spelling: Spelling) {
    this.steps = body.length;
    this.#given = body;
    this.#shape = spelling.shape;
    this.#spelt = spelling.spell(body);
  }

  get counts(): Counts {
    this.#counts ??= countsOf(this.#spelt, this.#shape);
    return this.#counts;
  }

  get texts(): readonly string[] {
    this.#texts ??= textsOf(this.#spelt, this.#shape);
    return this.#texts;
  }

  /** 0 in the one spelling, 1 in any other. */
  get spelling(): number {
    return this.#given.every((step, index) => step === this.#spelt[index]) ? 0 : 1;
  }

  get raw(): string {
    return JSON.stringify(this.#given);
  }
}

interface Counts {
  readonly actors: number;
  readonly handles: number;
  /** Arguments that are not the default, every flag counted as one; actors but the first and begun calls too. */
  readonly arguments: number;
  readonly size: bigint;
}

const countsOf = (body: readonly Step[], shape: ProgramShape): Counts => {
  let given = 0;
  let small = 0;
  let large = 0n;
  for (const step of body) {
    if (step.actor !== undefined) {
      given += 1;
      small += Number(step.actor.slice(1));
    }
    if (step.begin !== undefined) given += 1;
    for (const argument of shape.operation(step)?.arguments ?? []) {
      const value = step[argument.name];
      if (value === undefined) continue;
      switch (argument.type) {
        case 'handle':
          break;
        case 'flags': {
          for (const flag of String(value).split('|')) {
            if (flag === '') continue;
            given += 1;
            small += (argument.values ?? []).indexOf(flag) + 1;
          }
          // The empty string, where the default is something else.
          if (value === '') given += 1;
          break;
        }
        case 'choice':
          given += 1;
          small += (argument.values ?? []).indexOf(String(value)) + 1;
          break;
        case 'u64':
          given += 1;
          large += magnitude(BigInt(value));
          break;
        case 'integer':
          given += 1;
          large += magnitude(BigInt(Math.trunc(Number(value))));
          break;
        case 'boolean':
        case 'actor':
          given += 1;
          break;
      }
    }
  }
  return {
    actors: shape.actors(body).length,
    handles: shape.bindings(body).length,
    arguments: given,
    size: large + BigInt(small),
  };
};

/**
 * One text a step: binding steps first, then operations in the order of the interface; handles by the place of their
 * binding, so that the ring itself comes before another, and both before a literal.
 */
const textsOf = (body: readonly Step[], shape: ProgramShape): readonly string[] => {
  const places = new Map(shape.bindings(body).map(({ name }, place) => [name, place]));
  const ranks = new Map(shape.interfaceFile.operations.map(({ name }, rank) => [name, rank]));
  const padded = (place: number): string => String(place).padStart(4, '0');
  return body.map((step) => {
    const binder = shape.boundKind(step) === undefined ? 1 : 0;
    const handles: string[] = [];
    const values: string[] = [];
    const handleNames = new Set<string>();
    for (const argument of shape.operation(step)?.arguments ?? []) {
      if (argument.type !== 'handle') continue;
      handleNames.add(argument.name);
      const name = String(step[argument.name]);
      const place = places.get(name);
      handles.push(place === undefined ? `~${name}` : padded(place));
    }
    for (const [member, value] of Object.entries(step))
      if (!handleNames.has(member) && member !== 'op' && member !== 'as') values.push(`${member}=${value}`);
    return [binder, padded(ranks.get(step.op) ?? 9999), step.op, ...handles, ...values].join(' ');
  });
};

const compareTexts = (some: readonly string[], others: readonly string[]): number => {
  for (const [index, text] of some.entries()) {
    const other = others[index] ?? '';
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
};

const compareRaw = (one: string, other: string): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};

/** Compares bodies of one interface by simplicity; a total order, in which only equal bodies compare as 0. */
export class Simplicity {
  readonly shape: ProgramShape;
  readonly spelling: Spelling;
  readonly #weights = new WeakMap<readonly Step[], Weight>();

  constructor(shape: ProgramShape) {
    this.shape = shape;
    this.spelling = new Spelling(shape);
  }

  /** Below 0 when the first body is simpler, above when the second is. */
  compare(one: readonly Step[], other: readonly Step[]): number {
    if (one.length !== other.length) return one.length - other.length;
    const [a, b] = [this.#weight(one), this.#weight(other)];
    const byCounts =
      a.counts.actors - b.counts.actors ||
      a.counts.handles - b.counts.handles ||
      a.counts.arguments - b.counts.arguments;
    if (byCounts !== 0) return byCounts;
    if (a.counts.size !== b.counts.size) return a.counts.size < b.counts.size ? -1 : 1;
    return compareTexts(a.texts, b.texts) || a.spelling - b.spelling || compareRaw(a.raw, b.raw);
  }

  #weight(body: readonly Step[]): Weight {
    let weight = this.#weights.get(body);
    if (weight === undefined) {
      weight = new Weight(body, this.spelling);
      this.#weights.set(body, weight);
    }
    return weight;
  }
}

/** Whether the first program is strictly simpler than the second, closings aside. */
export const simpler = (one: Program, other: Program, shape: ProgramShape, closing?: Closing): boolean =>
  new Simplicity(shape).compare(bodyOf(one, closing), bodyOf(other, closing)) < 0;
