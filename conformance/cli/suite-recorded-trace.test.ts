/**
 * A recorded trace that conforms, and every single field of it changed in turn. What the judge lets pass has to be in
 * the table below, with the sentence that permits it; what the table permits has to pass.
 *
 * In the recorded program every `data` begins with 0xd and every `user_data` with 0xa, so that a completion tells whose
 * it is.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Deviation, judge, MalformedTrace } from '#conformance/index';
import { type ClauseId, clauses, type Trace, type TraceEvent, validate } from '#spec/index';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Path = readonly (string | number)[];

/** One field of one event, with another value. */
interface Change {
  readonly event: TraceEvent;
  readonly before: TraceEvent | undefined;
  readonly after: TraceEvent | undefined;
  readonly operation: string;
  /** The way to the field from the event; places in a list are written `*`. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
  /** What holds the field. */
  readonly holder: Json;
  readonly events: readonly TraceEvent[];
}

/** A kind of change that the page permits, and why. */
interface Permitted {
  readonly clause: ClauseId;
  readonly because: string;
  readonly covers: (change: Change) => boolean;
}

const isOwn = (cqe: Json): boolean => String((cqe as { user_data?: Json }).user_data).startsWith('0xa');
const isTimeOut = (result: Json): boolean => (result as { readonly error?: Json }).error === 'ETIME';
const returnsTimeOut = (event: TraceEvent): boolean => 'result' in event && isTimeOut(event.result as Json);
/** The step from which on every ring is drained for the last time. */
const lastLooks = 59;
const has = (value: Json, member: string): boolean =>
  typeof value === 'object' && value !== null && member in value;
const countOf = (result: Json): Json | undefined => (result as { readonly value?: Json }).value;
const sorted = (list: Json): string =>
  JSON.stringify((list as readonly Json[]).map((item) => JSON.stringify(item)).sort());
/** The end of a time may be seen this much early, in microseconds. */
const granularityUs = 1_000;

const permitted: readonly Permitted[] = [
  {
    clause: 'msg-ring/wait/no-early-timeout',
    because: 'between two events time passes as it likes, but no wait is over before its time',
    covers: ({ field, to, from, event, before, after }) =>
      field === 'at' &&
      Number(to) >= (before?.at ?? 0) &&
      Number(to) <= (after?.at ?? Number.POSITIVE_INFINITY) &&
      !(returnsTimeOut(event) && Number(to) < Number(from) - granularityUs) &&
      !(event.event === 'call' && Number(to) > Number(from) + granularityUs),
  },
  {
    clause: 'msg-ring/order/open',
    because: 'no order is stated between the completions of a ring',
    covers: ({ field, from, to }) => field === 'result/cqes' && sorted(from) === sorted(to),
  },
  {
    clause: 'msg-ring/document/silences',
    because: 'the page never speaks of the flags of a request’s own completion',
    covers: ({ field, holder }) => field === 'result/cqes/*/flags' && isOwn(holder),
  },
  {
    clause: 'msg-ring/document/silences',
    because: 'how large a queue is made is not described, and no error of this program depends on it',
    covers: ({ field }) => field === 'result/cq_entries',
  },
  {
    clause: 'msg-ring/document/silences',
    because: 'what entering the kernel returns to a thread that waits or drains is not described',
    covers: ({ field, operation }) =>
      field === 'result/value' && (operation === 'wait' || operation === 'drain'),
  },
  {
    clause: 'msg-ring/document/silences',
    because: 'a submission of nothing sends nothing, whether it succeeds, fails or is left out',
    covers: ({ field, operation, from }) =>
      field === 'result' && operation === 'submit' && countOf(from) === 0,
  },
  {
    clause: 'msg-ring/error/non-descriptor',
    because: 'what could not be opened is no descriptor, for which the recorded EBADFD is one of two errors',
    covers: ({ field, operation }) => field === 'result' && operation === 'open',
  },
  {
    clause: 'msg-ring/wait/spurious',
    because: 'a waiter may return at any time, with anything but the word that its time is over',
    covers: ({ field, operation, to }) =>
      operation === 'wait' && (field === 'result/error' || (field === 'result' && !isTimeOut(to))),
  },
  {
    clause: 'msg-ring/document/silences',
    because: 'why the agent did not make a call is for people to read',
    covers: ({ field, from, to }) =>
      field === 'result/skipped' || (field === 'result' && has(from, 'skipped') && has(to, 'skipped')),
  },
  {
    clause: 'msg-ring/order/open',
    because:
      'what a last look that was not taken would have shown stays unknown, and nothing counts as exercised',
    covers: ({ field, operation, to, event }) =>
      field === 'result' && operation === 'drain' && has(to, 'skipped') && event.step >= lastLooks,
  },
];

const names = ['docs', 'linux-6'] as const;
const read = (name: string): Trace =>
  JSON.parse(readFileSync(new URL(`../msg-ring/recorded/${name}.json`, import.meta.url), 'utf8')) as Trace;

/** Values beside the one recorded, and far from it. */
const othersOf = (
  field: string,
  value: Json,
  place: { before?: number; after?: number },
): readonly Json[] => {
  const last = field.split('/').at(-1);
  const n = Number(value);
  switch (last) {
    case 'event':
      return ['ran', 'call', 'return', 'settle', 'halt'];
    case 'step':
      return [n - 1, n + 1, 0, n + 7, 1_000];
    case 'at':
      return [n - 1, n + 1, place.before ?? 0, place.after ?? n, 0, n + 60_000_000];
    case 'result':
      return [{ error: 'EINVAL' }, { error: 'EAGAIN' }, { error: 'ETIME' }, { skipped: 'closed' }];
    case 'error':
      return ['ETIMEDOUT', 'EINTR', 'EINVAL'];
    case 'skipped':
      return ['closed', 'no reason'];
    case 'user_data': {
      const bits = BigInt(value as string);
      return [bits ^ 1n, bits ^ (1n << 63n), 0n].map((changed) => `0x${changed.toString(16)}`);
    }
    case 'res':
      return [n + 1, n - 1, -n, -9, -22, -77, 0x7fff_ffff, -0x8000_0000];
    case 'cqes': {
      const list = value as readonly Json[];
      const [first] = list;
      return [
        list.slice(1),
        list.slice(0, -1),
        list.toReversed(),
        [],
        ...(first === undefined ? [] : [[...list, first]]),
      ];
    }
    case 'flags':
      return [1, 2, 0x8000_0000];
    default:
      return typeof value === 'number' ? [n + 1, n - 1, n + 1_000] : [];
  }
};

const partOf = (value: Json, path: Path): Json =>
  path.reduce<Json>((part, key) => (part as Record<string | number, Json>)[key] as Json, value);

const changed = (value: Json, path: Path, to: Json): Json => {
  const copy = structuredClone(value) as Json;
  (partOf(copy, path.slice(0, -1)) as Record<string | number, Json>)[path.at(-1) as string | number] = to;
  return copy;
};

/** Every field with what is in it: lists and results too, as a whole. */
const pathsOf = (value: Json, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value)
    ? value.map((part, index) => [index, part] as const)
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, part]) => pathsOf(part as Json, [...path, key]))];
};

const changesOf = ({ program, events }: Trace): readonly Change[] =>
  events.flatMap((event, index) => {
    const [before, after] = [events[index - 1], events[index + 1]];
    return pathsOf(event as unknown as Json)
      .filter((path) => path.length > 0)
      .flatMap((path) => {
        const field = path.map((key) => (typeof key === 'number' ? '*' : key)).join('/');
        const from = partOf(event as unknown as Json, path);
        const place = { ...(before && { before: before.at }), ...(after && { after: after.at }) };
        const values = new Map(othersOf(field, from, place).map((to) => [JSON.stringify(to), to]));
        values.delete(JSON.stringify(from));
        return [...values.values()].map((to): Change => {
          const operation = program.steps[event.step]?.op ?? 'none';
          const holder = partOf(event as unknown as Json, path.slice(0, -1));
          const next = changed(event as unknown as Json, path, to) as unknown as TraceEvent;
          return {
            event,
            before,
            after,
            operation,
            field,
            from,
            to,
            holder,
            events: events.with(index, next),
          };
        });
      });
  });

/** The verdict alone: a deviation that is sought keeps the judge from explaining each of the others. */
const isRefused = (trace: Trace, { events }: Change, sought: Deviation): boolean => {
  if (validate.trace({ ...trace, events }).length > 0) return true;
  try {
    return judge(trace.program, events, { sought, everyEdition: false }).verdict === 'violates';
  } catch (error) {
    if (error instanceof MalformedTrace) return true;
    throw error;
  }
};

const withoutAnyCompletion = ({ events }: Trace): readonly TraceEvent[] =>
  events.map((event) =>
    'result' in event && event.result.cqes ? { ...event, result: { value: 0, cqes: [] } } : event,
  );

const named = ({ event, operation, field, from, to }: Change): string =>
  `${event.event} of step ${event.step} (${operation}), ${field}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`;

describe.each(names)('the trace recorded from %s', (name) => {
  const trace = read(name);
  const changes = changesOf(trace);

  test('is a trace, and conforms', () => {
    expect(validate.trace(trace)).toEqual([]);
    const { verdict, reason } = judge(trace.program, trace.events);
    expect({ verdict, reason }).toEqual({ verdict: 'conforms', reason: null });
  });

  test('is refused with any one field changed, but for what the table permits', () => {
    expect(changes.length).toBeGreaterThan(1_000);
    const lost = judge(trace.program, withoutAnyCompletion(trace)).deviation as Deviation;
    const isPermitted = (change: Change) => permitted.some(({ covers }) => covers(change));
    const accepted = changes.filter((change) => !isRefused(trace, change, lost));
    expect(accepted.filter((change) => !isPermitted(change)).map(named)).toEqual([]);
    expect(changes.filter((change) => isPermitted(change) && !accepted.includes(change)).map(named)).toEqual(
      [],
    );
  });
});

describe('the table of permitted changes', () => {
  const changes = names.flatMap((name) => changesOf(read(name)));

  test.each(permitted)('$clause: $because', ({ clause, covers }) => {
    expect(clauses('msg-ring').map(({ id }) => id)).toContain(clause);
    expect(changes.filter(covers).length).toBeGreaterThan(0);
  });
});
