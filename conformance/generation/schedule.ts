/**
 * What each program of a run starts from. Witnesses and litmus bodies take turns so that the clause which has been
 * served least comes next, and of its bodies the one that serves most others; between them chance alone writes programs, because it finds what nobody aimed at. Which slot
 * a program gets depends on its number alone, so a run can be cut into shards anywhere.
 */

import type { Step } from '#spec/index';

/** A body that tests something. */
export interface Start {
  readonly origin: 'witness' | 'litmus';
  readonly body: readonly Step[];
  /** Clauses that it could refute and points that it decides, with what a turn of it counts for each, at most 1. */
  readonly tests: ReadonlyMap<string, number>;
}

/**
 * How a body is used: as it stands; brought to its end, with its calls ended and its effects looked at, before steps of
 * chance follow; or with steps of chance that meet what it left open.
 */
export type Form = 'alone' | 'ended' | 'open';

/** What one program is made of. */
export type Slot =
  | {
      readonly kind: 'start';
      readonly start: number;
      readonly form: Form;
    }
  | { readonly kind: 'swarm' }
  | { readonly kind: 'uniform' };

/** After everything was served once: of so many programs in a row, which ones chance alone writes. */
const round = 12;
const swarmAt = new Set([2, 5, 8, 10]);
const uniformAt = 11;
/** Where a body comes that was never used, though what it tests was served by others. */
const freshAt = 6;
/**
 * So many clauses and points can be served ten times each by 300 programs one after the other. Where there are more, every
 * second body is the one that serves most of those that were served less than `enough` times.
 */
const many = 40;
const enough = 30;
/** What is left of a turn: steps of chance may undo what a body set up, unless it came to its end before them. */
const credits: Readonly<Record<Form, number>> = { alone: 1, ended: 1, open: 0.5 };

/** The slots of a run, worked out as far as they are asked for. */
export class Schedule {
  readonly #starts: readonly Start[];
  /** Starts by what they test. */
  readonly #byTarget: ReadonlyMap<string, readonly number[]>;
  readonly #credit = new Map<string, number>();
  readonly #used: number[];
  readonly #directedOnly: boolean;
  readonly #slots: Slot[] = [];
  #unserved: number;

  /** @param directedOnly - No program of chance alone, as long as there is any start. */
  constructor(starts: readonly Start[], directedOnly: boolean) {
    this.#starts = starts;
    this.#directedOnly = directedOnly;
    const byTarget = new Map<string, number[]>();
    starts.forEach(({ tests }, index) => {
      for (const target of tests.keys()) byTarget.set(target, [...(byTarget.get(target) ?? []), index]);
    });
    this.#byTarget = byTarget;
    for (const target of byTarget.keys()) this.#credit.set(target, 0);
    this.#unserved = byTarget.size;
    this.#used = starts.map(() => 0);
  }

  /** The slot of the program with this number. */
  at(number: number): Slot {
    while (this.#slots.length <= number) this.#slots.push(this.#next(this.#slots.length));
    return this.#slots[number] as Slot;
  }

  #next(number: number): Slot {
    const place = number % round;
    if (this.#byTarget.size === 0) return place === uniformAt ? { kind: 'uniform' } : { kind: 'swarm' };
    if (this.#unserved === 0 && !this.#directedOnly) {
      if (swarmAt.has(place)) return { kind: 'swarm' };
      if (place === uniformAt) return { kind: 'uniform' };
    }
    const fresh = place === freshAt && this.#unserved === 0 ? this.#used.indexOf(0) : -1;
    const start = fresh >= 0 ? fresh : this.#choose(number % 4 !== 3 && this.#byTarget.size > many);
    const { tests } = this.#starts[start] as Start;
    const turn = this.#used[start] as number;
    const form = turn === 0 ? 'alone' : turn % 2 === 1 ? 'ended' : 'open';
    this.#used[start] = turn + 1;
    for (const [target, worth] of tests) {
      const before = this.#credit.get(target) as number;
      if (before === 0) this.#unserved--;
      this.#credit.set(target, before + worth * credits[form]);
    }
    return { kind: 'start', start, form };
  }

  /** Of the starts that test what was served least, the one that serves most that is short; then the one used least. */
  #choose(gathers: boolean): number {
    let target = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [one, credit] of this.#credit)
      if (credit < least) {
        target = one;
        least = credit;
      }
    const [first, ...others] = this.#byTarget.get(target) as readonly [number, ...number[]];
    const isBetter = (one: number, best: number): boolean => {
      const gained = gathers && least < enough ? this.#gainOf(one) - this.#gainOf(best) : 0;
      return gained > 0 || (gained === 0 && (this.#used[one] as number) < (this.#used[best] as number));
    };
    return others.reduce((best, one) => (isBetter(one, best) ? one : best), first);
  }

  /** What a turn of this start adds to everything that is short, less for one that was used often. */
  #gainOf(start: number): number {
    let gain = 0;
    for (const [target, worth] of (this.#starts[start] as Start).tests)
      if ((this.#credit.get(target) as number) < enough) gain += worth;
    return gain / (1 + (this.#used[start] as number));
  }
}
