import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoted, wrappedCommand } from './shell-text.ts';

/** The words that a shell makes of a text. */
const shellWords = (text: string): readonly string[] =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${text}`], { encoding: 'utf8' })
    .split('\n')
    .slice(0, -1);

test('a command in narrow lines is the same command', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'abc-_/:\'" \\$;*'),
    minLength: 1,
    maxLength: 60,
    size: 'max',
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const lines = wrappedCommand(words.map(quoted).join(' '), 40);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
      expect(shellWords(lines.join('\n').trimStart())).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test('words in double quotes and bare backslashes keep together too', () => {
  const command = `a "b $((1 + 1)) ${'c'.repeat(60)} d" e\\ f`;
  const lines = wrappedCommand(command, 40);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(shellWords(lines.join('\n').trimStart())).toEqual(shellWords(command));
});

test('a short command stays on its line', () => {
  expect(wrappedCommand('doorbell replay program.json --target linux')).toEqual([
    '  doorbell replay program.json --target linux',
  ]);
});
