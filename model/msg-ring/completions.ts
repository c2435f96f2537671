/**
 * reap and drain: what a look at a completion queue shows, held against what is owed. Any part of it may be visible at
 * any time, in any order; a drain after a settle shows all of it.
 *
 * Conventions: `c` context, `s` state, `m` a message, `seen` the result of the call.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { errnoOf } from '#spec/msg-ring/errno';
import { textOf } from '../arguments.ts';
import { narrow } from '../choices.ts';
import { Exhausted } from '../exhausted.ts';
import { MalformedTrace } from '../malformed-trace.ts';
import {
  type Breach,
  type Context,
  classOf,
  type Outcome,
  type Refusal,
  type Successor,
  skips,
} from '../outcome.ts';
import {
  claimsOf,
  expectAlike,
  inState,
  type OwnWorld,
  owesTarget,
  ownWorld,
  permissionOf,
  readingsOf,
  type Sight,
  take,
  type World,
  watchedClauses,
} from './matching.ts';
import {
  type Completion,
  type Draft,
  draftOfMessage,
  draftOfRing,
  type Message,
  messageBreach,
  type Ring,
  ringOf,
  type State,
  tidy,
  withMessages,
  withRing,
} from './state.ts';
import { isPreparedFor } from './surplus.ts';

const none: readonly never[] = [];

/** Consumes what is visible: any part of what is owed, in any order. */
export const reap = (c: Context, s: State, step: Step): readonly Outcome<State>[] => look(c, s, step, false);

/** Enters and consumes until nothing comes: after a settle, everything that is owed. */
export const drain = (c: Context, s: State, step: Step): readonly Outcome<State>[] => look(c, s, step, true);

const look = (c: Context, s: State, step: Step, complete: boolean): readonly Outcome<State>[] => {
  const ring = ringOf(s, textOf(step.ring));
  if (ring < 0) return [skips('msg-ring/order/open', s)];
  // The context is the fold's and changes under us: keep what matters.
  const { relaxed, choices } = c;
  const sight = (): Sight => ({
    relaxed,
    choices,
    complete,
    ring,
    claims: claimsOf(s.messages, ring, relaxed),
  });
  const worlds = (seen: Result): readonly World[] => {
    const cqes = completionsOf(seen);
    if (cqes === null) return none;
    return readAll(sight(), s, cqes, complete && seen.error === undefined);
  };
  return [
    {
      clauses: ['msg-ring/order/open'],
      permits: complete ? 'all that is owed' : 'any part of what is owed',
      may: false,
      accept: worlds,
      why: (seen) => {
        if (completionsOf(seen) === null) return classOf(seen);
        return readAll(sight(), s, completionsOf(seen) ?? none, false).length > 0
          ? 'something owed is missing'
          : 'a completion that nobody owes';
      },
      sample: () => ({ value: 0, cqes: complete ? owed(s, ring) : [] }),
      alternatives: () =>
        (complete ? otherFates(s, ring) : firstOnly(s, ring)).map((cqes) => ({ value: 0, cqes })),
      presume: () => (complete ? emptied(s, ring) : s),
    },
    skips('msg-ring/order/open', s),
  ];
};

/** An agent that leaves out a field must not make the system look guilty. */
const isCompletion = (cqe: unknown): cqe is Completion => {
  const { user_data, res, flags } = cqe as Partial<Completion>;
  return typeof user_data === 'string' && Number.isInteger(res) && Number.isInteger(flags);
};

const completionsOf = (seen: Result): readonly Completion[] | null => {
  const cqes = seen.cqes;
  if (!Array.isArray(cqes)) return null;
  for (const cqe of cqes as readonly unknown[])
    if (!isCompletion(cqe)) throw new MalformedTrace(`no completion: ${JSON.stringify(cqe)}`);
  return cqes as unknown as readonly Completion[];
};

const readAll = (
  sight: Sight,
  s: State,
  cqes: readonly Completion[],
  complete: boolean,
): readonly Successor<State>[] => {
  let worlds: readonly World[] = [{ state: s, narrows: none, exercised: none, breach: null }];
  /** The only world, once it is a copy of our own. */
  let mine: OwnWorld | null = null;
  let kinds: Kinds | null = null;
  for (const cqe of cqes) {
    const next: World[] = [];
    for (const world of worlds) {
      const readings = readingsOf(sight, world, cqe);
      const alone = worlds.length === 1 && readings.length === 1;
      for (const seen of readings) {
        const after: OwnWorld = alone && mine !== null ? mine : ownWorld(world);
        take(after, seen);
        next.push(after);
        mine = alone ? after : null;
      }
    }
    if (next.length === 0) return none;
    if (next.length > 1) {
      // Reading changes how far messages have come, never what is expected of them.
      kinds = kinds ?? kindsOf(s.messages);
      worlds = distinctWorlds(sight, next, kinds);
    } else worlds = next;
  }
  if (!complete) return worlds.map((world) => inState(world, tidy(world.state, sight.relaxed)));
  const finished: World[] = [];
  for (const world of worlds) {
    const end = conclude(sight, world);
    if (end) finished.push(end);
  }
  return finished;
};

/** Worlds followed while a clause is relaxed: an explanation needs one that fits, not all. */
const relaxedWorlds = 12;
/** Worlds followed in one look before the oracle gives up. */
const mostWorlds = 400;

/** Places of messages, those together that were alike when they were taken: between them no observer can tell. */
type Kinds = readonly (readonly number[])[];

const kindsOf = (messages: readonly Message[]): Kinds => {
  const kinds: number[][] = [];
  for (const [index, m] of messages.entries()) {
    const kind = kinds.find(([first]) =>
      expectAlike((messages[first as number] as Message).expects, m.expects),
    );
    if (kind) kind.push(index);
    else kinds.push([index]);
  }
  return kinds;
};

const owns: readonly Message['own'][] = ['owed', 'seen', 'gone'];
const posts: readonly Message['posted'][] = ['unknown', 'seen', 'absent'];
const fates: readonly Message['fate'][] = ['open', 'succeeded', 'refused'];

/** How far a message has come, as one small number. */
const standingOf = ({ own, posted, fate, settled }: Message): number =>
  ((owns.indexOf(own) * posts.length + posts.indexOf(posted)) * fates.length + fates.indexOf(fate)) * 2 +
  Number(settled);

/** How far all messages have come, the same for worlds in which those that are alike have changed places. */
const standingsOf = (messages: readonly Message[], kinds: Kinds): string => {
  const standings: number[] = [];
  for (const kind of kinds) {
    const those = kind.map((index) => standingOf(messages[index] as Message));
    standings.push(...(those.length > 1 ? those.sort((one, other) => one - other) : those));
  }
  return String.fromCharCode(...standings);
};

/** Several ways to read a list may end in the same world. */
const distinctWorlds = (sight: Sight, worlds: readonly World[], kinds: Kinds): readonly World[] => {
  const seen = new Map<string, World>();
  for (const world of worlds) {
    const choices = narrow(sight.choices, world.narrows);
    const known = choices?.join() ?? world.narrows.join(';');
    const key = `${standingsOf(world.state.messages, kinds)}|${known}${world.breach === null ? '' : '!'}`;
    if (!seen.has(key)) seen.set(key, world);
  }
  if (sight.relaxed !== null) {
    const all = [...seen.values()];
    return all.length <= relaxedWorlds
      ? all
      : all.toSorted((a, b) => Number(a.breach !== null) - Number(b.breach !== null)).slice(0, relaxedWorlds);
  }
  if (seen.size > mostWorlds) throw new Exhausted('more ways to read a queue than the oracle follows');
  return [...seen.values()];
};

/** The end of a drain: what was owed and had time, and did not come, is missing. */
const conclude = (sight: Sight, world: World): World | null => {
  const { ring, relaxed } = sight;
  const { state } = world;
  let found = world.breach;
  let messages: Message[] | null = null;
  const change = (index: number): Draft<Message> => {
    messages = messages ?? state.messages.slice();
    const changed = draftOfMessage(messages[index] as Message);
    messages[index] = changed;
    return changed;
  };
  for (let index = 0; index < state.messages.length; index++) {
    const m = state.messages[index] as Message;
    if (!m.settled) continue;
    if (m.expects.source === ring && m.own === 'owed') {
      const missing = missingOwn(sight, m);
      if (missing === 'refuse') return null;
      if (missing !== null) found = found ?? missing;
      change(index).own = 'gone';
    }
    const now = (messages?.[index] ?? m) as Message;
    if (m.expects.target === ring && m.posted === 'unknown') {
      if ((now.fate === 'succeeded' || mustHaveSucceeded(state, now)) && owesTarget(now)) {
        const missing = missingOnTarget(relaxed, now);
        if (missing === null) return null;
        found = found ?? missing;
      }
      change(index).posted = 'absent';
    }
  }
  let next: State = messages === null ? state : withMessages(state, messages);
  let { exercised } = world;
  if (state.messages.every((m) => m.settled || (m.expects.source !== ring && m.expects.target !== ring))) {
    const r = state.rings[ring] as Ring;
    const shown = watchedClauses.filter(([bit]) => (r.watched & bit) !== 0).map(([, clause]) => clause);
    if (state.rings.some(({ prepared }) => prepared.some((p) => isPreparedFor(state, p, ring))))
      shown.push('msg-ring/prep/sends-nothing');
    if (shown.length > 0) exercised = [...exercised, ...shown];
    if (r.watched !== 0 || r.overflowed) {
      const shownAll = draftOfRing(r);
      shownAll.watched = 0;
      shownAll.overflowed = false;
      next = withRing(next, ring, shownAll);
    }
  }
  return { state: tidy(next, relaxed), narrows: world.narrows, exercised, breach: found };
};

/** Its source was closed before anybody read how it ended, but there is nothing for which it could have been refused. */
const mustHaveSucceeded = (s: State, { own, expects }: Message): boolean =>
  own === 'gone' &&
  expects.refusals.length === 0 &&
  // What the end of the source means for a message that waits for its receiver is not said.
  s.rings[expects.target]?.mode === 'direct';

/** A target completion that never came: it was lost, or the message was refused for no reason and nobody saw that. */
const missingOnTarget = (relaxed: ClauseId | null, m: Message): Breach | null => {
  const wanted = ['one completion on the target'];
  if (relaxed === 'msg-ring/send/posts-completion')
    return messageBreach(relaxed, m, 'target completion missing', wanted);
  return relaxed !== null && relaxed === m.expects.grants && m.fate !== 'succeeded'
    ? messageBreach(relaxed, m, 'refused unseen', wanted)
    : null;
};

/** A source completion that never came. */
const missingOwn = (sight: Sight, m: Message): Breach | 'refuse' | null => {
  const { relaxed } = sight;
  if (m.expects.skipsSuccess || m.starved || m.raced) return null;
  const { musts } = permissionOf(sight, m);
  const wanted = ['one completion on the source'];
  if (musts.length === 0 && m.fate !== 'refused' && relaxed === 'msg-ring/completion/source-completes')
    return messageBreach(relaxed, m, 'source completion missing', wanted);
  if (
    relaxed === 'msg-ring/error/in-res' &&
    m.fate !== 'succeeded' &&
    m.posted !== 'seen' &&
    musts.length > 0
  )
    return messageBreach(relaxed, m, 'source completion missing', wanted);
  return 'refuse';
};

/** The state once a ring has shown all that it holds. */
const emptied = (s: State, ring: number): State =>
  s.messages.length === 0
    ? s
    : withMessages(
        s,
        s.messages
          .map((m): Message => {
            const shown = draftOfMessage(m);
            if (m.expects.source === ring) shown.own = 'seen';
            if (m.expects.target === ring) shown.posted = 'seen';
            return shown;
          })
          .filter((m) => m.own === 'owed' || m.posted === 'unknown'),
      );

/** A message that ends as it need not, by one of its refusals or in spite of it. */
interface OtherFate {
  readonly message: Message;
  /** The refusal; null for success. */
  readonly refusal: Refusal | null;
}

/** What a look would show if one message ended otherwise than the first outcome says. */
const otherFates = (s: State, ring: number): readonly Shown[][] =>
  s.messages
    .filter(({ expects, own, fate }) => expects.source === ring && own === 'owed' && fate === 'open')
    // Of messages that are alike one is enough.
    .filter(
      ({ expects, posted }, index, all) =>
        index === all.findIndex((m) => m.expects === expects && m.posted === posted),
    )
    .flatMap((message) => [
      ...message.expects.refusals
        .filter(({ error }) => error !== 'any')
        .map((refusal): OtherFate => ({ message, refusal })),
      ...(message.expects.refusals.some(({ when }) => when !== undefined)
        ? [{ message, refusal: null }]
        : []),
    ])
    .map((other) => owed(s, ring, other));

/** What a look would show that comes too early for all but one completion. */
const firstOnly = (s: State, ring: number): readonly Shown[][] => owed(s, ring).map((cqe) => [cqe]);

type Shown = { user_data: string; res: number; flags: number };

/** The completions that a conforming system would show here, for walking. */
const owed = (s: State, ring: number, other?: OtherFate): Shown[] => {
  const out: Shown[] = [];
  for (const m of s.messages) {
    const { expects } = m;
    const firm = expects.refusals.filter((refusal) => !refusal.may);
    const musts = other?.message !== m ? firm : other.refusal === null ? [] : [other.refusal];
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
