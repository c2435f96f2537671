/**
 * io_uring MSG_RING as a labelled transition system: the page io_uring_prep_msg_ring(3), sentence by sentence, and
 * nothing that a kernel is known to do beside it. Messages are obligations (state.ts), so that no order of events
 * inside the kernel has to be guessed; the two completions of a message are one occasion seen in two places.
 */

import { type ClauseId, clauses, type Step } from '#spec/index';
import { SpecificationGap } from '../choices.ts';
import type { HandleInfo, Machine } from '../machine.ts';
import { type Context, type Outcome, skips } from '../outcome.ts';
import { drain, reap } from './completions.ts';
import { close, dup, enable, exit, memory, open, setup } from './descriptors.ts';
import { invariants } from './invariants.ts';
import { points } from './points.ts';
import { prepare, submit } from './sending.ts';
import { draftOfMessage, initial, type Message, type State, shape, withMessages } from './state.ts';
import { wait } from './waiting.ts';

type Transition = (c: Context, s: State, step: Step) => readonly Outcome<State>[];

const operations: Readonly<Record<string, Transition>> = {
  setup,
  enable,
  dup,
  close,
  open,
  prep_msg_ring: prepare,
  submit,
  reap,
  wait,
  drain,
  exit,
  memory,
};

const call: Transition = (c, s, step) => {
  if (s.ended.length > 0 && s.ended.includes(c.actor)) return [skips('msg-ring/document/silences', s)];
  const operation = operations[step.op];
  if (!operation) throw new SpecificationGap(`msg-ring has no operation ${step.op}`);
  return operation(c, s, step);
};

/** Everything that happens by itself has happened: what was sent has been looked at. */
const settled = (s: State): State =>
  s.messages.some(settles)
    ? withMessages(
        s,
        s.messages.map((m) => (settles(m) ? afterSettle(m) : m)),
      )
    : s;

const afterSettle = (m: Message): Message => {
  const next = draftOfMessage(m);
  next.settled = true;
  next.pending = false;
  return next;
};

const settles = (m: Message): boolean => !m.settled && !(m.late && m.own === 'owed');

const handles = (s: State): readonly HandleInfo[] =>
  s.handles.map(({ name, ring, open }) => ({ name, kind: ring >= 0 ? 'ring' : 'descriptor', open }));

/**
 * How much a clause explains when it is relaxed. A stray completion explains anything; that an error was misused, little
 * less than that a message was refused which had to be taken; without memory, first of all the error that says so.
 */
const breadths: Readonly<Partial<Record<ClauseId, number>>> = {
  'msg-ring/prep/sends-nothing': 40,
  'msg-ring/error/in-res': 20,
  'msg-ring/error/invalid-field': 20,
  'msg-ring/error/not-a-ring': 20,
  'msg-ring/error/overflow': 20,
  'msg-ring/error/non-descriptor': 20,
  'msg-ring/error/no-memory': 5,
};

export const msgRing: Machine<State> = {
  interface: 'msg-ring',
  points,
  clauses: clauses('msg-ring')
    .filter((clause) => clause.checked === 'by-machine' && clause.kind !== 'system')
    .map(({ id }) => id as ClauseId),
  initial,
  call,
  settled,
  shape,
  invariants,
  breadth: (clause) => breadths[clause] ?? 10,
  handles,
  gone: (s) => s.ended,
};
