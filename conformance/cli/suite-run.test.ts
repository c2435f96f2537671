/** Failures that come and go, and systems that cannot make up their mind, are findings as others are. */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import type { Attempt } from '#conformance/attempt';
import { guideOf, type InterfaceRun, replay, run } from '#conformance/index';
import { minimumOf } from '#conformance/minimum/minimum';
import { wilson } from '#conformance/reliability';
import { type Program, type Step, validate } from '#spec/index';

const runOf = (address: string, runs: number, repetitions = 20): Promise<InterfaceRun> =>
  run('msg-ring', new Simulator(address), { seed: 1, runs, maxSteps: 24, repetitions });

describe('a lie told in three programs of ten', () => {
  const rate = 0.3;

  test.each(['drops-messages', 'accepts-closed-descriptor', 'len-is-16-bits', 'wake-lost'])(
    '%s is found, with a rate near the true one',
    async (mutant) => {
      const { findings, failures } = await runOf(`simulator+${mutant}+flaky=${rate}`, 300, 60);
      expect(failures).toEqual([]);
      expect(findings.length).toBeGreaterThan(0);
      const always = await runOf(`simulator+${mutant}`, 300, 1);
      const [first] = always.findings;
      const same = findings.find(({ finding }) => finding.id === first?.finding.id);
      expect(same?.finding.clause).toBe(first?.finding.clause);
      const { hits, runs } = same?.finding.reliability ?? { hits: 0, runs: 0 };
      // At 99.9 % confidence: a test that is right to fail once in a thousand seeds is not run with many.
      const { low, high } = wilson(hits, runs, 3.29);
      expect(low).toBeLessThanOrEqual(rate);
      expect(high).toBeGreaterThanOrEqual(rate);
      expect(same?.finding.verdictHint).toMatchObject({ suspect: 'undecided' });
    },
  );

  test('is said to show so often, not always', async () => {
    const { findings } = await runOf(`simulator+drops-messages+flaky=${rate}`, 300);
    for (const { finding } of findings) {
      expect(finding.reliability.hits).toBeLessThan(finding.reliability.runs);
      expect(finding.rate).toBeCloseTo(finding.reliability.hits / finding.reliability.runs);
    }
  });
});

describe.each([0.3, 0.05])('a lie told at a rate of %s', (rate) => {
  const mutant = 'drops-messages';

  test('is found, measured, shrunk and replayed, and nothing throws', async () => {
    const { findings, failures } = await runOf(`simulator+${mutant}+flaky=${rate}`, 300, 200);
    expect(failures).toEqual([]);
    const { findings: always } = await runOf(`simulator+${mutant}`, 300, 1);
    const ids = new Map(always.map(({ finding }) => [finding.id, finding]));
    const same = findings.filter(({ finding }) => ids.has(finding.id));
    expect(same.length).toBeGreaterThan(0);
    for (const { finding } of same) {
      const { low, high } = wilson(finding.reliability.hits, finding.reliability.runs, 3.29);
      expect(low).toBeLessThanOrEqual(rate);
      expect(high).toBeGreaterThanOrEqual(rate);
      // A candidate may be turned down that would have shown it; it is no longer than one without that bad luck by much.
      expect(finding.steps).toBeLessThanOrEqual((ids.get(finding.id)?.steps ?? 0) + 1);
      const system = new Simulator(`simulator+${mutant}+flaky=${rate}+seed=7`);
      const { totals } = await replay(finding.program, system, { times: 200, id: finding.id });
      const seen = wilson(totals['same deviation'], 200, 3.29);
      expect(totals['cannot tell']).toBe(0);
      expect(seen.low).toBeLessThanOrEqual(rate);
      expect(seen.high).toBeGreaterThanOrEqual(rate);
    }
  });
});

describe('a choice that depends on the situation', () => {
  test('is one finding with two witnesses, each as short as can be', async () => {
    const address = 'simulator+closed-error-by-mode';
    const programs = ['', 'SINGLE_ISSUER|DEFER_TASKRUN'].map((flags): Program => {
      const body: readonly Step[] = [
        { op: 'setup', as: 'r1', entries: 2 },
        { op: 'setup', as: 'r0', ...(flags !== '' && { flags }) },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', data: '0x1' },
        { op: 'submit', ring: 'r0' },
        { op: 'prep_msg_ring', ring: 'r0', fd: '@closed', user_data: '0x2', len: 3 },
        { op: 'submit', ring: 'r0', getevents: true },
        { op: 'reap', ring: 'r1' },
      ];
      return { interface: 'msg-ring', steps: [...body, ...guideOf('msg-ring').closing(body)] };
    });
    const { findings } = await run('msg-ring', new Simulator(address), {
      seed: 1,
      runs: programs.length,
      maxSteps: 24,
      programs,
      repetitions: 3,
    });
    expect(findings.map(({ finding }) => finding.signature)).toEqual(['inconsistent non-descriptor@closed']);
    const proofs = findings[0]?.finding.inconsistency?.proofs ?? [];
    expect(proofs.map(({ values }) => values.join()).toSorted()).toEqual(['EBADF', 'EBADFD']);
    for (const { program, values, reliability } of proofs) {
      expect(reliability).toEqual({ hits: 3, runs: 3 });
      const proves = (tried: Attempt) =>
        tried.kind === 'judged' &&
        tried.judgement.choices.some(
          ({ point, possible }) => point === 'non-descriptor@closed' && possible.join() === values.join(),
        );
      const bounds = { situationsMax: 5_000 };
      const minimum = minimumOf('msg-ring', new Simulator(address), program, proves, bounds);
      expect(minimum).toEqual({ steps: 3, exact: true, program });
    }
  });
});

describe('a choice made in two ways', () => {
  const points: Readonly<Record<string, string>> = {
    'closed-error-varies': 'non-descriptor@closed',
    'success-value-varies': 'success-value@message',
    'target-flags-vary': 'target-flags@plain',
    'disabled-varies': 'disabled-target@direct',
  };

  test.each(Object.entries(points))(
    '%s is one finding about %s, with its witnesses',
    async (mutant, point) => {
      const { findings, record } = await runOf(`simulator+${mutant}`, 1_000, 3);
      const about = findings.filter(({ finding }) => finding.signature === `inconsistent ${point}`);
      expect(about.length).toBe(1);
      const { finding, trace } = about[0] as (typeof about)[number];
      expect(finding.kind).toBe('inconsistent');
      expect(validate.trace(trace)).toEqual([]);
      // Either one program holds both, or two programs prove one value each.
      const proofs = finding.inconsistency?.proofs ?? [];
      expect([0, 2]).toContain(proofs.length);
      if (proofs.length === 2) {
        const [one, other] = proofs;
        expect(one?.values.filter((value) => other?.values.includes(value))).toEqual([]);
        expect(one?.reliability.hits).toBe(one?.reliability.runs);
      } else expect(finding.observedClass).toBe('answered in two ways');
      expect(record.choices.find((choice) => choice.point === point)).toMatchObject({
        consistent: false,
        observed: expect.toSatisfy((values: readonly string[]) => values.length === 2),
      });
    },
  );
});
