/** Failures that come and go, and systems that cannot make up their mind, are findings as others are. */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type InterfaceRun, run } from '#conformance/index';
import { wilson } from '#conformance/reliability';
import { validate } from '#spec/index';

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
