import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Summary } from '#spec/index';
import {
  doorbell,
  readJson,
  readLines,
  removeFolder,
  start,
  temporaryFolder,
  until,
} from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const isLinux = process.platform === 'linux';
let offersRings = false;
beforeAll(async () => {
  offersRings = (await doorbell(['smoke', '--target', 'linux'])).code === 0;
});

/** In a process where io_uring_setup fails with this number, as the profile of a container has it. */
const forbidding = (errno: number): Readonly<Record<string, string>> => ({
  FORBID_IO_URING: String(errno),
  NODE_OPTIONS: `--import ${pathToFileURL(
    fileURLToPath(new URL('../../adapters/linux/fixtures/forbid-io-uring.mjs', import.meta.url)),
  )}`,
});

describe('without an interface and a target', () => {
  test('the simulator runs, then the running kernel, each with a record', async ({ skip }) => {
    if (!offersRings) skip('this kernel offers no io_uring');
    const { code, stdout, stderr } = await doorbell(['run', '--runs', '60'], { cwd: folder });
    expect(stderr).toBe('');
    expect([0, 1]).toContain(code);
    expect(readdirSync(join(folder, 'doorbell-runs/1')).sort()).toEqual(['linux', 'simulator']);
    const [simulator, linux] = ['simulator', 'linux'].map((part) =>
      readJson<Summary>(folder, 'doorbell-runs/1', part, 'summary.json'),
    );
    expect(simulator).toMatchObject({
      selfCheck: true,
      exit: 0,
      interfaces: { 'msg-ring': { programs: 60 } },
    });
    expect(linux).toMatchObject({ selfCheck: false, exit: code });
    expect(linux?.options).toMatchObject({ runs: 60, expect: 'mainline' });
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('report: doorbell-runs/1/linux/report.md');
    expect(readlinkSync(join(folder, 'doorbell-runs/latest'))).toBe('1');
  });

  test.runIf(isLinux).each([
    [1, /forbid|policy/],
    [38, /no io_uring/],
  ])(
    'a kernel that answers io_uring with %i is named with the reason, and the rest runs',
    async (errno, reason) => {
      const cwd = join(folder, `errno-${errno}`);
      execFileSync('mkdir', [cwd]);
      const { code, stdout } = await doorbell(['run', '--runs', '20'], { cwd, env: forbidding(errno) });
      expect(stdout).toMatch(/Self-check of msg-ring/);
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      expect(last).toMatch(/^The running kernel was not tested: /);
      expect(last).toMatch(reason);
      expect(code).toBe(0);
      expect(readdirSync(join(cwd, 'doorbell-runs/1'))).toEqual(['simulator']);
    },
  );
});

describe('a target that was named and offers nothing', () => {
  test.runIf(isLinux)('is unsupported, with the reason, and 4', async () => {
    const out = join(folder, 'forbidden');
    const args = ['run', 'msg-ring', '--target', 'linux', '--out', out, '--json'];
    const { code } = await doorbell(args, { env: forbidding(1) });
    const { interfaces, unsupported, exit } = readJson<Summary>(out, 'summary.json');
    expect({ code, exit }).toEqual({ code: 4, exit: 4 });
    expect(interfaces['msg-ring']).toMatchObject({
      programs: 0,
      reason: expect.stringMatching(/policy|forbid/),
    });
    expect(unsupported.length).toBeGreaterThan(20);
  });

  test.runIf(isLinux)('is replaced by the simulator only where no target was named', async () => {
    const out = join(folder, 'fallback');
    const { code } = await doorbell(['run', 'msg-ring', '--runs', '20', '--out', out], {
      env: forbidding(1),
    });
    expect(code).toBe(0);
    expect(readJson<Summary>(out, 'summary.json')).toMatchObject({ selfCheck: true });
  });
});

describe('on the running kernel', () => {
  /** The agent among the processes of the machine. */
  const agentOf = (pid: number | undefined): number | undefined =>
    execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .find(([, parent]) => parent === pid)?.[0];

  test('an agent that is killed in the middle makes no verdict about the system', async ({ skip }) => {
    if (!offersRings) skip('this kernel offers no io_uring');
    const out = join(folder, 'agent-killed');
    const args = [
      'run',
      'msg-ring',
      '--target',
      'linux',
      '--runs',
      '400',
      '--expect',
      'mainline',
      '--out',
      out,
    ];
    const { child, ended } = start(args);
    // Programs are under way once the first of them are counted.
    await until(() => existsSync(join(out, 'run.jsonl')) && readLines(out, 'run.jsonl').lines.length > 1);
    process.kill(agentOf(child.pid) as number, 'SIGKILL');
    const { code, stderr } = await ended;
    const { findings, failures } = readJson<Summary>(out, 'summary.json');
    expect(findings.filter(({ kind }) => kind === 'crash' || kind === 'hang')).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]?.reason).toMatch(/SIGKILL|killed/);
    expect(stderr).toMatch(/^doorbell: .+\n$/);
    expect([1, 3]).toContain(code);
  });

  test('Ctrl-C leaves no agent behind', async ({ skip }) => {
    if (!offersRings) skip('this kernel offers no io_uring');
    const out = join(folder, 'interrupted');
    const { child, ended } = start([
      'run',
      'msg-ring',
      '--target',
      'linux',
      '--runs',
      '100000',
      '--out',
      out,
    ]);
    await until(() => existsSync(join(out, 'run.jsonl')) && agentOf(child.pid) !== undefined);
    const agent = agentOf(child.pid) as number;
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(readJson<Summary>(out, 'summary.json')).toMatchObject({ ended: 'interrupted' });
    await until(() => !existsSync(`/proc/${agent}`));
  });

  test('one clause is answered from its own programs, twice the same', async ({ skip }) => {
    if (!offersRings) skip('this kernel offers no io_uring');
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const out = join(folder, name);
        await doorbell(['run', 'msg-ring', '--target', 'linux', '--clause', 'must-be-zero', '--out', out]);
        return readJson<Summary>(out, 'summary.json');
      }),
    );
    expect(one?.interfaces['msg-ring']?.clauses.map(({ id }) => id)).toEqual(['msg-ring/flags/must-be-zero']);
    expect(one?.findings.map(({ id }) => id)).toEqual(other?.findings.map(({ id }) => id));
  });
});
