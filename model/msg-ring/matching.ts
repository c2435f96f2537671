/**
 * What one completion can be. It is either the source's own or a message, and nothing in it tells which, so every match
 * is followed. Whichever of a message's two completions is read first settles whether it succeeded.
 *
 * Conventions: `m` a message, `cqe` one completion as read, `out` the ways to take it.
 */

import type { ClauseId } from '#spec/index';
import { errnoName } from '#spec/msg-ring/errno';
import type { Choices, Narrowing } from '../choices.ts';
import { type Breach, permission, type Refusal } from '../outcome.ts';
import { points, proves } from './points.ts';
import {
  type Completion,
  type Draft,
  draftOf,
  draftOfMessage,
  draftOfRing,
  type Expectation,
  type Message,
  messageBreach,
  type Ring,
  type State,
} from './state.ts';
import { surplus } from './surplus.ts';

const none: readonly never[] = [];

/** One world while a list of completions is being read. */
export interface World {
  readonly state: State;
  readonly narrows: readonly Narrowing[];
  readonly exercised: readonly ClauseId[];
  readonly breach: Breach | null;
}

/** The world in another state. */
export const inState = ({ narrows, exercised, breach }: World, state: State): World => ({
  state,
  narrows,
  exercised,
  breach,
});

/** What a look at a ring works under. */
export interface Sight {
  readonly relaxed: ClauseId | null;
  readonly choices: Choices;
  /** A drain: after a settle, what is owed has to be there. */
  readonly complete: boolean;
  readonly ring: number;
  /** Who may claim a completion; null when anybody may. */
  readonly claims: Claims | null;
}

/** Messages by the user_data that their completions on one ring have. */
interface Claims {
  readonly own: ReadonlyMap<string, readonly number[]>;
  readonly posted: ReadonlyMap<string, readonly number[]>;
}

/** A long list is read by index: looking through every message for every completion would cost their product. */
export const claimsOf = (
  messages: readonly Message[],
  ring: number,
  relaxed: ClauseId | null,
): Claims | null => {
  const anybody =
    relaxed === 'msg-ring/completion/source-completes' || relaxed === 'msg-ring/send/user-data-is-data';
  if (messages.length < 8 || anybody) return null;
  const own = new Map<string, number[]>();
  const posted = new Map<string, number[]>();
  const add = (claims: Map<string, number[]>, userData: string, index: number): void => {
    const known = claims.get(userData);
    if (known) known.push(index);
    else claims.set(userData, [index]);
  };
  messages.forEach((m, index) => {
    if (m.expects.source === ring) add(own, m.expects.userData, index);
    if (m.expects.target === ring) add(posted, m.expects.data, index);
  });
  return { own, posted };
};

/** One way to take a completion: what it settles about a message, and what seeing it says. */
export interface Reading {
  /** Among the messages; -1 when it belongs to none of them. */
  readonly message: number;
  /** Null where it settles nothing. */
  readonly own: Message['own'] | null;
  readonly posted: Message['posted'] | null;
  readonly fate: Message['fate'] | null;
  readonly narrows: readonly Narrowing[];
  readonly exercised: readonly ClauseId[];
  readonly breach: Breach | null;
}

/** All ways in which one completion can be something that was owed. */
export const readingsOf = (sight: Sight, world: World, cqe: Completion): readonly Reading[] => {
  const { ring, relaxed } = sight;
  const { messages } = world.state;
  const out: Reading[] = [];
  const own = claimantsOf(sight.claims?.own, sight, messages, cqe, mayBeOwn);
  const posted = claimantsOf(sight.claims?.posted, sight, messages, cqe, mayBePosted);
  for (const index of representatives(messages, own, cqe.res < 0 ? refusedFirst : succeededFirst))
    readOwn(sight, messages[index] as Message, index, cqe, out);
  for (const index of representatives(messages, posted, completedFirst))
    readPosted(sight, messages[index] as Message, index, cqe, out);
  if (relaxed === null) return out;
  const extra = surplus(relaxed, world.state, ring, cqe);
  if (extra !== null) out.push(reading(extra.message ?? -1, extra.change ?? {}, { breach: extra.breach }));
  return world.breach === null ? exactFirst(out) : out;
};

/** The messages, by index, that this completion may be about. */
const claimantsOf = (
  claims: ReadonlyMap<string, readonly number[]> | undefined,
  sight: Sight,
  messages: readonly Message[],
  cqe: Completion,
  mayBe: (sight: Sight, m: Message, cqe: Completion) => boolean,
): readonly number[] => {
  const found: number[] = [];
  if (claims === undefined) {
    for (let index = 0; index < messages.length; index++)
      if (mayBe(sight, messages[index] as Message, cqe)) found.push(index);
  } else
    for (const index of claims.get(cqe.user_data) ?? none)
      if (mayBe(sight, messages[index] as Message, cqe)) found.push(index);
  return found;
};

const mayBeOwn = ({ ring, relaxed }: Sight, { expects, own }: Message, cqe: Completion): boolean =>
  expects.source === ring &&
  own === 'owed' &&
  (cqe.user_data === expects.userData || relaxed === 'msg-ring/completion/source-completes');

const mayBePosted = ({ ring, relaxed }: Sight, { expects, posted }: Message, cqe: Completion): boolean =>
  expects.target === ring &&
  posted === 'unknown' &&
  (cqe.user_data === expects.data || relaxed === 'msg-ring/send/user-data-is-data');

/** Smaller comes first: which of several alike messages a completion is given to. */
type Preference = (m: Message) => number;

const succeededFirst: Preference = (m) =>
  (m.posted === 'seen' ? 0 : m.posted === 'unknown' ? 2 : 4) + (m.settled ? 0 : 1);
const refusedFirst: Preference = (m) =>
  (m.posted === 'absent' ? 0 : m.posted === 'unknown' ? 2 : 4) + (m.settled ? 0 : 1);
const completedFirst: Preference = (m) =>
  (m.fate === 'refused' ? 4 : m.own === 'seen' ? 0 : 2) + (m.settled ? 0 : 1);

/**
 * One message of each kind. Between messages that were alike when they were taken no observer can tell, and giving a
 * completion to the one whose other completion fits already leaves the most open for the rest: if A has posted and
 * completed and B has done nothing, B may still be refused; if A has posted and B has completed, nobody may.
 */
const representatives = (
  messages: readonly Message[],
  candidates: readonly number[],
  preference: Preference,
): readonly number[] => {
  if (candidates.length < 2) return candidates;
  const chosen: number[] = [];
  for (const index of candidates) {
    const m = messages[index] as Message;
    const twin = chosen.findIndex((other) => alike(messages[other] as Message, m));
    if (twin < 0) chosen.push(index);
    else if (preference(m) < preference(messages[chosen[twin] as number] as Message)) chosen[twin] = index;
  }
  return chosen;
};

/** A relaxed clause explains only what nothing else does: readings without a breach come first. */
const exactFirst = (readings: readonly Reading[]): readonly Reading[] => [
  ...readings.filter(({ breach }) => breach === null),
  ...readings.filter(({ breach }) => breach !== null),
];

/** Two messages that were alike when they were taken, and are under the same stars. */
const alike = (a: Message, b: Message): boolean =>
  a.raced === b.raced &&
  a.late === b.late &&
  a.lossy === b.lossy &&
  a.starved === b.starved &&
  a.woke === b.woke &&
  expectAlike(a.expects, b.expects);

/** Two messages that were alike when they were taken. */
export const expectAlike = (a: Expectation, b: Expectation): boolean =>
  a === b ||
  (a.source === b.source &&
    a.target === b.target &&
    a.userData === b.userData &&
    a.data === b.data &&
    a.res === b.res &&
    a.flags === b.flags &&
    a.grants === b.grants &&
    a.plain === b.plain &&
    a.commanded === b.commanded &&
    a.skipsSuccess === b.skipsSuccess &&
    sameRefusals(a.refusals, b.refusals));

const sameRefusals = (a: readonly Refusal[], b: readonly Refusal[]): boolean =>
  a.length === b.length &&
  a.every((refusal, index) => {
    const other = b[index] as Refusal;
    return refusal.error === other.error && refusal.names === other.names && refusal.may === other.may;
  });

/** What reading a completion settles about a message. */
type Settling = Partial<Pick<Message, 'own' | 'posted' | 'fate'>>;

const reading = (
  message: number,
  settles: Settling,
  says: Partial<Pick<Reading, 'narrows' | 'exercised' | 'breach'>> = {},
): Reading => ({
  message,
  own: settles.own ?? null,
  posted: settles.posted ?? null,
  fate: settles.fate ?? null,
  narrows: says.narrows ?? none,
  exercised: says.exercised ?? none,
  breach: says.breach ?? null,
});

/** Both lists, each item once. */
const united = <T>(known: readonly T[], more: readonly T[]): readonly T[] => {
  let out: T[] | null = null;
  for (const item of more) {
    if (known.includes(item)) continue;
    out = out ?? known.slice();
    out.push(item);
  }
  return out ?? known;
};

/** A world that nobody else has seen yet, so that a long list can be read in one way without a copy for each item. */
export interface OwnWorld extends Draft<World> {
  readonly state: Draft<State> & { messages: Message[]; rings: Ring[] };
}

/** A copy of the world to write in. The messages and rings in it are shared, and copied when they change. */
export const ownWorld = ({ state, narrows, exercised, breach }: World): OwnWorld => {
  const copy = draftOf(state);
  const messages = state.messages.slice();
  const rings = state.rings.slice();
  copy.messages = messages;
  copy.rings = rings;
  return { state: copy as OwnWorld['state'], narrows, exercised, breach };
};

/** Writes what the completion settles and says into the world. */
export const take = (world: OwnWorld, seen: Reading): void => {
  const { message: index, own, posted, fate } = seen;
  if (index >= 0) {
    const { messages, rings } = world.state;
    const m = draftOfMessage(messages[index] as Message);
    if (own !== null) m.own = own;
    if (posted !== null) m.posted = posted;
    if (fate !== null) m.fate = fate;
    messages[index] = m;
    const { source, target } = m.expects;
    if (own === 'seen') watch(rings, source, watches.ownAgain);
    if (posted === 'seen') watch(rings, target, watches.postedAgain);
    else if (fate === 'refused') watch(rings, target, watches.postedThoughRefused);
  }
  world.narrows = united(world.narrows, seen.narrows);
  world.exercised = united(world.exercised, seen.exercised);
  world.breach = world.breach ?? seen.breach;
};

/** What a complete look at a ring would have shown if the system did too much, as bits. */
const watches = { ownAgain: 1, postedAgain: 2, postedThoughRefused: 4 } as const;
export const watchedClauses: readonly (readonly [number, ClauseId])[] = [
  [watches.ownAgain, 'msg-ring/completion/exactly-one'],
  [watches.postedAgain, 'msg-ring/send/posts-at-most-one'],
  [watches.postedThoughRefused, 'msg-ring/send/refused-posts-nothing'],
];

const watch = (rings: Ring[], ring: number, bit: number): void => {
  const r = rings[ring];
  if (r === undefined || (r.watched & bit) !== 0) return;
  const watched = draftOfRing(r);
  watched.watched |= bit;
  rings[ring] = watched;
};

/** Does anything forbid that this message succeeds, and what would its success prove? */
export const permissionOf = (sight: Sight, m: Message) =>
  permission(sight.choices, points.full, m.expects.refusals);

const permittedResults = (m: Message, musts: readonly Refusal[]): readonly string[] => [
  ...(musts.length === 0 ? ['success'] : []),
  ...new Set(
    m.expects.refusals.map((refusal) => (refusal.error === 'any' ? 'any error' : `-${refusal.error}`)),
  ),
];

/** The source's own completion: the result of the message. */
const readOwn = (sight: Sight, m: Message, index: number, cqe: Completion, out: Reading[]): void => {
  const { expects } = m;
  const { relaxed } = sight;
  const named = cqe.user_data === expects.userData;
  if (!named && relaxed !== 'msg-ring/completion/source-completes') return;
  const { musts, successNarrows } = permissionOf(sight, m);
  const stranger = named
    ? null
    : messageBreach('msg-ring/completion/source-completes', m, 'another user_data', [
        'the user_data of the entry',
      ]);
  if (cqe.res >= 0) readSuccess(sight, m, index, cqe, musts, successNarrows, stranger, out);
  else readRefusal(sight, m, index, cqe, musts, stranger, out);
};

const readSuccess = (
  sight: Sight,
  m: Message,
  index: number,
  cqe: Completion,
  musts: readonly Refusal[],
  successNarrows: readonly Narrowing[],
  stranger: Breach | null,
  out: Reading[],
): void => {
  const { relaxed } = sight;
  if (m.fate === 'refused') return;
  if (musts.length > 0 && !m.raced) {
    const permitted = permittedResults(m, musts);
    if (relaxed !== null && musts.every((must) => must.demands === relaxed))
      out.push(
        reading(
          index,
          { own: 'seen', fate: 'succeeded' },
          { breach: messageBreach(relaxed, m, 'success', permitted) },
        ),
      );
    else if (relaxed === 'msg-ring/error/in-res' && cqe.res > 0)
      out.push(
        reading(
          index,
          { own: 'seen', fate: 'refused' },
          { breach: messageBreach(relaxed, m, 'no negative result', permitted) },
        ),
      );
    return;
  }
  let found = stranger;
  // It was seen that the target does not hold the message, after the system had had time.
  if (m.posted === 'absent' && owesTarget(m)) {
    if (relaxed !== 'msg-ring/send/posts-completion') return;
    found = found ?? messageBreach(relaxed, m, 'target completion missing', ['one completion on the target']);
  }
  const value = cqe.res === 0 ? proves.successIsZero : proves.successIsPositive;
  const narrows = m.raced ? [value] : [value, ...successNarrows];
  const exercised: ClauseId[] = ['msg-ring/completion/source-completes'];
  // Where any error may come, success shows nothing about the right to it.
  if (!m.raced && !m.expects.refusals.some(({ error }) => error === 'any')) exercised.push(m.expects.grants);
  out.push(reading(index, { own: 'seen', fate: 'succeeded' }, { narrows, exercised, breach: found }));
};

/** Success obliges the target to hold the message. */
export const owesTarget = (m: Message): boolean =>
  m.expects.target >= 0 && !m.expects.commanded && !m.lossy && !m.raced;

const readRefusal = (
  sight: Sight,
  m: Message,
  index: number,
  cqe: Completion,
  musts: readonly Refusal[],
  stranger: Breach | null,
  out: Reading[],
): void => {
  const { relaxed } = sight;
  const error = errnoName(cqe.res);
  // The target already showed the message: then it did not fail.
  if (m.fate === 'succeeded' || m.posted === 'seen') {
    if (relaxed === 'msg-ring/send/refused-posts-nothing' && m.own === 'owed' && m.posted === 'seen')
      out.push(
        reading(
          index,
          { own: 'seen', fate: 'refused' },
          {
            breach: messageBreach(relaxed, m, 'refused, but posted', ['no completion on the target']),
          },
        ),
      );
    return;
  }
  // Kept unknown while a clause is relaxed: the surplus completion may be what it excuses.
  const posted = m.posted === 'unknown' && relaxed === null ? 'absent' : m.posted;
  const refused: Settling = { own: 'seen', fate: 'refused', posted };
  if (m.raced || m.expects.commanded || m.expects.refusals.some((refusal) => refusal.error === 'any')) {
    out.push(reading(index, refused, { breach: stranger }));
    return;
  }
  if (
    m.starved &&
    (error === 'ENOMEM' || error === 'EOVERFLOW') &&
    !m.expects.refusals.some((r) => r.error === error)
  ) {
    out.push(reading(index, refused, { breach: stranger }));
    return;
  }
  let fits = false;
  for (const refusal of m.expects.refusals) {
    if (refusal.error !== error) continue;
    fits = true;
    const narrows = refusal.when ?? refusal.binds;
    out.push(
      reading(index, refused, {
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
  // The error's own sentence says when it may come: relaxed, it may come at any time.
  const misused = musts.length === 0 && meanings[relaxed] === error;
  if (misnamed || misused || (musts.length === 0 && relaxed === m.expects.grants))
    out.push(reading(index, refused, { breach: messageBreach(relaxed, m, `-${error}`, permitted) }));
};

/** The error that a sentence gives a meaning to. */
const meanings: Readonly<Partial<Record<ClauseId, string>>> = {
  'msg-ring/error/no-memory': 'ENOMEM',
  'msg-ring/error/overflow': 'EOVERFLOW',
  'msg-ring/error/invalid-field': 'EINVAL',
  'msg-ring/error/not-a-ring': 'EBADFD',
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
  // What an error that only may come is called is a sentence of its own where resources are short, and open elsewhere.
  if (
    refusal.may === true
      ? isResource(refusal.names)
      : refusal.names !== refusal.demands || clauses.length === 0
  )
    clauses.push(refusal.names);
  if (musts.length > 0) clauses.push('msg-ring/error/in-res');
  return clauses;
};

/** A message on its target. */
const readPosted = (sight: Sight, m: Message, index: number, cqe: Completion, out: Reading[]): void => {
  const { expects } = m;
  const { relaxed } = sight;
  const right = { res: cqe.res === expects.res || expects.commanded, data: cqe.user_data === expects.data };
  let found: Breach | null = null;
  if (!right.res) {
    if (relaxed !== 'msg-ring/send/res-is-len' || !right.data) return;
    found = messageBreach(relaxed, m, 'another res', ['the bits of len']);
  }
  if (!right.data) {
    if (relaxed !== 'msg-ring/send/user-data-is-data' || !right.res) return;
    found = messageBreach(relaxed, m, 'another user_data', ['data']);
  }
  if (m.fate === 'refused') {
    if (relaxed !== 'msg-ring/send/refused-posts-nothing') return;
    found = found ?? messageBreach(relaxed, m, 'refused, but posted', ['no completion on the target']);
  }
  const { musts } = permissionOf(sight, m);
  const fate = m.fate === 'refused' ? 'refused' : 'succeeded';
  if (m.fate === 'open' && musts.length > 0 && !m.raced) {
    // Only a success posts. It is the source completion that will say whether this was one.
    if (relaxed === 'msg-ring/send/refused-posts-nothing') {
      out.push(reading(index, { posted: 'seen' }, { breach: found }));
      return;
    }
    if (!musts.every((must) => must.demands === relaxed)) return;
    found = found ?? messageBreach(relaxed as ClauseId, m, 'success', permittedResults(m, musts));
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
    reading(
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
): Pick<Reading, 'narrows' | 'exercised' | 'breach'> | null => {
  const { flags, commanded, plain } = m.expects;
  if (commanded || (flags === null && !plain)) return { narrows: none, exercised: none, breach: null };
  if (flags === null)
    return {
      narrows: [cqe.flags === 0 ? proves.flagsAreZero : proves.flagsAreSet],
      exercised: none,
      breach: null,
    };
  const clause = 'msg-ring/flags/cqe-flags-pass';
  if (cqe.flags === flags) return { narrows: none, exercised: [clause], breach: null };
  return relaxed === clause
    ? {
        narrows: none,
        exercised: none,
        breach: messageBreach(clause, m, 'other flags', ['the flags of the entry']),
      }
    : null;
};
