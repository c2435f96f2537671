/** wait: events, time and interruptions, whichever comes first. Where they race each of them may win. */

import type { ClauseId, Result, Step } from '#spec/index';
import { numberOf, textOf, usualOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Breach,
  type Context,
  classOf,
  goesOn,
  type Outcome,
  type Successor,
  skips,
  to,
} from '../outcome.ts';
import { proves } from './points.ts';
import { absent, nullHandle, silences } from './posting.ts';
import {
  type Handle,
  handleOf,
  including,
  noneArrived,
  type Pending,
  processOf,
  type State,
  type Thread,
  taken,
  threadOf,
  withHandle,
  withThread,
} from './state.ts';

const usual = usualOf('rsm', 'wait');
const INSIDE = 'inside';
const FOREVER = -1;

const expired: ClauseId = 'rsm/wait/timer-expired';
const inTime: ClauseId = 'rsm/wait/timeout';
const either: ClauseId = 'rsm/wait/either-handle';
const interruption: ClauseId = 'rsm/wait/interrupted';

/** What is known of one wait. */
interface Waiting {
  readonly number: number;
  readonly handle: Handle;
  readonly thread: number;
  readonly timeoutMs: number;
  readonly situation: Breach['situation'];
}

export const wait = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const thread = threadOf(c.actor);
  const process = processOf(thread);
  const name = textOf(step.seg);
  if (name === '@null') return nullHandle(c, s, 'wait', 'rsm/wait/null-handle');
  if (s.killed[process]) return absent(s);
  if (step.begin !== undefined && c.phase === null) {
    if (handleOf(s, process, name) < 0) return absent(s);
    return [
      goesOn(silences, INSIDE, withThread(s, thread, { inside: 'maybe', interrupted: 'no' })),
      skips(silences, s),
    ];
  }
  // A handle that has gone while somebody waits on it says nothing any more.
  const number = s.handles.findIndex((one) => one.name === name && one.process === process);
  const handle = s.handles[number];
  if (handle === undefined) return absent(s);
  if (handle.phase === 'gone')
    return c.phase === null ? absent(s) : [anything(s, thread), skips(silences, left(s, { thread }))];
  const w: Waiting = {
    number,
    handle,
    thread,
    timeoutMs: numberOf(step.timeout_ms ?? usual.timeout_ms),
    situation: { handle: handle.kind },
  };
  return [
    succeeds(c, s, w),
    ...(w.timeoutMs === FOREVER ? forever(c, s, w) : [timesOut(c, s, w)]),
    ...interrupted(c, s, w),
    ...released(c, s, w),
    // An agent ends what nobody ends, and says so.
    ...(c.phase === null || w.timeoutMs === FOREVER ? [skips(silences, left(s, w))] : []),
  ];
};

/** The thread has left the wait. */
const left = (s: State, { thread }: Pick<Waiting, 'thread'>): State =>
  (s.threads[thread] as Thread).inside === 'no' && (s.threads[thread] as Thread).interrupted === 'no'
    ? s
    : withThread(s, thread, { inside: 'no', interrupted: 'no' });

const anything = (s: State, thread: number): Outcome<State> => ({
  clauses: [silences],
  permits: 'any return',
  may: true,
  accept: (seen) =>
    seen.skipped === undefined ? [to(withThread(s, thread, { inside: 'no', interrupted: 'no' }))] : [],
  why: classOf,
  sample: () => ({ error: 'TIMEOUT' }),
});

const breachOf = (w: Waiting, clause: ClauseId, observed: string, permitted: string): Breach => ({
  clause,
  operation: 'wait',
  observed,
  permitted: [permitted],
  situation: w.situation,
});

/** An event is there for certain. */
const isThere = ({ low, flying }: Pending): boolean => low - flying >= 1;

const succeeds = (c: Context, s: State, w: Waiting): Outcome<State> => {
  const { pending } = w.handle;
  const demanded: readonly [ClauseId, ...ClauseId[]] = [
    w.timeoutMs === FOREVER ? 'rsm/wait/infinite' : 'rsm/wait/success',
    'rsm/wait/success',
    either,
    ...pending.by,
  ];
  return {
    clauses: demanded,
    permits: pending.high > 0 ? 'success' : 'no success without an event',
    may: pending.low < 1,
    situation: w.situation,
    accept: (seen) => {
      if (seen.error !== undefined || seen.skipped !== undefined) return [];
      if (pending.high === 0) {
        const { relaxed } = c;
        const isBlamed = relaxed === 'rsm/wait/only-events' || pending.silent.some((one) => one === relaxed);
        return relaxed !== null && isBlamed
          ? [to(left(s, w), [], [], breachOf(w, relaxed, 'success', 'no success without an event'))]
          : [];
      }
      const tested: ClauseId[] =
        isThere(pending) && c.alone ? ['rsm/wait/success', either, ...pending.by] : [];
      if (isThere(pending) && c.alone && w.timeoutMs === FOREVER) tested.push('rsm/wait/infinite');
      if (w.timeoutMs === FOREVER && !c.alone && !isPossible(c, proves.timeoutWithRivals))
        tested.push('rsm/wait/rival-timeout');
      const wakes = pending.low > 0 ? demanded : [];
      return consumed(c, left(s, w), w.number, pending).map(({ state, narrows }) => ({
        ...to(state, tested, narrows),
        wakes,
      }));
    },
    why: classOf,
    ...(pending.high > 0 && { sample: () => ({}) }),
  };
};

/** One event is taken, or all that have arrived. */
const isPossible = ({ choices }: Context, [point, mask]: Narrowing): boolean =>
  ((choices[point] ?? 0) & mask) !== 0;

const consumed = (
  c: Context,
  s: State,
  number: number,
  pending: Pending,
): readonly { readonly state: State; readonly narrows: readonly Narrowing[] }[] => {
  const rest = taken(pending);
  const isDemanded = rest.low > 0 && !isPossible(c, proves.allEvents);
  const by = isDemanded ? including(rest.by, 'rsm/wait/consumes') : rest.by;
  const one = withHandle(s, number, { pending: { ...rest, by } });
  if (pending.high <= 1) return [{ state: one, narrows: [] }];
  const left = Math.min(pending.high - 1, pending.flying);
  const all = withHandle(s, number, {
    pending: { ...pending, low: 0, high: left, flying: left, by: [] },
  });
  return [
    { state: one, narrows: [proves.oneEvent] },
    { state: all, narrows: [proves.allEvents] },
  ];
};

/** Without success an event that is pending stays so. */
const unsuccessful = (s: State, w: Waiting, isAlone: boolean): State => {
  const { pending } = w.handle;
  const next = isAlone ? noneArrived(pending) : pending;
  const watched = next.low > 0 ? { ...next, by: including(next.by, 'rsm/wait/keeps-event') } : next;
  return watched === pending && w.handle.waited
    ? left(s, w)
    : left(withHandle(s, w.number, { pending: watched, waited: true }), w);
};

/** It consumed an event all the same. */
const lost = (c: Context, s: State, w: Waiting, observed: string): readonly Successor<State>[] => {
  const clause: ClauseId = 'rsm/wait/keeps-event';
  const { pending } = w.handle;
  if (c.relaxed !== clause || pending.high === 0) return [];
  const after = left(withHandle(s, w.number, { pending: taken(pending) }), w);
  return [to(after, [], [], breachOf(w, clause, `${observed} and an event is gone`, 'no event is consumed'))];
};

const timesOut = (c: Context, s: State, w: Waiting): Outcome<State> => {
  const { pending } = w.handle;
  const passedUs = c.nowUs - c.beganUs;
  const isOver = passedUs >= w.timeoutMs * 1_000 - c.granularityUs;
  const isOverdue = passedUs >= w.timeoutMs * 1_000 + c.slackUs;
  const situation = w.situation;
  return {
    clauses: [inTime, expired],
    permits: isOver ? 'TIMEOUT' : 'no TIMEOUT yet',
    may: !isOverdue,
    situation,
    accept: (seen) => {
      if (seen.error === undefined || seen.skipped !== undefined || seen.error === 'INTERRUPTED') return [];
      return timedOut(c, s, w, seen, isOver);
    },
    why: classOf,
    ...(isOver && !isThere(pending) && { sample: () => ({ error: 'TIMEOUT' }) }),
  };
};

const timedOut = (
  c: Context,
  s: State,
  w: Waiting,
  seen: Result,
  isOver: boolean,
): readonly Successor<State>[] => {
  const { pending } = w.handle;
  const { relaxed } = c;
  const error = String(seen.error);
  if (error !== 'TIMEOUT') {
    // A handle of a kind that is not taken is an invalid one.
    const isBlamed = (isOver && relaxed === expired) || (relaxed === either && error === 'BAD_SEG_HNDL');
    return relaxed !== null && isBlamed
      ? [to(unsuccessful(s, w, false), [], [], breachOf(w, relaxed, error, 'TIMEOUT'))]
      : [];
  }
  if (!isOver)
    return relaxed === inTime
      ? [to(unsuccessful(s, w, false), [], [], breachOf(w, inTime, 'TIMEOUT too early', 'no TIMEOUT yet'))]
      : [];
  if (c.alone && isThere(pending)) {
    if (relaxed === null || !(relaxed === 'rsm/wait/success' || pending.by.includes(relaxed))) return [];
    const gone = left(withHandle(s, w.number, { pending: taken(pending) }), w);
    const breach = breachOf(w, relaxed, 'TIMEOUT', 'success');
    // It was not noticed, or it is not there.
    return [to(relaxed === 'rsm/wait/success' ? unsuccessful(s, w, false) : gone, [], [], breach)];
  }
  const tested: ClauseId[] = [expired, either];
  // What ends at once cannot end too early.
  if (w.timeoutMs * 1_000 > c.granularityUs) tested.push(inTime);
  if (pending.high === 0) tested.push('rsm/wait/only-events', ...pending.silent);
  return [to(unsuccessful(s, w, c.alone), tested), ...lost(c, s, w, 'TIMEOUT')];
};

/** A wait without end times out in breach, unless another waiter may have taken the event. */
const forever = (c: Context, s: State, w: Waiting): readonly Outcome<State>[] => {
  const clause: ClauseId = 'rsm/wait/rival-timeout';
  return [
    {
      clauses: [clause],
      permits: 'no TIMEOUT',
      may: true,
      situation: w.situation,
      accept: (seen) => {
        if (seen.error !== 'TIMEOUT') return [];
        const after = unsuccessful(s, w, false);
        if (!c.alone) {
          const free = to(after, [], [proves.timeoutWithRivals]);
          return c.relaxed === clause
            ? [free, to(after, [], [], breachOf(w, clause, 'TIMEOUT', 'no TIMEOUT'))]
            : [free];
        }
        return c.relaxed === 'rsm/wait/infinite'
          ? [to(after, [], [], breachOf(w, 'rsm/wait/infinite', 'TIMEOUT', 'no TIMEOUT'))]
          : [];
      },
      why: classOf,
      ...(!c.alone && { sample: () => ({ error: 'TIMEOUT' }) }),
    },
  ];
};

const interrupted = (c: Context, s: State, w: Waiting): readonly Outcome<State>[] => {
  const signal = (s.threads[w.thread] as Thread).interrupted;
  if (signal === 'no') return [];
  const isDemanded = w.timeoutMs === FOREVER && signal === 'surely';
  return [
    {
      clauses: [interruption],
      permits: 'INTERRUPTED',
      may: !isDemanded,
      situation: w.situation,
      accept: (seen) => {
        if (seen.error === undefined || seen.skipped !== undefined || seen.error === 'TIMEOUT') return [];
        if (seen.error === 'INTERRUPTED')
          return [
            {
              ...to(unsuccessful(s, w, false), isDemanded ? [interruption] : []),
              wakes: isDemanded ? [interruption] : [],
            },
            ...lost(c, s, w, 'INTERRUPTED'),
          ];
        return c.relaxed === interruption
          ? [to(unsuccessful(s, w, false), [], [], breachOf(w, interruption, seen.error, 'INTERRUPTED'))]
          : [];
      },
      why: classOf,
      sample: () => ({ error: 'INTERRUPTED' }),
    },
  ];
};

/** A wait may end with its segment. */
const released = (c: Context, s: State, w: Waiting): readonly Outcome<State>[] => {
  const { phase } = w.handle;
  if (c.phase === null || (phase !== 'cut' && phase !== 'unpublished')) return [];
  return [
    {
      clauses: [silences],
      permits: 'any error',
      may: true,
      accept: (seen) =>
        seen.error === undefined || seen.error === 'TIMEOUT' || seen.error === 'INTERRUPTED'
          ? []
          : [to(unsuccessful(s, w, false), [], [proves.waiterReleased])],
      why: classOf,
      sample: () => ({ error: 'CONN_ABORTED' }),
    },
  ];
};
