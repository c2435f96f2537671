/** wait: InterruptWait() as far as the page speaks of it. What else it returns, and when, is open. */

import type { ClauseId, Result, Step } from '#spec/index';
import { flagsOf, textOf, usualOf } from '../arguments.ts';
import {
  type Breach,
  type Context,
  classOf,
  goesOn,
  mayFail,
  type Outcome,
  type Successor,
  skips,
  to,
} from '../outcome.ts';
import { isUnsaid, silences } from './firing.ts';
import { unmasked } from './masking.ts';
import { type Attachment, lineOf, type State, type Thread, threadOf, withAttachment } from './state.ts';

const usual = usualOf('qnx-interrupt', 'wait');
const WAITING = 'waiting';
const wakes: ClauseId = 'qnx-interrupt/event/intr-wakes';

export const wait = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { serves } = s.threads[threadOf(c.actor)] as Thread;
  const isMasking = c.phase === null && flagsOf(textOf(step.flags ?? usual.flags)).has('UNMASK');
  if (serves < 0) return [anyReturn(s), skips(silences, s)];
  return [...(isMasking ? unmaskingFirst(c, s, serves) : waiting(c, s, serves)), skips(silences, s)];
};

/** Not the thread that attached, or one that is detached: open. */
const anyReturn = (s: State): Outcome<State> => ({
  clauses: [silences],
  permits: 'any return',
  may: true,
  accept: (seen) => (seen.skipped === undefined ? [to(s)] : []),
  why: classOf,
  sample: () => ({ error: 'ETIMEDOUT' }),
});

const unmaskingFirst = (c: Context, s: State, number: number): readonly Outcome<State>[] => {
  const { low } = s.attachments[number] as Attachment;
  const after = unmasked(c, s, number, 'qnx-interrupt/masking/wait-unmasks');
  const on = after.map((state) => goesOn(silences, WAITING, state));
  return low > 0 ? on : [...on, mayFail(silences, s)];
};

const waiting = (c: Context, s: State, number: number): readonly Outcome<State>[] => {
  const one = s.attachments[number] as Attachment;
  const { posted } = one;
  const taken = withAttachment(s, number, { posted: 'no' });
  if (posted === 'yes')
    return [
      {
        clauses: [wakes, 'qnx-interrupt/delivery/attached', lineOf(s, one.vector).openedBy],
        permits: 'success',
        may: false,
        situation: situationOf(one),
        accept: (seen) => woken(c, s, taken, one, seen),
        why: classOf,
        sample: () => ({ value: 0 }),
      },
    ];
  const isSpurious = posted === 'maybe' || isUnsaid(one) || one.vector === 'level';
  return isSpurious ? [returnsOnce(taken), mayFail(silences, s)] : [notWoken(c, s, number, one)];
};

const situationOf = ({ vector }: Attachment) => ({
  line: vector === 'level' || vector === 'local' ? vector : 'edge',
});

/** It was posted: the call returns, unless its time was over before. */
const woken = (
  c: Context,
  s: State,
  taken: State,
  one: Attachment,
  seen: Result,
): readonly Successor<State>[] => {
  if (seen.skipped !== undefined) return [];
  const { openedBy } = lineOf(s, one.vector);
  if (seen.error === undefined) {
    const tested: ClauseId[] = c.alone ? [wakes, 'qnx-interrupt/delivery/attached', openedBy] : [];
    return [{ ...to(taken, tested), wakes: [wakes, 'qnx-interrupt/delivery/attached', openedBy] }];
  }
  if (!c.alone) return [to(s)];
  const { relaxed } = c;
  if (relaxed !== wakes && relaxed !== openedBy && relaxed !== 'qnx-interrupt/delivery/attached') return [];
  return [to(taken, [], [], breachOf(relaxed, seen.error, 'success', one))];
};

const breachOf = (clause: ClauseId, observed: string, permitted: string, one: Attachment): Breach => ({
  clause,
  operation: 'wait',
  observed,
  permitted: [permitted],
  situation: situationOf(one),
});

/** It may have been posted. */
const returnsOnce = (taken: State): Outcome<State> => ({
  clauses: [silences],
  permits: 'success',
  may: true,
  accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? [to(taken)] : []),
  why: classOf,
  sample: () => ({ value: 0 }),
});

/** Nothing was posted: no success. */
const notWoken = (c: Context, s: State, number: number, one: Attachment): Outcome<State> => {
  const kept = s.kept.find(({ key }) => key === number);
  return {
    clauses: [wakes],
    permits: 'no success before the interrupt',
    may: true,
    accept: (seen) => {
      const { relaxed } = c;
      if (seen.error !== undefined) return [to(s, c.alone ? [wakes] : [])];
      if (seen.skipped !== undefined || relaxed === null) return [];
      return relaxed === wakes || relaxed === kept?.by || relaxed === 'qnx-interrupt/delivery/once'
        ? [to(s, [], [], breachOf(relaxed, 'success', 'no success', one))]
        : [];
    },
    why: classOf,
    sample: () => ({ error: 'ETIMEDOUT' }),
  };
};
