/**
 * What is on its way to one observer, by key (a vector, an attachment), and which logs that permits.
 *
 * A settle with delivery on closes a group: all of it has been delivered, before anything that is sent later. Inside a
 * group the order is open, but for keys that were surely pending together when delivery was turned on: of those the
 * higher comes first. Sends of one key that nothing keeps apart may be delivered as one.
 */

import type { ClauseId } from '#spec/index';

/** Deliveries of one key: at least `min` (0 or 1), at most `max`, one for each send. */
export interface Item {
  readonly key: number;
  readonly min: number;
  readonly max: number;
  /** A settle has passed since it was sent. */
  readonly firm: boolean;
  /** Nobody owes it: it may come at any time, or never. */
  readonly loose: boolean;
  /** What its arrival tests. */
  readonly by: readonly ClauseId[];
}

export interface Group {
  /** By rising key. */
  readonly items: readonly Item[];
  /** Keys that were surely pending together, in the order in which they have to come; two at least. */
  readonly batches: readonly (readonly number[])[];
}

export interface Owed {
  /** Groups that a settle has closed and no log has shown yet. */
  readonly past: readonly Group[];
  /** Sent with delivery on, or before it was turned on; may have been delivered or not. */
  readonly present: Group;
  /** Sent with delivery off. */
  readonly held: readonly Item[];
}

const nothing: readonly never[] = [];

const merged = (one: Item, other: Item): Item => ({
  key: one.key,
  min: Math.max(one.min, other.min),
  max: one.max + other.max,
  firm: one.firm && other.firm,
  loose: one.loose && other.loose,
  by: one.by.length >= other.by.length ? one.by : other.by,
});

const added = (items: readonly Item[], item: Item): readonly Item[] => {
  const at = items.findIndex(({ key }) => key >= item.key);
  if (at < 0) return [...items, item];
  const there = items[at] as Item;
  return there.key === item.key ? items.with(at, merged(there, item)) : items.toSpliced(at, 0, item);
};

/** A key was sent. */
export const sent = (owed: Owed, isOff: boolean, key: number, by: readonly ClauseId[] | null): Owed => {
  const sure = by !== null;
  const item: Item = { key, min: sure ? 1 : 0, max: 1, firm: false, loose: !sure, by: by ?? nothing };
  return isOff
    ? { ...owed, held: added(owed.held, item) }
    : { ...owed, present: { ...owed.present, items: added(owed.present.items, item) } };
};

/** Keys that were sent together come in this order. One that may have been on its way before says nothing. */
export const inOrder = (owed: Owed, batch: readonly number[]): Owed =>
  batch.length < 2
    ? owed
    : { ...owed, present: { ...owed.present, batches: [...owed.present.batches, batch] } };

/** Delivery was turned on. */
export const turnedOn = (owed: Owed): Owed => {
  if (owed.held.length === 0) return owed;
  // A key that was sent before delivery was turned off may have been delivered then, before all of these.
  const isEarlier = (key: number): boolean => owed.present.items.some((item) => item.key === key);
  const batch = owed.held
    .filter(({ firm, min, key }) => firm && min > 0 && !isEarlier(key))
    .map(({ key }) => key)
    .reverse();
  return {
    past: owed.past,
    present: {
      items: owed.held.reduce(added, owed.present.items),
      batches: batch.length > 1 ? [...owed.present.batches, batch] : owed.present.batches,
    },
    held: nothing,
  };
};

/** Everything that happens by itself has happened. */
export const settledOwed = (owed: Owed, isOff: boolean): Owed => {
  if (isOff)
    return owed.held.every(({ firm }) => firm)
      ? owed
      : { ...owed, held: owed.held.map((item) => ({ ...item, firm: true })) };
  if (owed.present.items.length === 0) return owed;
  const loose = owed.present.items.filter((item) => item.loose);
  return { ...owed, past: [...owed.past, owed.present], present: { items: loose, batches: nothing } };
};

/** Nothing that was not surely delivered is owed any more. */
export const loosened = (owed: Owed): Owed => {
  const loose = (item: Item): Item => ({ ...item, min: 0, loose: true });
  return {
    past: owed.past,
    present: { items: owed.present.items.map(loose), batches: nothing },
    held: owed.held.map(loose),
  };
};

/** What a breach of one clause would excuse. */
export interface Excuses {
  readonly missing: (item: Item, group: Group) => boolean;
  readonly order: (batch: readonly number[]) => boolean;
  readonly extra: (key: number) => boolean;
  readonly held: boolean;
}

export const noExcuses: Excuses = {
  missing: () => false,
  order: () => false,
  extra: () => false,
  held: false,
};

/** How often each key stands in a part of a log, and where it stands first. */
const counted = (log: readonly number[], from: number, to: number) => {
  const counts = new Map<number, number>();
  const firsts = new Map<number, number>();
  for (let at = from; at < to; at++) {
    const key = log[at] as number;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!firsts.has(key)) firsts.set(key, at);
  }
  return { counts, firsts };
};

/** Whether this part of a log is what a group permits: all of it, or as much as has been delivered. */
const fits = (
  group: Group,
  log: readonly number[],
  from: number,
  to: number,
  whole: boolean,
  excuses: Excuses,
): boolean => {
  const { counts, firsts } = counted(log, from, to);
  for (const item of group.items) {
    const count = counts.get(item.key) ?? 0;
    if (whole && count < item.min && !excuses.missing(item, group)) return false;
    if (count > item.max && !excuses.extra(item.key)) return false;
    counts.delete(item.key);
  }
  for (const key of counts.keys()) if (!excuses.extra(key)) return false;
  return group.batches.every((batch) => excuses.order(batch) || isFalling(batch, firsts, whole));
};

/** Of keys pending together a lower one has been delivered only after every higher one. */
const isFalling = (
  batch: readonly number[],
  firsts: ReadonlyMap<number, number>,
  whole: boolean,
): boolean => {
  let last = -1;
  let missed = false;
  for (const key of batch) {
    const first = firsts.get(key);
    if (first === undefined) missed = true;
    else if (first < last || (missed && !whole)) return false;
    else last = first;
  }
  return true;
};

const without = (group: Group, log: readonly number[], from: number): Group => {
  if (from === log.length) return group;
  const { counts } = counted(log, from, log.length);
  const items = group.items.flatMap((item) => {
    const count = counts.get(item.key) ?? 0;
    if (count === 0) return [item];
    return item.max > count ? [{ ...item, max: item.max - count, min: 0 }] : [];
  });
  const batches = group.batches
    .map((batch) => batch.filter((key) => !counts.has(key)))
    .filter((batch) => batch.length > 1);
  return { items, batches };
};

/** What may be owed once a log has shown this; nothing where no delivery explains it. */
export const read = (owed: Owed, log: readonly number[], excuses: Excuses = noExcuses): readonly Owed[] => {
  let ends = new Set([0]);
  for (const group of owed.past) {
    const next = new Set<number>();
    for (const from of ends)
      for (let to = from; to <= log.length; to++) if (fits(group, log, from, to, true, excuses)) next.add(to);
    ends = next;
  }
  const present = excuses.held ? turnedOn(owed).present : owed.present;
  const rest = [...ends].filter((from) => fits(present, log, from, log.length, false, excuses));
  const left = new Map<string, Owed>();
  for (const from of rest) {
    const after: Owed = {
      past: nothing,
      present: without(present, log, from),
      held: excuses.held ? nothing : owed.held,
    };
    left.set(JSON.stringify(after), after);
  }
  return [...left.values()];
};

/** The log that shows what is surely there, in falling order. */
export const shownSurely = (owed: Owed): readonly number[] =>
  owed.past.flatMap(({ items }) =>
    items
      .filter(({ min }) => min > 0)
      .map(({ key }) => key)
      .reverse(),
  );
