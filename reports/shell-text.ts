/** Shell commands that can be copied and pasted. */

import { ascii, mailColumns } from './plain-text.ts';

/** A word for the shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/**
 * A command in narrow lines that are still one command when they are pasted.
 *
 * It is cut at spaces outside quotes where it can, and anywhere where it must, each cut with a backslash. A cut
 * inside quotes closes them before and opens them after it, because a backslash means itself between single quotes;
 * the two halves join to one word only when the second starts its line.
 */
export const wrappedCommand = (command: string, columns: number = mailColumns): readonly string[] => {
  const text = ascii(command).trim();
  const lines: string[] = [];
  let line = '  ';
  for (const word of words(text)) {
    const bare = line.trim() === '';
    if (line.length + (bare ? 0 : 1) + word.length + 2 <= columns) {
      line += bare ? word : ` ${word}`;
      continue;
    }
    if (!bare) {
      lines.push(`${line} \\`);
      line = '    ';
    }
    const pieces = cut(word, columns - line.length - 3, columns - 5);
    for (const piece of pieces.slice(0, -1)) {
      lines.push(`${line}${piece}\\`);
      line = '';
    }
    line += pieces.at(-1) ?? '';
  }
  lines.push(line);
  return lines;
};

/** The words of a command, each with its quotes. */
const words = (text: string): readonly string[] =>
  text.match(/(?:\\.|'[^']*'?|"(?:\\.|[^"\\])*"?|[^\s'"\\]|\\$)+/g) ?? [];

/** A word in pieces of at most `room` characters (`first` for the first), plus the quotes that a cut adds. */
const cut = (word: string, first: number, room: number): readonly string[] => {
  const pieces: string[] = [];
  let quote = '';
  let piece = '';
  let limit = first;
  for (const unit of word.match(/\\.|[\s\S]/g) ?? []) {
    if (piece.length + unit.length > limit) {
      pieces.push(piece + quote);
      piece = quote;
      limit = room;
    }
    // Between single quotes a backslash escapes nothing, so the unit may hold the closing quote.
    const closing = quote === "'" ? unit.at(-1) : unit;
    if (quote === '' && (unit === "'" || unit === '"')) quote = unit;
    else if (quote !== '' && closing === quote) quote = '';
    piece += unit;
  }
  return [...pieces, piece];
};
