/**
 * Every rule in pairs: a trace that the page permits, and the nearest one that it does not. The expectations come from
 * its sentences (spec/rsm/clauses.json), not from what the machine does.
 */

import { describe, expect, test } from 'vitest';
import { type ClauseId, clauseFile, type Result, type Step, type TraceEvent } from '#spec/index';
import { accept } from '../acceptance.ts';
import { exercisedBy } from '../entry.ts';
import { rsm } from './machine.ts';
import { points } from './points.ts';

/** A step with what it returned; the return of a call that was begun; time that passes. */
type Line = readonly [step: Step | 'returned' | 'later', result?: Result | number];
interface Pair {
  readonly clause: ClauseId;
  readonly accepts: readonly Line[];
  readonly refuses: readonly Line[];
}

const ok: Result = {};
const settle: Line = [{ op: 'settle' }];
const later = (ms: number): Line => ['later', ms];
const by = (actor: string, [step, result = ok]: Line): Line => [{ ...(step as Step), actor }, result];
const on = (op: string, seg: string, error?: string, actor = 't0'): Line => [
  { op, seg, actor } as Step,
  error === undefined ? ok : { error },
];
const segment = (as = 's0'): readonly Line[] => [[{ op: 'create', as }, ok], on('publish', as)];
const connect = (as: string, actor: string, to = 's0'): Line => [{ op: 'connect', to, as, actor }, ok];
const post = (seg: string, actor = 't0', error?: string): Line => on('post', seg, error, actor);
const single = (seg: string, actor = 't0'): Line => [{ op: 'post', seg, actor, flags: 'NO_ACCUMULATE' }, ok];
const wait = (seg: string, actor: string, error?: string, timeout_ms = 0): Line => [
  { op: 'wait', seg, actor, timeout_ms },
  error === undefined ? ok : { error },
];
const begins = (seg: string, timeout_ms: number, actor = 't1', begin = 'w0'): Line => [
  { op: 'wait', seg, timeout_ms, actor, begin },
];
const returned = (step: number, error?: string): Line => [
  'returned',
  { step, ...(error !== undefined && { error }) },
];
const interrupt = (who: string): Line => [{ op: 'interrupt', who }, ok];
const get = (seg: string, actor = 't0', result: Result = { fd: 'valid', event: 'set' }): Line => [
  { op: 'get_pollfd', seg, actor },
  result,
];
const release = (seg: string, actor = 't0', error?: string): Line => on('release_pollfd', seg, error, actor);
const poll = (seg: string, value: number, actor = 't0'): Line => [{ op: 'poll', seg, actor }, { value }];
const link = (state: string): Line => [{ op: 'link', state }, ok];

/** A trace of these lines: a millisecond between two, unless time is let pass. */
const verdict = (lines: readonly Line[], relaxed: ClauseId | null = null, profile = 'docs') => {
  const steps: Step[] = [];
  const events: TraceEvent[] = [];
  let at = 0;
  for (const [step, result] of lines) {
    at += 10;
    if (step === 'later') {
      at += 1_000 * Number(result);
      continue;
    }
    if (step === 'returned') {
      const { step: number, ...seen } = result as Result;
      events.push({ event: 'return', step: Number(number), at, result: seen });
      continue;
    }
    const place = steps.push(step) - 1;
    if (step.op === 'settle') events.push({ event: 'settle', step: place, at });
    else if (step.begin !== undefined) events.push({ event: 'call', step: place, at });
    else events.push({ event: 'ran', step: place, at, result: (result ?? ok) as Result });
  }
  const choices = clauseFile('rsm').profiles?.find(({ id }) => id === profile)?.choices;
  return accept(rsm, steps, events, { relaxed, choices: points.open(choices) });
};

/** Two traces with one beginning. */
const pair = (
  clause: string,
  start: readonly Line[],
  accepts: readonly Line[],
  refuses: readonly Line[],
): Pair => ({
  clause: `rsm/${clause}` as ClauseId,
  accepts: [...start, ...accepts],
  refuses: [...start, ...refuses],
});

const two = [...segment(), connect('c0', 't2')];
/** The connection was cut off, and its segment is published again. */
const stale = [...two, on('unpublish', 's0'), on('publish', 's0')];
const three = [...two, connect('c1', 't3')];
const pending = [...two, post('c0', 't2'), settle];
const mapped = [...two, on('map', 'c0', undefined, 't2')];
const counted = [...segment(), get('s0')];
/** An event is pending for one of two importers, and with the flag the other one gets none for it. */
const ofSegment = [
  ...segment(),
  connect('c1', 't3'),
  post('s0'),
  settle,
  connect('c0', 't2'),
  single('s0'),
  settle,
  wait('c0', 't2', 'TIMEOUT'),
];
const far = [...segment(), connect('c0', 't3'), link('cut'), settle];

const pairs: readonly Pair[] = [
  pair('post/either-handle', two, [post('s0')], [post('s0', 't0', 'BAD_SEG_HNDL')]),
  pair('post/either-handle', two, [post('c0', 't2')], [post('c0', 't2', 'BAD_SEG_HNDL')]),
  pair('post/returns-zero', two, [post('c0', 't2')], [post('c0', 't2', 'CONN_ABORTED')]),
  pair('post/import-signals-exporter', pending, [wait('s0', 't0')], [wait('s0', 't0', 'TIMEOUT')]),
  pair(
    'post/export-signals-importers',
    [...three, post('s0'), settle, wait('c0', 't2')],
    [wait('c1', 't3')],
    [wait('c1', 't3', 'TIMEOUT')],
  ),
  pair(
    'post/siblings-silent',
    [...three, post('c0', 't2'), settle],
    [wait('c1', 't3', 'TIMEOUT')],
    [wait('c1', 't3')],
  ),
  pair(
    'post/own-handle-silent',
    [...two, post('s0'), settle],
    [wait('s0', 't0', 'TIMEOUT')],
    [wait('s0', 't0')],
  ),
  pair(
    'post/later-importers-silent',
    [...two, post('s0'), settle, connect('c1', 't3'), settle],
    [wait('c1', 't3', 'TIMEOUT')],
    [wait('c1', 't3')],
  ),
  pair(
    'post/no-accumulate',
    [...pending, single('c0', 't2'), settle, wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
    [wait('s0', 't0')],
  ),
  pair(
    'post/no-accumulate-first',
    [...two, single('c0', 't2'), settle],
    [wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
  ),
  pair(
    'post/accumulates',
    [...pending, post('c0', 't2'), settle, wait('s0', 't0')],
    [wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
  ),
  pair('post/null-handle', [], [post('@null', 't0', 'BAD_SEG_HNDL')], [post('@null')]),
  pair('post/unreachable', far, [post('c0', 't3', 'REMOTE_NODE_UNREACHABLE')], [post('c0', 't3')]),
  pair(
    'post/unreachable',
    far,
    [post('s0', 't0', 'REMOTE_NODE_UNREACHABLE')],
    [post('s0', 't0', 'CONN_ABORTED')],
  ),
  pair('wait/either-handle', pending, [wait('s0', 't0')], [wait('s0', 't0', 'BAD_SEG_HNDL')]),
  pair(
    'wait/timeout',
    [...two, later(1)],
    [later(20), wait('s0', 't0', 'TIMEOUT', 20)],
    [wait('s0', 't0', 'TIMEOUT', 20)],
  ),
  pair('wait/timer-expired', two, [wait('s0', 't0', 'TIMEOUT')], [wait('s0', 't0', 'CONN_ABORTED')]),
  pair(
    'wait/infinite',
    [...two, begins('s0', -1), settle, post('c0', 't2')],
    [returned(3), settle],
    [settle],
  ),
  pair('wait/infinite', pending, [wait('s0', 't0', undefined, -1)], [wait('s0', 't0', 'TIMEOUT', -1)]),
  pair('wait/success', pending, [wait('s0', 't0')], [wait('s0', 't0', 'TIMEOUT')]),
  pair(
    'wait/success',
    [...two, begins('s0', 1_000), settle, post('c0', 't2')],
    [returned(3), settle],
    [settle],
  ),
  pair(
    'wait/interrupted',
    [...two, begins('s0', -1), settle, interrupt('t1')],
    [returned(3, 'INTERRUPTED'), settle],
    [settle],
  ),
  pair(
    'wait/interrupted',
    [...two, begins('s0', -1), settle, interrupt('t1')],
    [returned(3, 'INTERRUPTED'), settle],
    [returned(3, 'CTLR_NOT_PRESENT'), settle],
  ),
  pair('wait/null-handle', [], [wait('@null', 't0', 'BAD_SEG_HNDL')], [wait('@null', 't0', 'TIMEOUT')]),
  pair('wait/only-events', two, [wait('s0', 't0', 'TIMEOUT')], [wait('s0', 't0')]),
  pair(
    'wait/consumes',
    [...pending, post('c0', 't2'), settle, wait('s0', 't0')],
    [wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
  ),
  pair(
    'wait/rival-timeout',
    [...two, begins('s0', -1), begins('s0', -1, 't0', 'w1'), settle, by('t2', post('c0', 't2'))],
    [returned(3), settle, post('c0', 't2'), returned(4), settle],
    [returned(3), returned(4, 'TIMEOUT'), settle],
  ),
  pair(
    'wait/keeps-event',
    [...two, begins('s0', 20), settle, later(30), returned(3, 'TIMEOUT'), post('c0', 't2'), settle],
    [wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
  ),
  pair('pollfd/filled', segment(), [get('s0')], [get('s0', 't0', { fd: 'valid', event: 'none' })]),
  pair('pollfd/filled', two, [get('c0', 't2')], [get('c0', 't2', { error: 'BAD_SEG_HNDL' })]),
  pair('pollfd/poll-reports', [...pending, get('s0')], [poll('s0', 1)], [poll('s0', 0)]),
  pair('pollfd/only-events', [...two, get('s0')], [poll('s0', 0)], [poll('s0', 1)]),
  pair(
    'pollfd/needs-published',
    [[{ op: 'create', as: 's0' }, ok]],
    [get('s0', 't0', { error: 'SEG_NOT_PUBLISHED' })],
    [get('s0')],
  ),
  pair(
    'pollfd/counted',
    [...counted, get('s0'), release('s0')],
    [on('unpublish', 's0', 'POLLFD_IN_USE')],
    [on('unpublish', 's0')],
  ),
  pair('pollfd/null-handle', [], [get('@null', 't0', { error: 'BAD_SEG_HNDL' })], [get('@null')]),
  pair('release/counts-down', counted, [release('s0')], [release('s0', 't0', 'BAD_SEG_HNDL')]),
  pair(
    'release/counts-down',
    [...counted, release('s0')],
    [on('unpublish', 's0')],
    [on('unpublish', 's0', 'POLLFD_IN_USE')],
  ),
  pair('release/null-handle', [], [release('@null', 't0', 'BAD_SEG_HNDL')], [release('@null')]),
  pair('gate/unpublish', counted, [on('unpublish', 's0', 'POLLFD_IN_USE')], [on('unpublish', 's0')]),
  pair('gate/destroy', counted, [on('destroy', 's0', 'POLLFD_IN_USE')], [on('destroy', 's0')]),
  pair(
    'gate/unmap',
    [...mapped, get('c0', 't2')],
    [on('unmap', 'c0', 'POLLFD_IN_USE', 't2')],
    [on('unmap', 'c0', undefined, 't2')],
  ),
  pair(
    'gate/reopens',
    [...counted, release('s0')],
    [on('unpublish', 's0')],
    [on('unpublish', 's0', 'POLLFD_IN_USE')],
  ),
  pair(
    'gate/changes-nothing',
    [...two, get('s0'), on('unpublish', 's0', 'POLLFD_IN_USE'), post('c0', 't2'), settle],
    [wait('s0', 't0')],
    [wait('s0', 't0', 'TIMEOUT')],
  ),
];

describe.each(pairs)('$clause', ({ clause, accepts, refuses }) => {
  test('takes the trace that is permitted, and says that it was tested', () => {
    const judged = verdict(accepts);
    expect(judged.refused).toBeNull();
    expect([...exercisedBy(judged.entries)]).toContain(clause);
  });

  test('refuses the nearest one that is not, and takes it once the clause is given up', () => {
    expect(verdict(refuses).verdict).toBe('refused');
    expect(verdict(refuses, clause).verdict).toBe('accepted');
  });
});

test('every clause that the machine checks has its pair', () => {
  const paired = new Set<string>(pairs.map(({ clause }) => clause));
  expect(rsm.clauses.length).toBeGreaterThan(30);
  expect(rsm.clauses.filter((clause) => !paired.has(clause))).toEqual([]);
});

/** What the page leaves open: each of these is taken. */
const open: Readonly<Record<string, readonly (readonly Line[])[]>> = {
  'an event may still be on its way': [
    [...two, post('c0', 't2'), wait('s0', 't0', 'TIMEOUT'), settle, wait('s0', 't0')],
    [...two, post('c0', 't2'), wait('s0', 't0')],
  ],
  'events posted with the flag at one time may be one or two': [
    [...two, single('c0', 't2'), single('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0', 'TIMEOUT')],
    [...two, single('c0', 't2'), single('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0')],
  ],
  'for whom the pending event counts': [
    [...three, post('s0'), settle, wait('c1', 't3'), single('s0'), settle, wait('c1', 't3')],
    [...three, post('s0'), settle, wait('c1', 't3'), single('s0'), settle, wait('c1', 't3', 'TIMEOUT')],
  ],
  'event and deadline together': [
    [...two, begins('s0', 20), settle, later(30), post('c0', 't2'), returned(3), settle],
    [
      ...two,
      begins('s0', 20),
      settle,
      later(30),
      post('c0', 't2'),
      returned(3, 'TIMEOUT'),
      settle,
      wait('s0', 't0'),
    ],
  ],
  'event and interruption together': [
    [...two, begins('s0', -1), settle, post('c0', 't2'), interrupt('t1'), returned(3), settle],
    [
      ...two,
      begins('s0', -1),
      settle,
      post('c0', 't2'),
      interrupt('t1'),
      returned(3, 'INTERRUPTED'),
      settle,
      wait('s0', 't0'),
    ],
  ],
  'a wait with an end may be interrupted, or not': [
    [...two, begins('s0', 1_000), settle, interrupt('t1'), returned(3, 'INTERRUPTED'), settle],
    [...two, begins('s0', 1_000), settle, interrupt('t1'), settle],
  ],
  'which of two waiters is woken': [
    [...two, begins('s0', -1), begins('s0', -1, 't0', 'w1'), settle, post('c0', 't2'), returned(3), settle],
    [...two, begins('s0', -1), begins('s0', -1, 't0', 'w1'), settle, post('c0', 't2'), returned(4), settle],
  ],
  'poll consumes, or does not': [
    [...pending, get('s0'), poll('s0', 1), poll('s0', 1)],
    [...pending, get('s0'), poll('s0', 1), poll('s0', 0)],
  ],
  'pending events outlive unpublishing, or do not': [
    [...pending, on('unpublish', 's0'), wait('s0', 't0')],
    [...pending, on('unpublish', 's0'), wait('s0', 't0', 'TIMEOUT')],
  ],
  'a release at count zero': [
    [...segment(), release('s0')],
    [...segment(), release('s0', 't0', 'BAD_SEG_HNDL')],
  ],
  'a post on a segment that was never published': [
    [[{ op: 'create', as: 's0' }, ok], post('s0')],
    [[{ op: 'create', as: 's0' }, ok], post('s0', 't0', 'SEG_NOT_PUBLISHED')],
  ],
  'a post on a connection that was cut off': [
    [...two, on('unpublish', 's0'), post('c0', 't2')],
    [...two, on('unpublish', 's0'), post('c0', 't2', 'CONN_ABORTED')],
  ],
  'a connection that was cut off has a part in later events, or has not': [
    [...stale, post('c0', 't2'), single('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0', 'TIMEOUT')],
    [...stale, single('c0', 't2'), post('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0')],
    [...stale, post('c0', 't2'), single('c0', 't2'), settle, wait('s0', 't0', 'TIMEOUT')],
  ],
  'the count is one for the segment': [
    [...two, get('c0', 't2'), on('unpublish', 's0', 'POLLFD_IN_USE')],
    [...two, get('c0', 't2'), on('unpublish', 's0')],
  ],
  'disconnecting with a count': [
    [...two, get('c0', 't2'), on('disconnect', 'c0', 'POLLFD_IN_USE', 't2')],
    [...two, get('c0', 't2'), on('disconnect', 'c0', undefined, 't2')],
  ],
  'a wait ends with its segment, or does not': [
    [...two, begins('c0', -1, 't2'), settle, on('unpublish', 's0'), returned(3, 'CONN_ABORTED'), settle],
    [...two, begins('c0', -1, 't2'), settle, on('unpublish', 's0'), settle],
  ],
  'nobody ends a wait on a segment that was destroyed': [
    [
      ...segment(),
      begins('s0', -1),
      settle,
      on('unpublish', 's0'),
      on('destroy', 's0'),
      settle,
      ['returned', { step: 2, skipped: 'nobody ended the wait' }],
      settle,
    ],
  ],
  'some of the importers cannot be reached': [
    [...three, link('cut'), settle, post('s0')],
    [...three, link('cut'), settle, post('s0', 't0', 'REMOTE_NODE_UNREACHABLE')],
  ],
  'what is pending for an importer that cannot be reached': [
    [...ofSegment, link('cut'), settle, single('s0'), settle, wait('c0', 't2')],
    [...ofSegment, link('cut'), settle, single('s0'), settle, wait('c0', 't2', 'TIMEOUT')],
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
      'poll consumes and does not',
      [
        ...pending,
        post('c0', 't2'),
        settle,
        get('s0'),
        poll('s0', 1),
        wait('s0', 't0'),
        wait('s0', 't0', 'TIMEOUT'),
        post('c0', 't2'),
        settle,
        poll('s0', 1),
        wait('s0', 't0'),
      ],
    ],
    [
      'the flag counts for the segment and then for one importer',
      [...ofSegment, single('s0'), settle, wait('c0', 't2')],
    ],
    [
      'a connection that was cut off is heard, and its second event is not dropped',
      [...stale, post('c0', 't2'), settle, single('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0')],
    ],
    [
      'a connection that was cut off is heard once of two times',
      [...stale, post('c0', 't2'), post('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0', 'TIMEOUT')],
    ],
    [
      'a release at zero, answered in two ways',
      [...segment(), release('s0'), release('s0', 't0', 'BAD_SEG_HNDL')],
    ],
  ] as const)('%s is refused', (_title, lines) => expect(verdict(lines).verdict).toBe('refused'));
});

describe('under the profile of illumos', () => {
  test.each([
    ['the flag is ignored', [...pending, single('c0', 't2'), settle, wait('s0', 't0'), wait('s0', 't0')]],
    ['a segment in use is unpublished', [...counted, on('unpublish', 's0')]],
    ['a segment that is not published has a pollfd', [[{ op: 'create', as: 's0' }, ok], get('s0')]],
    ['a post to nobody succeeds', [...far, post('s0')]],
  ] as readonly (readonly [string, readonly Line[]])[])('%s', (_title, lines) => {
    expect(verdict(lines, null, 'illumos').refused).toBeNull();
    expect(verdict(lines).verdict).toBe('refused');
  });
});
