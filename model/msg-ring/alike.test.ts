/**
 * Messages that no observer can tell apart. The machine gives each completion to one of them as it reads; what may be
 * seen does not depend on that, and counting says it: of n messages k are refused, the others succeed once each.
 */

import { describe, expect, test } from 'vitest';
import type { Result, Step, TraceEvent } from '#spec/index';
import { errno } from '#spec/msg-ring/errno';
import { accept } from '../acceptance.ts';
import { msgRing } from './machine.ts';

const refusal = -errno.EINVAL;

/** Every list of up to so many of the three results that alike messages can show. */
const lists = (most: number): readonly (readonly number[])[] => {
  const out: (readonly number[])[] = [[]];
  for (let from = 0, length = 1; length <= most; length++) {
    const to = out.length;
    for (; from < to; from++)
      for (const res of [0, 1, refusal]) out.push([...(out[from] as readonly number[]), res]);
  }
  return out;
};

const count = (list: readonly number[], value: number) => list.filter((res) => res === value).length;

interface Case {
  /** For each message, whether it may be refused. */
  readonly refusable: readonly boolean[];
  readonly own: string;
  readonly target: string;
  /** After how many messages there is time; the last look comes after a settle where it is all of them. */
  readonly settledAt: number;
}

const verdict = (
  { refusable, own, target, settledAt }: Case,
  looks: readonly (readonly [Step, Result])[],
) => {
  const lines: [Step, Result][] = [[{ op: 'setup', as: own }, { cq_entries: 16 }]];
  if (target !== own) lines.push([{ op: 'setup', as: target }, { cq_entries: 16 }]);
  for (const [index, foreign] of refusable.entries()) {
    const fields = foreign ? { personality: 1 } : {};
    lines.push([{ op: 'prep_msg_ring', ring: own, fd: target, ...fields }, {}]);
    lines.push([{ op: 'submit', ring: own }, { value: 1 }]);
    if (index + 1 === settledAt) lines.push([{ op: 'settle' }, {}]);
  }
  for (const [step, result] of looks) lines.push([step, result]);
  const events = lines.map(
    ([step, result], index): TraceEvent =>
      step.op === 'settle'
        ? { event: 'settle', step: index, at: index }
        : { event: 'ran', step: index, at: index, result },
  );
  const steps = lines.map(([step]) => step);
  return accept(msgRing, steps, events, { states: () => false }).verdict;
};

const shown = (list: readonly number[]) => list.map((res) => ({ user_data: '0x0', res, flags: 0 }));
const reap = (ring: string, list: readonly number[]): readonly [Step, Result] => [
  { op: 'reap', ring },
  { cqes: shown(list) },
];
const drain = (ring: string, list: readonly number[]): readonly [Step, Result] => [
  { op: 'drain', ring },
  { value: 0, cqes: shown(list) },
];

const mixes = [[true], [true, true], [false, true], [true, false], [true, true, true], [false, true, true]];

describe.each(mixes.map((refusable) => [refusable] as const))(
  'messages that may be refused: %j',
  (refusable) => {
    const n = refusable.length;
    const most = count(refusable.map(Number), 1);
    const all = lists(2 * n);

    test('a ring that sends to itself shows each pair of counts in every order, and nothing else', () => {
      const wrong: unknown[] = [];
      let permitted = 0;
      for (const list of all) {
        const [zeros, ones, refused] = [count(list, 0), count(list, 1), count(list, refusal)];
        const posted = n - refused;
        const isWhole =
          refused <= most && (ones === 0 ? zeros === 2 * posted : zeros === posted && ones === posted);
        if (isWhole) permitted++;
        for (const cut of new Set([0, 1, Math.floor(list.length / 2)])) {
          const looks = [reap('r0', list.slice(0, cut)), drain('r0', list.slice(cut))];
          const seen = verdict({ refusable, own: 'r0', target: 'r0', settledAt: n }, looks);
          if ((seen === 'accepted') !== isWhole) wrong.push({ list, cut, seen });
        }
      }
      expect(wrong).toEqual([]);
      expect(permitted).toBeGreaterThan(1);
    });

    test('before there was time any part of it may be missing', () => {
      const wrong: unknown[] = [];
      for (const list of all) {
        const [zeros, ones, refused] = [count(list, 0), count(list, 1), count(list, refusal)];
        const posted = n - refused;
        const isPart = refused <= most && ones <= posted && zeros <= (ones === 0 ? 2 * posted : posted);
        const seen = verdict({ refusable, own: 'r0', target: 'r0', settledAt: 1 }, [reap('r0', list)]);
        if ((seen === 'accepted') !== isPart) wrong.push({ list, seen });
      }
      expect(wrong).toEqual([]);
    });

    test('two rings agree on how many were refused, whichever is looked at first', () => {
      const wrong: unknown[] = [];
      const there = lists(n).filter((list) => list.every((res) => res === 0));
      for (const list of lists(n))
        for (const messages of there) {
          const refused = count(list, refusal);
          const done = n - refused;
          const isWhole =
            list.length === n &&
            refused <= most &&
            messages.length === done &&
            [0, done].includes(count(list, 1));
          const looks = [drain('r0', list), drain('r1', messages)] as const;
          for (const order of [
            looks,
            looks.toReversed(),
            [reap('r0', list.slice(0, 1)), reap('r1', messages), drain('r0', list.slice(1))],
          ]) {
            const seen = verdict({ refusable, own: 'r0', target: 'r1', settledAt: n }, order);
            // The last order does not look at the target to the end.
            const isFine = isWhole || (order.length === 3 && isPartOf(list, messages, refusable));
            if ((seen === 'accepted') !== isFine) wrong.push({ list, messages, order, seen });
          }
        }
      expect(wrong).toEqual([]);
    });
  },
);

/** All of the source's completions were seen, and no more messages than successes. */
const isPartOf = (list: readonly number[], messages: readonly number[], refusable: readonly boolean[]) => {
  const refused = count(list, refusal);
  const done = list.length - refused;
  return (
    list.length === refusable.length &&
    refused <= count(refusable.map(Number), 1) &&
    messages.length <= done &&
    [0, done].includes(count(list, 1))
  );
};
