/** What an entry comes to once it has been taken from its queue: refused or accepted, now or on a worker. */

import { type Errno, errno } from '#spec/msg-ring/errno';
import { IORING_SETUP, IOSQE } from '#spec/msg-ring/flags';
import type { Decisions } from './decisions.ts';
import { nonDescriptorKind, type OpenFile, ringOf } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { hold, leaveToOwner, post } from './queues.ts';
import type { Completion, Request, Ring } from './ring.ts';

/**
 * What is done with an accepted entry: send its message the ordinary way, past an owner who cannot fetch it any more,
 * or nowhere (lost on the way, or never meant to be one).
 */
type Fate = 'send' | 'send-past-owner' | 'send-nothing';

/** Flags that tie an entry to those before or behind it. */
const IN_ORDER = IOSQE.IO_DRAIN | IOSQE.IO_LINK | IOSQE.IO_HARDLINK;

/** Starts an entry: at once, on a worker, or when those before it have completed. */
export const start = (kernel: Kernel, request: Request): void => {
  const { source, sqeFlags } = request;
  const mustWait = (sqeFlags & IOSQE.IO_DRAIN) !== 0 && source.inFlight > 0;
  if (mustWait || source.drained.length > 0) source.drained.push(request);
  else if ((sqeFlags & IOSQE.ASYNC) !== 0) giveToWorker(kernel, request);
  else if ((sqeFlags & IN_ORDER) !== 0 && kernel.decisions.linkedAsync()) giveToWorker(kernel, request);
  else issue(kernel, request);
};

/** Carries an entry out: looks at its target, refuses or sends, and completes it. */
export const issue = (kernel: Kernel, request: Request): void => {
  const file = kernel.descriptors.at(request.fd);
  const target = (request.sqeFlags & IOSQE.FIXED_FILE) !== 0 ? null : ringOf(file);
  const verdict = applyLie(kernel, request, file, judge(kernel, request, file, target));
  if (isRefusal(verdict)) {
    refuse(kernel, request, target, verdict);
    return;
  }
  const toItself = target === request.source && (target.flags & IORING_SETUP.IOPOLL) !== 0;
  if (toItself && !request.onWorker && kernel.decisions.iopollSelfAsync()) {
    giveToWorker(kernel, request);
    return;
  }
  if (target !== null) accept(kernel, request, target, verdict);
  complete(kernel, request, kernel.decisions.successValue());
};

/** Fails an entry without looking at its target. */
export const fail = (kernel: Kernel, request: Request, error: Errno): void => {
  refuse(kernel, request, ringOf(kernel.descriptors.at(request.fd)), error);
};

/** Cancels an entry and all behind it in its chain. `silent`: without source completions. */
export const cancel = (kernel: Kernel, first: Request | null, silent: boolean): void => {
  for (let request = first; request !== null; ) {
    const { next } = request;
    request.next = null;
    if (silent) settleWorker(kernel, request);
    else complete(kernel, request, -errno.ECANCELED);
    request = next;
  }
};

/** Posts a source completion, which a full queue without memory may lose. */
export const postOwn = (kernel: Kernel, ring: Ring, completion: Completion): void => {
  if (kernel.exhausted && ring.full && !kernel.decisions.keepsOwn()) ring.dropped = true;
  else post(kernel, ring, completion);
};

const isRefusal = (verdict: Errno | Fate): verdict is Errno =>
  verdict !== 'send' && verdict !== 'send-past-owner' && verdict !== 'send-nothing';

/** The refusals that apply, in the order of the checks; reused, because most entries have none. */
const refusals: Errno[] = [];

const judge = (
  kernel: Kernel,
  request: Request,
  file: OpenFile | null,
  target: Ring | null,
): Errno | Fate => {
  const { decisions } = kernel;
  let fate: Fate = 'send';
  refusals.length = 0;
  if (target === null) refusals.push(noTarget(decisions, request, file));
  else if (request.command !== '0x0') {
    const command = decisions.command(request, target);
    if (command === 'silence') fate = 'send-nothing';
    else if (command !== 'message') refusals.push(command);
  }
  if ((request.flags & ~decisions.acceptedFlags) !== 0) refusals.push('EINVAL');
  if (request.foreign !== 0 && decisions.foreignRefused(request)) refusals.push('EINVAL');
  if (request.sqeFlags !== 0 && decisions.sqeFlagsRefused()) refusals.push('EINVAL');
  if (target !== null && !target.enabled && decisions.disabledRefused(target.deferred))
    refusals.push('EBADFD');
  if (refusals.length !== 0) return refusals.length === 1 ? first(refusals) : decisions.which(refusals);
  if (target === null || fate !== 'send') return fate;
  return resources(kernel, target);
};

const first = (list: readonly Errno[]): Errno => list[0] ?? 'EINVAL';

const noTarget = (decisions: Decisions, request: Request, file: OpenFile | null): Errno => {
  if ((request.sqeFlags & IOSQE.FIXED_FILE) !== 0) return decisions.fixedFile();
  if (file !== null && ringOf(file) === null && !isPath(file)) return 'EBADFD';
  return decisions.nonDescriptor(nonDescriptorKind(request.fd, file));
};

const isPath = (file: OpenFile): boolean => 'kind' in file && file.kind === 'path';

/** What memory and the life of the target's owner make of a message that is right in itself. */
const resources = (kernel: Kernel, target: Ring): Errno | Fate => {
  const { decisions } = kernel;
  if (kernel.exhausted) {
    const fate = decisions.withoutMemory(target.deferred, target.full);
    if (fate === 'EOVERFLOW') target.dropped = true;
    if (fate === 'lost') return 'send-nothing';
    if (fate !== 'accepted') return fate;
  }
  if (!target.deferred || target.owner === null || target.owner.alive) return 'send';
  const fate = decisions.deadOwner();
  if (fate === 'EOWNERDEAD') return fate;
  return fate === 'delivered' ? 'send-past-owner' : 'send-nothing';
};

const applyLie = (
  kernel: Kernel,
  request: Request,
  file: OpenFile | null,
  verdict: Errno | Fate,
): Errno | Fate => {
  if (kernel.lies.refusal === null) return verdict;
  const honest = isRefusal(verdict) ? verdict : null;
  const said = kernel.lies.refusal(honest, request, file, kernel);
  return said ?? (honest === null ? (verdict as Fate) : 'send');
};

const refuse = (kernel: Kernel, request: Request, target: Ring | null, error: Errno): void => {
  kernel.ledger.refusal = error;
  if (target !== null && kernel.lies.postsRefused?.(error, request, kernel) === true)
    deliver(kernel, target, messageOf(kernel, request, target), false);
  complete(kernel, request, -errno[error]);
};

const accept = (kernel: Kernel, request: Request, target: Ring, fate: Fate): void => {
  const { lies, ledger } = kernel;
  if (fate !== 'send-nothing') {
    const recipient = lies.recipient === null ? target : lies.recipient(target, request, kernel);
    const copies = lies.copies === null ? 1 : lies.copies(request, recipient, kernel);
    for (let copy = 0; copy < copies; copy += 1)
      deliver(kernel, recipient, messageOf(kernel, request, recipient), fate === 'send-past-owner');
  }
  ledger.accepted += 1;
  target.history.received += 1;
  request.source.history.sent += 1;
  ledger.last = request;
  ledger.lastTarget = target;
};

/** The completion that a message posts on its target. */
export const messageOf = (kernel: Kernel, request: Request, target: Ring): Completion => {
  const { decisions, lies } = kernel;
  const passes = (request.flags & decisions.acceptedFlags) !== 0;
  const flags = passes ? request.fileIndex : decisions.targetFlags();
  const completion = { user_data: request.data, res: request.len | 0, flags };
  return lies.payload === null ? completion : lies.payload(completion, request, target, kernel);
};

/** Brings a message to its target. */
export const deliver = (kernel: Kernel, target: Ring, completion: Completion, pastOwner: boolean): void => {
  const deferred = target.deferred && !pastOwner;
  const delivery = kernel.decisions.messageDelivery(deferred);
  if (delivery === 'later')
    kernel.pending.push({ kind: deferred ? 'message' : 'post', ring: target, completion });
  else if (delivery === 'at-once') post(kernel, target, completion);
  else if (deferred) leaveToOwner(kernel, target, completion);
  else hold(kernel, target, completion);
};

const giveToWorker = (kernel: Kernel, request: Request): void => {
  request.onWorker = true;
  request.source.inFlight += 1;
  kernel.pending.push({ kind: 'issue', request });
};

const complete = (kernel: Kernel, request: Request, res: number): void => {
  const { decisions, lies } = kernel;
  const skips = res >= 0 && (request.sqeFlags & IOSQE.CQE_SKIP_SUCCESS) !== 0 && decisions.skipHonoured();
  const copies =
    lies.ownCopies === null ? (skips ? 0 : 1) : lies.ownCopies(skips ? 0 : 1, res, request, kernel);
  for (let copy = 0; copy < copies; copy += 1) {
    const truth = { user_data: request.userData, res, flags: 0 };
    const completion = lies.own === null ? truth : lies.own(truth, request, kernel);
    const ring = lies.ownRing === null ? request.source : lies.ownRing(request.source, res, request, kernel);
    deliverOwn(kernel, request, ring, completion);
  }
  settleWorker(kernel, request);
  if (request.next !== null) follow(kernel, request, request.next, res);
};

const deliverOwn = (kernel: Kernel, request: Request, ring: Ring, completion: Completion): void => {
  if (request.onWorker && ring.deferred) {
    leaveToOwner(kernel, ring, completion);
    return;
  }
  const delivery = kernel.decisions.ownDelivery();
  if (delivery === 'later') kernel.pending.push({ kind: 'post', ring, completion });
  else if (delivery === 'held') hold(kernel, ring, completion);
  else if (kernel.batch !== null) kernel.batch.push({ ring, completion });
  else postOwn(kernel, ring, completion);
};

/** A request leaves its worker; the last one lets go what IO_DRAIN held back. */
const settleWorker = (kernel: Kernel, request: Request): void => {
  if (!request.onWorker) return;
  const { source } = request;
  source.inFlight -= 1;
  if (source.inFlight > 0 || source.drained.length === 0) return;
  const heldBack = source.drained;
  source.drained = [];
  for (const waiting of heldBack) start(kernel, waiting);
};

/** Goes on with a chain after one of its members completed. */
const follow = (kernel: Kernel, request: Request, next: Request, res: number): void => {
  const { decisions, lies } = kernel;
  const fails = res < 0 && (request.sqeFlags & IOSQE.IO_HARDLINK) === 0;
  const failed = lies.failsChain === null ? fails : lies.failsChain(fails, res, request);
  if (failed && decisions.cancelsRest()) {
    const silent = (request.sqeFlags & IOSQE.CQE_SKIP_SUCCESS) !== 0 && decisions.silencesRest();
    cancel(kernel, next, silent);
  } else if (request.source.deferred && decisions.chainsWait()) leaveToOwner(kernel, request.source, next);
  else start(kernel, next);
};
