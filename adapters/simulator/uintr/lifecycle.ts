/** Handlers, descriptors, fork, exec and the end of threads. */

import type { Result } from '#spec/index';
import { fileOf } from './calls.ts';
import type { DescriptorState, Kernel } from './kernel.ts';

const OK: Result = {};

export const registerHandler = (kernel: Kernel, number: number): Result => {
  const thread = kernel.thread(number);
  if (!kernel.state.hardware) return { error: 'EOPNOTSUPP' };
  if (thread.handler) return { error: 'EBUSY' };
  thread.handler = true;
  thread.registrations += 1;
  return OK;
};

export const unregisterHandler = (kernel: Kernel, number: number): Result => {
  const thread = kernel.thread(number);
  if (!thread.handler) return { error: 'EINVAL' };
  thread.handler = false;
  const waits = thread.posted.length + thread.recognised.length > 0;
  if (waits && kernel.decisions.draw('what waits when a handler is given up') === 'lost') {
    thread.posted = [];
    thread.recognised = [];
  }
  return OK;
};

/** One more descriptor for the same file. */
export const copy = (
  kernel: Kernel,
  descriptor: DescriptorState,
  change: Partial<DescriptorState>,
): Result => {
  const { state } = kernel;
  const made = { ...descriptor, ...change };
  state.descriptors = state.descriptors.filter(
    (one) => one.name !== made.name || one.process !== made.process,
  );
  state.descriptors.push(made);
  fileOf(kernel, descriptor).references += 1;
  return OK;
};

export const close = (kernel: Kernel, descriptor: DescriptorState): Result => {
  descriptor.open = false;
  const file = fileOf(kernel, descriptor);
  file.references -= 1;
  const isLast = file.references === 0;
  if (isLast || kernel.lies.frees?.(file, descriptor.process, kernel) === true) file.freed = true;
  if (!isLast) return OK;
  const thread = kernel.thread(file.thread);
  const waits = thread.posted.includes(file.vector) || thread.recognised.includes(file.vector);
  if (waits && kernel.decisions.draw('what waits when the last descriptor is closed') === 'dropped') {
    thread.posted = thread.posted.filter((vector) => vector !== file.vector);
    thread.recognised = thread.recognised.filter((vector) => vector !== file.vector);
  }
  return OK;
};

export const fork = (kernel: Kernel, number: number, child: number): Result => {
  const { state, decisions } = kernel;
  const { process } = kernel.thread(number);
  const made = state.limits.length;
  state.limits.push(null);
  const thread = kernel.thread(child);
  thread.process = made;
  thread.acted = true;
  thread.delivery = decisions.draw('delivery in a child') === 'on';
  for (const one of state.descriptors.filter((mine) => mine.process === process))
    if (one.open) copy(kernel, one, { process: made, inherited: true });
    else state.descriptors.push({ ...one, process: made, inherited: true });
  for (const one of state.entries.filter((entry) => entry.process === process))
    state.entries.push({ ...one, process: made, thread: child, child: true });
  for (const one of state.indexes.filter((index) => index.process === process))
    state.indexes.push({ ...one, process: made });
  return OK;
};

export const exec = (kernel: Kernel, number: number): Result => {
  const { state, decisions, lies } = kernel;
  const { process } = kernel.thread(number);
  state.threads.forEach((thread, index) => {
    if (thread.process !== process) return;
    thread.acted = true;
    thread.handler = false;
    thread.posted = [];
    thread.recognised = [];
    thread.log = [];
    thread.nested = 0;
    if (index === number) thread.delivery = decisions.draw('delivery in a child') === 'on';
    else thread.alive = false;
  });
  for (const one of state.entries) if (one.process === process) one.live = false;
  if (state.filledBy >= 0 && kernel.thread(state.filledBy).process === process) state.filledBy = -1;
  state.limits[process] = null;
  if (lies.survivesExec !== true)
    for (const one of state.descriptors)
      if (one.process === process && one.open && one.closeOnExec) close(kernel, one);
  return OK;
};

export const exit = (kernel: Kernel, number: number): Result => {
  const thread = kernel.thread(number);
  thread.alive = false;
  thread.handler = false;
  thread.posted = [];
  thread.recognised = [];
  if (thread.process !== 0)
    for (const one of kernel.state.descriptors)
      if (one.process === thread.process && one.open) close(kernel, one);
  return OK;
};
