/** Plain text for a mailing list: ASCII, no tabs, hard-wrapped. */

import { visible } from './visible.ts';

/** Longest line of a mail that a quoting reader still sees whole. */
export const mailColumns = 72;

const substitutes: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '×': 'x',
  '→': '->',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  µ: 'u',
  '§': 'section ',
  '\u00a0': ' ',
};

const outsideAscii = /[^ -~]/gu;

/** The text in printable ASCII: usual signs replaced, tabs and line ends as spaces, others as escapes. */
export const ascii = (text: string): string =>
  visible(text.replace(/[\t\n]/g, ' ')).replace(
    outsideAscii,
    (character) => substitutes[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );

export interface Wrapping {
  /** Before the first line; ASCII. */
  readonly first?: string;
  /** Before every other line; ASCII. As wide as `first` in spaces when absent. */
  readonly rest?: string;
  /** Longest line, in columns. */
  readonly columns?: number;
}

/** One paragraph in lines of at most `columns`; a word that fits in no line is cut. */
export const wrapped = (text: string, wrapping: Wrapping = {}): readonly string[] => {
  const { first = '', rest = ' '.repeat(first.length), columns = mailColumns } = wrapping;
  const lines: string[] = [];
  let line = first;
  let bare = true;
  const flush = (): void => {
    lines.push(line.trimEnd());
    line = rest;
    bare = true;
  };
  for (const word of ascii(text).split(' ').filter(Boolean)) {
    let remaining = word;
    if (!bare && line.length + 1 + remaining.length > columns) flush();
    while (line.length + remaining.length > columns) {
      const room = columns - line.length;
      line += remaining.slice(0, room);
      remaining = remaining.slice(room);
      flush();
    }
    if (remaining === '') continue;
    line += bare ? remaining : ` ${remaining}`;
    bare = false;
  }
  if (!bare || lines.length === 0) flush();
  return lines;
};
