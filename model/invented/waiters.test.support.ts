/**
 * Waiters with time-outs, after the manner of remote shared memory: events are counted per handle; a wait consumes one,
 * or times out, or is interrupted. A wait enters first (a phase), because a signal reaches only who is waiting.
 *
 * Conventions: `c` context, `s` state, `timeout_ms` is -1 for ever and 0 for asking without waiting.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import type { Machine } from '../machine.ts';
import {
  type Breach,
  type Context,
  classOf,
  goesOn,
  type Outcome,
  returns,
  type Successor,
  to,
} from '../outcome.ts';
import { plain, record, table, whole } from '../shape.ts';
import { choiceOf, clause, type Invention, pointsOf, unvisited } from './invention.test.support.ts';

export const waiterClauses = {
  wakes: clause('waiters/wait/event-wakes'),
  consumes: clause('waiters/wait/consumes-one'),
  notEarly: clause('waiters/timeout/not-early'),
  comes: clause('waiters/timeout/comes'),
  interrupts: clause('waiters/interrupt/ends-the-wait'),
  rivals: clause('waiters/timeout/rivals'),
  scaffold: clause('waiters/scaffold'),
} as const;
const { wakes, consumes, notEarly, comes, interrupts, rivals, scaffold } = waiterClauses;

interface State {
  /** Events not consumed, by handle. */
  readonly counts: Readonly<Record<string, number>>;
  /** Who is waiting; true when a signal came meanwhile. */
  readonly waiting: Readonly<Record<string, boolean>>;
}

/** May an infinite wait with rivals say that its time is over? */
const points = pointsOf({ 'timeout@rivals': ['forbidden', 'allowed'] });

const count = (s: State, handle: string, change: number): State => ({
  ...s,
  counts: { ...s.counts, [handle]: (s.counts[handle] ?? 0) + change },
});

const leave = (s: State, actor: string): State => {
  const { [actor]: _, ...waiting } = s.waiting;
  return { ...s, waiting };
};

const call = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  switch (step.op) {
    case 'post':
      return [returns(c, scaffold, {}, () => count(s, String(step.handle), 1), { operation: 'post' })];
    case 'signal': {
      const whom = String(step.whom);
      const next = whom in s.waiting ? { ...s, waiting: { ...s.waiting, [whom]: true } } : s;
      return [returns(c, scaffold, {}, () => next, { operation: 'signal' })];
    }
    default:
      return wait(c, s, step);
  }
};

const wait = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { actor, phase } = c;
  if (step.timeout_ms === 0) return atOnce(c, s, step);
  if (phase === null)
    return [goesOn(scaffold, 'waiting', { ...s, waiting: { ...s.waiting, [actor]: false } })];
  const outcomes: Outcome<State>[] = [];
  if (holds(s, step)) outcomes.push(consumed(c, s, step));
  const timeout = timeOut(c, s, Number(step.timeout_ms));
  if (timeout) outcomes.push(timeout);
  if (s.waiting[actor] === true)
    outcomes.push(
      pattern(interrupts, { error: 'INTERRUPTED' }, [{ ...to(leave(s, actor)), wakes: [interrupts] }]),
    );
  return outcomes;
};

const holds = (s: State, step: Step): boolean => (s.counts[String(step.handle)] ?? 0) > 0;

/** Asks without waiting. */
const atOnce = (c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  holds(s, step)
    ? [consumed(c, s, step)]
    : [returns(c, comes, { error: 'TIMEOUT' }, () => s, { operation: 'wait' })];

/** An event is consumed with success, and only with it. */
const consumed = (c: Context, s: State, step: Step): Outcome<State> => {
  const { actor, relaxed } = c;
  const left = leave(s, actor);
  const fits: Successor<State> = { ...to(count(left, String(step.handle), -1)), wakes: [wakes] };
  return pattern(
    wakes,
    {},
    relaxed === consumes ? [fits, to(left, [], [], breach(consumes, 'success without an event'))] : [fits],
  );
};

/** From the deadline on, give or take the clock's granularity; obligatory at a settle a slack later. */
const timeOut = (c: Context, s: State, timeoutMs: number): Outcome<State> | null => {
  const { actor, relaxed, nowUs, beganUs, granularityUs, slackUs, alone } = c;
  const after = leave(s, actor);
  const seen = { error: 'TIMEOUT' };
  if (timeoutMs < 0)
    return alone
      ? null
      : {
          ...pattern(rivals, seen, [to(after, [], [choiceOf(points, 'timeout@rivals', 'allowed')])]),
          may: true,
        };
  const deadlineUs = beganUs + timeoutMs * 1_000;
  const early = nowUs < deadlineUs - granularityUs;
  if (early && relaxed !== notEarly) return null;
  const next = early
    ? to(after, [], [], breach(notEarly, 'TIMEOUT early'))
    : { ...to(after), wakes: [comes] };
  return { ...pattern(comes, seen, [next]), may: nowUs < deadlineUs + slackUs };
};

const breach = (broken: ClauseId, observed: string): Breach => ({
  clause: broken,
  operation: 'wait',
  observed,
  permitted: [],
  situation: {},
});

const pattern = (cited: ClauseId, result: Result, next: readonly Successor<State>[]): Outcome<State> => ({
  clauses: [cited],
  permits: classOf(result),
  may: false,
  situation: { waiters: 'some' },
  accept: (seen) => (seen.error === result.error ? next : []),
  why: classOf,
  sample: () => result,
});

const machine: Machine<State> = {
  interface: 'waiters',
  points,
  clauses: [wakes, consumes, notEarly, comes, interrupts, rivals],
  initial: { counts: {}, waiting: {} },
  call,
  settled: (s) => s,
  shape: record({ counts: table(whole), waiting: plain() }),
  ...unvisited,
};

export const waiters: Invention<State> = {
  machine,
  steps: [
    { op: 'post', handle: 'a' },
    { op: 'post', handle: 'b' },
    { op: 'wait', handle: 'a', timeout_ms: 0 },
    { op: 'wait', handle: 'a', timeout_ms: -1, actor: 't1' },
    { op: 'wait', handle: 'a', timeout_ms: 2, actor: 't2' },
    { op: 'wait', handle: 'b', timeout_ms: 2, actor: 't3' },
    { op: 'signal', whom: 't1' },
    { op: 'signal', whom: 't2' },
  ],
  overlaps: ({ op, timeout_ms }) => op === 'wait' && timeout_ms !== 0,
  results: ({ op }) =>
    op === 'wait' ? [{}, { error: 'TIMEOUT' }, { error: 'INTERRUPTED' }] : [{}, { error: 'EIO' }],
};
