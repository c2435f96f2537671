/** The shortest programs that test something, sought in small worlds. */

import type { SmallWorld } from '#model/index';
import { Seeking } from '#model/witness';
import { type InterfaceName, interfaceFile, type PointId, type Program } from '#spec/index';
import { guideOf, machineOf } from './interfaces.ts';
import { editionOf, statesOf } from './oracle.ts';

export interface ShortestProgram {
  /** The clause that it could have refuted, or the variation point that it decides. */
  readonly tests: string;
  readonly program: Program;
}

/** The shortest program for each clause and each variation point that these worlds have one for, closed. */
export const witnessesOf = (
  name: InterfaceName,
  worlds: readonly SmallWorld[],
  bounds: { readonly edition: string | undefined; readonly maxSteps: number; readonly maxStates: number },
): readonly ShortestProgram[] => {
  const machine = machineOf(name);
  const { maxSteps, maxStates, edition } = bounds;
  const states = statesOf(name, editionOf(name, edition).id);
  const points = machine.points.ids as readonly PointId[];
  const { closing } = guideOf(name);
  const seeking = new Seeking(machine, machine.clauses, points, { closing, maxSteps, maxStates, states });
  for (const world of worlds) if (!seeking.isOver) seeking.in(world);
  const { version } = interfaceFile(name);
  return [...seeking.clauses, ...seeking.points].map(([tests, { steps }]) => ({
    tests,
    program: { interface: name, version, steps },
  }));
};
