import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascii, wrapped } from './plain-text.ts';

test('usual signs have an ASCII spelling, others are named', () => {
  expect(ascii('5 µs → “ok” – at\u00a0last…')).toBe('5 us -> "ok" - at last...');
  expect(ascii('naïve\tline\u0007')).toBe('na\\u{ef}ve line\\u{7}');
});

test('no line is longer than asked, and no word is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 20, max: 72 }), (text, columns) => {
      const lines = wrapped(text, { first: '  - ', rest: '    ', columns });
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      const letters = (from: string): string => from.replaceAll(' ', '');
      expect(letters(lines.join('')).slice(1)).toBe(letters(ascii(text)));
    }),
  );
});

test('a paragraph breaks at its spaces', () => {
  expect(wrapped('one two three', { first: '* ', columns: 9 })).toEqual(['* one two', '  three']);
  expect(wrapped('0123456789ab', { first: '* ', columns: 9 })).toEqual(['* 0123456', '  789ab']);
  expect(wrapped('0123456 next', { first: '* ', columns: 9 })).toEqual(['* 0123456', '  next']);
});
