/**
 * User interrupts as a labelled transition system: uintr_register_self(2) and uintr_create_fd(2), sentence by sentence.
 * Deliveries are obligations (../owing.ts): notifications, recognition and context switches are nobody's steps here.
 */

import { type ClauseId, clauses, type Step } from '#spec/index';
import { SpecificationGap } from '../choices.ts';
import type { HandleInfo, Machine } from '../machine.ts';
import { type Context, type Outcome, skips } from '../outcome.ts';
import { settledOwed } from '../owing.ts';
import { getfd, registerSender, unregisterSender } from './connecting.ts';
import { invariants } from './invariants.ts';
import {
  close,
  dup,
  exec,
  exit,
  fork,
  hardware,
  limit,
  memory,
  pass,
  registerHandler,
  unregisterHandler,
} from './lifecycle.ts';
import { log } from './looking.ts';
import { points } from './points.ts';
import { createFd, fillTable, registerSelf } from './registering.ts';
import { senduipi, setsDelivery, testui, wait } from './sending.ts';
import { initial, type State, shape, type Thread, threadOf, withThread } from './state.ts';

type Transition = (c: Context, s: State, step: Step) => readonly Outcome<State>[];

const operations: Readonly<Record<string, Transition>> = {
  register_handler: registerHandler,
  unregister_handler: unregisterHandler,
  create_fd: createFd,
  register_self: registerSelf,
  register_sender: registerSender,
  unregister_sender: unregisterSender,
  fill_table: fillTable,
  senduipi,
  clui: setsDelivery('off'),
  stui: setsDelivery('on'),
  testui,
  wait,
  dup,
  close,
  pass,
  getfd,
  fork,
  exec,
  exit,
  log,
  limit,
  memory,
  hardware,
};

const call: Transition = (c, s, step) => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  if (!me.alive) return [skips('uintr/document/silences', s)];
  const operation = operations[step.op];
  if (!operation) throw new SpecificationGap(`uintr has no operation ${step.op}`);
  return operation(c, me.acted ? s : withThread(s, number, { acted: true }), step);
};

/** Everything that happens by itself has happened: what can be delivered has been. */
const settled = (s: State): State => {
  let next = s;
  for (let number = 0; number < s.threads.length; number++) {
    const { owed, delivery } = s.threads[number] as Thread;
    const after = settledOwed(owed, delivery !== 'on');
    if (after !== owed) next = withThread(next, number, { owed: after });
  }
  return next;
};

const handles = (s: State): readonly HandleInfo[] => [
  ...s.descriptors.map(({ name, open }) => ({ name, kind: 'descriptor', open })),
  ...s.connections
    .filter(({ name }) => name !== '')
    .map(({ name, live }) => ({ name, kind: 'index', open: live })),
];

/** How much a clause explains when it is relaxed: a wrong number explains any log, a loss most. */
const breadths: Readonly<Partial<Record<ClauseId, number>>> = {
  'uintr/errors/change-nothing': 40,
  'uintr/delivery/vector-number': 30,
  'uintr/self/keyed-by-vector': 28,
  'uintr/fd/creator-only': 25,
  'uintr/delivery/not-more-than-sent': 20,
  'uintr/delivery/invokes-handler': 15,
  'uintr/delivery/held-while-off': 13,
  'uintr/self/sender-to-itself': 13,
  'uintr/priority/none-lost': 13,
  'uintr/priority/higher-first': 12,
};

export const uintr: Machine<State> = {
  interface: 'uintr',
  points,
  clauses: clauses('uintr')
    .filter((clause) => clause.checked === 'by-machine' && clause.kind !== 'system')
    .map(({ id }) => id as ClauseId),
  initial,
  call,
  settled,
  shape,
  invariants,
  breadth: (clause) => breadths[clause] ?? 10,
  handles,
  gone: (s) => s.threads.flatMap(({ alive }, number) => (alive ? [] : [`t${number}`])),
};
