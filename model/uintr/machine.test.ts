/**
 * Every rule in pairs: a trace that the two pages permit, and the nearest one that they do not. The expectations come
 * from their sentences (spec/uintr/clauses.json), not from what the machine does.
 */

import { describe, expect, test } from 'vitest';
import { type ClauseId, clauseFile, type Result, type Step, type TraceEvent } from '#spec/index';
import { accept } from '../acceptance.ts';
import { exercisedBy } from '../entry.ts';
import { uintr } from './machine.ts';
import { points } from './points.ts';

type Line = readonly [step: Step, result?: Result];
interface Pair {
  readonly clause: ClauseId;
  readonly accepts: readonly Line[];
  readonly refuses: readonly Line[];
}

const ok: Result = {};
const by = (actor: string, [step, result = ok]: Line): Line => [{ ...step, actor }, result];
const handler: Line = [{ op: 'register_handler' }, ok];
const on: Line = [{ op: 'stui' }, ok];
const off: Line = [{ op: 'clui' }, ok];
const settle: Line = [{ op: 'settle' }];
const hex = (vector: number): string => `0x${vector.toString(16)}`;
const self = (as: string, vector: number, index: number): Line => [
  { op: 'register_self', vector: hex(vector), as },
  { index },
];
const selfFails = (error: string, more: Partial<Step> = {}): Line => [
  { op: 'register_self', vector: '0x1', as: 'i9', ...more } as Step,
  { error },
];
const selfWorks = (more: Partial<Step> = {}): Line => [
  { op: 'register_self', vector: '0x1', as: 'i9', ...more } as Step,
  { index: 9 },
];
const create = (as: string, vector: number): Line => [{ op: 'create_fd', vector: hex(vector), as }, ok];
const createFails = (error: string, more: Partial<Step> = {}): Line => [
  { op: 'create_fd', vector: '0x1', as: 'f9', ...more } as Step,
  { error },
];
const createWorks = (more: Partial<Step> = {}): Line => [
  { op: 'create_fd', vector: '0x1', as: 'f9', ...more } as Step,
  ok,
];
const sender = (as: string, fd: string, index: number): Line => [
  { op: 'register_sender', fd, as },
  { index },
];
const senderFails = (fd: string, error: string): Line => [{ op: 'register_sender', fd, as: 'i9' }, { error }];
const send = (index: string): Line => [{ op: 'senduipi', index }, ok];
const faults = (index: string, error = 'SIGSEGV'): Line => [{ op: 'senduipi', index }, { error }];
const log = (of: string, ...vectors: number[]): Line => [
  { op: 'log', of },
  { vectors, nested: 0 },
];
const getfd = (fd: string, result: Result): Line => [{ op: 'getfd', fd }, result];
const fork: Line = [{ op: 'fork', child: 't3' }, ok];
const close = (fd: string): Line => [{ op: 'close', fd }, ok];
const dup = (fd: string, as: string): Line => [{ op: 'dup', fd, as }, ok];
const memory = (state: string): Line => [{ op: 'memory', state }, ok];
const hardware = (state: string): Line => [{ op: 'hardware', state }, ok];
const limit = (state: string): Line => [{ op: 'limit', state }, ok];
const fill = (last: string): Line => [{ op: 'fill_table' }, { value: 9, last }];

const verdict = (lines: readonly Line[], relaxed: ClauseId | null = null, profile = 'docs') => {
  const events = lines.map(([step, result], index): TraceEvent => {
    if (step.op === 'settle') return { event: 'settle', step: index, at: index };
    if (step.begin !== undefined) return { event: 'call', step: index, at: index };
    return { event: 'ran', step: index, at: index, result: result ?? ok };
  });
  const preset = clauseFile('uintr').profiles?.find(({ id }) => id === profile)?.choices;
  return accept(
    uintr,
    lines.map(([step]) => step),
    events,
    { relaxed, choices: points.open(preset) },
  );
};

/** Two traces with one beginning. */
const pair = (
  clause: string,
  start: readonly Line[],
  accepts: readonly Line[],
  refuses: readonly Line[],
): Pair => ({
  clause: `uintr/${clause}` as ClauseId,
  accepts: [...start, ...accepts],
  refuses: [...start, ...refuses],
});

const receiver = [handler, on];
const toSelf = [...receiver, self('i0', 5, 0)];
const held = [handler, self('i0', 3, 0), self('i1', 40, 1), off, send('i0'), send('i1'), settle, on, settle];
const descriptor = [...receiver, create('f0', 9)];
/** A child sends through the only descriptor that is left. */
const childSends = [
  handler,
  create('f0', 9),
  fork,
  by('t3', sender('i0', 'f0', 0)),
  close('f0'),
  by('t3', send('i0')),
];

const pairs: readonly Pair[] = [
  pair('self/sender-to-itself', [...toSelf, send('i0'), settle], [log('t0', 5)], [log('t0')]),
  pair(
    'self/keyed-by-vector',
    [...toSelf, self('i1', 7, 1), send('i1'), settle],
    [log('t0', 7)],
    [log('t0', 5)],
  ),
  pair('self/returns-index', receiver, [self('i0', 5, 0)], [self('i0', 5, -1)]),
  pair('self/returns-index', receiver, [self('i0', 5, 3)], [selfFails('EPERM')]),
  pair('self/any-thread', toSelf, [by('t1', send('i0'))], [by('t1', faults('i0'))]),
  pair('self/senduipi-raises', toSelf, [send('i0')], [faults('i0', 'SIGILL')]),
  pair('self/needs-no-descriptor', [...receiver, limit('descriptors')], [selfWorks()], [selfFails('EMFILE')]),
  pair('self/flags-zero', receiver, [selfFails('EINVAL', { flags: 1 })], [selfWorks({ flags: 1 })]),
  pair(
    'self/flags-zero',
    receiver,
    [selfFails('EINVAL', { flags: 2147483648 })],
    [selfWorks({ flags: 2147483648 })],
  ),
  pair(
    'self/invalid-flags',
    receiver,
    [selfFails('EINVAL', { flags: 2 })],
    [selfFails('ENOSYS', { flags: 2 })],
  ),
  pair(
    'self/unregister',
    [...toSelf, [{ op: 'unregister_sender', target: 'i0' }, ok]],
    [faults('i0')],
    [send('i0')],
  ),
  pair('self/new-index', toSelf, [self('i1', 7, 1)], [self('i1', 7, 0)]),
  pair('self/no-hardware', [handler, hardware('missing')], [selfFails('ENOSYS')], [selfFails('EOPNOTSUPP')]),
  pair('self/no-hardware', [handler, hardware('missing')], [selfFails('ENOSYS')], [selfWorks()]),
  pair(
    'self/no-index-left',
    [handler, fill('ENOSPC')],
    [selfFails('ENOSPC', { vector: '0x2' })],
    [selfWorks({ vector: '0x2' })],
  ),
  pair('self/no-index-left', [handler], [fill('ENOSPC')], [fill('EAGAIN')]),
  pair('self/no-memory', [handler, memory('exhausted')], [selfFails('ENOMEM')], [selfFails('EAGAIN')]),
  pair(
    'self/vector-range',
    receiver,
    [selfFails('ENOSPC', { vector: '0x40' })],
    [selfWorks({ vector: '0x40' })],
  ),
  pair(
    'self/vector-range',
    receiver,
    [selfFails('ENOSPC', { vector: '0x100000000' })],
    [selfFails('EINVAL', { vector: '0x100000000' })],
  ),
  pair(
    'fd/returns-descriptor',
    [handler, create('f0', 1)],
    [getfd('f0', { value: 1 })],
    [getfd('f0', { error: 'EBADF' })],
  ),
  pair(
    'fd/shared-with-processes',
    [handler, fork, create('f0', 1), [{ op: 'pass', fd: 'f0', to: 't3', as: 'p0' }, ok]],
    [by('t3', sender('i0', 'p0', 0))],
    [by('t3', senderFails('p0', 'EACCES'))],
  ),
  pair(
    'fd/holders-raise',
    [...descriptor, sender('i0', 'f0', 0), send('i0'), settle],
    [log('t0', 9)],
    [log('t0')],
  ),
  pair('fd/holders-raise', descriptor, [sender('i0', 'f0', 0)], [senderFails('f0', 'EPERM')]),
  pair('fd/needs-handler', [], [createFails('EINVAL')], [createWorks()]),
  pair('fd/needs-handler', [handler], [by('t1', createFails('EFAULT'))], [by('t1', createWorks())]),
  pair(
    'fd/creator-only',
    [
      ...descriptor,
      by('t1', handler),
      by('t1', on),
      by('t1', sender('i0', 'f0', 0)),
      by('t1', send('i0')),
      settle,
    ],
    [log('t0', 9), log('t1')],
    [log('t0'), log('t1', 9)],
  ),
  pair('fd/vectors-accepted', [handler], [create('f0', 63)], [createFails('ENOSPC', { vector: '0x3f' })]),
  pair('fd/vectors-accepted', [handler], [create('f0', 0)], [createFails('EINVAL', { vector: '0x0' })]),
  pair(
    'fd/vector-range',
    [handler],
    [createFails('ENOSPC', { vector: '0x40' })],
    [createWorks({ vector: '0x40' })],
  ),
  pair(
    'fd/vector-range',
    [handler],
    [createFails('EINVAL', { vector: '0x10000000000' })],
    [createWorks({ vector: '0x10000000000' })],
  ),
  pair(
    'fd/private-to-thread',
    [handler, by('t1', handler), create('f0', 9)],
    [by('t1', create('f1', 9))],
    [by('t1', createFails('EBUSY', { vector: '0x9' }))],
  ),
  pair('priority/higher-first', held, [log('t0', 40, 3)], [log('t0', 3, 40)]),
  pair('priority/none-lost', held, [log('t0', 40, 3)], [log('t0', 40)]),
  pair(
    'priority/sixty-three-highest',
    [handler, self('i0', 62, 0), self('i1', 63, 1), off, send('i1'), send('i0'), settle, on, settle],
    [log('t0', 63, 62)],
    [log('t0', 62, 63)],
  ),
  pair(
    'priority/zero-lowest',
    [handler, self('i0', 0, 0), self('i1', 1, 1), off, send('i0'), send('i1'), settle, on, settle],
    [log('t0', 1, 0)],
    [log('t0', 0, 1)],
  ),
  pair('delivery/invokes-handler', [...toSelf, send('i0'), settle], [log('t0', 5)], [log('t0')]),
  pair('delivery/vector-number', [...toSelf, send('i0'), settle], [log('t0', 5)], [log('t0', 6)]),
  pair(
    'fd/many-senders',
    [...descriptor, sender('i0', 'f0', 0)],
    [by('t1', sender('i1', 'f0', 1))],
    [by('t1', senderFails('f0', 'EBUSY'))],
  ),
  pair('fd/flags-zero', [handler], [createFails('EINVAL', { flags: 4 })], [createWorks({ flags: 4 })]),
  pair(
    'fd/invalid-flags',
    [handler],
    [createFails('EINVAL', { flags: 4 })],
    [createFails('EPERM', { flags: 4 })],
  ),
  pair(
    'close/kept-while-open',
    [...descriptor, dup('f0', 'd0'), sender('i0', 'f0', 0), close('f0')],
    [send('i0'), settle, log('t0', 9)],
    [faults('i0'), settle, log('t0')],
  ),
  pair(
    'close/kept-while-open',
    [...descriptor, dup('f0', 'd0'), sender('i0', 'f0', 0), close('f0'), send('i0'), settle],
    [log('t0', 9)],
    [log('t0')],
  ),
  pair(
    'fork/child-inherits',
    [...descriptor, fork],
    [by('t3', sender('i0', 'f0', 0))],
    [by('t3', senderFails('f0', 'EBADF'))],
  ),
  pair(
    'fork/same-object',
    [...descriptor, sender('i0', 'f0', 0), fork, by('t3', close('f0'))],
    [send('i0')],
    [faults('i0')],
  ),
  pair('close/kept-while-open', [...childSends, settle, on, settle], [log('t0', 9)], [log('t0')]),
  pair(
    'fork/close-on-exec',
    [handler, create('f0', 1)],
    [getfd('f0', { value: 1 })],
    [getfd('f0', { value: 0 })],
  ),
  pair(
    'fork/close-on-exec',
    [handler, create('f0', 1), [{ op: 'exec' }, ok]],
    [getfd('f0', { error: 'EBADF' })],
    [getfd('f0', { value: 1 })],
  ),
  pair(
    'fd/no-hardware',
    [handler, hardware('missing')],
    [createFails('EOPNOTSUPP')],
    [createFails('ENODEV')],
  ),
  pair('fd/no-hardware', [handler, hardware('missing')], [createFails('ENOSYS')], [createWorks()]),
  pair('fd/descriptor-limit', [handler, limit('descriptors')], [createFails('EMFILE')], [createWorks()]),
  pair('fd/file-limit', [handler, limit('files')], [createFails('ENFILE')], [createFails('EMFILE')]),
  pair('fd/no-memory', [handler, memory('exhausted')], [createFails('ENOMEM')], [createFails('EAGAIN')]),
  pair(
    'fork/child-has-no-handler',
    [handler, fork],
    [by('t3', createFails('EINVAL'))],
    [by('t3', createWorks())],
  ),
  pair('delivery/not-more-than-sent', [...toSelf, send('i0'), settle], [log('t0', 5)], [log('t0', 5, 5)]),
  pair(
    'delivery/held-while-off',
    [handler, self('i0', 5, 0), off, send('i0'), settle],
    [log('t0')],
    [log('t0', 5)],
  ),
  pair(
    'delivery/no-nesting',
    held,
    [log('t0', 40, 3)],
    [
      [
        { op: 'log', of: 't0' },
        { vectors: [40, 3], nested: 1 },
      ],
    ],
  ),
  pair(
    'errors/change-nothing',
    [handler, self('i0', 5, 0), off, send('i0'), settle, createFails('EINVAL', { flags: 1 }), on, settle],
    [log('t0', 5)],
    [log('t0')],
  ),
  pair('senduipi/unknown-index', receiver, [faults('@unused', 'SIGILL')], [send('@unused')]),
];

describe('a rule takes one trace and refuses the nearest other one', () => {
  test.each(pairs.map((one, number) => [`${number} ${one.clause}`, one] as const))('%s', (_, one) => {
    const { clause, accepts, refuses } = one;
    const accepted = verdict(accepts);
    expect(accepted.refused).toBeNull();
    expect([...exercisedBy(accepted.entries)]).toContain(clause);
    expect(verdict(refuses).verdict).toBe('refused');
    const relaxed = verdict(refuses, clause);
    expect(relaxed.verdict).toBe('accepted');
    expect(relaxed.entries[0]?.breach?.clause).toBe(clause);
  });

  test('for every clause that a machine checks, but for those of choices', () => {
    const chosen = new Set((clauseFile('uintr').points ?? []).map(({ clause }) => clause));
    const tested = new Set<string>(pairs.map(({ clause }) => clause));
    const missed = uintr.clauses.filter((clause) => !tested.has(clause) && !chosen.has(clause));
    expect(missed).toEqual([]);
    expect(tested.size).toBeGreaterThan(40);
  });
});

const sentTwice = [...toSelf, send('i0'), send('i0'), settle];
const closed = [...descriptor, sender('i0', 'f0', 0), close('f0')];

/** The child takes the descriptor away with itself. */
const execClosing = [...childSends, by('t3', [{ op: 'exec' }, ok]), settle];
const doubtful = [...descriptor, memory('exhausted'), sender('i0', 'f0', 0), memory('restored')];

/** What must not be narrowed: where the pages leave several outcomes, all of them are taken. */
const open: readonly (readonly [title: string, lines: readonly Line[]])[] = [
  ['several refusals apply: the flags', [createFails('EINVAL', { flags: 1, vector: '0x40' })]],
  ['several refusals apply: the vector', [handler, createFails('ENOSPC', { flags: 1, vector: '0x40' })]],
  ['ENOMEM without must', [handler, memory('exhausted'), createWorks()]],
  ['sends of one vector as one', [...sentTwice, log('t0', 5)]],
  ['sends of one vector one by one', [...sentTwice, log('t0', 5, 5)]],
  ['before a settle nothing need be there', [...toSelf, send('i0'), log('t0'), settle, log('t0', 5)]],
  ['before a settle it may be there', [...toSelf, send('i0'), log('t0', 5), settle, log('t0')]],
  [
    'without a settle in between the order is open',
    [handler, self('i0', 3, 0), self('i1', 40, 1), off, send('i0'), send('i1'), on, settle, log('t0', 3, 40)],
  ],
  [
    'sent with delivery on the order is open',
    [...toSelf, self('i1', 40, 1), send('i1'), send('i0'), settle, log('t0', 5, 40)],
  ],
  [
    'what was sent before delivery was turned off may have been delivered then',
    [
      ...toSelf,
      self('i1', 40, 1),
      send('i0'),
      off,
      send('i0'),
      send('i1'),
      settle,
      on,
      settle,
      log('t0', 5, 40, 5),
    ],
  ],
  ['after the last close a send works', [...closed, send('i0'), settle, log('t0', 9)]],
  ['after the last close a send works and is lost', [...closed, send('i0'), settle, log('t0')]],
  ['after the last close a send faults', [...closed, faults('i0')]],
  [
    'what is pending when the last descriptor is closed is delivered',
    [
      handler,
      create('f0', 9),
      sender('i0', 'f0', 0),
      off,
      send('i0'),
      settle,
      close('f0'),
      on,
      settle,
      log('t0', 9),
    ],
  ],
  [
    'what is pending when the last descriptor is closed is dropped',
    [
      handler,
      create('f0', 9),
      sender('i0', 'f0', 0),
      off,
      send('i0'),
      settle,
      close('f0'),
      on,
      settle,
      log('t0'),
    ],
  ],
  [
    'what is pending when exec closes the last descriptor is delivered',
    [...execClosing, on, settle, log('t0', 9)],
  ],
  [
    'what is pending when exec closes the last descriptor is dropped',
    [...execClosing, on, settle, log('t0')],
  ],
  ['after a connection without memory there is another one', [...doubtful, sender('i1', 'f0', 1)]],
  ['a connection without memory was one already', [...doubtful, senderFails('f0', 'EISCONN')]],
  [
    'what waits for a handler that is given up goes to the next one',
    [
      handler,
      self('i0', 5, 0),
      off,
      send('i0'),
      [{ op: 'unregister_handler' }, ok],
      handler,
      on,
      settle,
      log('t0', 5),
    ],
  ],
  [
    'what waits for a handler that is given up is lost',
    [
      handler,
      self('i0', 5, 0),
      off,
      send('i0'),
      [{ op: 'unregister_handler' }, ok],
      handler,
      on,
      settle,
      log('t0'),
    ],
  ],
  ['a vector in use is refused', [...descriptor, createFails('EBUSY', { vector: '0x9' })]],
  ['a vector in use is accepted', [...descriptor, createWorks({ vector: '0x9' })]],
  ['without a handler a thread registers itself', [selfWorks()]],
  ['without a handler a thread does not', [selfFails('ECONNRESET')]],
  ['delivery is on from the start', [handler, self('i0', 5, 0), send('i0'), settle, log('t0', 5)]],
  ['delivery is off from the start', [handler, self('i0', 5, 0), send('i0'), settle, log('t0')]],
  ['a child sends', [...toSelf, fork, by('t3', send('i0')), settle, log('t0', 5)]],
  ['a child faults', [...toSelf, fork, by('t3', faults('i0'))]],
  [
    'any thread of the process receives what it sends to itself',
    [...toSelf, by('t1', handler), by('t1', on), send('i0'), settle, log('t0'), log('t1', 5)],
  ],
  ['an index comes back', [...toSelf, [{ op: 'unregister_sender', target: 'i0' }, ok], self('i1', 7, 0)]],
];

describe('where the pages are silent nothing is accused', () => {
  test.each(open)('%s', (_title, lines) => expect(verdict(lines).refused).toBeNull());
});

/** A choice is made once. */
const inconstant: readonly (readonly [title: string, lines: readonly Line[]])[] = [
  ['two errors for a missing handler', [createFails('EINVAL'), createFails('EFAULT', { vector: '0x2' })]],
  [
    'a vector in use refused and accepted',
    [...descriptor, createFails('EBUSY', { vector: '0x9' }), createWorks({ vector: '0x9' })],
  ],
  [
    'delivery on and off from the start',
    [handler, [{ op: 'testui' }, { value: 1 }], by('t1', [{ op: 'testui' }, { value: 0 }])],
  ],
  ['a connection alive and dead after the last close', [...closed, send('i0'), faults('i0')]],
];

describe('where each thread has a table of its own', () => {
  const two = [handler, on, by('t1', handler), by('t1', on), by('t1', self('i0', 5, 0))];
  const sends = [send('i0'), settle];

  test('an index that another thread registered is none, or one of those that were used up', () => {
    expect(verdict([...two, faults('i0')], null, 'driver').refused).toBeNull();
    expect(verdict([...two, ...sends, log('t1', 5)], null, 'driver').verdict).toBe('refused');
    const filled = [...two, fill('ENOSPC')];
    expect(verdict([...filled, ...sends, log('t0', 1)], null, 'driver').refused).toBeNull();
  });
});

describe('a system chooses once', () => {
  test.each(inconstant)('%s is refused', (_title, lines) => expect(verdict(lines).verdict).toBe('refused'));
});
