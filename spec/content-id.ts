/** Names for data by its content: equal programs have equal ids, wherever and however they were written. */

import { createHash } from 'node:crypto';

/**
 * JSON in one spelling: members sorted by name (as UTF-16 units), no white space, absent members left out.
 *
 * @throws {TypeError} A value that JSON cannot hold: undefined in a list, a function, NaN, an infinity, a bigint.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  const isJson =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  if (!isJson) throw new TypeError(`JSON has no ${typeof value === 'number' ? value : typeof value}`);
  return JSON.stringify(value);
};

/** Eight hexadecimal digits that name a value: the beginning of the SHA-256 of its canonical JSON. */
export const contentId = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 8);
