/**
 * The programs of a run: a function of version, interface, edition, seed and what the target declared, and of nothing
 * that the target answers. Program number n depends on the seed and n alone, so shards can be cut anywhere.
 */

import { Random } from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  clauses as allClauses,
  type ClauseId,
  clauseFile,
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
export const isOffered = (name: InterfaceName, offer: InterfaceOffer, body: readonly Step[]): boolean => {
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
  const starts: readonly Start[] = fitting.map(({ body, clauses: tests }) => ({
    tests: tests.filter((clause) => about([clause])),
    alone: new ProgramArbitrary({ ...drafting, start: body, more: 0 }),
    more: new ProgramArbitrary({ ...drafting, start: body }),
  }));
  const byClause = [...new Set(starts.flatMap(({ tests }) => tests))].flatMap((clause) => {
    const group = starts.filter(({ tests }) => tests.includes(clause));
    return new Array<readonly Start[]>(clauses === undefined ? turnsOf(name, clause) : 1).fill(group);
  });
  for (let number = shard.index; number < runs; number += shard.count) {
    const random = new Random(xoroshiro128plus(mix(seed, number)));
    const [origin, arbitrary] = source(number, { starts, byClause, anything, only: clauses !== undefined });
    yield { program: arbitrary.generate(random, 4).value, origin, number };
  }
}

/**
 * How often a clause has its turn in a round: never where nothing could refute it, nor tell two choices apart; twice
 * where it needs a fault, which chance alone seldom provides.
 */
const turnsOf = (name: InterfaceName, clause: ClauseId): number => {
  const entry = allClauses(name).find(({ id }) => id === clause);
  const decides = clauseFile(name).points?.some((point) => point.clause === clause) ?? false;
  if (entry?.strength === 'unspecified' && !decides) return 0;
  return (entry?.requires ?? []).length > 0 ? 2 : 1;
};

interface Start {
  readonly tests: readonly ClauseId[];
  readonly alone: ProgramArbitrary;
  readonly more: ProgramArbitrary;
}

interface Sources {
  readonly starts: readonly Start[];
  /** The starts that test a clause, for each clause. */
  readonly byClause: readonly (readonly Start[])[];
  readonly anything: ProgramArbitrary;
  /** Only some clauses are wanted. */
  readonly only: boolean;
}

/** Every litmus program once as it stands; then two of three, or all when only some clauses are wanted, start from one. */
const source = (
  number: number,
  { starts, byClause, anything, only }: Sources,
): readonly [Origin, ProgramArbitrary] => {
  const first = starts[number];
  if (first) return ['litmus', first.alone];
  if (byClause.length === 0 || (!only && number % 3 === 2)) return ['swarm', anything];
  // The clauses take turns, and for each clause its starts: what few programs test is tested as often as the rest.
  const turn = only ? number : number - Math.floor(number / 3);
  const group = byClause[turn % byClause.length] as readonly Start[];
  const start = group[Math.floor(turn / byClause.length) % group.length] as Start;
  return ['directed', start.more];
};
