/** Segments and connections come and go; what the reference count keeps from going. */

import type { ClauseId, Step } from '#spec/index';
import { textOf, usualOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Context,
  classOf,
  mayFail,
  type Outcome,
  type Refusal,
  skips,
  succeeds,
  to,
  unordered,
} from '../outcome.ts';
import { points, proves } from './points.ts';
import { absent, silences } from './posting.ts';
import {
  grounded,
  type Handle,
  handleOf,
  importersOf,
  isRemote,
  loose,
  nothingPending,
  processOf,
  reaches,
  type State,
  threadOf,
  withHandle,
} from './state.ts';

const usual = {
  controller: usualOf('rsm', 'controller'),
  link: usualOf('rsm', 'link'),
  memory: usualOf('rsm', 'memory'),
};

/** Succeeds, or nothing changes. */
const perhaps = (s: State, after: () => State): readonly Outcome<State>[] => [
  succeeds(
    silences,
    () => [to(after())],
    () => ({}),
  ),
  mayFail(silences, s),
  skips(silences, s),
];

const fresh = (name: string, kind: Handle['kind'], process: number, segment: number): Handle => ({
  name,
  kind,
  process,
  segment,
  epoch: 0,
  phase: kind === 'export' ? 'created' : 'connected',
  mapped: false,
  pending: nothingPending,
  refLow: 0,
  refHigh: 0,
  gets: 0,
  posted: false,
  waited: false,
  refused: false,
});

const isDead = (c: Context, s: State): boolean => s.killed[processOf(threadOf(c.actor))] === true;

/** The handle of a step; -1 where the acting process has none that may be used. */
const found = (c: Context, s: State, step: Step): number =>
  isDead(c, s) ? -1 : handleOf(s, processOf(threadOf(c.actor)), textOf(step.seg));

export const create = (c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  isDead(c, s)
    ? absent(s)
    : perhaps(s, () => ({
        ...s,
        handles: [
          ...s.handles,
          fresh(step.as ?? '', 'export', processOf(threadOf(c.actor)), s.handles.length),
        ],
      }));

export const publish = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { phase, epoch } = s.handles[number] as Handle;
  return perhaps(s, () =>
    phase === 'published' ? s : withHandle(s, number, { phase: 'published', epoch: epoch + 1 }),
  );
};

export const republish = (c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  found(c, s, step) < 0 ? absent(s) : perhaps(s, () => s);

export const connect = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const segment = s.handles.findIndex((one) => one.kind === 'export' && one.name === step.to);
  const exporter = s.handles[segment];
  if (isDead(c, s) || exporter === undefined) return absent(s);
  const process = processOf(threadOf(c.actor));
  const made = fresh(step.as ?? '', 'import', process, segment);
  const silent: readonly ClauseId[] = exporter.posted ? ['rsm/post/later-importers-silent'] : [];
  const isThere = exporter.phase === 'published' && reaches(s, process, exporter.process) === 'yes';
  const after: State = {
    ...s,
    handles: [
      ...s.handles,
      exporter.phase === 'published'
        ? { ...made, epoch: exporter.epoch, pending: { ...nothingPending, silent } }
        : { ...made, phase: 'cut' },
    ],
  };
  if (isThere) return perhaps(s, () => after);
  // Nobody expects that to work.
  return [
    { ...mayFail(silences, s), sample: () => ({ error: 'SEG_NOT_PUBLISHED' }) },
    succeeds(silences, () => [to(after)]),
    skips(silences, s),
  ];
};

export const map = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  return perhaps(s, () => withHandle(s, number, { mapped: true }));
};

interface Gate {
  readonly operation: string;
  readonly clause: ClauseId;
  /** The gate is there only under this choice. */
  readonly when?: Narrowing;
  /** The page names the operation. */
  readonly named: boolean;
  /** The operation makes sense in this state but for the count. */
  readonly works: boolean;
  /** Something else than the count may keep it from being done. */
  readonly otherwise: boolean;
}

/** An operation that fails while the count is not zero. */
const gated = (
  c: Context,
  s: State,
  number: number,
  gate: Gate,
  success: () => readonly { readonly state: State; readonly narrows: readonly Narrowing[] }[],
): readonly Outcome<State>[] => {
  const handle = s.handles[number] as Handle;
  const { operation, clause, when, works, named, otherwise } = gate;
  const { refLow, refHigh, kind, gets } = handle;
  const situation = { handle: kind };
  const refusals: Refusal[] = [];
  if (refLow > 0) refusals.push({ demands: clause, names: clause, error: 'any', ...(when && { when }) });
  else if (refHigh > 0) refusals.push({ demands: silences, names: silences, error: 'any', may: true });
  const others = s.handles.some(
    (one, place) =>
      place !== number && one.segment === handle.segment && one.refHigh > 0 && one.phase !== 'gone',
  );
  // Where the count is one for all handles of the segment, those of others count too.
  if (refLow === 0 && others) refusals.push(ofOthers(c, s, number, gate));
  const reopened: ClauseId = 'rsm/gate/reopens';
  const isDemanded = named && works && gets > 0 && refHigh === 0;
  // Without a count nothing is said of it.
  if (!isDemanded) refusals.push({ demands: silences, names: silences, error: 'any', may: true });
  const outcomes = unordered(c, {
    operation,
    points,
    state: s,
    refusals: refLow > 0 && !otherwise ? refusals.filter(({ demands }) => demands === clause) : refusals,
    situation,
    success: (narrows) => [
      {
        clauses: isDemanded ? [reopened, 'rsm/release/counts-down'] : [silences],
        permits: 'success',
        may: false,
        situation,
        accept: (seen) => {
          if (seen.skipped !== undefined) return [];
          if (seen.error === undefined)
            // In breach it may have been done, or only said to be.
            return [...success(), ...(c.relaxed === clause ? [{ state: s, narrows: [] }] : [])].map((one) =>
              to(one.state, isDemanded && !others ? [reopened, 'rsm/release/counts-down'] : [], [
                ...narrows,
                ...one.narrows,
              ]),
            );
          const { relaxed } = c;
          const isBlamed = relaxed === reopened || relaxed === 'rsm/release/counts-down';
          if (!isDemanded || relaxed === null || !isBlamed) return [];
          const breach = {
            clause: relaxed,
            operation,
            observed: seen.error,
            permitted: ['success'],
            situation,
          };
          return [to(s, [], [], breach)];
        },
        why: classOf,
        sample: () => ({}),
      },
    ],
  });
  return [
    ...outcomes.map((outcome) => refusedOnce(c, s, number, gate, outcome, success)),
    ...miscounted(c, s, number, gate, success),
    skips(silences, s),
  ];
};

/** The gate is open because the count is wrong: gets that were not counted, or releases that counted too much. */
const miscounted = (
  c: Context,
  s: State,
  number: number,
  { operation }: Gate,
  success: () => readonly { readonly state: State; readonly narrows: readonly Narrowing[] }[],
): readonly Outcome<State>[] => {
  const { refLow, refHigh, gets, kind } = s.handles[number] as Handle;
  const { relaxed } = c;
  const isBlamed =
    (relaxed === 'rsm/pollfd/counted' && gets > 1) ||
    (relaxed === 'rsm/release/counts-down' && gets > refHigh);
  if (relaxed === null || !isBlamed || refLow === 0) return [];
  const breach = {
    clause: relaxed,
    operation,
    observed: 'success',
    permitted: ['a failure'],
    situation: { handle: kind },
  };
  return [
    {
      clauses: [relaxed],
      permits: 'success',
      may: true,
      accept: (seen) =>
        seen.error === undefined && seen.skipped === undefined
          ? [...success(), { state: s, narrows: [] }].map((one) => to(one.state, [], one.narrows, breach))
          : [],
      why: classOf,
    },
  ];
};

/** The count of other handles of the segment, which is this one's where there is one count for all. */
const ofOthers = (c: Context, s: State, number: number, { when, named }: Gate): Refusal => {
  const { segment } = s.handles[number] as Handle;
  const isSure = s.handles.some(
    (one, place) => place !== number && one.segment === segment && one.refLow > 0 && one.phase !== 'gone',
  );
  const isGated = named && (when === undefined || ((c.choices[when[0]] ?? 0) & ~when[1]) === 0);
  const refusal = { demands: silences, names: silences, error: 'any' };
  return isSure && isGated
    ? { ...refusal, when: proves.countOfSegment }
    : { ...refusal, binds: proves.countOfSegment, may: true };
};

/** A refusal for the count changes nothing, and is remembered for what shows it later. */
const refusedOnce = (
  c: Context,
  s: State,
  number: number,
  { operation }: Gate,
  outcome: Outcome<State>,
  success: () => readonly { readonly state: State }[],
): Outcome<State> => {
  const { segment, refLow, gets, kind } = s.handles[number] as Handle;
  if (refLow === 0) return outcome;
  const clause: ClauseId = 'rsm/gate/changes-nothing';
  const several: readonly ClauseId[] = gets > 1 ? ['rsm/pollfd/counted'] : [];
  return {
    ...outcome,
    sample: outcome.sample ?? (() => ({ error: 'POLLFD_IN_USE' })),
    accept: (seen) => {
      const successors = outcome.accept(seen);
      if (seen.error !== undefined) {
        if (successors.length === 0) return successors;
        const marked = withHandle(s, segment, { refused: true });
        const sound = successors.map((one) => ({
          ...one,
          state: marked,
          exercised: one.exercised.length > 0 ? [...one.exercised, ...several] : one.exercised,
        }));
        if (c.relaxed !== clause) return sound;
        const breach = {
          clause,
          operation,
          observed: 'it failed and was done',
          permitted: ['no change'],
          situation: { handle: kind },
        };
        return [...sound, ...success().map(({ state }) => to(state, [], [], breach))];
      }
      return successors;
    },
  };
};

/** Connections to this publication are cut off. */
const cutOff = (s: State, segment: number, change: Partial<Handle>): State => {
  let next = s;
  for (const number of importersOf(s, segment)) {
    const { pending } = next.handles[number] as Handle;
    next = withHandle(next, number, { phase: 'cut', pending: grounded(pending) });
  }
  const { pending } = next.handles[segment] as Handle;
  return withHandle(next, segment, { ...change, pending: grounded(pending) });
};

/** What is pending outlives the publication, or does not. */
const keptOrDropped = (s: State, segment: number, before: State) => {
  const touched = [segment, ...importersOf(before, segment)];
  const isAny = touched.some((number) => (s.handles[number] as Handle).pending.high > 0);
  if (!isAny) return [{ state: s, narrows: [] }];
  const dropped = touched.reduce((next, number) => {
    const { silent } = (next.handles[number] as Handle).pending;
    return withHandle(next, number, { pending: { ...nothingPending, silent } });
  }, s);
  return [
    { state: s, narrows: [proves.kept] },
    { state: dropped, narrows: [proves.dropped] },
  ];
};

export const unpublish = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { phase } = s.handles[number] as Handle;
  if (phase !== 'published') return perhaps(s, () => s);
  return gated(
    c,
    s,
    number,
    {
      operation: 'unpublish',
      clause: 'rsm/gate/unpublish',
      when: proves.unpublishGated,
      named: true,
      works: true,
      otherwise: false,
    },
    () => keptOrDropped(cutOff(s, number, { phase: 'unpublished' }), number, s),
  );
};

export const destroy = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { phase } = s.handles[number] as Handle;
  return gated(
    c,
    s,
    number,
    {
      operation: 'destroy',
      clause: 'rsm/gate/destroy',
      named: true,
      works: phase !== 'published',
      otherwise: false,
    },
    () => keptOrDropped(cutOff(s, number, { phase: 'gone' }), number, s),
  );
};

export const unmap = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { mapped, phase } = s.handles[number] as Handle;
  if (!mapped) return perhaps(s, () => s);
  return gated(
    c,
    s,
    number,
    {
      operation: 'unmap',
      clause: 'rsm/gate/unmap',
      when: proves.unmapGated,
      named: true,
      works: phase === 'connected',
      otherwise: phase !== 'connected',
    },
    () => [{ state: withHandle(s, number, { mapped: false }), narrows: [] }],
  );
};

export const disconnect = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = found(c, s, step);
  if (number < 0) return absent(s);
  const { mapped, phase } = s.handles[number] as Handle;
  return gated(
    c,
    s,
    number,
    {
      operation: 'disconnect',
      clause: 'rsm/gate/disconnect',
      when: proves.disconnectGated,
      named: false,
      works: false,
      otherwise: mapped || phase !== 'connected',
    },
    () => [{ state: withHandle(s, number, { phase: 'gone' }), narrows: [] }],
  );
};

/** A process is killed: what it had is gone. */
export const kill = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const process = processOf(threadOf(textOf(step.who)));
  if (process === 0 || s.killed[process]) return absent(s);
  return perhaps(s, () => {
    let next: State = { ...s, killed: s.killed.with(process, true) };
    s.handles.forEach((one, number) => {
      if (one.process !== process || one.phase === 'gone') return;
      if (one.kind === 'export') {
        for (const importer of importersOf(s, number)) {
          const { pending } = next.handles[importer] as Handle;
          next = withHandle(next, importer, { phase: 'cut', pending: loose(pending) });
        }
      }
      next = withHandle(next, number, { phase: 'gone', pending: nothingPending });
    });
    return next;
  });
};

export const controller = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const process = processOf(threadOf(c.actor));
  if (s.killed[process]) return absent(s);
  const isHeld = textOf(step.state ?? usual.controller.state) === 'held';
  return perhaps(s, () => ({ ...s, controllers: s.controllers.with(process, isHeld) }));
};

/** What is on its way to the other node, or from there, may be lost. */
export const link = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const isCut = textOf(step.state ?? usual.link.state) === 'cut';
  if (isCut ? s.link === 'cut' : s.link === 'up') return perhaps(s, () => s);
  return perhaps(s, () => ({
    ...s,
    link: 'changing',
    linkGoal: isCut ? 'cut' : 'up',
    handles: s.handles.map((one) => {
      const others = s.handles.some(
        (other) => other.segment === one.segment && isRemote(other.process) !== isRemote(one.process),
      );
      return others ? { ...one, pending: grounded(one.pending) } : one;
    }),
  }));
};

export const memory = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  perhaps(s, () => ({ ...s, exhausted: textOf(step.state ?? usual.memory.state) === 'exhausted' }));
