/**
 * How the steps of a program and what was seen of them are written for people. Each interface may have a dialect of
 * its own; without one, calls are written as `operation(argument=value)`.
 */

import {
  type Fact,
  type InterfaceName,
  interfaceFile,
  interfaceNames,
  type Program,
  type Result,
  type Step,
  type TraceEvent,
} from '#spec/index';

export interface Dialect {
  /** The call of a step, without its actor and without its `begin`. */
  readonly call: (step: Step, program: Program) => string;
  /** What a result says, a line for each thing seen; never empty. */
  readonly seen: (result: Result, step: Step | undefined, program: Program) => readonly string[];
  /**
   * A picture in text of what happened up to the step that broke, from 0; no line where there is nothing to be drawn.
   * Absent where listings say enough.
   */
  readonly picture?: (
    program: Program,
    events: readonly TraceEvent[],
    broken: number | null,
  ) => readonly string[];
}

const isDescribed = (name: string): name is InterfaceName =>
  (interfaceNames as readonly string[]).includes(name);

/** Title of an interface as its documents have it; its name when nothing is known about it. */
export const interfaceTitle = (name: string): string =>
  isDescribed(name) ? interfaceFile(name).title : name;

/** The value an argument has when a step does not give it. */
const defaultOf = (interfaceName: string, op: string, argument: string): unknown =>
  isDescribed(interfaceName)
    ? interfaceFile(interfaceName)
        .operations.find(({ name }) => name === op)
        ?.arguments.find(({ name }) => name === argument)?.default
    : undefined;

/** Whether an operation may block, so that its time says something. */
export const mayBlock = (interfaceName: string, op: string): boolean =>
  isDescribed(interfaceName) &&
  interfaceFile(interfaceName).operations.some(({ name, blocks }) => name === op && blocks === true);

const ownMembers = new Set(['op', 'actor', 'as', 'begin']);

/** The arguments of a step that are given and are not what they would be anyway. */
export const givenArguments = (
  step: Step,
  interfaceName: string,
): readonly (readonly [name: string, value: string | number | boolean])[] =>
  Object.entries(step).flatMap(([name, value]) =>
    value === undefined || ownMembers.has(name) || value === defaultOf(interfaceName, step.op, name)
      ? []
      : [[name, value] as const],
  );

const shownFact = (fact: Fact | undefined): string => {
  if (Array.isArray(fact)) return `[${fact.map((item) => shownItem(item)).join(', ')}]`;
  return String(fact);
};

const shownItem = (item: unknown): string =>
  typeof item === 'object' && item !== null
    ? `{${Object.entries(item)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}}`
    : String(item);

/** What every interface's results share: the refusal, the call that was not made, the value returned. */
export const outcomeLine = (result: Result): string | null => {
  if (result.skipped !== undefined) return `not made: ${result.skipped}`;
  if (result.error !== undefined) return `= -1 ${result.error}`;
  return result.value === undefined ? null : `= ${result.value}`;
};

const sharedMembers = new Set(['error', 'skipped', 'value']);

export const plainDialect: Dialect = {
  call: (step, program) => {
    const given = givenArguments(step, program.interface).map(([name, value]) => `${name}=${value}`);
    const bound = step.as === undefined ? '' : `${step.as} = `;
    return `${bound}${step.op}(${given.join(', ')})`;
  },
  seen: (result) => {
    const outcome = outcomeLine(result);
    const members = Object.entries(result)
      .filter(([name]) => !sharedMembers.has(name))
      .map(([name, fact]) => `${name}=${shownFact(fact as Fact | undefined)}`);
    const lines = [...(outcome === null ? [] : [outcome]), ...members];
    return lines.length === 0 ? ['ok'] : lines;
  },
};
