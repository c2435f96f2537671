/** Completion queues: how completions are stored, overflow, surface again and are consumed. */

import type { Kernel } from './kernel.ts';
import type { Completion, Ring, TaskWork } from './ring.ts';

/** Stores a completion, in the queue or, when that has no room, in the overflow list. */
export const post = (kernel: Kernel, ring: Ring, completion: Completion): void => {
  if (ring.released) return;
  if (ring.cq.length < ring.cqEntries && ring.overflow.length === 0) {
    publish(kernel, ring, completion);
    return;
  }
  if (ring.cq.length >= ring.cqEntries) ring.overflowing = true;
  hold(kernel, ring, completion);
};

/** Stores a completion where it becomes visible only to a thread that enters for events. */
export const hold = (kernel: Kernel, ring: Ring, completion: Completion): void => {
  if (ring.released) return;
  ring.overflow.push(completion);
  touch(kernel, ring);
};

/** Leaves something to the owner of a deferred ring. */
export const leaveToOwner = (kernel: Kernel, ring: Ring, work: TaskWork): void => {
  if (ring.released) return;
  ring.taskWork.push(work);
  touch(kernel, ring);
};

/** Moves completions out of the overflow list as far as there is room, oldest first. */
export const flushOverflow = (kernel: Kernel, ring: Ring): void => {
  const room = ring.cqEntries - ring.cq.length;
  if (ring.overflow.length === 0 || room <= 0) return;
  const oldest = ring.overflow.splice(0, room);
  const moving = kernel.lies.flushed === null ? oldest : kernel.lies.flushed(oldest, ring, kernel);
  for (const completion of moving) publish(kernel, ring, completion);
  if (ring.overflow.length === 0) ring.overflowing = false;
  ring.history.flushes += 1;
};

/** Consumes visible completions, all of them when `max` is 0. */
const NO_COMPLETIONS: readonly Completion[] = [];

export const reap = (kernel: Kernel, ring: Ring, max: number): readonly Completion[] => {
  if (ring.overflow.length !== 0 && kernel.decisions.overflowRises()) flushOverflow(kernel, ring);
  if (max !== 0 && max < ring.cq.length) return ring.cq.splice(0, max);
  const all = ring.cq;
  // The queue itself is never handed out: an empty list seen now would fill up later.
  if (all.length === 0) return NO_COMPLETIONS;
  ring.cq = [];
  return all;
};

const publish = (kernel: Kernel, ring: Ring, completion: Completion): void => {
  const { cq } = ring;
  let index = kernel.decisions.position(cq.length);
  if (kernel.lies.position !== null) index = kernel.lies.position(index, ring);
  if (index === cq.length) cq.push(completion);
  else cq.splice(index, 0, completion);
  ring.tail += 1;
  touch(kernel, ring);
};

/** Notes that the waiters of a ring have to be looked at. */
const touch = (kernel: Kernel, ring: Ring): void => {
  if (ring.waiters.length !== 0 && !kernel.touched.includes(ring)) kernel.touched.push(ring);
};
