/** A canonical order: steps that bind come first, and of two neighbours that may change places the earlier text. */

import type { Step } from '#spec/index';
import { END, type ProgramShape } from '../program-shape.ts';
import type { Asking, Descent, Draft } from './descent.ts';

/** Longest body that is put into order. */
const ORDERED_MAX = 24;

/** Puts the binding steps first where the finding allows it, then swaps neighbours towards the canonical order. */
export function* normaliseOrder(descent: Descent): Asking {
  if (descent.body.length > ORDERED_MAX) return;
  yield* descent.offer(bindersFirst(descent.draft, descent.shape));
  let index = 0;
  while (index + 1 < descent.body.length) {
    const swapped = swap(descent.draft, index, descent.shape);
    // What moved up may move on.
    if (swapped !== undefined && (yield* descent.offer(swapped))) index = Math.max(0, index - 1);
    else index += 1;
  }
}

const bindersFirst = ({ body, tail }: Draft, shape: ProgramShape): Draft => {
  const front: Step[] = [];
  const rest: Step[] = [];
  const late = new Set<string>();
  for (const step of body) {
    const binds = shape.boundKind(step) !== undefined && !shape.uses(step).some(({ name }) => late.has(name));
    (binds ? front : rest).push(step);
    if (!binds && step.as !== undefined) late.add(step.as);
  }
  return { body: [...front, ...rest], tail };
};

const swap = ({ body, tail }: Draft, index: number, shape: ProgramShape): Draft | undefined => {
  const [one, other] = [body[index], body[index + 1]];
  if (one === undefined || other === undefined || needs(other, one, shape)) return undefined;
  return { body: [...body.slice(0, index), other, one, ...body.slice(index + 2)], tail };
};

/** Whether a step cannot stand before another: it uses what that binds, or ends what that begins. */
export const needs = (later: Step, earlier: Step, shape: ProgramShape): boolean =>
  (earlier.as !== undefined && shape.usesHandle(later, earlier.as)) ||
  (earlier.begin !== undefined && later.op === END && later.call === earlier.begin);
