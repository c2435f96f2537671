/** get_pollfd, release_pollfd and poll: the count, what keeps it from rising, and what poll reports. */

import type { ClauseId, Result, Step } from '#spec/index';
import { textOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Context,
  classOf,
  mayFail,
  type Outcome,
  returns,
  type Successor,
  skips,
  succeeds,
  to,
} from '../outcome.ts';
import { points, prove, proves } from './points.ts';
import { absent, nullHandle, silences } from './posting.ts';
import {
  type Handle,
  handleOf,
  noneArrived,
  type Pending,
  processOf,
  type State,
  taken,
  threadOf,
  withHandle,
} from './state.ts';

const found = (c: Context, s: State, step: Step): number => {
  const process = processOf(threadOf(c.actor));
  return s.killed[process] ? -1 : handleOf(s, process, textOf(step.seg));
};

const counted = (s: State, number: number): State => {
  const { refLow, refHigh, gets } = s.handles[number] as Handle;
  return withHandle(s, number, { refLow: refLow + 1, refHigh: refHigh + 1, gets: gets + 1 });
};

const isValid = ({ fd, event }: Result): boolean => (fd ?? 'valid') === 'valid' && (event ?? 'set') === 'set';

export const getPollfd = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  if (step.seg === '@null') return nullHandle(c, s, 'get_pollfd', 'rsm/pollfd/null-handle');
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const handle = s.handles[number] as Handle;
  const { phase } = handle;
  if (phase === 'cut')
    return [
      succeeds(
        silences,
        () => [to(counted(s, number))],
        () => ({ fd: 'valid', event: 'set' }),
      ),
      mayFail(silences, s),
      skips(silences, s),
    ];
  if (phase !== 'published' && phase !== 'connected')
    return [...ofUnpublished(c, s, number), skips(silences, s)];
  const clause: ClauseId = 'rsm/pollfd/filled';
  const situation = { handle: handle.kind };
  const perhaps = withHandle(s, number, { refHigh: handle.refHigh + 1 });
  return [
    {
      clauses: [clause],
      permits: 'a descriptor and the event',
      may: false,
      situation,
      accept: (seen) => {
        if (seen.skipped !== undefined) return [];
        if (seen.error === undefined && isValid(seen)) return [to(counted(s, number), [clause])];
        if (c.relaxed !== clause) return [];
        const observed = seen.error ?? 'an incomplete structure';
        const breach = { clause, operation: 'get_pollfd', observed, permitted: ['a pollfd'], situation };
        return [to(seen.error === undefined ? counted(s, number) : s, [], [], breach)];
      },
      why: (seen) => (seen.error === undefined ? 'an incomplete structure' : classOf(seen)),
      sample: () => ({ fd: 'valid', event: 'set' }),
    },
    // Without memory it may fail, and may have counted before it did.
    ...(s.exhausted ? [mayFail<State>(silences, perhaps)] : []),
    skips(silences, s),
  ];
};

/** No valid pollfd results; a system that gives one all the same is a choice. */
const ofUnpublished = (c: Context, s: State, number: number): readonly Outcome<State>[] => {
  const clause: ClauseId = 'rsm/pollfd/needs-published';
  const isPossible = ([point, mask]: Narrowing) => ((c.choices[point] ?? 0) & mask) !== 0;
  const { refHigh } = s.handles[number] as Handle;
  const perhaps = withHandle(s, number, { refHigh: refHigh + 1 });
  const isDemanded = !isPossible(proves.pollfdGiven);
  return [
    {
      clauses: [clause],
      permits: 'no valid pollfd',
      may: false,
      accept: (seen) => {
        if (seen.skipped !== undefined) return [];
        const tested: readonly ClauseId[] = isDemanded ? [clause] : [];
        // Without memory a failure says nothing of the segment.
        if (seen.error !== undefined)
          return s.exhausted ? [to(perhaps)] : [to(s, tested, [proves.pollfdRefused])];
        if (!isValid(seen)) return [to(perhaps, tested, [proves.pollfdRefused])];
        if (!isDemanded) return [to(counted(s, number), [], [proves.pollfdGiven])];
        if (c.relaxed !== clause) return [];
        const permitted = ['no valid pollfd'];
        return [
          to(counted(s, number), [], [], {
            clause,
            operation: 'get_pollfd',
            observed: 'a pollfd',
            permitted,
            situation: {},
          }),
        ];
      },
      why: (seen) => (seen.error === undefined ? 'a pollfd' : classOf(seen)),
      sample: () => ({ error: 'SEG_NOT_PUBLISHED' }),
      ...(!isDemanded && { alternatives: () => [{ fd: 'valid', event: 'set' }] }),
    },
  ];
};

export const releasePollfd = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  if (step.seg === '@null') return nullHandle(c, s, 'release_pollfd', 'rsm/release/null-handle');
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { refLow, refHigh, kind } = s.handles[number] as Handle;
  const clause: ClauseId = 'rsm/release/counts-down';
  const after = withHandle(s, number, { refLow: Math.max(0, refLow - 1), refHigh: Math.max(0, refHigh - 1) });
  if (refLow > 0)
    return [
      returns(c, clause, {}, () => after, {
        operation: 'release_pollfd',
        situation: { handle: kind },
        before: s,
      }),
      skips(silences, s),
    ];
  const point = points.number('release@zero');
  const values = points.values(point, c.choices[point] ?? 0);
  return [
    ...values.map((value): Outcome<State> => {
      const error = value === 'success' ? undefined : value;
      const proof = refHigh === 0 ? [prove('release@zero', value)] : [];
      return {
        clauses: [silences],
        permits: value,
        may: false,
        accept: (seen) =>
          seen.skipped === undefined && seen.error === error
            ? [to(error === undefined ? after : withHandle(s, number, { refLow: 0, refHigh: 0 }), [], proof)]
            : [],
        why: classOf,
        sample: () => (error === undefined ? {} : { error }),
      };
    }),
    // Where the count may be above zero it may succeed whatever the choice.
    ...(refHigh > 0
      ? [
          succeeds<State>(
            silences,
            () => [to(after)],
            () => ({}),
          ),
        ]
      : []),
    skips(silences, s),
  ];
};

export const poll = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { refHigh, pending, phase, kind } = s.handles[number] as Handle;
  if (refHigh === 0) return absent(s);
  const isOpen = phase !== 'published' && phase !== 'connected';
  const situation = { handle: kind };
  const reports: ClauseId = 'rsm/pollfd/poll-reports';
  const only: ClauseId = 'rsm/pollfd/only-events';
  const isThere = pending.low - pending.flying >= 1;
  const breach = (clause: ClauseId, observed: string, permitted: string) => ({
    clause,
    operation: 'poll',
    observed,
    permitted: [permitted],
    situation,
  });
  return [
    {
      clauses: [reports, only],
      permits: isThere ? 'the event' : pending.high === 0 ? 'nothing' : 'the event, or nothing',
      may: false,
      situation,
      accept: (seen) => {
        if (seen.error !== undefined || seen.skipped !== undefined) return [];
        const { relaxed } = c;
        if (isOpen) return [to(s), to(withHandle(s, number, { pending: { ...pending, low: 0 } }), [], [])];
        if (seen.value === 1) {
          if (pending.high > 0) return reported(s, number, pending, isThere ? [reports, ...pending.by] : []);
          const isBlamed = relaxed === only || pending.silent.some((one) => one === relaxed);
          return relaxed !== null && isBlamed ? [to(s, [], [], breach(relaxed, 'the event', 'nothing'))] : [];
        }
        if (seen.value !== 0) return [];
        if (!isThere)
          return [
            to(
              withHandle(s, number, { pending: noneArrived(pending) }),
              pending.high === 0 ? [only, ...pending.silent] : [],
            ),
          ];
        const isBlamed = relaxed === reports || pending.by.some((one) => one === relaxed);
        if (relaxed === null || !isBlamed) return [];
        // It was not reported, or it is not there.
        const after = relaxed === reports ? s : withHandle(s, number, { pending: taken(pending) });
        return [to(after, [], [], breach(relaxed, 'nothing', 'the event'))];
      },
      why: (seen) => (seen.error === undefined ? 'another report' : classOf(seen)),
      sample: () => ({ value: isThere ? 1 : 0 }),
      ...(!isThere && pending.high > 0 && { alternatives: () => [{ value: 1 }] }),
    },
    ...(isOpen ? [mayFail<State>(silences, s)] : []),
    skips(silences, s),
  ];
};

/** An event was reported: it has arrived, and is there still, unless poll consumes. */
const reported = (
  s: State,
  number: number,
  pending: Pending,
  tested: readonly ClauseId[],
): readonly Successor<State>[] => {
  const there: Pending = {
    ...pending,
    low: Math.max(1, pending.low),
    flying: Math.min(pending.flying, pending.high - 1),
  };
  return [
    to(withHandle(s, number, { pending: there }), tested, [proves.pollStays]),
    to(withHandle(s, number, { pending: taken(there) }), tested, [proves.pollConsumes]),
  ];
};
