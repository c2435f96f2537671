/**
 * The shortest program that still shows a finding. Passes propose simpler programs, an oracle says which of them show
 * it, and the descent ends where no pass finds anything simpler. It knows no interface beyond interface.json.
 */

import type { InterfaceFile, Program, Step } from '#spec/index';
import { type Closing, ProgramShape, partsOf } from './program-shape.ts';
import { exchangedActors, loweredActors, mergedActors } from './shrinking/actors.ts';
import { lowerNumbersTogether, simplifyArguments, simplifyEqualArguments } from './shrinking/arguments.ts';
import { plainCalls } from './shrinking/calls.ts';
import { deletePairs, deleteRuns, deleteTriples } from './shrinking/deletion.ts';
import { type Asking, Descent, type Draft, exhaust, type Pass } from './shrinking/descent.ts';
import { changeArguments, moveSteps, resizedStepsLess, resizeObjects } from './shrinking/detour.ts';
import {
  gatheredHandles,
  literalHandles,
  loweredHandles,
  substitutedHandles,
  unitedHandles,
  unitedHandlesOneStepLess,
} from './shrinking/handles.ts';
import { normaliseOrder } from './shrinking/order.ts';
import { regroupedOneStepLess, unitedHandlesStepRepeated } from './shrinking/regrouping.ts';
import { Simplicity } from './shrinking/simplicity.ts';

export { simpler } from './shrinking/simplicity.ts';

/** Asks the oracle whether a candidate still shows the finding. May run the system several times. */
export type Keeps = (candidate: Program) => boolean | Promise<boolean>;

export interface ShrinkOptions {
  readonly interfaceFile: InterfaceFile;
  /** The closing of a body; pure. Without it the closing of the program stays, as far as its handles exist. */
  readonly closing?: Closing;
  /** Most candidates that are asked about. Default 2000. */
  readonly budget?: number;
  /**
   * Whether arguments are made less simple where that may take steps away. It doubles the candidates and gains a step in
   * about one program of fifty. Default true.
   */
  readonly detours?: boolean;
  /** Ends the search early; what was found until then is the answer. */
  readonly signal?: AbortSignal;
}

export interface Shrunk {
  readonly program: Program;
  /** Candidates asked about. */
  readonly tried: number;
  /** Whether the search ended (budget, signal) before no pass found anything simpler. */
  readonly exhausted: boolean;
}

const BUDGET = 2000;

/** Passes that pay for themselves, in the order of what they usually take away. */
const passes: readonly Pass[] = [
  deleteRuns,
  exhaust(plainCalls),
  exhaust(mergedActors),
  exhaust(unitedHandles),
  exhaust(literalHandles),
  exhaust(substitutedHandles),
  exhaust(loweredHandles),
  exhaust(loweredActors),
  simplifyArguments,
  simplifyEqualArguments,
  exhaust(exchangedActors),
  normaliseOrder,
];

/** Passes that ask much and find little: tried where the others find nothing more. */
const thoroughPasses: readonly Pass[] = [
  deletePairs,
  exhaust(gatheredHandles),
  exhaust(unitedHandlesOneStepLess),
  deleteTriples,
  lowerNumbersTogether,
  exhaust(resizedStepsLess),
];

/** Passes that ask most: about programs that do the same elsewhere, and about less simple ones with simpler ones below. */
const detourPasses: readonly Pass[] = [
  exhaust(regroupedOneStepLess),
  exhaust(unitedHandlesStepRepeated),
  resizeObjects,
  changeArguments,
  moveSteps,
];

/** Descends until no pass finds anything simpler. */
function* descend(descent: Descent, detours: boolean): Asking {
  const latePasses = detours ? [...thoroughPasses, ...detourPasses] : thoroughPasses;
  let lowest: Draft | undefined;
  while (descent.draft !== lowest) {
    lowest = descent.draft;
    yield* descent.spell();
    for (const pass of passes) yield* pass(descent);
    if (descent.draft !== lowest) continue;
    for (const pass of latePasses) {
      yield* pass(descent);
      if (descent.draft !== lowest) break;
    }
  }
}

/**
 * Finds a simpler program that shows the same, without touching the closing with which it ends.
 *
 * The oracle may be wrong or flaky: whatever it answers, the result is the program itself or a simpler one that the
 * oracle said yes to. No program is asked about twice.
 *
 * @throws Only what `keeps` or `closing` throws.
 */
export const shrink = async (program: Program, keeps: Keeps, options: ShrinkOptions): Promise<Shrunk> => {
  const { interfaceFile, closing, budget = BUDGET, detours = true, signal } = options;
  const shape = new ProgramShape(interfaceFile);
  const parts = partsOf(program, closing);
  const render = ({ body, tail }: Draft): Program => {
    const steps: readonly Step[] =
      parts.derived && closing !== undefined
        ? [...body, ...closing({ ...program, steps: body })]
        : [...body, ...tail];
    return { ...program, steps };
  };
  // A program that breaks the rules of form itself may break them all the way down.
  const isStrict = shape.isWellFormed(program.steps);

  const answers = new Map<string, boolean>([[JSON.stringify(program.steps), true]]);
  let tried = 0;
  const draft: Draft = { body: parts.body, tail: parts.derived ? [] : parts.closing };
  const descent = new Descent(new Simplicity(shape), draft, false);
  const questions = descend(descent, detours);
  let question = questions.next();
  while (!question.done) {
    const candidate = render(question.value);
    const key = JSON.stringify(candidate.steps);
    let answer = answers.get(key);
    if (answer === undefined) {
      if (isStrict && !shape.isWellFormed(candidate.steps)) answer = false;
      else {
        if (tried >= budget || signal?.aborted)
          return { program: render(descent.draft), tried, exhausted: true };
        tried += 1;
        const kept = keeps(candidate);
        answer = typeof kept === 'boolean' ? kept : await kept;
      }
      answers.set(key, answer);
    }
    question = questions.next(answer);
  }
  return { program: render(descent.draft), tried, exhausted: false };
};
