import { expect, test } from 'vitest';
import { duration, elapsed, percent, quantity } from './quantities.ts';

test('a share above zero is never written as zero, one below all never as all', () => {
  expect(percent(0, 2000)).toBe('0 %');
  expect(percent(1, 2_000_000)).toBe('below 0.1 %');
  expect(percent(3, 200)).toBe('1.5 %');
  expect(percent(1_999_999, 2_000_000)).toBe('above 99.9 %');
  expect(percent(7, 7)).toBe('100 %');
  expect(percent(0, 0)).toBe('0 %');
});

test('a noun agrees with its number', () => {
  expect(quantity(1, 'program')).toBe('1 program');
  expect(quantity(31_254, 'program')).toBe('31,254 programs');
});

test('times have the unit that a reader thinks in', () => {
  expect([0, 640, 12_340, 250_400].map(duration)).toEqual(['0 ms', '640 ms', '12.3 s', '4 min 10 s']);
  expect([640, 19_998, 1_500_000].map(elapsed)).toEqual(['640 us', '19.998 ms', '1.500 s']);
});
