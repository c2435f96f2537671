/** How the values of options are read. A value that is not understood is refused with what was wanted. */

import { InvalidArgumentError } from 'commander';

/** A whole number from `min` to `max`, both included. */
export const wholeNumber =
  (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^-?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(
        max === Number.MAX_SAFE_INTEGER
          ? `It has to be a whole number, at least ${min}.`
          : `It has to be a whole number from ${min} to ${max}.`,
      );
    return value;
  };

/** Seeds are what every engine takes: 31 bits. */
const seedMax = 2 ** 31 - 1;

/** `random`, or the number that makes a run again. Drawn without node:crypto, which costs every command its loading. */
export const seed = (text: string): number =>
  text === 'random' ? Math.floor(Math.random() * seedMax) : wholeNumber(0, seedMax)(text);

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** `500ms`, `60s`, `1.5m`, `2h` in milliseconds. */
export const duration = (text: string): number => {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const value = Math.round(Number(number) * (milliseconds[unit ?? ''] ?? Number.NaN));
  // Timers of Node take 31 bits of milliseconds.
  if (!(value > 0 && value <= 2 ** 31 - 1))
    throw new InvalidArgumentError('It has to be a time such as 500ms, 60s, 5m or 2h.');
  return value;
};

/** One part of a run that several machines share. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** `2/4` is the second of four parts. */
export const shard = (text: string): Shard => {
  const [, index, count] = /^([0-9]{1,6})\/([0-9]{1,6})$/.exec(text) ?? [];
  const value = { index: Number(index), count: Number(count) };
  if (!(value.index >= 1 && value.index <= value.count))
    throw new InvalidArgumentError('It has to be a part and how many there are, such as 2/4.');
  return value;
};

/** For options that may be given again and again. */
export const repeated = (text: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  text,
];

/** For options that take several names joined with commas, and may be given again. */
export const commaList = (text: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  ...text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];
