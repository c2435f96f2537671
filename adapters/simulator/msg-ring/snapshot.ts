/**
 * The complete state of a kernel as data, with times relative to now, and a kernel made from it again. Two kernels with
 * equal data (and equal decisions to come) answer every further program alike.
 */

import type { Errno } from '#spec/msg-ring/errno';
import type { Decisions } from './decisions.ts';
import { type OpenFile, PlainFile } from './descriptors.ts';
import { Kernel, type Work } from './kernel.ts';
import { honest, type Lies } from './lies.ts';
import { type Completion, type History, Request, Ring, type TaskWork, type Thread, Waiter } from './ring.ts';

/** An open file: a ring by its index, another file by what it is and the place where it is first in the table. */
type FileState = number | { readonly kind: string; readonly first: number } | null;

interface RequestState {
  readonly source: number;
  readonly fd: number;
  readonly len: number;
  readonly data: string;
  readonly flags: number;
  readonly userData: string;
  readonly command: string;
  readonly foreign: number;
  readonly fileIndex: number;
  readonly sqeFlags: number;
  readonly batchIndex: number;
  readonly submitter: number | null;
  readonly next: RequestState | null;
  readonly onWorker: boolean;
  readonly fault: Errno | null;
}

/** A completion, or a request to start. */
type TaskState = { readonly completion: Completion } | { readonly request: RequestState };

/** What is left of a ring that nothing denotes: others still work for it, or are held back by it. */
interface RemainsState {
  readonly flags: number;
  readonly sizes: readonly [entries: number, cqEntries: number];
  readonly owner: number | null;
  readonly enabled: boolean;
  readonly inFlight: number;
  readonly drained: readonly RequestState[];
  readonly taskWork: readonly TaskState[];
}

interface RingState extends RemainsState {
  readonly references: number;
  readonly prepared: readonly RequestState[];
  readonly published: number;
  readonly cq: readonly Completion[];
  readonly overflow: readonly Completion[];
  readonly overflowing: boolean;
  readonly dropped: boolean;
  /** Null where nobody reads them: the kernel is honest. */
  readonly history: Readonly<History> | null;
}

interface WaiterState {
  readonly thread: number;
  readonly ring: number;
  readonly count: number;
  readonly missing: number;
  readonly leftUs: number;
  readonly step: number;
  readonly woken: boolean;
}

type WorkState =
  | { readonly kind: 'issue'; readonly request: RequestState }
  | { readonly kind: 'post' | 'message'; readonly ring: number; readonly completion: Completion }
  | { readonly kind: 'poll'; readonly ring: number }
  | { readonly kind: 'wake'; readonly step: number };

export interface KernelState {
  readonly exhausted: boolean;
  readonly alive: readonly boolean[];
  readonly descriptors: readonly FileState[];
  readonly rings: readonly (RingState | RemainsState)[];
  /** Calls that wait, in the order in which they began. */
  readonly waiting: readonly WaiterState[];
  readonly pending: readonly WorkState[];
  /** Null where nobody reads it: the kernel is honest. */
  readonly ledger: {
    readonly accepted: number;
    readonly last: RequestState | null;
    readonly lastTarget: number | null;
    readonly refusal: Errno | null;
  } | null;
}

/** The state of a kernel between two steps. */
export const snapshotOf = (kernel: Kernel): KernelState => {
  const { ledger, lies } = kernel;
  const files = kernel.descriptors.all;
  return {
    exhausted: kernel.exhausted,
    alive: kernel.threads.map(({ alive }) => alive),
    descriptors: files.map((file) => fileState(file, files)),
    rings: kernel.rings.map((ring) => (ring.released ? remains(ring) : ringState(ring, lies))),
    waiting: kernel.waiting.map((waiter) => waiterState(waiter, kernel.nowUs)),
    pending: kernel.pending.map(workState),
    ledger:
      lies === honest
        ? null
        : {
            accepted: ledger.accepted,
            last: ledger.last && requestState(ledger.last),
            lastTarget: ledger.lastTarget?.index ?? null,
            refusal: ledger.refusal,
          },
  };
};

const fileState = (file: OpenFile | null, files: readonly (OpenFile | null)[]): FileState => {
  if (file === null) return null;
  return file instanceof Ring ? file.index : { kind: file.kind, first: files.indexOf(file) };
};

const remains = (ring: Ring): RemainsState => ({
  flags: ring.flags,
  sizes: [ring.entries, ring.cqEntries],
  owner: ring.owner?.index ?? null,
  enabled: ring.enabled,
  inFlight: ring.inFlight,
  drained: ring.drained.map(requestState),
  taskWork: ring.taskWork.map(taskState),
});

const ringState = (ring: Ring, lies: Lies): RingState => ({
  ...remains(ring),
  references: ring.references,
  prepared: ring.prepared.map(requestState),
  published: ring.published,
  cq: ring.cq,
  overflow: ring.overflow,
  overflowing: ring.overflowing,
  dropped: ring.dropped,
  history: lies === honest ? null : ring.history,
});

const requestState = (request: Request): RequestState => ({
  source: request.source.index,
  fd: request.fd,
  len: request.len,
  data: request.data,
  flags: request.flags,
  userData: request.userData,
  command: request.command,
  foreign: request.foreign,
  fileIndex: request.fileIndex,
  sqeFlags: request.sqeFlags,
  batchIndex: request.batchIndex,
  submitter: request.submitter?.index ?? null,
  next: request.next && requestState(request.next),
  onWorker: request.onWorker,
  fault: request.fault,
});

const taskState = (task: TaskWork): TaskState =>
  task instanceof Request ? { request: requestState(task) } : { completion: task };

const waiterState = (waiter: Waiter, nowUs: number): WaiterState => ({
  thread: waiter.thread.index,
  ring: waiter.ring.index,
  count: waiter.count,
  missing: waiter.tail - waiter.ring.tail,
  leftUs: waiter.deadlineUs - nowUs,
  step: waiter.step,
  woken: waiter.woken,
});

const workState = (work: Work): WorkState => {
  if (work.kind === 'issue') return { kind: 'issue', request: requestState(work.request) };
  if (work.kind === 'poll') return { kind: 'poll', ring: work.ring.index };
  if (work.kind === 'wake') return { kind: 'wake', step: work.waiter.step };
  return { kind: work.kind, ring: work.ring.index, completion: work.completion };
};

/** A kernel in the state of a snapshot, at time 0. */
export const kernelOf = (state: KernelState, decisions: Decisions, lies: Lies): Kernel => {
  const kernel = new Kernel(decisions, lies, state.alive.length);
  kernel.exhausted = state.exhausted;
  for (const [index, alive] of state.alive.entries()) threadAt(kernel, index).alive = alive;
  // Requests name rings, so all rings are there before what is in them.
  for (const [index, { flags, sizes, owner, enabled }] of state.rings.entries()) {
    const by = owner === null ? null : threadAt(kernel, owner);
    kernel.rings.push(new Ring(index, flags, sizes[0], sizes[1], by, enabled));
  }
  for (const [index, ring] of state.rings.entries()) fill(kernel, ringAt(kernel, index), ring);
  for (const [index, file] of state.descriptors.entries()) {
    const number = kernel.descriptors.add(openFile(kernel, file, index));
    if (file === null) kernel.descriptors.remove(number);
  }
  for (const waiter of state.waiting) resumeWait(kernel, waiter);
  kernel.pending = state.pending.map((work) => workOf(kernel, work));
  if (state.ledger !== null) {
    const { accepted, last, lastTarget, refusal } = state.ledger;
    kernel.ledger.accepted = accepted;
    kernel.ledger.last = last && requestOf(kernel, last);
    kernel.ledger.lastTarget = lastTarget === null ? null : ringAt(kernel, lastTarget);
    kernel.ledger.refusal = refusal;
  }
  return kernel;
};

const threadAt = (kernel: Kernel, index: number): Thread => kernel.threads[index] as Thread;
const ringAt = (kernel: Kernel, index: number): Ring => kernel.rings[index] as Ring;

const fill = (kernel: Kernel, ring: Ring, state: RingState | RemainsState): void => {
  ring.inFlight = state.inFlight;
  ring.drained = state.drained.map((request) => requestOf(kernel, request));
  ring.taskWork = state.taskWork.map((task) =>
    'request' in task ? requestOf(kernel, task.request) : task.completion,
  );
  ring.released = !('references' in state);
  ring.references = 0;
  if (!('references' in state)) return;
  ring.references = state.references;
  ring.prepared = state.prepared.map((request) => requestOf(kernel, request));
  ring.published = state.published;
  ring.cq = [...state.cq];
  ring.tail = ring.cq.length;
  ring.overflow = [...state.overflow];
  ring.overflowing = state.overflowing;
  ring.dropped = state.dropped;
  Object.assign(ring.history, state.history);
};

const openFile = (kernel: Kernel, file: FileState, index: number): OpenFile => {
  if (typeof file === 'number') return ringAt(kernel, file);
  const first = file === null || file.first === index ? null : kernel.descriptors.all[file.first];
  return first ?? new PlainFile(file?.kind ?? 'closed');
};

const requestOf = (kernel: Kernel, state: RequestState): Request => {
  const { fd, len, data, flags, userData, command, foreign, fileIndex, sqeFlags } = state;
  const source = ringAt(kernel, state.source);
  const request = new Request(source, fd, len, data, flags, userData, command, foreign, fileIndex, sqeFlags);
  request.batchIndex = state.batchIndex;
  request.submitter = state.submitter === null ? null : threadAt(kernel, state.submitter);
  request.next = state.next && requestOf(kernel, state.next);
  request.onWorker = state.onWorker;
  request.fault = state.fault;
  return request;
};

const resumeWait = (kernel: Kernel, state: WaiterState): void => {
  const thread = threadAt(kernel, state.thread);
  const ring = ringAt(kernel, state.ring);
  const waiter = new Waiter(thread, ring, state.count, state.leftUs, state.step, ring.tail + state.missing);
  waiter.woken = state.woken;
  thread.waiting = waiter;
  ring.waiters.push(waiter);
  kernel.waiting.push(waiter);
};

const workOf = (kernel: Kernel, work: WorkState): Work => {
  switch (work.kind) {
    case 'issue':
      return { kind: 'issue', request: requestOf(kernel, work.request) };
    case 'poll':
      return { kind: 'poll', ring: ringAt(kernel, work.ring) };
    case 'wake':
      return { kind: 'wake', waiter: kernel.waiting.find(({ step }) => step === work.step) as Waiter };
    default:
      return { kind: work.kind, ring: ringAt(kernel, work.ring), completion: work.completion };
  }
};
