/**
 * Reads the arguments of a step with the defaults of interface.json. Programs are checked against the interface before
 * a machine sees them; a wrong type here is our fault and throws.
 *
 * A machine spells the name of each argument, `step.len ?? usual.len`: a name that is only known when it is looked up
 * takes several times as long, and most arguments of most steps are left out.
 */

import { type InterfaceName, interfaceFile } from '#spec/index';
import { SpecificationGap } from './choices.ts';

/** What the arguments of an operation are when a step leaves them out; nothing where they have to be given. */
export const usualOf = (name: InterfaceName, operation: string): Readonly<Record<string, unknown>> => {
  const entry = interfaceFile(name).operations.find((known) => known.name === operation);
  if (entry === undefined) throw new SpecificationGap(`${name} has no operation ${operation}`);
  return Object.fromEntries(entry.arguments.map((argument) => [argument.name, argument.default]));
};

const wrong = (value: unknown, wanted: string): never => {
  throw new SpecificationGap(`an argument has to be ${wanted}, not ${JSON.stringify(value) ?? 'left out'}`);
};

export const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : wrong(value, 'a number');

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : wrong(value, 'a text');

const sets = new Map<string, ReadonlySet<string>>([['', new Set()]]);

/** The names joined by | in a flags argument. */
export const flagsOf = (value: unknown): ReadonlySet<string> => {
  const joined = textOf(value);
  const known = sets.get(joined);
  if (known) return known;
  const set = new Set(joined.split('|'));
  sets.set(joined, set);
  return set;
};
