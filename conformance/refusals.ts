/** How many reasons to refuse it the calls of a program meet at once, as the machine sees it along the program. */

import type { Context } from '#model/index';
import { type InterfaceName, type InterfaceOffer, interfaceFile, type Program, type Step } from '#spec/index';
import { operationsOf, Walk } from './generation/walk.ts';
import { guideOf, machineOf } from './interfaces.ts';

const nothingOffered: InterfaceOffer = { operations: {}, capabilities: [] };

/**
 * The numbers, one for each call that the documents describe, or for whatever the guide says was set off. Each call is
 * taken to return what the machine's first outcome says, so this is about the program and not about the system.
 */
export const refusalsMet = (
  name: InterfaceName,
  program: Program,
  states: Context['states'],
): readonly number[] => {
  const machine = machineOf(name);
  const file = interfaceFile(name);
  const operations = operationsOf(file);
  const told = guideOf(name).refusalsMet;
  const walk = new Walk(machine, file, nothingOffered, states);
  const met: number[] = [];
  for (const step of program.steps) {
    const before = walk.state;
    const operation = operations.get(step.op);
    if (told === undefined && operation !== undefined && operation.scaffold !== true)
      met.push(errorsOf(walk, step));
    walk.push(step);
    if (told !== undefined) met.push(...told(before, walk.state));
  }
  return met;
};

const errorsOf = (walk: Walk<unknown>, step: Step): number =>
  walk.outcomes(step).filter((outcome) => outcome.sample?.().error !== undefined).length;
