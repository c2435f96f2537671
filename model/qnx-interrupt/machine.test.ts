/**
 * Every rule in pairs: a trace that the page permits, and the nearest one that it does not. The expectations come from
 * its sentences (spec/qnx-interrupt/clauses.json), not from what the machine does.
 */

import { describe, expect, test } from 'vitest';
import { type ClauseId, clauseFile, type Result, type Step, type TraceEvent } from '#spec/index';
import { accept } from '../acceptance.ts';
import { exercisedBy } from '../entry.ts';
import { qnxInterrupt } from './machine.ts';
import { points } from './points.ts';

type Line = readonly [step: Step | 'return', result?: Result | number];
interface Pair {
  readonly clause: ClauseId;
  readonly edition: string;
  readonly accepts: readonly Line[];
  readonly refuses: readonly Line[];
}

const ok: Result = {};
const page = 'sdp-8.0';
const companions = 'sdp-8.0-companions';
const settle: Line = [{ op: 'settle' }];
const by = (actor: string, [step, result = ok]: Line): Line => [{ ...(step as Step), actor }, result];
const ids = new Map([0, 1, 2, 3, 4].map((number) => [`a${number}`, number + 1]));
const attach = (as: string, more: Partial<Step> = {}, seen: Result = {}): Line => [
  { op: 'attach', as, ...more } as Step,
  { id: ids.get(as) as number, ...seen },
];
const fails = (error: string, more: Partial<Step> = {}, seen: Result = {}): Line => [
  { op: 'attach', as: 'a9', ...more } as Step,
  { error, ...seen },
];
const thread = (as: string, more: Partial<Step> = {}): Line => [
  { op: 'attach_thread', as, ...more } as Step,
  { id: ids.get(as) as number },
];
const raise = (vector = 'edge'): Line => [{ op: 'raise', vector }, ok];
const arrived = (...events: string[]): Line => [{ op: 'collect' }, { events }];
const call = (op: string, id: string, error?: string): Line => [
  { op, id } as Step,
  error === undefined ? ok : { error },
];
const unmask = (id: string, error?: string): Line => call('unmask', id, error);
const mask = (id: string, error?: string): Line => call('mask', id, error);
const detach = (id: string, error?: string): Line => call('detach', id, error);
const many = (value: number, last = 'EAGAIN', vector = 'edge'): Line => [
  { op: 'attach_many', vector },
  { value, last },
];
const bound: Line = [{ op: 'runmask', processors: 'one' }, ok];
const exhausted = (op: string): Line => [{ op, state: 'exhausted' } as Step, ok];
const drops = (which: string): Line => [{ op: 'ability', which, state: 'dropped' } as Step, ok];
const wait = (result: Result, more: Partial<Step> = {}): Line => [{ op: 'wait', ...more } as Step, result];
const begins = (more: Partial<Step> = {}): Line => [
  { op: 'wait', begin: 'w0', actor: 't1', ...more } as Step,
];
const returned = (step: number, result: Result = { value: 0 }): Line => ['return', { ...result, step }];

const verdict = (lines: readonly Line[], relaxed: ClauseId | null = null, edition = page) => {
  const steps: Step[] = [];
  const events = lines.map(([step, result], index): TraceEvent => {
    if (step === 'return') {
      const { step: number, ...seen } = result as Result;
      return { event: 'return', step: Number(number), at: index, result: seen };
    }
    const place = steps.push(step) - 1;
    if (step.op === 'settle') return { event: 'settle', step: place, at: index };
    if (step.begin !== undefined) return { event: 'call', step: place, at: index };
    return { event: 'ran', step: place, at: index, result: (result ?? ok) as Result };
  });
  const file = clauseFile('qnx-interrupt');
  const members = new Set<string>(
    file.clauses.filter(({ editions }) => editions?.includes(edition) ?? true).map(({ id }) => id),
  );
  return accept(qnxInterrupt, steps, events, {
    relaxed,
    states: (clause) => members.has(clause),
    choices: points.open(file.profiles?.find(({ id }) => id === 'docs')?.choices),
  });
};

/** Two traces with one beginning. */
const pair = (
  clause: string,
  start: readonly Line[],
  accepts: readonly Line[],
  refuses: readonly Line[],
): Pair => ({
  clause: `qnx-interrupt/${clause}` as ClauseId,
  edition: clause.startsWith('companions/') ? companions : page,
  accepts: [...start, ...accepts],
  refuses: [...start, ...refuses],
});

const plain = { returned: 'minus-one', errno: 'EINVAL', threads: 0 };
const r = { returned: 'negative', errno: 'kept', threads: 0 };
const asR = { call: 'InterruptAttachEvent_r', event: 'NONE' } as const;
const priority = (prio: number): Partial<Step> => ({ call: 'InterruptAttachEventPriority', prio });
const local = (flags = 'CPU_LOCAL'): Partial<Step> => ({ ...priority(20), vector: 'local', flags });
const delivered = [attach('a0'), raise(), settle, arrived('a0')];
const intr = { event: 'INTR' } as const;
/** One that is masked, and others beside it without a name, one of which may have the number of one that is gone. */
const renumbered = [attach('a0', { flags: 'NO_UNMASK' }), attach('a1'), detach('a1'), many(31)];

const pairs: readonly Pair[] = [
  pair('attach/returns-id', [], [attach('a0', {}, { id: 0 })], [attach('a0', {}, { id: -2 })]),
  pair('attach/unique-id', [attach('a0')], [attach('a1')], [attach('a1', {}, { id: 1 })]),
  pair('attach/id-detaches', [attach('a0')], [detach('a0')], [detach('a0', 'EINVAL')]),
  pair(
    'errors/plain-minus-one',
    [],
    [fails('EINVAL', { event: 'NONE' }, plain)],
    [fails('EINVAL', { event: 'NONE' }, { ...plain, returned: 'negative' })],
  ),
  pair(
    'errors/plain-errno',
    [],
    [fails('EINVAL', { event: 'NONE' }, plain)],
    [fails('EINVAL', { event: 'NONE' }, { ...plain, errno: 'kept' })],
  ),
  pair(
    'errors/r-negative',
    [],
    [fails('EINVAL', asR, r)],
    [fails('EINVAL', asR, { ...r, returned: 'minus-one' })],
  ),
  pair(
    'errors/r-keeps-errno',
    [],
    [fails('EINVAL', asR, r)],
    [fails('EINVAL', asR, { ...r, errno: 'EINVAL' })],
  ),
  pair('attach/event-unregistered', [], [attach('a0')], [fails('EINVAL')]),
  pair('permission/interrupt-ability', [drops('interrupt')], [fails('EPERM')], [attach('a0')]),
  pair(
    'permission/thread-ability',
    [drops('thread')],
    [fails('EPERM', { event: 'THREAD' })],
    [attach('a0', { event: 'THREAD' })],
  ),
  pair('errors/permission', [drops('interrupt')], [fails('EPERM')], [fails('EACCES')]),
  pair('masking/masked-at-delivery', [...delivered, raise(), settle], [arrived()], [arrived('a0')]),
  pair('masking/unmask-enables', [...delivered, unmask('a0'), raise(), settle], [arrived('a0')], [arrived()]),
  pair('masking/unmask-enables', delivered, [unmask('a0')], [unmask('a0', 'EAGAIN')]),
  pair(
    'masking/wait-unmasks',
    [
      by('t1', attach('a0', intr)),
      raise(),
      settle,
      by('t1', wait({ value: 0 })),
      begins({ flags: 'UNMASK' }),
      settle,
      raise(),
    ],
    [returned(4), settle],
    [settle],
  ),
  pair('masking/first-unmasks', [attach('a0'), raise(), settle], [arrived('a0')], [arrived()]),
  pair(
    'masking/no-unmask',
    [attach('a0', { flags: 'NO_UNMASK' }), raise(), settle],
    [arrived()],
    [arrived('a0')],
  ),
  pair(
    'masking/unmask-after-no-unmask',
    [attach('a0', { flags: 'NO_UNMASK' }), unmask('a0'), raise(), settle],
    [arrived('a0')],
    [arrived()],
  ),
  pair(
    'masking/second-does-not-unmask',
    [...delivered, attach('a1'), raise(), settle],
    [arrived()],
    [arrived('a1')],
  ),
  pair('delivery/attached', [attach('a0'), raise(), settle], [arrived('a0')], [arrived()]),
  pair('delivery/once', [attach('a0'), raise(), settle], [arrived('a0')], [arrived('a0', 'a0')]),
  ...(['SEM', 'PULSE', 'SIGNAL', 'SIGNAL_CODE', 'THREAD'] as const).map((event) =>
    pair(
      { SEM: 'event/semaphore', PULSE: 'event/pulse', THREAD: 'event/thread' }[event as 'SEM'] ??
        'event/signal',
      [attach('a0', { event }), raise(), settle],
      [arrived('a0')],
      [arrived()],
    ),
  ),
  pair(
    'event/intr-no-thread',
    [],
    [attach('a0', intr, { threads: 0 })],
    [attach('a0', intr, { threads: 1 })],
  ),
  pair(
    'event/intr-wakes',
    [by('t1', attach('a0', intr)), begins(), settle, raise()],
    [returned(1), settle],
    [settle],
  ),
  pair(
    'event/intr-wakes',
    [attach('a0', intr), raise(), settle],
    [wait({ value: 0 })],
    [wait({ error: 'ETIMEDOUT' })],
  ),
  pair('event/intr-wakes', [attach('a0', intr)], [wait({ error: 'ETIMEDOUT' })], [wait({ value: 0 })]),
  pair(
    'event/intr-priority-ignored',
    [],
    [attach('a0', { ...priority(9), ...intr }, { caller: 'kept' })],
    [attach('a0', { ...priority(9), ...intr }, { caller: 'changed' })],
  ),
  pair('event/hidden-thread', [], [attach('a0', {}, { threads: 1 })], [attach('a0', {}, { threads: 0 })]),
  pair('event/hidden-thread', [], [attach('a0', {}, { threads: 1 })], [attach('a0', {}, { threads: 2 })]),
  pair('event/until-detached', [attach('a0'), detach('a0'), raise(), settle], [arrived()], [arrived('a0')]),
  pair(
    'order/shared',
    [attach('a0'), attach('a1', { event: 'SEM' }), raise(), settle],
    [arrived('a0', 'a1')],
    [arrived('a0')],
  ),
  pair(
    'order/front',
    [bound, attach('a0', local()), attach('a1', local()), raise('local'), settle],
    [arrived('a1', 'a0')],
    [arrived('a0', 'a1')],
  ),
  pair(
    'order/end',
    [bound, attach('a0', local()), attach('a1', local('END|CPU_LOCAL')), raise('local'), settle],
    [arrived('a0', 'a1')],
    [arrived('a1', 'a0')],
  ),
  pair('limit/thirty-two', [], [many(32)], [many(31)]),
  pair(
    'limit/thirty-two',
    [many(32, 'EAGAIN', 'second'), attach('a0'), many(31), detach('a0')],
    [attach('a1')],
    [fails('EAGAIN')],
  ),
  pair('errors/too-many', [], [many(32)], [many(33)]),
  pair('errors/too-many', [many(32)], [fails('EAGAIN')], [attach('a0')]),
  pair('errors/too-many', [], [many(32)], [many(32, 'ENOSPC')]),
  ...(
    [
      ['priority/as-given', 20, 20, 21],
      ['priority/as-given', 1, 1, 2],
      ['priority/as-given', 253, 253, 252],
      ['priority/as-given', 254, 254, 253],
      ['priority/low-is-one', 0, 1, 0],
      ['priority/high-is-clock', 255, 254, 255],
      ['priority/high-is-clock', 10_000, 254, 253],
      ['priority/high-is-clock', 4_294_967_295, 254, 1],
    ] as const
  ).map(([clause, wanted, given, wrong]) =>
    pair(
      clause,
      [],
      [attach('a0', priority(wanted), { priority: given })],
      [attach('a0', priority(wanted), { priority: wrong })],
    ),
  ),
  pair(
    'flags/exclusive-asks',
    [attach('a0')],
    [by('t1', fails('EBUSY', { flags: 'EXCLUSIVE' }))],
    [by('t1', attach('a1', { flags: 'EXCLUSIVE' }))],
  ),
  pair(
    'flags/exclusive-holds',
    [attach('a0', { flags: 'EXCLUSIVE' })],
    [by('t2', fails('EBUSY'))],
    [by('t2', attach('a1'))],
  ),
  pair(
    'flags/exclusive-holds',
    [attach('a0', { flags: 'EXCLUSIVE' })],
    [[{ op: 'attach_thread', as: 'a1', actor: 't1' }, { error: 'EBUSY' }]],
    [by('t1', thread('a1'))],
  ),
  pair(
    'flags/exclusive-released',
    [attach('a0', { flags: 'EXCLUSIVE' }), detach('a0')],
    [by('t1', attach('a1'))],
    [by('t1', fails('EBUSY'))],
  ),
  pair('flags/cpu-local', [bound], [attach('a0', local())], [fails('EINVAL', local())]),
  pair(
    'flags/cpu-local-inherits',
    [bound],
    [attach('a0', local(), { affinity: 'one' })],
    [attach('a0', local(), { affinity: 'all' })],
  ),
  pair('errors/no-memory', [exhausted('memory')], [fails('EAGAIN')], [fails('ENOMEM')]),
  pair('errors/no-entries', [exhausted('entries')], [fails('EAGAIN')], [attach('a0')]),
  pair('errors/no-entries', [exhausted('entries')], [fails('EAGAIN')], [fails('ENOMEM')]),
  pair(
    'errors/already-attached',
    [attach('a0', intr)],
    [fails('EBUSY', { ...intr, vector: 'second' })],
    [attach('a1', { ...intr, vector: 'second' })],
  ),
  pair(
    'errors/held-exclusively',
    [attach('a0', { flags: 'EXCLUSIVE' })],
    [by('t1', fails('EBUSY'))],
    [by('t1', fails('EPERM'))],
  ),
  pair(
    'errors/exclusive-refused',
    [attach('a0')],
    [by('t1', fails('EBUSY', { flags: 'EXCLUSIVE' }))],
    [by('t1', fails('EAGAIN', { flags: 'EXCLUSIVE' }))],
  ),
  pair(
    'errors/fault',
    [],
    [fails('EFAULT', { event: 'unreadable' })],
    [fails('EINVAL', { event: 'unreadable' })],
  ),
  pair(
    'errors/invalid-vector',
    [],
    [fails('EINVAL', { vector: 'invalid' })],
    [fails('ENXIO', { vector: 'invalid' })],
  ),
  pair('errors/not-bound', [], [fails('EINVAL', local())], [attach('a0', local())]),
  pair('errors/event-none', [], [fails('EINVAL', { event: 'NONE' })], [attach('a0', { event: 'NONE' })]),
  pair(
    'errors/event-unblock',
    [],
    [fails('EINVAL', { event: 'UNBLOCK' })],
    [fails('ENOTSUP', { event: 'UNBLOCK' })],
  ),
  pair(
    'errors/event-signal-thread',
    [],
    [fails('EINVAL', { event: 'SIGNAL_THREAD' })],
    [fails('ENOTSUP', { event: 'SIGNAL_THREAD' })],
  ),
  pair(
    'errors/change-nothing',
    [attach('a0'), raise(), settle],
    [fails('EINVAL', { event: 'NONE' }), arrived('a0')],
    [fails('EINVAL', { event: 'NONE' }, { threads: 1 }), arrived('a0')],
  ),
  pair('companions/mask-masks', [attach('a0'), mask('a0'), raise(), settle], [arrived()], [arrived('a0')]),
  pair('companions/mask-masks', [attach('a0')], [mask('a0')], [mask('a0', 'EINVAL')]),
  pair(
    'companions/unmask-own',
    [attach('a0'), attach('a1'), raise(), settle, arrived('a1', 'a0'), unmask('a0'), raise(), settle],
    [arrived()],
    [arrived('a0')],
  ),
  pair('companions/unmask-unmasked', [attach('a0')], [unmask('a0', 'EAGAIN')], [unmask('a0')]),
  pair('companions/all-attachments', [attach('a0')], [mask('@all', 'ENOTSUP')], [mask('@all')]),
  pair('companions/unknown-id', [], [unmask('@unused', 'ESRCH')], [unmask('@unused', 'EINVAL')]),
  pair('companions/detach-unknown', [attach('a0'), detach('a0')], [detach('a0', 'EINVAL')], [detach('a0')]),
];

describe.each(pairs)('$clause', ({ clause, edition, accepts, refuses }) => {
  test('takes the trace that is permitted, and says that it was tested', () => {
    const judged = verdict(accepts, null, edition);
    expect(judged.refused).toBeNull();
    expect([...exercisedBy(judged.entries)]).toContain(clause);
  });

  test('refuses the nearest one that is not, and takes it once the clause is given up', () => {
    expect(verdict(refuses, null, edition).verdict).toBe('refused');
    expect(verdict(refuses, clause, edition).verdict).toBe('accepted');
  });
});

test('every clause that the machine checks has its pair, unless a choice decides it', () => {
  const chosen = ['qnx-interrupt/flags/unknown', 'qnx-interrupt/errors/event-unknown'];
  const paired = new Set<string>(pairs.map(({ clause }) => clause));
  expect(qnxInterrupt.clauses.filter((clause) => !paired.has(clause)).sort()).toEqual(chosen.sort());
});

/** What the page leaves open: both are taken. */
const open: Readonly<Record<string, readonly (readonly Line[])[]>> = {
  'a number that was given up may be that of an attachment without a name': [
    [...renumbered, unmask('a1'), raise(), settle, arrived('a0')],
    [...renumbered, unmask('a1'), raise(), settle, arrived()],
    [...renumbered, raise(), settle, unmask('a1'), settle, arrived('a0')],
  ],
  'an interrupt that came while masked is lost': [
    [...delivered, raise(), settle, unmask('a0'), settle, arrived()],
  ],
  'an interrupt that came while masked is kept': [
    [...delivered, raise(), settle, unmask('a0'), settle, arrived('a0')],
  ],
  'service threads that are not bound run in any order': [
    [attach('a0'), attach('a1'), raise(), settle, arrived('a0', 'a1')],
    [attach('a0'), attach('a1'), raise(), settle, arrived('a1', 'a0')],
  ],
  'of different priorities, too': [
    [
      bound,
      attach('a0', local()),
      attach('a1', { ...local(), prio: 21 }),
      raise('local'),
      settle,
      arrived('a0', 'a1'),
    ],
  ],
  'a thread beside its own exclusive attachment': [
    [attach('a0', { flags: 'EXCLUSIVE' }), attach('a1')],
    [attach('a0', { flags: 'EXCLUSIVE' }), fails('EBUSY')],
  ],
  'a local vector without its flag, and the flag without a local vector': [
    [attach('a0', { vector: 'local' })],
    [fails('EINVAL', { vector: 'local' })],
    [bound, attach('a0', { flags: 'CPU_LOCAL' }), raise(), settle, arrived()],
    [bound, attach('a0', { flags: 'CPU_LOCAL' }), raise(), settle, arrived('a0')],
  ],
  'unknown flags and events': [
    [attach('a0', { flags: 'BIT_3' })],
    [fails('ENOTSUP', { flags: 'BIT_3' })],
    [attach('a0', { event: 'MEMORY' })],
    [fails('EINVAL', { event: 'unknown' })],
  ],
  'exhausted memory need not be met': [[exhausted('memory'), attach('a0')]],
  'of several errors any one': [
    [drops('interrupt'), fails('EPERM', { event: 'NONE' })],
    [drops('interrupt'), fails('EINVAL', { event: 'NONE' })],
  ],
  'masks counted for the line': [
    [
      attach('a0'),
      attach('a1'),
      raise(),
      settle,
      arrived('a0', 'a1'),
      unmask('a0'),
      raise(),
      settle,
      arrived('a0', 'a1'),
    ],
  ],
  'masks counted for each attachment': [
    [
      attach('a0'),
      attach('a1'),
      raise(),
      settle,
      arrived('a0', 'a1'),
      unmask('a0'),
      raise(),
      settle,
      arrived(),
    ],
  ],
  'what a mask does': [
    [attach('a0'), mask('a0'), raise(), settle, arrived()],
    [attach('a0'), mask('a0'), raise(), settle, arrived('a0')],
  ],
  'unmasking twice': [
    [...delivered, unmask('a0'), unmask('a0', 'EAGAIN')],
    [...delivered, unmask('a0'), unmask('a0')],
  ],
  'a vector attached to again': [
    [attach('a0'), detach('a0'), attach('a1'), raise(), settle, arrived('a1')],
    [attach('a0'), detach('a0'), attach('a1'), raise(), settle, arrived()],
  ],
  'a level that stays asserted fires again': [
    [
      attach('a0', { vector: 'level' }),
      raise('level'),
      settle,
      unmask('a0'),
      settle,
      arrived('a0', 'a0', 'a0'),
    ],
  ],
  'somebody else ends an interrupt service thread, or cannot': [
    [attach('a0', intr), by('t1', detach('a0'))],
    [attach('a0', intr), by('t1', detach('a0', 'EINVAL'))],
  ],
  'a wait by another thread': [[attach('a0'), wait({ error: 'EINVAL' })], [wait({ value: 0 })]],
  'a wait that unmasks nothing': [[attach('a0', intr), wait({ error: 'EAGAIN' }, { flags: 'UNMASK' })]],
  'a delivery whose thread is detached before it runs': [
    [attach('a0'), raise(), detach('a0'), settle, arrived()],
    [attach('a0'), raise(), detach('a0'), settle, arrived('a0')],
  ],
};

describe('where the page is silent nothing is accused', () => {
  test.each(Object.keys(open))('%s', (title) => {
    for (const lines of open[title] ?? []) expect(verdict(lines).refused).toBeNull();
  });
});

describe('a system chooses once', () => {
  test.each([
    [
      'an unknown flag taken and refused',
      [attach('a0', { flags: 'BIT_3' }), fails('EINVAL', { flags: 'BIT_4' })],
    ],
    [
      'SIGEV_MEMORY taken and refused',
      [attach('a0', { event: 'MEMORY' }), fails('EINVAL', { event: 'MEMORY' })],
    ],
  ] as const)('%s is refused', (_title, lines) => expect(verdict(lines).verdict).toBe('refused'));
});
