import { describe, expect, test } from 'vitest';
import { checkProgram } from './check-program.ts';
import type { MsgRingProgram } from './generated/msg-ring.program.ts';
import { interfaceNames } from './generated/names.ts';
import type { Program } from './generated/program.ts';
import { interfaceFile } from './load.ts';

const errorsOf = (...steps: readonly unknown[]) => checkProgram({ interface: 'msg-ring', steps });

test('a program that uses every operation is accepted', () => {
  const program: MsgRingProgram = {
    interface: 'msg-ring',
    version: 1,
    note: 'all of it',
    steps: [
      { op: 'setup', as: 'r0', entries: 1, cq_entries: 0, flags: '' },
      { op: 'setup', as: 'r1', flags: 'R_DISABLED|SINGLE_ISSUER|DEFER_TASKRUN', actor: 't1' },
      { op: 'enable', ring: 'r1', actor: 't1' },
      { op: 'dup', fd: 'r1', as: 'r2' },
      { op: 'close', fd: 'r2' },
      { op: 'open', kind: 'memfd', as: 'd0' },
      { op: 'wait', ring: 'r1', actor: 't1', begin: 'w0', count: 1, timeout_ms: 20 },
      { op: 'prep_msg_ring', ring: 'r0', fd: '@closed', data: '0xffffffffffffffff', len: 4294967295 },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', sqe_flags: 'ASYNC|IO_LINK', user_data: '0x0' },
      { op: 'submit', ring: 'r0', getevents: true },
      { op: 'end', call: 'w0' },
      { op: 'reap', ring: 'r0', max: 1 },
      { op: 'exit', actor: 't1' },
      { op: 'memory', state: 'exhausted' },
      { op: 'memory' },
      { op: 'settle' },
      { op: 'drain', ring: 'r0' },
    ],
  };
  expect(checkProgram(program)).toEqual([]);
  const used = new Set(program.steps.map(({ op }) => op));
  const operations = interfaceFile('msg-ring').operations.map(({ name }) => name);
  expect([...used].sort()).toEqual([...operations, 'settle', 'end'].sort());
  const general: Program = program;
  expect(checkProgram(general)).toEqual([]);
});

test('handles that nothing bound are no error: operations are total over them', () => {
  expect(errorsOf({ op: 'reap', ring: 'nobody' }, { op: 'prep_msg_ring', ring: 'r7', fd: 'r8' })).toEqual([]);
});

test('something that is no program is refused with the path of the error', () => {
  expect(checkProgram(undefined)).toEqual(['/ must be object']);
  expect(checkProgram([])).toEqual(['/ must be object']);
  expect(checkProgram({ interface: 'msg-ring' })).toEqual(['/steps is missing']);
  expect(checkProgram({ interface: 'msg-ring', steps: {} })).toEqual(['/steps must be array']);
  expect(checkProgram({ interface: 'msg-ring', steps: [], seed: 1 })).toEqual(['/seed is not a member here']);
  expect(errorsOf({ op: 3 }, 'reap')).toEqual(['/steps/0/op must be string', '/steps/1 must be object']);
});

test('a program of an interface that is not described is refused', () => {
  expect(checkProgram({ interface: 'doors', steps: [] })).toEqual([
    `/interface must be one of ${interfaceNames.join(', ')}`,
  ]);
});

test('a program for another version of the interface is refused', () => {
  expect(checkProgram({ interface: 'msg-ring', version: 1, steps: [] })).toEqual([]);
  expect(checkProgram({ interface: 'msg-ring', version: 2, steps: [] })).toEqual(['/version must be 1']);
});

describe('a step', () => {
  test('with an unknown operation is refused', () => {
    expect(errorsOf({ op: 'settle' }, { op: 'sned' })).toEqual(['/steps/1/op is not known here: "sned"']);
    expect(errorsOf({})).toEqual(['/steps/0/op is missing']);
  });

  test('with an unknown argument is refused', () => {
    expect(errorsOf({ op: 'reap', ring: 'r0', maxx: 1 })).toEqual(['/steps/0/maxx is not a member here']);
  });

  test('without an argument that has no default is refused', () => {
    expect(errorsOf({ op: 'prep_msg_ring' })).toEqual(['/steps/0/ring is missing', '/steps/0/fd is missing']);
  });

  test('with an actor beyond the last is refused', () => {
    expect(errorsOf({ op: 'settle', actor: 't2' })).toEqual([]);
    expect(errorsOf({ op: 'settle', actor: 't3' })).toEqual(['/steps/0/actor must be one of t0, t1, t2']);
  });

  test('that binds nothing takes no name, and one that cannot block is not begun', () => {
    expect(errorsOf({ op: 'reap', ring: 'r0', as: 'c0' })).toEqual(['/steps/0/as is not a member here']);
    expect(errorsOf({ op: 'reap', ring: 'r0', begin: 'c0' })).toEqual([
      '/steps/0/begin is not a member here',
    ]);
  });
});

describe('an argument', () => {
  const message = { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' };

  test('that is an integer is held to its range', () => {
    expect(errorsOf({ ...message, len: 0, ioprio: 65535 })).toEqual([]);
    expect(errorsOf({ ...message, flags: -1 })).toEqual(['/steps/0/flags must be >= 0']);
    expect(errorsOf({ ...message, len: 4294967296 })).toEqual(['/steps/0/len must be <= 4294967295']);
    expect(errorsOf({ ...message, len: 1.5 })).toEqual(['/steps/0/len must be integer']);
    expect(errorsOf({ ...message, len: '1' })).toEqual(['/steps/0/len must be integer']);
  });

  test('of 64 bits is canonical hexadecimal', () => {
    for (const data of ['0x0', '0xa', '0xffffffffffffffff'])
      expect(errorsOf({ ...message, data })).toEqual([]);
    for (const data of ['0', '0x', '0x00', '0xA', '0X1', '0x10000000000000000'])
      expect(errorsOf({ ...message, data })).toEqual([
        '/steps/0/data must match pattern "^0x(0|[1-9a-f][0-9a-f]{0,15})$"',
      ]);
  });

  test('of flags takes known names, each once', () => {
    expect(errorsOf({ op: 'setup', flags: '' })).toEqual([]);
    expect(errorsOf({ op: 'setup', flags: 'CQE32|SQPOLL' })).toEqual([]);
    expect(errorsOf({ op: 'setup', flags: 'CQE32|CQE32' })).toEqual(['/steps/0/flags names a flag twice']);
    expect(errorsOf({ op: 'setup', flags: 'CQE32|' })).toHaveLength(1);
    expect(errorsOf({ op: 'setup', flags: 'CQE64' })).toHaveLength(1);
  });

  test('that is a choice takes one of its values', () => {
    expect(errorsOf({ op: 'memory', state: 'restored' })).toEqual([]);
    expect(errorsOf({ op: 'memory', state: 'lost' })).toEqual([
      '/steps/0/state must be one of exhausted, restored',
    ]);
  });

  test('that is a boolean takes no number', () => {
    expect(errorsOf({ op: 'submit', ring: 'r0', getevents: false })).toEqual([]);
    expect(errorsOf({ op: 'submit', ring: 'r0', getevents: 1 })).toEqual([
      '/steps/0/getevents must be boolean',
    ]);
  });

  test('that is a handle takes a name or one of its literals', () => {
    for (const fd of ['r0', '@closed', '@minus-one', '@out-of-range'])
      expect(errorsOf({ ...message, fd })).toEqual([]);
    for (const fd of ['', '@open', 'R0', 'a name', 3]) expect(errorsOf({ ...message, fd })).toHaveLength(1);
    expect(errorsOf({ op: 'reap', ring: '@closed' })).toEqual([
      '/steps/0/ring must match pattern "^([a-z][a-z0-9_]{0,15})$"',
    ]);
  });
});

describe('a name', () => {
  test('is given once', () => {
    expect(errorsOf({ op: 'setup', as: 'r0' }, { op: 'open', as: 'd0' })).toEqual([]);
    expect(errorsOf({ op: 'setup', as: 'r0' }, { op: 'open', as: 'r0' })).toEqual([
      '/steps/1/as r0 is the name given by step 0',
    ]);
    expect(
      errorsOf({ op: 'wait', ring: 'r0', begin: 'w0' }, { op: 'wait', ring: 'r0', begin: 'w0' }),
    ).toEqual(['/steps/1/begin w0 is the name given by step 0']);
  });

  test('of a call is ended after it began, and once', () => {
    const wait = { op: 'wait', ring: 'r0', begin: 'w0' };
    const end = { op: 'end', call: 'w0' };
    expect(errorsOf(wait, end)).toEqual([]);
    expect(errorsOf(wait)).toEqual([]);
    expect(errorsOf(end, wait)).toEqual(['/steps/0/call w0 is not a call under way']);
    expect(errorsOf(wait, end, end)).toEqual(['/steps/2/call w0 is not a call under way']);
  });
});
