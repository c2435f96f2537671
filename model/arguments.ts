/**
 * Reads the arguments of a step with the defaults of interface.json. Programs are checked against the interface before
 * a machine sees them; a wrong type here is our fault and throws.
 */

import { type InterfaceName, interfaceFile, type Step } from '#spec/index';
import { SpecificationGap } from './choices.ts';

/** Typed access to the arguments of one interface's steps. */
export interface Arguments {
  readonly number: (step: Step, name: string) => number;
  readonly text: (step: Step, name: string) => string;
  readonly truth: (step: Step, name: string) => boolean;
  /** The names joined by | in a flags argument. */
  readonly flags: (step: Step, name: string) => ReadonlySet<string>;
}

/** The arguments of an interface. */
export const argumentsOf = (name: InterfaceName): Arguments => {
  const defaults: Record<string, Record<string, unknown>> = {};
  for (const operation of interfaceFile(name).operations)
    defaults[operation.name] = Object.fromEntries(
      operation.arguments.map((argument) => [argument.name, argument.default]),
    );

  const read = (step: Step, argument: string): unknown => step[argument] ?? defaults[step.op]?.[argument];
  const wrong = (step: Step, argument: string): never => {
    throw new SpecificationGap(`${step.op} has no usable argument ${argument}`);
  };
  const sets = new Map<string, ReadonlySet<string>>([['', new Set()]]);
  const setOf = (joined: string): ReadonlySet<string> => {
    const known = sets.get(joined);
    if (known) return known;
    const set = new Set(joined.split('|'));
    sets.set(joined, set);
    return set;
  };
  return {
    number: (step, argument) => {
      const value = read(step, argument);
      return typeof value === 'number' ? value : wrong(step, argument);
    },
    text: (step, argument) => {
      const value = read(step, argument);
      return typeof value === 'string' ? value : wrong(step, argument);
    },
    truth: (step, argument) => read(step, argument) === true,
    flags: (step, argument) => {
      const value = read(step, argument);
      return setOf(typeof value === 'string' ? value : wrong(step, argument));
    },
  };
};
