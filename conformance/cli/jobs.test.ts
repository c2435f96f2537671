import { execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Summary } from '#spec/index';
import { bin, doorbell, readJson, removeFolder, start, temporaryFolder, until } from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const run = async (name: string, ...args: readonly string[]): Promise<Summary> => {
  const out = join(folder, name);
  await doorbell(['run', 'msg-ring', '--runs', '240', '--max-steps', '12', '--out', out, ...args]);
  return readJson<Summary>(out, 'summary.json');
};

/** Processes of the machine whose parent this is. */
const childrenOf = (pid: number | undefined): readonly number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/, 3).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? child : []));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('several jobs', () => {
  test.each(['simulator', 'simulator+accepts-pipe', 'simulator+closed-error-varies'])(
    'find on %s what one finds',
    async (target) => {
      const alone = await run(`alone-${target}`, '--target', target);
      const together = await run(`together-${target}`, '--target', target, '--jobs', '3');
      const [one, other] = [alone, together].map((summary) => summary.interfaces['msg-ring']);
      expect(other).toMatchObject({ programs: one?.programs, steps: one?.steps });
      expect(together.exit).toBe(alone.exit);
      const known = (summary: Summary) => summary.findings.map(({ id, kind }) => `${id} ${kind}`).sort();
      expect(known(together)).toEqual(known(alone));
      expect(other?.choices).toEqual(one?.choices);
      expect(other?.editions).toEqual(one?.editions);
      const verdicts = (record: typeof one) =>
        record?.clauses.map(({ id, verdict, exercised }) => `${id} ${verdict} ${exercised}`);
      expect(verdicts(other)).toEqual(verdicts(one));
    },
  );

  const endless = [
    'run',
    'msg-ring',
    '--target',
    'simulator+accepts-pipe',
    '--runs',
    '10000000',
    '--jobs',
    '2',
  ];

  test('of which one is killed keep what the others find, and say so', async () => {
    const out = join(folder, 'one-killed');
    const { child, ended } = start([
      ...endless.slice(0, -2),
      '--jobs',
      '2',
      '--deadline',
      '5s',
      '--out',
      out,
    ]);
    await until(() => existsSync(join(out, 'findings')) && childrenOf(child.pid).length === 2);
    process.kill(childrenOf(child.pid)[0] as number, 'SIGKILL');
    const { stderr } = await ended;
    expect(stderr).toMatch(/^doorbell: part [12] of 2: its process was ended by SIGKILL\n$/);
    const { failures, findings, exit } = readJson<Summary>(out, 'summary.json');
    expect(failures).toHaveLength(1);
    expect(findings.length).toBeGreaterThan(0);
    expect(exit).toBe(1);
  });

  test('die with their parent', async () => {
    const out = join(folder, 'parent-killed');
    const { child, ended } = start([...endless, '--out', out]);
    await until(() => existsSync(join(out, 'findings')) && childrenOf(child.pid).length === 2);
    const children = childrenOf(child.pid);
    child.kill('SIGKILL');
    await ended;
    await until(() => !children.some(isAlive));
  });
});

test('a shard that is told to stop in the same breath as it is given its order stops', async () => {
  const child = fork(bin, ['run-one-shard'], { execArgv: [], serialization: 'advanced' });
  const messages: { readonly kind: string; readonly run?: { readonly ended: string } }[] = [];
  child.on('message', (message) => messages.push(message as (typeof messages)[number]));
  const options = { seed: 1, runs: 10_000_000, maxSteps: 8 };
  child.send({ name: 'msg-ring', address: 'simulator', options });
  child.send({ stop: true });
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(late);
  expect(code).toBe(0);
  expect(messages.find(({ kind }) => kind === 'run')?.run?.ended).toBe('interrupted');
});
