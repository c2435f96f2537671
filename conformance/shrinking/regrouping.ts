/**
 * One step less for doing the same on another object: what two objects were needed for, one may do in another order. No
 * single change leads there, because half of it does not show the finding.
 */

import type { Step } from '#spec/index';
import { type ProgramShape, SETTLE } from '../program-shape.ts';
import { type Draft, type Proposals, withMember, without, withStep } from './descent.ts';
import { alternatives, unitedHandles } from './handles.ts';

/** Longest body that is regrouped: the proposals grow with the cube of it. */
const REGROUPED_MAX = 10;

/** Drafts in which neighbouring steps use another handle in one argument, and a step is gone. */
export const regroupedOneStepLess: Proposals = function* (draft, shape) {
  if (draft.body.length > REGROUPED_MAX) return;
  for (const other of regrouped(draft, shape))
    for (const index of other.body.keys()) yield without(other, new Set([index]), shape);
};

/** Drafts in which a run of steps uses one handle for another in one argument. */
function* regrouped(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  for (const [first, step] of draft.body.entries())
    for (const argument of shape.handleArguments(step)) {
      const name = step[argument.name];
      for (const other of alternatives(argument, shape.bindings(draft.body), first)) {
        if (other === name) continue;
        let changed = draft;
        for (const [index, later] of draft.body.entries()) {
          if (index < first || later.op === SETTLE || later[argument.name] !== name) continue;
          changed = withStep(changed, index, withMember(later, argument.name, other));
          yield changed;
        }
      }
    }
}

/** Drafts in which two handles are one, and a step does what another one does. */
export const unitedHandlesStepRepeated: Proposals = function* (draft, shape) {
  if (draft.body.length > REGROUPED_MAX) return;
  for (const united of unitedHandles(draft, shape))
    for (const [index, step] of united.body.entries()) {
      if (!isPlain(step)) continue;
      const others = new Map(united.body.map((other) => [JSON.stringify(other), other]));
      for (const other of others.values())
        if (other !== step && isPlain(other)) yield withStep(united, index, other);
    }
};

/** Whether a step may be repeated or left out: it names nothing. */
const isPlain = ({ as, begin, call }: Step): boolean =>
  as === undefined && begin === undefined && call === undefined;
