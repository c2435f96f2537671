/**
 * The witnesses of an interface, found by walking its small worlds: for every clause the shortest program that could
 * refute it, with a trace that it takes and the nearest that it refuses; for every variation point the shortest program
 * that rules a value out. They are kept as data, because finding them takes seconds; a test finds them again.
 */

import { SmallWorld } from '#model/small-world';
import { Seeking, type Witness } from '#model/witness';
import {
  type ClauseId,
  clauseFile,
  clauses,
  type InterfaceName,
  interfaceFile,
  type PointId,
  type Step,
  type TraceEvent,
  type WorldFile,
} from '#spec/index';
import { certainlyTested } from './certainty.ts';
import { guideOf, machineOf } from './interfaces.ts';
import { type Change, itemsIn, lieAbout } from './lie.ts';
import { editionOf, presetOf, statesOf } from './oracle.ts';

/** A witness as it is kept. */
export interface KeptWitness {
  /** What no shorter program was found for. */
  readonly of: readonly (ClauseId | PointId)[];
  /** The small world in which it was found. */
  readonly world: string;
  /** Absent for the default edition. */
  readonly edition?: string;
  /** The profile whose choices are presumed; absent where none are. */
  readonly profile?: 'docs';
  /** Everything that it tests. */
  readonly exercises: readonly ClauseId[];
  /** Points of which it rules a value out. */
  readonly decides: readonly PointId[];
  /** The program without its closing. */
  readonly steps: readonly Step[];
  /** A trace of the closed program that every one of these clauses takes. */
  readonly honest: readonly TraceEvent[];
  /** By clause, the nearest that the trace must not show. */
  readonly lies: Readonly<Partial<Record<ClauseId, readonly Change[] | null>>>;
}

export interface Sought {
  readonly witnesses: readonly KeptWitness[];
  /** Clauses and points that no walk within the bounds reached. */
  readonly missing: readonly (ClauseId | PointId)[];
}

interface Found {
  readonly of: readonly (ClauseId | PointId)[];
  readonly witness: Witness;
  readonly world: string;
  readonly edition?: string;
  readonly profile?: 'docs';
}

/** Walks that find everything that is there in a few seconds. */
const bounds = { maxSteps: 7, maxStates: 20_000 } as const;

/**
 * Finds the witnesses of an interface in its worlds: first under its default edition, then under the newest; and what
 * only a choice of the default profile makes a demand, with the choices of that.
 */
export const seekWitnesses = (name: InterfaceName, { worlds }: WorldFile): Sought => {
  const machine = machineOf(name);
  const { closing } = guideOf(name);
  const found: Found[] = [];
  const missing = new Set<ClauseId | PointId>([...machine.clauses, ...machine.points.ids]);
  const aside = new Set(
    clauses(name)
      .filter(({ strength }) => strength === 'unspecified')
      .map(({ id }) => id as ClauseId),
  );
  const inForce = editionOf(name).id;
  const newest = clauseFile(name).editions.at(-1)?.id ?? inForce;
  const docs = machine.points.open(presetOf(name));
  const contexts: readonly { readonly edition: string; readonly profile?: 'docs' }[] = [
    { edition: inForce },
    ...(newest === inForce ? [] : [{ edition: newest }]),
    { edition: inForce, profile: 'docs' },
  ];
  for (const { edition, profile } of contexts) {
    const states = statesOf(name, edition);
    const wanted = machine.clauses.filter((clause) => missing.has(clause) && states(clause));
    const points = edition === inForce && profile === undefined ? machine.points.ids : [];
    const isCertain = (body: readonly Step[], clause: ClauseId) =>
      certainlyTested(name, body, states, profile ? docs : machine.points.open()).has(clause);
    const seeking = new Seeking(machine, wanted, points, {
      ...bounds,
      closing,
      states,
      aside,
      isCertain,
      ...(profile && { choices: docs }),
    });
    const take = (world: string): void => {
      const fresh = new Map<Witness, (ClauseId | PointId)[]>();
      for (const [target, witness] of [...seeking.clauses, ...seeking.points])
        if (missing.delete(target)) fresh.set(witness, [...(fresh.get(witness) ?? []), target]);
      for (const [witness, of] of fresh)
        found.push({
          of,
          witness,
          world,
          ...(edition !== inForce && { edition }),
          ...(profile && { profile }),
        });
    };
    for (const world of worlds) {
      if (seeking.isOver) break;
      seeking.in(new SmallWorld(interfaceFile(name), world));
      take(world.name);
    }
    seeking.takeDoubtful();
    take('any');
  }
  const material = {
    errors: [...new Set(interfaceFile(name).operations.flatMap((operation) => operation.errors ?? []))],
    members: [
      ...new Set(interfaceFile(name).operations.flatMap(({ result }) => result.map((member) => member.name))),
    ],
    items: itemsIn(found.map(({ witness }) => witness.events)),
  };
  const kept = found.map(({ of, witness, world, edition, profile }): KeptWitness => {
    const { body, steps, events, exercised, decides } = witness;
    const basis = { states: statesOf(name, edition ?? inForce), ...(profile && { choices: docs }) };
    const lies = of
      .filter((target): target is ClauseId => machine.clauses.includes(target as ClauseId))
      .map((clause) => [clause, lieAbout(machine, steps, events, clause, material, basis)] as const);
    return {
      of,
      world,
      ...(edition !== undefined && { edition }),
      ...(profile !== undefined && { profile }),
      exercises: [...exercised],
      decides,
      steps: body,
      honest: events,
      lies: Object.fromEntries(lies),
    };
  });
  return { witnesses: kept, missing: [...missing] };
};
