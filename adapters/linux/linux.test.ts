import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AgentMessage,
  type Answer,
  interfaceFile,
  type Program,
  type Step,
  type SystemUnderTest,
  validate,
} from '#spec/index';
import { systemContract } from '../contract.ts';
import { openAgent } from '../stdio/agent-system.ts';
import { linuxAdapter } from './index.ts';

const agentPath = fileURLToPath(import.meta.resolve('#linux-agent'));

const unavailable = await (async () => {
  const system = await linuxAdapter.open('linux');
  await system.close();
  return 'msg-ring' in system.description.interfaces
    ? null
    : (system.description.reason ?? 'no reason given');
})();

const program = (...steps: readonly Step[]): Program => ({ interface: 'msg-ring', steps });
const resultsOf = (answer: Answer) => {
  if (answer.kind !== 'trace') throw new Error(`${answer.kind}: ${answer.reason}`);
  return answer.events.map((event) => ('result' in event ? event.result : event.event));
};

/** Every process of which this one is the parent, by number. */
const children = (): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) === process.pid
        ? [Number(name)]
        : [];
    } catch {
      // Gone since the listing.
      return [];
    }
  });

const agentsOf = (pids: readonly number[]): readonly number[] =>
  pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(agentPath);
    } catch {
      return false;
    }
  });

describe('where there is nothing to test, the agent says why:', () => {
  /** What the agent says when it is asked how it is, and for a program. */
  const answers = (
    file: string,
    options: { readonly args?: readonly string[]; readonly before?: string } = {},
  ) => {
    const before = options.before ?? '';
    const input = [
      { type: 'hello', protocol: 1 },
      { type: 'execute', id: 0, interface: 'msg-ring', program: program() },
      { type: 'bye' },
    ];
    const command = `${before} '${process.execPath}' ${(options.args ?? []).join(' ')} '${file}'`;
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command], {
      input: input.map((message) => `${JSON.stringify(message)}\n`).join(''),
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AgentMessage);
    for (const message of messages) expect(validate.agentProtocol(message)).toEqual([]);
    return messages;
  };

  /** A module that makes Node look like another machine. */
  const pretending = (member: string, value: string) =>
    `--import 'data:text/javascript,Object.defineProperty(process,"${member}",{value:"${value}"})'`;

  test.each([
    ['another system', { args: [pretending('platform', 'darwin')] }, /io_uring is a part of Linux/],
    [
      'another architecture',
      { args: [pretending('arch', 'riscv64')] },
      /not known for riscv64.*x64 and arm64/,
    ],
  ])('%s', (_, options, reason) => {
    const [hello, answer] = answers(agentPath, options);
    expect(hello).toMatchObject({ type: 'hello', interfaces: {}, reason: expect.stringMatching(reason) });
    expect(answer).toEqual({ type: 'unsupported', id: 0, reason: expect.stringMatching(reason) });
  });

  test('koffi is not installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'doorbell-linux-'));
    try {
      // The package without its dependencies: what `npm install --omit=optional` leaves, as far as the agent sees.
      cpSync(fileURLToPath(new URL('../../package.json', import.meta.url)), join(folder, 'package.json'));
      cpSync(join(agentPath, '..'), join(folder, 'dist/bin'), { recursive: true });
      const [hello] = answers(realpathSync(join(folder, 'dist/bin/linux-agent.js')));
      expect(hello).toMatchObject({ interfaces: {}, reason: expect.stringMatching(/koffi.*npm install/) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.runIf(unavailable === null).each([
    [38, /this kernel, or the sandbox around it, has no io_uring \(ENOSYS\)/],
    [1, /io_uring is (forbidden|switched off|reserved) \(EPERM\)/],
    [13, /io_uring is (forbidden|switched off|reserved) \(EACCES\)/],
    [12, /no memory for a ring \(ENOMEM\).*ulimit -l/],
  ])('a filter answers io_uring_setup with errno %i', (errno, reason) => {
    const filter = fileURLToPath(new URL('./fixtures/forbid-io-uring.mjs', import.meta.url));
    const [hello, answer] = answers(agentPath, {
      before: `FORBID_IO_URING=${errno}`,
      args: [`--import '${filter}'`],
    });
    expect(hello).toMatchObject({ interfaces: {}, reason: expect.stringMatching(reason) });
    expect(answer).toMatchObject({ type: 'unsupported', reason: expect.stringMatching(reason) });
  });

  test.runIf(unavailable === null)('too few descriptors', () => {
    const [hello] = answers(agentPath, { before: 'ulimit -n 150;' });
    expect(hello).toMatchObject({ interfaces: {}, reason: expect.stringMatching(/ulimit -n/) });
  });
});

if (unavailable !== null)
  describe.skip(`the running kernel: ${unavailable}`, () => test('is not tested here', () => expect.fail()));
else {
  systemContract('the running kernel', () => linuxAdapter.open('linux'));

  describe('the running kernel', () => {
    let system: SystemUnderTest;
    const run = async (...steps: readonly Step[]) => resultsOf(await system.execute(program(...steps)));

    beforeAll(async () => {
      system = await linuxAdapter.open('linux');
    });
    afterAll(() => system.close());

    test('is described by the facts that the interface names, and no others', () => {
      const named = (interfaceFile('msg-ring').facts ?? []).map(({ name }) => name);
      const { facts } = system.description.system;
      for (const fact of Object.keys(facts)) expect(named).toContain(fact);
      expect(facts).toMatchObject({ release: expect.any(String), 'probes.msgRing.opcode': true });
    });

    test('offers every operation but what only a simulator can do', () => {
      const offered = system.description.interfaces['msg-ring']?.operations ?? {};
      const all = interfaceFile('msg-ring').operations.map(({ name }) => name);
      expect(all.filter((name) => !(name in offered))).toEqual(['memory']);
    });

    test('opens every kind of descriptor', async () => {
      const kinds = interfaceFile('msg-ring')
        .operations.find(({ name }) => name === 'open')
        ?.arguments.find(({ name }) => name === 'kind')?.values;
      expect(kinds).toContain('path');
      for (const kind of kinds ?? [])
        expect(
          await run(
            { op: 'open', kind, as: 'd0' },
            { op: 'dup', fd: 'd0', as: 'd1' },
            { op: 'close', fd: 'd0' },
          ),
        ).toEqual([{}, {}, {}]);
    });

    test('makes every ring that it offers', async () => {
      const capabilities = system.description.interfaces['msg-ring']?.capabilities ?? [];
      const flags: Readonly<Record<string, string>> = {
        sqpoll: 'SQPOLL',
        iopoll: 'IOPOLL',
        'single-issuer': 'SINGLE_ISSUER',
        'defer-taskrun': 'SINGLE_ISSUER|DEFER_TASKRUN',
      };
      for (const [capability, names] of Object.entries(flags))
        if (capabilities.includes(capability))
          expect(await run({ op: 'setup', as: 'r0', flags: names })).toEqual([{ cq_entries: 16 }]);
    });

    test('has as many entries as were asked for, up to the greatest', async () => {
      expect(
        await run(
          { op: 'setup', as: 'r0', entries: 3 },
          { op: 'setup', as: 'r1', entries: 256, cq_entries: 512 },
          { op: 'setup', as: 'r2', entries: 8, cq_entries: 1 },
        ),
      ).toEqual([{ cq_entries: 8 }, { cq_entries: 512 }, { error: 'EINVAL' }]);
    });

    test('takes messages through a polling thread', async () => {
      const capabilities = system.description.interfaces['msg-ring']?.capabilities ?? [];
      if (!capabilities.includes('sqpoll')) return;
      const message: Step = { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', data: '0xa' };
      const results = await run(
        { op: 'setup', as: 'r0', flags: 'SQPOLL' },
        { op: 'setup', as: 'r1' },
        message,
        // Prepared is not published: the thread must not see it.
        { op: 'settle' },
        { op: 'reap', ring: 'r1' },
        { op: 'submit', ring: 'r0' },
        { op: 'settle' },
        { op: 'reap', ring: 'r1' },
      );
      expect(results[4]).toEqual({ cqes: [] });
      expect(results[7]).toMatchObject({ cqes: [{ user_data: '0xa' }] });
    });

    test('is given time for what it does later: nothing asynchronous is missed by a settle', async () => {
      const message = (fd: string, sqe_flags: string): Step => ({
        op: 'prep_msg_ring',
        ring: 'r0',
        fd,
        sqe_flags,
      });
      for (let time = 0; time < 50; time++) {
        const results = await run(
          { op: 'setup', as: 'r0' },
          { op: 'setup', as: 'r1' },
          message('r1', 'ASYNC'),
          message('r1', 'IO_LINK'),
          message('r1', 'ASYNC'),
          message('r1', 'IO_DRAIN'),
          { op: 'submit', ring: 'r0' },
          { op: 'settle' },
          { op: 'reap', ring: 'r0' },
          { op: 'reap', ring: 'r1' },
        );
        expect(results.slice(-2)).toMatchObject([{ cqes: { length: 4 } }, { cqes: { length: 4 } }]);
      }
    });

    test('has its deferred rings entered by the threads that own them', async () => {
      const capabilities = system.description.interfaces['msg-ring']?.capabilities ?? [];
      if (!capabilities.includes('defer-taskrun')) return;
      const results = await run(
        { op: 'setup', as: 'r0' },
        { op: 'setup', as: 'r1', actor: 't1', flags: 'SINGLE_ISSUER|DEFER_TASKRUN' },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', data: '0xa' },
        { op: 'submit', ring: 'r0' },
        { op: 'drain', ring: 'r1' },
        { op: 'drain', ring: 'r1', actor: 't1' },
      );
      expect(results[4]).toEqual({ error: 'EEXIST', cqes: [] });
      expect(results[5]).toMatchObject({ value: 0, cqes: [{ user_data: '0xa' }] });
    });

    test('wakes every waiter: three actors, two of them asleep', async () => {
      const results = await run(
        { op: 'setup', as: 'r1' },
        { op: 'wait', ring: 'r1', begin: 'w0', timeout_ms: 5_000 },
        { op: 'wait', ring: 'r1', begin: 'w1', actor: 't1', timeout_ms: 5_000 },
        { op: 'setup', as: 'r0', actor: 't2' },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', actor: 't2' },
        { op: 'submit', ring: 'r0', actor: 't2' },
        { op: 'settle' },
      );
      expect(results).toEqual([
        { cq_entries: 16 },
        'call',
        'call',
        { cq_entries: 16 },
        {},
        { value: 1 },
        { value: 0 },
        { value: 0 },
        'settle',
      ]);
    });

    test('names what it refuses', async () => {
      expect(
        await run(
          { op: 'setup', as: 'r0', flags: 'DEFER_TASKRUN' },
          { op: 'setup', as: 'r1', flags: 'R_DISABLED' },
          { op: 'prep_msg_ring', ring: 'r1', fd: 'r1' },
          { op: 'submit', ring: 'r1' },
          { op: 'enable', ring: 'r1' },
          { op: 'enable', ring: 'r1' },
          // What was refused is still prepared.
          { op: 'submit', ring: 'r1' },
        ),
      ).toEqual([
        { error: 'EINVAL' },
        { cq_entries: 16 },
        {},
        { error: 'EBADFD' },
        {},
        { error: 'EBADFD' },
        { value: 1 },
      ]);
    });

    test('runs programs as long as they may be', async () => {
      const steps = Array.from(
        { length: 2_000 },
        (_, index): Step => ({ op: 'setup', as: `r${index}`, entries: 1 }),
      );
      const results = await run(...steps);
      expect(results).toHaveLength(steps.length);
      expect(results.every((result) => typeof result === 'object' && 'cq_entries' in result)).toBe(true);
    });
  });

  describe('an agent for the running kernel', () => {
    const waiting = program({ op: 'setup', as: 'r0' }, { op: 'wait', ring: 'r0', timeout_ms: 20_000 });

    /** The one agent that belongs to `system`, which was opened while none of `others` was its. */
    const pidOf = (others: readonly number[]): number => {
      const [pid, ...more] = agentsOf(children()).filter((other) => !others.includes(other));
      expect(more).toEqual([]);
      return pid as number;
    };

    test('that is killed in the middle of a program names the step, and blames nobody', async () => {
      const others = agentsOf(children());
      const system = await linuxAdapter.open('linux');
      const pid = pidOf(others);
      const answer = system.execute(waiting);
      await sleep(300);
      process.kill(pid, 'SIGKILL');
      expect(await answer).toEqual({
        kind: 'died',
        killed: true,
        step: 1,
        reason: 'the agent ended: it was ended by SIGKILL, at /steps/1 (wait)',
      });
      expect(resultsOf(await system.execute(program({ op: 'setup', as: 'r0' })))).toEqual([
        { cq_entries: 16 },
      ]);
      await system.close();
      expect(existsSync(`/proc/${pid}`)).toBe(false);
    });

    test('that stops in the middle of a program is hung there, and ended', async () => {
      const others = agentsOf(children());
      const system = await linuxAdapter.open('linux');
      const pid = pidOf(others);
      const short = program({ op: 'setup', as: 'r0' }, { op: 'wait', ring: 'r0', timeout_ms: 600 });
      const answer = system.execute(short, { deadlineMs: 200 });
      await sleep(300);
      process.kill(pid, 'SIGSTOP');
      expect(await answer).toEqual({
        kind: 'hung',
        step: 1,
        reason: 'it did not answer within 800 ms, at /steps/1 (wait); repeated alone, it ended normally',
      });
      await system.close();
      expect(existsSync(`/proc/${pid}`)).toBe(false);
    });

    test('ends when standard input does, and when its parent is killed in the middle of a program', async () => {
      const lines = [
        { type: 'hello', protocol: 1 },
        { type: 'execute', id: 0, interface: 'msg-ring', program: waiting },
      ];
      const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      const script = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, [${JSON.stringify(agentPath)}], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
        child.stdin.write(${JSON.stringify(input)});
        console.log(child.pid);
        setInterval(() => {}, 1000);`;
      const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [printed] = (await parent.stdout.take(1).toArray()) as Buffer[];
      const pid = Number(printed);
      await sleep(700);
      expect(existsSync(`/proc/${pid}`)).toBe(true);
      parent.kill('SIGKILL');
      await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5_000 }).toBe(false);
    });

    test('gives every program threads of its own when it is told to', async () => {
      const system = await openAgent('linux', {
        command: [process.execPath, agentPath],
        env: { DOORBELL_LINUX_THREADS: 'fresh' },
      });
      const two = program({ op: 'setup', as: 'r0', actor: 't1' }, { op: 'drain', ring: 'r0', actor: 't1' });
      for (let time = 0; time < 3; time++) {
        const answer = await system.execute(two);
        expect(resultsOf(answer)).toEqual([{ cq_entries: 16 }, { value: 0, cqes: [] }]);
        expect('leaks' in answer).toBe(false);
      }
      await system.close();
    });
  });
}
