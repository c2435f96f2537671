/** collect: what arrived, held against what is owed. Here order, completeness and silence are judged. */

import type { ClauseId, Result } from '#spec/index';
import { type Breach, type Context, classOf, type Outcome, type Successor, skips, to } from '../outcome.ts';
import { type Excuses, noExcuses, type Owed, read } from '../owing.ts';
import { isSeen, isUnsaid, silences } from './firing.ts';
import { type Attachment, changed, lineOf, type State } from './state.ts';

export const collect = (c: Context, s: State): readonly Outcome<State>[] => [
  {
    clauses: ['qnx-interrupt/delivery/attached', 'qnx-interrupt/order/front'],
    // Only a person reads it.
    get permits() {
      return shownSurely(s).join(', ') || 'nothing';
    },
    may: false,
    accept: (seen) => shown(c, s, seen),
    why: (seen) =>
      seen.error === undefined && seen.skipped === undefined ? 'other arrivals' : classOf(seen),
    sample: () => ({ events: shownSurely(s) }),
  },
  skips(silences, s),
];

const nameOf = (s: State, key: number): string => (s.attachments[key] as Attachment).name;

/** The arrivals that are sure, in an order that is permitted. */
const shownSurely = (s: State): readonly string[] =>
  s.owed.past.flatMap(({ items, batches }) => {
    const keys = items.filter(({ min }) => min > 0).map(({ key }) => key);
    const ordered = batches.flat();
    return [...ordered, ...keys.filter((key) => !ordered.includes(key))].map((key) => nameOf(s, key));
  });

/** Where nothing is said of deliveries, or a level may fire again and again. */
const spurious = (s: State) => (key: number) => {
  const one = s.attachments[key];
  return (
    one !== undefined &&
    isSeen(one) &&
    (isUnsaid(one) || (one.vector === 'level' && lineOf(s, 'level').raised))
  );
};

const shown = (c: Context, s: State, seen: Result): readonly Successor<State>[] => {
  const { events } = seen;
  if (seen.error !== undefined || seen.skipped !== undefined || !Array.isArray(events)) return [];
  const keys = events.map((name) => s.attachments.findIndex((one) => one.name === name && one.name !== ''));
  const lines = s.lines.some(({ parted }) => parted)
    ? s.lines.map((line) => (line.parted ? { ...line, parted: false } : line))
    : s.lines;
  const after = (owed: Owed): State => changed(s, { lines, owed, kept: [] });
  const usual: Excuses = { ...noExcuses, extra: spurious(s) };
  const left = read(s.owed, keys, usual);
  if (left.length > 0) {
    const tested = testedBy(s);
    return left.map((one) => to(after(one), tested));
  }
  const { relaxed } = c;
  if (relaxed === null || keys.includes(-1)) return [];
  const excuse = excuseOf(s, relaxed, keys);
  if (excuse === null) return [];
  const breach: Breach = {
    clause: relaxed,
    operation: 'raise',
    observed: excuse.observed,
    permitted: [shownSurely(s).join(', ') || 'nothing'],
    situation: {},
  };
  const { missing, order, extra } = excuse;
  const excuses: Excuses = {
    ...usual,
    ...(missing && { missing }),
    ...(order && { order }),
    extra: (key) => usual.extra(key) || extra?.(key) === true,
  };
  return read(s.owed, keys, excuses).map((one) => to(after(one), [], [], breach));
};

interface Excuse extends Partial<Excuses> {
  readonly observed: string;
}

const excuseOf = (s: State, clause: ClauseId, log: readonly number[]): Excuse | null => {
  if (clause === 'qnx-interrupt/delivery/once')
    return { observed: 'delivered again', extra: (key) => isOwed(s.owed, key) };
  if (clause === 'qnx-interrupt/order/front')
    return { observed: 'another order', order: (batch) => holds(log, pairsOf(s, batch).ends) };
  if (clause === 'qnx-interrupt/order/end')
    return { observed: 'another order', order: (batch) => holds(log, pairsOf(s, batch).fronts) };
  if (clause === 'qnx-interrupt/order/shared')
    return {
      observed: 'not delivered',
      missing: ({ key, by }) =>
        by.includes(clause) && log.some((other) => other !== key && vectorOf(s, other) === vectorOf(s, key)),
    };
  // Whatever opened a line without need, all of it comes.
  const opened = new Set(s.kept.filter(({ by }) => by === clause).map(({ key }) => vectorOf(s, key)));
  if (opened.size > 0) {
    const kept = s.kept.filter(({ key }) => opened.has(vectorOf(s, key))).map(({ key }) => key);
    return { observed: 'delivered', extra: (key) => kept.includes(key) };
  }
  return [...s.owed.past, s.owed.present].some(({ items }) => items.some(({ by }) => by.includes(clause)))
    ? { observed: 'not delivered', missing: ({ by }) => by.includes(clause) }
    : null;
};

const vectorOf = (s: State, key: number): string => (s.attachments[key] as Attachment).vector;

const isOwed = ({ past, present }: Owed, key: number): boolean =>
  [...past, present].some(({ items }) => items.some((item) => item.key === key));

type Pair = readonly [earlier: number, later: number];

/** Who comes before whom, by the sentence that says so: the newer one, unless it was put at the end. */
const pairsOf = (s: State, batch: readonly number[]) => {
  const fronts: Pair[] = [];
  const ends: Pair[] = [];
  batch.forEach((later, place) => {
    for (const earlier of batch.slice(0, place))
      (isAtEnd(s, later) && later > earlier ? ends : fronts).push([earlier, later]);
  });
  return { fronts, ends };
};

const holds = (log: readonly number[], pairs: readonly Pair[]): boolean =>
  pairs.every(([earlier, later]) => log.indexOf(earlier) < log.indexOf(later));

const isAtEnd = (s: State, key: number): boolean => (s.attachments[key] as Attachment).atEnd;

/** Clauses that these arrivals could have refuted. */
const testedBy = (s: State): readonly ClauseId[] => {
  const tested = new Set<ClauseId>();
  for (const { items, batches } of s.owed.past) {
    for (const { min, by, key } of items) {
      if (min === 0) continue;
      for (const clause of by) tested.add(clause);
      if (!spurious(s)(key)) tested.add('qnx-interrupt/delivery/once');
    }
    for (const batch of batches) {
      const { fronts, ends } = pairsOf(s, batch);
      if (fronts.length > 0) tested.add('qnx-interrupt/order/front');
      if (ends.length > 0) tested.add('qnx-interrupt/order/end');
    }
  }
  for (const { by, firm } of s.kept) if (firm) tested.add(by);
  return [...tested];
};
