/**
 * The world that a counterexample lives in: its steps are the letters. A handle takes every fitting name and an actor is
 * anybody of the program, because the shortest program may do the same on another object or in another thread.
 */

import type { Scalar, Step, WorldEntry } from '#spec/index';
import { END, isLiteral, type ProgramShape } from '../program-shape.ts';

/** The smallest world in which a body can be written. Names of one kind are taken in the order in which they are bound. */
export const counterexampleWorld = (body: readonly Step[], shape: ProgramShape): WorldEntry => {
  const handles: Record<string, string[]> = {};
  for (const { kind, name } of shape.bindings(body)) handles[kind] = [...(handles[kind] ?? []), name];
  const operations = new Map<string, WorldEntry['operations'][number]>();
  for (const step of body) {
    if (step.op === END || shape.operation(step) === undefined) continue;
    const values: Record<string, readonly Scalar[]> = {};
    for (const { name, type } of shape.operation(step)?.arguments ?? []) {
      const value = step[name];
      if (value !== undefined && (type !== 'handle' || isLiteral(String(value)))) values[name] = [value];
    }
    const entry = { op: step.op, begins: step.begin !== undefined, with: [values] };
    operations.set(JSON.stringify(entry), entry);
  }
  return {
    name: 'counterexample',
    meaning: 'The steps of one counterexample, on any of its objects and by any of its actors.',
    actors: actorsUpTo(shape.actors(body), shape),
    handles,
    operations: [...operations.values()],
  };
};

/** Every actor up to the highest of some, the first one always. */
const actorsUpTo = (actors: readonly string[], { actorPrefix }: ProgramShape): readonly string[] => {
  const highest = Math.max(0, ...actors.map((actor) => Number(actor.slice(actorPrefix.length))));
  return Array.from({ length: highest + 1 }, (_, number) => `${actorPrefix}${number}`);
};
