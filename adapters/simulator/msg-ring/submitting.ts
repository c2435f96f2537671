/** Submission queues: entries are prepared, published, and taken in batches and chains. */

import { IORING_SETUP, IOSQE } from '#spec/msg-ring/flags';
import { ringOf } from './descriptors.ts';
import { getEvents } from './entering.ts';
import type { Kernel, Outcome } from './kernel.ts';
import { cancel, deliver, fail, messageOf, postOwn, start } from './requests.ts';
import type { Request, Ring, Thread } from './ring.ts';

const LINKED = IOSQE.IO_LINK | IOSQE.IO_HARDLINK;

/** Fills in the next free entry; false when the queue has none. Nothing is sent. */
export const prepare = (kernel: Kernel, request: Request): boolean => {
  const ring = request.source;
  if (ring.prepared.length - ring.published >= ring.entries) return false;
  // The entries that a poller has been shown and not taken yet still fill the queue: whoever prepares waits for it.
  if (ring.prepared.length >= ring.entries) poll(kernel, ring);
  if (ring.prepared.length >= ring.entries) return false;
  ring.prepared.push(request);
  if (kernel.lies.sendsWhenPrepared?.(kernel, request) === true) {
    const target = ringOf(kernel.descriptors.at(request.fd));
    if (target !== null) deliver(kernel, target, messageOf(kernel, request, target), false);
  }
  return true;
};

/**
 * Publishes prepared entries and enters the kernel once.
 *
 * @param count - Entries to submit at most; 0 means all.
 * @returns Entries consumed (with a poller: published), or the error.
 */
export const submit = (
  kernel: Kernel,
  thread: Thread,
  ring: Ring,
  count: number,
  getevents: boolean,
): Outcome => {
  const { lies } = kernel;
  kernel.ledger.refusal = null;
  const honest = enter(kernel, thread, ring, count, getevents);
  return lies.submitted === null ? honest : lies.submitted(honest, kernel, ring);
};

/** Lets the poller of a ring take what it has been shown. */
export const poll = (kernel: Kernel, ring: Ring): void => {
  if (!ring.enabled || ring.released || ring.published === 0) return;
  const offered = ring.published;
  ring.published = 0;
  const left = offered - take(kernel, ring, null, offered);
  ring.published = left;
  if (left > 0) kernel.pending.push({ kind: 'poll', ring });
};

const enter = (kernel: Kernel, thread: Thread, ring: Ring, count: number, getevents: boolean): Outcome => {
  const prepared = ring.prepared.length - ring.published;
  const offered = count === 0 ? prepared : Math.min(count, prepared);
  let value = offered;
  if ((ring.flags & IORING_SETUP.SQPOLL) !== 0) {
    ring.published += offered;
    if (!ring.enabled) return 'EBADFD';
    if (offered > 0) kernel.pending.push({ kind: 'poll', ring });
  } else {
    if (!ring.enabled) return 'EBADFD';
    if (offered > 0) {
      if ((ring.flags & IORING_SETUP.SINGLE_ISSUER) !== 0 && ring.owner !== thread) return 'EEXIST';
      value = take(kernel, ring, thread, kernel.decisions.consumed(offered));
      if (value !== offered) return value;
    }
  }
  if (!getevents) return value;
  const entered = getEvents(kernel, thread, ring);
  return value === 0 ? entered : value;
};

/** Takes entries from the head of the queue, chain by chain; returns how many. */
const take = (kernel: Kernel, ring: Ring, submitter: Thread | null, honest: number): number => {
  const count = kernel.lies.taken === null ? honest : kernel.lies.taken(honest, ring);
  const queue = ring.prepared;
  const batch: NonNullable<Kernel['batch']> = [];
  kernel.batch = batch;
  let taken = 0;
  let stopped = false;
  while (taken < count && !stopped) {
    const head = queue[taken] as Request;
    let member = head;
    let faulty = false;
    for (;;) {
      member.batchIndex = taken;
      member.submitter = submitter;
      taken += 1;
      const fault = kernel.decisions.entryFault(member);
      if (fault !== null) {
        member.fault = fault;
        faulty = true;
      }
      if ((member.sqeFlags & LINKED) === 0) {
        stopped = fault !== null && kernel.decisions.stopsBatch();
        break;
      }
      if (taken >= count) break;
      member.next = queue[taken] as Request;
      member = member.next;
    }
    if (!faulty) start(kernel, head);
    else if (head.next === null) fail(kernel, head, head.fault ?? 'EINVAL');
    else if (kernel.decisions.failsWhole()) failChain(kernel, head);
    else start(kernel, head);
  }
  if (taken === queue.length) ring.prepared = [];
  else queue.splice(0, taken);
  kernel.batch = null;
  for (const { ring: source, completion } of batch) postOwn(kernel, source, completion);
  return kernel.lies.taken === null ? taken : Math.min(taken, honest);
};

/**
 * Fails every member of a chain: the faulty ones with their fault, the others as cancelled; behind a head that asks for
 * no completion on success, perhaps without a word.
 */
const failChain = (kernel: Kernel, head: Request): void => {
  const rest = head.next;
  failMember(kernel, head);
  const silent = (head.sqeFlags & IOSQE.CQE_SKIP_SUCCESS) !== 0 && kernel.decisions.silencesRest();
  if (silent) cancel(kernel, rest, true);
  else
    for (let member = rest; member !== null; ) {
      const { next }: Request = member;
      failMember(kernel, member);
      member = next;
    }
};

const failMember = (kernel: Kernel, member: Request): void => {
  member.next = null;
  if (member.fault === null) cancel(kernel, member, false);
  else fail(kernel, member, member.fault);
};
