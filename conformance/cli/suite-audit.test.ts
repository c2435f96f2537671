/**
 * The suite is under test itself: it has to notice every lie that the simulator can tell, to name the sentence, and to
 * show it in a few steps. One seed here; `doorbell audit --seeds 10` measures.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { mutants, Simulator } from '#adapters/index';
import { type AuditRecord, audit, type Kill } from '#conformance/index';
import type { InterfaceName } from '#spec/index';
import { auditText } from './audit-matrix.ts';
import { subjects } from './subjects/index.ts';

const simulatorOf = ({ name }: { readonly name: string }): Simulator => new Simulator(`simulator+${name}`);
const auditOf = (
  interfaceName: InterfaceName,
  names: readonly string[],
  seeds: number,
  situationsMax?: number,
): Promise<AuditRecord> =>
  audit(
    interfaceName,
    mutants(interfaceName).filter(({ name }) => names.includes(name)),
    async (mutant) => simulatorOf(mutant),
    {
      seed: 1,
      seeds,
      runs: 1_000,
      maxSteps: 32,
      ...(situationsMax !== undefined && {
        minimum: { open: simulatorOf, situationsMax },
      }),
    },
  );

describe.each(subjects)('the audit of $name', ({ name: interfaceName, atLeast, situationsMax }) => {
  const known = mutants(interfaceName).map(({ name }) => name);
  let record: AuditRecord;
  let kills: readonly (Kill & { readonly mutant: string; readonly breaks: readonly string[] })[];

  beforeAll(async () => {
    record = await auditOf(interfaceName, known, 1, situationsMax);
    kills = record.rows
      .filter(({ control }) => !control)
      .flatMap(({ mutant, breaks, kills: found }) => found.map((kill) => ({ ...kill, mutant, breaks })));
  }, 600_000);

  test('looks at every mutant and every control', () => {
    expect(record.rows.map(({ mutant }) => mutant)).toEqual(known);
    expect(record.of).toBeGreaterThan(atLeast.mutants);
    expect(record.rows.length - record.of).toBeGreaterThanOrEqual(atLeast.controls);
    expect(record.counterexamples).toBe(kills.length);
  });

  test('finds every lie out in a default budget', () => {
    expect(record.survived).toEqual([]);
    expect(record.killed).toBe(record.of);
  });

  test('lets every control survive', () => {
    expect(record.accused).toEqual([]);
  });

  test('suspects a declared clause every time, and first in seventeen cases of twenty', () => {
    const misfits = kills.filter(({ rank }) => rank === null);
    expect(misfits.map(({ mutant, breaks, suspects }) => ({ mutant, breaks, suspects }))).toEqual([]);
    expect(record.declaredAmongSuspects).toBe(record.counterexamples);
    expect(record.declaredFirst / record.counterexamples).toBeGreaterThanOrEqual(0.85);
  });

  test('shows each lie by the shortest program in nineteen cases of twenty, and by one step more at most', () => {
    expect(record.measured).toBe(record.counterexamples);
    expect(record.bounded / record.measured).toBeLessThan(0.15);
    const long = kills.filter(({ steps, minimum }) => steps > (minimum?.steps ?? 0));
    expect(record.atMinimum / record.measured, JSON.stringify(long)).toBeGreaterThanOrEqual(0.95);
    expect(record.excess, JSON.stringify(long)).toBeLessThanOrEqual(1);
  });

  test('is printed with a line for every mutant, as text and as Markdown', () => {
    const text = auditText([record], 'text');
    const page = auditText([record], 'markdown');
    for (const { mutant, breaks } of record.rows) {
      expect(text).toContain(`\n${mutant} `);
      expect(page).toContain(`\n| \`${mutant}\` | `);
      for (const clause of breaks) expect(page).toContain(`\`${clause}\``);
    }
    const widths = page.split('\n').filter((line) => line.startsWith('|'));
    expect(widths.length).toBe(record.rows.length + 2);
    expect(new Set(widths.map((line) => line.split(' | ').length))).toEqual(new Set([8]));
  });
});

describe('an audit with several seeds', () => {
  test('counts every counterexample, and the median of the programs', async () => {
    const record = await auditOf('msg-ring', ['drops-messages', 'accepts-pipe', 'newest-first'], 3, 50);
    expect(record.seeds).toEqual([1, 2, 3]);
    expect(record).toMatchObject({ of: 2, killed: 2, counterexamples: 6, measured: 6, accused: [] });
    for (const { kills, programs, control } of record.rows.filter((row) => !row.control)) {
      expect(kills.map(({ seed }) => seed)).toEqual([1, 2, 3]);
      expect(programs).toBe(kills.map((kill) => kill.programs).toSorted((a, b) => a - b)[1]);
      expect(control).toBe(false);
    }
  });

  test('looks for no minimum unless it is told to', async () => {
    const record = await auditOf('msg-ring', ['drops-messages'], 1);
    expect(record).toMatchObject({ counterexamples: 1, measured: 0, bounded: 0 });
    expect(record.rows[0]?.kills[0]?.minimum).toBeNull();
    expect(auditText([record], 'text')).not.toContain('minimum');
  });
});
