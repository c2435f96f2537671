/** Ring modes, submission flags, and threads and rings that end. */

import { describe, expect, test } from 'vitest';
import { errno } from '#spec/msg-ring/errno';
import {
  close,
  cqe,
  deferred,
  drain,
  dup,
  enable,
  exit,
  lastCompletions,
  prep,
  reap,
  resultsOf,
  ring,
  send,
  settle,
  submit,
  wait,
} from './scenario.ts';

describe('a deferred ring', () => {
  const steps = [ring('a'), deferred('b'), ...send('a', 'b', { data: '0x1' })];

  test('shows a message once its owner enters for events', () => {
    expect(lastCompletions('simulator', [...steps, settle, reap('b')])).toEqual([]);
    expect(lastCompletions('simulator', [...steps, wait('b', { count: 0 }), reap('b')])).toEqual([
      cqe('0x1', 0),
    ]);
    expect(lastCompletions('simulator', [...steps, submit('b', { getevents: true }), reap('b')])).toEqual([
      cqe('0x1', 0),
    ]);
  });

  test('lets nobody else enter', () => {
    expect(resultsOf('simulator', [...steps, drain('b', { actor: 't1' })]).at(-1)).toEqual({
      error: 'EEXIST',
      cqes: [],
    });
    const foreign = [...steps, prep('b', 'a', { actor: 't1' }), submit('b', { actor: 't1' })];
    expect(resultsOf('simulator', foreign).at(-1)).toEqual({ error: 'EEXIST' });
  });

  test('created disabled belongs to who enables it', () => {
    const flags = 'R_DISABLED|SINGLE_ISSUER|DEFER_TASKRUN';
    const owned = [
      ring('a'),
      ring('b', { flags }),
      enable('b', { actor: 't1' }),
      ...send('a', 'b', { data: '0x1' }),
    ];
    expect(resultsOf('simulator', [...owned, drain('b')]).at(-1)).toMatchObject({ error: 'EEXIST' });
    expect(lastCompletions('simulator', [...owned, drain('b', { actor: 't1' })])).toEqual([cqe('0x1', 0)]);
  });

  test('publishes what it was left when its owner ends and what comes later, or loses both on Linux: msg-ring/lifetime/dead-owner', () => {
    const dead = [
      ring('a'),
      deferred('b', { actor: 't1' }),
      ...send('a', 'b', { data: '0x1' }),
      exit('t1'),
      ...send('a', 'b', { data: '0x2' }),
      reap('b'),
    ];
    expect(lastCompletions('simulator:docs', dead)).toEqual([cqe('0x1', 0), cqe('0x2', 0)]);
    expect(lastCompletions('simulator:linux-6', dead)).toEqual([]);
  });

  test('sends the second member of a chain on Linux only when its owner enters for events', () => {
    const chain = [
      deferred('a'),
      ring('b'),
      prep('a', 'b', { sqe_flags: 'IO_LINK' }),
      prep('a', 'b'),
      submit('a'),
      settle,
    ];
    expect(lastCompletions('simulator:linux-6', [...chain, reap('b')])).toHaveLength(1);
    expect(lastCompletions('simulator:linux-6', [...chain, drain('a'), reap('b')])).toHaveLength(2);
    expect(lastCompletions('simulator:docs', [...chain, reap('b')])).toHaveLength(2);
  });
});

describe('other modes', () => {
  test.each(['DEFER_TASKRUN', 'SQPOLL|COOP_TASKRUN', 'SQPOLL|SINGLE_ISSUER|DEFER_TASKRUN'])(
    '%s alone is refused',
    (flags) => {
      expect(resultsOf('simulator', [ring('a', { flags })])[0]).toEqual({ error: 'EINVAL' });
    },
  );

  test('a disabled ring lets nobody enter', () => {
    const steps = [ring('a', { flags: 'R_DISABLED' }), ring('b'), prep('a', 'b')];
    for (const step of [submit('a'), wait('a'), drain('a')])
      expect(resultsOf('simulator', [...steps, step]).at(-1)).toMatchObject({ error: 'EBADFD' });
    expect(resultsOf('simulator', [...steps, enable('a'), submit('a')]).at(-1)).toEqual({ value: 1 });
    expect(resultsOf('simulator', [ring('a'), enable('a')]).at(-1)).toEqual({ error: 'EBADFD' });
  });

  test('a poller sends what it is shown, and room is waited for', () => {
    const steps = [
      ring('a', { flags: 'SQPOLL', entries: 1 }),
      ring('b'),
      prep('a', 'b', { data: '0x1' }),
      submit('a'),
    ];
    expect(resultsOf('simulator', steps).at(-1)).toEqual({ value: 1 });
    const more = [...steps, prep('a', 'b', { data: '0x2' }), submit('a'), settle, drain('b')];
    expect(lastCompletions('simulator', more)).toEqual([cqe('0x1', 0), cqe('0x2', 0)]);
  });

  test('a poller of a disabled ring starts when the ring is enabled', () => {
    const steps = [
      ring('a', { flags: 'SQPOLL|R_DISABLED' }),
      ring('b'),
      prep('a', 'b', { data: '0x1' }),
      submit('a'),
    ];
    expect(resultsOf('simulator', steps).at(-1)).toEqual({ error: 'EBADFD' });
    expect(lastCompletions('simulator', [...steps, settle, reap('b')])).toEqual([]);
    expect(lastCompletions('simulator', [...steps, enable('a'), settle, reap('b')])).toEqual([cqe('0x1', 0)]);
  });

  test('a single-issuer ring takes entries from its owner alone, and 5.18 does not know such rings', () => {
    const steps = [
      ring('a', { flags: 'SINGLE_ISSUER' }),
      ring('b'),
      prep('a', 'b'),
      submit('a', { actor: 't1' }),
    ];
    expect(resultsOf('simulator', steps).at(-1)).toEqual({ error: 'EEXIST' });
    expect(resultsOf('simulator', [...steps, submit('a')]).at(-1)).toEqual({ value: 1 });
    expect(() => resultsOf('simulator:linux-5.18', steps)).toThrow('unsupported');
  });

  test('an IOPOLL ring reaches itself, on Linux through a worker', () => {
    const steps = [
      ring('a', { flags: 'IOPOLL' }),
      ...send('a', 'a', { data: '0x1', user_data: '0x2' }),
      settle,
      drain('a'),
    ];
    for (const address of ['simulator:docs', 'simulator:linux-6'])
      expect(lastCompletions(address, steps)).toEqual([cqe('0x1', 0), cqe('0x2', 0)]);
    expect(lastCompletions('simulator:linux-5.18', steps)).toEqual([cqe('0x2', -errno.EINVAL)]);
  });
});

describe('submission flags: msg-ring/modes/sqe-flags', () => {
  const two = [ring('a'), ring('b')];

  test('FIXED_FILE finds no registered file', () => {
    const steps = [...two, ...send('a', 'b', { sqe_flags: 'FIXED_FILE' }), reap('a')];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x0', -errno.EBADF)]);
  });

  test('CQE_SKIP_SUCCESS leaves out the completion of what succeeds, not of what fails', () => {
    const sqe_flags = 'CQE_SKIP_SUCCESS';
    expect(lastCompletions('simulator', [...two, ...send('a', 'b', { sqe_flags }), drain('a')])).toEqual([]);
    expect(
      lastCompletions('simulator', [...two, ...send('a', '@closed', { sqe_flags }), drain('a')]),
    ).toHaveLength(1);
  });

  test('a failed member cancels the rest of its chain, not of a hard chain', () => {
    const chain = (sqe_flags: string) => [
      ...two,
      prep('a', '@closed', { sqe_flags, user_data: '0x1' }),
      prep('a', 'b', { user_data: '0x2', data: '0x9' }),
      submit('a'),
    ];
    expect(lastCompletions('simulator', [...chain('IO_LINK'), drain('a')])[1]).toEqual(
      cqe('0x2', -errno.ECANCELED),
    );
    expect(lastCompletions('simulator', [...chain('IO_LINK'), drain('b')])).toEqual([]);
    expect(lastCompletions('simulator', [...chain('IO_HARDLINK'), drain('b')])).toEqual([cqe('0x9', 0)]);
  });

  test('a faulty entry fails its whole chain on Linux, the members before it too', () => {
    const steps = [
      ...two,
      prep('a', 'b', { sqe_flags: 'IO_LINK', user_data: '0x1' }),
      prep('a', 'b', { flags: 4, user_data: '0x2' }),
      submit('a'),
    ];
    expect(lastCompletions('simulator:linux-6', [...steps, drain('a')])).toEqual([
      cqe('0x1', -errno.ECANCELED),
      cqe('0x2', -errno.EINVAL),
    ]);
    expect(lastCompletions('simulator:linux-6', [...steps, drain('b')])).toEqual([]);
    expect(lastCompletions('simulator:docs', [...steps, drain('b')])).toHaveLength(1);
  });

  test('what is cancelled behind an entry with CQE_SKIP_SUCCESS is cancelled without a word on Linux', () => {
    const chain = (target: string, first: object, second: object) => [
      ...two,
      prep('a', target, { sqe_flags: 'IO_LINK|CQE_SKIP_SUCCESS', user_data: '0x1', ...first }),
      prep('a', 'b', { user_data: '0x2', ...second }),
      submit('a'),
      settle,
      drain('a'),
    ];
    expect(lastCompletions('simulator:linux-6', chain('@closed', {}, {}))).toEqual([
      cqe('0x1', -errno.EBADF),
    ]);
    expect(lastCompletions('simulator:linux-6', chain('b', { flags: 4 }, {}))).toEqual([
      cqe('0x1', -errno.EINVAL),
    ]);
    expect(lastCompletions('simulator:linux-6', chain('b', {}, { flags: 4 }))).toEqual([
      cqe('0x1', -errno.ECANCELED),
    ]);
    expect(lastCompletions('simulator:docs', chain('@closed', {}, {}))).toHaveLength(2);
  });

  test('a chain ends with its batch', () => {
    const steps = [
      ...two,
      prep('a', '@closed', { sqe_flags: 'IO_LINK' }),
      submit('a'),
      ...send('a', 'b', { data: '0x1' }),
      reap('b'),
    ];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x1', 0)]);
  });

  test('ASYNC goes through a worker, and IO_DRAIN waits for it', () => {
    const steps = [
      ...two,
      prep('a', 'b', { sqe_flags: 'ASYNC', data: '0x1' }),
      prep('a', 'b', { sqe_flags: 'IO_DRAIN', data: '0x2' }),
      prep('a', 'b', { data: '0x3' }),
      submit('a'),
      reap('b'),
    ];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x1', 0), cqe('0x2', 0), cqe('0x3', 0)]);
    const contradiction = [...two, ...send('a', 'b', { sqe_flags: 'IO_DRAIN|CQE_SKIP_SUCCESS' }), reap('a')];
    expect(lastCompletions('simulator:linux-6', contradiction)).toEqual([cqe('0x0', -errno.EOPNOTSUPP)]);
  });
});

describe('what ends', () => {
  test('a ring lives until its last descriptor is closed', () => {
    const steps = [
      ring('a'),
      ring('b'),
      dup('b', 'c'),
      close('b'),
      ...send('a', 'c', { data: '0x1' }),
      close('c'),
    ];
    expect(resultsOf('simulator', [...steps, reap('c')]).at(-1)).toEqual({ skipped: 'closed' });
    expect(lastCompletions('simulator', [...steps.slice(0, -1), reap('c')])).toEqual([cqe('0x1', 0)]);
  });

  test('a message submitted before its source is closed arrives', () => {
    const steps = [ring('a'), ring('b'), ...send('a', 'b', { data: '0x1' }), close('a'), drain('b')];
    expect(lastCompletions('simulator', steps)).toEqual([cqe('0x1', 0)]);
  });
});
