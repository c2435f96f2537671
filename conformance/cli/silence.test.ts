/** What must never pass in silence: nothing was run, nobody could tell, or the system fell over beside the question. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, Summary } from '#spec/index';
import {
  doorbell,
  lyingAgent,
  readJson,
  removeFolder,
  skippingAgent,
  temporaryFolder,
} from './bin.test.support.ts';

let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

test('a deadline that passes before anything was run is 124, and says so', async () => {
  const { code, stderr } = await doorbell([
    'run',
    'msg-ring',
    '--target',
    'simulator',
    '--deadline',
    '1ms',
    '--out',
    join(folder, 'late'),
  ]);
  expect(code).toBe(124);
  expect(stderr).toContain('the deadline passed');
});

test('a trace that ends too early is judged by nobody: 4', async () => {
  const path = join(folder, 'cut.json');
  const program = { interface: 'msg-ring', steps: [{ op: 'setup', as: 'r0' }, { op: 'settle' }] };
  writeFileSync(
    path,
    JSON.stringify({ program, events: [{ event: 'ran', step: 0, at: 1, result: { cq_entries: 16 } }] }),
  );
  const { code, stdout } = await doorbell(['judge', path]);
  expect(code).toBe(4);
  expect(stdout).toContain('cannot tell');
});

test('what an agent said in place of an answer is quoted, its beginning and its end', async () => {
  const programs = join(folder, 'one.json');
  writeFileSync(programs, JSON.stringify({ interface: 'msg-ring', steps: [{ op: 'reap', ring: 'r0' }] }));
  const out = join(folder, 'talks');
  const target = lyingAgent('talks-and-goes');
  await doorbell(['run', 'msg-ring', '--target', target, '--programs', programs, '--out', out]);
  const [finding] = readJson<Summary>(out, 'summary.json').findings;
  expect(finding).toMatchObject({
    kind: 'crash',
    observed: expect.stringMatching(/it printed: line 0 \| line 1 \| line 2 \| … \| .*line 1499$/),
  });
  for (const file of ['counterexample.md', 'report.txt']) {
    const text = readFileSync(join(out, finding?.path ?? '', file), 'utf8');
    expect(text, file).toContain('line 0 ');
    expect(text, file).toContain('line 1499');
    expect(text.split('\n').length, file).toBeLessThan(200);
  }
});

describe('an agent that refuses', () => {
  const reap = (ring: string, note?: string) => ({
    interface: 'msg-ring',
    ...(note !== undefined && { note }),
    steps: [
      { op: 'setup', as: 'r0' },
      { op: 'reap', ring },
    ],
  });
  const refused = Array.from({ length: 7 }, (_, index) =>
    reap(`r${index}`, index === 0 ? 'poetry' : 'prose'),
  );
  const ran = async (name: string, programs: readonly unknown[], ...options: readonly string[]) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(programs));
    const out = join(folder, name);
    const args = ['run', 'msg-ring', '--target', lyingAgent('refuses-notes'), '--programs', path];
    const ended = await doorbell([...args, ...options, '--out', out]);
    return { ...ended, out, summary: readJson<Summary>(out, 'summary.json') };
  };

  test.each([[], ['--jobs', '2']])('most programs says so beside its verdict %j', async (...options) => {
    const name = `refuses-most${options.length}`;
    const { stdout, out, summary } = await ran(name, [...refused, reap('r0')], ...options);
    expect(stdout).toContain('msg-ring: 7 of 8 programs refused (mostly: the board takes no prose)\n');
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain(
      '**7 of 8 programs refused by the target**: the verdicts rest on the others. Most often (6) for this reason: the board takes no prose.',
    );
    expect(summary.interfaces['msg-ring']?.statistics).toMatchObject({
      unsupported: 7,
      refusals: { 'the board takes no prose': 6, 'the board takes no poetry': 1 },
    });
  });

  test('every program leaves nothing to conform: 4', async () => {
    const { code, stdout, summary } = await ran('refuses-all', refused);
    expect(code).toBe(4);
    expect(stdout).toContain('No verdict on msg-ring (E2022-03): nothing was exercised');
    expect(stdout).toContain('7 of 7 programs refused');
    const [harness] = summary.interfaces['msg-ring']?.clauses.filter(({ id }) => id.endsWith('/crash')) ?? [];
    expect(harness).toMatchObject({ verdict: 'not-exercised', reason: 'no program ran to its end' });
    const verdicts = summary.interfaces['msg-ring']?.clauses.map(({ verdict }) => verdict);
    expect(verdicts).not.toContain('conforms');
  });
});

describe('an agent that leaves out', () => {
  const ran = async (name: string, target: string, ...options: readonly string[]) => {
    const out = join(folder, name);
    const args = ['run', 'msg-ring', '--target', target, '--runs', '120', ...options, '--out', out];
    const ended = await doorbell(args);
    return { ...ended, out, summary: readJson<Summary>(out, 'summary.json') };
  };

  test('some calls accuses nobody, and is seen', async () => {
    const { code, out, summary } = await ran('skips-some', skippingAgent('wait', 2));
    const { skipped, drains, failedDrains } = summary.interfaces['msg-ring']?.statistics ?? {};
    expect({ code, findings: summary.findings, failures: summary.failures }).toEqual({
      code: 0,
      findings: [],
      failures: [],
    });
    expect(Object.keys(skipped ?? {})).toEqual(['wait']);
    const report = readFileSync(join(out, 'report.md'), 'utf8');
    expect(report).toContain(
      `**Calls that the agent left out** though it declares them and nothing stood in their way: \`wait\` ${skipped?.wait}.`,
    );
    expect(report).toContain(`Drains that failed: ${failedDrains} of ${drains}. What is missing`);
  });

  test.each([[], ['--jobs', '2']])(
    'all calls of an operation is a matter of the harness: 3 %j',
    async (...options) => {
      const { code, stderr, summary } = await ran(
        `skips-all${options.length}`,
        skippingAgent('drain'),
        ...options,
      );
      const reason =
        'the agent declares drain and made no such call: it skipped all that could be made (no such handle)';
      expect({ code, stderr }).toEqual({ code: 3, stderr: `doorbell: ${reason}\n` });
      expect(summary.failures).toEqual([{ interface: 'msg-ring', reason }]);
    },
  );
});

describe('a crash that depends on what ran before', () => {
  const noted = (note: string) => ({ interface: 'msg-ring', note, steps: [{ op: 'reap', ring: 'r0' }] });
  const target = lyingAgent('remembers-a-note');
  let out = '';
  let finding: Finding;

  beforeAll(async () => {
    out = join(folder, 'after-others');
    const programs = join(folder, 'notes.jsonl');
    const notes = ['one', 'prime', 'two', 'crash', 'three'];
    writeFileSync(programs, notes.map((note) => `${JSON.stringify(noted(note))}\n`).join(''));
    await doorbell(['run', 'msg-ring', '--target', target, '--programs', programs, '--out', out]);
    finding = readJson<Summary>(out, 'summary.json').findings[0] as Finding;
  });

  test('is not shrunk as if it did not, and keeps what it needs', () => {
    expect(finding).toMatchObject({
      kind: 'crash',
      program: noted('crash'),
      precededBy: [noted('prime')],
      reliability: { hits: 20, runs: 20 },
    });
    for (const file of ['counterexample.md', 'report.txt'])
      expect(readFileSync(join(out, finding.path, file), 'utf8').replace(/\s+/g, ' '), file).toContain(
        'Alone on a fresh session the program did not show it. After 1 msg-ring program in the same session it did so in 20 of 20 repetitions',
      );
    expect(readFileSync(join(out, finding.path, 'preceding.jsonl'), 'utf8')).toBe(
      `${JSON.stringify(noted('prime'))}\n`,
    );
  });

  test('is replayed with it', async () => {
    const { code, stdout } = await doorbell(['replay', out, '--times', '3', '--json']);
    expect(JSON.parse(stdout).totals).toMatchObject({ 'same deviation': 1 });
    expect(code).toBe(1);
    const alone = await doorbell([
      'replay',
      join(out, finding.path, 'program.json'),
      '--times',
      '2',
      '--json',
    ]);
    expect(JSON.parse(alone.stdout)).toMatchObject({ finding: finding.id, totals: { 'same deviation': 2 } });
  });
});

test('a crash is reported whatever clause was asked about', async () => {
  const programs = join(folder, 'setup.json');
  writeFileSync(
    programs,
    JSON.stringify({
      interface: 'msg-ring',
      steps: [
        { op: 'setup', as: 'r0' },
        { op: 'reap', ring: 'r0' },
      ],
    }),
  );
  const { code, stdout } = await doorbell([
    'run',
    'msg-ring',
    '--target',
    lyingAgent('crashes-at-step-1'),
    '--programs',
    programs,
    '--clause',
    'sends-nothing',
    '--out',
    join(folder, 'crash'),
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain('system/crash');
  const { clauses = [] } = readJson<Summary>(folder, 'crash', 'summary.json').interfaces['msg-ring'] ?? {};
  const left = clauses.filter(({ id, verdict }) => id.includes('/system/') && verdict === 'conforms');
  expect(left.map(({ id }) => id)).toEqual([]);
});
