import { expect, test } from 'vitest';
import { coveredText, exhaustiveText, isComplete } from './exhaustive-text.ts';

const bound = { world: 'small', maxSteps: 4, total: 2824, notOffered: 0 };

test('what there is is said with its bound, and what is not offered with it', () => {
  expect(exhaustiveText(bound)).toBe('2,824 programs of up to 4 steps over the world small');
  expect(exhaustiveText({ ...bound, notOffered: 12 })).toBe(
    '2,824 programs of up to 4 steps over the world small, 12 of them not offered',
  );
});

test('that something was left out is said', () => {
  expect(coveredText({ ...bound, covered: 2824 })).not.toContain('not all');
  expect(coveredText({ ...bound, covered: 2823 })).toMatch(/^covered 2,823 of 2,824 programs .*: not all$/);
});

test('what the target does not offer is not missing', () => {
  expect(isComplete({ ...bound, notOffered: 24, covered: 2800 })).toBe(true);
  expect(isComplete({ ...bound, notOffered: 24, covered: 2799 })).toBe(false);
});
