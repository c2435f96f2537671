import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { lower, magnitude } from './numbers.ts';

/** Lowers a number while a property of it holds; says how many questions that took. */
const lowered = (
  start: bigint,
  holds: (value: bigint) => boolean,
  { least = 0n, edges = [] }: { readonly least?: bigint; readonly edges?: readonly bigint[] } = {},
): { readonly value: bigint; readonly asked: number } => {
  let asked = 0;
  const search = lower(start, least, edges, function* (value) {
    asked += 1;
    return yield value;
  });
  let step = search.next();
  while (!step.done) step = search.next(holds(step.value));
  return { value: step.value, asked };
};

test('a lower bound is found exactly, with few questions', () => {
  const bound = 0x1234_5678_9abc_def0n;
  const { value, asked } = lowered(0xffff_ffff_ffff_ffffn, (number) => number >= bound);
  expect(value).toBe(bound);
  expect(asked).toBeLessThan(200);
});

test('the smallest edge that will do comes first', () => {
  const { value } = lowered(999n, (number) => number === 999n || number === 16n || number === 64n, {
    edges: [64n, 16n, 0n],
  });
  expect(value).toBe(16n);
});

test('a single bit is found among many', () => {
  const bit = 1n << 41n;
  expect(lowered(0xdead_beef_cafe_f00dn | bit, (number) => (number & bit) !== 0n).value).toBe(bit);
});

test('a number that must stay as it is costs few questions', () => {
  const start = 0xdead_beef_cafe_f00dn;
  const { value, asked } = lowered(start, (number) => number === start, { edges: [0n, 1n] });
  expect(value).toBe(start);
  expect(asked).toBeLessThan(20);
});

test('a negative number becomes positive where it may, and else stays', () => {
  expect(lowered(-40n, (number) => number !== 0n, { least: -100n }).value).toBe(1n);
  expect(lowered(-40n, (number) => number < 0n, { least: -100n, edges: [-1n] }).value).toBe(-1n);
});

describe('of any number and any property', () => {
  const word = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

  property.prop([word, fc.func(fc.boolean()), fc.array(word, { maxLength: 4 })])(
    'the answer holds, is no larger, and is not lowered again',
    (start, decide, edges) => {
      const holds = (value: bigint): boolean => value === start || decide(String(value));
      const { value } = lowered(start, holds, { edges });
      expect(holds(value)).toBe(true);
      expect(magnitude(value) <= magnitude(start)).toBe(true);
    },
  );

  property.prop([word, word, word])('no question leaves the range', (one, other, limit) => {
    const [least, start] = one < other ? [one, other] : [other, one];
    const asked: bigint[] = [];
    lowered(
      start,
      (value) => {
        asked.push(value);
        return value >= limit;
      },
      { least, edges: [0n, least + 1n] },
    );
    expect(asked.filter((value) => value < least || value >= start)).toEqual([]);
  });
});
