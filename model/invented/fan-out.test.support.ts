/**
 * A post that signals every importer of an export, one after the other: between two of them anything may happen. The
 * atomic reading, in which a post is one step, is here too: it accuses systems that do nothing wrong.
 */

import type { Step } from '#spec/index';
import { variationPoints } from '../choices.ts';
import type { Machine } from '../machine.ts';
import { type Breach, type Context, classOf, goesOn, type Outcome, returns, to } from '../outcome.ts';
import { record, table, whole } from '../shape.ts';
import { clause, type Invention, unvisited } from './invention.test.support.ts';

export const fanOutClauses = {
  signals: clause('fan-out/post/signals-each'),
  wakes: clause('fan-out/wait/event-wakes'),
  scaffold: clause('fan-out/scaffold'),
} as const;
const { signals, wakes, scaffold } = fanOutClauses;

interface State {
  /** Events not taken, by importer; absent when it is closed. */
  readonly importers: Readonly<Record<string, number>>;
}

const withCount = (s: State, name: string, change: number): State => {
  const count = s.importers[name];
  return count === undefined ? s : { importers: { ...s.importers, [name]: count + change } };
};

const without = <T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> => {
  const { [name]: _, ...rest } = record;
  return rest;
};

const missed: Breach = {
  clause: signals,
  operation: 'post',
  observed: 'an importer without its event',
  permitted: ['one event for each'],
  situation: {},
};

/** The first phase says whom the post is going to signal; each later one signals any of those that are left. */
const post = (c: Context, s: State): readonly Outcome<State>[] => {
  const left = c.phase === null ? Object.keys(s.importers).sort() : (c.phase as readonly string[]);
  if (c.phase === null && left.length > 0) return [goesOn(signals, left, s)];
  if (left.length === 0) return [returns(c, scaffold, {}, () => s, { operation: 'post' })];
  return left.map((name) => {
    const rest = left.filter((other) => other !== name);
    const signalled = goesOn(signals, rest, withCount(s, name, 1));
    const skipped = to(s, [], [], missed);
    return c.relaxed === signals
      ? { ...signalled, accept: (seen) => [...signalled.accept(seen), skipped] }
      : signalled;
  });
};

const postAtOnce = (c: Context, s: State): readonly Outcome<State>[] => [
  returns(
    c,
    scaffold,
    {},
    () => Object.keys(s.importers).reduce((next, name) => withCount(next, name, 1), s),
    { operation: 'post' },
  ),
];

const call =
  (atomic: boolean) =>
  (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
    const name = String(step.importer);
    const count = s.importers[name];
    switch (step.op) {
      case 'open':
        return [
          returns(c, scaffold, {}, () => ({ importers: { ...s.importers, [name]: count ?? 0 } }), {
            operation: 'open',
          }),
        ];
      case 'close':
        return [
          returns(c, scaffold, {}, () => ({ importers: without(s.importers, name) }), { operation: 'close' }),
        ];
      case 'post':
        return atomic ? postAtOnce(c, s) : post(c, s);
      case 'take':
        return [
          returns(c, scaffold, { value: count ?? 0 }, () => withCount(s, name, -(count ?? 0)), {
            operation: 'take',
          }),
        ];
      default:
        return wait(s, name);
    }
  };

/** Blocks until the importer has an event, or is closed. */
const wait = (s: State, name: string): readonly Outcome<State>[] => {
  const count = s.importers[name];
  if (count === 0) return [];
  const expected = count === undefined ? { error: 'CLOSED' } : {};
  return [
    {
      clauses: [wakes],
      permits: classOf(expected),
      may: false,
      accept: (seen) =>
        seen.error === expected.error ? [{ ...to(withCount(s, name, -1)), wakes: [wakes] }] : [],
      why: classOf,
      sample: () => expected,
    },
  ];
};

const machine = (atomic: boolean): Machine<State> => ({
  interface: 'fan-out',
  points: variationPoints([]),
  clauses: [signals, wakes],
  initial: { importers: { a: 0, b: 0 } },
  call: call(atomic),
  settled: (s) => s,
  shape: record({ importers: table(whole) }),
  ...unvisited,
});

export const fanOut: Invention<State> = {
  machine: machine(false),
  steps: [
    { op: 'open', importer: 'a' },
    { op: 'open', importer: 'b' },
    { op: 'close', importer: 'a' },
    { op: 'post', actor: 't1' },
    { op: 'take', importer: 'a' },
    { op: 'take', importer: 'b' },
    { op: 'wait', importer: 'a', actor: 't2' },
    { op: 'wait', importer: 'b', actor: 't3' },
  ],
  overlaps: ({ op }) => op === 'post' || op === 'wait',
  results: ({ op }) =>
    op === 'take'
      ? [{ value: 0 }, { value: 1 }, { value: 2 }]
      : op === 'wait'
        ? [{}, { error: 'CLOSED' }]
        : [{}, { error: 'EIO' }],
};

/** The reading in which a post is one step. */
export const atomicFanOut: Machine<State> = machine(true);
