/**
 * What a program of remote shared memory has brought about: segments, connections, and the events that are pending for
 * each handle.
 *
 * Pending events are an interval, because an event travels: once everything is quiet at least `low` and at most `high`
 * are there; of these at most `flying` have not arrived yet.
 */

import type { ClauseId } from '#spec/index';
import { flag, list, oneOf, plain, record, type Shape, text, whole } from '../shape.ts';

export interface Pending {
  readonly low: number;
  readonly high: number;
  readonly flying: number;
  /** What the arrival of these tests. */
  readonly by: readonly ClauseId[];
  /** What would be broken if an event came out of nothing. */
  readonly silent: readonly ClauseId[];
}

export interface Handle {
  readonly name: string;
  readonly kind: 'export' | 'import';
  readonly process: number;
  /** Number of the exported segment: its own for an export handle. */
  readonly segment: number;
  /** How often the segment had been published. */
  readonly epoch: number;
  readonly phase: 'created' | 'published' | 'unpublished' | 'connected' | 'cut' | 'gone';
  readonly mapped: boolean;
  readonly pending: Pending;
  /** The reference count is at least and at most this. */
  readonly refLow: number;
  readonly refHigh: number;
  /** Successful calls that got a pollfd. */
  readonly gets: number;
  /** A post was made on it, or on a connection to it. */
  readonly posted: boolean;
  /** A wait on it ended without an event. */
  readonly waited: boolean;
  /** An operation on the segment failed for its count. */
  readonly refused: boolean;
}

export interface Thread {
  /** It is inside a wait: a settle has passed since the wait began, or none has. */
  readonly inside: 'no' | 'maybe' | 'surely';
  readonly interrupted: 'no' | 'maybe' | 'surely';
}

export interface State {
  readonly handles: readonly Handle[];
  readonly threads: readonly Thread[];
  /** By process. */
  readonly killed: readonly boolean[];
  readonly controllers: readonly boolean[];
  readonly link: 'up' | 'cut' | 'changing';
  /** What a link that changes comes to. */
  readonly linkGoal: 'up' | 'cut';
  readonly exhausted: boolean;
}

/** The processes of t0 and t1, of t2 and of t3; the last one is on another node. */
export const processOf = (thread: number): number => (thread < 2 ? 0 : thread - 1);
export const isRemote = (process: number): boolean => process === 2;

/** The number of an actor: `t2` → 2. */
export const threadOf = (actor: string): number => Number(actor.slice(1));

export const nothingPending: Pending = { low: 0, high: 0, flying: 0, by: [], silent: [] };

export const initial: State = {
  handles: [],
  threads: [0, 1, 2, 3].map(() => ({ inside: 'no', interrupted: 'no' })),
  killed: [false, false, false],
  controllers: [true, true, true],
  link: 'up',
  linkGoal: 'up',
  exhausted: false,
};

export const withHandle = (s: State, number: number, change: Partial<Handle>): State => ({
  ...s,
  handles: s.handles.with(number, { ...(s.handles[number] as Handle), ...change }),
});

export const withPending = (s: State, number: number, change: Partial<Pending>): State => {
  const { pending } = s.handles[number] as Handle;
  return withHandle(s, number, { pending: { ...pending, ...change } });
};

export const withThread = (s: State, number: number, change: Partial<Thread>): State => ({
  ...s,
  threads: s.threads.with(number, { ...(s.threads[number] as Thread), ...change }),
});

/** The handle that a process has under a name; -1 where it has none that may be used. */
export const handleOf = (s: State, process: number, name: string): number =>
  s.handles.findIndex((one) => one.name === name && one.process === process && one.phase !== 'gone');

/** Connections to the segment as it is published now, by number. */
export const importersOf = (s: State, segment: number): readonly number[] => {
  const { epoch, phase } = s.handles[segment] as Handle;
  if (phase !== 'published') return [];
  return s.handles.flatMap((one, number) =>
    one.kind === 'import' && one.segment === segment && one.epoch === epoch && one.phase === 'connected'
      ? [number]
      : [],
  );
};

/** Whether an event may find its way between two processes. */
export const reaches = (s: State, from: number, to: number): 'yes' | 'no' | 'maybe' =>
  isRemote(from) === isRemote(to) || s.link === 'up' ? 'yes' : s.link === 'cut' ? 'no' : 'maybe';

/** What is in the air may be lost. */
export const grounded = (pending: Pending): Pending =>
  pending.flying === 0 ? pending : { ...pending, low: Math.max(0, pending.low - pending.flying) };

/** What is pending may be lost. */
export const loose = (pending: Pending): Pending => (pending.low === 0 ? pending : { ...pending, low: 0 });

/** One was taken. */
export const taken = ({ low, high, flying, by, silent }: Pending): Pending => ({
  low: Math.max(0, low - 1),
  high: Math.max(0, high - 1),
  flying: Math.min(flying, Math.max(0, high - 1)),
  by: low > 1 ? by : [],
  silent,
});

/** None has arrived. */
export const noneArrived = ({ low, high, flying, by, silent }: Pending): Pending => ({
  low: Math.min(low, flying),
  high: Math.min(high, flying),
  flying,
  by,
  silent,
});

export const including = (
  clauses: readonly ClauseId[],
  ...more: readonly ClauseId[]
): readonly ClauseId[] => {
  const added = more.filter((clause) => !clauses.includes(clause));
  return added.length === 0 ? clauses : [...clauses, ...added];
};

const clausesShape = plain<readonly ClauseId[]>();
const certainty = oneOf('no', 'maybe', 'surely');

export const shape: Shape<State> = record<State>({
  handles: list(
    record<Handle>({
      name: text,
      kind: oneOf('export', 'import'),
      process: whole,
      segment: whole,
      epoch: whole,
      phase: oneOf('created', 'published', 'unpublished', 'connected', 'cut', 'gone'),
      mapped: flag,
      pending: record<Pending>({
        low: whole,
        high: whole,
        flying: whole,
        by: clausesShape,
        silent: clausesShape,
      }),
      refLow: whole,
      refHigh: whole,
      gets: whole,
      posted: flag,
      waited: flag,
      refused: flag,
    }),
  ),
  threads: list(record<Thread>({ inside: certainty, interrupted: certainty })),
  killed: list(flag),
  controllers: list(flag),
  link: oneOf('up', 'cut', 'changing'),
  linkGoal: oneOf('up', 'cut'),
  exhausted: flag,
});
