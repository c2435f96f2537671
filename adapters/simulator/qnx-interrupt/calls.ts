/** What the calls do. */

import type { Result } from '#spec/index';
import { OK, skipped } from '../stepwise-program.ts';
import { type AttachmentState, type Kernel, LINE_MAX, processOf, type ThreadState } from './kernel.ts';
import type { Attaching } from './lies.ts';

const named = new Set(['', 'END', 'NO_UNMASK', 'EXCLUSIVE', 'CPU_LOCAL']);

/** Errors that apply to an attach call, in the order of the page. */
const errorsOf = (kernel: Kernel, call: Attaching): readonly string[] => {
  const { thread, vector, event, flags } = call;
  const { state, decisions } = kernel;
  const abilities = state.abilities[processOf(thread)];
  const errors: string[] = [];
  const all = kernel.attached(kernel.line(vector));
  const refuses = (
    point: 'unknown-flags@attach' | 'unknown-event@attach' | 'memory-event@attach' | 'signal-thread@attach',
  ) => decisions.choice(point) === 'refused';
  if (abilities?.interrupt !== true || (event === 'THREAD' && !abilities.thread)) errors.push('EPERM');
  if (event === 'unreadable') errors.push('EFAULT');
  if (
    event === 'NONE' ||
    event === 'UNBLOCK' ||
    (event === 'SIGNAL_THREAD' && refuses('signal-thread@attach')) ||
    (event === 'MEMORY' && refuses('memory-event@attach')) ||
    (event === 'unknown' && refuses('unknown-event@attach')) ||
    vector === 'invalid' ||
    (flags.has('CPU_LOCAL') && !(state.threads[thread] as ThreadState).bound) ||
    ([...flags].some((one) => !named.has(one)) && refuses('unknown-flags@attach'))
  )
    errors.push('EINVAL');
  else if (
    flags.has('CPU_LOCAL') !== (vector === 'local') &&
    decisions.draw('flag and vector disagree') === 'refused'
  )
    errors.push('EINVAL');
  if (event === 'INTR' && (state.threads[thread] as ThreadState).serves >= 0) errors.push('EBUSY');
  const isHeld = all.some(({ exclusive }) => exclusive) || (flags.has('EXCLUSIVE') && all.length > 0);
  const isOwn = all.every((one) => one.thread === thread);
  if (isHeld && (!isOwn || decisions.draw('exclusive beside own attachments') === 'refused'))
    errors.push('EBUSY');
  if (all.length >= (kernel.lies.lineMax?.(LINE_MAX, kernel) ?? LINE_MAX) || state.entriesUsedUp)
    errors.push('EAGAIN');
  else if (state.exhausted && decisions.draw('call without memory') === 'EAGAIN') errors.push('EAGAIN');
  return errors;
};

/** What an attach call asks the kernel for; the id, or the error. */
const tryAttach = (kernel: Kernel, call: Attaching): AttachmentState | string => {
  const honest = errorsOf(kernel, call);
  const errors = kernel.lies.refusal?.(honest, call, kernel) ?? honest;
  if (errors.length > 0) {
    kernel.lies.afterRefusal?.(call, kernel);
    const isAnother = errors.length > 1 && kernel.decisions.draw('several refusals apply') === 'another';
    return errors[isAnother ? errors.length - 1 : 0] as string;
  }
  return attached(kernel, call);
};

const attached = (kernel: Kernel, call: Attaching): AttachmentState => {
  const { thread, vector, event, flags, name } = call;
  const { state, lies } = kernel;
  const line = kernel.line(vector);
  const honestMasks = masksAtFirst(kernel, call);
  const one: AttachmentState = {
    number: state.attachments.length,
    name,
    thread,
    id: lies.id?.(newId(kernel, thread), call, kernel) ?? newId(kernel, thread),
    event,
    vector,
    priority: priorityOf(kernel, call),
    bound: flags.has('CPU_LOCAL'),
    exclusive: flags.has('EXCLUSIVE'),
    atEnd: flags.has('END'),
    masks: lies.masksAtFirst?.(honestMasks, call, kernel) ?? honestMasks,
    posted: 0,
    live: true,
  };
  state.attachments.push(one);
  const place = flags.has('END') ? line.list.length : 0;
  line.list.splice(lies.place?.(place, call, line.list.length) ?? place, 0, one.number);
  line.used = true;
  if (event === 'INTR') (state.threads[thread] as ThreadState).serves = one.number;
  lies.afterAttach?.(one, kernel);
  kernel.recheck(vector);
  return one;
};

const newId = (kernel: Kernel, thread: number): number => {
  const used = kernel.state.attachments
    .filter((one) => one.live && processOf(one.thread) === processOf(thread))
    .map(({ id }) => id);
  let id = kernel.decisions.draw('new id') === 'lowest' ? 1 : 1 + kernel.state.attachments.length;
  while (used.includes(id)) id++;
  return id;
};

const priorityOf = ({ decisions }: Kernel, { priority }: Attaching): number =>
  priority === null ? -1 : Math.min(Math.max(1, priority), Number(decisions.choice('highest@priority')));

const masksAtFirst = (kernel: Kernel, { vector, flags }: Attaching): number => {
  const { decisions } = kernel;
  const line = kernel.line(vector);
  if (line.list.length === 0) {
    if (flags.has('NO_UNMASK')) return 1;
    return line.used && decisions.draw('vector attached to again') === 'as it was' ? 1 : 0;
  }
  if (kernel.isOpen(vector))
    return flags.has('NO_UNMASK') && decisions.draw('no unmask on an open interrupt') === 'masks it' ? 1 : 0;
  return decisions.draw('attachment to a masked interrupt') === 'masks it too' ? 1 : 0;
};

export const attach = (kernel: Kernel, call: Attaching): Result => {
  const made = tryAttach(kernel, call);
  const result: Result =
    typeof made === 'string'
      ? {
          error: made,
          returned: call.isR ? 'negative' : 'minus-one',
          errno: call.isR ? 'kept' : made,
          threads: 0,
        }
      : {
          id: made.id,
          threads: call.event === 'INTR' ? 0 : 1,
          caller: 'kept',
          ...(call.event !== 'INTR' && {
            affinity: made.bound ? 'one' : 'all',
            ...(made.priority >= 0 && { priority: made.priority }),
          }),
        };
  return kernel.lies.reports?.(result, call, kernel) ?? result;
};

/** InterruptAttachThread(). */
export const attachThread = (kernel: Kernel, call: Attaching): Result => {
  const made = tryAttach(kernel, call);
  return typeof made === 'string' ? { error: made } : { id: made.id };
};

const MANY = 40;

export const attachMany = (kernel: Kernel, call: Attaching): Result => {
  for (let value = 0; value < MANY; value++) {
    const made = tryAttach(kernel, call);
    if (typeof made === 'string') return { value, last: made };
  }
  return { value: MANY };
};

/** Whom a process means by a name: one that is gone stands for its number. Undefined where it never had it. */
const meant = (kernel: Kernel, thread: number, name: string): AttachmentState | null | undefined => {
  const process = processOf(thread);
  const own = kernel.state.attachments.filter((one) => processOf(one.thread) === process);
  const known = own.find((one) => one.name === name);
  if (known === undefined) return undefined;
  return known.live ? known : (own.find((one) => one.live && one.id === known.id) ?? null);
};

type Companion = 'detach' | 'mask' | 'unmask';

const unknownId: Readonly<Record<Companion, string>> = { detach: 'EINVAL', mask: 'ESRCH', unmask: 'ESRCH' };

/** Whether masks are counted and refused as the companion pages say. */
const isByThePages = ({ decisions }: Kernel): boolean => decisions.choice('masks') === 'of an attachment';

export const companion = (kernel: Kernel, call: Companion, thread: number, name: string): Result => {
  const one = name === '@unused' || name === '@all' ? null : meant(kernel, thread, name);
  if (one === undefined) return skipped('no such handle');
  const honest = companionError(kernel, call, thread, name, one);
  const error = kernel.lies.companion === undefined ? honest : kernel.lies.companion(honest, call, one);
  if (error !== null) return { error };
  if (one === null) {
    if (name === '@all' && call !== 'detach') maskAll(kernel, call, processOf(thread));
    return OK;
  }
  if (call === 'detach') detach(kernel, one);
  else if (call === 'mask') mask(kernel, one);
  else unmask(kernel, one, 'unmask');
  return OK;
};

const companionError = (
  kernel: Kernel,
  call: Companion,
  thread: number,
  name: string,
  one: AttachmentState | null,
): string | null => {
  const { decisions } = kernel;
  const isStrict = isByThePages(kernel);
  if (name === '@all' && call !== 'detach')
    return isStrict || decisions.draw('mask of all') === 'refused' ? 'ENOTSUP' : null;
  if (one === null)
    return isStrict || decisions.draw('call with an unknown id') === 'refused' ? unknownId[call] : null;
  if (call === 'detach' && one.event === 'INTR' && one.thread !== thread)
    return decisions.draw('detach by another thread') === 'refused' ? 'EINVAL' : null;
  if (call === 'unmask' && one.masks <= 0)
    return isStrict || decisions.draw('unmask of what is not masked') === 'refused' ? 'EAGAIN' : null;
  return null;
};

const mask = (kernel: Kernel, one: AttachmentState): void => {
  const masks = kernel.lies.masks?.(one.masks + 1) ?? one.masks + 1;
  one.masks = isByThePages(kernel) ? masks : 1;
};

const maskAll = (kernel: Kernel, call: Companion, process: number): void => {
  for (const one of kernel.state.attachments.filter(
    (other) => other.live && processOf(other.thread) === process,
  ))
    if (call === 'mask') mask(kernel, one);
    else if (one.masks > 0) unmask(kernel, one, 'unmask');
};

export const unmask = (kernel: Kernel, one: AttachmentState, by: 'unmask' | 'wait'): void => {
  if (kernel.lies.unmasks?.(one, by, kernel) === false) return;
  if (isByThePages(kernel)) one.masks = Math.max(0, one.masks - 1);
  else for (const other of kernel.attached(kernel.line(one.vector))) other.masks = 0;
  kernel.lies.afterUnmask?.(one, kernel);
  kernel.recheck(one.vector);
};

const detach = (kernel: Kernel, one: AttachmentState): void => {
  const { lies, decisions, state } = kernel;
  one.live = lies.keepsAfterDetach?.(one) === true;
  if (one.live) return;
  const line = kernel.line(one.vector);
  if (lies.releases?.(one) !== false) line.list = line.list.filter((number) => number !== one.number);
  const thread = state.threads[one.thread] as ThreadState;
  if (one.event === 'INTR' && thread.serves === one.number) thread.serves = -1;
  if (one.posted > 0 && decisions.draw('delivery at detach') === 'dropped') one.posted = 0;
  lies.afterDetach?.(one, kernel);
  kernel.recheck(one.vector);
};
