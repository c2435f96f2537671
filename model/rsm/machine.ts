/**
 * Event operations of remote shared memory as a labelled transition system: post, wait, and the pollfd with its count,
 * sentence by sentence. An event travels until the next settle; waits race with time and with interruptions.
 */

import { type ClauseId, clauses, type Step } from '#spec/index';
import { textOf } from '../arguments.ts';
import { SpecificationGap } from '../choices.ts';
import type { HandleInfo, Machine } from '../machine.ts';
import { type Context, mayFail, type Outcome, skips, succeeds, to } from '../outcome.ts';
import { invariants } from './invariants.ts';
import { points } from './points.ts';
import { getPollfd, poll, releasePollfd } from './polling.ts';
import { post, silences } from './posting.ts';
import {
  connect,
  controller,
  create,
  destroy,
  disconnect,
  kill,
  link,
  map,
  memory,
  publish,
  republish,
  unmap,
  unpublish,
} from './segments.ts';
import { initial, type State, shape, type Thread, threadOf, withThread } from './state.ts';
import { wait } from './waiting.ts';

type Transition = (c: Context, s: State, step: Step) => readonly Outcome<State>[];

/** Time passes; deadlines are read off the clock of the trace. */
const pause: Transition = (_c, s) => [
  succeeds(
    silences,
    () => [to(s)],
    () => ({}),
  ),
  skips(silences, s),
];

/** A signal for a thread: one that is surely inside a wait is surely interrupted. */
const interrupt: Transition = (_c, s, step) => {
  const number = threadOf(textOf(step.who));
  const { inside, interrupted } = s.threads[number] as Thread;
  const after =
    inside === 'no'
      ? s
      : withThread(s, number, { interrupted: interrupted === 'surely' ? interrupted : inside });
  return [
    succeeds(
      silences,
      () => [to(after)],
      () => ({}),
    ),
    mayFail(silences, s),
    skips(silences, s),
  ];
};

const operations: Readonly<Record<string, Transition>> = {
  controller,
  create,
  publish,
  republish,
  unpublish,
  destroy,
  connect,
  map,
  unmap,
  disconnect,
  post,
  wait,
  get_pollfd: getPollfd,
  release_pollfd: releasePollfd,
  poll,
  interrupt,
  pause,
  link,
  kill,
  memory,
};

const call: Transition = (c, s, step) => {
  const operation = operations[step.op];
  if (!operation) throw new SpecificationGap(`rsm has no operation ${step.op}`);
  return operation(c, s, step);
};

/** Everything that happens by itself has happened: events have arrived, waits are entered, links are cut or up. */
const settled = (s: State): State => {
  const isQuiet =
    s.link !== 'changing' &&
    s.handles.every(({ pending }) => pending.flying === 0) &&
    s.threads.every(({ inside }) => inside !== 'maybe');
  if (isQuiet) return s;
  return {
    ...s,
    link: s.link === 'changing' ? s.linkGoal : s.link,
    handles: s.handles.map((one) =>
      one.pending.flying === 0 ? one : { ...one, pending: { ...one.pending, flying: 0 } },
    ),
    threads: s.threads.map((one) => (one.inside === 'maybe' ? { ...one, inside: 'surely' } : one)),
  };
};

const handles = (s: State): readonly HandleInfo[] =>
  s.handles
    .filter(({ name }) => name !== '')
    .map(({ name, kind, phase }) => ({ name, kind, open: phase !== 'gone' }));

/** How much a clause explains when it is relaxed. */
const breadths: Readonly<Partial<Record<ClauseId, number>>> = {
  'rsm/gate/changes-nothing': 30,
  'rsm/wait/only-events': 25,
  'rsm/pollfd/only-events': 25,
  'rsm/wait/success': 22,
  'rsm/wait/consumes': 15,
  'rsm/pollfd/counted': 12,
  'rsm/release/counts-down': 13,
  'rsm/wait/infinite': 9,
  'rsm/post/accumulates': 9,
  'rsm/wait/keeps-event': 11,
};

export const rsm: Machine<State> = {
  interface: 'rsm',
  points,
  clauses: clauses('rsm')
    .filter((clause) => clause.checked === 'by-machine' && clause.kind !== 'system')
    .map(({ id }) => id as ClauseId),
  initial,
  call,
  settled,
  shape,
  invariants,
  breadth: (clause) => breadths[clause] ?? 10,
  handles,
  gone: (s) =>
    s.threads.flatMap((_, number) => (s.killed[number < 2 ? 0 : number - 1] ? [`t${number}`] : [])),
};
