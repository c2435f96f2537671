/** Short spellings of programs and their results, for the tests of this folder. */

import type { Answer, Result, Step, TraceEvent } from '#spec/index';
import { Simulator } from '../simulator.ts';
import type { Completion } from './ring.ts';

type Arguments = Omit<Step, 'op'>;

export const ring = (as: string, more: Arguments = {}): Step => ({ op: 'setup', as, ...more });
export const deferred = (as: string, more: Arguments = {}): Step =>
  ring(as, { flags: 'SINGLE_ISSUER|DEFER_TASKRUN', ...more });
export const open = (as: string, kind: string): Step => ({ op: 'open', as, kind });
export const dup = (fd: string, as: string): Step => ({ op: 'dup', fd, as });
export const close = (fd: string): Step => ({ op: 'close', fd });
export const enable = (name: string, more: Arguments = {}): Step => ({ op: 'enable', ring: name, ...more });
export const prep = (from: string, to: string, more: Arguments = {}): Step => ({
  op: 'prep_msg_ring',
  ring: from,
  fd: to,
  ...more,
});
export const submit = (name: string, more: Arguments = {}): Step => ({ op: 'submit', ring: name, ...more });
export const reap = (name: string, more: Arguments = {}): Step => ({ op: 'reap', ring: name, ...more });
export const drain = (name: string, more: Arguments = {}): Step => ({ op: 'drain', ring: name, ...more });
export const wait = (name: string, more: Arguments = {}): Step => ({ op: 'wait', ring: name, ...more });
export const exit = (actor: string): Step => ({ op: 'exit', actor });
export const memory = (state: 'exhausted' | 'restored'): Step => ({ op: 'memory', state });
export const end = (call: string): Step => ({ op: 'end', call });
export const settle: Step = { op: 'settle' };

/** Prepares a message and submits it. */
export const send = (from: string, to: string, more: Arguments = {}): readonly Step[] => [
  prep(from, to, more),
  submit(from),
];

/** What an address answers to a program of these steps. */
export const answerOf = (address: string, steps: readonly Step[]): Answer =>
  new Simulator(address).execute({ interface: 'msg-ring', steps });

/** The events of a program. */
export const eventsOf = (address: string, steps: readonly Step[]): readonly TraceEvent[] => {
  const answer = answerOf(address, steps);
  if (answer.kind !== 'trace') throw new Error(`${address} answered ${answer.kind}: ${answer.reason}`);
  return answer.events;
};

/** The result of every step, in order; undefined for steps without one. */
export const resultsOf = (address: string, steps: readonly Step[]): readonly (Result | undefined)[] => {
  const results: (Result | undefined)[] = steps.map(() => undefined);
  for (const event of eventsOf(address, steps)) if ('result' in event) results[event.step] = event.result;
  return results;
};

/** The completions that the last step of a program consumed. */
export const lastCompletions = (address: string, steps: readonly Step[]): readonly Completion[] =>
  (resultsOf(address, steps).at(-1)?.cqes ?? []) as readonly Completion[];

/** A completion as tests spell it. */
export const cqe = (user_data: string, res: number, flags = 0): Completion => ({ user_data, res, flags });
