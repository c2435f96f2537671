/** What keeps a call from being made although all that it names is there: a full queue, and an actor that never ends. */

import { numberOf, usualOf } from '#model/arguments';
import type { Step } from '#spec/index';
import type { MadeCall } from '../unmade-calls.ts';

const setup = usualOf('msg-ring', 'setup');

interface Queue {
  readonly entries: number;
  prepared: number;
}

/** Whether an agent may leave out the call, after others that were made. */
export const obstructed = (step: Step, before: readonly MadeCall[]): boolean => {
  if (step.op === 'exit') return (step.actor ?? 't0') === 't0';
  if (step.op !== 'prep_msg_ring') return false;
  const queue = queuesAfter(before).get(String(step.ring));
  return queue === undefined || queue.prepared >= queue.entries;
};

/** The submission queues by every name of their rings. */
const queuesAfter = (calls: readonly MadeCall[]): ReadonlyMap<string, Queue> => {
  const queues = new Map<string, Queue>();
  for (const { step, result } of calls) {
    if (result.error !== undefined) continue;
    if (step.op === 'setup' && step.as !== undefined)
      queues.set(step.as, {
        entries: 2 ** Math.ceil(Math.log2(numberOf(step.entries ?? setup.entries))),
        prepared: 0,
      });
    const queue = queues.get(String(step.op === 'dup' ? step.fd : step.ring));
    if (queue === undefined) continue;
    if (step.op === 'dup' && step.as !== undefined) queues.set(step.as, queue);
    if (step.op === 'prep_msg_ring') queue.prepared++;
    if (step.op === 'submit') queue.prepared -= Math.max(0, result.value ?? 0);
  }
  return queues;
};
