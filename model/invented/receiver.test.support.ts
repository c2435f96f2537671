/**
 * A receiver of posted vectors, after the manner of user interrupts: what is posted is recognised at some later moment,
 * and what is recognised is delivered while the receiver is enabled, the highest vector first. Posts of a vector that is
 * still waiting are one. After `close` what was not recognised yet may be dropped.
 *
 * Conventions: `c` context, `s` state, vectors are bits of `posted` and `recognised`.
 */

import type { ClauseId, Step } from '#spec/index';
import { variationPoints } from '../choices.ts';
import type { Machine } from '../machine.ts';
import {
  type Breach,
  type Context,
  classOf,
  type InternalStep,
  type Outcome,
  returns,
  to,
} from '../outcome.ts';
import { plain } from '../shape.ts';
import { clause, type Invention, unvisited } from './invention.test.support.ts';

export const receiverClauses = {
  posts: clause('receiver/post/succeeds'),
  arrives: clause('receiver/delivery/arrives'),
  once: clause('receiver/delivery/once'),
  highestFirst: clause('receiver/delivery/highest-first'),
  onlyEnabled: clause('receiver/delivery/only-enabled'),
  scaffold: clause('receiver/scaffold'),
} as const;
const { posts, arrives, once, highestFirst, onlyEnabled, scaffold } = receiverClauses;

interface State {
  readonly enabled: boolean;
  readonly closed: boolean;
  readonly posted: number;
  readonly recognised: number;
  /** Recognised ones that were there at a settle: their order among each other is firm. */
  readonly firm: number;
  /** Delivered and not yet read, in order. */
  readonly log: readonly number[];
  /** What reading the log will have tested. */
  readonly tests: readonly ClauseId[];
}

const initial: State = {
  enabled: true,
  closed: false,
  posted: 0,
  recognised: 0,
  firm: 0,
  log: [],
  tests: [],
};

const vectorsOf = (bits: number): readonly number[] => [0, 1, 2, 3].filter((vector) => (bits >> vector) & 1);
const highest = (bits: number): number => 31 - Math.clz32(bits);
/** Longest log of a relaxed machine, which could otherwise deliver for ever. */
const logMax = 4;

const call = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const done = (next: State) => [returns(c, scaffold, {}, () => next, { operation: step.op })];
  switch (step.op) {
    case 'post':
      return [
        returns(c, posts, {}, () => ({ ...s, posted: s.posted | (1 << Number(step.vector)) }), {
          operation: 'post',
          before: s,
        }),
      ];
    case 'enable':
      return done({ ...s, enabled: true });
    case 'disable':
      return done({ ...s, enabled: false });
    case 'close':
      return done({ ...s, closed: true });
    default:
      return [
        {
          clauses: [scaffold],
          permits: s.log.join(),
          may: false,
          accept: (seen) =>
            String(seen.vectors) === s.log.join() ? [to({ ...s, log: [], tests: [] }, s.tests)] : [],
          why: (seen) => (seen.error === undefined ? 'another log' : classOf(seen)),
          sample: () => ({ vectors: s.log }),
        },
      ];
  }
};

const recognise = (s: State): State => ({ ...s, recognised: s.recognised | s.posted, posted: 0 });

const deliver = (s: State, vector: number, tests: readonly ClauseId[] = []): State => ({
  ...s,
  recognised: s.recognised & ~(1 << vector),
  firm: s.firm & ~(1 << vector),
  log: [...s.log, vector],
  tests: [...s.tests, ...tests],
});

/** With a lower one waiting since a settle, the order is tested. */
const tested = (s: State, vector: number): readonly ClauseId[] =>
  (s.firm & (1 << vector)) !== 0 && (s.firm & ~(1 << vector)) !== 0 ? [highestFirst] : [];

const breach = (broken: ClauseId, observed: string): Breach => ({
  clause: broken,
  operation: 'post',
  observed,
  permitted: ['the highest vector'],
  situation: {},
});

const internal = (c: Context, s: State): readonly InternalStep<State>[] => {
  const steps: InternalStep<State>[] = [];
  const must = (state: State) => steps.push({ ...to(state), may: false });
  const may = (state: State, found: Breach | null) => steps.push({ ...to(state, [], [], found), may: true });
  if (s.posted !== 0) must(recognise(s));
  if (s.posted !== 0 && s.closed) may({ ...s, posted: 0 }, null);
  const first = highest(s.recognised);
  if (s.recognised !== 0 && s.enabled) must(deliver(s, first, tested(s, first)));
  if (c.relaxed === arrives)
    for (const vector of vectorsOf(s.recognised))
      may(
        { ...s, recognised: s.recognised & ~(1 << vector), firm: s.firm & ~(1 << vector) },
        breach(arrives, 'lost'),
      );
  if (c.relaxed === highestFirst && s.enabled)
    for (const vector of vectorsOf(s.recognised & ~(1 << first)))
      may(deliver(s, vector), breach(highestFirst, 'a lower one first'));
  if (c.relaxed === onlyEnabled && !s.enabled && s.recognised !== 0)
    may(deliver(s, first), breach(onlyEnabled, 'delivered while disabled'));
  if (c.relaxed === once && s.enabled && s.recognised !== 0 && s.log.length < logMax)
    may({ ...s, log: [...s.log, first] }, breach(once, 'delivered again'));
  return steps;
};

/** Quiet: what is left is recognised and waits for the receiver; what was delivered could have been missed. */
const settled = (s: State): State => ({
  ...s,
  firm: s.recognised,
  tests: s.log.length > 0 && !s.closed && !s.tests.includes(arrives) ? [...s.tests, arrives] : s.tests,
});

const machine: Machine<State> = {
  interface: 'receiver',
  points: variationPoints([]),
  clauses: [posts, arrives, once, highestFirst, onlyEnabled],
  initial,
  call,
  internal,
  settled,
  shape: plain(),
  ...unvisited,
};

const logs = [[], [1], [2], [1, 2], [2, 1], [1, 1], [2, 2], [2, 1, 2]] as const;

export const receiver: Invention<State> = {
  machine,
  steps: [
    { op: 'post', vector: 1, actor: 't1' },
    { op: 'post', vector: 2, actor: 't2' },
    { op: 'disable' },
    { op: 'enable' },
    { op: 'close' },
    { op: 'log' },
  ],
  overlaps: ({ op }) => op === 'post' || op === 'log',
  results: ({ op }) => (op === 'log' ? logs.map((vectors) => ({ vectors })) : [{}, { error: 'ESRCH' }]),
};
