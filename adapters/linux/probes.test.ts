import { describe, expect, test } from 'vitest';
import { systemCallNumbers } from './architecture.ts';
import { whyNoRing } from './probes.ts';

describe('a refusal of io_uring_setup', () => {
  test.each([
    ['ENOSYS', /this kernel, or the sandbox around it, has no io_uring/],
    ['EPERM', /seccomp|io_uring_disabled/],
    ['EACCES', /seccomp|io_uring_disabled/],
    ['ENOMEM', /ulimit -l/],
    ['EMFILE', /ulimit -n/],
    ['ENOTTY', /io_uring_setup answers ENOTTY/],
  ])('%s says what a person can do about it', (error, reason) => {
    expect(whyNoRing(error)).toMatch(reason);
    expect(whyNoRing(error)).toContain(error);
  });
});

test('an architecture without a table has no numbers', () => {
  expect(systemCallNumbers('riscv64')).toBeUndefined();
  expect(systemCallNumbers('arm64')).toMatchObject({
    io_uring_setup: 425,
    io_uring_enter: 426,
    io_uring_register: 427,
  });
});
