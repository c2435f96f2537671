/**
 * setup, enable, dup, close, open, exit, memory: the surroundings of a message. The page does not describe them, so any
 * failure is taken as it comes; what they change is what the page's sentences are then read against.
 */

import type { Result, Step } from '#spec/index';
import { argumentsOf } from '../arguments.ts';
import { type Context, classOf, mayFail, type Outcome, skips, to } from '../outcome.ts';
import { handleOf, type Message, type Ring, ringOf, type State, withHandle, withRing } from './state.ts';

const read = argumentsOf('msg-ring');
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
  const flags = read.flags(step, 'flags');
  const entries = powerOfTwo(read.number(step, 'entries'));
  const asked = read.number(step, 'cq_entries');
  const cqEntries = asked === 0 ? 2 * entries : powerOfTwo(asked);
  const ring: Omit<Ring, 'cqEntries'> = {
    mode: flags.has('IOPOLL') ? 'iopoll' : flags.has('DEFER_TASKRUN') ? 'deferred' : 'direct',
    polled: flags.has('SQPOLL'),
    single: flags.has('SINGLE_ISSUER') || flags.has('DEFER_TASKRUN'),
    enabled: !flags.has('R_DISABLED'),
    owner: c.actor,
    entries,
    references: 1,
    prepared: [],
    overflowed: false,
    watched: 0,
  };
  return scaffold(
    s,
    (seen) => {
      const size = seen.cq_entries;
      const made: Ring = { ...ring, cqEntries: typeof size === 'number' ? size : cqEntries };
      const next = { ...s, rings: [...s.rings, made] };
      return step.as === undefined
        ? next
        : withHandle(next, { name: step.as, ring: s.rings.length, path: false, open: true });
    },
    () => ({ cq_entries: cqEntries }),
  );
};

export const enable = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const ring = ringOf(s, read.text(step, 'ring'));
  if (ring < 0) return [skips(clause, s)];
  return scaffold(s, () =>
    (s.rings[ring] as Ring).enabled
      ? s
      : withRing(disturb(s), ring, { ...(s.rings[ring] as Ring), enabled: true, owner: c.actor }),
  );
};

export const dup = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const handle = handleOf(s, read.text(step, 'fd'));
  const { as } = step;
  if (handle === null) return [skips(clause, s)];
  return scaffold(s, () => {
    if (as === undefined) return s;
    const next = withHandle(s, { ...handle, name: as });
    if (handle.ring < 0) return next;
    const ring = s.rings[handle.ring] as Ring;
    return withRing(next, handle.ring, { ...ring, references: ring.references + 1 });
  });
};

export const close = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const handle = handleOf(s, read.text(step, 'fd'));
  if (handle === null) return [skips(clause, s)];
  return scaffold(s, () => {
    const next = withHandle(disturb(s), { ...handle, open: false });
    if (handle.ring < 0) return next;
    const references = (s.rings[handle.ring] as Ring).references - 1;
    const closed = withRing(next, handle.ring, { ...(s.rings[handle.ring] as Ring), references });
    return references > 0 ? closed : { ...closed, messages: forget(closed.messages, handle.ring) };
  });
};

/** Nobody can read a closed ring: what it was owed is owed no more. */
const forget = (messages: readonly Message[], ring: number): readonly Message[] =>
  messages
    .map((m): Message => {
      const own = m.expects.source === ring && m.own === 'owed' ? 'gone' : m.own;
      const posted = m.expects.target === ring && m.posted === 'unknown' ? 'absent' : m.posted;
      // Whether the message arrived will never be known: nothing may be concluded from its absence.
      return own === m.own && posted === m.posted
        ? m
        : { ...m, own, posted, lossy: m.lossy || posted !== m.posted };
    })
    .filter((m) => m.own === 'owed' || m.posted === 'unknown');

export const open = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => {
    if (step.as === undefined) return s;
    const path = read.text(step, 'kind') === 'path';
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
        const messages = disturbed.messages.map((m) =>
          orphaned(m) ? { ...m, lossy: true, raced: true } : m,
        );
        return { ...disturbed, messages, ended: s.ended.includes(actor) ? s.ended : [...s.ended, actor] };
      });

export const memory = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => {
    if (read.text(step, 'state') === 'restored') return s.exhausted ? { ...s, exhausted: false } : s;
    const deferred = (m: Message) => s.rings[m.expects.target]?.mode === 'deferred' && m.posted === 'unknown';
    const messages = s.messages.map((m) => ({ ...m, starved: true, lossy: m.lossy || deferred(m) }));
    return { ...s, messages, exhausted: true };
  });

/** Something changed that a message still on its way may depend on. */
const disturb = (s: State): State =>
  s.messages.some((m) => m.pending && !m.raced)
    ? { ...s, messages: s.messages.map((m) => (m.pending ? { ...m, raced: true } : m)) }
    : s;
