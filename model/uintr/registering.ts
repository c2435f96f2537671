/**
 * create_fd, register_self and fill_table: the calls of the two pages, their refusals in the order of the pages and their
 * successes last. What a success brings about is in state.ts.
 *
 * Conventions: `c` context, `s` state, `me` the acting thread, `seen` the result of the call.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { numberOf, textOf, usualOf } from '../arguments.ts';
import {
  type Breach,
  type Context,
  classOf,
  type Outcome,
  type Refusal,
  returns,
  type Successor,
  skips,
  to,
  unordered,
} from '../outcome.ts';
import { loosened } from '../owing.ts';
import { leftOpen, points, proves } from './points.ts';
import {
  type Connection,
  draftOf,
  type Endpoint,
  type State,
  type Thread,
  threadOf,
  withDescriptor,
} from './state.ts';

const usual = { create_fd: usualOf('uintr', 'create_fd'), register_self: usualOf('uintr', 'register_self') };

/** Refusals of create_fd whose error is a choice of the system. */
const withoutHardware = leftOpen('no-hardware@create-fd', 'uintr/fd/no-hardware');
const withoutHandler = leftOpen('without-handler@create-fd', 'uintr/fd/needs-handler');
const childWithoutHandler = leftOpen('without-handler@create-fd', 'uintr/fork/child-has-no-handler');
const beyondRange = leftOpen('vector-range@create-fd', 'uintr/fd/vector-range');

/** The vectors that a thread has. */
const VECTORS = 64n;

/** The vector of a step: from 0 to 63, or -1 for any other. */
const vectorOf = (value: unknown): number => {
  const vector = BigInt(textOf(value));
  return vector < VECTORS ? Number(vector) : -1;
};

const classOfVector = (vector: number): string =>
  vector < 0 ? 'beyond' : vector === 0 ? 'lowest' : vector === 63 ? 'highest' : 'middle';

const isOf = (thread: number, vector: number) => (one: Endpoint | Connection) =>
  one.thread === thread && one.vector === vector;

/** An endpoint that takes up its vector for sure; a closed one, or one of an earlier handler, may. */
const isCurrent = (endpoint: Endpoint, me: Thread): boolean =>
  endpoint.references > 0 && endpoint.handlers === me.handlers;

export const createFd = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  const vector = vectorOf(step.vector ?? usual.create_fd.vector);
  const flags = numberOf(step.flags ?? usual.create_fd.flags);
  const refusals: Refusal[] = [];
  const refuse = (demands: ClauseId, names: ClauseId, error: string, more: Partial<Refusal> = {}) =>
    refusals.push({ demands, names, error, ...more });
  if (!s.hardware) refusals.push(...withoutHardware);
  if (flags !== 0) refuse('uintr/fd/flags-zero', 'uintr/fd/invalid-flags', 'EINVAL');
  if (!me.handler) refusals.push(...(me.process > 0 ? childWithoutHandler : withoutHandler));
  if (vector < 0) refusals.push(...beyondRange);
  const mine = s.endpoints.filter(isOf(number, vector));
  const inUse: ClauseId = 'uintr/fd/vector-in-use';
  if (mine.some((one) => isCurrent(one, me)))
    refuse(inUse, inUse, 'any', { when: proves.descriptorTwiceRefused });
  else if (mine.length > 0 || s.connections.some(isOf(number, vector)))
    refuse(inUse, inUse, 'any', { may: true });
  const limit = s.limits[me.process];
  const ofProcess: ClauseId = 'uintr/fd/descriptor-limit';
  const ofSystem: ClauseId = 'uintr/fd/file-limit';
  if (limit !== 'none') refuse(ofProcess, ofProcess, 'EMFILE', limit === 'loose' ? { may: true } : {});
  if (s.files !== 'none') refuse(ofSystem, ofSystem, 'ENFILE', s.files === 'loose' ? { may: true } : {});
  if (s.exhausted) refuse('uintr/fd/no-memory', 'uintr/fd/no-memory', 'ENOMEM', { may: true });
  const situation = situationOf(s, me, vector, flags);
  const shared = s.endpoints.some((one) => one.thread !== number && one.vector === vector);
  const outcomes = unordered(c, {
    operation: 'create_fd',
    points,
    state: s,
    refusals,
    situation,
    success: (narrows) =>
      [
        returns(
          c,
          shared ? 'uintr/fd/private-to-thread' : 'uintr/fd/vectors-accepted',
          {},
          () => created(s, number, me, vector, step.as),
          { operation: 'create_fd', situation, narrows, before: s },
        ),
      ].map((outcome) => (refusals.some(isAny) ? untested(outcome) : outcome)),
  });
  return [...mayHarm(c, s, 'create_fd', outcomes), skips('uintr/document/silences', s)];
};

const isAny = ({ error }: Refusal): boolean => error === 'any';

/** A success where any error would have been taken too. */
const untested = (outcome: Outcome<State>): Outcome<State> => ({
  ...outcome,
  accept: (seen) => outcome.accept(seen).map((one) => ({ ...one, exercised: [] })),
});

const situationOf = (s: State, me: Thread, vector: number, flags: number) => ({
  vector: classOfVector(vector),
  flags: flags === 0 ? 'zero' : 'set',
  handler: me.handler ? 'set' : 'none',
  memory: s.exhausted ? 'exhausted' : 'available',
});

const created = (s: State, thread: number, me: Thread, vector: number, name: string | undefined): State => {
  const made = draftOf(s);
  made.endpoints = [
    ...s.endpoints,
    { thread, handlers: me.handlers, vector, references: name === undefined ? 0 : 1, closed: 'never' },
  ];
  return name === undefined
    ? made
    : withDescriptor(made, {
        name,
        process: me.process,
        endpoint: s.endpoints.length,
        open: true,
        closeOnExec: true,
        came: 'created',
      });
};

export const registerSelf = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  const vector = vectorOf(step.vector ?? usual.register_self.vector);
  const flags = numberOf(step.flags ?? usual.register_self.flags);
  const situation = situationOf(s, me, vector, flags);
  const connection: Connection = {
    name: step.as ?? '',
    process: me.process,
    thread: number,
    index: -1,
    endpoint: -1,
    target: number,
    handlers: me.handlers,
    vector,
    live: true,
    open: vector < 0 || !me.handler,
  };
  const main: ClauseId =
    s.limits[me.process] === 'reached' ? 'uintr/self/needs-no-descriptor' : 'uintr/self/returns-index';
  const refusals = selfRefusals(s, number, me, vector, flags);
  const outcomes = unordered(c, {
    operation: 'register_self',
    points,
    state: s,
    refusals,
    situation,
    success: (narrows) => [
      {
        clauses: [main, 'uintr/self/new-index'],
        permits: 'a new index',
        may: false,
        situation,
        accept: (seen) =>
          connected(c, s, connection, seen, main).map((one) => ({
            ...one,
            exercised: refusals.some(isAny)
              ? one.exercised.filter((clause) => clause !== main)
              : one.exercised,
            narrows: [...narrows, ...one.narrows],
          })),
        why: (seen) => (seen.error === undefined ? 'an index in use' : classOf(seen)),
        sample: () => ({ index: freeIndex(s, me.process) }),
      },
    ],
  });
  return [...mayHarm(c, s, 'register_self', outcomes), skips('uintr/document/silences', s)];
};

const selfRefusals = (
  s: State,
  number: number,
  me: Thread,
  vector: number,
  flags: number,
): readonly Refusal[] => {
  const refusals: Refusal[] = [];
  const refuse = (demands: ClauseId, names: ClauseId, error: string, more: Partial<Refusal> = {}) =>
    refusals.push({ demands, names, error, ...more });
  if (!s.hardware) refuse('uintr/self/no-hardware', 'uintr/self/no-hardware', 'ENOSYS');
  if (flags !== 0) refuse('uintr/self/flags-zero', 'uintr/self/invalid-flags', 'EINVAL');
  if (vector < 0)
    refuse('uintr/self/vector-range', 'uintr/self/vector-range', 'ENOSPC', { when: proves.selfRangeChecked });
  if (!me.handler)
    refuse('uintr/self/without-handler', 'uintr/self/without-handler', 'any', {
      when: proves.selfNeedsHandler,
    });
  if (s.endpoints.some(isOf(number, vector)) || s.connections.some(isOf(number, vector)))
    refuse('uintr/self/vector-in-use', 'uintr/self/vector-in-use', 'any', { when: proves.selfTwiceRefused });
  if (s.filled !== 'none')
    refuse(
      'uintr/self/no-index-left',
      'uintr/self/no-index-left',
      'ENOSPC',
      s.filled === 'reached' && s.filledBy === number ? {} : { may: true },
    );
  if (s.exhausted) refuse('uintr/self/no-memory', 'uintr/self/no-memory', 'ENOMEM', { may: true });
  return refusals;
};

/** Connections of the process whose index a new one has to differ from. Those of senders may belong to threads. */
const inUseBeside = (s: State, { process, thread }: Connection): readonly Connection[] =>
  s.connections.filter(
    (one) => one.live && !one.open && one.process === process && (one.thread === thread || one.endpoint < 0),
  );

export const freeIndex = (s: State, process: number): number => {
  const used = s.connections.filter((one) => one.live && one.process === process).map(({ index }) => index);
  let index = 0;
  while (used.includes(index)) index++;
  return index;
};

/** The states after an index was returned, if it is one that may be. */
const connected = (
  c: Context,
  s: State,
  connection: Connection,
  seen: Result,
  main: ClauseId,
): readonly Successor<State>[] => {
  if (seen.skipped !== undefined) return [];
  const breach = (clause: ClauseId, observed: string, permitted: string): Breach => ({
    clause,
    operation: 'register_self',
    observed,
    permitted: [permitted],
    situation: {},
  });
  if (seen.error !== undefined)
    return c.relaxed === main ? [to(s, [], [], breach(main, seen.error, 'a new index'))] : [];
  const { index } = seen;
  const after = (number: number): State => {
    const next = draftOf(s);
    next.connections = [...s.connections, { ...connection, index: number }];
    return next;
  };
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0)
    return c.relaxed === 'uintr/self/returns-index'
      ? [to(after(-1), [], [], breach(c.relaxed, 'no index', 'a number that is not negative'))]
      : [];
  const used = inUseBeside(s, connection);
  const same = used.filter((one) => one.index === index);
  if (same.length > 0) {
    // Where indexes belong to threads, that of another thread may be the same.
    if (same.every(({ thread }) => thread !== connection.thread)) {
      const ofThread = to(after(index), [], [proves.selfOfThread]);
      if (c.relaxed !== 'uintr/self/new-index') return [ofThread];
    }
    return c.relaxed === 'uintr/self/new-index'
      ? [to(after(index), [], [], breach(c.relaxed, 'an index in use', 'a new index'))]
      : [];
  }
  const tested: ClauseId[] = [main];
  if (main !== 'uintr/self/returns-index') tested.push('uintr/self/returns-index');
  if (used.length > 0) tested.push('uintr/self/new-index');
  return [to(after(index), tested)];
};

/** A call that failed and changed something all the same: what was on its way may be lost. */
const mayHarm = (
  c: Context,
  s: State,
  operation: string,
  outcomes: readonly Outcome<State>[],
): readonly Outcome<State>[] => {
  const clause: ClauseId = 'uintr/errors/change-nothing';
  const isOwed = s.threads.some(({ owed: { past, held } }) => past.length > 0 || held.length > 0);
  if (!isOwed) return outcomes;
  const breach: Breach = {
    clause,
    operation,
    observed: 'something changed',
    permitted: ['no change'],
    situation: {},
  };
  const harmed: State = {
    ...s,
    threads: s.threads.map((one) => ({
      ...one,
      owed: loosened({ ...one.owed, past: [], present: joined(one) }),
    })),
  };
  return outcomes.map((outcome) => ({
    ...outcome,
    accept: (seen) => {
      const successors = outcome.accept(seen);
      if (seen.error === undefined) return successors;
      const tested = successors.map((one) => ({ ...one, exercised: [...one.exercised, clause] }));
      return c.relaxed === clause && successors.length > 0 ? [...tested, to(harmed, [], [], breach)] : tested;
    },
  }));
};

const joined = ({ owed: { past, present } }: Thread) => ({
  items: [...past, present].flatMap(({ items }) => items),
  batches: [],
});

/** Registers until nothing is left. */
export const fillTable = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  const clause: ClauseId = 'uintr/self/no-index-left';
  const isPlain = s.hardware && me.handler && !s.exhausted;
  const full: State = {
    ...s,
    filled: 'reached',
    filledBy: number,
    connections: [
      ...s.connections,
      {
        name: '',
        process: me.process,
        thread: number,
        index: -1,
        endpoint: -1,
        target: number,
        handlers: me.handlers,
        vector: 1,
        live: true,
        open: true,
      },
    ],
  };
  return [
    {
      clauses: [clause],
      permits: 'ENOSPC at the end',
      may: false,
      accept: (seen) => {
        if (seen.error !== undefined || seen.skipped !== undefined) return [];
        const count = Number(seen.value ?? 0);
        if (count === 0 && !isPlain) return [to({ ...s, filled: 'loose' })];
        if (seen.last === undefined) return [to({ ...full, filled: s.filled })];
        if (seen.last === 'ENOSPC' && isPlain) return [to(full, [clause])];
        // The same vector again and again: a system may refuse the second time.
        if (!isPlain) return [to({ ...full, filled: 'loose' })];
        const refusedTwice = to({ ...full, filled: s.filled }, [], [proves.selfTwiceRefused]);
        const breach: Breach = {
          clause,
          operation: 'fill_table',
          observed: String(seen.last),
          permitted: ['ENOSPC'],
          situation: {},
        };
        const few = Number(seen.value ?? 0) <= 1;
        return [...(few ? [refusedTwice] : []), ...(c.relaxed === clause ? [to(full, [], [], breach)] : [])];
      },
      why: (seen) => String(seen.last ?? classOf(seen)),
      sample: () => ({ value: 1, last: 'ENOSPC' }),
    },
    skips('uintr/document/silences', s),
  ];
};
