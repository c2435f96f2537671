/**
 * The four calls, and InterruptAttachThread() as far as the page speaks of it: refusals first, in the order of the page,
 * then what a success shows and brings about.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { flagsOf, numberOf, textOf, usualOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Breach,
  type Context,
  classOf,
  type Outcome,
  type Refusal,
  type Successor,
  skips,
  to,
  unordered,
} from '../outcome.ts';
import { reopened, silences } from './firing.ts';
import { harmed } from './masking.ts';
import { points, proves } from './points.ts';
import {
  type Attachment,
  changed,
  LINE_MAX,
  type Line,
  lineOf,
  opennessOf,
  processOf,
  type State,
  sizeOf,
  type Thread,
  threadOf,
  type Vector,
  withLine,
  withThread,
} from './state.ts';

const usual = usualOf('qnx-interrupt', 'attach');
const usualMany = usualOf('qnx-interrupt', 'attach_many');

const known: ReadonlySet<string> = new Set(['', 'END', 'NO_UNMASK', 'EXCLUSIVE', 'CPU_LOCAL']);

const kinds: Readonly<Record<string, Attachment['kind']>> = {
  INTR: 'intr',
  PULSE: 'pulse',
  SEM: 'semaphore',
  SIGNAL: 'signal',
  SIGNAL_CODE: 'signal',
  THREAD: 'thread',
};

/** What a call asks for. */
interface Asked {
  readonly caller: number;
  readonly vector: Vector;
  readonly event: string;
  readonly flags: ReadonlySet<string>;
  readonly name: string;
  /** The priority argument; null in the plain pair. */
  readonly priority: number | null;
  /** It is one of the _r forms. */
  readonly isR: boolean;
}

const asked = (c: Context, step: Step): Asked => {
  const call = textOf(step.call ?? usual.call);
  return {
    caller: threadOf(c.actor),
    vector: textOf(step.vector ?? usual.vector) as Vector,
    event: textOf(step.event ?? usual.event),
    flags: flagsOf(step.flags ?? usual.flags),
    name: step.as ?? '',
    priority: call.includes('Priority') ? numberOf(step.prio ?? usual.prio) : null,
    isR: call.endsWith('_r'),
  };
};

/** Who is attached, seen from the caller: the farthest of them. */
const whoOf = (s: State, { order, crowd }: Line, caller: number): string => {
  let farthest = 0;
  for (const number of order)
    farthest = Math.max(farthest, distance((s.attachments[number] as Attachment).caller, caller));
  if (crowd.size > 0) farthest = Math.max(farthest, distance(crowd.caller, caller));
  return whos[farthest] as string;
};

const whos = ['nobody', 'thread', 'process', 'other'] as const;

const distance = (one: number, other: number): 1 | 2 | 3 =>
  one === other ? 1 : processOf(one) === processOf(other) ? 2 : 3;

const classOfEvent = (event: string): string =>
  event === 'INTR' ? 'intr' : kinds[event] === undefined ? 'refused' : 'hidden';

const classOfVector = (vector: Vector): string =>
  vector === 'level' || vector === 'local' ? vector : vector === 'invalid' ? 'none' : 'edge';

const situationOf = (s: State, a: Asked) => ({
  call: a.isR ? 'r' : 'plain',
  event: classOfEvent(a.event),
  line: classOfVector(a.vector),
  who: whoOf(s, lineOf(s, a.vector), a.caller),
});

type Refuse = (demands: ClauseId, names: ClauseId, error: string, more?: Partial<Refusal>) => void;

const refusalsOf = (s: State, a: Asked): readonly Refusal[] => {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (demands, names, error, more = {}) =>
    refusals.push({ demands, names, error, ...more });
  refusedForAbilities(s, a, refuse);
  refusedForArguments(s, a, refuse);
  refusedForOthers(s, a, refuse);
  refusedForRoom(s, a, refuse);
  return refusals;
};

const refusedForAbilities = (s: State, { caller, event }: Asked, refuse: Refuse): void => {
  const process = processOf(caller);
  const names: ClauseId = 'qnx-interrupt/errors/permission';
  if (s.interruptAbility[process] === false)
    refuse('qnx-interrupt/permission/interrupt-ability', names, 'EPERM');
  if (event === 'THREAD' && s.threadAbility[process] === false)
    refuse('qnx-interrupt/permission/thread-ability', names, 'EPERM');
};

/** Of these not even the error is said. */
const unsaidEvent: ClauseId = 'qnx-interrupt/errors/event-unknown';

const invalidEvents: ReadonlyMap<string, readonly [ClauseId, Partial<Refusal>]> = new Map([
  ['NONE', ['qnx-interrupt/errors/event-none', {}]],
  ['UNBLOCK', ['qnx-interrupt/errors/event-unblock', {}]],
  ['SIGNAL_THREAD', ['qnx-interrupt/errors/event-signal-thread', { when: proves.signalThreadRefused }]],
  ['MEMORY', [unsaidEvent, { when: proves.memoryEventRefused }]],
  ['unknown', [unsaidEvent, { when: proves.unknownEventRefused }]],
]);

const refusedForArguments = (s: State, { caller, vector, event, flags }: Asked, refuse: Refuse): void => {
  if (event === 'unreadable') refuse('qnx-interrupt/errors/fault', 'qnx-interrupt/errors/fault', 'EFAULT');
  const invalid = invalidEvents.get(event);
  if (invalid !== undefined)
    refuse(invalid[0], invalid[0], invalid[0] === unsaidEvent ? 'any' : 'EINVAL', invalid[1]);
  if (vector === 'invalid')
    refuse('qnx-interrupt/errors/invalid-vector', 'qnx-interrupt/errors/invalid-vector', 'EINVAL');
  const isLocal = flags.has('CPU_LOCAL');
  if (isLocal && !(s.threads[caller] as Thread).bound)
    refuse('qnx-interrupt/errors/not-bound', 'qnx-interrupt/errors/not-bound', 'EINVAL');
  if (isLocal !== (vector === 'local') && vector !== 'invalid')
    refuse(silences, silences, 'any', { may: true });
  if ([...flags].some((one) => !known.has(one)))
    refuse('qnx-interrupt/flags/unknown', 'qnx-interrupt/flags/unknown', 'any', {
      when: proves.unknownFlagsRefused,
    });
};

/** Whether all that is attached was attached by this thread: the page speaks of another one. */
const isOwn = (s: State, line: Line, caller: number): boolean => whoOf(s, line, caller) === 'thread';

const refusedForOthers = (s: State, { caller, vector, event, flags }: Asked, refuse: Refuse): void => {
  const line = lineOf(s, vector);
  if (event === 'INTR' && (s.threads[caller] as Thread).serves >= 0)
    refuse('qnx-interrupt/errors/already-attached', 'qnx-interrupt/errors/already-attached', 'EBUSY');
  const more = isOwn(s, line, caller) ? { may: true } : {};
  if (line.order.some((number) => s.attachments[number]?.exclusive))
    refuse('qnx-interrupt/flags/exclusive-holds', 'qnx-interrupt/errors/held-exclusively', 'EBUSY', more);
  if (flags.has('EXCLUSIVE') && sizeOf(line) > 0)
    refuse('qnx-interrupt/flags/exclusive-asks', 'qnx-interrupt/errors/exclusive-refused', 'EBUSY', more);
};

const refusedForRoom = (s: State, { vector }: Asked, refuse: Refuse): void => {
  const line = lineOf(s, vector);
  const clause: ClauseId = 'qnx-interrupt/errors/too-many';
  if (line.uncounted) refuse(clause, clause, 'EAGAIN', { may: true });
  else if (sizeOf(line) >= LINE_MAX) refuse(clause, clause, 'EAGAIN');
  if (s.entriesUsedUp) refuse('qnx-interrupt/errors/no-entries', 'qnx-interrupt/errors/no-entries', 'EAGAIN');
  if (s.exhausted)
    refuse('qnx-interrupt/errors/no-memory', 'qnx-interrupt/errors/no-memory', 'EAGAIN', { may: true });
};

export const attach = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const a = asked(c, step);
  const situation = situationOf(s, a);
  const refusals = refusalsOf(s, a);
  const main = successClause(s, a);
  const isFree = refusals.some(({ error }) => error === 'any');
  const outcomes = unordered(c, {
    operation: 'attach',
    points,
    state: s,
    refusals,
    situation,
    success: (narrows) => [
      {
        clauses: [main, 'qnx-interrupt/attach/returns-id'],
        permits: 'an interrupt id',
        may: false,
        situation,
        accept: (seen) => succeeded(c, s, a, seen, main, isFree, narrows, situation),
        why: (seen) => (seen.error === undefined ? 'another success' : classOf(seen)),
        sample: () => sampleOf(s, a, CLOCK),
        presume: () => attached(s, a, freeId(s, processOf(a.caller)))[0] ?? s,
        // Whether anybody runs as high as the clock is a point of variation.
        ...(a.priority !== null &&
          a.priority >= CLOCK && { alternatives: () => [sampleOf(s, a, CLOCK - 1)] }),
      },
    ],
  });
  return [...outcomes.map((outcome) => reported(c, s, a, outcome, situation)), skips(silences, s)];
};

/** The sentence by which an attachment has to succeed here. */
const successClause = (s: State, { vector, flags }: Asked): ClauseId => {
  const line = lineOf(s, vector);
  if (line.released && sizeOf(line) === 0) return 'qnx-interrupt/flags/exclusive-released';
  if (sizeOf(line) === LINE_MAX - 1 && !line.uncounted) return 'qnx-interrupt/limit/thirty-two';
  return flags.has('CPU_LOCAL') ? 'qnx-interrupt/flags/cpu-local' : 'qnx-interrupt/attach/event-unregistered';
};

const freeId = (s: State, process: number): number => {
  const used = s.attachments.filter((one) => one.live && one.process === process).map(({ id }) => id);
  let id = 1;
  while (used.includes(id)) id++;
  return id;
};

/** All that a success shows. */
const sampleOf = (s: State, a: Asked, highest: number): Result => ({
  id: freeId(s, processOf(a.caller)),
  threads: a.event === 'INTR' ? 0 : 1,
  caller: 'kept',
  affinity: a.flags.has('CPU_LOCAL') ? 'one' : 'all',
  ...(a.priority !== null && { priority: Math.min(Math.max(1, a.priority), highest) }),
});

/** Something that a success shows, and the sentence that says it. */
interface Showing {
  readonly clause: ClauseId;
  readonly fits: boolean;
  readonly observed: string;
  readonly permitted: string;
  /** It could not have been otherwise. */
  readonly idle?: boolean;
  readonly narrows?: Narrowing;
}

const showingsOf = (c: Context, s: State, a: Asked, seen: Result): readonly Showing[] => {
  const out: Showing[] = [];
  const { id, threads, caller, affinity } = seen;
  const isIntr = a.event === 'INTR';
  const process = processOf(a.caller);
  out.push({
    clause: 'qnx-interrupt/attach/returns-id',
    fits: typeof id === 'number' && Number.isInteger(id) && id >= 0,
    observed: 'no id',
    permitted: 'a number that is not negative',
  });
  const others = s.attachments.filter((one) => one.live && one.process === process);
  out.push({
    clause: 'qnx-interrupt/attach/unique-id',
    fits: others.every((one) => one.id !== id),
    observed: 'an id in use',
    permitted: 'an id of its own',
    idle: others.length === 0,
  });
  if (kinds[a.event] === undefined) return out;
  if (threads !== undefined)
    out.push({
      clause: isIntr ? 'qnx-interrupt/event/intr-no-thread' : 'qnx-interrupt/event/hidden-thread',
      fits: threads === (isIntr ? 0 : 1),
      observed: `${Number(threads) > 1 ? 'several threads' : threads === 1 ? 'a thread' : 'no thread'}`,
      permitted: isIntr ? 'no thread' : 'a thread',
    });
  if (caller !== undefined && isIntr && a.priority !== null)
    out.push({
      clause: 'qnx-interrupt/event/intr-priority-ignored',
      fits: caller === 'kept',
      observed: 'another priority',
      permitted: 'the priority it had',
    });
  if (affinity !== undefined && a.flags.has('CPU_LOCAL') && !isIntr)
    out.push({
      clause: 'qnx-interrupt/flags/cpu-local-inherits',
      fits: affinity === 'one',
      observed: 'every processor',
      permitted: 'the processor of the caller',
    });
  if (seen.priority !== undefined && !isIntr && a.priority !== null)
    out.push(priorityShown(c, a.priority, seen.priority));
  return out;
};

const isPossible = ({ choices }: Context, [point, mask]: Narrowing): boolean =>
  ((choices[point] ?? 0) & mask) !== 0;

/** What the clock's service thread runs at, unless it was configured. */
const CLOCK = 254;

const priorityShown = (c: Context, wanted: number, given: unknown): Showing => {
  const narrows =
    given === CLOCK ? proves.highestIs254 : given === CLOCK - 1 ? proves.highestIs253 : undefined;
  const observed = 'another priority';
  if (wanted < 1)
    return {
      clause: 'qnx-interrupt/priority/low-is-one',
      fits: given === 1,
      observed,
      permitted: '1',
    };
  if (wanted < CLOCK)
    return {
      clause: 'qnx-interrupt/priority/as-given',
      fits: given === wanted,
      observed,
      permitted: 'the one asked for',
    };
  return {
    clause: wanted > CLOCK ? 'qnx-interrupt/priority/high-is-clock' : 'qnx-interrupt/priority/as-given',
    fits: narrows !== undefined && isPossible(c, narrows),
    observed,
    permitted: 'that of the clock',
    ...(narrows && { narrows }),
  };
};

const succeeded = (
  c: Context,
  s: State,
  a: Asked,
  seen: Result,
  main: ClauseId,
  isFree: boolean,
  narrows: readonly Narrowing[],
  situation: Breach['situation'],
): readonly Successor<State>[] => {
  if (seen.skipped !== undefined) return [];
  const breach = (clause: ClauseId, observed: string, permitted: string): Breach => ({
    clause,
    operation: 'attach',
    observed,
    permitted: [permitted],
    situation,
  });
  if (seen.error !== undefined)
    return c.relaxed === main ? [to(s, [], narrows, breach(main, seen.error, 'an interrupt id'))] : [];
  const proofs = [...narrows];
  const tested: ClauseId[] = [];
  let wrong: Showing | null = null;
  for (const showing of showingsOf(c, s, a, seen)) {
    if (!showing.fits) {
      if (wrong !== null || c.relaxed !== showing.clause) return [];
      wrong = showing;
      continue;
    }
    if (showing.narrows !== undefined) proofs.push(showing.narrows);
    if (showing.idle !== true) tested.push(showing.clause);
  }
  const after = attached(s, a, Number(seen.id));
  if (wrong !== null) {
    const { clause, observed, permitted } = wrong;
    return after.map((state) => to(state, [], proofs, breach(clause, observed, permitted)));
  }
  if (!isFree) tested.push(main);
  return after.map((state) => to(state, tested, proofs));
};

/** Whether nothing is said of what the attachment delivers. */
const isOpen = ({ event, flags, vector }: Asked): boolean =>
  kinds[event] === undefined || flags.has('CPU_LOCAL') !== (vector === 'local');

const attached = (s: State, a: Asked, id: number): readonly State[] => {
  const { caller, vector, flags, name } = a;
  const line = lineOf(s, vector);
  const open = isOpen(a);
  const kind = open && a.event !== 'INTR' ? 'open' : (kinds[a.event] ?? 'open');
  const number = s.attachments.length;
  const isFirst = sizeOf(line) === 0;
  const mask = masksOf(s, line, flags, open);
  const one: Attachment = {
    name,
    process: processOf(caller),
    caller,
    id,
    kind,
    vector,
    priority: priorityOf(a),
    bound: flags.has('CPU_LOCAL'),
    exclusive: flags.has('EXCLUSIVE'),
    atEnd: flags.has('END'),
    ...mask,
    posted: 'no',
    live: true,
  };
  let next = changed(s, { attachments: [...s.attachments, one] });
  if (kind === 'intr') next = withThread(next, caller, { serves: number });
  next = withLine(next, vector, {
    order: flags.has('END') ? [...line.order, number] : [number, ...line.order],
    used: true,
    openedBy: isFirst ? 'qnx-interrupt/masking/first-unmasks' : line.openedBy,
  });
  return reopened(next, vector);
};

/** The priority that its service thread surely has. */
const priorityOf = ({ priority }: Asked): number =>
  priority === null || priority >= CLOCK ? -1 : Math.max(1, priority);

/** What a new attachment is masked by. */
const masksOf = (
  s: State,
  line: Line,
  flags: ReadonlySet<string>,
  open: boolean,
): Pick<Attachment, 'low' | 'high' | 'maskedBy'> => {
  const noUnmask = flags.has('NO_UNMASK');
  const maskedBy: ClauseId = 'qnx-interrupt/masking/masked-at-delivery';
  if (sizeOf(line) === 0) {
    if (noUnmask) return { low: open ? 0 : 1, high: 1, maskedBy: 'qnx-interrupt/masking/no-unmask' };
    // That the first one after all others have gone counts as a first one is only implied.
    return { low: 0, high: open || line.used ? 1 : 0, maskedBy };
  }
  const openness = opennessOf(s, line);
  if (openness === 'open') return { low: 0, high: open || noUnmask ? 1 : 0, maskedBy };
  return { low: 0, high: 1, maskedBy: 'qnx-interrupt/masking/second-does-not-unmask' };
};

/** How an error was returned, and that it changed nothing. */
const reported = (
  c: Context,
  s: State,
  a: Asked,
  outcome: Outcome<State>,
  situation: Breach['situation'],
): Outcome<State> => ({
  ...outcome,
  ...(outcome.sample && { sample: () => withReport(a, outcome.sample?.() ?? {}) }),
  accept: (seen) => {
    const successors = outcome.accept(seen);
    if (seen.error === undefined || successors.length === 0) return successors;
    const showings = errorShowings(a, seen);
    const wrong = showings.filter(({ fits }) => !fits);
    const [first] = wrong;
    const tested = [...showings.map(({ clause }) => clause)];
    const clause: ClauseId = 'qnx-interrupt/errors/change-nothing';
    const isWatched = s.owed.past.length > 0 || s.kept.some(({ firm }) => firm);
    if (isWatched && seen.threads === undefined) tested.push(clause);
    const breachOf = (breached: ClauseId, observed: string, permitted: string): Breach => ({
      clause: breached,
      operation: 'attach',
      observed,
      permitted: [permitted],
      situation,
    });
    if (first !== undefined) {
      if (wrong.length > 1 || c.relaxed !== first.clause) return [];
      const breach = breachOf(first.clause, first.observed, first.permitted);
      return successors.map((one) => ({ ...one, exercised: [], breach }));
    }
    const sound = successors.map((one) => ({ ...one, exercised: [...one.exercised, ...tested] }));
    return c.relaxed === clause
      ? [...sound, to(harmed(s), [], [], breachOf(clause, 'something changed', 'no change'))]
      : sound;
  },
});

/** An error as the form of the call returns it. */
const withReport = ({ isR }: Asked, result: Result): Result =>
  result.error === undefined
    ? result
    : { ...result, returned: isR ? 'negative' : 'minus-one', errno: isR ? 'kept' : result.error, threads: 0 };

const errorShowings = ({ isR }: Asked, { error, returned, errno, threads }: Result): readonly Showing[] => {
  const out: Showing[] = [];
  if (returned !== undefined)
    out.push({
      clause: isR ? 'qnx-interrupt/errors/r-negative' : 'qnx-interrupt/errors/plain-minus-one',
      fits: returned === (isR ? 'negative' : 'minus-one'),
      observed: `${returned}`,
      permitted: isR ? 'the negative of the error' : '-1',
    });
  if (errno !== undefined)
    out.push({
      clause: isR ? 'qnx-interrupt/errors/r-keeps-errno' : 'qnx-interrupt/errors/plain-errno',
      fits: errno === (isR ? 'kept' : error),
      observed: errno === 'kept' ? 'errno as before' : 'another errno',
      permitted: isR ? 'errno as before' : 'the error in errno',
    });
  if (threads !== undefined)
    out.push({
      clause: 'qnx-interrupt/errors/change-nothing',
      fits: threads === 0,
      observed: 'a thread',
      permitted: 'no thread',
    });
  return out;
};

/** InterruptAttachThread(): the page speaks of it where interrupts are held exclusively, or full. */
export const attachThread = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const a: Asked = { ...asked(c, step), event: 'INTR', priority: null, isR: false };
  const situation = situationOf(s, a);
  const demanded = refusalsOf(s, a).filter(
    ({ demands, may }) =>
      may !== true &&
      (demands === 'qnx-interrupt/flags/exclusive-holds' || demands === 'qnx-interrupt/errors/too-many'),
  );
  const outcomes = unordered(c, {
    operation: 'attach_thread',
    points,
    state: s,
    refusals: [...demanded, { demands: silences, names: silences, error: 'any', may: true }],
    situation,
    success: (narrows) => [
      {
        clauses: [silences],
        permits: 'an interrupt id',
        may: false,
        accept: (seen) =>
          seen.error !== undefined || seen.skipped !== undefined
            ? []
            : attached(s, a, Number(seen.id ?? -1)).map((state) => to(state, [], narrows)),
        why: classOf,
        sample: () => ({ id: freeId(s, processOf(a.caller)) }),
      },
    ],
  });
  return [...outcomes, skips(silences, s)];
};

/** Semaphores, attached until that fails. */
export const attachMany = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const vector = textOf(step.vector ?? usualMany.vector) as Vector;
  const a: Asked = {
    ...asked(c, step),
    vector,
    event: 'SEM',
    flags: flagsOf(''),
    priority: null,
    isR: false,
  };
  const refusals = refusalsOf(s, a);
  const line = lineOf(s, vector);
  const room = LINE_MAX - sizeOf(line);
  const isPlain =
    refusals.every(({ error, demands }) => error !== 'any' && demands === tooMany) && !line.uncounted;
  const grown = (size: number): readonly State[] => {
    if (size === 0) return [s];
    const { masked } = line.crowd;
    const openness = opennessOf(s, line);
    const now = sizeOf(line) === 0 && !line.used ? 'no' : openness === 'open' ? 'no' : 'maybe';
    const next = withLine(s, vector, {
      used: true,
      crowd: {
        size: line.crowd.size + size,
        caller: line.crowd.size > 0 && line.crowd.caller !== a.caller ? -1 : a.caller,
        masked: masked === 'yes' ? 'yes' : isPlain ? now : 'maybe',
      },
      uncounted: line.uncounted || !isPlain,
    });
    return reopened(next, vector);
  };
  return [
    {
      clauses: [tooMany],
      permits: 'EAGAIN after thirty-two',
      may: false,
      accept: (seen) => {
        if (seen.error !== undefined || seen.skipped !== undefined) return [];
        const size = Number(seen.value ?? 0);
        const last = seen.last;
        if (!isPlain) return grown(size).map((state) => to(state));
        if (size === room && last === 'EAGAIN') {
          const tested: ClauseId[] = [tooMany];
          if (room > 0) tested.push(thirtyTwo);
          return grown(size).map((state) => to(state, tested));
        }
        const { relaxed } = c;
        const observed = size > room ? 'more than thirty-two' : size < room ? 'fewer' : String(last);
        const isExplained = relaxed === tooMany ? size >= room : relaxed === thirtyTwo && size !== room;
        if (relaxed === null || !isExplained) return [];
        const breach: Breach = {
          clause: relaxed,
          operation: 'attach_many',
          observed,
          permitted: ['thirty-two, then EAGAIN'],
          situation: {},
        };
        return grown(size).map((state) => to({ ...state }, [], [], breach));
      },
      why: (seen) => String(seen.last ?? classOf(seen)),
      sample: () => (isPlain ? { value: room, last: 'EAGAIN' } : { value: 0, last: 'EAGAIN' }),
    },
    skips(silences, s),
  ];
};

const tooMany: ClauseId = 'qnx-interrupt/errors/too-many';
const thirtyTwo: ClauseId = 'qnx-interrupt/limit/thirty-two';
