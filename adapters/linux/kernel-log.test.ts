import { describe, expect, test } from 'vitest';
import { warningOf } from './kernel-log.ts';

describe('a record of the kernel log', () => {
  test.each([
    ['4,1,2,-;refcount_t: underflow', 'refcount_t: underflow'],
    ['12,1,2,-;of another facility, but a warning', 'of another facility, but a warning'],
    ['0,7,9,c;Kernel panic; really', 'Kernel panic; really'],
    [
      '6,339,514,-;BUG: KASAN: use-after-free in io_msg_ring\n SUBSYSTEM=x\n',
      'BUG: KASAN: use-after-free in io_msg_ring',
    ],
    [
      '6,1,2,-;------------[ cut here ]------------ WARNING: CPU: 0',
      '------------[ cut here ]------------ WARNING: CPU: 0',
    ],
    [
      '6,1,2,-;INFO: task node:12 blocked for more than 120 seconds.',
      'INFO: task node:12 blocked for more than 120 seconds.',
    ],
  ])('%j warns', (record, text) => {
    expect(warningOf(record)).toBe(text);
  });

  test.each(['6,1,2,-;eth0: link up', '5,1,2,-;audit: something', '30,1,2,-;systemd[1]: Debugging started'])(
    '%j does not',
    (record) => {
      expect(warningOf(record)).toBeUndefined();
    },
  );
});
