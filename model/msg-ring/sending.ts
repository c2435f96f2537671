/**
 * prep_msg_ring and submit: what the page says about one message at the moment it is taken. Nothing is sent before
 * that; what is sent becomes an obligation (state.ts, `Message`) that the completions settle later.
 *
 * Conventions: `c` context, `s` state, `p` a prepared entry.
 */

import { match } from 'ts-pattern';
import type { ClauseId, Result, Step } from '#spec/index';
import { flagsOf, numberOf, textOf, usualOf } from '../arguments.ts';
import { type Context, type Outcome, type Refusal, type Successor, skips, to } from '../outcome.ts';
import { proves } from './points.ts';
import {
  draftOfMessage,
  draftOfRing,
  type Expectation,
  type Message,
  type MessageSituation,
  messageBreach,
  type Prepared,
  type Ring,
  ringOf,
  type State,
  type Target,
  targetOf,
  withMessages,
  withRing,
} from './state.ts';

const usual = usualOf('msg-ring', 'prep_msg_ring');
const usualSubmit = usualOf('msg-ring', 'submit');
const none: readonly never[] = [];

/** Fills in the next free entry of the source's queue; nothing is sent. */
export const prepare = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const source = ringOf(s, textOf(step.ring));
  const skipped = skips('msg-ring/prep/sends-nothing', s);
  if (source < 0) return [skipped];
  const ring = s.rings[source] as Ring;
  if (ring.prepared.length >= ring.entries) return [skipped];
  const prepared: Prepared = {
    fd: textOf(step.fd),
    len: numberOf(step.len ?? usual.len),
    data: textOf(step.data ?? usual.data),
    flags: numberOf(step.flags ?? usual.flags),
    userData: textOf(step.user_data ?? usual.user_data),
    command: textOf(step.command ?? usual.command),
    foreign:
      numberOf(step.ioprio ?? usual.ioprio) !== 0 ||
      numberOf(step.buf_index ?? usual.buf_index) !== 0 ||
      numberOf(step.personality ?? usual.personality) !== 0 ||
      textOf(step.addr3 ?? usual.addr3) !== '0x0' ||
      numberOf(step.file_index ?? usual.file_index) !== 0,
    fileIndex: numberOf(step.file_index ?? usual.file_index),
    sqeFlags: flagsOf(step.sqe_flags ?? usual.sqe_flags),
  };
  const filled = draftOfRing(ring);
  filled.prepared = [...ring.prepared, prepared];
  const next = withRing(s, source, filled);
  return [
    {
      clauses: ['msg-ring/prep/sends-nothing'],
      permits: 'prepared',
      may: false,
      accept: (seen) => (seen.skipped === undefined && seen.error === undefined ? [to(next)] : []),
      why: (seen) => (seen.skipped !== undefined ? 'not called' : 'error'),
      sample: () => ({}),
    },
    skipped,
  ];
};

/** Takes the first entries of the queue, in order. How many the kernel takes at once is not stated. */
export const submit = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const source = ringOf(s, textOf(step.ring));
  if (source < 0) return [skips('msg-ring/prep/sends-nothing', s)];
  const ring = s.rings[source] as Ring;
  const wanted = numberOf(step.count ?? usualSubmit.count);
  const offered = wanted === 0 ? ring.prepared.length : Math.min(wanted, ring.prepared.length);
  return [
    {
      clauses: ['msg-ring/order/open'],
      permits: offered === 0 ? '0' : `0 to ${offered}`,
      may: false,
      accept: (seen) => {
        if (seen.error !== undefined)
          // A polling kernel reads the queue whatever the call that was to wake it returned.
          return ring.polled && offered > 0
            ? [to(s), to(doubtful(take(c, s, source, offered), s))]
            : refusedWhole(c, s, source, offered, seen);
        const taken = seen.value;
        if (taken === undefined || taken < 0 || taken > offered) return [];
        return [to(take(c, s, source, taken))];
      },
      why: (seen) => (seen.value === undefined ? 'no count' : 'more than were prepared'),
      sample: () => ({ value: ring.enabled ? offered : 0 }),
    },
    skips('msg-ring/prep/sends-nothing', s),
  ];
};

const take = (c: Context, s: State, source: number, taken: number): State => {
  if (taken === 0) return s;
  const ring = s.rings[source] as Ring;
  const messages = s.messages.slice();
  // How many completions each target could hold at most, by now: the page speaks of a full queue.
  for (let index = 0; index < taken; index++)
    messages.push(
      message(c, s, source, ring.prepared[index] as Prepared, chainAt(ring.prepared, index, taken), messages),
    );
  const emptied = draftOfRing(ring);
  emptied.prepared = ring.prepared.slice(taken);
  return markOverflow(withMessages(withRing(s, source, emptied), messages));
};

/** The call failed, so nothing was taken; relaxed, the error may have been meant for one entry of those that were. */
const refusedWhole = (
  c: Context,
  s: State,
  source: number,
  offered: number,
  seen: Result,
): readonly Successor<State>[] => {
  const { relaxed } = c;
  if (relaxed !== 'msg-ring/error/in-res') return [to(s)];
  const observed = `${seen.error} from the call`;
  const meantFor = (place: number, taken: number): Successor<State> => {
    const { messages, ...rest } = take(c, s, source, taken);
    const at = s.messages.length + place;
    const breach = messageBreach(relaxed, messages[at] as Message, observed, [
      'one completion on the source',
    ]);
    return to({ ...rest, messages: messages.toSpliced(at, 1) }, [], [], breach);
  };
  // The faulty entry ended the batch, or the rest of it was taken too.
  return [
    to(s),
    ...Array.from({ length: offered }, (_, place) => meantFor(place, place + 1)),
    ...Array.from({ length: Math.max(0, offered - 1) }, (_, place) => meantFor(place, offered)),
  ];
};

/** Messages that may have been taken, or may be later: nothing about them is owed. */
const doubtful = (s: State, before: State): State =>
  withMessages(
    s,
    s.messages.map((m, index) => {
      if (index < before.messages.length) return m;
      const next = draftOfMessage(m);
      next.raced = true;
      next.lossy = true;
      next.starved = true;
      return next;
    }),
  );

/** The chain that an entry belongs to, if it is longer than the entry. */
interface Chain {
  readonly linked: boolean;
  /** Some member asked for no completion on success: then a broken chain may end without a word. */
  readonly silent: boolean;
}

const chainAt = (entries: readonly Prepared[], index: number, taken: number): Chain => {
  let first = index;
  while (first > 0 && isLinked(entries[first - 1] as Prepared)) first--;
  let last = index;
  while (last + 1 < taken && isLinked(entries[last] as Prepared)) last++;
  let silent = false;
  for (let at = first; at <= last; at++)
    if ((entries[at] as Prepared).sqeFlags.has('CQE_SKIP_SUCCESS')) silent = true;
  return { linked: first < last || isLinked(entries[index] as Prepared), silent };
};

const isLinked = (p: Prepared): boolean => p.sqeFlags.has('IO_LINK') || p.sqeFlags.has('IO_HARDLINK');

/** Completions that the queue of this ring may have to hold. */
const outstanding = (messages: readonly Message[], ring: number): number => {
  let count = 0;
  for (const m of messages) {
    if (m.expects.source === ring && m.own === 'owed') count++;
    if (m.expects.target === ring && m.posted === 'unknown' && m.fate !== 'refused') count++;
  }
  return count;
};

/** A ring that had to hold more than its queue stays in overflow until the kernel is entered and has emptied it. */
const markOverflow = (s: State): State => {
  let next = s;
  for (let ring = 0; ring < s.rings.length; ring++) {
    const r = s.rings[ring] as Ring;
    // A message has two completions at most.
    if (r.overflowed || 2 * s.messages.length <= r.cqEntries) continue;
    if (outstanding(s.messages, ring) <= r.cqEntries) continue;
    const overflowed = draftOfRing(r);
    overflowed.overflowed = true;
    next = withRing(next, ring, overflowed);
  }
  return next;
};

const couldBeFull = (s: State, messages: readonly Message[], ring: number): boolean => {
  const r = s.rings[ring] as Ring;
  return r.overflowed || (2 * messages.length >= r.cqEntries && outstanding(messages, ring) >= r.cqEntries);
};

const message = (
  c: Context,
  s: State,
  source: number,
  p: Prepared,
  chain: Chain,
  before: readonly Message[],
): Message => {
  const target = targetOf(s, p.fd);
  const from = s.rings[source] as Ring;
  const ring = target.kind === 'ring' ? target.ring : -1;
  const to = ring < 0 ? null : (s.rings[ring] as Ring);
  const commanded = p.command !== '0x0';
  // A polling kernel takes entries in its own portions: a chain may reach over several calls.
  const behind = from.polled ? before.findLast((m) => m.expects.source === source) : undefined;
  const joins = behind?.pending === true && behind.expects.links;
  const linked = chain.linked || joins;
  const silent = chain.silent || (joins && behind.expects.skipsSuccess);
  const full = ring >= 0 && couldBeFull(s, before, ring);
  const ownerEnded = to !== null && to.mode === 'deferred' && s.ended.includes(to.owner);
  const passes = p.flags === 2 && !commanded && c.states('msg-ring/flags/cqe-flags-pass');
  const plain = p.flags === 0 && !p.foreign && !commanded && p.sqeFlags.size === 0;
  const nothingOpen = !s.exhausted && !linked && !ownerEnded && from.mode !== 'iopoll';
  const refusals =
    plain && nothingOpen && to?.enabled && to.mode !== 'iopoll'
      ? none
      : [
          ...flagRefusals(p, commanded, passes),
          ...targetRefusals(c, s, target, p),
          ...openRefusals(s, p, from, to, linked, ownerEnded, full),
        ];
  const expects: Expectation = {
    source,
    target: p.sqeFlags.has('FIXED_FILE') ? -1 : ring,
    userData: p.userData,
    data: p.data,
    res: p.len | 0,
    flags: passes ? p.fileIndex : null,
    refusals,
    grants: granted(source, ring, full && !s.exhausted, to),
    plain,
    commanded,
    links: isLinked(p),
    drains: p.sqeFlags.has('IO_DRAIN'),
    skipsSuccess: silent,
    situation: situationOf(s, source, target, to, p, full, ownerEnded),
  };
  const queued =
    linked ||
    p.sqeFlags.has('ASYNC') ||
    p.sqeFlags.has('IO_DRAIN') ||
    before.some((m) => m.expects.source === source && m.pending && m.expects.drains && m.own === 'owed');
  return {
    expects,
    fate: 'open',
    own: 'owed',
    posted: expects.target < 0 ? 'absent' : 'unknown',
    settled: false,
    pending: queued || from.polled || from.mode === 'iopoll' || to?.mode === 'iopoll',
    late: from.mode === 'iopoll' || (queued && from.mode !== 'direct'),
    raced: false,
    lossy: ownerEnded || (s.exhausted && to?.mode === 'deferred'),
    starved: s.exhausted,
    woke: false,
  };
};

/** Flags: no modifier exists, so they have to be 0; a later edition knows bit 1. */
const flagRefusals = (p: Prepared, commanded: boolean, passes: boolean): readonly Refusal[] =>
  p.flags === 0 || passes
    ? []
    : [
        {
          demands: 'msg-ring/flags/must-be-zero',
          names: 'msg-ring/error/invalid-field',
          error: 'EINVAL',
          // With a command the entry is none that the page describes.
          may: commanded,
        },
      ];

/** The target: has to be a ring. */
const targetRefusals = (c: Context, s: State, target: Target, p: Prepared): readonly Refusal[] => {
  // With FIXED_FILE the number is an index into a table, not a descriptor: see openRefusals.
  if (p.sqeFlags.has('FIXED_FILE')) return none;
  // The ordinary message: nothing is wrong with its target.
  if (target.kind === 'ring' && (s.rings[target.ring] as Ring).enabled) return none;
  return match(target)
    .returnType<readonly Refusal[]>()
    .with({ kind: 'not-a-ring' }, () => [
      { demands: 'msg-ring/send/target-is-a-ring', names: 'msg-ring/error/not-a-ring', error: 'EBADFD' },
    ])
    .with({ kind: 'non-descriptor' }, ({ how }) => nonDescriptor(c, how))
    .with({ kind: 'ring' }, ({ ring }) => disabledRefusals(c, s.rings[ring] as Ring))
    .exhaustive();
};

/**
 * A number that is no usable descriptor does not refer to a ring either, so the page's EBADFD covers it; that the
 * kernel's usual EBADF comes first is just as natural. A system answers one of the two, always.
 */
const nonDescriptor = (c: Context, how: keyof typeof proves.badDescriptor): readonly Refusal[] => {
  const [ebadf, ebadfd] = proves.badDescriptor[how];
  const demands = 'msg-ring/send/target-is-a-ring';
  const choices = c.choices[ebadf[0]] ?? 0;
  const open: Refusal[] = [];
  if (choices & ebadf[1])
    open.push({ demands, names: 'msg-ring/error/non-descriptor', error: 'EBADF', binds: ebadf });
  if (choices & ebadfd[1])
    open.push({ demands, names: 'msg-ring/error/not-a-ring', error: 'EBADFD', binds: ebadfd });
  return open;
};

/** A ring that is not enabled yet: the first edition is silent, later ones refuse. */
const disabledRefusals = (c: Context, ring: Ring): readonly Refusal[] => {
  if (ring.enabled) return [];
  if (c.states('msg-ring/target/disabled-refused'))
    return [
      {
        demands: 'msg-ring/target/disabled-refused',
        names: 'msg-ring/target/disabled-refused',
        error: 'EBADFD',
      },
    ];
  const when = ring.mode === 'deferred' ? proves.deferredDisabledRefused : proves.directDisabledRefused;
  return [
    {
      demands: 'msg-ring/target/disabled-open',
      names: 'msg-ring/target/disabled-open',
      error: 'EBADFD',
      when,
    },
  ];
};

/** Where the page is silent or speaks of resources: these errors may come and forbid nothing. */
const openRefusals = (
  s: State,
  p: Prepared,
  from: Ring,
  to: Ring | null,
  linked: boolean,
  ownerEnded: boolean,
  full: boolean,
): readonly Refusal[] => {
  const may: Refusal[] = [];
  const permit = (clause: ClauseId, error: string) =>
    may.push({ demands: clause, names: clause, error, may: true });
  if (s.exhausted) {
    permit('msg-ring/error/no-memory', 'ENOMEM');
    if (to !== null)
      permit(full ? 'msg-ring/error/overflow' : 'msg-ring/overflow/loss-without-memory', 'EOVERFLOW');
  }
  if (p.foreign) permit('msg-ring/fields/foreign', 'EINVAL');
  if (p.command !== '0x0') permit('msg-ring/fields/commands', 'any');
  if (p.sqeFlags.has('FIXED_FILE')) permit('msg-ring/modes/sqe-flags', 'any');
  else if (p.sqeFlags.size > 0) {
    permit('msg-ring/modes/sqe-flags', 'EINVAL');
    permit('msg-ring/modes/sqe-flags', 'EOPNOTSUPP');
  }
  if (linked) permit('msg-ring/modes/sqe-flags', 'ECANCELED');
  if (from.mode === 'iopoll' || to?.mode === 'iopoll') permit('msg-ring/modes/ring-modes', 'EINVAL');
  if (from.mode === 'iopoll' || to?.mode === 'iopoll') permit('msg-ring/modes/ring-modes', 'EAGAIN');
  if (ownerEnded) permit('msg-ring/lifetime/dead-owner', 'any');
  return may;
};

/** The sentence that is broken when a message is refused for no reason. */
const granted = (source: number, target: number, fullWithMemory: boolean, to: Ring | null): ClauseId =>
  fullWithMemory && to !== null
    ? 'msg-ring/overflow/full-is-no-error'
    : source === target
      ? 'msg-ring/target/self'
      : 'msg-ring/target/any-accessible';

const situationOf = (
  s: State,
  source: number,
  target: Target,
  to: Ring | null,
  p: Prepared,
  full: boolean,
  ownerEnded: boolean,
): MessageSituation => ({
  target:
    target.kind === 'ring'
      ? to !== null && !to.enabled
        ? 'disabled'
        : target.ring === source
          ? 'self'
          : (to?.mode ?? 'direct')
      : target.kind === 'non-descriptor'
        ? target.how === 'path'
          ? 'path'
          : 'not-a-descriptor'
        : 'not-a-ring',
  owner: ownerEnded ? 'dead' : 'alive',
  flags: p.flags === 0 ? 'none' : p.flags === 1 ? 'bit-0' : (p.flags & ~3) === 0 ? 'bit-1' : 'unknown-bit',
  fields: p.foreign || p.command !== '0x0' ? 'foreign' : 'prepared',
  memory: s.exhausted ? 'exhausted' : 'available',
  queue: full ? 'full' : 'room',
});
