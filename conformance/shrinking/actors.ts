/** Fewer actors: one does what another did, everywhere or in one step. */

import type { Step } from '#spec/index';
import type { ProgramShape } from '../program-shape.ts';
import { plainCallsOf } from './calls.ts';
import { type Draft, mapSteps, withMember, withStep } from './descent.ts';

/** Drafts in which one actor does everything that another did. */
export function* mergedActors(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  const actors = byNumber([shape.firstActor, ...shape.actors(draft.body)]);
  for (const gone of [...actors].reverse())
    for (const other of actors) {
      if (other === gone) continue;
      const merged = mapSteps(draft, (step) => renamed(step, gone, other, shape));
      yield merged;
      // Two calls of one actor cannot overlap.
      const plain = plainCallsOf(merged, [other], shape);
      if (plain !== merged) yield plain;
    }
}

/** Drafts in which two actors have changed places. */
export function* exchangedActors(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  const actors = byNumber(shape.actors(draft.body));
  for (const [place, one] of actors.entries())
    for (const other of actors.slice(place + 1))
      yield mapSteps(draft, (step) => {
        const changed = renamed(step, one, other, shape);
        return changed === step ? renamed(step, other, one, shape) : changed;
      });
}

/** Drafts in which one step is done by an actor with a lower number. */
export function* loweredActors(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  const actors = byNumber([shape.firstActor, ...shape.actors(draft.body)]);
  for (const [index, step] of draft.body.entries())
    for (const other of actors.slice(0, actors.indexOf(shape.actor(step))))
      yield withStep(draft, index, withMember(step, 'actor', other));
}

const renamed = (step: Step, from: string, to: string, shape: ProgramShape): Step => {
  let changed = shape.actor(step) === from ? withMember(step, 'actor', to) : step;
  for (const { name, type } of shape.operation(step)?.arguments ?? [])
    if (type === 'actor' && step[name] === from) changed = withMember(changed, name, to);
  return changed;
};

const byNumber = (actors: readonly string[]): readonly string[] =>
  [...new Set(actors)].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
