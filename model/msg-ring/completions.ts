/**
 * reap and drain: what a look at a completion queue shows, held against what is owed. A completion is either the
 * source's own or a message; which one cannot be seen from it, so every match is followed. Whichever of a message's two
 * completions is read first settles whether it succeeded.
 *
 * Conventions: `c` context, `s` state, `m` a message, `seen` one completion as read.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { argumentsOf } from '../arguments.ts';
import type { Narrowing } from '../choices.ts';
import {
  type Breach,
  type Context,
  classOf,
  type Outcome,
  permission,
  type Refusal,
  type Successor,
  skips,
} from '../outcome.ts';
import { errnoName, errnoOf } from './errno.ts';
import { points, proves } from './points.ts';
import { type Message, type Prepared, type Ring, ringOf, type State, targetOf, withRing } from './state.ts';

const read = argumentsOf('msg-ring');
const none: readonly never[] = [];

/** A completion as the trace holds it. */
interface Completion {
  readonly user_data: string;
  readonly res: number;
  readonly flags: number;
}

/** One world while a list of completions is being read. */
interface World {
  readonly state: State;
  readonly narrows: readonly Narrowing[];
  readonly exercised: readonly ClauseId[];
  readonly breach: Breach | null;
}

/** Consumes what is visible: any part of what is owed, in any order. */
export const reap = (c: Context, s: State, step: Step): readonly Outcome<State>[] => look(c, s, step, false);

/** Enters and consumes until nothing comes: after a settle, everything that is owed. */
export const drain = (c: Context, s: State, step: Step): readonly Outcome<State>[] => look(c, s, step, true);

const look = (c: Context, s: State, step: Step, complete: boolean): readonly Outcome<State>[] => {
  const ring = ringOf(s, read.text(step, 'ring'));
  if (ring < 0) return [skips('msg-ring/order/open', s)];
  // The context is the fold's and changes under us: keep what matters.
  const { relaxed, choices } = c;
  const situation: Sight = { relaxed, choices, complete, ring };
  const worlds = (seen: Result): readonly World[] => {
    const cqes = completionsOf(seen);
    if (cqes === null) return none;
    return readAll(situation, s, cqes, complete && seen.error === undefined);
  };
  return [
    {
      clauses: ['msg-ring/order/open'],
      permits: complete ? 'all that is owed' : 'any part of what is owed',
      may: false,
      accept: worlds,
      why: (seen) => {
        if (completionsOf(seen) === null) return classOf(seen);
        return readAll(situation, s, completionsOf(seen) ?? none, false).length > 0
          ? 'something owed is missing'
          : 'a completion that nobody owes';
      },
      sample: () => ({ value: 0, cqes: complete ? owed(s, ring) : [] }),
    },
    skips('msg-ring/order/open', s),
  ];
};

/** What a look at a ring works under. */
interface Sight {
  readonly relaxed: ClauseId | null;
  readonly choices: Context['choices'];
  /** A drain: after a settle, what is owed has to be there. */
  readonly complete: boolean;
  readonly ring: number;
}

const completionsOf = (seen: Result): readonly Completion[] | null => {
  const cqes = seen['cqes'];
  return Array.isArray(cqes) ? (cqes as unknown as readonly Completion[]) : null;
};

const readAll = (
  sight: Sight,
  s: State,
  cqes: readonly Completion[],
  complete: boolean,
): readonly Successor<State>[] => {
  let worlds: readonly World[] = [{ state: s, narrows: none, exercised: none, breach: null }];
  for (const cqe of cqes) {
    const next: World[] = [];
    for (const world of worlds) readOne(sight, world, cqe, next);
    if (next.length === 0) return none;
    worlds = next.length > 1 ? withoutTwins(next) : next;
  }
  if (!complete) return worlds.map((world) => ({ ...world, state: tidy(world.state, sight.relaxed) }));
  const finished: World[] = [];
  for (const world of worlds) {
    const end = conclude(sight, world);
    if (end) finished.push(end);
  }
  return finished;
};

/** Several ways to read a list may end in the same world. */
const withoutTwins = (worlds: readonly World[]): readonly World[] => {
  if (worlds.length < 8) return worlds;
  const seen = new Map<string, World>();
  for (const world of worlds) {
    const key = `${world.state.messages.map((m) => `${m.expects.source}${m.expects.target}${m.expects.userData}${m.expects.data}${m.expects.res}${m.own}${m.posted}${m.fate}`).join()}${world.narrows.join(';')}${world.breach?.clause}`;
    if (!seen.has(key)) seen.set(key, world);
  }
  return [...seen.values()];
};

/** All ways in which one completion can be something that was owed. */
const readOne = (sight: Sight, world: World, cqe: Completion, out: World[]): void => {
  const { ring } = sight;
  const { messages } = world.state;
  let firstOwn: Message | null = null;
  let firstPosted: Message | null = null;
  for (let index = 0; index < messages.length; index++) {
    const m = messages[index] as Message;
    const before = out.length;
    if (m.expects.source === ring && m.own === 'owed' && (firstOwn === null || !alike(firstOwn, m))) {
      readOwn(sight, world, index, cqe, out);
      if (out.length > before) firstOwn = firstOwn ?? m;
    }
    const between = out.length;
    if (
      m.expects.target === ring &&
      m.posted === 'unknown' &&
      (firstPosted === null || !alike(firstPosted, m))
    ) {
      readPosted(sight, world, index, cqe, out);
      if (out.length > between) firstPosted = firstPosted ?? m;
    }
  }
  if (sight.relaxed !== null) readSurplus(sight, world, cqe, out);
};

/** Two messages between which no observer can tell. */
const alike = (a: Message, b: Message): boolean =>
  a.fate === b.fate &&
  a.own === b.own &&
  a.posted === b.posted &&
  a.settled === b.settled &&
  a.raced === b.raced &&
  a.lossy === b.lossy &&
  a.starved === b.starved &&
  (a.expects === b.expects ||
    (a.expects.source === b.expects.source &&
      a.expects.target === b.expects.target &&
      a.expects.userData === b.expects.userData &&
      a.expects.data === b.expects.data &&
      a.expects.res === b.expects.res &&
      a.expects.flags === b.expects.flags &&
      a.expects.grants === b.expects.grants &&
      a.expects.commanded === b.expects.commanded &&
      a.expects.skipsSuccess === b.expects.skipsSuccess &&
      sameRefusals(a.expects.refusals, b.expects.refusals)));

const sameRefusals = (a: readonly Refusal[], b: readonly Refusal[]): boolean =>
  a.length === b.length &&
  a.every((refusal, index) => {
    const other = b[index] as Refusal;
    return refusal.error === other.error && refusal.names === other.names && refusal.may === other.may;
  });

const extend = (
  world: World,
  index: number,
  change: Partial<Message>,
  more: Partial<Omit<World, 'state'>> = {},
): World => {
  const messages = world.state.messages.slice();
  const m = messages[index] as Message;
  messages[index] = { ...m, ...change };
  let state: State = { ...world.state, messages };
  if (change.own === 'seen') state = watch(state, m.expects.source, watches.ownAgain);
  if (change.posted === 'seen') state = watch(state, m.expects.target, watches.postedAgain);
  else if (change.fate === 'refused') state = watch(state, m.expects.target, watches.postedThoughRefused);
  return {
    state,
    narrows: more.narrows && more.narrows.length > 0 ? [...world.narrows, ...more.narrows] : world.narrows,
    exercised:
      more.exercised && more.exercised.length > 0 ? [...world.exercised, ...more.exercised] : world.exercised,
    breach: world.breach ?? more.breach ?? null,
  };
};

/** What a complete look at a ring would have shown if the system did too much, as bits. */
const watches = { ownAgain: 1, postedAgain: 2, postedThoughRefused: 4 } as const;
const watchedClauses: readonly (readonly [number, ClauseId])[] = [
  [watches.ownAgain, 'msg-ring/completion/exactly-one'],
  [watches.postedAgain, 'msg-ring/send/posts-at-most-one'],
  [watches.postedThoughRefused, 'msg-ring/send/refused-posts-nothing'],
];

const watch = (s: State, ring: number, bit: number): State => {
  const r = s.rings[ring];
  return r === undefined || (r.watched & bit) !== 0 ? s : withRing(s, ring, { watched: r.watched | bit });
};

const breach = (clause: ClauseId, m: Message, observed: string, permitted: readonly string[]): Breach => ({
  clause,
  operation: 'prep_msg_ring',
  observed,
  permitted,
  situation: m.expects.situation,
});

const permissionOf = (sight: Sight, m: Message) =>
  permission({ choices: sight.choices } as Context, points.full, m.expects.refusals);

const permittedResults = (m: Message, musts: readonly Refusal[]): readonly string[] => [
  ...(musts.length === 0 ? ['success'] : []),
  ...new Set(
    m.expects.refusals.map((refusal) => (refusal.error === 'any' ? 'any error' : `-${refusal.error}`)),
  ),
];

/** The source's own completion: the result of the message. */
const readOwn = (sight: Sight, world: World, index: number, cqe: Completion, out: World[]): void => {
  const m = world.state.messages[index] as Message;
  const { expects } = m;
  const { relaxed } = sight;
  const named = cqe.user_data === expects.userData;
  if (!named && relaxed !== 'msg-ring/completion/source-completes') return;
  const { musts, successNarrows } = permissionOf(sight, m);
  const stranger = named
    ? null
    : breach('msg-ring/completion/source-completes', m, 'another user_data', ['the user_data of the entry']);
  if (cqe.res >= 0) readSuccess(sight, world, index, cqe, musts, successNarrows, stranger, out);
  else readRefusal(sight, world, index, cqe, musts, stranger, out);
};

const readSuccess = (
  sight: Sight,
  world: World,
  index: number,
  cqe: Completion,
  musts: readonly Refusal[],
  successNarrows: readonly Narrowing[],
  stranger: Breach | null,
  out: World[],
): void => {
  const m = world.state.messages[index] as Message;
  const { relaxed } = sight;
  if (m.fate === 'refused') return;
  if (musts.length > 0 && !m.raced) {
    const permitted = permittedResults(m, musts);
    if (relaxed !== null && musts.every((must) => must.demands === relaxed))
      out.push(
        extend(
          world,
          index,
          { own: 'seen', fate: 'succeeded' },
          { breach: breach(relaxed, m, 'success', permitted) },
        ),
      );
    else if (relaxed === 'msg-ring/error/in-res' && cqe.res > 0)
      out.push(
        extend(
          world,
          index,
          { own: 'seen', fate: 'refused' },
          { breach: breach(relaxed, m, 'no negative result', permitted) },
        ),
      );
    return;
  }
  let found = stranger;
  // It was seen that the target does not hold the message, after the system had had time.
  if (m.posted === 'absent' && owesTarget(m)) {
    if (relaxed !== 'msg-ring/send/posts-completion') return;
    found = found ?? breach(relaxed, m, 'target completion missing', ['one completion on the target']);
  }
  const narrows = [cqe.res === 0 ? proves.successIsZero : proves.successIsPositive, ...successNarrows];
  const exercised: ClauseId[] = [m.expects.grants, 'msg-ring/completion/source-completes'];
  out.push(extend(world, index, { own: 'seen', fate: 'succeeded' }, { narrows, exercised, breach: found }));
};

/** Success obliges the target to hold the message. */
const owesTarget = (m: Message): boolean =>
  m.expects.target >= 0 && !m.expects.commanded && !m.lossy && !m.raced;

const readRefusal = (
  sight: Sight,
  world: World,
  index: number,
  cqe: Completion,
  musts: readonly Refusal[],
  stranger: Breach | null,
  out: World[],
): void => {
  const m = world.state.messages[index] as Message;
  const { relaxed } = sight;
  const error = errnoName(cqe.res);
  // The target already showed the message: then it did not fail.
  if (m.fate === 'succeeded' || m.posted === 'seen') {
    if (relaxed === 'msg-ring/send/refused-posts-nothing' && m.own === 'owed' && m.posted === 'seen')
      out.push(
        extend(
          world,
          index,
          { own: 'seen', fate: 'refused' },
          {
            breach: breach(relaxed, m, 'refused, but posted', ['no completion on the target']),
          },
        ),
      );
    return;
  }
  // Kept unknown while a clause is relaxed: the surplus completion may be what it excuses.
  const posted = m.posted === 'unknown' && relaxed === null ? 'absent' : m.posted;
  const refused: Partial<Message> = { own: 'seen', fate: 'refused', posted };
  if (m.raced || m.expects.commanded || m.expects.refusals.some((refusal) => refusal.error === 'any')) {
    out.push(extend(world, index, refused, { breach: stranger }));
    return;
  }
  if (
    m.starved &&
    (error === 'ENOMEM' || error === 'EOVERFLOW') &&
    !m.expects.refusals.some((r) => r.error === error)
  ) {
    out.push(extend(world, index, refused, { breach: stranger }));
    return;
  }
  let fits = false;
  for (const refusal of m.expects.refusals) {
    if (refusal.error !== error) continue;
    fits = true;
    const narrows = refusal.when ?? refusal.binds;
    out.push(
      extend(world, index, refused, {
        narrows: narrows ? [narrows] : none,
        exercised: tested(refusal, musts),
        breach: stranger,
      }),
    );
  }
  if (fits || relaxed === null || stranger !== null) return;
  const permitted = permittedResults(m, musts);
  const misnamed = m.expects.refusals.some(
    ({ names, may }) => names === relaxed && (may !== true || isResource(relaxed)),
  );
  if (misnamed || (musts.length === 0 && relaxed === m.expects.grants))
    out.push(extend(world, index, refused, { breach: breach(relaxed, m, `-${error}`, permitted) }));
};

const isResource = (clause: ClauseId): boolean =>
  clause === 'msg-ring/error/no-memory' || clause === 'msg-ring/error/overflow';

/** What a refusal tests: the demand if nothing else forbade success, the error's name, and that it came at all. */
const tested = (refusal: Refusal, musts: readonly Refusal[]): readonly ClauseId[] => {
  const clauses: ClauseId[] = [];
  if (
    refusal.may !== true &&
    refusal.when === undefined &&
    musts.every((must) => must.demands === refusal.demands)
  )
    clauses.push(refusal.demands);
  if (refusal.names !== refusal.demands || clauses.length === 0) clauses.push(refusal.names);
  if (musts.length > 0) clauses.push('msg-ring/error/in-res');
  return clauses;
};

/** A message on its target. */
const readPosted = (sight: Sight, world: World, index: number, cqe: Completion, out: World[]): void => {
  const m = world.state.messages[index] as Message;
  const { expects } = m;
  const { relaxed } = sight;
  const right = { res: cqe.res === expects.res || expects.commanded, data: cqe.user_data === expects.data };
  let found: Breach | null = null;
  if (!right.res) {
    if (relaxed !== 'msg-ring/send/res-is-len' || !right.data) return;
    found = breach(relaxed, m, 'another res', ['the bits of len']);
  }
  if (!right.data) {
    if (relaxed !== 'msg-ring/send/user-data-is-data' || !right.res) return;
    found = breach(relaxed, m, 'another user_data', ['data']);
  }
  if (m.fate === 'refused') {
    if (relaxed !== 'msg-ring/send/refused-posts-nothing') return;
    found = found ?? breach(relaxed, m, 'refused, but posted', ['no completion on the target']);
  }
  const { musts } = permissionOf(sight, m);
  const fate = m.fate === 'refused' ? 'refused' : 'succeeded';
  if (m.fate === 'open' && musts.length > 0 && !m.raced) {
    // Only a success posts. It is the source completion that will say whether this was one.
    if (relaxed === 'msg-ring/send/refused-posts-nothing') {
      out.push(extend(world, index, { posted: 'seen' }, { breach: found }));
      return;
    }
    if (!musts.every((must) => must.demands === relaxed)) return;
    found = found ?? breach(relaxed as ClauseId, m, 'success', permittedResults(m, musts));
  }
  const flags = flagsOf(relaxed, m, cqe);
  if (flags === null) return;
  const exercised: ClauseId[] = expects.commanded
    ? []
    : ['msg-ring/send/res-is-len', 'msg-ring/send/user-data-is-data', ...flags.exercised];
  if (sight.complete && m.settled && owesTarget(m) && !(m.own === 'owed' && expects.refusals.length > 0))
    exercised.push('msg-ring/send/posts-completion');
  const keepsOpen = m.fate === 'open' && relaxed === 'msg-ring/send/refused-posts-nothing';
  out.push(
    extend(
      world,
      index,
      { posted: 'seen', fate: keepsOpen ? 'open' : fate },
      {
        narrows: flags.narrows,
        exercised,
        breach: found ?? flags.breach,
      },
    ),
  );
};

/** Flags of a message's completion: silent in the first edition, so a system's own choice; named by later ones. */
const flagsOf = (
  relaxed: ClauseId | null,
  m: Message,
  cqe: Completion,
): Pick<World, 'narrows' | 'exercised' | 'breach'> | null => {
  const { flags, commanded } = m.expects;
  if (commanded) return { narrows: none, exercised: none, breach: null };
  if (flags === null)
    return {
      narrows: [cqe.flags === 0 ? proves.flagsAreZero : proves.flagsAreSet],
      exercised: none,
      breach: null,
    };
  const clause = 'msg-ring/flags/cqe-flags-pass';
  if (cqe.flags === flags) return { narrows: none, exercised: [clause], breach: null };
  return relaxed === clause
    ? { narrows: none, exercised: none, breach: breach(clause, m, 'other flags', ['the flags of the entry']) }
    : null;
};

/** Completions that only a relaxed clause explains: a second one, or one of a message that was never submitted. */
const readSurplus = (sight: Sight, world: World, cqe: Completion, out: World[]): void => {
  const { relaxed, ring } = sight;
  const { state } = world;
  const add = (clause: ClauseId, m: Message, observed: string, permitted: string): void => {
    out.push({ ...world, breach: world.breach ?? breach(clause, m, observed, [permitted]) });
  };
  if (relaxed === 'msg-ring/send/posts-at-most-one' || relaxed === 'msg-ring/completion/exactly-one') {
    for (const m of [...state.messages, ...state.finished]) {
      const { expects } = m;
      if (relaxed === 'msg-ring/send/posts-at-most-one') {
        if (
          expects.target === ring &&
          m.posted === 'seen' &&
          cqe.user_data === expects.data &&
          cqe.res === expects.res
        )
          return add(relaxed, m, 'posted again', 'one completion on the target');
      } else if (expects.source === ring && m.own === 'seen' && cqe.user_data === expects.userData)
        return add(relaxed, m, 'completed again', 'one completion on the source');
    }
  }
  if (relaxed === 'msg-ring/send/refused-posts-nothing')
    for (const m of state.finished)
      if (
        m.fate === 'refused' &&
        m.expects.target === ring &&
        cqe.user_data === m.expects.data &&
        cqe.res === m.expects.res
      )
        return add(relaxed, m, 'refused, but posted', 'no completion on the target');
  if (relaxed === 'msg-ring/prep/sends-nothing')
    for (const r of state.rings)
      for (const p of r.prepared)
        if (isPreparedFor(state, p, ring) && cqe.user_data === p.data && cqe.res === (p.len | 0)) {
          out.push({
            ...world,
            breach: world.breach ?? {
              clause: relaxed,
              operation: 'prep_msg_ring',
              observed: 'sent before it was submitted',
              permitted: ['no completion anywhere'],
              situation: {},
            },
          });
          return;
        }
};

const isPreparedFor = (s: State, p: Prepared, ring: number): boolean => {
  const target = targetOf(s, p.fd);
  return target.kind === 'ring' && target.ring === ring;
};

/** The end of a drain: what was owed and had time, and did not come, is missing. */
const conclude = (sight: Sight, world: World): World | null => {
  const { ring, relaxed } = sight;
  const { state } = world;
  let found = world.breach;
  let messages: Message[] | null = null;
  const change = (index: number, to: Partial<Message>) => {
    messages = messages ?? state.messages.slice();
    messages[index] = { ...(messages[index] as Message), ...to };
  };
  for (let index = 0; index < state.messages.length; index++) {
    const m = state.messages[index] as Message;
    if (!m.settled) continue;
    if (m.expects.source === ring && m.own === 'owed') {
      const missing = missingOwn(sight, m);
      if (missing === 'refuse') return null;
      if (missing !== null) found = found ?? missing;
      change(index, { own: 'gone' });
    }
    const now = (messages?.[index] ?? m) as Message;
    if (m.expects.target === ring && m.posted === 'unknown') {
      if (now.fate === 'succeeded' && owesTarget(now)) {
        if (relaxed !== 'msg-ring/send/posts-completion') return null;
        found = found ?? breach(relaxed, m, 'target completion missing', ['one completion on the target']);
      }
      change(index, { posted: 'absent' });
    }
  }
  let next: State = messages === null ? state : { ...state, messages };
  let { exercised } = world;
  if (state.messages.every((m) => m.settled || (m.expects.source !== ring && m.expects.target !== ring))) {
    const r = state.rings[ring] as Ring;
    const shown = watchedClauses.filter(([bit]) => (r.watched & bit) !== 0).map(([, clause]) => clause);
    if (state.rings.some(({ prepared }) => prepared.some((p) => isPreparedFor(state, p, ring))))
      shown.push('msg-ring/prep/sends-nothing');
    if (shown.length > 0) exercised = [...exercised, ...shown];
    if (r.watched !== 0 || r.overflowed) next = withRing(next, ring, { watched: 0, overflowed: false });
  }
  return { ...world, state: tidy(next, relaxed), exercised, breach: found };
};

/** A source completion that never came. */
const missingOwn = (sight: Sight, m: Message): Breach | 'refuse' | null => {
  const { relaxed } = sight;
  if (m.expects.skipsSuccess || m.starved || m.raced) return null;
  const { musts } = permissionOf(sight, m);
  const wanted = ['one completion on the source'];
  if (musts.length === 0 && m.fate !== 'refused' && relaxed === 'msg-ring/completion/source-completes')
    return breach(relaxed, m, 'source completion missing', wanted);
  if (
    relaxed === 'msg-ring/error/in-res' &&
    m.fate !== 'succeeded' &&
    m.posted !== 'seen' &&
    musts.length > 0
  )
    return breach(relaxed, m, 'source completion missing', wanted);
  return 'refuse';
};

/** Drops what nobody owes any more. */
const tidy = (s: State, relaxed: ClauseId | null): State => {
  const over = (m: Message) => m.own !== 'owed' && m.posted !== 'unknown';
  if (!s.messages.some(over)) return s;
  const finished = relaxed === null ? s.finished : [...s.finished, ...s.messages.filter(over)];
  return { ...s, messages: s.messages.filter((m) => !over(m)), finished };
};

/** The completions that a conforming system would show here, for walking. */
const owed = (s: State, ring: number): { user_data: string; res: number; flags: number }[] => {
  const out: { user_data: string; res: number; flags: number }[] = [];
  for (const m of s.messages) {
    const { expects } = m;
    const musts = expects.refusals.filter((refusal) => !refusal.may);
    const refused = m.fate === 'refused' || (m.fate === 'open' && musts.length > 0);
    if (expects.target === ring && m.posted === 'unknown' && !refused)
      out.push({ user_data: expects.data, res: expects.res, flags: expects.flags ?? 0 });
    if (expects.source === ring && m.own === 'owed')
      out.push({
        user_data: expects.userData,
        res: refused ? -errnoOf(musts[0]?.error ?? 'EINVAL') : 0,
        flags: 0,
      });
  }
  return out;
};
