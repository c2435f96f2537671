/**
 * One spelling for programs that mean the same: handles, calls and actors numbered in order of appearance, arguments
 * in the order of the interface, defaults left out. A short program that two people found is then one text.
 */

import type { ArgumentEntry, Scalar, Step } from '#spec/index';
import { END, isLiteral, type ProgramShape } from './program-shape.ts';

/** Prefix of the names of calls. */
const CALL = 'w';
/** Prefix of names that nothing binds. */
const UNBOUND = 'x';

/** Prefix of the names of each kind of handle: the shortest beginning of the kind that no other prefix is. */
const prefixes = (shape: ProgramShape): ReadonlyMap<string, string> => {
  const taken = new Set([CALL, UNBOUND, shape.actorPrefix]);
  return new Map(
    shape.interfaceFile.handles.map((kind) => {
      let length = 1;
      while (taken.has(kind.slice(0, length)) && length < kind.length) length += 1;
      const prefix = kind.slice(0, length);
      taken.add(prefix);
      return [kind, prefix];
    }),
  );
};

/** Names given in order of appearance: the n-th name of a prefix is the prefix and n, from 0. */
class Numbering {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  get(name: string): string | undefined {
    return this.#names.get(name);
  }

  give(name: string, prefix: string): string {
    const count = this.#counts.get(prefix) ?? 0;
    this.#counts.set(prefix, count + 1);
    const given = `${prefix}${count}`;
    this.#names.set(name, given);
    return given;
  }

  /** Keeps a name as it is and counts it. */
  reserve(name: string, prefix: string): void {
    this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + 1);
    this.#names.set(name, name);
  }
}

/** Spells the programs of one interface in one way. */
export class Spelling {
  readonly shape: ProgramShape;
  readonly #prefixes: ReadonlyMap<string, string>;

  constructor(shape: ProgramShape) {
    this.shape = shape;
    this.#prefixes = prefixes(shape);
  }

  /** The same steps in the one spelling. Steps that are so spelt already are returned as they are. */
  spell(steps: readonly Step[]): readonly Step[] {
    const { shape } = this;
    const handles = new Numbering();
    const unbound = new Numbering();
    const calls = new Numbering();
    const actors = new Numbering();
    actors.reserve(shape.firstActor, shape.actorPrefix);
    const actorName = (name: string): string => actors.get(name) ?? actors.give(name, shape.actorPrefix);
    const handleName = (name: string): string =>
      isLiteral(name) ? name : (handles.get(name) ?? unbound.get(name) ?? unbound.give(name, UNBOUND));

    return steps.map((step) => {
      const spelt: Record<string, Scalar> = { op: step.op };
      const actor = actorName(shape.actor(step));
      if (actor !== shape.firstActor) spelt.actor = actor;
      const operation = shape.operation(step);
      // Uses before the binding: a step that rebinds the name it uses means the older handle.
      const values: [string, Scalar][] = [];
      const known = new Set(['op', 'actor', 'as', 'begin']);
      for (const argument of operation?.arguments ?? []) {
        known.add(argument.name);
        const value = step[argument.name];
        if (value === undefined || value === argument.default) continue;
        if (argument.type === 'handle') values.push([argument.name, handleName(String(value))]);
        else if (argument.type === 'actor') values.push([argument.name, actorName(String(value))]);
        else {
          const plain = speltValue(argument, value);
          if (plain !== argument.default) values.push([argument.name, plain]);
        }
      }
      const kind = shape.boundKind(step);
      if (step.as !== undefined) {
        const prefix = kind === undefined ? undefined : this.#prefixes.get(kind);
        spelt.as = prefix === undefined ? step.as : handles.give(step.as, prefix);
      }
      if (step.begin !== undefined) spelt.begin = calls.give(step.begin, CALL);
      for (const [name, value] of values) spelt[name] = value;
      for (const name of Object.keys(step)
        .filter((member) => !known.has(member))
        .sort()) {
        const value = step[name];
        if (value === undefined) continue;
        spelt[name] = name === 'call' && step.op === END ? (calls.get(String(value)) ?? value) : value;
      }
      return isSpelt(step, spelt) ? step : (spelt as unknown as Step);
    });
  }
}

const speltValue = (argument: ArgumentEntry, value: Scalar): Scalar => {
  if (argument.type !== 'flags') return value;
  const named = new Set(String(value).split('|'));
  const known = argument.values ?? [];
  const strange = [...named].filter((flag) => flag !== '' && !known.includes(flag)).sort();
  return [...known.filter((flag) => named.has(flag)), ...strange].join('|');
};

/** Whether a step has the members of its spelling, in their order. */
const isSpelt = (step: Step, spelt: Readonly<Record<string, Scalar>>): boolean => {
  const wanted = Object.keys(spelt);
  const members = Object.keys(step);
  return (
    members.length === wanted.length &&
    wanted.every((name, position) => members[position] === name && step[name] === spelt[name])
  );
};
