import { describe, expect, test } from 'vitest';
import { clauses, interfaceFile, interfaceNames } from '#spec/index';
import { doorbell, lyingAgent, simulatorAgent } from './bin.test.support.ts';

const lists = [
  'interfaces',
  'operations',
  'clauses',
  'editions',
  'profiles',
  'variation-points',
  'targets',
  'mutants',
  'worlds',
  'gaps',
  'formats',
];

describe('a list', () => {
  test.concurrent.each(lists)('of %s is a table, and data', async (what) => {
    const text = await doorbell(['list', what]);
    const data = await doorbell(['list', what, '--json']);
    for (const { code, stderr } of [text, data]) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const items = JSON.parse(data.stdout) as readonly Readonly<Record<string, unknown>>[];
    expect(items.length).toBeGreaterThan(0);
    expect(text.stdout.trimEnd().split('\n')).toHaveLength(items.length);
    expect(text.stdout).not.toContain('\u001b');
  });

  test('of clauses names them all, and may be limited to an interface', async () => {
    const { stdout } = await doorbell(['list', 'clauses', 'msg-ring', '--json']);
    const ids = (JSON.parse(stdout) as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(clauses('msg-ring').map(({ id }) => id));
  });
});

describe('a clause', () => {
  test.each(['msg-ring/error/not-a-ring', 'not-a-ring', 'C17'])('is shown by %s', async (word) => {
    const { code, stdout } = await doorbell(['show', word]);
    expect(stdout).toMatch(/^msg-ring\/error\/not-a-ring \(C17\)\nshall · error/);
    for (const title of [
      'Source',
      'Mutants that break it',
      'Witness',
      'The nearest that it must not show',
      'Try it',
    ])
      expect(stdout).toContain(`\n${title}\n`);
    expect(code).toBe(0);
  });

  test('has a statement, a source, and what goes with it, as data', async () => {
    const shown = await Promise.all(
      clauses('msg-ring')
        .slice(0, 12)
        .map(async ({ id }) => JSON.parse((await doorbell(['show', id, '--json'])).stdout)),
    );
    for (const { id, statement, document, checked, mutants, witness, takes, refuses } of shown) {
      expect(statement.length, id).toBeGreaterThan(20);
      expect(document, id).toContain('liburing');
      if (checked !== 'by-machine') continue;
      expect(mutants.length, id).toBeGreaterThan(0);
      expect(witness?.steps.length, id).toBeGreaterThan(2);
      expect(takes.length, id).toBeGreaterThan(2);
      expect(refuses, id).not.toEqual(takes);
    }
  });
});

describe('a smoke test', () => {
  test.each(['simulator', simulatorAgent])('of %s works', async (target) => {
    const { code, stdout } = await doorbell(['smoke', '--target', target, '--json']);
    const { checks } = JSON.parse(stdout) as {
      readonly checks: Readonly<
        Record<string, readonly { readonly name: string; readonly status: string }[]>
      >;
    };
    for (const name of interfaceNames) {
      const statuses = checks[name]?.map((check) => `${check.name}: ${check.status}`) ?? [];
      for (const { name: operation } of interfaceFile(name).operations)
        expect(statuses).toContain(`${operation}: works`);
      expect(statuses).toContain('wait for 50 ms: works');
      expect(statuses.filter((status) => status.endsWith('fails'))).toEqual([]);
    }
    expect(code).toBe(0);
  });

  test('of an agent that lies fails, and says where', async () => {
    const { code, stdout } = await doorbell(['smoke', '--target', lyingAgent('honest')]);
    expect(stdout).toMatch(/ {2}reap +FAILS +/);
    expect(stdout).toMatch(/ {2}submit +not offered +submit/);
    expect(code).toBe(3);
  });
});

describe('an audit', () => {
  test('of some mutants kills them, and accuses no control', async () => {
    const names = ['accepts-pipe', 'len-loses-top-bit', 'newest-first'] as const;
    const args = [
      'audit',
      'msg-ring',
      '--runs',
      '300',
      '--json',
      ...names.flatMap((name) => ['--mutant', name]),
    ];
    const { code, stdout } = await doorbell(args);
    const [audit] = JSON.parse(stdout).audits;
    expect(audit).toMatchObject({ killed: 2, of: 2, survived: [], accused: [], declaredAmongSuspects: 2 });
    expect(audit.rows.map(({ mutant }: { readonly mutant: string }) => mutant).sort()).toEqual([...names]);
    expect(code).toBe(0);
  });

  test('that lets a mutant live ends with 1', async () => {
    const args = ['audit', '--runs', '1', '--mutant', 'accepts-pipe'];
    const { code, stdout } = await doorbell(args);
    expect(stdout).toMatch(/^msg-ring: 0 of 1 mutants killed/);
    expect(stdout).toMatch(/accepts-pipe +SURVIVES/);
    expect(code).toBe(1);
  });
});
