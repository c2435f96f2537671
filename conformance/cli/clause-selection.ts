/** Which clauses the user means: an id, the end of one, its short number, a pattern. */

import { type ClauseEntry, type ClauseId, clauses, type InterfaceName, UsageError } from '#spec/index';
import { unknown } from './closest.ts';

/** The clauses of these interfaces, in the order of the documents. */
const entriesOf = (names: readonly InterfaceName[]): readonly ClauseEntry[] => names.flatMap(clauses);

/** `*` stands for anything, `/` included; `?` for one character. */
const pattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** From the most to the least exact reading of a word; the first that fits any clause counts. */
const readings = (word: string): readonly ((clause: ClauseEntry) => boolean)[] => [
  ({ id }) => id === word,
  ({ aliases = [] }) => aliases.includes(word),
  ({ number }) => number !== undefined && number.toLowerCase() === word.toLowerCase(),
  ({ id }) => id.endsWith(`/${word}`),
  ({ id }) => id.endsWith(word),
];

/** Clauses that are named when a word means several. */
const namedMax = 5;

/**
 * The one clause that a word names.
 *
 * @throws {UsageError} None or several.
 */
export const clauseNamed = (word: string, names: readonly InterfaceName[]): ClauseEntry => {
  if (word === '') throw new UsageError('the name of the clause is empty');
  const entries = entriesOf(names);
  for (const fits of readings(word)) {
    const found = entries.filter(fits);
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    if (found.length > 1) {
      const named = found.slice(0, namedMax).map(({ id }) => id);
      const more = found.length > namedMax ? `, or one of ${found.length - namedMax} more` : '';
      throw new UsageError(`clause '${word}' may be ${named.join(' or ')}${more}`);
    }
  }
  const ids = entries.map(({ id }) => id);
  const short = ids.map((id) => id.slice(id.indexOf('/') + 1));
  const last = ids.map((id) => id.slice(id.lastIndexOf('/') + 1));
  const candidates = word.includes('/') ? (word.split('/').length > 2 ? ids : short) : last;
  throw new UsageError(unknown('clause', word, candidates));
};

/**
 * The clauses that `--clause` selects: those that any pattern names, without those that a pattern with `!` names.
 * Patterns that only exclude begin from all.
 *
 * @returns Undefined when nothing was asked: no limit at all.
 * @throws {UsageError} A pattern that fits no clause, or nothing left.
 */
export const selectedClauses = (
  patterns: readonly string[] = [],
  names: readonly InterfaceName[],
): readonly ClauseId[] | undefined => {
  if (patterns.length === 0) return undefined;
  const matched = (text: string): readonly ClauseEntry[] => {
    if (!/[*?]/.test(text)) return [clauseNamed(text, names)];
    const found = entriesOf(names).filter(({ id }) => pattern(text).test(id));
    if (found.length === 0) throw new UsageError(`no clause fits the pattern '${text}'`);
    return found;
  };
  const positive = patterns.filter((text) => !text.startsWith('!'));
  const selected = new Set(positive.length === 0 ? entriesOf(names) : positive.flatMap(matched));
  for (const text of patterns) {
    if (text.startsWith('!')) for (const clause of matched(text.slice(1))) selected.delete(clause);
  }
  if (selected.size === 0)
    throw new UsageError(`no clause is left of --clause ${patterns.join(' --clause ')}`);
  return entriesOf(names)
    .filter((clause) => selected.has(clause))
    .map(({ id }) => id as ClauseId);
};
