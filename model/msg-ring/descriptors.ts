/**
 * setup, enable, dup, close, open, exit, memory: the surroundings of a message. The page does not describe them, so any
 * failure is taken as it comes; what they change is what the page's sentences are then read against.
 */

import type { Result, Step } from '#spec/index';
import { flagsOf, numberOf, textOf, usualOf } from '../arguments.ts';
import { type Context, classOf, mayFail, type Outcome, skips, to } from '../outcome.ts';
import {
  draftOf,
  draftOfMessage,
  draftOfRing,
  handleOf,
  type Message,
  type Ring,
  ringOf,
  type State,
  tidy,
  withHandle,
  withMessages,
  withRing,
} from './state.ts';

const usual = {
  setup: usualOf('msg-ring', 'setup'),
  open: usualOf('msg-ring', 'open'),
  memory: usualOf('msg-ring', 'memory'),
};
const clause = 'msg-ring/document/silences';

const done = (next: (seen: Result) => State, sample: () => Result = () => ({})): Outcome<State> => ({
  clauses: [clause],
  permits: 'success',
  may: false,
  accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? [to(next(seen))] : []),
  why: classOf,
  sample,
});

const scaffold = (
  s: State,
  next: (seen: Result) => State,
  sample?: () => Result,
): readonly Outcome<State>[] => [done(next, sample), mayFail(clause, s), skips(clause, s)];

const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

export const setup = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const flags = flagsOf(step.flags ?? usual.setup.flags);
  const entries = powerOfTwo(numberOf(step.entries ?? usual.setup.entries));
  const asked = numberOf(step.cq_entries ?? usual.setup.cq_entries);
  const cqEntries = asked === 0 ? 2 * entries : powerOfTwo(asked);
  const ring: Ring = {
    mode: flags.has('IOPOLL') ? 'iopoll' : flags.has('DEFER_TASKRUN') ? 'deferred' : 'direct',
    polled: flags.has('SQPOLL'),
    single: flags.has('SINGLE_ISSUER') || flags.has('DEFER_TASKRUN'),
    enabled: !flags.has('R_DISABLED'),
    owner: c.actor,
    entries,
    cqEntries,
    references: 1,
    prepared: [],
    overflowed: false,
    watched: 0,
  };
  return scaffold(
    s,
    (seen) => {
      const size = seen.cq_entries;
      const made = draftOfRing(ring);
      if (typeof size === 'number') made.cqEntries = size;
      const next = withRing(s, s.rings.length, made);
      return step.as === undefined
        ? next
        : withHandle(next, { name: step.as, ring: s.rings.length, path: false, open: true });
    },
    () => ({ cq_entries: cqEntries }),
  );
};

export const enable = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const ring = ringOf(s, textOf(step.ring));
  if (ring < 0) return [skips(clause, s)];
  const { actor } = c;
  return scaffold(s, () => {
    const r = s.rings[ring] as Ring;
    if (r.enabled) return s;
    const enabled = draftOfRing(r);
    enabled.enabled = true;
    enabled.owner = actor;
    return withRing(disturb(s), ring, enabled);
  });
};

export const dup = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const handle = handleOf(s, textOf(step.fd));
  const { as } = step;
  if (handle === null) return [skips(clause, s)];
  return scaffold(s, () => {
    if (as === undefined) return s;
    const next = withHandle(s, { name: as, ring: handle.ring, path: handle.path, open: true });
    if (handle.ring < 0) return next;
    const ring = draftOfRing(s.rings[handle.ring] as Ring);
    ring.references++;
    return withRing(next, handle.ring, ring);
  });
};

export const close = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const handle = handleOf(s, textOf(step.fd));
  if (handle === null) return [skips(clause, s)];
  return scaffold(s, () => {
    const { name, path } = handle;
    const next = withHandle(disturb(s), { name, ring: handle.ring, path, open: false });
    if (handle.ring < 0) return next;
    const ring = draftOfRing(s.rings[handle.ring] as Ring);
    ring.references--;
    const closed = withRing(next, handle.ring, ring);
    return ring.references > 0
      ? closed
      : tidy(withMessages(closed, forget(closed.messages, handle.ring)), c.relaxed);
  });
};

/** Nobody can read a closed ring: what it was owed is owed no more. */
const forget = (messages: readonly Message[], ring: number): readonly Message[] =>
  messages.map((m): Message => {
    const own = m.expects.source === ring && m.own === 'owed' ? 'gone' : m.own;
    const posted = m.expects.target === ring && m.posted === 'unknown' ? 'absent' : m.posted;
    if (own === m.own && posted === m.posted) return m;
    const forgotten = draftOfMessage(m);
    forgotten.own = own;
    forgotten.posted = posted;
    // Whether the message arrived will never be known: nothing may be concluded from its absence.
    forgotten.lossy = m.lossy || posted !== m.posted;
    return forgotten;
  });

export const open = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => {
    if (step.as === undefined) return s;
    const path = textOf(step.kind ?? usual.open.kind) === 'path';
    return withHandle(s, { name: step.as, ring: -1, path, open: true });
  });

export const exit = (c: Context, s: State): readonly Outcome<State>[] =>
  c.actor === 't0'
    ? [skips(clause, s)]
    : scaffold(s, () => {
        const disturbed = disturb(s);
        const { actor } = c;
        const orphaned = (m: Message): boolean => {
          const target = s.rings[m.expects.target];
          return target?.mode === 'deferred' && target.owner === actor && m.posted === 'unknown';
        };
        const next = draftOf(disturbed);
        next.messages = disturbed.messages.map((m) => (orphaned(m) ? orphan(m) : m));
        if (!s.ended.includes(actor)) next.ended = [...s.ended, actor];
        return next;
      });

const orphan = (m: Message): Message => {
  const next = draftOfMessage(m);
  next.lossy = true;
  next.raced = true;
  return next;
};

export const memory = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => {
    const restored = textOf(step.state ?? usual.memory.state) === 'restored';
    if (restored && !s.exhausted) return s;
    const next = draftOf(s);
    next.exhausted = !restored;
    if (!restored) next.messages = s.messages.map((m) => starve(s, m));
    return next;
  });

const starve = (s: State, m: Message): Message => {
  const next = draftOfMessage(m);
  next.starved = true;
  next.lossy = m.lossy || (s.rings[m.expects.target]?.mode === 'deferred' && m.posted === 'unknown');
  return next;
};

/** Something changed that a message still on its way may depend on. */
const disturb = (s: State): State =>
  s.messages.some((m) => m.pending && !m.raced)
    ? withMessages(
        s,
        s.messages.map((m) => (m.pending ? race(m) : m)),
      )
    : s;

const race = (m: Message): Message => {
  const next = draftOfMessage(m);
  next.raced = true;
  return next;
};
