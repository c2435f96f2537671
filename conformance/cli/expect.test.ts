import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Expectation, Finding, Summary } from '#spec/index';
import { doorbell, readJson, removeFolder, temporaryFolder } from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

let number = 0;
const run = async (
  target: string,
  ...args: readonly string[]
): Promise<Summary & { readonly code: number | null }> => {
  const out = join(folder, `run-${++number}`);
  const { code } = await doorbell([
    ...['run', 'msg-ring', '--runs', '150', '--max-steps', '12', '--target', target, '--out', out, ...args],
  ]);
  return { ...readJson<Summary>(out, 'summary.json'), code };
};

const expectFile = (name: string, ...expectations: readonly Expectation[]): readonly string[] => {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ schema: 1, title: 'a test', expectations }));
  return ['--expect', path];
};

const entryOf = ({ id, clause, program }: Finding): Expectation => ({
  kind: 'deviation',
  interface: 'msg-ring',
  clause,
  signature: id,
  program,
  reason: 'The simulator was told to lie.',
  link: 'adapters/simulator',
});

describe('a known deviation', () => {
  const liar = 'simulator+accepts-pipe';
  let entry: Expectation;

  beforeAll(async () => {
    const { findings, code, reasons } = await run(liar);
    expect({ code, reasons }).toEqual({ code: 1, reasons: ['new'] });
    entry = entryOf(findings[0] as Finding);
  });

  test('that is listed is expected', async () => {
    const { code, findings, expectations, interfaces, reasons } = await run(
      liar,
      ...expectFile('known', entry),
    );
    expect({ code, reasons }).toEqual({ code: 0, reasons: [] });
    expect(findings).toMatchObject([
      { expected: true, expectation: { reason: entry.reason, link: entry.link } },
    ]);
    expect(expectations).toMatchObject([{ status: 'seen', clause: entry.clause }]);
    expect(interfaces['msg-ring']?.clauses.find(({ id }) => id === entry.clause)).toMatchObject({
      verdict: 'violates',
      expected: true,
    });
    expect(interfaces['msg-ring']?.statistics.generators).toMatchObject({ first: 1 });
  });

  test('that is listed and does not show any more is gone', async () => {
    const { code, reasons, expectations } = await run('simulator', ...expectFile('gone', entry));
    expect({ code, reasons }).toEqual({ code: 1, reasons: ['gone'] });
    expect(expectations).toMatchObject([{ status: 'gone' }]);
  });

  test('that is intermittent is never gone', async () => {
    const intermittent = { ...entry, intermittent: true } as Expectation;
    const { code, expectations } = await run('simulator', ...expectFile('intermittent', intermittent));
    expect(code).toBe(0);
    expect(expectations).toMatchObject([{ status: 'not-seen' }]);
  });

  test('whose program shows something else has changed', async () => {
    const changed = { ...entry, signature: 'ffffffff' } as Expectation;
    const { code, reasons, expectations } = await run(liar, ...expectFile('changed', changed));
    expect({ code, reasons }).toEqual({ code: 1, reasons: ['new', 'changed'] });
    expect(expectations).toMatchObject([{ status: 'changed' }]);
  });

  test('is expected no longer than is said', async () => {
    const old = { ...entry, expires: '2020-12-31' } as Expectation;
    const { code, reasons, findings } = await run(liar, ...expectFile('expired', old));
    expect({ code, reasons }).toEqual({ code: 1, reasons: ['expired'] });
    expect(findings).toMatchObject([{ expected: false }]);
  });

  test('is expected only where its condition on the target holds', async () => {
    const elsewhere = { ...entry, when: { behaviour: 'linux-6' } } as Expectation;
    const { code, reasons, expectations } = await run(liar, ...expectFile('condition', elsewhere));
    expect({ code, reasons }).toEqual({ code: 1, reasons: ['new'] });
    expect(expectations).toMatchObject([{ status: 'not-applicable' }]);
  });
});

describe('a pinned choice', () => {
  const choice = (observed: string): Expectation => ({
    kind: 'choice',
    interface: 'msg-ring',
    clause: 'msg-ring/error/non-descriptor',
    point: 'non-descriptor@closed',
    observed: [observed],
    reason: 'The simulator was told to choose.',
    link: 'adapters/simulator',
  });

  test('that is observed is seen, and another one has changed', async () => {
    const { interfaces } = await run('simulator');
    const point = interfaces['msg-ring']?.choices.find((each) => each.point === 'non-descriptor@closed');
    const observed = point?.observed[0] ?? '';
    const other = point?.values.find((value) => value !== observed) ?? '';
    expect(point?.observed).toHaveLength(1);
    const seen = await run('simulator', ...expectFile('pinned', choice(observed)));
    expect(seen).toMatchObject({ code: 0, expectations: [{ status: 'seen' }] });
    const changed = await run('simulator', ...expectFile('repinned', choice(other)));
    expect(changed).toMatchObject({ code: 1, reasons: ['choice-changed'] });
  });
});

test('a dated deviation is no failure, unless the edition is strict', async () => {
  const target = 'simulator:linux-6';
  const lenient = await run(target);
  expect(lenient.findings.map(({ kind }) => kind)).toContain('dated');
  expect(lenient.findings.filter(({ kind }) => kind !== 'dated')).toEqual([]);
  expect(lenient).toMatchObject({ code: 0, reasons: [] });
  expect(await run(target, '--strict-edition')).toMatchObject({ code: 1, reasons: ['new'] });
  const later = await run(target, '--edition', 'E2023-01');
  expect(later).toMatchObject({ code: 0, findings: [] });
});

test('the list that comes with the tool holds for the simulator of mainline Linux', async () => {
  const { code, expectations, reasons } = await run('simulator:linux-6', '--expect', 'mainline');
  expect({ code, reasons }).toEqual({ code: 0, reasons: [] });
  expect(expectations.length).toBeGreaterThan(0);
  for (const { status, name } of expectations) expect(['seen', 'not-seen'], name).toContain(status);
});
