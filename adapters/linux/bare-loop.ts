/**
 * The least that sending messages through FFI can cost: two rings, a loop, no protocol, no programs, no judging. A
 * yardstick for the benchmarks, and for nothing else.
 */

import { systemCallNumbers } from './architecture.ts';
import { loadLibc } from './libc.ts';
import { Ring, writeWish } from './ring.ts';
import { Scratch } from './scratch.ts';

const batch = 128;
const message = {
  len: 16,
  data: '0x1234',
  flags: 0,
  userData: '0xa1',
  command: '0x0',
  ioprio: 0,
  bufIndex: 0,
  personality: 0,
  addr3: '0x0',
  fileIndex: 0,
  sqeFlags: 0,
} as const;

/**
 * Sends this many messages in batches of 128 and reads both completions of each.
 *
 * @returns Messages per second, or null where the kernel offers no io_uring.
 * @throws {NoLibc} koffi or glibc is missing.
 */
export const bareLoop = async (messages: number): Promise<number | null> => {
  const libc = await loadLibc();
  const numbers = systemCallNumbers(process.arch);
  if (!numbers || process.platform !== 'linux') return null;
  const scratch = new Scratch(libc);
  const make = (): { fd: number; ring: Ring } | null => {
    writeWish(scratch.params, { entries: batch, cqEntries: 0, flags: 0, sqIdleMs: 0 }, 0);
    const fd = libc.call(numbers.io_uring_setup, batch, scratch.address);
    if (fd < 0) return null;
    const ring = Ring.map(libc, fd, scratch.params);
    return typeof ring === 'number' ? null : { fd, ring };
  };
  const source = make();
  const target = make();
  if (!source || !target) return null;
  const entry = { ...message, fd: target.fd };
  const began = performance.now();
  for (let sent = 0; sent < messages; sent += batch) {
    for (let index = 0; index < batch; index++) source.ring.prepare(entry);
    source.ring.publish(batch);
    libc.call(numbers.io_uring_enter, source.fd, batch, 0, 0);
    source.ring.reap(batch);
    target.ring.reap(batch);
  }
  const seconds = (performance.now() - began) / 1_000;
  for (const { fd, ring } of [source, target]) {
    ring.unmap();
    libc.close(fd);
  }
  return messages / seconds;
};
