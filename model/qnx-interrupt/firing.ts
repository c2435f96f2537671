/** What an interrupt brings about: deliveries that are owed where its line is open, silence where it is closed. */

import type { ClauseId, Step } from '#spec/index';
import { textOf, usualOf } from '../arguments.ts';
import { type Context, mayFail, type Outcome, skips, succeeds, to } from '../outcome.ts';
import { inOrder, sent } from '../owing.ts';
import {
  type Attachment,
  attachedTo,
  type Crowd,
  changed,
  changedAttachment,
  type Kept,
  type Line,
  lineOf,
  opennessOf,
  type State,
  sizeOf,
  type Vector,
  withLine,
} from './state.ts';

export const silences: ClauseId = 'qnx-interrupt/document/silences';

const usual = usualOf('qnx-interrupt', 'raise');

/** Nothing is said of what it delivers, or when. */
export const isUnsaid = ({ kind, bound, vector }: Attachment): boolean =>
  kind === 'open' || bound !== (vector === 'local');

/** Whoever delivers of its own accord, to be seen by a look at everything that arrived. */
export const isSeen = ({ kind, name }: Attachment): boolean => kind !== 'intr' && name !== '';

const byKind: Readonly<Record<Attachment['kind'], readonly ClauseId[]>> = {
  intr: ['qnx-interrupt/event/intr-wakes'],
  pulse: ['qnx-interrupt/event/pulse'],
  semaphore: ['qnx-interrupt/event/semaphore'],
  signal: ['qnx-interrupt/event/signal'],
  thread: ['qnx-interrupt/event/thread'],
  open: [],
};

/** What the arrival of a delivery tests: one list for each case, because states that hold the same are told apart sooner. */
const arrivalTests = (line: Line, { kind, vector }: Attachment): readonly ClauseId[] => {
  const isLocal = vector === 'local';
  const isShared = sizeOf(line) > 1;
  const name = `${kind} ${line.openedBy} ${isLocal} ${isShared}`;
  const known = arrivals.get(name);
  if (known !== undefined) return known;
  const tests: readonly ClauseId[] = [
    ...byKind[kind],
    'qnx-interrupt/delivery/attached',
    line.openedBy,
    ...(line.openedBy === 'qnx-interrupt/masking/unmask-after-no-unmask'
      ? (['qnx-interrupt/masking/unmask-enables'] as const)
      : []),
    ...(isLocal ? (['qnx-interrupt/flags/cpu-local'] as const) : []),
    ...(isShared ? (['qnx-interrupt/order/shared'] as const) : []),
  ];
  arrivals.set(name, tests);
  return tests;
};

const arrivals = new Map<string, readonly ClauseId[]>();

/** Everybody is given the interrupt, and it is masked for everybody. */
const delivered = (s: State, vector: Vector): State => {
  const line = lineOf(s, vector);
  const isLevel = vector === 'level';
  const batch = strictOrder(s, line);
  const attachments = s.attachments.slice();
  let owed = s.owed;
  for (const number of line.order) {
    const one = attachments[number] as Attachment;
    const isOpen = isUnsaid(one);
    attachments[number] = changedAttachment(one, {
      low: isOpen ? 0 : 1,
      high: 1,
      maskedBy: 'qnx-interrupt/masking/masked-at-delivery',
      posted: one.kind !== 'intr' ? 'no' : isOpen ? 'maybe' : 'yes',
    });
    if (isSeen(one) && !isOpen && !isLevel) owed = sent(owed, false, number, arrivalTests(line, one));
    if (isSeen(one) && !isOpen && isLevel && !owed.present.items.some(({ key }) => key === number))
      owed = sent(owed, false, number, arrivalTests(line, one));
  }
  const crowd: Crowd = line.crowd.size > 0 ? { ...line.crowd, masked: 'yes' } : line.crowd;
  return withLine(changed(s, { attachments, owed: inOrder(owed, batch) }), vector, { crowd, latched: false });
};

/**
 * The order in which an interrupt has to arrive: only where all service threads share one processor and one priority
 * does the order of the list show. Empty where nothing is said.
 */
const strictOrder = (s: State, line: Line): readonly number[] => {
  const all = attachedTo(s, line);
  const [first] = all;
  if (first === undefined || all.length < 2 || line.crowd.size > 0) return [];
  const isStrict = all.every(
    (one) => isSeen(one) && !isUnsaid(one) && one.bound && one.priority === first.priority,
  );
  if (!isStrict || first.priority < 0) return [];
  return line.order.some((number) => s.owed.present.items.some(({ key }) => key === number))
    ? []
    : line.order;
};

/** Nobody is given it: not those that are masked, nor those that are gone. */
const silenced = (s: State, vector: Vector): State => {
  const kept: Kept[] = [...s.kept];
  if (vector !== 'level')
    s.attachments.forEach((one, key) => {
      if (one.vector !== vector || one.name === '' || isUnsaid(one) || !one.live) return;
      if (!kept.some((other) => other.key === key)) kept.push({ key, by: closerOf(one), firm: false });
    });
  return withLine(changed(s, { kept }), vector, { latched: vector !== 'level' });
};

/** Why nothing comes for an attachment while its line is closed. */
const closerOf = ({ low, maskedBy }: Attachment): ClauseId =>
  low > 0 || maskedBy === 'qnx-interrupt/masking/second-does-not-unmask'
    ? maskedBy
    : 'qnx-interrupt/companions/unmask-own';

/** Those that are detached are never given anything. */
const afterDetach = (s: State, vector: Vector): State => {
  if (vector === 'level') return s;
  const by: ClauseId = 'qnx-interrupt/event/until-detached';
  const kept: Kept[] = [];
  for (const [key, one] of s.attachments.entries())
    if (!one.live && one.vector === vector && isSeen(one) && !isUnsaid(one) && !isKept(s, key))
      kept.push({ key, by, firm: false });
  return kept.length === 0 ? s : changed(s, { kept: [...s.kept, ...kept] });
};

const isKept = (s: State, key: number): boolean => s.kept.some((one) => one.key === key);

/** The source fires. */
const fired = (s: State, vector: Vector): readonly State[] => {
  const before = afterDetach(withLine(s, vector, { raised: true, asserted: vector === 'level' }), vector);
  const openness = opennessOf(before, lineOf(before, vector));
  if (openness === 'open') return [delivered(before, vector)];
  if (openness === 'closed') return [silenced(before, vector)];
  return parted(before, vector, withLine(before, vector, { latched: vector !== 'level' }));
};

/**
 * It was delivered, or it was not. Worlds part over a line once between two looks: they tell what a look shows. From then
 * on what may have been delivered may come, and nobody asks more of it: worlds would double with every interrupt.
 */
const parted = (s: State, vector: Vector, otherwise: State): readonly State[] =>
  lineOf(s, vector).parted
    ? [perhapsDelivered(otherwise, vector)]
    : [delivered(s, vector), otherwise].map((one) => withLine(one, vector, { parted: true }));

/** Everybody may have been given the interrupt, and it may be masked for everybody. */
const perhapsDelivered = (s: State, vector: Vector): State => {
  const line = lineOf(s, vector);
  const attachments = s.attachments.slice();
  let owed = s.owed;
  for (const number of line.order) {
    const one = attachments[number] as Attachment;
    attachments[number] = changedAttachment(one, {
      high: Math.max(1, one.high),
      posted: one.kind === 'intr' && one.posted === 'no' ? 'maybe' : one.posted,
    });
    if (isSeen(one) && !isUnsaid(one)) owed = sent(owed, false, number, null);
  }
  const { crowd } = line;
  const masked = crowd.size > 0 && crowd.masked === 'no' ? 'maybe' : crowd.masked;
  return withLine(changed(s, { attachments, owed }), vector, { crowd: { ...crowd, masked } });
};

/** A line may have been opened: what came before may be delivered now, and what was kept back may come. */
export const reopened = (s: State, vector: Vector): readonly State[] => {
  const line = lineOf(s, vector);
  const openness = opennessOf(s, line);
  if (openness === 'closed' || !(line.latched || line.asserted)) return [s];
  const kept = s.kept.filter(({ key }) => {
    const one = s.attachments[key] as Attachment;
    return one.vector !== vector || !one.live;
  });
  const free = kept.length === s.kept.length ? s : changed(s, { kept });
  const lost = openness === 'open' ? withLine(free, vector, { latched: false }) : free;
  return parted(free, vector, lost);
};

export const raise = (_c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const vector = textOf(step.vector ?? usual.vector) as Vector;
  return [
    succeeds(
      silences,
      () => fired(s, vector).map((one) => to(one)),
      () => ({}),
    ),
    mayFail(silences, s),
    skips(silences, s),
  ];
};

/** The device takes its level back. */
export const acknowledge = (_c: Context, s: State): readonly Outcome<State>[] => [
  succeeds(
    silences,
    () => [to(withLine(s, 'level', { asserted: false }))],
    () => ({}),
  ),
  mayFail(silences, s),
  skips(silences, s),
];
