/** What a message does when all is well, and which error it meets when not. */

import { describe, expect, test } from 'vitest';
import { errno } from '#spec/msg-ring/errno';
import {
  close,
  cqe,
  drain,
  dup,
  enable,
  lastCompletions,
  open,
  prep,
  reap,
  resultsOf,
  ring,
  send,
  settle,
  submit,
} from './scenario.ts';

const two = [ring('a'), ring('b')];

describe('an accepted message', () => {
  test('is not sent before it is submitted: msg-ring/prep/sends-nothing', () => {
    expect(
      lastCompletions('simulator', [...two, prep('a', 'b', { data: '0x5' }), settle, drain('b')]),
    ).toEqual([]);
  });

  test('brings len and data to its target: msg-ring/send/res-is-len', () => {
    const steps = [...two, ...send('a', 'b', { len: 16, data: '0x1234', user_data: '0x9' })];
    expect(lastCompletions('simulator', [...steps, reap('b')])).toEqual([cqe('0x1234', 16)]);
    expect(lastCompletions('simulator', [...steps, reap('a')])).toEqual([cqe('0x9', 0)]);
  });

  test.each([
    [0x7fff_ffff, 0x7fff_ffff],
    [0x8000_0000, -0x8000_0000],
    [0xffff_ffff, -1],
  ])('brings the bits of len %i as res %i', (len, res) => {
    const data = '0xffffffffffffffff';
    expect(lastCompletions('simulator', [...two, ...send('a', 'b', { len, data }), reap('b')])).toEqual([
      cqe(data, res),
    ]);
  });

  test('reaches its own ring before its completion does: msg-ring/target/self', () => {
    const steps = [ring('a'), ...send('a', 'a', { len: 1, data: '0x2', user_data: '0x3' }), reap('a')];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x2', 1), cqe('0x3', 0)]);
  });

  test('reaches a ring through a duplicate, also when the first descriptor is closed: msg-ring/target/any-accessible', () => {
    const steps = [...two, dup('b', 'c'), close('b'), ...send('a', 'c', { data: '0x4' }), reap('c')];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x4', 0)]);
  });

  test('reaches a ring that another thread made', () => {
    const steps = [ring('a'), ring('b', { actor: 't1' }), ...send('a', 'b', { data: '0x4' }), reap('b')];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x4', 0)]);
  });

  test('is one of a batch in the order of preparation', () => {
    const steps = [...two, prep('a', 'b', { data: '0x1' }), prep('a', 'b', { data: '0x2' }), submit('a')];
    expect(resultsOf('simulator', steps).at(-1)).toEqual({ value: 2 });
    expect(lastCompletions('simulator', [...steps, reap('b')])).toEqual([cqe('0x1', 0), cqe('0x2', 0)]);
  });

  test('leaves the entries behind it when fewer are submitted', () => {
    const steps = [
      ...two,
      prep('a', 'b', { data: '0x1' }),
      prep('a', 'b', { data: '0x2' }),
      submit('a', { count: 1 }),
    ];
    expect(lastCompletions('simulator', [...steps, drain('b')])).toEqual([cqe('0x1', 0)]);
    expect(lastCompletions('simulator', [...steps, submit('a'), drain('b')])).toEqual([
      cqe('0x1', 0),
      cqe('0x2', 0),
    ]);
  });
});

describe('a refused message', () => {
  const refusal = (address: string, setup: readonly object[], target: string, more: object = {}) =>
    lastCompletions(address, [
      ring('a'),
      ...(setup as Parameters<typeof lastCompletions>[1]),
      ...send('a', target, { user_data: '0x1', ...more }),
      drain('a'),
    ]);

  test.each([
    'pipe-read',
    'pipe-write',
    'eventfd',
    'epoll',
    'timerfd',
    'socket',
    'file',
    'directory',
    'null',
    'memfd',
  ])('for %s as target is EBADFD: msg-ring/error/not-a-ring', (kind) => {
    for (const address of ['simulator:docs', 'simulator:linux-6', 'simulator:linux-5.18'])
      expect(refusal(address, [open('x', kind)], 'x')).toEqual([cqe('0x1', -errno.EBADFD)]);
  });

  test.each([
    ['@closed', []],
    ['@minus-one', []],
    ['@out-of-range', []],
    ['nobody', []],
    ['x', [open('x', 'path')]],
    ['x', [open('x', 'eventfd'), close('x')]],
    ['x', [ring('x'), close('x')]],
  ] as const)(
    'for %s is EBADFD by the page and EBADF by Linux: msg-ring/error/non-descriptor',
    (target, setup) => {
      expect(refusal('simulator:docs', setup, target)).toEqual([cqe('0x1', -errno.EBADFD)]);
      expect(refusal('simulator:linux-6', setup, target)).toEqual([cqe('0x1', -errno.EBADF)]);
    },
  );

  test.each([1, 2, 3, 4, 0x8000_0000])('for flags %i is EINVAL: msg-ring/flags/must-be-zero', (flags) => {
    expect(refusal('simulator', [ring('b')], 'b', { flags })).toEqual([cqe('0x1', -errno.EINVAL)]);
    expect(lastCompletions('simulator', [...two, ...send('a', 'b', { flags }), drain('b')])).toEqual([]);
  });

  test.each(['ioprio', 'buf_index', 'personality', 'file_index'])(
    'for a set %s is EINVAL: msg-ring/fields/foreign',
    (field) => {
      for (const address of ['simulator:docs', 'simulator:linux-6'])
        expect(refusal(address, [ring('b')], 'b', { [field]: 1 })).toEqual([cqe('0x1', -errno.EINVAL)]);
    },
  );

  test('for a set addr3 is EINVAL, except in 5.18, which ignores it', () => {
    expect(refusal('simulator:linux-6', [ring('b')], 'b', { addr3: '0x1' })).toEqual([
      cqe('0x1', -errno.EINVAL),
    ]);
    expect(refusal('simulator:linux-5.18', [ring('b')], 'b', { addr3: '0x1' })).toEqual([cqe('0x1', 0)]);
  });

  test('for a command depends on the release', () => {
    const command = '0x1';
    expect(refusal('simulator:docs', [ring('b')], 'b', { command })).toEqual([cqe('0x1', -errno.EINVAL)]);
    expect(refusal('simulator:linux-6', [ring('b')], 'b', { command })).toEqual([cqe('0x1', -errno.EBADF)]);
    expect(refusal('simulator:linux-6', [ring('b')], 'b', { command: '0x2' })).toEqual([
      cqe('0x1', -errno.EINVAL),
    ]);
  });

  test('ends its batch on Linux when its entry is faulty, and in the page’s system does not', () => {
    const steps = [...two, prep('a', 'b', { flags: 4 }), prep('a', 'b', { data: '0x2' }), submit('a')];
    expect(resultsOf('simulator:docs', steps).at(-1)).toEqual({ value: 2 });
    expect(resultsOf('simulator:linux-6', steps).at(-1)).toEqual({ value: 1 });
    expect(lastCompletions('simulator:linux-6', [...steps, submit('a'), reap('b')])).toEqual([cqe('0x2', 0)]);
  });
});

describe('Linux 6', () => {
  test('passes completion flags with bit 1: msg-ring/flags/cqe-flags-pass', () => {
    const steps = [...two, ...send('a', 'b', { flags: 2, file_index: 66, data: '0x7', len: 1 }), reap('b')];
    expect(lastCompletions('simulator:linux-6', steps)).toEqual([cqe('0x7', 1, 66)]);
  });

  test('refuses bit 0 after it looked at the target', () => {
    const steps = [ring('a'), open('x', 'null'), ...send('a', 'x', { flags: 1 }), reap('a')];
    expect(lastCompletions('simulator:linux-6', steps)).toEqual([cqe('0x0', -errno.EBADFD)]);
  });

  test('refuses a disabled ring until it is enabled: msg-ring/target/disabled-refused', () => {
    const steps = [ring('a'), ring('b', { flags: 'R_DISABLED' }), ...send('a', 'b')];
    expect(lastCompletions('simulator:linux-6', [...steps, reap('a')])).toEqual([cqe('0x0', -errno.EBADFD)]);
    expect(lastCompletions('simulator:docs', [...steps, reap('a')])).toEqual([cqe('0x0', 0)]);
    const enabled = [...steps, enable('b'), ...send('a', 'b', { data: '0x1' }), reap('b')];
    expect(lastCompletions('simulator:linux-6', enabled)).toEqual([cqe('0x1', 0)]);
  });
});
