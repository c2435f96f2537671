/**
 * register_sender and unregister_sender: the companions through which the descriptors of the pages are used. Only that
 * whoever holds a descriptor can connect is a sentence of theirs.
 */

import type { ClauseId, Step } from '#spec/index';
import { numberOf, textOf, usualOf } from '../arguments.ts';
import { type Context, classOf, mayFail, type Outcome, returns, skips, to } from '../outcome.ts';
import { proves } from './points.ts';
import { freeIndex } from './registering.ts';
import {
  type Connection,
  connectionOf,
  type Descriptor,
  descriptorOf,
  type Endpoint,
  type State,
  type Thread,
  threadOf,
  withConnections,
} from './state.ts';

const silences: ClauseId = 'uintr/document/silences';
const usual = usualOf('uintr', 'register_sender');

/** Whether a connection to this endpoint reaches a handler for sure. */
const isReachable = (s: State, { thread, handlers }: Endpoint): boolean => {
  const target = s.threads[thread] as Thread;
  return target.alive && target.handler && target.handlers === handlers;
};

export const registerSender = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const { process } = s.threads[number] as Thread;
  const descriptor = descriptorOf(s, process, textOf(step.fd));
  if (descriptor === null) return [skips(silences, s)];
  if (!descriptor.open) return onClosed(c, s, 'register_sender');
  const endpoint = s.endpoints[descriptor.endpoint] as Endpoint;
  const earlier = s.connections.filter((one) => one.live && one.endpoint === descriptor.endpoint);
  const isPlain =
    s.hardware &&
    !s.exhausted &&
    s.filled === 'none' &&
    numberOf(step.flags ?? usual.flags) === 0 &&
    endpoint.vector >= 0 &&
    isReachable(s, endpoint);
  const connection: Connection = {
    name: step.as ?? '',
    process,
    thread: number,
    index: freeIndex(s, process),
    endpoint: descriptor.endpoint,
    target: endpoint.thread,
    handlers: endpoint.handlers,
    vector: endpoint.vector,
    live: true,
    open: !isPlain,
  };
  const after = (index: unknown): State => ({
    ...s,
    connections: [...s.connections, { ...connection, index: typeof index === 'number' ? index : -1 }],
  });
  if (!isPlain)
    return [succeedsOpenly((seen) => after(seen.index)), mayFail(silences, s), skips(silences, s)];
  const clause = clauseFor(descriptor, earlier, number);
  // One of which the pages say nothing any more may be the first one, or none.
  const perhapsFirst = earlier.filter(({ thread }) => thread === number);
  const isSecond = perhapsFirst.length > 0;
  const isSurelySecond = perhapsFirst.some(({ open }) => !open);
  const connects: Outcome<State> = {
    clauses: [clause],
    permits: 'an index',
    may: false,
    situation: { holder: holderOf(descriptor, endpoint, number) },
    accept: (seen) => {
      if (seen.skipped !== undefined) return [];
      if (seen.error === undefined)
        return [
          to(after(seen.index), isSecond ? [] : [clause], isSurelySecond ? [proves.secondAccepted] : []),
        ];
      if (c.relaxed !== clause) return [];
      const situation = { holder: holderOf(descriptor, endpoint, number) };
      const permitted = ['an index'];
      return [
        to(s, [], [], { clause, operation: 'register_sender', observed: seen.error, permitted, situation }),
      ];
    },
    why: classOf,
    sample: () => ({ index: connection.index }),
  };
  if (!isSecond) return [connects, skips(silences, s)];
  const refused: Outcome<State> = {
    clauses: [silences],
    permits: 'any error',
    may: true,
    accept: (seen) =>
      seen.error === undefined ? [] : [to(s, [], isSurelySecond ? [proves.secondRefused] : [])],
    why: classOf,
    sample: () => ({ error: 'EISCONN' }),
  };
  return [connects, refused, skips(silences, s)];
};

const clauseFor = ({ came }: Descriptor, earlier: readonly Connection[], number: number): ClauseId =>
  came === 'passed'
    ? 'uintr/fd/shared-with-processes'
    : came === 'inherited'
      ? 'uintr/fork/child-inherits'
      : earlier.some(({ thread }) => thread !== number)
        ? 'uintr/fd/many-senders'
        : 'uintr/fd/holders-raise';

const holderOf = ({ came }: Descriptor, { thread }: Endpoint, number: number): string =>
  came === 'passed' || came === 'inherited' ? came : thread === number ? 'creator' : 'thread';

const succeedsOpenly = (next: (seen: Parameters<Outcome<State>['accept']>[0]) => State): Outcome<State> => ({
  clauses: [silences],
  permits: 'success',
  may: true,
  accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? [to(next(seen))] : []),
  why: classOf,
  sample: () => ({}),
});

/** A call on a number that exec or close took away: it is no descriptor any more. */
const onClosed = (c: Context, s: State, operation: string): readonly Outcome<State>[] => [
  {
    clauses: ['uintr/fork/close-on-exec'],
    permits: 'any error',
    may: false,
    accept: (seen) => {
      if (seen.skipped !== undefined) return [];
      if (seen.error !== undefined) return [to(s, ['uintr/fork/close-on-exec'])];
      if (c.relaxed !== 'uintr/fork/close-on-exec') return [];
      const { relaxed: clause } = c;
      return [
        to(s, [], [], { clause, operation, observed: 'success', permitted: ['any error'], situation: {} }),
      ];
    },
    why: classOf,
    sample: () => ({ error: 'EBADF' }),
  },
  skips(silences, s),
];

export const unregisterSender = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const { process } = s.threads[number] as Thread;
  const name = textOf(step.target);
  const named = connectionOf(s, process, name) ?? undefined;
  const descriptor = named === undefined ? descriptorOf(s, process, name) : null;
  if (named === undefined && descriptor === null) return [skips(silences, s)];
  const isEnded = (one: Connection): boolean =>
    one.live && (named !== undefined ? one === named : isOf(one, number, descriptor as Descriptor));
  const ended = s.connections.filter(isEnded);
  const after = withConnections({ ...s, filled: 'none' }, (one) =>
    isEnded(one) ? { ...one, live: false } : one,
  );
  const isPlain =
    s.hardware &&
    ended.length > 0 &&
    ended.every((one) => !one.open && one.thread === number) &&
    (descriptor === null || descriptor.open);
  const [ifDone, ifNot] =
    descriptor === null
      ? [proves.unregistersIndex, proves.unregistersDescriptor]
      : [proves.unregistersDescriptor, proves.unregistersIndex];
  // Where a table may be shared with others, or its numbers have been given again, more may be gone than was meant.
  const isTwin = (one: Connection): boolean =>
    ended.some(
      ({ index, target, vector, process: owner }) =>
        one.index === index && (one.process === owner || (one.target === target && one.vector === vector)),
    );
  const doubtful = withConnections(after, (one) => (isTwin(one) ? { ...one, open: true } : one));
  return [
    {
      clauses: [silences],
      permits: 'success',
      may: !isPlain,
      accept: (seen) =>
        seen.error !== undefined || seen.skipped !== undefined
          ? []
          : [isPlain ? to(after, [], [ifDone]) : to(doubtful)],
      why: classOf,
      sample: () => ({}),
    },
    {
      clauses: [silences],
      permits: 'any error',
      may: true,
      accept: (seen) => (seen.error === undefined ? [] : [to(s, [], isPlain ? [ifNot] : [])]),
      why: classOf,
      sample: () => ({ error: 'EINVAL' }),
    },
    skips(silences, s),
  ];
};

const isOf = (one: Connection, thread: number, { endpoint }: Descriptor): boolean =>
  one.thread === thread && one.endpoint === endpoint;

export const getfd = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { process } = s.threads[threadOf(c.actor)] as Thread;
  const descriptor = descriptorOf(s, process, textOf(step.fd));
  if (descriptor === null) return [skips(silences, s)];
  if (!descriptor.open) return onClosed(c, s, 'getfd');
  const isOpen: ClauseId = 'uintr/fd/returns-descriptor';
  if (!descriptor.closeOnExec)
    return [returns(c, isOpen, {}, () => s, { operation: 'getfd', before: s }), skips(silences, s)];
  return [
    {
      clauses: ['uintr/fork/close-on-exec', isOpen],
      permits: '1',
      may: false,
      accept: (seen) => {
        if (seen.skipped !== undefined) return [];
        if (seen.error === undefined && seen.value === 1)
          return [to(s, ['uintr/fork/close-on-exec', isOpen])];
        const clause = seen.error === undefined ? 'uintr/fork/close-on-exec' : isOpen;
        if (c.relaxed !== clause) return [];
        const observed = seen.error ?? 'not set';
        return [to(s, [], [], { clause, operation: 'getfd', observed, permitted: ['1'], situation: {} })];
      },
      why: (seen) => (seen.error === undefined ? 'not set' : classOf(seen)),
      sample: () => ({ value: 1 }),
    },
    skips(silences, s),
  ];
};
