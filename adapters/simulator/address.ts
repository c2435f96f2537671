/** Addresses of the simulator: `simulator[:BEHAVIOUR][+MUTANT[=ARG]][+seed=N][+flaky=P]`. */

import { UsageError } from '#spec/index';
import type { InterfaceSimulator, SimulatorOptions } from './interface-simulator.ts';
import { nearest } from './nearest.ts';

export const SCHEME = 'simulator';

const DEFAULT_BEHAVIOUR = 'docs';
const DEFAULT_SEED = 1;
const SEED_MAX = 0xffff_ffff;

/** What an address says. Without a behaviour each interface behaves as its mutant needs, or as its document says. */
export interface SimulatorAddress extends Omit<SimulatorOptions, 'behaviour'> {
  readonly behaviour?: string;
}

/**
 * Reads an address. Behaviours and mutants belong to one interface or several: what one does not know is meant for others.
 *
 * @throws {UsageError} A name is unknown (the message lists the known ones), or a value out of range.
 */
export const readAddress = (address: string, simulators: readonly InterfaceSimulator[]): SimulatorAddress => {
  const [head = '', ...settings] = address.split('+');
  const options = settings.map((setting) => readSetting(setting, simulators));
  const names = options.flatMap(({ mutant }) => mutant?.name ?? []);
  if (names.length > 1) throw new UsageError(`simulator: one mutant at a time, not ${names.join(' and ')}`);
  const read = Object.assign({ seed: DEFAULT_SEED, flaky: 1 }, ...options) as SimulatorAddress;
  if (read.flaky !== 1 && read.mutant === undefined)
    throw new UsageError('simulator: flaky=P says how often a mutant lies, and no mutant is named');
  const behaviour = behaviourAsked(head, simulators);
  return behaviour === undefined ? read : { ...read, behaviour };
};

/** What an address means for one interface: a mutant made for one behaviour is put on it unless another is named. */
export const optionsFor = (
  { behaviour, mutant, ...rest }: SimulatorAddress,
  { behaviours, mutants }: InterfaceSimulator,
): SimulatorOptions => {
  const own = mutants.find(({ name }) => name === mutant?.name);
  const asked = behaviours.find(({ name }) => name === behaviour)?.name;
  return {
    ...rest,
    behaviour: asked ?? own?.behaviour ?? DEFAULT_BEHAVIOUR,
    ...(mutant !== undefined && own !== undefined && { mutant }),
  };
};

const behaviourAsked = (head: string, simulators: readonly InterfaceSimulator[]): string | undefined => {
  const colon = head.indexOf(':');
  if ((colon < 0 ? head : head.slice(0, colon)) !== SCHEME)
    throw new UsageError(`simulator: ${head} is no address of the simulator`);
  if (colon < 0) return undefined;
  const asked = head.slice(colon + 1);
  const known = [...new Set(simulators.flatMap(({ behaviours }) => behaviours.map(({ name }) => name)))];
  if (!known.includes(asked)) throw unknown('behaviour', asked, known);
  return asked;
};

const readSetting = (
  setting: string,
  simulators: readonly InterfaceSimulator[],
): Partial<SimulatorOptions> => {
  const [name = '', value, ...rest] = setting.split('=');
  if (rest.length > 0) throw new UsageError(`simulator: ${setting} has more than one =`);
  if (name === 'seed') return { seed: readNumber(name, value, 0, SEED_MAX, true) };
  if (name === 'flaky') return { flaky: readNumber(name, value, 0, 1, false) };
  const known = simulators.flatMap(({ mutants }) => mutants.map((mutant) => mutant.name));
  if (!known.includes(name)) throw unknown('mutant', name, [...new Set(known), 'seed=N', 'flaky=P']);
  const argument = value === undefined ? {} : { argument: readNumber(name, value, 1, SEED_MAX, true) };
  return { mutant: { name, ...argument } };
};

const readNumber = (
  name: string,
  value: string | undefined,
  min: number,
  max: number,
  whole: boolean,
): number => {
  const read = value === undefined || !/^\d+(\.\d+)?$/.test(value) ? Number.NaN : Number(value);
  if (!(read >= min && read <= max) || (whole && !Number.isInteger(read)))
    throw new UsageError(`simulator: ${name} takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
  return read;
};

const unknown = (what: string, asked: string, known: readonly string[]): UsageError => {
  const close = nearest(asked, known);
  const hint = close === undefined ? '' : ` (did you mean ${close}?)`;
  return new UsageError(
    `simulator: unknown ${what} ${JSON.stringify(asked)}${hint}; known: ${known.join(', ')}`,
  );
};
