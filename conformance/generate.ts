/**
 * The programs of a run: a function of version, interface, edition, seed and what the target declared, and of nothing
 * that the target answers. Program number n depends on the seed and n alone, so shards can be cut anywhere.
 */

import { Random } from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  type ClauseId,
  clauseFile,
  clauses,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type PointId,
  type Program,
  type Step,
} from '#spec/index';
import { certainlyTested } from './certainty.ts';
import { isFault } from './faults.ts';
import { ProgramArbitrary } from './generation/program-arbitrary.ts';
import { type Form, Schedule, type Start } from './generation/schedule.ts';
import { operationsOf } from './generation/walk.ts';
import { guideOf, machineOf } from './interfaces.ts';
import { editionOf, statesOf } from './oracle.ts';

/** Which generator wrote a program. */
export type Origin = 'witness' | 'litmus' | 'directed' | 'swarm' | 'uniform';

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
  const { seed, runs, maxSteps, offer, shard = { index: 0, count: 1 } } = options;
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
  const starts = startsOf(name, options);
  const schedule = new Schedule(starts, options.clauses !== undefined);
  const swarm = new ProgramArbitrary(drafting);
  const uniform = new ProgramArbitrary({ ...drafting, uniform: true });
  const bodies = starts.map(
    ({ body }): Readonly<Record<Form, ProgramArbitrary>> => ({
      alone: new ProgramArbitrary({ ...drafting, start: body, more: 0 }),
      ended: new ProgramArbitrary({ ...drafting, start: [...body, ...guide.closing(body)] }),
      open: new ProgramArbitrary({ ...drafting, start: body }),
    }),
  );
  for (let number = shard.index; number < runs; number += shard.count) {
    const random = new Random(xoroshiro128plus(mix(seed, number)));
    const slot = schedule.at(number);
    const [origin, arbitrary]: readonly [Origin, ProgramArbitrary] =
      slot.kind === 'swarm'
        ? ['swarm', swarm]
        : slot.kind === 'uniform'
          ? ['uniform', uniform]
          : [
              slot.form === 'alone' ? (starts[slot.start] as Start).origin : 'directed',
              (bodies[slot.start] as Readonly<Record<Form, ProgramArbitrary>>)[slot.form],
            ];
    yield { program: arbitrary.generate(random, 4).value, origin, number };
  }
}

/** The witnesses and litmus bodies that the target can run, and what each of them is to test. */
const startsOf = (
  name: InterfaceName,
  { offer, clauses: only, edition }: GenerateOptions,
): readonly Start[] => {
  const { witnesses, litmus } = guideOf(name);
  const states = statesOf(name, editionOf(name, edition).id);
  const pointClauses = new Map((clauseFile(name).points ?? []).map(({ id, clause }) => [id, clause]));
  // What the document leaves open is no clause that could fail: its points are decided, and have turns of their own.
  const open = new Set(clauses(name).flatMap(({ id, strength }) => (strength === 'unspecified' ? [id] : [])));
  const faulty = new Set(
    clauses(name).flatMap(({ id, requires = [] }) => (requires.some(isFault) ? [id] : [])),
  );
  const isWanted = (target: string): boolean => {
    const clause = (pointClauses.get(target) ?? target) as ClauseId;
    return states(clause) && (only?.includes(clause) ?? (pointClauses.has(target) || !open.has(clause)));
  };
  const bodies = [
    ...witnesses.map(({ of, steps }) => ({ origin: 'witness' as const, body: steps, meant: of })),
    ...litmus.map(({ body, clauses: meant }) => ({ origin: 'litmus' as const, body, meant })),
  ];
  return bodies
    .filter(({ body }) => isOffered(name, offer, body))
    .map(({ origin, body, meant }) => {
      const tests = new Map(
        meant.filter(isWanted).map((target) => [target as string, faulty.has(target) ? seldom : likely]),
      );
      for (const target of testedBy(name, edition, body)) if (isWanted(target)) tests.set(target, 1);
      return { origin, body, tests };
    })
    .filter(({ tests }) => tests.size > 0);
};

/** What a body certainly tests is the same for every run: bodies are few, and it takes a verdict to know. */
const certain = new WeakMap<readonly Step[], Map<string, ReadonlySet<ClauseId | PointId>>>();

const testedBy = (
  name: InterfaceName,
  asked: string | undefined,
  body: readonly Step[],
): ReadonlySet<ClauseId | PointId> => {
  const { id } = editionOf(name, asked);
  const byEdition = certain.get(body) ?? new Map<string, ReadonlySet<ClauseId | PointId>>();
  certain.set(body, byEdition);
  const known = byEdition.get(id) ?? certainlyTested(name, body, statesOf(name, id));
  byEdition.set(id, known);
  return known;
};

/** What a body is meant for and need not test, for a system may choose otherwise. */
const likely = 0.8;
/** The same where the system is short of something: it may succeed all the same. */
const seldom = 0.5;
