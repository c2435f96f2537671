/**
 * The programs of a run: a function of version, interface, edition, seed and what the target declared, and of nothing
 * that the target answers. Program number n depends on the seed and n alone, so shards can be cut anywhere.
 */

import { Random } from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  type ClauseId,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type Program,
  type Step,
} from '#spec/index';
import { ProgramArbitrary } from './generation/program-arbitrary.ts';
import { operationsOf } from './generation/walk.ts';
import { guideOf, machineOf } from './interfaces.ts';
import { editionOf, statesOf } from './oracle.ts';

/** Which generator wrote a program. */
export type Origin = 'litmus' | 'directed' | 'swarm';

export interface Generated {
  readonly program: Program;
  readonly origin: Origin;
  /** Number of the program in the run, from 0. */
  readonly number: number;
}

export interface GenerateOptions {
  readonly seed: number;
  /** How many programs; `Infinity` for a run that time ends. */
  readonly runs: number;
  readonly maxSteps: number;
  readonly edition?: string;
  /** What the target declared. */
  readonly offer: InterfaceOffer;
  /** Only programs about these clauses. */
  readonly clauses?: readonly ClauseId[];
  /** This shard writes the programs whose number leaves `index` when divided by `count`. */
  readonly shard?: { readonly index: number; readonly count: number };
}

/** A well mixed 32-bit number from seed and program number. */
const mix = (seed: number, number: number): number => {
  let h = (seed | 0) ^ 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return h ^ (h >>> 15);
};

/** Can the target run this body, as far as it declared? */
const isOffered = (name: InterfaceName, offer: InterfaceOffer, body: readonly Step[]): boolean => {
  const operations = operationsOf(interfaceFile(name));
  const can = (capability: string) => offer.capabilities.includes(capability);
  return body.every((step) => {
    if (step.op === 'settle' || step.op === 'end') return true;
    const operation = operations.get(step.op);
    if (!operation || !(step.op in offer.operations)) return false;
    if (step.actor !== undefined && step.actor !== 't0' && !can('threads')) return false;
    if (!(operation.requires ?? []).every(can)) return false;
    return operation.arguments.every(({ name: argument, requires }) => {
      const value = step[argument];
      if (requires === undefined || typeof value !== 'string') return true;
      return value.split('|').every((part) => requires[part] === undefined || can(requires[part]));
    });
  });
};

/** The programs of a run, in order. */
export function* generatePrograms(name: InterfaceName, options: GenerateOptions): Generator<Generated> {
  const { seed, runs, maxSteps, offer, clauses, shard = { index: 0, count: 1 } } = options;
  const file = interfaceFile(name);
  const guide = guideOf(name);
  const drafting = {
    machine: machineOf(name),
    file,
    offer,
    guide,
    states: statesOf(name, editionOf(name, options.edition).id),
    maxSteps,
  };
  const about = (wanted: readonly ClauseId[]) =>
    clauses === undefined || wanted.some((id) => clauses.includes(id));
  const fitting = guide.litmus.filter(
    (litmus) => about(litmus.clauses) && isOffered(name, offer, litmus.body),
  );
  const anything = new ProgramArbitrary(drafting);
  const starts = fitting.map(({ body }) => ({
    alone: new ProgramArbitrary({ ...drafting, start: body, more: 0 }),
    more: new ProgramArbitrary({ ...drafting, start: body }),
  }));
  for (let number = shard.index; number < runs; number += shard.count) {
    const random = new Random(xoroshiro128plus(mix(seed, number)));
    const [origin, arbitrary] = source(number, starts, anything, clauses !== undefined);
    yield { program: arbitrary.generate(random, 4).value, origin, number };
  }
}

interface Start {
  readonly alone: ProgramArbitrary;
  readonly more: ProgramArbitrary;
}

/** Every litmus program once as it stands; then every other one starts from one, unless only some clauses are wanted. */
const source = (
  number: number,
  starts: readonly Start[],
  anything: ProgramArbitrary,
  only: boolean,
): readonly [Origin, ProgramArbitrary] => {
  const first = starts[number];
  if (first) return ['litmus', first.alone];
  const turn = starts[(only ? number : number >> 1) % Math.max(1, starts.length)];
  return turn && (only || number % 2 === 0) ? ['directed', turn.more] : ['swarm', anything];
};
