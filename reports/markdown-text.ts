/** Markdown that data cannot break: every value from a run passes through one of these. */

import { visible } from './visible.ts';

/** An underscore between two letters is literal in Markdown, and `io\_uring` reads badly in a mail. */
const special = /[\\`*[\]<|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?[A-Za-z0-9]+;)/g;

/** What would make a quotation, a heading, a list or an underline of the line that it begins. */
const opening = /^\s*(?:>|#{1,6}(?=\s|$)|[+-](?=\s|$)|[-=]+\s*$|\d+(?=[.)](?:\s|$)))/;

/** Data as running text. */
export const inline = (text: string): string =>
  visible(text)
    .replace(special, '\\$&')
    .replace(opening, (mark) => (/\d$/.test(mark) ? `${mark}\\` : mark.replace(/\S/, '\\$&')));

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/**
 * Data as a code span. Renderers disagree on how a pipe inside a span ends a table cell, so a text with a pipe
 * becomes an element with entities.
 */
export const code = (text: string): string => {
  const shown = visible(text);
  if (shown.trim() === '') return '(empty)';
  if (shown.includes('|')) {
    return `<code>${shown.replace(/[^A-Za-z0-9 ,.:;=/()-]/g, (c) => `&#${c.codePointAt(0)};`)}</code>`;
  }
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = fence.length > 1 || shown.startsWith(' ') || shown.endsWith(' ') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
};

/** Lines as a fenced block; the fence is longer than any in the lines. */
export const fenced = (lines: readonly string[], language = 'text'): string => {
  const shown = lines.map(visible);
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  return [`${fence}${language}`, ...shown, fence].join('\n');
};

/** A table of finished cells. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A link to a file of the run folder. */
export const link = (text: string, path: string): string =>
  `[${inline(text)}](${encodeURI(visible(path)).replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29'))})`;

/** Items of a list, each a finished line. */
export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
