/**
 * QNX interrupts as a labelled transition system: InterruptAttachEvent() and its three companions by name, sentence by
 * sentence. Deliveries are obligations (../owing.ts): service threads, their scheduling and their semaphores are nobody's
 * steps here.
 */

import { type ClauseId, clauses, type Step } from '#spec/index';
import { textOf, usualOf } from '../arguments.ts';
import { SpecificationGap } from '../choices.ts';
import type { HandleInfo, Machine } from '../machine.ts';
import { type Context, mayFail, type Outcome, skips, succeeds, to } from '../outcome.ts';
import { settledOwed } from '../owing.ts';
import { attach, attachMany, attachThread } from './attaching.ts';
import { acknowledge, raise, silences } from './firing.ts';
import { invariants } from './invariants.ts';
import { collect } from './looking.ts';
import { detach, mask, unmask } from './masking.ts';
import { points } from './points.ts';
import { changed, initial, processOf, type State, shape, threadOf, withThread } from './state.ts';
import { wait } from './waiting.ts';

type Transition = (c: Context, s: State, step: Step) => readonly Outcome<State>[];

/** An operation that only prepares: it succeeds, or nothing changes. */
const prepares =
  (after: (c: Context, s: State, step: Step) => State): Transition =>
  (c, s, step) => [
    succeeds(
      silences,
      () => [to(after(c, s, step))],
      () => ({}),
    ),
    mayFail(silences, s),
    skips(silences, s),
  ];

const usual = {
  ability: usualOf('qnx-interrupt', 'ability'),
  runmask: usualOf('qnx-interrupt', 'runmask'),
  state: usualOf('qnx-interrupt', 'memory'),
};

const isExhausted = ({ state }: Step): boolean => textOf(state ?? usual.state.state) === 'exhausted';

const operations: Readonly<Record<string, Transition>> = {
  attach,
  attach_many: attachMany,
  attach_thread: attachThread,
  detach,
  mask,
  unmask,
  wait,
  raise,
  acknowledge,
  collect,
  ability: prepares((c, s, step) => {
    const which = textOf(step.which ?? usual.ability.which);
    const isHeld = textOf(step.state ?? usual.ability.state) === 'held';
    const process = processOf(threadOf(c.actor));
    return which === 'interrupt'
      ? { ...s, interruptAbility: s.interruptAbility.with(process, isHeld) }
      : { ...s, threadAbility: s.threadAbility.with(process, isHeld) };
  }),
  runmask: prepares((c, s, step) =>
    withThread(s, threadOf(c.actor), {
      bound: textOf(step.processors ?? usual.runmask.processors) === 'one',
    }),
  ),
  memory: prepares((_c, s, step) => ({ ...s, exhausted: isExhausted(step) })),
  entries: prepares((_c, s, step) => ({ ...s, entriesUsedUp: isExhausted(step) })),
};

const call: Transition = (c, s, step) => {
  const operation = operations[step.op];
  if (!operation) throw new SpecificationGap(`qnx-interrupt has no operation ${step.op}`);
  return operation(c, s, step);
};

/** Everything that happens by itself has happened: what can be delivered has been. */
const settled = (s: State): State => {
  const owed = settledOwed(s.owed, false);
  if (owed === s.owed && s.kept.every(({ firm }) => firm)) return s;
  return changed(s, { owed, kept: s.kept.map((one) => (one.firm ? one : { ...one, firm: true })) });
};

const handles = (s: State): readonly HandleInfo[] =>
  s.attachments
    .filter(({ name }) => name !== '')
    .map(({ name, live }) => ({ name, kind: 'attachment', open: live }));

/** How much a clause explains when it is relaxed. */
const breadths: Readonly<Partial<Record<ClauseId, number>>> = {
  'qnx-interrupt/errors/change-nothing': 40,
  'qnx-interrupt/delivery/attached': 20,
  'qnx-interrupt/attach/event-unregistered': 16,
  'qnx-interrupt/masking/first-unmasks': 14,
  'qnx-interrupt/masking/unmask-enables': 14,
  'qnx-interrupt/limit/thirty-two': 12,
  'qnx-interrupt/event/intr-wakes': 12,
  'qnx-interrupt/order/shared': 9,
  'qnx-interrupt/companions/unmask-own': 8,
};

export const qnxInterrupt: Machine<State> = {
  interface: 'qnx-interrupt',
  points,
  clauses: clauses('qnx-interrupt')
    .filter((clause) => clause.checked === 'by-machine' && clause.kind !== 'system')
    .map(({ id }) => id as ClauseId),
  initial,
  call,
  settled,
  shape,
  invariants,
  breadth: (clause) => breadths[clause] ?? 10,
  handles,
  gone: () => [],
};
