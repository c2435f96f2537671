/** Rings, descriptors and threads: how they come to be, are shared and end. */

import type { Errno } from '#spec/msg-ring/errno';
import { IORING_SETUP } from '#spec/msg-ring/flags';
import { type OpenFile, PlainFile, ringOf } from './descriptors.ts';
import { publishHeldBack } from './entering.ts';
import type { Kernel } from './kernel.ts';
import { cancel } from './requests.ts';
import { Ring, type Thread } from './ring.ts';

/** IORING_SETUP_* combinations that no kernel allows. */
const contradicts = (flags: number): boolean =>
  ((flags & IORING_SETUP.DEFER_TASKRUN) !== 0 && (flags & IORING_SETUP.SINGLE_ISSUER) === 0) ||
  ((flags & IORING_SETUP.SQPOLL) !== 0 &&
    (flags & (IORING_SETUP.DEFER_TASKRUN | IORING_SETUP.COOP_TASKRUN)) !== 0);

/**
 * Makes a ring.
 *
 * @param entries - Submission entries asked for; rounded up to a power of two.
 * @param cqEntries - Completion entries asked for, rounded likewise; 0 asks for twice the submission entries.
 * @param understood - IORING_SETUP_* bits that this system knows.
 * @returns The ring without a descriptor yet, or the error.
 */
export const setup = (
  kernel: Kernel,
  thread: Thread,
  entries: number,
  cqEntries: number,
  flags: number,
  understood: number,
): Ring | Errno => {
  const sqSize = powerOfTwo(entries);
  const cqSize = cqEntries === 0 ? 2 * sqSize : powerOfTwo(cqEntries);
  if ((flags & ~understood) !== 0 || contradicts(flags) || cqSize < sqSize) return 'EINVAL';
  if (kernel.exhausted && !kernel.decisions.setupWithoutMemory()) return 'ENOMEM';
  const enabled = (flags & IORING_SETUP.R_DISABLED) === 0;
  const ring = new Ring(kernel.rings.length, flags, sqSize, cqSize, enabled ? thread : null, enabled);
  for (const { released } of kernel.rings) if (released) ring.history.madeAfter += 1;
  kernel.rings.push(ring);
  return ring;
};

/** Enables a ring; of a single-issuer ring made disabled, the thread that does so becomes the owner. */
export const enable = (kernel: Kernel, thread: Thread, ring: Ring): Errno | null => {
  if (ring.enabled) return 'EBADFD';
  ring.enabled = true;
  ring.owner = thread;
  if (ring.published > 0) kernel.pending.push({ kind: 'poll', ring });
  return null;
};

/** Opens a file that is not a ring; null without memory. */
export const open = (kernel: Kernel, kind: string): OpenFile | null =>
  kernel.exhausted && !kernel.decisions.setupWithoutMemory() ? null : new PlainFile(kind);

/** Closes a descriptor. A ring ends with its last one, unless a thread still waits on it. */
export const close = (kernel: Kernel, number: number): void => {
  const ring = ringOf(kernel.descriptors.at(number));
  kernel.descriptors.remove(number);
  if (ring === null) return;
  ring.references -= 1;
  ring.history.closed += 1;
  if (ring.references === 0) release(kernel, ring);
};

/** Lets a ring go that no descriptor denotes. */
export const release = (kernel: Kernel, ring: Ring): void => {
  if (ring.waiters.length !== 0) return;
  ring.released = true;
  if (kernel.pending.length !== 0)
    kernel.pending = kernel.pending.filter(
      (work) => work.kind !== 'issue' || work.request.source !== ring || !kernel.decisions.cancelledAtEnd(),
    );
  kernel.lies.atRelease?.(kernel, ring);
};

/** Ends a thread. Its rings stay, and nobody can do for them what only their owner may. */
export const exit = (kernel: Kernel, thread: Thread): void => {
  const submitted = kernel.pending.filter(
    (work) => work.kind === 'issue' && work.request.submitter === thread,
  );
  for (const work of submitted)
    if (work.kind === 'issue' && kernel.decisions.cancelledAtEnd()) {
      kernel.pending = kernel.pending.filter((other) => other !== work);
      cancel(kernel, work.request, false);
    }
  for (const ring of kernel.rings)
    if (
      ring.deferred &&
      ring.owner === thread &&
      ring.taskWork.length !== 0 &&
      kernel.decisions.publishedAtExit()
    )
      publishHeldBack(kernel, ring);
  thread.alive = false;
  kernel.lies.atExit?.(kernel, thread);
};

const powerOfTwo = (count: number): number => {
  let size = 1;
  while (size < count) size *= 2;
  return size;
};
