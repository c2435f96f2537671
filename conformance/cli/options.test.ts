import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { commaList, duration, repeated, seed, shard, wholeNumber } from './options.ts';

const refuses = (read: () => unknown): void => expect(read).toThrow(InvalidArgumentError);

test('whole numbers stay in their range and are nothing but digits', () => {
  const upToTen = wholeNumber(1, 10);
  expect(['1', '10', '007'].map(upToTen)).toEqual([1, 10, 7]);
  for (const text of ['0', '11', '-1', '', ' 1', '1.5', '1e1', '0x2', 'ten', 'NaN'])
    refuses(() => upToTen(text));
});

test('a seed is a number or drawn', () => {
  expect(seed('0')).toBe(0);
  expect(seed('2147483647')).toBe(2147483647);
  expect(seed('random')).toBeGreaterThanOrEqual(0);
  refuses(() => seed('2147483648'));
  refuses(() => seed('x'));
});

describe('a time', () => {
  test.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['1.5m', 90_000],
    ['5min', 300_000],
    ['2h', 7_200_000],
  ])('%s is %i ms', (text, ms) => expect(duration(text)).toBe(ms));
  test.each(['', '60', 's', '0s', '-1s', '1 s', '1d', '10000h'])('%j is refused', (text) =>
    refuses(() => duration(text)),
  );
});

test('a shard is a part, from 1, and how many there are', () => {
  expect(shard('1/1')).toEqual({ index: 1, count: 1 });
  expect(shard('2/4')).toEqual({ index: 2, count: 4 });
  for (const text of ['0/4', '5/4', '1', '1/', '/4', 'a/b', '1/2/3', '0/0']) refuses(() => shard(text));
});

test('lists grow', () => {
  expect(repeated('b', repeated('a'))).toEqual(['a', 'b']);
  expect(commaList('c', commaList('a, b,'))).toEqual(['a', 'b', 'c']);
});
