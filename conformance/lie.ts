/**
 * The nearest trace that a clause forbids: a trace changed in one place or two, such that the machine refuses it and the
 * machine with the clause relaxed takes it. It shows what a witness is a witness of.
 */

import { type AcceptanceOptions, accept, type Machine } from '#model/index';
import type { ClauseId, Result, Step, TraceEvent } from '#spec/index';

/** One event as it must not be. */
export interface Change {
  /** Index of the event in the honest trace. */
  readonly at: number;
  /** What the system claims; null when a call that has to return does not. */
  readonly seen: Result | null;
  /** It came at once, when an honest system takes its time. */
  readonly sooner?: true;
}

/** Other numbers in the place of one: where it is an error another error comes first. */
const otherNumbers = (value: number): readonly number[] =>
  [...new Set(value < 0 ? [-5, 0, 1, value - 1] : [value + 1, value - 1, 0, 1, -1, -5])].filter(
    (other) => other !== value,
  );

/** What takes longer than this takes its time, in microseconds. */
const soonUs = 1_000;

/** What lies are made of, beside what the trace itself holds. */
export interface Material {
  /** Names of errors that a call may be made to return. */
  readonly errors: readonly string[];
  /** What lists hold in other traces. */
  readonly items: readonly unknown[];
  /** Members that results have when a call succeeds. */
  readonly members: readonly string[];
}

/**
 * The nearest lie about the clause in a trace that the machine takes: one change or, where a claim shows in two places,
 * two. Null when there is none.
 */
export const lieAbout = (
  machine: Machine<unknown>,
  steps: readonly Step[],
  honest: readonly TraceEvent[],
  clause: ClauseId,
  material: Material,
  basis: AcceptanceOptions,
): readonly Change[] | null => {
  const isLie = (told: readonly TraceEvent[]): boolean =>
    accept(machine, steps, told, { ...basis, relaxed: clause }).verdict === 'accepted' &&
    accept(machine, steps, told, basis).verdict === 'refused';
  const singles = [...changesOf(honest, material)];
  for (const change of singles) if (isLie(withChanges(honest, [change]))) return [change];
  for (const first of singles) {
    if (first.seen === null) continue;
    for (const second of changesOf(withChanges(honest, [first]), material)) {
      const both = second.at === first.at ? [second] : [first, second];
      if (second.at <= first.at && isLie(withChanges(honest, both))) return both;
    }
  }
  return null;
};

/** The trace with the changes in it. After a call that does not return, nothing is seen behind the first settle. */
export const withChanges = (
  honest: readonly TraceEvent[],
  changes: readonly Change[],
): readonly TraceEvent[] => {
  let told = honest.map((event, index) => {
    const change = changes.find(({ at }) => at === index);
    if (!change?.seen || !('result' in event)) return event;
    const at = change.sooner ? (honest[index - 1]?.at ?? 0) : event.at;
    return { ...event, at, result: change.seen };
  });
  for (const { at, seen } of changes) {
    if (seen !== null) continue;
    const settle = honest.findIndex(({ event }, index) => index > at && event === 'settle');
    told = told.filter((_, index) => index !== at && (settle < 0 || index <= settle));
  }
  return told;
};

/** Everything that lists hold in these traces, each once. */
export const itemsIn = (traces: readonly (readonly TraceEvent[])[]): readonly unknown[] => {
  const lists = traces.flatMap((events) =>
    events.flatMap((event) => ('result' in event ? Object.values(event.result).filter(Array.isArray) : [])),
  );
  return [...new Map(lists.flat().map((item) => [JSON.stringify(item), item])).values()];
};

function* changesOf(honest: readonly TraceEvent[], material: Material): Generator<Change> {
  // What comes late in a trace is what its program was written to look at.
  for (const [at, event] of [...honest.entries()].reverse()) {
    if (!('result' in event)) continue;
    for (const seen of otherResults(event.result, material)) yield { at, seen };
    if (event.event === 'return') yield { at, seen: null };
    if (event.at - (honest[at - 1]?.at ?? 0) > soonUs) yield { at, seen: event.result, sooner: true };
  }
}

function* otherResults(result: Result, { errors, items, members }: Material): Generator<Result> {
  for (const [member, value] of Object.entries(result))
    if (member !== 'error')
      for (const other of otherValues(value, items)) yield { ...result, [member]: other } as Result;
  if (result.error !== undefined) {
    yield { value: 0 };
    yield Object.fromEntries(members.map((member) => [member, 0]));
    for (const member of members) yield { [member]: 0 };
  }
  for (const error of [...errors, 'EIO']) if (error !== result.error) yield { error };
}

function* otherValues(value: unknown, items: readonly unknown[]): Generator<unknown> {
  if (typeof value === 'number') {
    yield* otherNumbers(value);
  } else if (typeof value === 'boolean') yield !value;
  else if (typeof value === 'string') yield value.startsWith('0x') ? '0xbad' : 'other';
  else if (Array.isArray(value)) yield* otherLists(value, items);
  else if (typeof value === 'object' && value !== null)
    for (const [member, part] of Object.entries(value))
      for (const other of otherValues(part, items)) yield { ...value, [member]: other };
}

/** One item too few, too many, changed, or two exchanged. */
function* otherLists(list: readonly unknown[], items: readonly unknown[]): Generator<readonly unknown[]> {
  for (const [index, item] of list.entries()) {
    yield list.toSpliced(index, 1);
    yield list.toSpliced(index, 0, item);
    for (const other of otherValues(item, items)) yield list.with(index, other);
    if (index > 0) yield list.with(index - 1, item).with(index, list[index - 1]);
  }
  for (const item of items) yield [...list, item];
}
