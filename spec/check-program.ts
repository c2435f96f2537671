/** Whether a program can be run at all: it fits the schema of programs, and every step is one its interface has. */

import { type InterfaceName, interfaceNames } from './generated/names.ts';
import type { Program, Step } from './generated/program.ts';
import { isInterfaceName } from './interface-name.ts';
import { isValid, validate } from './validate.ts';

const programErrors: Readonly<Record<InterfaceName, (program: unknown) => readonly string[]>> = {
  'msg-ring': validate.msgRingProgram,
  uintr: validate.uintrProgram,
  'qnx-interrupt': validate.qnxInterruptProgram,
  rsm: validate.rsmProgram,
};

/**
 * What is wrong with a program, each error led by the path of the offending part; empty when it can be run.
 * Handles that nothing bound are not wrong: operations are total over them.
 */
export const checkProgram = (program: unknown): readonly string[] => {
  if (!isValid.program(program)) return validate.program(program);
  if (!isInterfaceName(program.interface)) return [`/interface must be one of ${interfaceNames.join(', ')}`];
  const errors = programErrors[program.interface](program);
  return errors.length > 0 ? errors : wellFormed(program);
};

/** What the schema of one interface's programs cannot say. */
const wellFormed = (program: Program): readonly string[] => [
  ...program.steps.flatMap(repeatedFlags),
  ...namedTwice(program, 'as'),
  ...namedTwice(program, 'begin'),
  ...endsOfNothing(program),
];

/** Only flags are joined by a bar: the schema lets it into no other argument. */
const repeatedFlags = (step: Step, index: number): readonly string[] =>
  Object.entries(step)
    .filter(([, value]) => typeof value === 'string' && value.includes('|') && hasRepeats(value.split('|')))
    .map(([argument]) => `/steps/${index}/${argument} names a flag twice`);

const hasRepeats = (flags: readonly string[]): boolean => new Set(flags).size < flags.length;

/** A name stands for one thing in a program, so that a step says what it uses wherever the step is moved. */
const namedTwice = ({ steps }: Program, member: 'as' | 'begin'): readonly string[] => {
  const first = new Map<string, number>();
  return steps.flatMap((step, index) => {
    const name = step[member];
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier !== undefined)
      return [`/steps/${index}/${member} ${name} is the name given by step ${earlier}`];
    first.set(name, index);
    return [];
  });
};

const endsOfNothing = ({ steps }: Program): readonly string[] => {
  const begun = new Set<string>();
  return steps.flatMap((step, index) => {
    if (step.begin !== undefined) begun.add(step.begin);
    if (step.op !== 'end') return [];
    return begun.delete(String(step.call))
      ? []
      : [`/steps/${index}/call ${String(step.call)} is not a call under way`];
  });
};
