/**
 * Each rule of the fold by two traces: one that it must accept, and the nearest that it must refuse. The machines are
 * invented (`invented/`), one for each trait that an interface may have.
 */

import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '#spec/index';
import { type AcceptanceOptions, accept } from './acceptance.ts';
import { choicesOf, exercisedBy } from './entry.ts';
import { attachmentClauses, attachmentPoints, attachments } from './invented/attachments.test.support.ts';
import { atomicFanOut, fanOut, fanOutClauses } from './invented/fan-out.test.support.ts';
import { choiceOf, clause, machineOf, pointsOf } from './invented/invention.test.support.ts';
import { enumeratedLetters, letterClauses, letters } from './invented/letters.test.support.ts';
import { receiver, receiverClauses } from './invented/receiver.test.support.ts';
import { awaits, begins, does, type Move, returns, settles, story } from './invented/story.test.support.ts';
import { waiterClauses, waiters } from './invented/waiters.test.support.ts';
import type { Machine } from './machine.ts';
import { MalformedTrace } from './malformed-trace.ts';
import { goesOn, returns as returning, to } from './outcome.ts';
import { text } from './shape.ts';

const limits = { granularityUs: 100, slackUs: 1_000 };

const judged = <S>(machine: Machine<S>, moves: readonly Move[], options: AcceptanceOptions = {}) => {
  const { steps, events } = story(moves);
  return accept(machine, steps, events, { ...limits, ...options });
};
const verdict = <S>(machine: Machine<S>, moves: readonly Move[], options?: AcceptanceOptions) =>
  judged(machine, moves, options).verdict;
const exercised = <S>(machine: Machine<S>, moves: readonly Move[], options?: AcceptanceOptions) => [
  ...exercisedBy(judged(machine, moves, options).entries),
];
const breaches = <S>(machine: Machine<S>, moves: readonly Move[], options?: AcceptanceOptions) =>
  judged(machine, moves, options).entries.map(({ breach }) => breach);

describe('a receiver with asynchronous delivery', () => {
  const post = (vector: number) => does({ op: 'post', vector });
  const log = (...vectors: number[]) => does({ op: 'log' }, { vectors });
  const disable = does({ op: 'disable' });
  const enable = does({ op: 'enable' });
  const of = (...moves: Move[]) => verdict(receiver.machine, moves);

  test('a posted vector may be delivered at any time, and has been at a settle', () => {
    expect(of(post(1), log())).toBe('accepted');
    expect(of(post(1), log(1))).toBe('accepted');
    expect(of(post(1), log(), settles(), log(1))).toBe('accepted');
    expect(of(post(1), settles(), log())).toBe('refused');
    expect(of(log(1))).toBe('refused');
  });

  test('nothing is delivered while the receiver is disabled', () => {
    expect(of(disable, post(1), settles(), log())).toBe('accepted');
    expect(of(disable, post(1), settles(), log(1))).toBe('refused');
    expect(of(disable, post(1), settles(), enable, settles(), log(1))).toBe('accepted');
  });

  test('the order is firm only for what was posted and settled while disabled', () => {
    const held = [disable, post(1), post(2), settles(), enable, settles()];
    expect(of(...held, log(2, 1))).toBe('accepted');
    expect(of(...held, log(1, 2))).toBe('refused');
    const unsettled = [disable, post(1), post(2), enable, settles()];
    expect(of(...unsettled, log(1, 2))).toBe('accepted');
    const racing = [post(1), post(2), settles()];
    expect(of(...racing, log(1, 2))).toBe('accepted');
    expect(of(...racing, log(2, 1))).toBe('accepted');
  });

  test('posts of one vector are one while it waits, and otherwise as many as were delivered', () => {
    expect(of(post(1), post(1), settles(), log(1))).toBe('accepted');
    expect(of(post(1), post(1), settles(), log(1, 1))).toBe('accepted');
    expect(of(post(1), post(1), settles(), log(1, 1, 1))).toBe('refused');
    expect(of(disable, post(1), post(1), settles(), enable, settles(), log(1))).toBe('accepted');
    expect(of(disable, post(1), post(1), settles(), enable, settles(), log(1, 1))).toBe('refused');
  });

  test('a step that may happen need not have happened at a settle', () => {
    expect(of(post(1), does({ op: 'close' }), settles(), log(1))).toBe('accepted');
    expect(of(post(1), does({ op: 'close' }), settles(), log())).toBe('accepted');
    expect(of(post(1), settles(), does({ op: 'close' }), log())).toBe('refused');
  });

  test('posts of several threads take effect in any order, each before it returns', () => {
    const [first, second] = [
      begins('p1', { op: 'post', vector: 1, actor: 't1' }),
      begins('p2', { op: 'post', vector: 2, actor: 't2' }),
    ];
    expect(of(first, second, log(2), returns('p1'), returns('p2'), settles(), log(1))).toBe('accepted');
    expect(of(first, second, log(2), returns('p1'), returns('p2'), settles(), log())).toBe('refused');
    expect(of(first, log(2), second, returns('p1'), returns('p2'))).toBe('refused');
  });

  test('priority is exercised only by an order that could have been wrong', () => {
    const { highestFirst } = receiverClauses;
    const tested = (...moves: Move[]) => exercised(receiver.machine, moves);
    expect(tested(disable, post(1), post(2), settles(), enable, settles(), log(2, 1))).toContain(
      highestFirst,
    );
    expect(tested(post(1), post(2), settles(), log(2, 1))).not.toContain(highestFirst);
  });
});

describe('waiters with time-outs', () => {
  const { machine } = waiters;
  const post = (handle: string) => does({ op: 'post', handle });
  const wait = (timeoutMs: number, handle = 'a', actor = 't1') => ({
    op: 'wait',
    handle,
    timeout_ms: timeoutMs,
    actor,
  });
  const TIMEOUT = { error: 'TIMEOUT' };
  const INTERRUPTED = { error: 'INTERRUPTED' };
  const signal = does({ op: 'signal', whom: 't1' });
  const of = (...moves: Move[]) => verdict(machine, moves);

  test('asking without waiting takes an event or says that there is none', () => {
    expect(of(post('a'), does(wait(0)), does(wait(0), TIMEOUT))).toBe('accepted');
    expect(of(post('a'), does(wait(0)), does(wait(0)))).toBe('refused');
    expect(of(post('a'), does(wait(0), TIMEOUT))).toBe('refused');
    expect(of(post('b'), does(wait(0, 'a')))).toBe('refused');
  });

  test('a waiter without a time-out blocks until there is an event', () => {
    expect(of(begins('w', wait(-1)), settles(), post('a'), returns('w'))).toBe('accepted');
    expect(of(begins('w', wait(-1)), settles(), returns('w'))).toBe('refused');
    expect(of(begins('w', wait(-1)), post('a'), returns('w'), settles())).toBe('accepted');
    expect(of(begins('w', wait(-1)), post('a'), settles(), returns('w'))).toBe('refused');
  });

  test('a deadline may be seen a granularity early, and no earlier', () => {
    expect(of(begins('w', wait(2), 500), returns('w', TIMEOUT, 2_400))).toBe('accepted');
    expect(of(begins('w', wait(2), 500), returns('w', TIMEOUT, 2_399))).toBe('refused');
  });

  test('a deadline is obligatory at a settle a slack later, and no sooner', () => {
    expect(of(begins('w', wait(2), 500), settles(3_499), returns('w', TIMEOUT))).toBe('accepted');
    expect(of(begins('w', wait(2), 500), settles(3_500), returns('w', TIMEOUT))).toBe('refused');
  });

  test('a call recorded as one event may have begun as early as the event before', () => {
    expect(of(post('b'), does(wait(2), TIMEOUT, 1_901))).toBe('accepted');
    expect(of(post('b'), does(wait(2), TIMEOUT, 1_900))).toBe('refused');
  });

  test('event and deadline may race; the event is consumed only with success', () => {
    const raced = [begins('w', wait(2), 500), post('a')];
    expect(of(...raced, returns('w', TIMEOUT, 3_000), does(wait(0)))).toBe('accepted');
    expect(of(...raced, returns('w', {}, 3_000), does(wait(0), TIMEOUT))).toBe('accepted');
    expect(of(...raced, returns('w', {}, 3_000), does(wait(0)))).toBe('refused');
    expect(of(...raced, returns('w', TIMEOUT, 3_000), does(wait(0), TIMEOUT))).toBe('refused');
  });

  test('a signal ends the wait of who is waiting, and may race with an event', () => {
    const waiting = [begins('w', wait(-1)), settles()];
    expect(of(...waiting, signal, returns('w', INTERRUPTED))).toBe('accepted');
    expect(of(...waiting, returns('w', INTERRUPTED))).toBe('refused');
    expect(of(...waiting, signal, settles(), returns('w', INTERRUPTED))).toBe('refused');
    expect(of(signal, ...waiting, returns('w', INTERRUPTED))).toBe('refused');
    expect(of(...waiting, signal, post('a'), returns('w'), does(wait(0), TIMEOUT))).toBe('accepted');
    expect(of(...waiting, signal, post('a'), returns('w', INTERRUPTED), does(wait(0)))).toBe('accepted');
    expect(of(...waiting, signal, post('a'), returns('w', INTERRUPTED), does(wait(0), TIMEOUT))).toBe(
      'refused',
    );
  });

  test('a signal that comes before the waiter has entered is lost, and may be until a settle', () => {
    expect(of(begins('w', wait(-1)), signal, settles())).toBe('accepted');
    expect(of(begins('w', wait(-1)), signal, returns('w', INTERRUPTED))).toBe('accepted');
    expect(of(begins('w', wait(-1)), settles(), signal, settles())).toBe('refused');
  });

  test('of several waiters on one handle each event lets one go, no matter which', () => {
    const both = [begins('w1', wait(-1, 'a', 't1')), begins('w2', wait(-1, 'a', 't2')), settles()];
    expect(of(...both, post('a'), returns('w1'), settles())).toBe('accepted');
    expect(of(...both, post('a'), returns('w2'), settles())).toBe('accepted');
    expect(of(...both, post('a'), settles())).toBe('refused');
    expect(of(...both, post('a'), returns('w1'), returns('w2'))).toBe('refused');
    expect(of(...both, post('a'), post('a'), returns('w2'), returns('w1'))).toBe('accepted');
  });

  test('what a call may do when others overlap it does not depend on when the fold looks', () => {
    const rival = begins('w2', wait(-1, 'b', 't2'));
    const alone = [begins('w', wait(-1)), settles(), returns('w', TIMEOUT)];
    const early = [begins('w', wait(-1)), rival, settles(), returns('w', TIMEOUT)];
    const gone = [rival, begins('w', wait(-1)), post('b'), returns('w2'), settles(), returns('w', TIMEOUT)];
    expect(of(...alone)).toBe('refused');
    expect(of(...early)).toBe('accepted');
    expect(of(...gone)).toBe('accepted');
    expect(choicesOf(judged(machine, gone).entries)).toEqual([2]);
  });
});

describe('a post in phases', () => {
  const take = (importer: string, value: number) => does({ op: 'take', importer }, { value });
  const post = begins('p', { op: 'post', actor: 't1' });
  const between = [post, take('a', 1), take('b', 0), returns('p'), take('b', 1)];
  const of = (...moves: Move[]) => verdict(fanOut.machine, moves);

  test('signals one importer after the other, and both before it returns', () => {
    expect(of(...between)).toBe('accepted');
    expect(of(post, take('b', 1), take('a', 0), returns('p'), take('a', 1))).toBe('accepted');
    expect(of(post, take('a', 1), take('b', 0), returns('p'), take('b', 0))).toBe('refused');
    expect(of(post, take('a', 1), take('b', 0), returns('p'), take('b', 2))).toBe('refused');
  });

  test('as one step would accuse a system that does nothing wrong', () => {
    expect(verdict(atomicFanOut, between)).toBe('refused');
    expect(verdict(atomicFanOut, [post, take('a', 1), take('b', 1), returns('p')])).toBe('accepted');
  });

  test('passes over an importer that is closed meanwhile', () => {
    const close = does({ op: 'close', importer: 'a' });
    expect(of(post, close, returns('p'), take('b', 1))).toBe('accepted');
    expect(of(post, close, returns('p'), take('b', 0))).toBe('refused');
  });

  test('does not reach who opens after it has begun to signal', () => {
    const close = does({ op: 'close', importer: 'a' });
    const open = does({ op: 'open', importer: 'a' });
    expect(of(close, post, take('b', 1), open, returns('p'), take('a', 0))).toBe('accepted');
    expect(of(close, post, take('b', 1), open, returns('p'), take('a', 1))).toBe('refused');
  });

  test('wakes waiters while it is under way', () => {
    const wait = begins('w', { op: 'wait', importer: 'a', actor: 't2' });
    expect(of(wait, settles(), post, returns('w'), take('b', 0), returns('p'), take('b', 1))).toBe(
      'accepted',
    );
    expect(of(wait, settles(), post, returns('w'), take('a', 1), returns('p'))).toBe('refused');
  });

  test('that is not seen to return has signalled any part of them', () => {
    expect(of(post, take('a', 1), take('b', 0))).toBe('accepted');
    expect(of(post, take('a', 1), take('b', 1))).toBe('accepted');
    expect(of(post, take('a', 2))).toBe('refused');
    expect(of(post, take('a', 1), settles())).toBe('refused');
  });

  test('exhausts the budget rather than the machine: then nobody can tell', () => {
    const crowd = ['t1', 't2', 't3'].map((actor) => begins(`p${actor}`, { op: 'post', actor }));
    const all = [
      ...crowd,
      take('a', 2),
      ...['t1', 't2', 't3'].map((actor) => returns(`p${actor}`)),
      take('a', 1),
    ];
    expect(of(...all)).toBe('accepted');
    expect(judged(fanOut.machine, all, { budget: 30 })).toMatchObject({ verdict: 'exhausted', entries: [] });
  });
});

describe('a list with variation points', () => {
  const { machine } = attachments;
  const attach = (who: string, error?: string) => does({ op: 'attach', who }, error ? { error } : {});
  const fire = does({ op: 'fire' });
  const emitted = (...names: string[]) => does({ op: 'emissions' }, { names });
  const both = [attach('b'), attach('a')];
  const point = (id: string) => attachmentPoints.ids.indexOf(id as (typeof attachmentPoints.ids)[number]);
  const left = (id: string, ...moves: Move[]) =>
    attachmentPoints.values(point(id), choicesOf(judged(machine, moves).entries)[point(id)] ?? 0);
  const of = (...moves: Move[]) => verdict(machine, moves);

  test('an order is chosen once', () => {
    expect(of(...both, fire, emitted('a', 'b'), fire, emitted('a', 'b'))).toBe('accepted');
    expect(of(...both, fire, emitted('b', 'a'), fire, emitted('b', 'a'))).toBe('accepted');
    expect(of(...both, fire, emitted('a', 'b'), fire, emitted('b', 'a'))).toBe('refused');
    expect(left('order@fire', ...both, fire)).toEqual(['front-first', 'back-first']);
    expect(left('order@fire', ...both, fire, emitted('b', 'a'))).toEqual(['back-first']);
  });

  test('worlds that differ in a choice alone are both kept', () => {
    const points = pointsOf({ silent: ['odd', 'even'] });
    const choice = (value: string) => choiceOf(points, 'silent', value);
    const hidden = machineOf({
      initial: 0,
      points,
      call: (_c, s, { op }) => [
        {
          clauses: [clause('either')],
          permits: 'success',
          may: false,
          accept: ({ value }) =>
            op === 'choose'
              ? ['odd', 'even'].map((name) => to(s, [], [choice(name)]))
              : [to(s, [], [choice(value === 1 ? 'odd' : 'even')])],
          why: () => '',
        },
      ],
    });
    const choose = does({ op: 'choose' });
    const show = (value: number) => does({ op: 'show' }, { value });
    expect(judged(hidden, [choose, choose]).widest).toBe(2);
    expect(verdict(hidden, [choose, show(1), show(1)])).toBe('accepted');
    expect(verdict(hidden, [choose, show(2), show(2)])).toBe('accepted');
    expect(verdict(hidden, [choose, show(1), show(2)])).toBe('refused');
    const overlapped = [begins('c', { op: 'choose' }), returns('c')];
    expect(verdict(hidden, [...overlapped, show(2)])).toBe('accepted');
    expect(choicesOf(judged(hidden, overlapped).entries)).toEqual([3]);
  });

  test('an error that is demanded and not named is bound by the first one seen', () => {
    expect(of(attach('nothing', 'EFAULT'), attach('nothing', 'EFAULT'))).toBe('accepted');
    expect(of(attach('nothing', 'EFAULT'), attach('nothing', 'ESRCH'))).toBe('refused');
    expect(of(attach('nothing', 'EIO'))).toBe('refused');
    expect(of(attach('nothing'))).toBe('refused');
    expect(left('error@nothing', attach('nothing', 'ESRCH'))).toEqual(['ESRCH']);
  });

  test('a refusal under a choice narrows it, success narrows it to the others', () => {
    expect(left('again@attach', attach('a'), attach('a', 'EBUSY'))).toEqual(['EBUSY']);
    expect(left('again@attach', attach('a'), attach('a'))).toEqual(['accepted']);
    expect(left('again@attach', attach('a'), attach('b'))).toEqual(['EBUSY', 'accepted']);
    expect(of(attach('a'), attach('a', 'EBUSY'), attach('a', 'EBUSY'))).toBe('accepted');
    expect(of(attach('a'), attach('a', 'EBUSY'), attach('a'))).toBe('refused');
  });

  test('a system that answers anew each time is excused by the point being inconstant, and by no other', () => {
    const fickle = [attach('a'), attach('a', 'EBUSY'), attach('a')];
    expect(verdict(machine, fickle, { inconstant: point('again@attach') })).toBe('accepted');
    expect(verdict(machine, fickle, { inconstant: point('order@fire') })).toBe('refused');
  });

  test('a profile presets a choice, and being inconstant does not lift it', () => {
    const choices = attachmentPoints.open({ 'again@attach': ['EBUSY'] });
    expect(verdict(machine, [attach('a'), attach('a', 'EBUSY')], { choices })).toBe('accepted');
    expect(verdict(machine, [attach('a'), attach('a')], { choices })).toBe('refused');
    const inconstant = point('again@attach');
    expect(verdict(machine, [attach('a'), attach('a')], { choices, inconstant })).toBe('refused');
  });

  test('of several refusals any may come, and success only when none must', () => {
    expect(of(...both, attach('nothing', 'EAGAIN'))).toBe('accepted');
    expect(of(...both, attach('nothing', 'EINVAL'))).toBe('accepted');
    expect(of(...both, attach('nothing', 'EBUSY'))).toBe('refused');
    expect(of(...both, attach('a', 'EBUSY'))).toBe('accepted');
    expect(of(...both, attach('a', 'ENOMEM'), fire, emitted('a', 'b'))).toBe('accepted');
    expect(of(...both, attach('c'))).toBe('refused');
    expect(of(attach('a', 'ENOMEM'), attach('a'))).toBe('accepted');
  });

  test('a demand is exercised only where it alone forbids success', () => {
    const { nothing, room, unnamed, full } = attachmentClauses;
    expect(exercised(machine, [attach('nothing', 'EINVAL')])).toEqual([unnamed, nothing]);
    expect(exercised(machine, [...both, attach('nothing', 'EAGAIN')])).not.toContain(nothing);
    expect(exercised(machine, [...both, attach('nothing', 'EAGAIN')])).not.toContain(room);
    expect(exercised(machine, [...both, attach('c', 'EAGAIN')])).toEqual(
      expect.arrayContaining([room, full]),
    );
    // Another condition forbids nothing, but where only `room` demands a refusal, any refusal tests it.
    expect(exercised(machine, [...both, attach('c', 'ENOMEM')])).toContain(room);
  });
});

describe('obligations with a named unknown, seen in two places', () => {
  const send = does({ op: 'send', letter: 'x' });
  const ask = (value: number) => does({ op: 'ask', letter: 'x' }, { value });
  const find = (value: number) => does({ op: 'find', letter: 'x' }, { value });
  const of = (...moves: Move[]) => verdict(letters.machine, moves);

  test('whichever is read first settles the other', () => {
    expect(of(send, ask(1), settles(), find(1))).toBe('accepted');
    expect(of(send, ask(1), settles(), find(0))).toBe('refused');
    expect(of(send, find(1), ask(1))).toBe('accepted');
    expect(of(send, find(1), ask(0))).toBe('refused');
    expect(of(send, ask(0), settles(), find(0))).toBe('accepted');
    expect(of(send, ask(0), settles(), find(1))).toBe('refused');
    expect(of(send, settles(), find(0), ask(1))).toBe('refused');
    expect(of(send, find(0), ask(1))).toBe('accepted');
  });

  test('are one world where the enumeration has one for each combination', () => {
    const six = ['x', 'y', 'z', 'u', 'v', 'w'].map((letter) => does({ op: 'send', letter }));
    expect(judged(letters.machine, six).widest).toBe(1);
    expect(judged(enumeratedLetters, six).widest).toBe(64);
  });
});

describe('a settle', () => {
  const { machine } = waiters;
  const wait = begins('w', { op: 'wait', handle: 'a', timeout_ms: -1, actor: 't1' });
  const post = does({ op: 'post', handle: 'a' });

  test('refuses a call that had to return before, even when it returns later', () => {
    const late = judged(machine, [wait, post, settles(), returns('w')]);
    expect(late.refused).toMatchObject({ at: 2, step: 2, seen: 'still blocked' });
    expect(late.refused?.permitted).toEqual([
      { permits: 'success', clauses: [waiterClauses.wakes], why: 'still blocked' },
    ]);
  });

  test('accepts a call that never returns where it blocks, and nowhere else', () => {
    expect(verdict(machine, [wait, settles()])).toBe('accepted');
    expect(verdict(machine, [wait, post, settles()])).toBe('refused');
  });

  test('lets the relaxed clause alone excuse that a call did not return, as a breach with its situation', () => {
    const { wakes } = waiterClauses;
    expect(breaches(machine, [wait, post, settles()], { relaxed: wakes })).toEqual([
      {
        clause: wakes,
        operation: 'wait',
        observed: 'still blocked',
        permitted: ['success'],
        situation: { waiters: 'some' },
      },
    ]);
    const signalled = [wait, settles(), post, does({ op: 'signal', whom: 't1' }), settles()];
    expect(verdict(machine, signalled, { relaxed: wakes })).toBe('refused');
  });
});

describe('a call whose return the trace does not hold', () => {
  const { machine } = waiters;
  const wait = begins('w', { op: 'wait', handle: 'a', timeout_ms: -1, actor: 't1' });
  const ask = (error?: string) =>
    does({ op: 'wait', handle: 'a', timeout_ms: 0 }, error === undefined ? {} : { error });
  const post = does({ op: 'post', handle: 'a' });

  test('may have taken effect after the last settle, for the trace may have been cut off before it returned', () => {
    expect(verdict(machine, [wait, settles(), post, ask('TIMEOUT')])).toBe('accepted');
    expect(verdict(machine, [wait, settles(), post, ask()])).toBe('accepted');
    expect(verdict(machine, [settles(), post, ask('TIMEOUT')])).toBe('refused');
    expect(verdict(machine, [wait, settles(), post, post, ask('TIMEOUT')])).toBe('refused');
  });

  test('tests nothing, for nobody saw what it returned', () => {
    const post = { op: 'post', vector: 1, actor: 't1' };
    const log = does({ op: 'log' }, { vectors: [1] });
    expect(exercised(receiver.machine, [begins('p', post), log, returns('p')])).toContain(
      receiverClauses.posts,
    );
    expect(exercised(receiver.machine, [begins('p', post), log])).not.toContain(receiverClauses.posts);
  });

  test('has taken no effect at a settle at which it is still under way', () => {
    expect(verdict(machine, [wait, post, ask(), settles()])).toBe('accepted');
    expect(verdict(machine, [wait, post, ask('TIMEOUT'), settles()])).toBe('refused');
  });
});

describe('a wake-up is exercised', () => {
  const { machine } = waiters;
  const { wakes } = waiterClauses;
  const wait = begins('w', { op: 'wait', handle: 'a', timeout_ms: -1, actor: 't1' });
  const ask = does({ op: 'wait', handle: 'a', timeout_ms: 0 });
  const post = does({ op: 'post', handle: 'a' });
  const tested = (...moves: Move[]) => exercised(machine, moves).includes(wakes);

  test('when a settle follows before the program waits for the call by name', () => {
    expect(tested(wait, post, returns('w'), settles(), awaits('w'))).toBe(true);
    expect(tested(wait, post, returns('w'), settles())).toBe(true);
    expect(tested(wait, post, returns('w'), awaits('w'), settles())).toBe(false);
    expect(tested(wait, post, returns('w'))).toBe(false);
    expect(tested(post, does({ op: 'wait', handle: 'a', timeout_ms: -1, actor: 't1' }), settles())).toBe(
      false,
    );
  });

  test('only if the settle would have missed it: meanwhile the obligation may have ended', () => {
    expect(tested(wait, post, post, returns('w'), ask, settles())).toBe(true);
    // Had the call not returned, the event that it left behind would have been taken by the one who asked.
    const bystander = { ...machine, call: peeking };
    expect(exercised(bystander, [wait, post, returns('w'), ask, settles()])).not.toContain(wakes);
    expect(exercised(bystander, [wait, post, returns('w'), settles()])).toContain(wakes);
  });

  /** Waiting takes nothing, asking does. */
  const peeking: typeof machine.call = (c, s, step) =>
    machine
      .call(c, s, step)
      .map((outcome) =>
        step.timeout_ms === -1 && outcome.phase === undefined
          ? { ...outcome, accept: (seen) => outcome.accept(seen).map((next) => ({ ...next, state: s })) }
          : outcome,
      );
});

describe('what a trace exercised', () => {
  const [left, right, both] = [clause('left'), clause('right'), clause('both')];

  test('counts a clause only if every way to explain the trace tests it', () => {
    const forked = machineOf({
      initial: 0,
      call: (_c, s) => [
        {
          clauses: [both],
          permits: 'success',
          may: false,
          accept: () => [to(s + 1, [left, both]), to(s + 1, [right, both])],
          why: () => '',
        },
      ],
    });
    expect(exercised(forked, [does({ op: 'go' })])).toEqual([both]);
    expect(exercised(forked, [begins('c', { op: 'go' }), returns('c'), does({ op: 'go' })])).toEqual([both]);
  });

  test('takes back what a longer way to the same world did not test, and from what came after it too', () => {
    // From 0 to 1 at once, tested, or by way of 2, untested; the call returns from 1 alone.
    const detour = machineOf({
      initial: 0,
      call: (_c, s) =>
        s === 1
          ? [
              {
                clauses: [both],
                permits: 'success',
                may: false,
                accept: () => [to(3, [both])],
                why: () => '',
              },
            ]
          : [],
      internal: (_c, s) =>
        s === 0
          ? [
              { ...to(2), may: true },
              { ...to(1, [left]), may: true },
            ]
          : s === 2
            ? [{ ...to(1), may: true }]
            : [],
    });
    expect(exercised(detour, [does({ op: 'go' })])).toEqual([both]);
  });
});

describe('an internal step', () => {
  test('has no actor, no phase, and begins when it happens', () => {
    const seen: unknown[] = [];
    const watching = machineOf({
      initial: 0,
      call: (c, s) =>
        c.phase === null
          ? [goesOn(clause('go'), 1, s)]
          : [returning(c, clause('go'), {}, () => s, { operation: 'go' })],
      internal: ({ actor, phase, nowUs, beganUs }) => {
        seen.push({ actor, phase, nowUs, beganUs });
        return [];
      },
    });
    verdict(watching, [begins('c', { op: 'go', actor: 't1' }, 3), returns('c', {}, 5), settles(7)]);
    const at = (us: number) => ({ actor: '', phase: null, nowUs: us, beganUs: us });
    expect(seen.length).toBeGreaterThan(2);
    for (const context of seen) expect([at(5), at(7)]).toContainEqual(context);
  });

  test('knows the choices of its own world', () => {
    const points = pointsOf({ hidden: ['odd', 'even'] });
    const strangers: unknown[] = [];
    let looks = 0;
    const split = machineOf({
      initial: 3,
      points,
      call: (_c, s) => [
        {
          clauses: [clause('either')],
          permits: 'success',
          may: false,
          accept: () => (s === 3 ? [to(1, [], [[0, 1]]), to(2, [], [[0, 2]])] : [to(s)]),
          why: () => '',
        },
      ],
      internal: ({ choices: [mask] }, s) => {
        looks++;
        if (mask !== s) strangers.push({ mask, s });
        return [];
      },
    });
    verdict(split, [
      does({ op: 'go' }),
      begins('c', { op: 'go' }),
      does({ op: 'go' }),
      settles(),
      returns('c'),
    ]);
    expect(looks).toBeGreaterThan(4);
    expect(strangers).toEqual([]);
  });
});

describe('a relaxed clause', () => {
  test('that changes nothing about a trace leaves a world without a breach', () => {
    const { arrives } = receiverClauses;
    const delivered = [does({ op: 'post', vector: 1 }), settles(), does({ op: 'log' }, { vectors: [1] })];
    expect(breaches(receiver.machine, delivered, { relaxed: arrives })).toContain(null);
  });

  test.each([
    ['arrives', [[1], []]],
    [
      'highestFirst',
      [
        [2, 1],
        [1, 2],
      ],
    ],
    [
      'once',
      [
        [2, 1],
        [2, 2, 1],
      ],
    ],
  ] as const)(
    '%s: explains what the machine refuses, and says that it was broken',
    (name, [right, wrong]) => {
      const relaxed = receiverClauses[name];
      const reads = (vectors: readonly number[]) => [
        does({ op: 'disable' }),
        ...right.map((vector) => does({ op: 'post', vector })),
        settles(),
        does({ op: 'enable' }),
        settles(),
        does({ op: 'log' }, { vectors }),
      ];
      expect(verdict(receiver.machine, reads(right))).toBe('accepted');
      expect(verdict(receiver.machine, reads(wrong))).toBe('refused');
      const found = breaches(receiver.machine, reads(wrong), { relaxed });
      expect(found.length).toBeGreaterThan(0);
      for (const breach of found) expect(breach).toMatchObject({ clause: relaxed, operation: 'post' });
      const { posts } = receiverClauses;
      expect(verdict(receiver.machine, reads(wrong), { relaxed: posts })).toBe('refused');
    },
  );

  test('lets a named unknown differ in the two places', () => {
    const { agree } = letterClauses;
    const split = [
      does({ op: 'send', letter: 'x' }),
      does({ op: 'ask', letter: 'x' }, { value: 0 }),
      does({ op: 'find', letter: 'x' }, { value: 1 }),
    ];
    expect(breaches(letters.machine, split, { relaxed: agree })).toMatchObject([{ observed: 'arrived' }]);
  });

  test('lets a post in phases pass over an importer', () => {
    const { signals } = fanOutClauses;
    const skipped = [
      does({ op: 'post' }),
      does({ op: 'take', importer: 'a' }, { value: 1 }),
      does({ op: 'take', importer: 'b' }, { value: 0 }),
    ];
    expect(verdict(fanOut.machine, skipped)).toBe('refused');
    expect(breaches(fanOut.machine, skipped, { relaxed: signals })).toMatchObject([{ clause: signals }]);
  });
});

describe('phases', () => {
  test('are told apart by what they say, not by how a state is spelt', () => {
    const doubled = machineOf<string>({
      initial: '',
      shape: text,
      call: (c, s) => {
        if (c.phase === null) return ['a', 'b'].map((mark) => goesOn(clause('either'), mark, s));
        return [
          returning(c, clause('either'), { value: c.phase === 'a' ? 1 : 2 }, () => s, { operation: 'go' }),
        ];
      },
    });
    expect(verdict(doubled, [does({ op: 'go' }, { value: 1 })])).toBe('accepted');
    expect(verdict(doubled, [does({ op: 'go' }, { value: 2 })])).toBe('accepted');
    expect(verdict(doubled, [does({ op: 'go' }, { value: 3 })])).toBe('refused');
  });
});

describe('where a trace is refused', () => {
  test('says what was permitted, by which clause, and why it does not fit', () => {
    const { refused, entries } = judged(attachments.machine, [
      does({ op: 'attach', who: 'a' }, { error: 'EIO' }),
    ]);
    const { attaches, memory } = attachmentClauses;
    expect(entries).toEqual([]);
    expect(refused).toMatchObject({ at: 0, step: 0, seen: { error: 'EIO' } });
    expect(refused?.permitted).toEqual([
      { permits: 'ENOMEM', clauses: [memory], why: 'EIO' },
      { permits: 'success', clauses: [attaches], why: 'EIO' },
    ]);
  });

  test('counts the worlds at their most', () => {
    const post = begins('p', { op: 'post', actor: 't1' });
    const take = does({ op: 'take', importer: 'a' }, { value: 0 });
    expect(judged(fanOut.machine, [post, take, returns('p')]).widest).toBeGreaterThan(1);
    expect(judged(fanOut.machine, [take, take]).widest).toBe(1);
  });
});

describe('the edition in force', () => {
  const newer = clause('newer');
  const counted = clause('counted');
  const dated = machineOf({
    initial: 0,
    call: (c, s, { op }) => {
      if (op === 'count') return [returning(c, counted, { value: s }, () => s + 1, { operation: op })];
      return [returning(c, newer, c.states(newer) ? { error: 'EBADFD' } : {}, () => s, { operation: op })];
    },
  });
  const counts = [does({ op: 'count' }, { value: 0 }), does({ op: 'count' }, { value: 1 })];
  const older = { states: () => false };

  test('is asked by the machine, and from where on is remembered', () => {
    const moves = [...counts, does({ op: 'go' }, { error: 'EBADFD' })];
    expect(judged(dated, moves)).toMatchObject({ verdict: 'accepted', editionsPart: { at: 2 } });
    expect(verdict(dated, moves, older)).toBe('refused');
    expect(judged(dated, counts).editionsPart).toBeNull();
  });

  test('may be another one from there on: the verdict is that of the whole trace', () => {
    for (const result of [{ error: 'EBADFD' }, {}])
      for (const value of [2, 3]) {
        const moves = [...counts, does({ op: 'go' }, result), does({ op: 'count' }, { value })];
        const from = judged(dated, moves).editionsPart ?? undefined;
        expect(from).toMatchObject({ at: 2, latestStep: 1, live: [{ state: 2 }] });
        const { verdict: resumed, entries } = judged(dated, moves, { ...older, from });
        const whole = judged(dated, moves, older);
        expect(resumed).toBe(whole.verdict);
        expect(entries).toEqual(whole.entries);
      }
  });

  test('parts no later than the latest call that was under way began', () => {
    const moves = [...counts, begins('g', { op: 'go', actor: 't1' }), does({ op: 'count' }, { value: 2 })];
    const all = [...moves, returns('g', { error: 'EBADFD' })];
    expect(judged(dated, all)).toMatchObject({ verdict: 'accepted', editionsPart: { at: 2 } });
  });
});

describe('a trace that is not one of the program', () => {
  const { machine } = waiters;
  const steps = [
    { op: 'post', handle: 'a' },
    { op: 'wait', handle: 'a', timeout_ms: -1, begin: 'w' },
    { op: 'settle' },
    { op: 'end', call: 'w' },
    { op: 'post', handle: 'a' },
  ];
  const ran = (step: number, at = step): TraceEvent => ({ event: 'ran', step, at, result: {} });
  const called = (step: number, at = step): TraceEvent => ({ event: 'call', step, at });
  const came = (step: number, at: number): TraceEvent => ({ event: 'return', step, at, result: {} });
  const quiet = (step: number): TraceEvent => ({ event: 'settle', step, at: step });

  test.each([
    ['names a step that is not there', [ran(5)], '/events/0: there is no step 5'],
    ['repeats a step', [ran(0), ran(0)], '/events/1: step 0 came after step 0'],
    ['begins a call again', [called(1), called(1)], '/events/1: step 1 came after step 1'],
    ['goes back', [ran(4), ran(0, 4)], '/events/1: step 0 came after step 4'],
    ['runs backwards in time', [ran(0, 7), ran(4, 6)], '/events/1: time runs backwards'],
    ['settles where the program does not', [quiet(0)], '/events/0: step 0 (post) is recorded as settle'],
    ['runs a settle', [ran(2)], '/events/0: step 2 (settle) is recorded as ran'],
    ['runs an end', [ran(3)], '/events/0: step 3 (end) is recorded as ran'],
    ['returns what was not called', [came(1, 1)], '/events/0: step 1 returned, but was not under way'],
    [
      'returns twice',
      [ran(0), called(1), came(1, 2), came(1, 3)],
      '/events/3: step 1 returned, but was not under way',
    ],
  ])('%s', (_name, events, message) => {
    const holding = () => accept(machine, steps, events);
    expect(holding).toThrow(MalformedTrace);
    expect(holding).toThrow(message);
  });

  test('is told from one that is', () => {
    const events = [ran(0), called(1), came(1, 1), quiet(2), ran(4)];
    expect(accept(machine, steps, events).verdict).toBe('accepted');
  });
});
