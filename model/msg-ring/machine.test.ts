/**
 * Every rule in pairs: a trace that the page permits, and the nearest one that it does not. The expectations come from
 * the page's sentences (spec/msg-ring/clauses.json), not from what the machine does.
 */

import { describe, expect, test } from 'vitest';
import type { ClauseId, Program, Result, Step, TraceEvent } from '#spec/index';
import { clauseFile } from '#spec/index';
import { errno } from '#spec/msg-ring/errno';
import { accept } from '../acceptance.ts';
import { exercisedBy } from '../entry.ts';
import { msgRing } from './machine.ts';

type Line = readonly [step: Step, result?: Result, at?: number];
interface Pair {
  readonly clause: ClauseId;
  readonly accepts: readonly Line[];
  readonly refuses: readonly Line[];
  readonly edition?: string;
}

const cqe = (user_data: string, res: number, flags = 0) => ({ user_data, res, flags });
const ok: Result = {};
const setup = (as: string, more: Partial<Step> = {}): Line => [
  { op: 'setup', as, ...more } as Step,
  { cq_entries: Number(more.cq_entries ?? 16) },
];
const prep = (more: Record<string, string | number> = {}): Line => [
  { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', len: 7, data: '0xd1', user_data: '0xa1', ...more },
  ok,
];
const submit = (value = 1, more: Partial<Step> = {}): Line => [
  { op: 'submit', ring: 'r0', ...more } as Step,
  { value },
];
const failed = (error: string): Line => [{ op: 'submit', ring: 'r0' }, { error }];
const settle: Line = [{ op: 'settle' }];
const drain = (ring: string, ...cqes: ReturnType<typeof cqe>[]): Line => [
  { op: 'drain', ring },
  { value: 0, cqes },
];
const reap = (ring: string, ...cqes: ReturnType<typeof cqe>[]): Line => [{ op: 'reap', ring }, { cqes }];
const memory = (state: string): Line => [{ op: 'memory', state }, ok];
const close = (fd: string): Line => [{ op: 'close', fd }, ok];
const own = (res = 0) => cqe('0xa1', res);
const message = (res = 7, data = '0xd1', flags = 0) => cqe(data, res, flags);
const two = [setup('r0'), setup('r1')];
const sent = [...two, prep(), submit(), settle];
const deferred = { flags: 'SINGLE_ISSUER|DEFER_TASKRUN' };
const EBADF = -errno.EBADF;
const EBADFD = -errno.EBADFD;
const EINVAL = -errno.EINVAL;
const ENOMEM = -errno.ENOMEM;
const EOVERFLOW = -errno.EOVERFLOW;
const ECANCELED = -errno.ECANCELED;

/** Lines to a program and its events; a step with `begin` is called, `return …` returns it. */
const played = (lines: readonly Line[]): { program: Program; events: TraceEvent[] } => {
  const steps: Step[] = [];
  const events: TraceEvent[] = [];
  let now = 0;
  for (const [step, result, at] of lines) {
    now = Math.max(now + 1, at ?? 0);
    if (step.op === 'returns') {
      const index = steps.findIndex(({ begin }) => begin === step.call);
      events.push({ event: 'return', step: index, at: now, result: result ?? ok });
      continue;
    }
    steps.push(step);
    const index = steps.length - 1;
    if (step.op === 'settle') events.push({ event: 'settle', step: index, at: now });
    else if (step.op === 'end') continue;
    else if (step.begin !== undefined) events.push({ event: 'call', step: index, at: now });
    else events.push({ event: 'ran', step: index, at: now, result: result ?? ok });
  }
  return { program: { interface: 'msg-ring', steps }, events };
};

const verdict = (lines: readonly Line[], edition = 'E2022-03', relaxed: ClauseId | null = null) => {
  const { program, events } = played(lines);
  const { clauses } = clauseFile('msg-ring');
  const states = (id: string) =>
    clauses.some((clause) => clause.id === id && (clause.editions ?? [edition]).includes(edition));
  return accept(msgRing, program.steps, events, { states, relaxed });
};

const wait = (more: Partial<Step> = {}): Line => [
  { op: 'wait', actor: 't1', ring: 'r1', begin: 'w0', timeout_ms: 1000, ...more } as Step,
];
const returned = (result: Result, at?: number): Line =>
  [{ op: 'returns', call: 'w0' }, result, ...(at === undefined ? [] : [at])] as unknown as Line;

/** One opening, and the two ways in which it may go on: as the page permits, and as it does not. */
const fork = (opening: readonly Line[], accepted: readonly Line[], refused: readonly Line[]) => ({
  accepts: [...opening, ...accepted],
  refuses: [...opening, ...refused],
});

const pairs: readonly Pair[] = [
  {
    clause: 'msg-ring/prep/sends-nothing',
    ...fork([...two, prep(), settle, drain('r0')], [drain('r1')], [drain('r1', message())]),
  },
  {
    clause: 'msg-ring/send/target-is-a-ring',
    ...fork(
      [setup('r0'), [{ op: 'open', as: 'f0' }, ok], prep({ fd: 'f0' }), submit(), settle],
      [drain('r0', own(EBADFD))],
      [drain('r0', own(0))],
    ),
  },
  {
    clause: 'msg-ring/error/not-a-ring',
    ...fork(
      [setup('r0'), [{ op: 'open', kind: 'memfd', as: 'f0' }, ok], prep({ fd: 'f0' }), submit(), settle],
      [drain('r0', own(EBADFD))],
      [drain('r0', own(EBADF))],
    ),
  },
  {
    clause: 'msg-ring/send/posts-completion',
    accepts: [...sent, drain('r1', message()), drain('r0', own())],
    refuses: [...sent, drain('r1'), drain('r0', own())],
  },
  {
    clause: 'msg-ring/send/posts-completion',
    ...fork([...sent, drain('r0', own())], [drain('r1', message())], [drain('r1')]),
  },
  {
    clause: 'msg-ring/send/posts-completion',
    ...fork([...sent, [{ op: 'close', fd: 'r0' }, ok]], [drain('r1', message())], [drain('r1')]),
  },
  {
    clause: 'msg-ring/send/res-is-len',
    accepts: [...sent, drain('r1', message(7))],
    refuses: [...sent, drain('r1', message(8))],
  },
  {
    clause: 'msg-ring/send/res-is-len',
    ...fork(
      [...two, prep({ len: 0xffffffff }), submit(), settle],
      [drain('r1', message(-1))],
      [drain('r1', message(0x7fffffff))],
    ),
  },
  {
    clause: 'msg-ring/send/user-data-is-data',
    accepts: [...sent, drain('r1', message())],
    refuses: [...sent, drain('r1', message(7, '0xa1'))],
  },
  {
    clause: 'msg-ring/flags/must-be-zero',
    ...fork(
      [...two, prep({ flags: 1 }), submit(), settle],
      [drain('r1'), drain('r0', own(EINVAL))],
      [drain('r1', message()), drain('r0', own(0))],
    ),
  },
  {
    clause: 'msg-ring/error/invalid-field',
    ...fork(
      [...two, prep({ flags: 4 }), submit(), settle],
      [drain('r0', own(EINVAL))],
      [drain('r0', own(-95))],
    ),
  },
  {
    clause: 'msg-ring/target/any-accessible',
    accepts: [...sent, drain('r0', own(0))],
    refuses: [...sent, drain('r0', own(EINVAL))],
  },
  {
    // The message is missing: it was lost, or refused, and the source was closed before anybody read so.
    clause: 'msg-ring/target/any-accessible',
    accepts: [...sent, close('r0'), settle, drain('r1', message())],
    refuses: [...sent, close('r0'), settle, drain('r1')],
  },
  {
    clause: 'msg-ring/target/self',
    ...fork(
      [setup('r0'), prep({ fd: 'r0' }), submit(), settle],
      [drain('r0', message(), own())],
      [drain('r0', own(EINVAL))],
    ),
  },
  {
    clause: 'msg-ring/wait/message-wakes',
    ...fork(
      [...two, wait(), prep(), submit()],
      [returned({ value: 0 }), settle, drain('r1', message())],
      [settle, drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/wait/message-wakes',
    // Two wait and one message comes: it wakes someone. Two messages wake both.
    accepts: [
      ...two,
      wait(),
      wait({ actor: 't2', begin: 'w1' }),
      prep(),
      submit(),
      returned({ value: 0 }),
      settle,
      drain('r1', message()),
    ],
    refuses: [
      ...two,
      wait(),
      wait({ actor: 't2', begin: 'w1' }),
      prep(),
      prep({ data: '0xd2' }),
      submit(2),
      returned({ value: 0 }),
      settle,
      drain('r1', message(), message(7, '0xd2')),
    ],
  },
  {
    clause: 'msg-ring/wait/no-early-timeout',
    ...fork(
      [...two, wait({ timeout_ms: 5 })],
      [returned({ error: 'ETIME' }, 6_000), settle],
      [returned({ error: 'ETIME' }, 1_000), settle],
    ),
  },
  {
    clause: 'msg-ring/completion/source-completes',
    accepts: [...sent, drain('r0', own()), drain('r1', message())],
    refuses: [...sent, drain('r0'), drain('r1', message())],
  },
  {
    clause: 'msg-ring/completion/source-completes',
    accepts: [...sent, drain('r0', own())],
    refuses: [...sent, drain('r0', cqe('0xd1', 0))],
  },
  {
    clause: 'msg-ring/error/in-res',
    ...fork(
      [setup('r0'), [{ op: 'open', as: 'f0' }, ok], prep({ fd: 'f0' }), submit(), settle],
      [drain('r0', own(EBADFD))],
      [drain('r0', own(77))],
    ),
  },
  {
    clause: 'msg-ring/error/in-res',
    ...fork(
      [setup('r0'), [{ op: 'open', as: 'f0' }, ok], prep({ fd: 'f0' }), submit(), settle],
      [drain('r0', own(EBADFD))],
      [drain('r0')],
    ),
  },
  {
    clause: 'msg-ring/error/in-res',
    ...fork(
      [...two, prep({ fd: '@closed' }), prep({ data: '0xd2', user_data: '0xa2' })],
      [submit(2), settle, drain('r0', own(EBADF), cqe('0xa2', 0)), drain('r1', message(7, '0xd2'))],
      [failed('EBADF'), settle, drain('r0', cqe('0xa2', 0)), drain('r1', message(7, '0xd2'))],
    ),
  },
  {
    clause: 'msg-ring/error/in-res',
    ...fork(
      [...two, prep(), prep({ fd: '@closed', user_data: '0xa2' })],
      [submit(2), settle, drain('r0', own(), cqe('0xa2', EBADF)), drain('r1', message())],
      [failed('EBADF'), settle, drain('r0', own()), drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/send/posts-completion',
    ...fork(
      [...two, setup('r2'), prep({ fd: 'r2' }), submit(), settle, close('r2'), drain('r0', own())],
      [drain('r1')],
      [drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/send/posts-completion',
    ...fork(
      [...two, setup('r2'), prep({ ring: 'r2', fd: 'r2' }), submit(1, { ring: 'r2' }), close('r2'), settle],
      [drain('r1')],
      [drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/error/no-memory',
    ...fork(
      two,
      [memory('exhausted'), prep(), submit(), settle, drain('r0', own(ENOMEM))],
      [prep(), submit(), settle, drain('r0', own(ENOMEM))],
    ),
  },
  {
    clause: 'msg-ring/error/no-memory',
    ...fork(
      [...two, memory('exhausted'), prep(), submit(), settle],
      [drain('r0', own(ENOMEM))],
      [drain('r0', own(-11))],
    ),
  },
  {
    clause: 'msg-ring/error/overflow',
    ...fork(
      [
        setup('r0'),
        setup('r1', { cq_entries: 1 }),
        prep(),
        submit(),
        memory('exhausted'),
        prep({ user_data: '0xa2' }),
        submit(),
        settle,
      ],
      [drain('r0', own(0), cqe('0xa2', EOVERFLOW))],
      [drain('r0', own(0), cqe('0xa2', -28))],
    ),
  },
  {
    clause: 'msg-ring/overflow/full-is-no-error',
    ...fork(
      [
        setup('r0'),
        setup('r1', { cq_entries: 1 }),
        prep(),
        submit(),
        prep({ user_data: '0xa2' }),
        submit(),
        settle,
      ],
      [drain('r0', own(0), cqe('0xa2', 0)), drain('r1', message(), message())],
      [drain('r0', own(0), cqe('0xa2', EOVERFLOW)), drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/send/refused-posts-nothing',
    ...fork(
      [...two, prep({ flags: 1 }), submit(), settle, drain('r0', own(EINVAL))],
      [drain('r1')],
      [drain('r1', message())],
    ),
  },
  {
    clause: 'msg-ring/send/refused-posts-nothing',
    ...fork(
      [...two, prep({ flags: 1 }), submit(), settle],
      [drain('r1'), drain('r0', own(EINVAL))],
      [drain('r1', message()), drain('r0', own(EINVAL))],
    ),
  },
  {
    clause: 'msg-ring/send/posts-at-most-one',
    accepts: [...sent, drain('r1', message())],
    refuses: [...sent, drain('r1', message(), message())],
  },
  {
    clause: 'msg-ring/completion/exactly-one',
    accepts: [...sent, drain('r0', own())],
    refuses: [...sent, drain('r0', own(), own())],
  },
  {
    clause: 'msg-ring/target/disabled-refused',
    edition: 'E2023-01',
    ...fork(
      [setup('r0'), setup('r1', { flags: 'R_DISABLED' }), prep(), submit(), settle],
      [drain('r0', own(EBADFD))],
      [drain('r0', own(0))],
    ),
  },
  {
    clause: 'msg-ring/flags/cqe-flags-pass',
    edition: 'E2023-01',
    ...fork(
      [...two, prep({ flags: 2, file_index: 66 }), submit(), settle],
      [drain('r1', message(7, '0xd1', 66))],
      [drain('r1', message(7, '0xd1', 0))],
    ),
  },
];

describe('each rule accepts what its sentence permits and refuses the nearest thing that it does not', () => {
  test.each(pairs.map((pair, index) => ({ ...pair, index })))(
    '$clause ($index) accepts',
    ({ accepts, edition }) => {
      expect(verdict(accepts, edition).refused).toBeNull();
    },
  );
  test.each(pairs.map((pair, index) => ({ ...pair, index })))(
    '$clause ($index) refuses',
    ({ refuses, edition }) => {
      expect(verdict(refuses, edition).verdict).toBe('refused');
    },
  );
  test.each(pairs.map((pair, index) => ({ ...pair, index })))(
    '$clause ($index) is the breach that explains the refused trace',
    ({ clause, refuses, edition }) => {
      const relaxed = verdict(refuses, edition, clause);
      expect(relaxed.verdict).toBe('accepted');
      expect(relaxed.entries[0]?.breach?.clause).toBe(clause);
    },
  );
  test('every clause that the machine checks and the documents state firmly has a pair', () => {
    const firm = clauseFile('msg-ring').clauses.filter(
      ({ checked, strength }) => checked === 'by-machine' && strength !== 'unspecified',
    );
    expect(firm.length).toBeGreaterThan(15);
    expect(firm.map(({ id }) => id).filter((id) => !pairs.some(({ clause }) => clause === id))).toEqual([]);
  });
});

/** Where the page is silent, each of these is permitted. */
const open: readonly (readonly [title: string, lines: readonly Line[]])[] = [
  [
    'the two completions of a message to itself come in the other order',
    [setup('r0'), prep({ fd: 'r0' }), submit(), settle, drain('r0', own(), message())],
  ],
  [
    'a completion is visible before any settle',
    [...two, prep(), submit(), reap('r1', message()), settle, drain('r1'), drain('r0', own())],
  ],
  [
    'nothing is visible to a look without entering',
    [...sent, reap('r1'), reap('r0'), drain('r1', message()), drain('r0', own())],
  ],
  ['the success value is positive', [...sent, drain('r0', own(3))]],
  ['the target completion has flags', [...sent, drain('r1', message(7, '0xd1', 4))]],
  [
    'a disabled target is refused',
    [setup('r0'), setup('r1', { flags: 'R_DISABLED' }), prep(), submit(), settle, drain('r0', own(EBADFD))],
  ],
  [
    'a disabled target is accepted',
    [setup('r0'), setup('r1', { flags: 'R_DISABLED' }), prep(), submit(), settle, drain('r0', own(0))],
  ],
  [
    'a closed descriptor is no ring: EBADFD',
    [setup('r0'), prep({ fd: '@closed' }), submit(), settle, drain('r0', own(EBADFD))],
  ],
  [
    'a closed descriptor is none: EBADF',
    [setup('r0'), prep({ fd: '@closed' }), submit(), settle, drain('r0', own(EBADF))],
  ],
  [
    'a foreign field is refused',
    [...two, prep({ ioprio: 1 }), submit(), settle, drain('r0', own(EINVAL)), drain('r1')],
  ],
  [
    'a foreign field is ignored',
    [...two, prep({ ioprio: 1 }), submit(), settle, drain('r0', own(0)), drain('r1', message())],
  ],
  [
    'two conditions at once: either error',
    [setup('r0'), prep({ fd: '@closed', flags: 1 }), submit(), settle, drain('r0', own(EINVAL))],
  ],
  [
    'two conditions at once: the other error',
    [setup('r0'), prep({ fd: '@closed', flags: 1 }), submit(), settle, drain('r0', own(EBADF))],
  ],
  [
    'fewer entries are taken than were offered',
    [
      ...two,
      prep(),
      prep({ user_data: '0xa2', data: '0xd2' }),
      submit(1),
      settle,
      drain('r0', own()),
      drain('r1', message()),
    ],
  ],
  [
    'the owner of a deferred target has ended: accepted and lost',
    [
      setup('r0'),
      setup('r1', { ...deferred, actor: 't1' }),
      [{ op: 'exit', actor: 't1' }, ok],
      prep(),
      submit(),
      settle,
      drain('r0', own(0)),
      drain('r1'),
    ],
  ],
  [
    'a failing link takes its successor along',
    [
      ...two,
      prep({ fd: '@closed', sqe_flags: 'IO_LINK' }),
      prep({ user_data: '0xa2' }),
      submit(2),
      settle,
      drain('r0', own(EBADF), cqe('0xa2', ECANCELED)),
      drain('r1'),
    ],
  ],
  ['a waiter returns early', [...two, wait(), returned({ value: 0 }), settle, drain('r1')]],
  [
    'the ring is closed under a waiter, whose time is then over',
    [
      ...two,
      wait({ timeout_ms: 5 }),
      [{ op: 'close', fd: 'r1' }, ok],
      settle,
      returned({ error: 'ETIME' }, 6_000),
    ],
  ],
  [
    'a refused enter drains nothing',
    [
      ...sent,
      [
        { op: 'drain', ring: 'r1', actor: 't1' },
        { error: 'EEXIST', cqes: [] },
      ],
    ],
  ],
  [
    'memory is back: nothing is owed for what was lost on a deferred target',
    [
      setup('r0'),
      setup('r1', deferred),
      memory('exhausted'),
      prep(),
      submit(),
      memory('restored'),
      settle,
      drain('r0', own(0)),
      drain('r1'),
    ],
  ],
];

describe('where the page is silent nothing is accused', () => {
  test.each(open)('%s', (_title, lines) => expect(verdict(lines).refused).toBeNull());
});

/** A choice is made once. */
const inconstant: readonly (readonly [title: string, lines: readonly Line[]])[] = [
  [
    'a closed descriptor answered in two ways',
    [
      setup('r0'),
      prep({ fd: '@closed' }),
      submit(),
      prep({ fd: '@closed', user_data: '0xa2' }),
      submit(),
      settle,
      drain('r0', own(EBADF), cqe('0xa2', EBADFD)),
    ],
  ],
  [
    'success is zero and then positive',
    [
      ...two,
      prep(),
      submit(),
      prep({ user_data: '0xa2' }),
      submit(),
      settle,
      drain('r0', own(0), cqe('0xa2', 1)),
    ],
  ],
  [
    'flags set on one message and not on the next',
    [
      ...two,
      prep(),
      prep({ data: '0xd2' }),
      submit(2),
      settle,
      drain('r1', message(), message(7, '0xd2', 4)),
    ],
  ],
];

describe('a system chooses once', () => {
  test.each(inconstant)('%s is refused', (_title, lines) => expect(verdict(lines).verdict).toBe('refused'));
});

describe('a trace that could not have failed exercises nothing', () => {
  const clause = 'msg-ring/wait/no-early-timeout';
  test.each([
    { timeout_ms: 5, exercised: true },
    // The clock is no finer than a millisecond: a time-out that comes at once is none that came early.
    { timeout_ms: 1, exercised: false },
    { timeout_ms: 0, exercised: false },
  ])(`${clause} by a wait of $timeout_ms ms: $exercised`, ({ timeout_ms, exercised }) => {
    const { verdict: judged, entries } = verdict([
      ...two,
      wait({ timeout_ms }),
      returned({ error: 'ETIME' }, 6_000),
      settle,
    ]);
    expect(judged).toBe('accepted');
    expect(exercisedBy(entries).has(clause)).toBe(exercised);
  });
});
