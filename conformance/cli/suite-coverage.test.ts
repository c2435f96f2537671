/**
 * What a default run tries: every clause that an observation could refute often enough to be believed, every choice of
 * the system in more than one program. What cannot be tried is listed with its reason, and the list has no idle entry.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type InterfaceRun, run } from '#conformance/index';
import { type ClauseId, clauses, type PointId } from '#spec/index';

/** Occasions on which a clause could have been refuted, for a verdict to be worth something. */
const quota = 30;
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

describe.each(runs)(
  'a default run against $address under $edition',
  ({ address, edition, never, closed }) => {
    let result: InterfaceRun;
    beforeAll(async () => {
      result = await run('msg-ring', new Simulator(address), { seed: 1, runs: 1_000, maxSteps: 32, edition });
    });
    const checkable = clauses('msg-ring').filter(
      ({ checked, kind }) => checked === 'by-machine' && kind !== 'system',
    );

    test('finds nothing, and could tell every time', async () => {
      const { record, findings, failures } = result;
      expect(findings.map(({ finding }) => finding.signature)).toEqual([]);
      expect(failures).toEqual([]);
      expect(record.programs).toBe(1_000);
      expect(record.statistics).toMatchObject({ inconclusive: 0, unsupported: 0, failed: 0 });
    });

    test(`could have refuted every clause ${quota} times, but for those that nothing refutes`, async () => {
      const { record } = result;
      const exercised = new Map(record.clauses.map(({ id, exercised: times }) => [id, times]));
      expect(checkable.length).toBeGreaterThan(30);
      const wanted = checkable.filter(({ id }) => never[id as ClauseId] === undefined);
      const rare = wanted.flatMap(({ id }) => {
        const times = exercised.get(id) ?? 0;
        return times < quota ? [`${id}: ${times}`] : [];
      });
      expect(rare).toEqual([]);
      const refutable = Object.keys(never).filter((id) => (exercised.get(id) ?? 0) > 0);
      expect(refutable).toEqual([]);
    });

    test('saw every choice made more than once', async () => {
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
