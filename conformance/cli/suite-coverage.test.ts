/**
 * What a default run tries: every clause that an observation could refute often enough to be believed, every choice of
 * the system in more than one program. What cannot be tried is listed with its reason, and the list has no idle entry.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type InterfaceRun, run } from '#conformance/index';
import { type ClauseId, clauses, type PointId, type SystemUnderTest } from '#spec/index';

/** Occasions on which a clause could have been refuted, for a verdict to be worth something: by programs of a run. */
const quotas: Readonly<Record<number, number>> = { 1000: 30, 300: 10, 60: 1 };
/** Occasions on which a choice was made. */
const choiceQuota = 2;

interface Expected {
  readonly address: string;
  readonly edition: string;
  /** Clauses that no observation refutes here, with the reason. */
  readonly never: Readonly<Partial<Record<ClauseId, string>>>;
  /** Points of variation that this edition closes. */
  readonly closed: readonly PointId[];
}

const everyResult = 'it permits every result that can be seen';
const chosenOnce =
  'what it leaves open is a point of variation, refuted by choosing twice and counted as occasions';
const permits = 'it permits an error or a loss beside what other clauses demand, and demands nothing itself';

const open: Expected['never'] = {
  'msg-ring/send/target-flags': chosenOnce,
  'msg-ring/completion/success-value': chosenOnce,
  'msg-ring/target/disabled-open': chosenOnce,
  'msg-ring/fields/foreign': permits,
  'msg-ring/fields/commands': everyResult,
  'msg-ring/modes/sqe-flags': permits,
  'msg-ring/modes/ring-modes': permits,
  'msg-ring/lifetime/dead-owner': everyResult,
  'msg-ring/lifetime/in-flight-changes': everyResult,
  'msg-ring/order/open': everyResult,
  'msg-ring/overflow/loss-without-memory': permits,
  'msg-ring/wait/spurious': everyResult,
};

const later = 'it belongs to later editions';

const runs: readonly Expected[] = [
  {
    address: 'simulator:docs',
    edition: 'E2022-03',
    never: {
      ...open,
      'msg-ring/error/non-descriptor': 'this system answers EBADFD, which error/not-a-ring names',
      'msg-ring/target/disabled-refused': later,
      'msg-ring/flags/cqe-flags-pass': later,
    },
    closed: [],
  },
  {
    address: 'simulator:linux-6',
    edition: 'E2023-01',
    never: open,
    closed: ['disabled-target@direct', 'disabled-target@deferred'],
  },
];

/** Clauses that a run could have refuted less often than that. */
const rare = ({ record }: InterfaceRun, quota: number, never: Expected['never']): readonly string[] => {
  const exercised = new Map(record.clauses.map(({ id, exercised: times }) => [id, times]));
  return clauses('msg-ring')
    .filter(({ id, checked, kind }) => checked === 'by-machine' && kind !== 'system' && !(id in never))
    .flatMap(({ id }) => ((exercised.get(id) ?? 0) < quota ? [`${id}: ${exercised.get(id)}`] : []));
};

const sizes = Object.keys(quotas).map(Number);

describe.each(runs.flatMap((expected) => sizes.map((programs) => ({ ...expected, programs }))))(
  'a run of $programs programs against $address under $edition',
  ({ address, edition, never, closed, programs }) => {
    const quota = quotas[programs] as number;
    let result: InterfaceRun;
    beforeAll(async () => {
      result = await run('msg-ring', new Simulator(address), {
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
      expect(record.clauses.length).toBeGreaterThan(30);
      expect(rare(result, quota, never)).toEqual([]);
      const refutable = record.clauses.filter(({ id, exercised }) => id in never && exercised > 0);
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

test('a clause that cannot be reached is missed', async () => {
  const simulator = new Simulator('simulator:docs');
  const { 'msg-ring': offer } = simulator.description.interfaces;
  if (!offer) throw new Error('the simulator has to offer msg-ring');
  const alone: SystemUnderTest = {
    description: {
      ...simulator.description,
      interfaces: {
        'msg-ring': { ...offer, capabilities: offer.capabilities.filter((one) => one !== 'threads') },
      },
    },
    execute: (program) => simulator.execute(program),
    close: () => simulator.close(),
  };
  const [{ never }] = runs as readonly [Expected];
  const result = await run('msg-ring', alone, { seed: 1, runs: 300, maxSteps: 32 });
  expect(rare(result, 10, never)).toEqual(['msg-ring/wait/message-wakes: 0']);
});
