/**
 * How short a counterexample could be: the shortest program that shows the same finding, of all programs that can be made
 * from its own steps and, where wanted, of all that can be written in the small worlds of its interface.
 */

import { SmallWorld } from '#model/index';
import { type InterfaceName, interfaceFile, type Program } from '#spec/index';
import type { Attempt } from '../attempt.ts';
import { guideOf } from '../interfaces.ts';
import { bodyOf, ProgramShape } from '../program-shape.ts';
import { worldsOf } from '../worlds.ts';
import { counterexampleWorld } from './counterexample-world.ts';
import { Search } from './search.ts';
import type { SteppedSystem } from './stepped-system.ts';

export interface Minimum {
  /** Steps of the shortest program known, before its closing. */
  readonly steps: number;
  /** Every shorter program was looked at; when false there may be a shorter one still. */
  readonly exact: boolean;
  readonly program: Program;
}

export interface MinimumOptions {
  readonly edition?: string;
  /** Situations to keep in each world before its search gives up. */
  readonly situationsMax: number;
  /** Look through the small worlds of the interface too. */
  readonly smallWorlds?: boolean;
}

/** Looks for programs shorter than the counterexample that show the same, in one world after another. */
export const minimumOf = (
  name: InterfaceName,
  system: SteppedSystem,
  counterexample: Program,
  shows: (tried: Attempt) => boolean,
  options: MinimumOptions,
): Minimum => {
  const { edition, situationsMax, smallWorlds = false } = options;
  const file = interfaceFile(name);
  const { closing } = guideOf(name);
  let shortest = bodyOf(counterexample, ({ steps }) => closing(steps));
  let program = counterexample;
  let exact = true;
  const own = new SmallWorld(file, counterexampleWorld(shortest, new ProgramShape(file)));
  for (const world of smallWorlds ? [own, ...worldsOf(name)] : [own]) {
    const search = new Search(name, system, world, {
      ...(edition !== undefined && { edition }),
      shows,
      stepsMax: shortest.length - 1,
      situationsMax,
    });
    const { body, complete } = search.run();
    if (body !== null) {
      shortest = body;
      program = { ...counterexample, steps: [...body, ...closing(body)] };
    }
    // A search that gives up has found nothing: what is shorter in other worlds is found there.
    exact = exact && complete;
  }
  return { steps: shortest.length, exact, program };
};
