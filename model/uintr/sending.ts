/** SENDUIPI, CLUI, STUI, TESTUI and wait: what a send owes to whom, and when a thread receives. */

import type { ClauseId, Step } from '#spec/index';
import { textOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import { type Context, classOf, mayFail, type Outcome, type Successor, skips, to } from '../outcome.ts';
import { sent, turnedOn } from '../owing.ts';
import { proves } from './points.ts';
import {
  type Connection,
  connectionOf,
  type Delivery,
  type Endpoint,
  type State,
  type Thread,
  threadOf,
  withThread,
} from './state.ts';

const silences: ClauseId = 'uintr/document/silences';

/** A fault of the instruction. */
const isFault = (error: string | undefined): boolean => error === 'SIGSEGV' || error === 'SIGILL';

export const senduipi = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  const name = textOf(step.index);
  if (name === '@unused') return faults(c, s, 'uintr/senduipi/unknown-index', null);
  const connection = connectionOf(s, me.process, name);
  if (connection === null) return [skips(silences, s)];
  const target = s.threads[connection.target] as Thread;
  const isLost = !s.hardware || !target.alive || !target.handler || target.handlers !== connection.handlers;
  // The indexes of those that were used up are not known.
  const collides = s.connections.some(
    (one) =>
      one !== connection &&
      one.live &&
      one.thread === number &&
      (one.index === connection.index || one.index < 0),
  );
  const isForeign = connection.thread !== number && collides;
  // An index that was given up may be among those that were used up since.
  const isRefilled = s.connections.some((one) => one.live && one.index < 0 && one.process === me.process);
  if (!connection.live)
    return s.hardware && !connection.open && !isForeign && !isRefilled
      ? faults(c, s, 'uintr/self/unregister', connection)
      : openly(s, number, connection);
  if (isLost || connection.open || isForeign) return openly(s, number, connection);
  const endpoint = s.endpoints[connection.endpoint];
  const scope = scopeOf(connection, number);
  const closed = endpoint !== undefined && endpoint.references === 0;
  const clause = clauseFor(connection, endpoint, number);
  const situation = { sender: senderOf(s, connection, number) };
  const proofs: Narrowing[] = [];
  if (scope) proofs.push(scope.shared);
  if (closed) proofs.push(proves.closedKept);
  const by = closed ? null : arrivalTests(endpoint);
  const raises: Outcome<State> = {
    clauses: [clause],
    permits: 'success',
    may: false,
    situation,
    accept: (seen) => {
      if (seen.skipped !== undefined) return [];
      if (seen.error === undefined) {
        const tested = closed || (scope !== null && connection.endpoint >= 0) ? [] : [clause];
        return owedTo(s, connection, by).map((one) => ({
          ...one,
          exercised: tested,
          narrows: [...one.narrows, ...proofs],
        }));
      }
      if (c.relaxed !== clause) return [];
      const permitted = ['success'];
      return [to(s, [], [], { clause, operation: 'senduipi', observed: seen.error, permitted, situation })];
    },
    why: classOf,
    sample: () => ({}),
  };
  const refused = (proof: Narrowing): Outcome<State> => ({
    clauses: [silences],
    permits: 'a fault',
    may: true,
    accept: (seen) => (isFault(seen.error) ? [to(s, [], [proof])] : []),
    why: classOf,
    sample: () => ({ error: 'SIGSEGV' }),
  });
  return [
    raises,
    ...(scope ? [refused(scope.own)] : []),
    ...(closed ? [refused(proves.closedFreed)] : []),
    skips(silences, s),
  ];
};

/** What the use of an index by another thread proves; null for the thread that registered it. */
const scopeOf = ({ thread, endpoint }: Connection, number: number) =>
  thread === number
    ? null
    : endpoint < 0
      ? { shared: proves.selfOfProcess, own: proves.selfOfThread }
      : { shared: proves.senderOfProcess, own: proves.senderOfThread };

const senderOf = (s: State, { thread, process, target }: Connection, number: number): string =>
  process !== (s.threads[target] as Thread).process ? 'process' : thread === number ? 'registrant' : 'thread';

const clauseFor = (connection: Connection, endpoint: Endpoint | undefined, number: number): ClauseId => {
  if (endpoint === undefined)
    return connection.thread === number ? 'uintr/self/senduipi-raises' : 'uintr/self/any-thread';
  if (endpoint.closed === 'by-other') return 'uintr/fork/same-object';
  return endpoint.closed === 'by-owner' ? 'uintr/close/kept-while-open' : 'uintr/fd/holders-raise';
};

/** What the arrival of a send tests. */
const arrivalTests = (endpoint: Endpoint | undefined): readonly ClauseId[] => {
  const always: ClauseId[] = ['uintr/delivery/invokes-handler', 'uintr/delivery/vector-number'];
  if (endpoint === undefined) return ['uintr/self/sender-to-itself', 'uintr/self/keyed-by-vector', ...always];
  if (endpoint.closed === 'by-other') return ['uintr/fork/same-object', ...always];
  if (endpoint.closed === 'by-owner') return ['uintr/close/kept-while-open', ...always];
  return ['uintr/fd/holders-raise', ...always];
};

/** The states after a send; `by` is null where nobody owes the delivery. */
const owedTo = (
  s: State,
  connection: Connection,
  by: readonly ClauseId[] | null,
): readonly Successor<State>[] => {
  const { target, endpoint, process, vector } = connection;
  if (vector < 0) return [to(s)];
  const others = s.threads.flatMap((one, number) =>
    endpoint < 0 && number !== target && one.process === process && one.handler ? [number] : [],
  );
  // Which thread of several receives what a process sends to itself is not said.
  return others.length === 0
    ? owedToThread(s, target, vector, by)
    : [target, ...others].reduce<readonly Successor<State>[]>(
        (worlds, number) =>
          worlds.flatMap((world) =>
            owedToThread(world.state, number, vector, null).map((one) => ({
              ...one,
              narrows: [...world.narrows, ...one.narrows],
            })),
          ),
        [to(s)],
      );
};

const owedToThread = (
  s: State,
  number: number,
  vector: number,
  by: readonly ClauseId[] | null,
): readonly Successor<State>[] => {
  const { owed, delivery } = s.threads[number] as Thread;
  return settingsOf(delivery).map(({ is, narrows }) =>
    to(withThread(s, number, { delivery: is, owed: sent(owed, is === 'off', vector, by) }), [], narrows),
  );
};

/** What the delivery of a thread may be, and what that proves. */
const settingsOf = (
  delivery: Delivery,
): readonly { readonly is: 'off' | 'on'; readonly narrows: readonly Narrowing[] }[] => {
  if (delivery === 'off' || delivery === 'on') return [{ is: delivery, narrows: [] }];
  const isStart = delivery === 'start';
  return [
    { is: 'off', narrows: isStart ? [proves.startsOff] : [] },
    { is: 'on', narrows: isStart ? [proves.startsOn] : [] },
  ];
};

/** Faults, as the clause demands. */
const faults = (
  c: Context,
  s: State,
  clause: ClauseId,
  connection: Connection | null,
): readonly Outcome<State>[] => [
  {
    clauses: [clause],
    permits: 'a fault',
    may: false,
    accept: (seen) => {
      if (isFault(seen.error)) return [to(s, [clause])];
      if (c.relaxed !== clause || seen.skipped !== undefined) return [];
      const breach = {
        clause,
        operation: 'senduipi',
        observed: classOf(seen),
        permitted: ['a fault'],
        situation: {},
      };
      const after = connection === null ? [to(s)] : owedTo(s, connection, null);
      return after.map((one) => ({ ...one, breach }));
    },
    why: classOf,
    sample: () => ({ error: 'SIGSEGV' }),
  },
];

/** The pages say nothing of it: a fault, or success and perhaps a delivery. */
const openly = (s: State, number: number, connection: Connection): readonly Outcome<State>[] => {
  const { process } = s.threads[number] as Thread;
  // The number may have been given again: to somebody who is known, or among those that were used up.
  const own = s.connections.filter(
    (one) => one.live && one.process === process && (one.index === connection.index || one.index < 0),
  );
  const reached = [connection, ...own.filter((one) => one !== connection)];
  return [
    {
      clauses: [silences],
      permits: 'success',
      may: true,
      accept: (seen) =>
        seen.error !== undefined || seen.skipped !== undefined
          ? []
          : reached.reduce<readonly Successor<State>[]>(
              (worlds, one) =>
                worlds.flatMap((world) =>
                  owedTo(world.state, one, null).map((next) => ({
                    ...next,
                    narrows: [...world.narrows, ...next.narrows],
                  })),
                ),
              [to(s)],
            ),
      why: classOf,
      sample: () => ({}),
    },
    mayFail(silences, s),
    skips(silences, s),
  ];
};

/** CLUI and STUI. */
export const setsDelivery =
  (is: 'off' | 'on') =>
  (c: Context, s: State): readonly Outcome<State>[] => {
    const number = threadOf(c.actor);
    const { owed } = s.threads[number] as Thread;
    const after = withThread(s, number, { delivery: is, owed: is === 'on' ? turnedOn(owed) : owed });
    return [
      {
        clauses: [silences],
        permits: 'success',
        may: false,
        accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? [to(after)] : []),
        why: classOf,
        sample: () => ({}),
      },
      mayFail(silences, s),
      skips(silences, s),
    ];
  };

/** TESTUI tells what a thread that set nothing yet was started with. */
export const testui = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const { delivery } = s.threads[number] as Thread;
  const isSet = delivery === 'off' || delivery === 'on';
  return [
    {
      clauses: [silences],
      permits: 'whether delivery is on',
      may: false,
      accept: (seen) => {
        if (seen.error !== undefined || seen.skipped !== undefined) return [];
        if (isSet) return [to(s)];
        return settingsOf(delivery)
          .filter(({ is }) => (is === 'on') === (seen.value === 1))
          .map(({ is, narrows }) => to(withThread(s, number, { delivery: is }), [], narrows));
      },
      why: classOf,
      sample: () => ({ value: delivery === 'on' ? 1 : 0 }),
      alternatives: () => (isSet ? [] : [{ value: 1 }]),
    },
    mayFail(silences, s),
    skips(silences, s),
  ];
};

/** uintr_wait is described by neither page: it returns when it likes, and changes nothing. */
export const wait = (_c: Context, s: State): readonly Outcome<State>[] => [
  {
    clauses: [silences],
    permits: 'any return',
    may: true,
    accept: (seen) => (seen.skipped === undefined ? [to(s)] : []),
    why: classOf,
    sample: () => ({ value: 0 }),
  },
  skips(silences, s),
];
