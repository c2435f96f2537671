/**
 * What a uintr program has brought about: threads with what is on its way to them, objects and the descriptors that
 * name them, connections and their indexes.
 *
 * Nothing is delivered here. What was sent is owed to a thread until its log shows it (`../owing.ts`), so that no schedule
 * of notifications and context switches has to be guessed.
 */

import type { ClauseId } from '#spec/index';
import type { Owed } from '../owing.ts';
import { flag, list, oneOf, plain, record, type Shape, text, whole } from '../shape.ts';

/** Delivery of a thread: off, on, or never set, so that only a choice of the system tells. */
export type Delivery = 'off' | 'on' | 'start' | 'either';

/** A limit is lifted, surely reached, or was reached before something was closed. */
type Limit = 'none' | 'reached' | 'loose';

export interface Thread {
  readonly process: number;
  readonly alive: boolean;
  /** It has made a call. */
  readonly acted: boolean;
  /** How many handlers it has registered; what belongs to an earlier one is not owed. */
  readonly handlers: number;
  readonly handler: boolean;
  readonly delivery: Delivery;
  readonly owed: Owed;
}

/** What descriptors name. */
export interface Endpoint {
  readonly thread: number;
  /** Which of its handlers was registered when it was made. */
  readonly handlers: number;
  readonly vector: number;
  /** Open descriptors. */
  readonly references: number;
  /** A descriptor was closed; which process did it last. */
  readonly closed: 'never' | 'by-owner' | 'by-other';
}

export interface Descriptor {
  readonly name: string;
  readonly process: number;
  readonly endpoint: number;
  readonly open: boolean;
  /** Set by create_fd and copied by fork: the page speaks of it. A duplicate is made without. */
  readonly closeOnExec: boolean;
  readonly came: 'created' | 'duplicated' | 'passed' | 'inherited';
}

export interface Connection {
  readonly name: string;
  readonly process: number;
  /** Who registered it. */
  readonly thread: number;
  readonly index: number;
  /** The endpoint; -1 of a thread with itself. */
  readonly endpoint: number;
  readonly target: number;
  readonly handlers: number;
  readonly vector: number;
  readonly live: boolean;
  /** The pages say nothing any more of what a send through it does. */
  readonly open: boolean;
}

export interface State {
  readonly hardware: boolean;
  readonly exhausted: boolean;
  /** By process, whether it is at its limit on descriptors. */
  readonly limits: readonly Limit[];
  readonly files: Limit;
  /** Whether indexes were used up, and by which thread. */
  readonly filled: Limit;
  readonly filledBy: number;
  readonly processes: number;
  readonly threads: readonly Thread[];
  readonly endpoints: readonly Endpoint[];
  readonly descriptors: readonly Descriptor[];
  readonly connections: readonly Connection[];
}

const ACTORS = 4;

export const nothingOwed: Owed = { past: [], present: { items: [], batches: [] }, held: [] };

const newThread: Thread = {
  process: 0,
  alive: true,
  acted: false,
  handlers: 0,
  handler: false,
  delivery: 'start',
  owed: nothingOwed,
};

export const initial: State = {
  hardware: true,
  exhausted: false,
  limits: ['none'],
  files: 'none',
  filled: 'none',
  filledBy: -1,
  processes: 1,
  threads: Array.from({ length: ACTORS }, () => newThread),
  endpoints: [],
  descriptors: [],
  connections: [],
};

/** The number of an actor: `t2` → 2. */
export const threadOf = (actor: string): number => Number(actor.slice(1));

/** A copy with all members written out: a spread takes several times as long, and every call makes one. */
export const draftOf = (s: State): { -readonly [Member in keyof State]: State[Member] } => ({
  hardware: s.hardware,
  exhausted: s.exhausted,
  limits: s.limits,
  files: s.files,
  filled: s.filled,
  filledBy: s.filledBy,
  processes: s.processes,
  threads: s.threads,
  endpoints: s.endpoints,
  descriptors: s.descriptors,
  connections: s.connections,
});

export const withThread = (s: State, number: number, change: Partial<Thread>): State => {
  const thread = s.threads[number] as Thread;
  const next = draftOf(s);
  const threads = s.threads.slice();
  threads[number] = {
    process: change.process ?? thread.process,
    alive: change.alive ?? thread.alive,
    acted: change.acted ?? thread.acted,
    handlers: change.handlers ?? thread.handlers,
    handler: change.handler ?? thread.handler,
    delivery: change.delivery ?? thread.delivery,
    owed: change.owed ?? thread.owed,
  };
  next.threads = threads;
  return next;
};

const withEndpoint = (s: State, number: number, change: Partial<Endpoint>): State => {
  const next = draftOf(s);
  next.endpoints = s.endpoints.with(number, { ...(s.endpoints[number] as Endpoint), ...change });
  return next;
};

/** The descriptor that a process has under a name, open or not; null where there never was one. */
export const descriptorOf = (s: State, process: number, name: string): Descriptor | null =>
  s.descriptors.find((one) => one.process === process && one.name === name) ?? null;

/** Adds a descriptor, or replaces the one that the process had under this name. */
export const withDescriptor = (s: State, descriptor: Descriptor): State => {
  const next = draftOf(s);
  const others = s.descriptors.filter(
    ({ name, process }) => name !== descriptor.name || process !== descriptor.process,
  );
  others.push(descriptor);
  next.descriptors = others;
  return next;
};

/** One more descriptor of an endpoint. */
export const referenced = (s: State, number: number): State =>
  withEndpoint(s, number, { references: (s.endpoints[number] as Endpoint).references + 1 });

/** A process closes a descriptor. */
export const released = (s: State, descriptor: Descriptor): State => {
  const endpoint = s.endpoints[descriptor.endpoint] as Endpoint;
  const owner = (s.threads[endpoint.thread] as Thread).process;
  const loosened = (one: Limit): Limit => (one === 'reached' ? 'loose' : one);
  const { process } = descriptor;
  const roomier = {
    ...s,
    limits: s.limits.with(process, loosened(s.limits[process] as Limit)),
    files: loosened(s.files),
  };
  const closed = withDescriptor(roomier, { ...descriptor, open: false });
  return withEndpoint(closed, descriptor.endpoint, {
    references: endpoint.references - 1,
    closed: descriptor.process === owner ? 'by-owner' : 'by-other',
  });
};

/** Connections whose name or number a process uses as this index, the living one first. */
export const connectionOf = (s: State, process: number, name: string): Connection | null => {
  const named = s.connections.find((one) => one.name === name && one.process === process);
  if (named === undefined) return null;
  if (named.live) return named;
  return (
    s.connections.find((one) => one.live && one.process === process && one.index === named.index) ?? named
  );
};

export const withConnections = (s: State, change: (one: Connection) => Connection): State => ({
  ...s,
  connections: s.connections.map(change),
});

const limit = oneOf('none', 'reached', 'loose');
const item = record<Owed['held'][number]>({
  key: whole,
  min: whole,
  max: whole,
  firm: flag,
  loose: flag,
  by: plain<readonly ClauseId[]>(),
});
const group = record<Owed['present']>({ items: list(item), batches: plain() });

export const shape: Shape<State> = record<State>({
  hardware: flag,
  exhausted: flag,
  limits: list(limit),
  files: limit,
  filled: limit,
  filledBy: whole,
  processes: whole,
  threads: list(
    record<Thread>({
      process: whole,
      alive: flag,
      acted: flag,
      handlers: whole,
      handler: flag,
      delivery: oneOf('off', 'on', 'start', 'either'),
      owed: record<Owed>({ past: list(group), present: group, held: list(item) }),
    }),
  ),
  endpoints: list(
    record<Endpoint>({
      thread: whole,
      handlers: whole,
      vector: whole,
      references: whole,
      closed: oneOf('never', 'by-owner', 'by-other'),
    }),
  ),
  descriptors: list(
    record<Descriptor>({
      name: text,
      process: whole,
      endpoint: whole,
      open: flag,
      closeOnExec: flag,
      came: oneOf('created', 'duplicated', 'passed', 'inherited'),
    }),
  ),
  connections: list(
    record<Connection>({
      name: text,
      process: whole,
      thread: whole,
      index: whole,
      endpoint: whole,
      target: whole,
      handlers: whole,
      vector: whole,
      live: flag,
      open: flag,
    }),
  ),
});
