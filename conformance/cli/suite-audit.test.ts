/** The suite is under test itself: it has to notice every lie that the simulator can tell, and to name the sentence. */

import { beforeAll, describe, expect, test } from 'vitest';
import { mutants, Simulator } from '#adapters/index';
import { type AuditRecord, audit } from '#conformance/index';

const known = new Map(mutants('msg-ring').map((mutant) => [mutant.name, mutant]));
const addressOf = (name: string): string => {
  const behaviour = known.get(name)?.behaviour;
  return `simulator${behaviour === undefined ? '' : `:${behaviour}`}+${name}`;
};

describe('the audit of msg-ring', () => {
  let record: AuditRecord;

  beforeAll(async () => {
    record = await audit(
      'msg-ring',
      [...known.values()],
      async ({ name }) => new Simulator(addressOf(name)),
      {
        seed: 1,
        runs: 1_000,
        maxSteps: 32,
      },
    );
  }, 120_000);

  test('looks at every mutant and every control', () => {
    expect(record.rows.map(({ mutant }) => mutant)).toEqual([...known.keys()]);
    expect(record.of).toBeGreaterThan(70);
    expect(record.rows.length - record.of).toBeGreaterThanOrEqual(3);
  });

  test('finds every lie out in a default budget', () => {
    expect(record.survived).toEqual([]);
    expect(record.killed).toBe(record.of);
  });

  test('lets every control survive', () => {
    expect(record.accused).toEqual([]);
  });

  test('suspects a declared clause every time, and first in four cases of five', () => {
    const lies = record.rows.filter(({ control }) => !control);
    const misfits = lies.filter(({ rank }) => rank === null);
    expect(misfits.map(({ mutant, breaks, suspects }) => ({ mutant, breaks, suspects }))).toEqual([]);
    expect(record.declaredAmongSuspects).toBe(record.of);
    expect(record.declaredFirst / record.of).toBeGreaterThanOrEqual(0.8);
  });

  test('shows each lie by a program that a person can read', () => {
    const long = record.rows.filter(({ steps }) => (steps ?? 0) > 9);
    expect(long.map(({ mutant, steps }) => `${mutant}: ${steps} steps`)).toEqual([]);
  });
});
