/** Calls that overlap nothing any more: a begun call becomes a plain step where it begins, or where it ends. */

import type { Step } from '#spec/index';
import { END, type ProgramShape } from '../program-shape.ts';
import { type Draft, withMember, withStep } from './descent.ts';

/** Drafts in which one begun call is a plain step. */
export function* plainCalls(draft: Draft): Iterable<Draft> {
  for (const [index, step] of draft.body.entries()) {
    if (step.begin === undefined) continue;
    yield madePlain(draft, index);
    const end = endOf(draft.body, step);
    if (end === -1) continue;
    const atEnd = withStep(draft, end, withMember(step, 'begin', undefined));
    yield withStep(atEnd, index);
  }
}

/** Index of the step that ends a call; -1 when none does. */
const endOf = (body: readonly Step[], { begin }: Step): number =>
  body.findIndex((step) => step.op === END && step.call === begin);

/** The draft with one begun call made a plain step where it begins. */
const madePlain = (draft: Draft, index: number): Draft => {
  const step = draft.body[index];
  if (step === undefined) return draft;
  const end = endOf(draft.body, step);
  const ended = end === -1 ? draft : withStep(draft, end);
  return withStep(ended, index, withMember(step, 'begin', undefined));
};

/** The draft with every call of some actors made plain. */
export const plainCallsOf = (draft: Draft, actors: readonly string[], shape: ProgramShape): Draft => {
  let plain = draft;
  for (;;) {
    const index = plain.body.findIndex(
      (step) => step.begin !== undefined && actors.includes(shape.actor(step)),
    );
    if (index === -1) return plain;
    plain = madePlain(plain, index);
  }
};
