/**
 * Handlers, descriptors, processes and faults: the surroundings of the two calls. Any failure is taken as it comes; what a
 * success changes is what the sentences of the pages are read against.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { textOf, usualOf } from '../arguments.ts';
import { type Context, classOf, mayFail, type Outcome, skips, to } from '../outcome.ts';
import { loosened } from '../owing.ts';
import {
  type Descriptor,
  descriptorOf,
  nothingOwed,
  referenced,
  released,
  type State,
  type Thread,
  threadOf,
  withConnections,
  withDescriptor,
  withThread,
} from './state.ts';

const silences: ClauseId = 'uintr/document/silences';
const usual = {
  limit: usualOf('uintr', 'limit'),
  memory: usualOf('uintr', 'memory'),
  hardware: usualOf('uintr', 'hardware'),
};

const scaffold = (s: State, next: (seen: Result) => State): readonly Outcome<State>[] => [
  {
    clauses: [silences],
    permits: 'success',
    may: false,
    accept: (seen) => (seen.error === undefined && seen.skipped === undefined ? [to(next(seen))] : []),
    why: classOf,
    sample: () => ({}),
  },
  mayFail(silences, s),
  skips(silences, s),
];

export const registerHandler = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  return scaffold(s, () =>
    withThread(s, number, {
      handler: true,
      handlers: me.handlers + 1,
      // Whether a second handler takes over what was meant for the first is not said.
      owed: me.handlers > 0 ? loosened(me.owed) : me.owed,
    }),
  );
};

export const unregisterHandler = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const me = s.threads[number] as Thread;
  return scaffold(s, () => withThread(s, number, { handler: false, owed: loosened(me.owed) }));
};

export const dup = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { process } = s.threads[threadOf(c.actor)] as Thread;
  return copied(s, step, process, process, 'duplicated');
};

export const pass = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const from = (s.threads[threadOf(c.actor)] as Thread).process;
  const receiver = s.threads[threadOf(textOf(step.to))] as Thread;
  if (!receiver.alive || receiver.process === from) return [skips(silences, s)];
  return copied(s, step, from, receiver.process, 'passed');
};

const copied = (
  s: State,
  step: Step,
  from: number,
  process: number,
  came: Descriptor['came'],
): readonly Outcome<State>[] => {
  const { as } = step;
  const descriptor = descriptorOf(s, from, textOf(step.fd));
  if (descriptor === null || !descriptor.open) return [skips(silences, s)];
  return scaffold(s, () =>
    as === undefined
      ? s
      : referenced(
          withDescriptor(s, { ...descriptor, name: as, process, closeOnExec: false, came }),
          descriptor.endpoint,
        ),
  );
};

export const close = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { process } = s.threads[threadOf(c.actor)] as Thread;
  const descriptor = descriptorOf(s, process, textOf(step.fd));
  if (descriptor === null || !descriptor.open) return [skips(silences, s)];
  return scaffold(s, () => {
    const after = released(s, descriptor);
    if ((after.endpoints[descriptor.endpoint]?.references ?? 0) > 0) return after;
    return lastClosed(after, descriptor.endpoint);
  });
};

/** What is pending when the last descriptor is closed is delivered or dropped. */
const lastClosed = (s: State, endpoint: number): State => {
  const target = s.endpoints[endpoint]?.thread ?? 0;
  return withThread(s, target, { owed: loosened((s.threads[target] as Thread).owed) });
};

export const fork = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const { process } = s.threads[number] as Thread;
  const child = threadOf(textOf(step.child));
  const other = s.threads[child] as Thread;
  if (child === 0 || child === number || other.acted || other.process !== 0 || !other.alive)
    return [skips(silences, s)];
  return scaffold(s, () => {
    const made = s.processes;
    const born = withThread({ ...s, processes: made + 1, limits: [...s.limits, 'none'] }, child, {
      process: made,
      acted: true,
      delivery: 'either',
    });
    const mine = s.descriptors.filter((one) => one.process === process);
    const inherited = mine.reduce<State>((next, one) => {
      const copy = withDescriptor(next, { ...one, process: made, came: 'inherited' });
      return one.open ? referenced(copy, one.endpoint) : copy;
    }, born);
    const connections = s.connections.filter((one) => one.process === process);
    return {
      ...inherited,
      connections: [...s.connections, ...connections.map((one) => ({ ...one, process: made, open: true }))],
    };
  });
};

export const exec = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  const { process } = s.threads[number] as Thread;
  if (process === 0 && number !== 0) return [skips(silences, s)];
  return scaffold(s, () => {
    const ended = s.threads.map((one, index): Thread => {
      if (one.process !== process) return one;
      if (index === number)
        return { ...one, acted: true, handler: false, delivery: 'either', owed: nothingOwed };
      return { ...one, alive: false, acted: true, handler: false, owed: nothingOwed };
    });
    const filled = s.filled === 'none' ? 'none' : 'loose';
    const open = withConnections({ ...s, filled, threads: ended }, (one) =>
      one.process === process ? { ...one, open: true } : one,
    );
    const limits = open.limits.with(process, 'none');
    return s.descriptors
      .filter((one) => one.process === process && one.open && one.closeOnExec)
      .reduce(closedByEnd, { ...open, limits });
  });
};

export const exit = (c: Context, s: State): readonly Outcome<State>[] => {
  const number = threadOf(c.actor);
  if (number === 0) return [skips(silences, s)];
  const me = s.threads[number] as Thread;
  return scaffold(s, () => {
    const ended = withThread(s, number, { alive: false, handler: false, owed: loosened(me.owed) });
    const isLast = me.process !== 0;
    return isLast
      ? s.descriptors.filter((one) => one.process === me.process && one.open).reduce(closedByEnd, ended)
      : ended;
  });
};

const closedByEnd = (s: State, descriptor: Descriptor): State => {
  const after = released(s, descriptor);
  return after.endpoints[descriptor.endpoint]?.references === 0
    ? lastClosed(after, descriptor.endpoint)
    : after;
};

export const limit = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  const { process } = s.threads[threadOf(c.actor)] as Thread;
  const state = textOf(step.state ?? usual.limit.state);
  return scaffold(s, () =>
    state === 'descriptors'
      ? { ...s, limits: s.limits.with(process, 'reached') }
      : state === 'files'
        ? { ...s, files: 'reached' }
        : { ...s, limits: s.limits.with(process, 'none'), files: 'none' },
  );
};

export const memory = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => ({ ...s, exhausted: textOf(step.state ?? usual.memory.state) === 'exhausted' }));

export const hardware = (_c: Context, s: State, step: Step): readonly Outcome<State>[] =>
  scaffold(s, () => {
    const present = textOf(step.state ?? usual.hardware.state) === 'present';
    return {
      ...s,
      hardware: present,
      threads: present ? s.threads : s.threads.map((one) => ({ ...one, owed: loosened(one.owed) })),
    };
  });
