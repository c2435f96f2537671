/**
 * Uphill once, to go further down: an object made with another size may need fewer steps to show the same. A queue of
 * the default size overflows after seventeen messages, a queue of one after two.
 */

import type { Step } from '#spec/index';
import type { ProgramShape } from '../program-shape.ts';
import { deletePairs, deleteRuns } from './deletion.ts';
import { type Asking, type Descent, type Draft, withMember, withStep } from './descent.ts';

/** Tries every edge of every number of the steps that bind, and deletes what is then not needed any more. */
export function* resizeObjects(descent: Descent): Asking {
  let taken = true;
  while (taken) {
    taken = false;
    for (const draft of resized(descent)) {
      const detour = descent.from(draft);
      if (!(yield detour.draft)) continue;
      yield* deleteRuns(detour);
      if (detour.body.length === descent.body.length) yield* deletePairs(detour);
      taken = descent.adopt(detour);
      if (taken) break;
    }
  }
}

/** Drafts in which one number of a binding step is another edge, beside its other arguments or in their place. */
function* resized({ draft, shape }: Descent): Iterable<Draft> {
  for (const [index, step] of draft.body.entries()) {
    if (shape.boundKind(step) === undefined) continue;
    const plain = withDefaults(step, shape);
    for (const argument of shape.operation(step)?.arguments ?? []) {
      if (argument.type !== 'integer') continue;
      for (const edge of argument.edges ?? []) {
        if (edge === (step[argument.name] ?? argument.default)) continue;
        yield withStep(draft, index, withMember(step, argument.name, edge));
        yield withStep(draft, index, withMember(plain, argument.name, edge));
      }
    }
  }
}

const withDefaults = (step: Step, shape: ProgramShape): Step =>
  (shape.operation(step)?.arguments ?? [])
    .filter((argument) => argument.default !== undefined)
    .reduce((changed, { name }) => withMember(changed, name, undefined), step);
