/**
 * Variation points: what a document leaves to the system, which must then choose once. A point's value is a mask over
 * its declared values, because that is what traces prove: which values are still possible. Masks are intersected and
 * never widened, so programs, shards and runs can be combined in any order.
 */

import type { PointEntry, PointId } from '#spec/index';

/** A mask per variation point, in the order of the points. */
export type Choices = readonly number[];

/** A point, by number, and the values that an observation leaves possible. */
export type Narrowing = readonly [point: number, mask: number];

/** The variation points of one interface. */
export interface Points {
  readonly ids: readonly PointId[];
  /** Number of a point; throws on a name that is not declared. */
  readonly number: (id: PointId) => number;
  /** The mask of one value of a point. */
  readonly mask: (id: PointId, value: string) => number;
  /** All values of a point. */
  readonly full: (point: number) => number;
  readonly values: (point: number, mask: number) => readonly string[];
  /** Every value of every point still possible, but for what a profile presets. */
  readonly open: (presets?: Readonly<Record<string, readonly string[]>>) => Choices;
}

/** A declared name is missing: the specification is wrong, not the system. */
export class SpecificationGap extends Error {
  override readonly name = 'SpecificationGap';
}

const noPoint = (point: PointId | number): SpecificationGap =>
  new SpecificationGap(
    `there is no variation point ${typeof point === 'number' ? `number ${point}` : point}`,
  );

/** Masks are 32-bit integers; the sign bit stays out of them. */
const valuesMax = 30;

/** Reads the points of an interface, as its clauses.json lists them. */
export const variationPoints = (entries: readonly PointEntry[]): Points => {
  const ids = entries.map((entry) => entry.id as PointId);
  const numbers = new Map(ids.map((id, index) => [id, index]));
  const entry = (point: number): PointEntry => {
    const found = entries[point];
    if (!found) throw noPoint(point);
    return found;
  };
  const number = (id: PointId): number => {
    const found = numbers.get(id);
    if (found === undefined) throw noPoint(id);
    return found;
  };
  const mask = (id: PointId, value: string): number => {
    const index = entry(number(id)).values.indexOf(value);
    if (index < 0) throw new SpecificationGap(`variation point ${id} has no value ${value}`);
    return 1 << index;
  };
  const fulls = entries.map(({ id, values }) => {
    if (values.length > valuesMax)
      throw new SpecificationGap(
        `variation point ${id} has ${values.length} values; ${valuesMax} fit a mask`,
      );
    return (1 << values.length) - 1;
  });
  const full = (point: number): number => {
    const found = fulls[point];
    if (found === undefined) throw noPoint(point);
    return found;
  };
  const preset = (id: string, values: readonly string[]): number => {
    if (values.length === 0) throw new SpecificationGap(`variation point ${id} is left no value`);
    return values.reduce((bits, value) => bits | mask(id as PointId, value), 0);
  };
  return {
    ids,
    number,
    mask,
    full,
    values: (point, bits) => entry(point).values.filter((_, index) => (bits >> index) & 1),
    open: (presets = {}) => {
      const open = fulls.slice();
      for (const [id, values] of Object.entries(presets)) open[number(id as PointId)] = preset(id, values);
      return open;
    },
  };
};

/**
 * The choices that remain, or null when an observation contradicts an earlier one. A point that is exempt may be
 * answered anew each time.
 *
 * @throws {SpecificationGap} A machine narrows a point that the choices do not hold.
 */
export const narrow = (choices: Choices, narrows: readonly Narrowing[], exempt = -1): Choices | null => {
  let out = choices;
  for (const [point, mask] of narrows) {
    if (point === exempt) continue;
    const was = out[point];
    if (was === undefined) throw noPoint(point);
    const now = was & mask;
    if (now === 0) return null;
    if (now !== was) {
      const copy = out.slice();
      copy[point] = now;
      out = copy;
    }
  }
  return out;
};
