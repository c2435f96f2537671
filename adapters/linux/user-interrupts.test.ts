/** User interrupts on a kernel that has none: the answer, and the proof that nothing was called to find it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { linuxAdapter } from './index.ts';
import { whyNoUserInterrupts } from './user-interrupts.ts';

const folder = mkdtempSync(join(tmpdir(), 'doorbell-uintr-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const account = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const withFlag = account('cpuinfo-with', 'processor : 0\nflags\t\t: fpu uintr amx_tile\n');
const withoutFlag = account('cpuinfo-without', 'processor : 0\nflags\t\t: fpu uintrx avx\n');
const withCalls = account('kallsyms-with', '0000 T __x64_sys_uintr_register_handler\n');
const withoutCalls = account('kallsyms-without', '0000 T __x64_sys_futex_waitv\n');

describe('why there are no user interrupts', () => {
  test.each([
    [withoutFlag, withoutCalls, 'the processor does not have the flag uintr, and the kernel shows no symbol'],
    [withFlag, withoutCalls, '(the kernel shows no symbol of uintr_register_handler)'],
    [withoutFlag, withCalls, '(the processor does not have the flag uintr)'],
    [withFlag, withCalls, 'this agent does not make the calls'],
    [join(folder, 'absent'), join(folder, 'absent'), 'the processor does not have the flag'],
  ])('%s and %s', (processor, symbols, reason) => {
    expect(whyNoUserInterrupts({ processor, symbols })).toContain(reason);
    expect(whyNoUserInterrupts({ processor, symbols })).toContain('stdio:COMMAND');
  });
});

test('the agent does not offer them, says why, and refuses their programs', async () => {
  const system = await linuxAdapter.open('linux');
  try {
    expect(system.description.interfaces).not.toHaveProperty('uintr');
    expect(system.description.reason).toContain('user interrupts');
    const answer = await system.execute({ interface: 'uintr', steps: [{ op: 'register_handler' }] });
    expect(answer.kind).toBe('unsupported');
  } finally {
    await system.close();
  }
});

const watcher = 'strace';
const strace = spawnSync(watcher, ['-V']).status === 0;

/** The numbers that kernels with user interrupts were seen to use, and who has them on other kernels. */
const borrowed =
  /\b(?:futex_waitv|set_mempolicy_home_node|cachestat|fchmodat2|map_shadow_stack|futex_wake|futex_wait|syscall_0x1[cd][0-9a-f])\(/;

test.runIf(process.platform === 'linux' && strace)(
  'of the system calls whose numbers they would use none is made',
  { timeout: 120_000 },
  () => {
    const log = join(folder, 'calls');
    const agent = fileURLToPath(import.meta.resolve('#linux-agent'));
    const lines = [
      { type: 'hello', protocol: 1 },
      {
        type: 'execute',
        id: 1,
        interface: 'uintr',
        events: 'end',
        program: {
          interface: 'uintr',
          steps: [
            { op: 'register_handler' },
            { op: 'create_fd', as: 'f0' },
            { op: 'register_self', as: 'i0' },
            { op: 'senduipi', index: 'i0' },
          ],
        },
      },
      { type: 'bye' },
    ];
    const { stdout } = spawnSync(watcher, ['-f', '-o', log, process.execPath, agent], {
      input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      encoding: 'utf8',
    });
    expect(stdout).toContain('"unsupported"');
    const calls = readFileSync(log, 'utf8');
    expect(calls).toMatch(/openat\([^\n]*"\/proc\/cpuinfo"/);
    expect(calls.split('\n').length).toBeGreaterThan(500);
    expect(calls.split('\n').filter((line) => borrowed.test(line))).toEqual([]);
  },
);
