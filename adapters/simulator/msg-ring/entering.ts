/** Threads that enter the kernel for events: what they publish, how they wait and how a wait ends. */

import { IORING_SETUP } from '#spec/msg-ring/flags';
import type { Kernel, Outcome } from './kernel.ts';
import { flushOverflow, post } from './queues.ts';
import { start } from './requests.ts';
import { Request, type Ring, type Thread, Waiter } from './ring.ts';

/** Enters for events without waiting: publishes what the ring holds back. Returns 0, or the error. */
export const getEvents = (kernel: Kernel, thread: Thread, ring: Ring): Outcome => {
  if (!ring.enabled) return 'EBADFD';
  if ((ring.flags & IORING_SETUP.DEFER_TASKRUN) !== 0 && ring.owner !== thread) return 'EEXIST';
  publishHeldBack(kernel, ring);
  if (ring.dropped && kernel.decisions.reportsLoss && (ring.flags & IORING_SETUP.IOPOLL) !== 0)
    return tellLoss(ring);
  return 0;
};

/**
 * Enters to wait for completions.
 *
 * @param count - Completions to wait for; more than the queue can hold is taken as a queue full.
 * @returns What the call returned, or the waiter when it blocks.
 */
export const wait = (
  kernel: Kernel,
  thread: Thread,
  ring: Ring,
  count: number,
  timeoutMs: number,
  step: number,
): Outcome | Waiter => {
  const { decisions, lies } = kernel;
  const entered = getEvents(kernel, thread, ring);
  if (entered !== 0) return entered;
  const enough = Math.min(count, ring.cqEntries);
  if (ring.cq.length >= enough) return 0;
  if ((ring.flags & IORING_SETUP.IOPOLL) !== 0 && !decisions.iopollBlocks()) return 0;
  if (ring.dropped && decisions.reportsLoss) return ring.cq.length === 0 ? tellLoss(ring) : 0;
  if (decisions.returnsEarly()) return 0;
  const truth = kernel.nowUs + timeoutMs * 1000;
  const deadlineUs = lies.deadlineUs === null ? truth : lies.deadlineUs(truth, kernel, ring);
  const waiter = new Waiter(thread, ring, enough, deadlineUs, step);
  if (deadlineUs <= kernel.nowUs) return outcomeInTheEnd(kernel, waiter);
  thread.waiting = waiter;
  ring.waiters.push(waiter);
  kernel.waiting.push(waiter);
  return waiter;
};

/** Looks at the waiters of every ring where something happened. */
export const lookAtWaiters = (kernel: Kernel): void => {
  while (kernel.touched.length !== 0) {
    const rings = kernel.touched;
    kernel.touched = [];
    for (const ring of rings) for (const waiter of [...ring.waiters]) look(kernel, waiter);
  }
};

/** Ends the waits whose time is over by now. */
export const endDueWaits = (kernel: Kernel): void => {
  for (const waiter of [...kernel.waiting])
    if (waiter.deadlineUs <= kernel.nowUs) returnFrom(kernel, waiter, outcomeInTheEnd(kernel, waiter));
};

/** Lets a blocked call return. */
export const returnFrom = (kernel: Kernel, waiter: Waiter, outcome: Outcome): void => {
  if (waiter.returned) return;
  waiter.returned = true;
  waiter.thread.waiting = null;
  waiter.ring.waiters = waiter.ring.waiters.filter((other) => other !== waiter);
  kernel.waiting = kernel.waiting.filter((other) => other !== waiter);
  // Whoever has returned needs no waking any more.
  if (waiter.woken)
    kernel.pending = kernel.pending.filter((work) => work.kind !== 'wake' || work.waiter !== waiter);
  kernel.returned.push({ waiter, outcome, atUs: kernel.nowUs });
};

/** Publishes what a ring left to its owner, then what found no room. */
export const publishHeldBack = (kernel: Kernel, ring: Ring): void => {
  while (ring.taskWork.length !== 0) {
    const work = ring.taskWork;
    ring.taskWork = [];
    for (const item of work) {
      if (item instanceof Request) start(kernel, item);
      else if (kernel.exhausted && ring.full && !kernel.decisions.keepsTaskWork()) ring.dropped = true;
      else post(kernel, ring, item);
    }
  }
  flushOverflow(kernel, ring);
};

const look = (kernel: Kernel, waiter: Waiter): void => {
  const { ring } = waiter;
  publishHeldBack(kernel, ring);
  if (waiter.woken || ring.tail < waiter.tail) return;
  if (kernel.lies.wakes !== null && !kernel.lies.wakes(waiter, kernel)) return;
  waiter.woken = true;
  ring.history.wakes += 1;
  if (kernel.decisions.wakesNow()) returnFrom(kernel, waiter, 0);
  else kernel.pending.push({ kind: 'wake', waiter });
};

/** What a wait returns when its time is over: completions that are there, though too few, may count as success. */
const outcomeInTheEnd = (kernel: Kernel, waiter: Waiter): Outcome =>
  waiter.ring.cq.length !== 0 && kernel.decisions.fewerIsSuccess() ? 0 : 'ETIME';

const tellLoss = (ring: Ring): Outcome => {
  ring.dropped = false;
  return 'EBADR';
};
