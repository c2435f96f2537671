import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { highWord, lowWord, u64 } from './u64.ts';

test.prop([fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })])('text and words say the same', (value) => {
  const text = `0x${value.toString(16)}`;
  expect(BigInt(lowWord(text))).toBe(value & 0xffff_ffffn);
  expect(BigInt(highWord(text))).toBe(value >> 32n);
  expect(u64(lowWord(text), highWord(text))).toBe(text);
  // Words read from memory are signed.
  expect(u64(lowWord(text) | 0, highWord(text) | 0)).toBe(text);
});
