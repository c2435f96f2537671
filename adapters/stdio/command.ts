/** A command as somebody writes it on a command line. */

import { UsageError } from '#spec/index';

/**
 * Words of a command: separated by blanks, kept together by quotes of either kind; a backslash takes the next
 * character as it is (within double quotes, and nowhere within single ones). Nothing else is special: who wants a
 * shell says so, `sh -c '…'`.
 *
 * @throws {UsageError} There is no word, or a quote is not closed.
 */
export const wordsOf = (command: string): readonly [string, ...string[]] => {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < command.length; index++) {
    const character = command[index] as string;
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"') word += command[++index] ?? '';
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (character === '\\' ? (command[++index] ?? '') : character);
  }
  if (quote !== '') throw new UsageError(`the command has a quote ${quote} that is never closed: ${command}`);
  if (word !== undefined) words.push(word);
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError('no command: write for example stdio:./my-agent');
  return [first, ...rest];
};
