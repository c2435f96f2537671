/** The calls: what each checks, in the order of the first implementations, and what it does. */

import type { Result } from '#spec/index';
import type { DescriptorState, Entry, Kernel, OpenFile, ThreadState } from './kernel.ts';

const OK: Result = {};
const VECTORS = 64n;

/** Which refusal is reported; null when none applies. */
const refusal = (kernel: Kernel, errors: readonly string[]): Result | null => {
  const [first, ...others] = errors;
  if (first === undefined) return null;
  kernel.lies.afterRefusal?.(kernel);
  const another = others.length > 0 && kernel.decisions.draw('several refusals apply') === 'another';
  return { error: another ? (others.at(-1) as string) : first };
};

const withoutMemory = (kernel: Kernel): readonly string[] =>
  kernel.state.exhausted && kernel.decisions.draw('call without memory') === 'ENOMEM' ? ['ENOMEM'] : [];

const openIn = ({ state }: Kernel, process: number): number =>
  state.descriptors.filter((one) => one.open && one.process === process).length;

export const createFd = (
  kernel: Kernel,
  number: number,
  wide: bigint,
  flags: number,
  name: string,
): Result => {
  const { state, decisions, lies } = kernel;
  const thread = kernel.thread(number);
  const vector = lies.vector?.(wide, 'create_fd') ?? wide;
  const errors: string[] = [];
  if (!state.hardware) errors.push(decisions.choice('no-hardware@create-fd'));
  if (flags !== 0) errors.push('EINVAL');
  if (!thread.handler) errors.push(decisions.choice('without-handler@create-fd'));
  if (vector >= VECTORS) errors.push(decisions.choice('vector-range@create-fd'));
  errors.push(...inUse(kernel, number, thread, Number(vector)));
  const limit = state.limits[thread.process] ?? null;
  if (limit !== null && openIn(kernel, thread.process) >= limit) errors.push('EMFILE');
  const files = state.descriptors.filter((one) => one.open).length;
  if (state.fileLimit !== null && files >= state.fileLimit) errors.push('ENFILE');
  errors.push(...withoutMemory(kernel));
  const context = { thread: number, vector: wide, flags, file: null, descriptor: null };
  const refused = refusal(kernel, lies.refusal?.(errors, 'create_fd', context, kernel) ?? errors);
  if (refused) return refused;
  const file: OpenFile = {
    thread: number,
    registration: thread.registrations,
    vector: Number(vector),
    references: name === '' ? 0 : 1,
    freed: name === '',
  };
  state.files.push(file);
  if (name !== '')
    state.descriptors.push({
      name,
      process: thread.process,
      file: state.files.length - 1,
      open: lies.opensNothing !== true,
      closeOnExec: lies.closeOnExec?.(true) ?? true,
      passed: false,
      inherited: false,
    });
  return OK;
};

const inUse = (kernel: Kernel, number: number, thread: ThreadState, vector: number): readonly string[] => {
  const mine = kernel.state.files.filter((one) => one.thread === number && one.vector === vector);
  const isCurrent = ({ references, registration }: OpenFile) =>
    references > 0 && registration === thread.registrations;
  if (mine.some(isCurrent))
    return kernel.decisions.choice('vector-in-use@create-fd') === 'refused' ? ['EBUSY'] : [];
  return mine.length > 0 && kernel.decisions.draw('vector of a closed descriptor') === 'refused'
    ? ['EBUSY']
    : [];
};

const selfErrors = (kernel: Kernel, number: number, vector: bigint, flags: number): readonly string[] => {
  const { state, decisions } = kernel;
  const thread = kernel.thread(number);
  const errors: string[] = [];
  if (!state.hardware) errors.push('ENOSYS');
  if (flags !== 0) errors.push('EINVAL');
  if (!thread.handler && decisions.choice('without-handler@register-self') === 'refused')
    errors.push('EINVAL');
  if (vector >= VECTORS && decisions.choice('vector-range@register-self') === 'ENOSPC') errors.push('ENOSPC');
  const isMine = (one: OpenFile | Entry) => one.thread === number && one.vector === Number(vector);
  if (
    (state.files.some(isMine) || state.entries.some((one) => !one.child && isMine(one))) &&
    decisions.choice('vector-in-use@register-self') === 'refused'
  )
    errors.push('EBUSY');
  if (state.filledBy === number) errors.push('ENOSPC');
  errors.push(...withoutMemory(kernel));
  return errors;
};

export const registerSelf = (
  kernel: Kernel,
  number: number,
  wide: bigint,
  flags: number,
  name: string,
): Result => {
  const { lies } = kernel;
  const thread = kernel.thread(number);
  const vector = lies.vector?.(wide, 'register_self') ?? wide;
  const errors = selfErrors(kernel, number, vector, flags);
  const context = { thread: number, vector: wide, flags, file: null, descriptor: null };
  const refused = refusal(kernel, lies.refusal?.(errors, 'register_self', context, kernel) ?? errors);
  return refused ?? connect(kernel, number, number, thread.registrations, Number(vector), -1, name);
};

/** Whether the index of an entry works in every thread of its process. */
const isShared = ({ decisions }: Kernel, file: number): boolean =>
  decisions.choice(file < 0 ? 'index-scope@self' : 'index-scope@sender') === 'process';

/** Adds an entry with a free index, under a name. */
const connect = (
  kernel: Kernel,
  number: number,
  target: number,
  registration: number,
  vector: number,
  file: number,
  name: string,
): Result => {
  const { state, lies, decisions } = kernel;
  const { process } = kernel.thread(number);
  const taken = state.entries
    .filter((one) => one.live && one.process === process)
    .filter((one) => one.thread === number || isShared(kernel, file) || isShared(kernel, one.file))
    .map(({ index }) => index);
  let free = decisions.draw('new index') === 'lowest' ? 0 : 3;
  while (taken.includes(free)) free += 1;
  const index = lies.index?.(free, kernel, number) ?? free;
  state.entries.push({
    index,
    process,
    thread: number,
    target,
    registration,
    vector,
    file,
    live: true,
    child: false,
  });
  if (name !== '') state.indexes.push({ name, process, index });
  return { index };
};

export const fillTable = (kernel: Kernel, number: number, tableSize: number): Result => {
  const { state, decisions } = kernel;
  const { process, registrations } = kernel.thread(number);
  const errors = selfErrors(kernel, number, 1n, 0);
  const refused =
    kernel.lies.refusal?.(
      errors.length > 0 ? errors : ['ENOSPC'],
      'register_self',
      { thread: number, vector: 1n, flags: 0, file: null, descriptor: null },
      kernel,
    ) ?? (errors.length > 0 ? errors : ['ENOSPC']);
  if (errors.length > 0) return { value: 0, last: refused[0] ?? 'ENOSPC' };
  connect(kernel, number, number, registrations, 1, -1, '');
  if (decisions.choice('vector-in-use@register-self') === 'refused') return { value: 1, last: 'EBUSY' };
  state.filledBy = number;
  const live = state.entries.filter((one) => one.live && one.process === process).length;
  return { value: tableSize - live + 1, last: refused[0] ?? 'ENOSPC' };
};

export const descriptorOf = ({ state }: Kernel, process: number, name: string): DescriptorState | undefined =>
  state.descriptors.findLast((one) => one.process === process && one.name === name);

export const fileOf = ({ state }: Kernel, { file }: DescriptorState): OpenFile =>
  state.files[file] as OpenFile;

/** Whether somebody is there to receive: the thread lives, with the handler that the file or entry was made for. */
const isReached = (kernel: Kernel, target: number, registration: number): boolean => {
  const { alive, handler, registrations } = kernel.thread(target);
  return alive && handler && registrations === registration;
};

export const registerSender = (
  kernel: Kernel,
  number: number,
  descriptor: DescriptorState,
  flags: number,
  name: string,
): Result => {
  const { state, decisions, lies } = kernel;
  const file = fileOf(kernel, descriptor);
  const errors: string[] = [];
  if (!state.hardware) errors.push('EOPNOTSUPP');
  if (flags !== 0) errors.push('EINVAL');
  const twice = state.entries.some(
    (one) => one.live && !one.child && one.thread === number && one.file === descriptor.file,
  );
  if (twice && decisions.choice('second-connection@thread') === 'refused') errors.push('EISCONN');
  if (state.filledBy >= 0) errors.push('ENOSPC');
  errors.push(...withoutMemory(kernel));
  if (
    !isReached(kernel, file.thread, file.registration) &&
    decisions.draw('connection to nobody') === 'refused'
  )
    errors.push('ESHUTDOWN');
  const context = { thread: number, vector: BigInt(file.vector), flags, file, descriptor };
  const refused = refusal(kernel, lies.refusal?.(errors, 'register_sender', context, kernel) ?? errors);
  return (
    refused ?? connect(kernel, number, file.thread, file.registration, file.vector, descriptor.file, name)
  );
};

const end = ({ state }: Kernel, isEnded: (one: Entry) => boolean): Result => {
  const ended = state.entries.filter((one) => one.live && isEnded(one));
  if (ended.length === 0) return { error: 'EINVAL' };
  for (const one of ended) one.live = false;
  state.filledBy = -1;
  return OK;
};

export const unregisterIndex = (kernel: Kernel, number: number, index: number): Result => {
  if (!kernel.state.hardware) return { error: 'ENOSYS' };
  if (kernel.decisions.choice('unregister-argument@sender') !== 'index') return { error: 'EBADF' };
  const entry = entryOf(kernel, number, index);
  return end(kernel, (one) => one === entry);
};

export const unregisterDescriptor = (kernel: Kernel, number: number, descriptor: DescriptorState): Result => {
  if (!kernel.state.hardware) return { error: 'ENOSYS' };
  if (kernel.decisions.choice('unregister-argument@sender') !== 'descriptor') return { error: 'EINVAL' };
  if (!descriptor.open) return { error: 'EBADF' };
  return end(kernel, (one) => one.thread === number && one.file === descriptor.file);
};

/** What a thread finds under an index: its own entry first. */
const entryOf = (kernel: Kernel, number: number, index: number): Entry | undefined => {
  const { process } = kernel.thread(number);
  const there = kernel.state.entries.filter(
    (one) => one.live && one.process === process && one.index === index,
  );
  return there.find((one) => one.thread === number) ?? there.find((one) => isShared(kernel, one.file));
};

/** SENDUIPI. */
export const send = (kernel: Kernel, number: number, index: number | null): Result => {
  const { state, decisions, lies } = kernel;
  const fault = (): Result => ({ error: decisions.draw('fault of an instruction') });
  const entry = index === null ? undefined : entryOf(kernel, number, index);
  if (entry === undefined) {
    const { process } = kernel.thread(number);
    const former =
      index === null
        ? null
        : (state.entries.findLast((one) => one.process === process && one.index === index) ?? null);
    if (lies.revives?.(former, kernel) !== true) return fault();
    if (former !== null) kernel.post({ thread: former.target, vector: former.vector });
    return OK;
  }
  if (!state.hardware) return fault();
  if (entry.child && decisions.draw('send from a child of fork') === 'fault') return fault();
  if (entry.vector >= Number(VECTORS)) return fault();
  const file = state.files[entry.file];
  if (file?.freed && decisions.choice('last-close@connection') === 'freed') return fault();
  if (lies.faults?.(entry, number, kernel) === true) return fault();
  if (!isReached(kernel, entry.target, entry.registration)) {
    const fate = decisions.draw('send to nobody');
    if (fate === 'fault') return fault();
    if (fate === 'kept') kernel.post({ thread: entry.target, vector: entry.vector });
    return OK;
  }
  const post = { thread: receiverOf(kernel, entry), vector: entry.vector };
  for (const one of lies.posts?.(post, entry, number, kernel) ?? [post]) kernel.post(one);
  return OK;
};

/** Of what a process sends to itself: who receives. */
const receiverOf = (kernel: Kernel, { file, target, process }: Entry): number => {
  if (file >= 0) return target;
  const others = kernel.state.threads.flatMap((one, number) =>
    number !== target && one.process === process && one.alive && one.handler ? [number] : [],
  );
  return others.length > 0 && kernel.decisions.draw('receiver of a process') === 'another'
    ? (others[0] as number)
    : target;
};
