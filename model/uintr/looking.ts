/** log: what a handler was given, held against what was sent. Here the order and the completeness of delivery are judged. */

import type { ClauseId, Result, Step } from '#spec/index';
import { textOf } from '../arguments.ts';
import { type Breach, type Context, classOf, type Outcome, type Successor, skips, to } from '../outcome.ts';
import { type Excuses, type Group, noExcuses, type Owed, read, shownSurely } from '../owing.ts';
import { type State, type Thread, threadOf, withThread } from './state.ts';

export const log = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(textOf(step.of));
  const thread = s.threads[number] as Thread;
  const { owed } = thread;
  return [
    {
      clauses: ['uintr/delivery/invokes-handler', 'uintr/priority/higher-first'],
      // Only a person reads it.
      get permits() {
        return `${shownSurely(owed).join(', ') || 'nothing'}${isFree(owed) ? ', and perhaps more' : ''}`;
      },
      may: false,
      accept: (seen) => shown(c, s, number, seen),
      why: (seen) => (seen.error === undefined && seen.skipped === undefined ? 'another log' : classOf(seen)),
      sample: () => ({ vectors: shownSurely(owed), nested: 0 }),
    },
    skips('uintr/document/silences', s),
  ];
};

const isFree = ({ past, present }: Owed): boolean =>
  present.items.length > 0 || past.some(({ items }) => items.some(({ min, max }) => min < max));

const shown = (c: Context, s: State, number: number, seen: Result): readonly Successor<State>[] => {
  const { vectors, nested = 0 } = seen;
  if (seen.error !== undefined || seen.skipped !== undefined || !Array.isArray(vectors)) return [];
  const { owed } = s.threads[number] as Thread;
  const seenLog = vectors as readonly number[];
  const after = (left: Owed): State => withThread(s, number, { owed: left });
  if (nested === 0) {
    const left = read(owed, seenLog);
    if (left.length > 0) {
      const tested = testedBy(s, number, owed);
      return left.map((one) => to(after(one), tested));
    }
  }
  const { relaxed } = c;
  if (relaxed === null) return [];
  if (nested !== 0) {
    if (relaxed !== 'uintr/delivery/no-nesting') return [];
    const breach = breachOf(relaxed, 'a handler inside another', 'none');
    // What was delivered inside another handler need not be in order.
    return read(owed, seenLog, { ...noExcuses, order: () => true }).map((one) =>
      to(after(one), [], [], breach),
    );
  }
  const excuse = excuses.get(relaxed);
  if (excuse === undefined) return [];
  const breach = breachOf(relaxed, excuse.observed, shownSurely(owed).join(', ') || 'nothing');
  return read(owed, seenLog, excuse.of(s, number)).map((one) => to(after(one), [], [], breach));
};

const breachOf = (clause: ClauseId, observed: string, permitted: string): Breach => ({
  clause,
  operation: 'senduipi',
  observed,
  permitted: [permitted],
  situation: {},
});

interface Excuse {
  readonly observed: string;
  readonly of: (s: State, number: number) => Excuses;
}

const isIn = (vector: number, { batches }: Group): boolean => batches.some((batch) => batch.includes(vector));

/** Vectors that somebody could send to this thread. */
const sendable = (s: State, number: number) => (vector: number) =>
  s.connections.some((one) => one.target === number && one.vector === vector);

const missing = (clause: ClauseId): Excuse => ({
  observed: 'not delivered',
  of: () => ({ ...noExcuses, missing: ({ by }) => by.includes(clause) }),
});

const misordered = (concerns: (batch: readonly number[]) => boolean): Excuse => ({
  observed: 'a lower one first',
  of: () => ({ ...noExcuses, order: concerns }),
});

const wrongNumber = (clause: ClauseId): Excuse => ({
  observed: 'another vector',
  of: () => ({ ...noExcuses, missing: ({ by }) => by.includes(clause), extra: () => true }),
});

/** By clause, what a breach of it would explain in a log. */
const excuses: ReadonlyMap<ClauseId, Excuse> = new Map<ClauseId, Excuse>([
  ['uintr/self/sender-to-itself', missing('uintr/self/sender-to-itself')],
  ['uintr/fd/holders-raise', missing('uintr/fd/holders-raise')],
  ['uintr/close/kept-while-open', missing('uintr/close/kept-while-open')],
  ['uintr/fork/same-object', missing('uintr/fork/same-object')],
  ['uintr/delivery/invokes-handler', missing('uintr/delivery/invokes-handler')],
  [
    'uintr/priority/none-lost',
    {
      observed: 'not delivered',
      of: () => ({ ...noExcuses, missing: ({ key }, group) => isIn(key, group) }),
    },
  ],
  ['uintr/priority/higher-first', misordered(() => true)],
  ['uintr/priority/sixty-three-highest', misordered(([first]) => first === 63)],
  ['uintr/priority/zero-lowest', misordered((batch) => batch.at(-1) === 0)],
  ['uintr/delivery/vector-number', wrongNumber('uintr/delivery/vector-number')],
  ['uintr/self/keyed-by-vector', wrongNumber('uintr/self/keyed-by-vector')],
  [
    'uintr/delivery/not-more-than-sent',
    {
      observed: 'delivered again',
      of: (s, number) => ({ ...noExcuses, extra: sendable(s, number) }),
    },
  ],
  [
    'uintr/fd/creator-only',
    {
      observed: 'delivered to another thread',
      of: (s, number) => ({
        ...noExcuses,
        missing: () => s.threads.some((one, other) => other !== number && one.handlers > 0),
        extra: (vector) => s.connections.some((one) => one.target !== number && one.vector === vector),
      }),
    },
  ],
  [
    'uintr/delivery/held-while-off',
    { observed: 'delivered while off', of: () => ({ ...noExcuses, held: true, order: () => true }) },
  ],
]);

/** Clauses that the log of these groups could have refuted. */
const testedBy = (s: State, number: number, { past, held }: Owed): readonly ClauseId[] => {
  const tested = new Set<ClauseId>();
  for (const { items, batches } of past) {
    const sure = items.filter(({ min }) => min > 0);
    for (const { by } of sure) for (const clause of by) tested.add(clause);
    if (items.length > 0) tested.add('uintr/delivery/not-more-than-sent');
    if (sure.length > 1) tested.add('uintr/delivery/no-nesting');
    if (sure.length > 0 && s.threads.some((one, other) => other !== number && one.handlers > 0))
      tested.add('uintr/fd/creator-only');
    for (const batch of batches) {
      tested.add('uintr/priority/none-lost');
      tested.add('uintr/priority/higher-first');
      if (batch[0] === 63) tested.add('uintr/priority/sixty-three-highest');
      if (batch.at(-1) === 0) tested.add('uintr/priority/zero-lowest');
    }
  }
  if (held.some(({ firm, min }) => firm && min > 0)) tested.add('uintr/delivery/held-while-off');
  return [...tested];
};
