/** What happens by itself: workers, pollers, late completions and the passing of time. */

import { endDueWaits, lookAtWaiters, returnFrom } from './entering.ts';
import type { Kernel, Work } from './kernel.ts';
import { release } from './lifecycle.ts';
import { leaveToOwner, post } from './queues.ts';
import { issue } from './requests.ts';
import type { Waiter } from './ring.ts';
import { poll } from './submitting.ts';

/** Lets happen what this system has got round to when a step ends. */
export const afterStep = (kernel: Kernel): void => {
  if (kernel.pending.length !== 0) {
    if (kernel.decisions.prompt) runAll(kernel);
    else runSome(kernel);
  }
  if (kernel.waiting.length === 0 && kernel.touched.length === 0) return;
  lookAtWaiters(kernel);
  for (const waiter of kernel.waiting) if (kernel.decisions.returnsEarly()) returnFrom(kernel, waiter, 0);
  endDueWaits(kernel);
};

/** Lets everything happen that happens by itself, without letting the time of any wait pass. */
export const settle = (kernel: Kernel): void => {
  runAll(kernel);
  const { lies } = kernel;
  lies.atSettle?.(kernel);
  lookAtWaiters(kernel);
  if (lies.settleEndsTime === null) return;
  for (const waiter of kernel.waiting) if (lies.settleEndsTime(waiter)) returnFrom(kernel, waiter, 'ETIME');
};

/** Lets time pass until a call has returned: to the end of its own time if nothing else ends it. */
export const passTimeUntilReturned = (kernel: Kernel, waiter: Waiter): void => {
  for (;;) {
    runAll(kernel);
    if (waiter.returned) return;
    const next = kernel.waiting.reduce((first, other) =>
      other.deadlineUs < first.deadlineUs ? other : first,
    );
    kernel.nowUs = Math.max(kernel.nowUs, next.deadlineUs + kernel.decisions.latenessUs());
    endDueWaits(kernel);
  }
};

/** Rings whose last descriptor was closed while a thread waited on them end with the wait. */
export const releaseAfterWait = (kernel: Kernel, waiter: Waiter): void => {
  if (waiter.ring.references === 0) release(kernel, waiter.ring);
};

const runAll = (kernel: Kernel): void => {
  do {
    while (kernel.pending.length !== 0) {
      const works = kernel.pending;
      kernel.pending = [];
      for (const work of works) perform(kernel, work);
    }
    lookAtWaiters(kernel);
  } while (kernel.pending.length !== 0);
};

const runSome = (kernel: Kernel): void => {
  const works = kernel.pending;
  kernel.pending = [];
  for (const work of works) {
    if (work.kind === 'wake' && work.waiter.returned) continue;
    if (kernel.decisions.ready()) perform(kernel, work);
    else kernel.pending.push(work);
  }
};

const perform = (kernel: Kernel, work: Work): void => {
  if (work.kind === 'issue') issue(kernel, work.request);
  else if (work.kind === 'post') post(kernel, work.ring, work.completion);
  else if (work.kind === 'message') leaveToOwner(kernel, work.ring, work.completion);
  else if (work.kind === 'poll') poll(kernel, work.ring);
  else returnFrom(kernel, work.waiter, 0);
};
