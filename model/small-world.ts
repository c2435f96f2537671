/**
 * A small world: a few handles, values and actors, and every step that can be made of them. Which programs there are
 * over it is a matter of names alone: a handle is used after it was bound, an actor does one thing at a time, and of
 * programs that differ only in the names of handles of one kind, or of actors, one is written.
 */

import type { InterfaceFile, OperationEntry, Scalar, Step, WorldEntry } from '#spec/index';
import { SpecificationGap } from './choices.ts';

/** The name of the call that is the n-th to begin in its program, from 0. */
export const callName = (number: number): string => `w${number}`;

/** Calls under way at once, in the programs of a small world. */
const openMax = 3;
/** Names and actors are bits of one number. */
const namesMax = 30;

/** One step of the alphabet and what it needs of the names around it. */
interface Letter {
  readonly step: Step;
  /** Begun here and ended in a step of its own. */
  readonly begins: boolean;
  /** Bits of names that have to be there. */
  readonly needs: number;
  /** Bits that are there afterwards. */
  readonly adds: number;
  /** Bits that must not be there. */
  readonly forbids: number;
  readonly actor: string;
}

/** What the programs of a small world have come to: names bound, actors seen, calls under way. */
export interface Standing {
  readonly named: number;
  /** Letters of the calls under way, in the order in which they began. */
  readonly open: readonly number[];
}

/** A small world as an alphabet. Moves are numbers: letters first, then the ends of calls under way. */
export class SmallWorld {
  readonly name: string;
  readonly meaning: string;
  readonly start: Standing;
  readonly #letters: readonly Letter[];

  /** @throws {SpecificationGap} The world speaks of something that the interface does not have. */
  constructor(file: InterfaceFile, world: WorldEntry) {
    this.name = world.name;
    this.meaning = world.meaning;
    this.#letters = lettersOf(file, world);
    this.start = { named: bitsOf(world).get(world.actors[0] as string) as number, open: [] };
  }

  /** How many letters there are. */
  get size(): number {
    return this.#letters.length;
  }

  /** The step of a letter. A call that it begins is named as if it were the program's first. */
  step(letter: number): Step {
    return this.#letter(letter).step;
  }

  begins(letter: number): boolean {
    return this.#letter(letter).begins;
  }

  /** Every letter that may be written here. */
  letters({ named, open }: Standing): readonly number[] {
    const fitting: number[] = [];
    for (let index = 0; index < this.#letters.length; index++) {
      const { needs, forbids, begins, actor } = this.#letters[index] as Letter;
      if ((named & needs) !== needs || (named & forbids) !== 0) continue;
      if (begins && open.length >= openMax) continue;
      if (open.length > 0 && open.some((busy) => this.#letter(busy).actor === actor)) continue;
      fitting.push(index);
    }
    return fitting;
  }

  /** After a letter was written. */
  after(standing: Standing, letter: number): Standing {
    const { named, open } = standing;
    const { adds, begins } = this.#letter(letter);
    if (begins) return { named: named | adds, open: [...open, letter] };
    return (named & adds) === adds ? standing : { named: named | adds, open };
  }

  /** After the call at this place among those under way has ended. */
  ended({ named, open }: Standing, place: number): Standing {
    return { named, open: open.toSpliced(place, 1) };
  }

  /**
   * The steps of these moves: letters, and for the end of the call at a place among those under way the number of
   * letters and its place. Calls are named in the order in which they begin.
   */
  steps(moves: Iterable<number>): readonly Step[] {
    const steps: Step[] = [];
    const open: string[] = [];
    let begun = 0;
    for (const move of moves) {
      if (move >= this.size) {
        steps.push({ op: 'end', call: open.splice(move - this.size, 1)[0] as string });
        continue;
      }
      const { step, begins } = this.#letter(move);
      if (begins) {
        const begin = callName(begun++);
        open.push(begin);
        steps.push({ ...step, begin });
      } else steps.push(step);
    }
    return steps;
  }

  #letter(index: number): Letter {
    const letter = this.#letters[index];
    if (!letter) throw new SpecificationGap(`there is no letter ${index} in the world ${this.name}`);
    return letter;
  }
}

/** The bit of every name and actor. */
const bitsOf = ({ name, actors, handles }: WorldEntry): ReadonlyMap<string, number> => {
  const all = [...actors, ...Object.values(handles).flat()];
  if (all.length > namesMax) throw new SpecificationGap(`the world ${name} has more than ${namesMax} names`);
  return new Map(all.map((one, index) => [one, 1 << index]));
};

const settle: Letter = {
  step: { op: 'settle' },
  begins: false,
  needs: 0,
  adds: 0,
  forbids: 0,
  // Nobody does it, so nobody is too busy for it.
  actor: '',
};

const lettersOf = (file: InterfaceFile, world: WorldEntry): readonly Letter[] => {
  const bits = bitsOf(world);
  const bit = (name: string): number => {
    const found = bits.get(name);
    if (found === undefined) throw new SpecificationGap(`the world ${world.name} has no ${name}`);
    return found;
  };
  /** The one that has to be there already: interchangeable names are taken in their order. */
  const before = (names: readonly string[], name: string): number => {
    const index = names.indexOf(name);
    return index > 0 ? bit(names[index - 1] as string) : 0;
  };
  const letters: Letter[] = [];
  for (const entry of world.operations) {
    const operation = file.operations.find(({ name }) => name === entry.op);
    if (!operation) throw new SpecificationGap(`${file.interface} has no operation ${entry.op}`);
    const kind = operation.binds;
    const results = kind === undefined ? [undefined] : (world.handles[kind] ?? []);
    for (const actor of entry.actors ?? world.actors)
      for (const values of (entry.with ?? [{}]).flatMap((some) => combinations(operation, some, world)))
        for (const as of results) {
          const used = operation.arguments
            .filter(({ type }) => type === 'handle')
            .map(({ name }) => values[name])
            .filter((value): value is string => typeof value === 'string' && bits.has(value));
          // What is used is bound already, and a name is bound once.
          if (as !== undefined && used.includes(as)) continue;
          letters.push({
            step: {
              op: entry.op,
              ...(actor !== 't0' && { actor }),
              ...values,
              ...(as !== undefined && { as }),
              ...(entry.begins && { begin: callName(0) }),
            } as Step,
            begins: entry.begins === true,
            needs:
              used.reduce((all, name) => all | bit(name), before(world.actors, actor)) |
              (as === undefined ? 0 : before(world.handles[kind as string] as readonly string[], as)),
            adds: bit(actor) | (as === undefined ? 0 : bit(as)),
            forbids: as === undefined ? 0 : bit(as),
            actor,
          });
        }
  }
  return [...letters, settle];
};

/** Every combination of the values given and, for handles of which nothing is said, of the fitting names. */
const combinations = (
  operation: OperationEntry,
  given: Readonly<Record<string, readonly Scalar[]>>,
  world: WorldEntry,
): readonly Readonly<Record<string, Scalar>>[] => {
  for (const name of Object.keys(given))
    if (!operation.arguments.some((argument) => argument.name === name))
      throw new SpecificationGap(`${operation.name} has no argument ${name}`);
  let all: Readonly<Record<string, Scalar>>[] = [{}];
  for (const { name, type, of = [] } of operation.arguments) {
    const values =
      given[name] ?? (type === 'handle' ? of.flatMap((kind) => world.handles[kind] ?? []) : undefined);
    if (values) all = all.flatMap((some) => values.map((value) => ({ ...some, [name]: value })));
  }
  return all;
};
