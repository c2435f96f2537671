import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunLine, type Summary, validate } from '#spec/index';
import {
  doorbell,
  lyingAgent,
  readJson,
  readLines,
  removeFolder,
  start,
  temporaryFolder,
  until,
} from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const nothing = join(folder, 'nothing.json');
writeFileSync(nothing, JSON.stringify({ interface: 'msg-ring', steps: [{ op: 'reap', ring: 'r0' }] }));

const endless = ['run', 'msg-ring', '--target', 'simulator+accepts-pipe', '--runs', '10000000'] as const;
const lineCount = (path: string): number =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
/** A header, a finding and some batches. */
const isUnderWay = (out: string) => () =>
  lineCount(join(out, 'run.jsonl')) > 3 && existsSync(join(out, 'findings'));

/** What was found is on disk, readable and whole. */
const expectWhole = (out: string, ended: Summary['ended']): Summary => {
  const summary = readJson<Summary>(out, 'summary.json');
  expect(validate.runRecord(summary)).toEqual([]);
  expect(summary.ended).toBe(ended);
  expect(summary.findings.length).toBeGreaterThan(0);
  const { lines, torn } = readLines<RunLine>(out, 'run.jsonl');
  expect(torn).toBe('');
  expect(lines.at(-1)).toMatchObject({ type: 'footer', ended });
  for (const { path } of summary.findings)
    expect(readFileSync(join(out, path, 'counterexample.md'), 'utf8')).toContain('# ');
  return summary;
};

describe.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle', (signal) => {
  test.each([1, 2])('ends a run of %i jobs with 130, and what was found is written', async (jobs) => {
    const out = join(folder, `${signal}-${jobs}`);
    const { child, ended } = start([...endless, '--jobs', String(jobs), '--out', out]);
    await until(isUnderWay(out));
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toContain('report: ');
    const { interfaces } = expectWhole(out, 'interrupted');
    expect(interfaces['msg-ring']?.programs).toBeGreaterThan(100);
  });
});

test('a deadline ends the command with 124, unless something was found that weighs more', async () => {
  const honest = join(folder, 'deadline');
  const args = ['run', 'msg-ring', '--runs', '10000000', '--deadline', '1500ms', '--out'];
  const { code } = await doorbell([...args, honest, '--target', 'simulator']);
  expect(code).toBe(124);
  expect(readJson<Summary>(honest, 'summary.json')).toMatchObject({ ended: 'deadline', exit: 124 });
  const lie = join(folder, 'deadline-lie');
  const found = await doorbell([...args, lie, '--target', 'simulator+accepts-pipe']);
  expect(found.code).toBe(1);
  expectWhole(lie, 'deadline');
});

describe('an agent that never greets', () => {
  const target = ['--target', lyingAgent('never-greets')] as const;
  const commands = [
    ['run', ['run', 'msg-ring', '--out', join(folder, 'never-greets')]],
    ['smoke', ['smoke']],
    ['replay', ['replay', nothing]],
  ] as const;

  test.each(commands)('does not outlast the deadline of %s', async (_, words) => {
    const began = Date.now();
    const { code, stdout, stderr } = await doorbell([...words, ...target, '--deadline', '1s']);
    expect({ code, stdout }).toEqual({ code: 124, stdout: '' });
    expect(stderr).toMatch(
      /^doorbell: the deadline passed, and nothing was run: .+ said hello .+ licence server\n$/,
    );
    expect(Date.now() - began).toBeLessThan(6_000);
  });

  test.each(commands)('is not waited for when %s is interrupted', async (_, words) => {
    const { child, ended } = start([...words, ...target]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^doorbell: interrupted, and nothing was run: .+\n$/);
  });
});

test('parts whose agents never greet leave a whole record of nothing', async () => {
  const out = join(folder, 'parts');
  // Its first life, which greets, belongs to the command itself.
  const target = `${lyingAgent('never-comes-back')} ${join(folder, 'lives')}`;
  const args = ['run', 'msg-ring', '--target', target, '--jobs', '2', '--deadline', '2s', '--out', out];
  const { code, stderr } = await doorbell(args);
  expect({ code, stderr }).toEqual({ code: 124, stderr: '' });
  const summary = readJson<Summary>(out, 'summary.json');
  expect(summary).toMatchObject({ ended: 'deadline', findings: [], failures: [] });
  expect(summary.interfaces['msg-ring']?.programs).toBe(0);
});

describe('a target that does not come back', () => {
  const stuck = ['run', 'msg-ring', '--target', lyingAgent('never-answers'), '--programs', nothing, '--out'];

  test('is closed some time after the deadline', async () => {
    const out = join(folder, 'stuck-deadline');
    const { code, stderr } = await doorbell([...stuck, out, '--deadline', '1s']);
    expect({ code, stderr }).toEqual({ code: 124, stderr: '' });
    expect(readJson<Summary>(out, 'summary.json')).toMatchObject({
      ended: 'deadline',
      findings: [],
      failures: [],
    });
  });

  test.each([
    ['smoke', ['smoke']],
    ['replay', ['replay', nothing]],
    ['run in parts', [...stuck, join(folder, 'stuck-parts'), '--jobs', '2']],
  ])('does not hold up %s for long', async (_, words) => {
    const began = Date.now();
    const target = ['--target', lyingAgent('never-answers')];
    const { code } = await doorbell([...words, ...target, '--deadline', '1s']);
    expect(code).toBe(124);
    expect(Date.now() - began).toBeLessThan(8_000);
  });

  test('is closed at once by a second signal', async () => {
    const out = join(folder, 'stuck-signals');
    const { child, ended } = start([...stuck, out]);
    await until(() => existsSync(join(out, 'run.jsonl')));
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    expect((await ended).signal).toBe('SIGINT');
    expect(readLines<RunLine>(out, 'run.jsonl').lines.map(({ type }) => type)).toEqual(['header']);
  });
});

test('SIGKILL leaves whole lines, whole files, and findings that can be replayed', async () => {
  const out = join(folder, 'SIGKILL');
  const { child, ended } = start([...endless, '--out', out]);
  await until(isUnderWay(out));
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  const { lines } = readLines<RunLine>(out, 'run.jsonl');
  expect(lines.map(({ type }) => type)).not.toContain('footer');
  const findings = lines.flatMap((line) => (line.type === 'finding' ? line.finding : []));
  const [finding] = findings;
  expect(validate.trace(readJson(out, `findings/${finding?.id}/trace.json`))).toEqual([]);
  expect(existsSync(join(out, 'summary.json'))).toBe(false);
  const replayed = await doorbell(['replay', `${out}#${finding?.id}`, '--times', '3', '--json']);
  expect(JSON.parse(replayed.stdout)).toMatchObject({ totals: { 'same deviation': 3 } });
  expect(replayed.code).toBe(1);
});

/** Fails where the user is not root. */
const asRoot = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: 'ignore' });
};

describe.runIf(process.platform === 'linux')('a full disk', () => {
  const args = [...endless.slice(0, -1), '20000', '--out'];

  /** One line says so, nothing written before is torn, and the findings stand on standard output. */
  const expectKept = (
    out: string,
    { code, stdout, stderr }: Awaited<ReturnType<typeof doorbell>>,
    why: RegExp,
  ) => {
    expect(stderr).toMatch(/^doorbell: cannot write .+; what was written before is kept\n$/);
    expect(stderr).toMatch(why);
    // The deviation that was found weighs more than the disk.
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ended: 'failure', exit: 1 });
    expect(JSON.parse(stdout).findings.length).toBeGreaterThan(0);
    const { lines, torn } = readLines<RunLine>(out, 'run.jsonl');
    expect(torn).toBe('');
    expect(lines[0]?.type).toBe('header');
  };

  test('that the user limited is said once, and the record stays readable', async () => {
    const out = join(folder, 'limited');
    // Files of at most 16 blocks of 512 bytes; the signal for larger ones is ignored, so that writing fails instead.
    const under = ['sh', '-c', 'trap \'\' XFSZ; ulimit -f 16; exec "$@"', 'sh'];
    expectKept(out, await doorbell([...args, out, '--json'], { under }), /larger than is allowed/);
  });

  test('that is really full is said once, and the record stays readable', async ({ skip }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      asRoot('mount', '-t', 'tmpfs', '-o', 'size=64k', 'doorbell-test', disk);
    } catch {
      skip('mounting a small disk takes root');
    }
    try {
      const out = join(disk, 'run');
      expectKept(out, await doorbell([...args, out, '--json']), /no space is left/);
    } finally {
      asRoot('umount', disk);
    }
  });

  test('on standard output is said once, with 3', async () => {
    const under = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
    const { code, stderr } = await doorbell(['list', 'clauses'], { under });
    expect(stderr).toBe('doorbell: cannot write to standard output: no space is left\n');
    expect(code).toBe(3);
  });
});

describe('a reader that goes away', () => {
  test('is no failure', async () => {
    const { child, ended } = start(['generate', 'msg-ring', '--runs', '100000']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('does not stop a run from being written', async () => {
    const out = join(folder, 'unread');
    const { child, ended } = start(['run', '--target', 'simulator', '--runs', '50', '--out', out]);
    child.stdout?.destroy();
    expect((await ended).code).toBe(0);
    expect(readJson<Summary>(out, 'summary.json').exit).toBe(0);
  });
});
