/** The command that makes a run again, from its record. */

import type { Summary } from '#spec/index';
import { quoted } from './shell-text.ts';

/** Where the run wrote and how it spoke: of no interest to whoever repeats it. */
const notRepeated = new Set(['out', 'json', 'format', 'seed', 'target']);

const option = (name: string, value: string | number | boolean | readonly string[]): readonly string[] => {
  if (value === false) return [];
  if (value === true) return [`--${name}`];
  return [value].flat().map((each) => `--${name} ${quoted(String(each))}`);
};

export const runCommand = ({ seed, options, interfaces }: Summary): string => {
  const names = Object.keys(interfaces);
  const targets = Object.entries(interfaces).map(([name, { target }]) =>
    names.length === 1 ? target.address : `${name}=${target.address}`,
  );
  return [
    'doorbell run',
    ...names,
    ...option('target', targets),
    ...option('seed', seed),
    ...Object.entries(options).flatMap(([name, value]) => (notRepeated.has(name) ? [] : option(name, value))),
  ].join(' ');
};
