import { expect, test } from 'vitest';
import { canonicalJson, contentId } from './content-id.ts';

test('the order of members and absent members make no difference', () => {
  const one = { steps: [{ op: 'setup', as: 'r0' }], interface: 'msg-ring' };
  const other = { interface: 'msg-ring', note: undefined, steps: [{ as: 'r0', op: 'setup' }] };
  expect(canonicalJson(one)).toBe('{"interface":"msg-ring","steps":[{"as":"r0","op":"setup"}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
  expect(contentId(other)).toBe(contentId(one));
});

test('the order of a list and every value make a difference', () => {
  const ids = [[1, 2], [2, 1], [1, '2'], { 1: 2 }, [], {}, null, true, 'true'].map(contentId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id is eight hexadecimal digits that never change', () => {
  // Ids stand in expectation files and reports, so they outlive this code.
  expect(contentId({ interface: 'msg-ring', steps: [] })).toBe('82b3790b');
});

test('text is written as JSON writes it', () => {
  const text = 'a "quote", a\nline, ü and 🔔';
  expect(JSON.parse(canonicalJson({ [text]: text }))).toEqual({ [text]: text });
});

test('what JSON cannot hold is refused', () => {
  expect(canonicalJson([0.5, -1e21])).toBe('[0.5,-1e+21]');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, undefined, [undefined], () => 0])
    expect(() => canonicalJson(value)).toThrow(TypeError);
});
