/** Simpler arguments: the default, then an edge, then the least number, flag by flag, choice by choice. */

import type { ArgumentEntry, Scalar, Step } from '#spec/index';
import type { ProgramShape } from '../program-shape.ts';
import { type Asking, type Descent, type Draft, withMember, withStep } from './descent.ts';
import { lower } from './numbers.ts';

/** With more numbers than this in a program, no two different ones are lowered together. */
const NUMBERS_TOGETHER_MAX = 8;

/** An argument of one step that is given and is no handle. */
interface Place {
  readonly index: number;
  readonly argument: ArgumentEntry;
  readonly value: Scalar;
}

const placesOf = (step: Step, index: number, shape: ProgramShape): readonly Place[] =>
  (shape.operation(step)?.arguments ?? []).flatMap((argument) => {
    const value = step[argument.name];
    return argument.type === 'handle' || argument.type === 'actor' || value === undefined
      ? []
      : [{ index, argument, value }];
  });

const allPlaces = ({ body, shape }: Descent): readonly Place[] =>
  body.flatMap((step, index) => placesOf(step, index, shape));

/** The draft with some arguments set; undefined means the default. */
const withValues = (draft: Draft, places: readonly Place[], value: Scalar | undefined): Draft =>
  places.reduce((changed, { index, argument }) => {
    const step = changed.body[index];
    return step === undefined
      ? changed
      : withStep(changed, index, withMember(step, argument.name, value ?? argument.default));
  }, draft);

/** Simplifies every argument of every step: all at once, step by step, one by one. */
export function* simplifyArguments(descent: Descent): Asking {
  if (yield* toDefault(descent, allPlaces(descent))) return;
  for (let index = 0; index < descent.body.length; index += 1) {
    const places = placesOf(descent.body[index] as Step, index, descent.shape);
    if (places.length > 1 && (yield* toDefault(descent, places))) continue;
    for (const place of places) yield* simplify(descent, [place]);
  }
}

/** Simplifies arguments of equal value together: what matters may be that they are equal. */
export function* simplifyEqualArguments(descent: Descent): Asking {
  const groups = new Map<string, Place[]>();
  for (const place of allPlaces(descent)) {
    const key = `${place.argument.type} ${place.value}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    yield* simplify(descent, group);
    // Equal by accident with a third of another name.
    for (const name of new Set(group.map(({ argument }) => argument.name))) {
      const named = group.filter(({ argument }) => argument.name === name);
      if (named.length > 1 && named.length < group.length) yield* simplify(descent, named);
    }
  }
}

/** Lowers two numbers by as much as both can go: what matters may be their difference. */
export function* lowerNumbersTogether(descent: Descent): Asking {
  const numbers = allPlaces(descent).filter(({ argument }) => isNumber(argument));
  if (numbers.length > NUMBERS_TOGETHER_MAX) return;
  for (const [position, one] of numbers.entries())
    for (const other of numbers.slice(position + 1)) {
      const [a, b] = [numberAt(descent, one), numberAt(descent, other)];
      if (a === undefined || b === undefined || a === b) continue;
      const room = [a - least(one.argument), b - least(other.argument)];
      const distance = room.reduce((lowest, candidate) => (candidate < lowest ? candidate : lowest));
      if (distance <= 0n) continue;
      yield* lower(distance, 0n, [], function* (left) {
        const down = distance - left;
        const lowered = withValues(descent.draft, [one], spell(one.argument, a - down));
        return yield* descent.offer(withValues(lowered, [other], spell(other.argument, b - down)));
      });
    }
}

function* toDefault(descent: Descent, places: readonly Place[]): Asking<boolean> {
  const optional = places.filter(({ argument }) => argument.default !== undefined);
  return optional.length > 0 && (yield* descent.offer(withValues(descent.draft, optional, undefined)));
}

/** Simplifies some places that hold one value, to one value again. */
function* simplify(descent: Descent, places: readonly Place[]): Asking {
  const [first] = places;
  if (first === undefined || (yield* toDefault(descent, places))) return;
  const { argument, value } = first;
  const set = (simpler: Scalar): Asking<boolean> => descent.offer(withValues(descent.draft, places, simpler));
  switch (argument.type) {
    case 'integer':
    case 'u64': {
      const lowest = places.map((place) => least(place.argument)).reduce((a, b) => (a > b ? a : b));
      const edges = places.flatMap((place) => place.argument.edges ?? []).map(BigInt);
      yield* lower(BigInt(value), lowest, [...new Set(edges)], (number) => set(spell(argument, number)));
      return;
    }
    case 'flags':
      yield* fewerFlags(String(value), set);
      return;
    case 'choice': {
      const values = argument.values ?? [];
      const present = values.indexOf(String(value));
      for (const choice of values.slice(0, Math.max(0, present))) if (yield* set(choice)) return;
      return;
    }
    default:
      return;
  }
}

/** Leaves one flag only, if that will do, and otherwise takes away one after the other. */
function* fewerFlags(joined: string, set: (flags: string) => Asking<boolean>): Asking {
  let flags = joined.split('|');
  if (flags.length > 2) for (const flag of flags) if (yield* set(flag)) return;
  for (const flag of [...flags].reverse()) {
    const rest = flags.filter((other) => other !== flag);
    if (yield* set(rest.join('|'))) flags = rest;
  }
}

const isNumber = ({ type }: ArgumentEntry): boolean => type === 'integer' || type === 'u64';

const least = ({ min }: ArgumentEntry): bigint => BigInt(min ?? 0);

/** The value that an argument takes for a number. */
const spell = ({ type }: ArgumentEntry, value: bigint): Scalar =>
  type === 'u64' ? `0x${value.toString(16)}` : Number(value);

const numberAt = ({ body }: Descent, { index, argument }: Place): bigint | undefined => {
  const value = body[index]?.[argument.name];
  return value === undefined ? undefined : BigInt(value);
};
