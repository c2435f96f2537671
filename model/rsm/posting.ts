/** post: who is signalled, what is dropped, and what the call returns. */

import type { ClauseId, PointId, Step } from '#spec/index';
import { flagsOf, textOf, usualOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Context,
  classOf,
  mayFail,
  type Outcome,
  returns,
  type Successor,
  skips,
  to,
} from '../outcome.ts';
import { points, prove, proves } from './points.ts';
import {
  type Handle,
  handleOf,
  importersOf,
  including,
  isRemote,
  type Pending,
  processOf,
  reaches,
  type State,
  threadOf,
  withHandle,
  withPending,
} from './state.ts';

export const silences: ClauseId = 'rsm/document/silences';

const usual = usualOf('rsm', 'post');

/** The acting process has nothing of this name that may be used. */
export const absent = (s: State): readonly Outcome<State>[] => [
  { ...skips(silences, s), sample: () => ({ skipped: 'no such handle' }) },
];

/** One way for events to go, and what it proves. */
interface World {
  readonly state: State;
  readonly narrows: readonly Narrowing[];
}

export const post = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const process = processOf(threadOf(c.actor));
  const name = textOf(step.seg);
  if (name === '@null') return nullHandle(c, s, 'post', 'rsm/post/null-handle');
  const number = handleOf(s, process, name);
  if (number < 0 || s.killed[process]) return absent(s);
  const flags = flagsOf(textOf(step.flags ?? usual.flags));
  const single = flags.has('NO_ACCUMULATE');
  const handle = s.handles[number] as Handle;
  const isOdd = s.exhausted || [...flags].some((one) => one !== '' && one !== 'NO_ACCUMULATE');
  const outcomes =
    handle.kind === 'import' ? byImporter(c, s, number, single) : byExporter(c, s, number, single);
  return [...outcomes, ...(isOdd ? [mayFail<State>(silences, s)] : []), skips(silences, s)];
};

/** The only handle that is invalid for certain. */
export const nullHandle = (
  c: Context,
  s: State,
  operation: string,
  clause: ClauseId,
): readonly Outcome<State>[] => [
  returns(c, clause, { error: 'BAD_SEG_HNDL' }, () => s, {
    operation,
    situation: { handle: 'none' },
    before: s,
  }),
  skips(silences, s),
];

const byImporter = (c: Context, s: State, number: number, single: boolean): readonly Outcome<State>[] => {
  const { segment, process, phase } = s.handles[number] as Handle;
  const exporter = s.handles[segment] as Handle;
  const marked = afterPost(s, number);
  if (phase === 'cut') return toNobody(c, 'cut-off@post', s, staleWorlds(marked, segment, single));
  const reach = reaches(s, process, exporter.process);
  const worlds = signalled(marked, [segment], single, 'rsm/post/import-signals-exporter', reach !== 'yes');
  if (reach === 'yes') return [success(c, s, worlds, situationOf(s, number))];
  if (reach === 'no') return [unreachable(c, s, number)];
  return openly(s, worlds, perhapsAll(s, [segment]));
};

/** Everybody beside those that are signalled stays silent. */
const afterPost = (s: State, number: number): State => {
  const { segment, kind } = s.handles[number] as Handle;
  let next = withHandle(s, segment, { posted: true });
  next = withSilent(next, number, 'rsm/post/own-handle-silent');
  if (kind === 'import')
    for (const other of importersOf(s, segment))
      if (other !== number) next = withSilent(next, other, 'rsm/post/siblings-silent');
  return next;
};

const withSilent = (s: State, number: number, clause: ClauseId): State => {
  const { silent } = (s.handles[number] as Handle).pending;
  return silent.includes(clause) ? s : withPending(s, number, { silent: [...silent, clause] });
};

const byExporter = (c: Context, s: State, number: number, single: boolean): readonly Outcome<State>[] => {
  const { phase, process } = s.handles[number] as Handle;
  const marked = afterPost(s, number);
  if (phase === 'created') return toNobody(c, 'never-published@post', s, [{ state: marked, narrows: [] }]);
  if (phase !== 'published') return openly(s, [{ state: marked, narrows: [] }]);
  const importers = importersOf(s, number);
  const reached = importers.filter(
    (one) => reaches(s, process, (s.handles[one] as Handle).process) === 'yes',
  );
  const isOpen = importers.length === 0 || (reached.length < importers.length && reached.length > 0);
  const stale = staleImportsOf(s, number);
  const base = signalled(
    marked,
    reached.length > 0 ? importers : [],
    single,
    'rsm/post/export-signals-importers',
    reached.length < importers.length,
  );
  // Whether connections that were cut off take part is not said.
  const worlds = base.map(({ state, narrows }) => ({ state: perhapsAll(state, stale), narrows }));
  if (isOpen) return openly(s, worlds, perhapsAll(s, importers));
  if (reached.length > 0) return [success(c, s, worlds, situationOf(s, number))];
  return importers.some((one) => reaches(s, process, (s.handles[one] as Handle).process) === 'maybe')
    ? openly(
        s,
        signalled(marked, importers, single, 'rsm/post/export-signals-importers', true),
        perhapsAll(s, importers),
      )
    : [...unreachableExport(c, s, number), ...hidden(c, marked)];
};

const isPossible = ({ choices }: Context, [point, mask]: Narrowing): boolean =>
  ((choices[point] ?? 0) & mask) !== 0;

/** Nobody can be reached, and the post says so. */
const unreachableExport = (c: Context, s: State, number: number): readonly Outcome<State>[] => {
  if (!isPossible(c, proves.unreachableReported)) return [];
  const outcome = unreachable(c, s, number);
  if (!isPossible(c, proves.unreachableHidden)) return [outcome];
  const accept: Outcome<State>['accept'] = (seen) =>
    outcome
      .accept(seen)
      .map((one) => ({ ...one, exercised: [], narrows: [...one.narrows, proves.unreachableReported] }));
  return [{ ...outcome, accept }];
};

/** Nobody can be reached, and the post succeeds. */
const hidden = (c: Context, s: State): readonly Outcome<State>[] =>
  isPossible(c, proves.unreachableHidden)
    ? [
        {
          clauses: [silences],
          permits: 'success',
          may: false,
          accept: (seen) =>
            seen.error === undefined && seen.skipped === undefined
              ? [to(s, [], [proves.unreachableHidden])]
              : [],
          why: classOf,
          sample: () => ({}),
        },
      ]
    : [];

/** A post that failed may have signalled some of these. */
const perhapsAll = (s: State, targets: readonly number[]): State =>
  targets.reduce((next, number) => withPending(next, number, perhapsMore(next, number)), s);

const staleImportsOf = (s: State, segment: number): readonly number[] =>
  s.handles.flatMap((one, number) =>
    one.kind === 'import' && one.segment === segment && one.phase === 'cut' ? [number] : [],
  );

const perhapsMore = (s: State, number: number): Partial<Pending> => {
  const { high, flying } = (s.handles[number] as Handle).pending;
  return { high: high + 1, flying: flying + 1 };
};

/** A post on a connection that was cut off may reach the segment that is published since. */
const staleWorlds = (s: State, segment: number, single: boolean): readonly World[] => {
  if ((s.handles[segment] as Handle).phase !== 'published') return [{ state: s, narrows: [] }];
  const heard = signalled(s, [segment], single, null, false);
  return [
    { state: s, narrows: [proves.staleDeaf] },
    ...heard.map(({ state, narrows }) => ({ state, narrows: [...narrows, proves.staleHears] })),
  ];
};

const situationOf = (s: State, number: number) => {
  const { kind, process, segment } = s.handles[number] as Handle;
  const others = kind === 'import' ? [segment] : importersOf(s, number);
  const places = others.map((other) => (s.handles[other] as Handle).process);
  const place = places.some((one) => isRemote(one) !== isRemote(process))
    ? 'remote'
    : places.every((one) => one === process)
      ? 'process'
      : 'node';
  return { handle: kind, place };
};

const success = (
  c: Context,
  s: State,
  worlds: readonly World[],
  situation: ReturnType<typeof situationOf>,
): Outcome<State> => {
  const clause: ClauseId = 'rsm/post/returns-zero';
  const either: ClauseId = 'rsm/post/either-handle';
  return {
    clauses: [clause, either],
    permits: 'success',
    may: false,
    situation,
    accept: (seen) => {
      if (seen.skipped !== undefined) return [];
      if (seen.error === undefined)
        return worlds.map(({ state, narrows }) => to(state, [clause, either], narrows));
      const { relaxed } = c;
      // What is invalid about a handle of either kind is its kind.
      const isBlamed = relaxed === clause || (relaxed === either && seen.error === 'BAD_SEG_HNDL');
      if (relaxed === null || !isBlamed) return [];
      const breach = {
        clause: relaxed,
        operation: 'post',
        observed: seen.error,
        permitted: ['success'],
        situation,
      };
      return [to(s, [], [], breach), ...worlds.map(({ state, narrows }) => to(state, [], narrows, breach))];
    },
    why: classOf,
    sample: () => ({}),
  };
};

const unreachable = (c: Context, s: State, number: number): Outcome<State> =>
  returns(c, 'rsm/post/unreachable', { error: 'REMOTE_NODE_UNREACHABLE' }, () => s, {
    operation: 'post',
    situation: { handle: (s.handles[number] as Handle).kind },
    before: s,
  });

/** Nothing is said of what it returns. */
const openly = (s: State, worlds: readonly World[], failed: State = s): readonly Outcome<State>[] => [
  {
    clauses: [silences],
    permits: 'success',
    may: false,
    accept: (seen) =>
      seen.error === undefined && seen.skipped === undefined
        ? worlds.map(({ state, narrows }) => to(state, [], narrows))
        : [],
    why: classOf,
    sample: () => ({}),
  },
  mayFail(silences, failed),
];

/** Nobody is there to be signalled: a point says what the call returns. */
const toNobody = (
  c: Context,
  point: PointId,
  s: State,
  worlds: readonly World[],
): readonly Outcome<State>[] => {
  const number = points.number(point);
  const values = points.values(number, c.choices[number] ?? 0);
  return values.map((value): Outcome<State> => {
    const proof = prove(point, value);
    const error = value === 'success' ? undefined : value;
    return {
      clauses: [silences],
      permits: value,
      may: false,
      accept: (seen): readonly Successor<State>[] => {
        if (seen.skipped !== undefined || seen.error !== error) return [];
        return error === undefined
          ? worlds.map(({ state, narrows }) => to(state, [], [...narrows, proof]))
          : [to(s, [], [proof])];
      },
      why: classOf,
      sample: () => (error === undefined ? {} : { error }),
    };
  });
};

/** Events for these handles, which `clause` owes them; `doubtful` where they may be lost on the way. */
const signalled = (
  s: State,
  targets: readonly number[],
  single: boolean,
  clause: ClauseId | null,
  doubtful: boolean,
): readonly World[] => {
  const owed: readonly ClauseId[] = clause === null ? [] : [clause];
  const each = (how: (pending: Pending, handle: Handle) => Partial<Pending>): State =>
    targets.reduce((next, number) => {
      const handle = next.handles[number] as Handle;
      return withPending(next, number, how(handle.pending, handle));
    }, s);
  const isShared = targets.some((one, place) =>
    targets.some(
      (other, where) =>
        where !== place && (s.handles[one] as Handle).process === (s.handles[other] as Handle).process,
    ),
  );
  const refused = targets.some(
    (number) => (s.handles[(s.handles[number] as Handle).segment] as Handle).refused,
  );
  const extra: readonly ClauseId[] = refused ? ['rsm/gate/changes-nothing'] : [];
  /** What a wait that ended in vain must not have taken. */
  const kept = ({ waited }: Handle): readonly ClauseId[] => (waited ? ['rsm/wait/keeps-event'] : []);
  const add = (pending: Pending, handle: Handle): Partial<Pending> =>
    // Whether an importer is a process or a handle is not said.
    doubtful || isShared ? perhaps(pending) : more(pending, [...owed, ...extra, ...kept(handle)]);
  const added = each(add);
  if (!single || targets.length === 0) return [{ state: added, narrows: [] }];
  const alone = each((pending) => (doubtful || isShared ? perhaps(pending) : accumulated(pending, owed)));
  const worlds: World[] = [{ state: alone, narrows: [proves.honoured] }];
  if (targets.length > 1) {
    worlds[0] = { state: alone, narrows: [proves.honoured, proves.ofImporter] };
    worlds.push({
      state: each(doubtful ? perhaps : together(s, targets, owed, isShared)),
      narrows: [proves.honoured, proves.ofSegment],
    });
  }
  worlds.push({ state: added, narrows: [proves.ignored] });
  return worlds;
};

const more = ({ low, high, flying, by, silent }: Pending, clauses: readonly ClauseId[]): Pending => ({
  low: low + 1,
  high: high + 1,
  flying: flying + 1,
  by: including(by, ...clauses, ...(low > 0 ? (['rsm/post/accumulates'] as const) : [])),
  silent,
});

const perhaps = ({ high, flying }: Pending): Partial<Pending> => ({ high: high + 1, flying: flying + 1 });

/** One that is pending already is enough. */
const accumulated = (pending: Pending, owed: readonly ClauseId[]): Partial<Pending> => {
  const { low, high, flying, silent } = pending;
  if (high === 0) return more(pending, [...owed, 'rsm/post/no-accumulate-first']);
  if (low - flying >= 1) return { silent: including(silent, 'rsm/post/no-accumulate') };
  return { low: Math.max(1, low), high: high + 1, flying: flying + 1 };
};

/** One that is pending for anybody is enough for all; of somebody who cannot be reached it may not be known. */
const together = (
  s: State,
  targets: readonly number[],
  owed: readonly ClauseId[],
  isShared: boolean,
): ((pending: Pending) => Partial<Pending>) => {
  const all = targets.map((number) => (s.handles[number] as Handle).pending);
  if (all.some(({ low, flying }) => low - flying >= 1))
    return ({ silent }) => ({ silent: including(silent, 'rsm/post/no-accumulate') });
  if (all.every(({ high }) => high === 0) && !isShared)
    return (pending) => more(pending, [...owed, 'rsm/post/no-accumulate-first']);
  return perhaps;
};
