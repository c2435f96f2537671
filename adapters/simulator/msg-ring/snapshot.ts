/** The complete state of a kernel as text, with times relative to now. */

import { type OpenFile, ringOf } from './descriptors.ts';
import type { Kernel, Work } from './kernel.ts';
import { honest } from './lies.ts';
import { Request, type Ring, type TaskWork, type Waiter } from './ring.ts';

/** Two kernels with equal text (and equal decisions to come) answer every further program alike. */
export const snapshotOf = (kernel: Kernel): string =>
  JSON.stringify({
    exhausted: kernel.exhausted,
    threads: kernel.threads.map(({ alive }) => alive),
    descriptors: kernel.descriptors.all.map(fileOf),
    rings: kernel.rings.map((ring) => ringState(kernel, ring)),
    pending: kernel.pending.map(workOf),
    ledger: kernel.lies === honest ? null : ledgerOf(kernel),
  });

const fileOf = (file: OpenFile | null): number | string | null => {
  if (file === null) return null;
  return ringOf(file)?.index ?? ('kind' in file ? file.kind : null);
};

const ringState = (kernel: Kernel, ring: Ring): unknown =>
  ring.released
    ? null
    : {
        flags: ring.flags,
        sizes: [ring.entries, ring.cqEntries],
        owner: ring.owner?.index ?? null,
        enabled: ring.enabled,
        references: ring.references,
        prepared: ring.prepared.map(requestOf),
        published: ring.published,
        cq: ring.cq,
        overflow: ring.overflow,
        overflowing: ring.overflowing,
        dropped: ring.dropped,
        taskWork: ring.taskWork.map(taskOf),
        inFlight: ring.inFlight,
        drained: ring.drained.map(requestOf),
        waiters: ring.waiters.map((waiter) => waiterOf(kernel, waiter)),
        counts: kernel.lies === honest ? null : [ring.received, ring.flushes, ring.wakes],
      };

const requestOf = (request: Request): unknown => ({
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
  next: request.next === null ? null : requestOf(request.next),
  onWorker: request.onWorker,
  fault: request.fault,
});

const taskOf = (task: TaskWork): unknown => (task instanceof Request ? requestOf(task) : task);

const waiterOf = (kernel: Kernel, waiter: Waiter): unknown => [
  waiter.thread.index,
  waiter.count,
  waiter.tail - waiter.ring.tail,
  waiter.deadlineUs - kernel.nowUs,
  waiter.step,
  waiter.woken,
];

const workOf = (work: Work): unknown => {
  if (work.kind === 'issue') return ['issue', requestOf(work.request)];
  if (work.kind === 'poll') return ['poll', work.ring.index];
  if (work.kind === 'wake') return ['wake', work.waiter.step];
  return [work.kind, work.ring.index, work.completion];
};

const ledgerOf = ({ ledger }: Kernel): unknown => [
  ledger.accepted,
  ledger.last === null ? null : requestOf(ledger.last),
  ledger.lastTarget?.index ?? null,
  ledger.refusal,
];
