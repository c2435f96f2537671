import { expect, test } from 'vitest';
import { EXIT, exitOf } from './exit.ts';

test('of several codes the weightiest counts', () => {
  expect(exitOf([])).toBe(0);
  expect(exitOf([4, 0])).toBe(0);
  expect(exitOf([0, 4, 124])).toBe(124);
  expect(exitOf([124, 3])).toBe(3);
  expect(exitOf([3, 1])).toBe(1);
  expect(exitOf([1, 2])).toBe(2);
  expect(exitOf([2, 130])).toBe(130);
  expect(exitOf(Object.values(EXIT))).toBe(130);
});
