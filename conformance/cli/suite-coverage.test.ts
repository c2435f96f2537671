/**
 * What a default run tries: every clause that an observation could refute often enough to be believed, every choice of
 * the system in more than one program. What cannot be tried is listed with its reason, and the list has no idle entry.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type InterfaceRun, run } from '#conformance/index';
import {
  clauseFile,
  clauses,
  type InterfaceName,
  interfaceNames,
  type PointId,
  type SystemUnderTest,
} from '#spec/index';
import { type CoverageRun, subjects } from './subjects/index.ts';

/** Occasions on which a clause could have been refuted, for a verdict to be worth something: by programs of a run. */
const quotas: Readonly<Record<number, number>> = { 1000: 30, 300: 10, 60: 1 };
/** Occasions on which a choice was made. */
const choiceQuota = 2;

/** Clauses that a run could have refuted less often than that. */
const rare = (
  name: InterfaceName,
  { record }: InterfaceRun,
  quota: number,
  never: CoverageRun['never'],
): readonly string[] => {
  const exercised = new Map(record.clauses.map(({ id, exercised: times }) => [id, times]));
  return clauses(name)
    .filter(({ id, checked, kind }) => checked === 'by-machine' && kind !== 'system' && !(id in never))
    .flatMap(({ id }) => ((exercised.get(id) ?? 0) < quota ? [`${id}: ${exercised.get(id)}`] : []));
};

const sizes = Object.keys(quotas).map(Number);

const runs = subjects.flatMap(({ name, atLeast, runs: all }) =>
  all.flatMap((one) => sizes.map((programs) => ({ ...one, name, atLeast, programs }))),
);

test('every interface is looked at', () => {
  expect(subjects.map(({ name }) => name)).toEqual(interfaceNames);
});

describe.each(runs)(
  '$name: a run of $programs programs against $address under $edition',
  ({ name, atLeast, address, edition, never, closed, programs }) => {
    const quota = quotas[programs] as number;
    let result: InterfaceRun;
    beforeAll(async () => {
      result = await run(name, new Simulator(address), {
        seed: 1,
        runs: programs,
        maxSteps: 32,
        edition,
      });
    });

    test('finds nothing, and could tell every time', () => {
      const { record, findings, failures } = result;
      expect(findings.map(({ finding }) => finding.signature)).toEqual([]);
      expect(failures).toEqual([]);
      expect(record.programs).toBe(programs);
      expect(record.statistics).toMatchObject({ inconclusive: 0, unsupported: 0, failed: 0 });
    });

    test(`could have refuted every clause ${quota} times, but for those that nothing refutes`, () => {
      const { record } = result;
      expect(record.clauses.length).toBeGreaterThan(atLeast.clauses);
      expect(rare(name, result, quota, never)).toEqual([]);
      // The clause of a choice can be refuted once a program has seen the choice: that is counted as occasions.
      const chosen = new Set((clauseFile(name).points ?? []).map(({ clause }) => clause));
      const refutable = record.clauses.filter(
        ({ id, exercised }) => id in never && exercised > 0 && !chosen.has(id),
      );
      expect(refutable.map(({ id }) => id)).toEqual([]);
    });

    test('saw every choice made more than once', () => {
      const { record } = result;
      expect(record.choices.length).toBeGreaterThan(0);
      for (const { point, occasions, consistent } of record.choices) {
        expect(consistent, point).toBe(true);
        if (closed.includes(point as PointId)) expect(occasions, point).toBe(0);
        else expect(occasions, point).toBeGreaterThanOrEqual(choiceQuota);
      }
    });
  },
);

test.each(subjects)(
  '$name: a clause that cannot be reached is missed',
  async ({ name, runs: [{ never }], blind }) => {
    const simulator = new Simulator('simulator:docs');
    const offer = simulator.description.interfaces[name];
    if (!offer) throw new Error(`the simulator has to offer ${name}`);
    expect(offer.capabilities).toContain(blind.capability);
    const capabilities = offer.capabilities.filter((one) => one !== blind.capability);
    const alone: SystemUnderTest = {
      description: { ...simulator.description, interfaces: { [name]: { ...offer, capabilities } } },
      execute: (program) => simulator.execute(program),
      close: () => simulator.close(),
    };
    const result = await run(name, alone, { seed: 1, runs: 300, maxSteps: 32 });
    expect(rare(name, result, 1, never)).toEqual(blind.missed.map((clause) => `${clause}: 0`));
  },
);
