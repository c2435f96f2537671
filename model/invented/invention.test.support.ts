/**
 * What an invented machine offers to the tests of the core: the machine, the steps that random programs are made of,
 * and every result that a system could give. No document states the clauses of these machines.
 */

import type { ClauseId, PointEntry, PointId, Result, Step } from '#spec/index';
import { type Points, variationPoints } from '../choices.ts';
import type { Machine } from '../machine.ts';
import { plain } from '../shape.ts';

/** A small machine with traits of interfaces to come. */
export interface Invention<S> {
  readonly machine: Machine<S>;
  /** Steps that random programs are made of. */
  readonly steps: readonly Step[];
  /** May other steps come while this one is under way? */
  readonly overlaps: (step: Step) => boolean;
  /** Everything that a system could return from the step, right or wrong. */
  readonly results: (step: Step) => readonly Result[];
}

/** The id of a clause that no document states. */
export const clause = (id: string): ClauseId => `invented/${id}` as ClauseId;

/** Variation points by name, each with its values. */
export const pointsOf = (values: Readonly<Record<string, readonly string[]>>): Points =>
  variationPoints(
    Object.entries(values).map(
      ([id, names]): PointEntry => ({ id, values: names, clause: 'invented', statement: 'Left open.' }),
    ),
  );

/** The number and mask of a point's value, and the number alone. */
export const choiceOf = (points: Points, id: string, value: string): readonly [number, number] => [
  points.number(id as PointId),
  points.mask(id as PointId, value),
];

/** What the fold does not ask of a machine: only generators look at handles and actors. */
export const unvisited = { handles: () => [], gone: () => [] } as const;

/** A machine of one idea: whatever is not said is left empty. */
export const machineOf = <S>(
  parts: Pick<Machine<S>, 'initial' | 'call'> & Partial<Machine<S>>,
): Machine<S> => ({
  interface: 'invented',
  points: variationPoints([]),
  clauses: [],
  settled: (s) => s,
  shape: plain(),
  ...unvisited,
  ...parts,
});
