import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PointId } from '#spec/index';
import { narrow, SpecificationGap } from './choices.ts';
import { pointsOf } from './invented/invention.test.support.ts';

const points = pointsOf({ order: ['first', 'last'], error: ['EINVAL', 'EFAULT', 'ESRCH'] });
const id = (name: string) => name as PointId;

describe('variation points', () => {
  test('are numbered as declared, and their values are bits', () => {
    expect(points.ids).toEqual(['order', 'error']);
    expect(points.number(id('error'))).toBe(1);
    expect(points.mask(id('error'), 'ESRCH')).toBe(4);
    expect(points.full(1)).toBe(7);
    expect(points.values(1, 5)).toEqual(['EINVAL', 'ESRCH']);
  });

  test('are all open but for what a profile presets', () => {
    expect(points.open()).toEqual([3, 7]);
    expect(points.open({ error: ['EFAULT', 'ESRCH'] })).toEqual([3, 6]);
  });

  test.each<readonly [string, () => unknown]>([
    ['a point', () => points.number(id('colour'))],
    ['a number', () => points.full(2)],
    ['the values of a number', () => points.values(2, 1)],
    ['a value', () => points.mask(id('order'), 'middle')],
    ['a preset point', () => points.open({ colour: ['red'] })],
    ['a preset value', () => points.open({ order: ['middle'] })],
    ['a preset that leaves nothing', () => points.open({ order: [] })],
    ['more values than a mask holds', () => pointsOf({ many: Array.from({ length: 31 }, (_, n) => `${n}`) })],
  ])('are the fault of the specification, not of a system: %s', (_name, ask) => {
    expect(ask).toThrow(SpecificationGap);
  });

  test('have as many values as a mask holds', () => {
    const many = pointsOf({ many: Array.from({ length: 30 }, (_, n) => `${n}`) });
    expect(many.values(0, many.full(0))).toHaveLength(30);
  });
});

describe('narrowing', () => {
  test('leaves the values that an observation permits', () => {
    expect(narrow([3, 7], [[1, 6]])).toEqual([3, 6]);
    expect(
      narrow(
        [3, 7],
        [
          [1, 6],
          [1, 3],
          [0, 1],
        ],
      ),
    ).toEqual([1, 2]);
  });

  test('is null when nothing is left', () => {
    expect(narrow([1, 7], [[0, 2]])).toBeNull();
    expect(
      narrow(
        [3, 7],
        [
          [1, 6],
          [1, 1],
        ],
      ),
    ).toBeNull();
  });

  test('returns the same choices when it rules out nothing, and never changes them', () => {
    const choices = Object.freeze([3, 7]);
    expect(narrow(choices, [[1, 7]])).toBe(choices);
    expect(narrow(choices, [])).toBe(choices);
    expect(narrow(choices, [[0, 1]])).toEqual([1, 7]);
  });

  test('passes over an exempt point', () => {
    expect(narrow([1, 7], [[0, 2]], 0)).toEqual([1, 7]);
    expect(narrow([1, 7], [[0, 2]], 1)).toBeNull();
  });

  test('of a point that is not there is the fault of the machine', () => {
    expect(() => narrow([1], [[1, 1]])).toThrow(SpecificationGap);
  });

  test('commutes, so that programs and shards can be combined in any order', () => {
    const narrowing = fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(fc.array(narrowing, { maxLength: 5 }), (narrows) => {
        const one = narrow([3, 7], narrows);
        const other = narrow([3, 7], narrows.toReversed());
        expect(other).toEqual(one);
        const stepwise = narrows.reduce<readonly number[] | null>(
          (choices, each) => choices && narrow(choices, [each]),
          [3, 7],
        );
        expect(stepwise).toEqual(one);
      }),
      { seed: 1 },
    );
  });
});
