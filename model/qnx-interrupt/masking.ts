/** detach, mask and unmask: the companions whose pages say how masks are counted, where they are held against a system. */

import type { ClauseId, Result, Step } from '#spec/index';
import { textOf } from '../arguments.ts';
import {
  type Breach,
  type Context,
  classOf,
  mayFail,
  type Outcome,
  returns,
  skips,
  succeeds,
  to,
} from '../outcome.ts';
import { type Item, loosened, type Owed } from '../owing.ts';
import { reopened, silences } from './firing.ts';
import {
  type Attachment,
  attachmentOf,
  lineOf,
  processOf,
  type State,
  threadOf,
  type Vector,
  vectors,
  withAttachment,
  withLine,
  withThread,
} from './state.ts';

const OK: Result = {};

/** It may concern an attachment without a name, or nothing: any result, and these states after a success. */
const perhapsUnnamed = (s: State, after: () => readonly State[]): readonly Outcome<State>[] => [
  succeeds(
    silences,
    () => after().map((state) => to(state)),
    () => OK,
  ),
  mayFail(silences, withCrowdsOpen(s)),
  skips(silences, s),
];

/** Refuses as a companion's page says, or does anything where that page is not in force. */
const refusedBy = (
  c: Context,
  s: State,
  clause: ClauseId,
  error: string,
  operation: string,
  after: readonly State[] = [s],
): readonly Outcome<State>[] =>
  c.states(clause)
    ? [returns(c, clause, { error }, () => s, { operation, before: s }), skips(silences, s)]
    : [
        succeeds(
          silences,
          () => after.map((one) => to(one)),
          () => OK,
        ),
        mayFail(silences, s),
        skips(silences, s),
      ];

/** One attachment is unmasked once. */
export const unmasked = (c: Context, s: State, number: number, by: ClauseId): readonly State[] => {
  const { vector, low, high } = s.attachments[number] as Attachment;
  const openedBy = lineOf(s, vector).openedBy;
  let next = withAttachment(s, number, { low: Math.max(0, low - 1), high: Math.max(0, high - 1) });
  next = withLine(next, vector, { openedBy: high > 0 ? by : openedBy });
  // Where masks might be counted for the line, the others may be unmasked with it. Asking how they are costs a verdict
  // under every edition: it is only asked where others are masked.
  const perhaps = perhapsUnmasked(next, vector, number);
  if (perhaps !== next && !isCounted(c)) next = perhaps;
  return reopened(next, vector);
};

const perhapsUnmasked = (s: State, vector: Vector, but: number): State => {
  const line = lineOf(s, vector);
  let next = s;
  for (const number of line.order)
    if (number !== but && (s.attachments[number] as Attachment).low > 0)
      next = withAttachment(next, number, { low: 0 });
  return line.crowd.masked === 'yes'
    ? withLine(next, vector, { crowd: { ...line.crowd, masked: 'maybe' } })
    : next;
};

const isCounted = (c: Context): boolean => c.states('qnx-interrupt/companions/unmask-own');

/** What unmasking this attachment is by: what left it masked says which sentence is meant. */
const unmaskClause = ({ maskedBy }: Attachment): ClauseId =>
  maskedBy === 'qnx-interrupt/masking/no-unmask'
    ? 'qnx-interrupt/masking/unmask-after-no-unmask'
    : 'qnx-interrupt/masking/unmask-enables';

/** Whose attachment is meant: a number, none that is known, or all of them. */
const meant = (s: State, c: Context, step: Step): number | 'unknown' | 'all' | 'foreign' => {
  const name = textOf(step.id);
  if (name === '@all') return 'all';
  if (name === '@unused') return 'unknown';
  const number = attachmentOf(s, processOf(threadOf(c.actor)), name);
  if (number < 0) return 'foreign';
  return (s.attachments[number] as Attachment).live ? number : 'unknown';
};

/** A number that was given up may be that of an attachment without a name. */
const mayBeUnnamed = (s: State, step: Step): boolean =>
  step.id !== '@unused' && s.lines.some(({ crowd }) => crowd.size > 0);

export const mask = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const which = meant(s, c, step);
  if (which === 'foreign') return [skips(silences, s)];
  if (which === 'all') {
    const all = allMasked(s, c);
    return refusedBy(c, s, 'qnx-interrupt/companions/all-attachments', 'ENOTSUP', 'mask', [all]);
  }
  if (which === 'unknown')
    return mayBeUnnamed(s, step)
      ? perhapsUnnamed(s, () => [withCrowdsOpen(s)])
      : refusedBy(c, s, 'qnx-interrupt/companions/unknown-id', 'ESRCH', 'mask');
  const clause: ClauseId = 'qnx-interrupt/companions/mask-masks';
  const { low, high } = s.attachments[which] as Attachment;
  if (!c.states(clause)) {
    const perhaps = withAttachment(s, which, { high: high + 1 });
    return [
      succeeds(
        silences,
        () => [to(perhaps)],
        () => OK,
      ),
      mayFail(silences, s),
      skips(silences, s),
    ];
  }
  const after = withAttachment(s, which, { low: low + 1, high: high + 1, maskedBy: clause });
  return [returns(c, clause, OK, () => after, { operation: 'mask', before: s }), skips(silences, s)];
};

export const unmask = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const which = meant(s, c, step);
  if (which === 'foreign') return [skips(silences, s)];
  if (which === 'all') {
    return refusedBy(c, s, 'qnx-interrupt/companions/all-attachments', 'ENOTSUP', 'unmask', allUnmasked(s));
  }
  if (which === 'unknown')
    return mayBeUnnamed(s, step)
      ? perhapsUnnamed(s, () => allUnmasked(s))
      : refusedBy(c, s, 'qnx-interrupt/companions/unknown-id', 'ESRCH', 'unmask');
  const one = s.attachments[which] as Attachment;
  const clause = unmaskClause(one);
  const after = () => unmasked(c, s, which, clause);
  if (one.high === 0)
    return refusedBy(c, s, 'qnx-interrupt/companions/unmask-unmasked', 'EAGAIN', 'unmask', after());
  if (one.low === 0)
    return [
      succeeds(
        silences,
        () => after().map((state) => to(state)),
        () => OK,
      ),
      ...(isCounted(c) ? [already(c, withAttachment(s, which, { high: 0 }))] : [mayFail<State>(silences, s)]),
      skips(silences, s),
    ];
  return [
    {
      clauses: [clause],
      permits: 'success',
      may: false,
      accept: (seen) => {
        if (seen.skipped !== undefined) return [];
        if (seen.error === undefined) return after().map((state) => to(state, [clause]));
        const { relaxed } = c;
        // What should have masked it did not, or unmasking fails.
        if (relaxed === null || (relaxed !== clause && relaxed !== one.maskedBy)) return [];
        const breach: Breach = {
          clause: relaxed,
          operation: 'unmask',
          observed: seen.error,
          permitted: ['success'],
          situation: {},
        };
        const unmaskedBefore = withAttachment(s, which, { low: 0, high: 0 });
        return [to(relaxed === clause ? s : unmaskedBefore, [], [], breach)];
      },
      why: classOf,
      sample: () => OK,
    },
    skips(silences, s),
  ];
};

/** It was unmasked already. */
const already = (c: Context, after: State): Outcome<State> =>
  returns(c, 'qnx-interrupt/companions/unmask-unmasked', { error: 'EAGAIN' }, () => after, {
    operation: 'unmask',
    may: true,
  });

/** All of the process may be masked once more; pages that say nothing of it leave that open. */
const allMasked = (s: State, c: Context): State => ({
  ...s,
  attachments: s.attachments.map((one) =>
    one.live && one.process === processOf(threadOf(c.actor)) ? { ...one, high: one.high + 1 } : one,
  ),
  lines: s.lines.map((line) =>
    line.crowd.masked === 'no' && line.crowd.size > 0
      ? { ...line, crowd: { ...line.crowd, masked: 'maybe' } }
      : line,
  ),
});

/** All of the process may be unmasked, and with them whatever shares a line with them. */
const allUnmasked = (s: State): readonly State[] =>
  // What the first of them let through has masked the line, and the next may have unmasked it again.
  everyLineReopened(withCrowdsOpen(noneSurelyMasked(s))).map(noneSurelyMasked);

const everyLineReopened = (s: State): readonly State[] =>
  vectors.reduce<readonly State[]>(
    (worlds, vector) => worlds.flatMap((world) => reopened(world, vector)),
    [s],
  );

const noneSurelyMasked = (s: State): State => ({
  ...s,
  attachments: s.attachments.map((one) => (one.live && one.low > 0 ? { ...one, low: 0 } : one)),
});

const withCrowdsOpen = (s: State): State => ({
  ...s,
  lines: s.lines.map((line) =>
    line.crowd.size > 0 ? { ...line, uncounted: true, crowd: { ...line.crowd, masked: 'maybe' } } : line,
  ),
});

/** It ends: what it has not delivered yet may be lost. */
const detached = (c: Context, s: State, number: number): readonly State[] => {
  const one = s.attachments[number] as Attachment;
  const { vector, caller, kind, high } = one;
  const line = lineOf(s, vector);
  let next = withAttachment(s, number, { live: false, posted: 'no' });
  next = withLine(next, vector, {
    order: line.order.filter((other) => other !== number),
    released: line.released || one.exclusive,
  });
  next = { ...next, owed: withoutSurely(next.owed, number) };
  if (kind === 'intr') next = withThread(next, caller, { serves: -1 });
  // Where masks might be counted for the line, its own may stay.
  const open = lineOf(next, vector).order.filter((other) => next.attachments[other]?.high === 0);
  if (high > 0 && open.length > 0 && !isCounted(c))
    for (const other of open) next = withAttachment(next, other, { high: 1 });
  return reopened(next, vector);
};

const withoutSurely = (owed: Owed, key: number): Owed => {
  if (!owed.present.items.some((item) => item.key === key)) return owed;
  const weaker = (item: Item): Item => (item.key === key ? { ...item, min: 0, loose: true } : item);
  return {
    ...owed,
    present: {
      items: owed.present.items.map(weaker),
      batches: owed.present.batches
        .map((batch) => batch.filter((other) => other !== key))
        .filter((batch) => batch.length > 1),
    },
  };
};

export const detach = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const which = meant(s, c, step);
  if (which === 'foreign') return [skips(silences, s)];
  if (which === 'all' || which === 'unknown')
    return which === 'unknown' && mayBeUnnamed(s, step)
      ? perhapsUnnamed(s, () => everyLineReopened(withCrowdsOpen(s)))
      : refusedBy(c, s, 'qnx-interrupt/companions/detach-unknown', 'EINVAL', 'detach');
  const { kind, caller, live } = s.attachments[which] as Attachment;
  const clause: ClauseId = 'qnx-interrupt/attach/id-detaches';
  const situation = { event: kind === 'intr' ? 'intr' : 'hidden' };
  const after = () => (live ? detached(c, s, which) : [s]);
  // Whether somebody else may end an interrupt service thread is not said.
  if (kind === 'intr' && caller !== threadOf(c.actor))
    return [
      succeeds(
        silences,
        () => after().map((state) => to(state)),
        () => OK,
      ),
      mayFail(silences, s),
      skips(silences, s),
    ];
  return [
    {
      clauses: [clause],
      permits: 'success',
      may: false,
      situation,
      accept: (seen) => {
        if (seen.skipped !== undefined) return [];
        if (seen.error === undefined) return after().map((state) => to(state, [clause]));
        if (c.relaxed !== clause) return [];
        const breach = {
          clause,
          operation: 'detach',
          observed: seen.error,
          permitted: ['success'],
          situation,
        };
        return [to(s, [], [], breach)];
      },
      why: classOf,
      sample: () => OK,
    },
    skips(silences, s),
  ];
};

/** Nothing that was on its way is owed any more, and nothing is sure: what a call that failed may have spoilt. */
export const harmed = (s: State): State => ({
  ...s,
  owed: loosened({
    past: [],
    present: {
      items: [...s.owed.past, s.owed.present].flatMap(({ items }) => items),
      batches: [],
    },
    held: [],
  }),
  kept: [],
  attachments: s.attachments.map((one) => (one.live ? { ...one, low: 0, high: one.high + 1 } : one)),
  lines: s.lines.map((line) => ({ ...line, uncounted: true })),
});
