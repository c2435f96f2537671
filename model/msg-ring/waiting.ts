/**
 * wait: a thread enters the kernel and blocks for completions. The page promises one thing: a message wakes somebody
 * who waits on the target, and not that it wakes everyone who does. It says nothing about how many completions a waiter may ask for, or about early returns.
 */

import type { Step } from '#spec/index';
import { numberOf, textOf, usualOf } from '../arguments.ts';
import { type Context, classOf, type Outcome, skips, to } from '../outcome.ts';
import { draftOfMessage, type Message, type Ring, ringOf, type State, withMessages } from './state.ts';

const usual = usualOf('msg-ring', 'wait');

/** Blocks until a message is there, or the time is over. */
export const wait = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const ring = ringOf(s, textOf(step.ring));
  // A waiter whose ring is closed under it may do as it likes: the page knows no closing.
  if (ring < 0) return [skips('msg-ring/wait/spurious', s), returnsAnyhow(s)];
  const woken = numberOf(step.count ?? usual.count) === 1 && holdsMessage(s, ring);
  const { relaxed, beganUs, nowUs } = c;
  const deadlineUs = beganUs + numberOf(step.timeout_ms ?? usual.timeout_ms) * 1_000;
  const earliestUs = deadlineUs - c.granularityUs;
  const over = nowUs >= earliestUs;
  const outcomes: Outcome<State>[] = [
    woken ? wakes(s, ring) : returnsEarly(s),
    skips('msg-ring/wait/spurious', s),
  ];
  // A synchronous call records its return alone: how long it took is not known, and its time-out not judged.
  const measured = step.begin !== undefined;
  if (over || !measured || relaxed === 'msg-ring/wait/no-early-timeout')
    outcomes.push({
      clauses: ['msg-ring/wait/no-early-timeout'],
      permits: 'ETIME',
      may: nowUs < deadlineUs + c.slackUs || !measured,
      accept: (seen) =>
        seen.error !== 'ETIME'
          ? []
          : [
              over || !measured
                ? to(s, measured && earliestUs > beganUs ? ['msg-ring/wait/no-early-timeout'] : [])
                : to(s, [], [], {
                    clause: 'msg-ring/wait/no-early-timeout',
                    operation: 'wait',
                    observed: 'ETIME early',
                    permitted: ['ETIME when the time is over'],
                    situation: situationOf(s, s.rings[ring] as Ring),
                  }),
            ],
      why: classOf,
      sample: () => ({ error: 'ETIME' }),
    });
  return outcomes;
};

/** A message is surely there, and nobody has returned for it yet: then the waiter must. */
const wakes = (s: State, ring: number): Outcome<State> => ({
  clauses: ['msg-ring/wait/message-wakes'],
  situation: situationOf(s, s.rings[ring] as Ring),
  permits: 'return',
  may: false,
  accept: (seen) =>
    seen.error === 'ETIME' || seen.skipped !== undefined
      ? []
      : [
          {
            ...to(afterWaking(s, ring)),
            wakes: seen.error === undefined ? ['msg-ring/wait/message-wakes'] : [],
          },
        ],
  why: classOf,
  sample: () => ({ value: 0 }),
});

/** The ring is gone: how the waiter returns, and when, is nobody's business. */
const returnsAnyhow = (s: State): Outcome<State> => ({
  ...returnsEarly(s),
  permits: 'any return',
  accept: (seen) => (seen.skipped === undefined ? [to(s)] : []),
});

/** An early return forbids nothing. */
const returnsEarly = (s: State): Outcome<State> => ({
  clauses: ['msg-ring/wait/spurious'],
  permits: 'an early return',
  may: true,
  accept: (seen) => (seen.error === 'ETIME' || seen.skipped !== undefined ? [] : [to(s)]),
  why: classOf,
  sample: () => ({ value: 0 }),
});

const holdsMessage = (s: State, ring: number): boolean => s.messages.some((m) => wakesSomeone(m, ring));

/** A message that cannot have been refused, that nobody has consumed, and for which nobody has returned. */
const wakesSomeone = (m: Message, ring: number): boolean =>
  m.expects.target === ring &&
  m.posted === 'unknown' &&
  m.fate !== 'refused' &&
  (m.fate === 'succeeded' || m.expects.refusals.length === 0) &&
  !m.raced &&
  !m.lossy &&
  !m.starved &&
  !m.woke &&
  !m.expects.commanded;

/** The state once a waiter has returned: one message has done what is said of it. */
const afterWaking = (s: State, ring: number): State => {
  const index = s.messages.findIndex((m) => wakesSomeone(m, ring));
  const woken = draftOfMessage(s.messages[index] as Message);
  woken.woke = true;
  return withMessages(s, s.messages.with(index, woken));
};

const situationOf = (s: State, r: Ring): Readonly<Record<string, string>> => ({
  target: r.enabled ? r.mode : 'disabled',
  owner: s.ended.includes(r.owner) ? 'dead' : 'alive',
});
