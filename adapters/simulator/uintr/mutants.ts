/** Systems that are wrong on purpose: at least one for each clause that an observation can refute. */

import type { ClauseId } from '#spec/index';
import type { LyingMutant } from '../drawing-simulator.ts';
import type { Choices } from './behaviours.ts';
import type { Entry, Kernel } from './kernel.ts';
import type { Lies, Post } from './lies.ts';

type UintrMutant = LyingMutant<Lies, Choices>;

type Name<Id extends string> = Id extends `uintr/${infer Rest}` ? Rest : never;
type Details = Partial<Pick<UintrMutant, 'deep' | 'control' | 'behaviour' | 'edition' | 'choices'>>;

const mutant = (
  name: string,
  lie: string,
  breaks: readonly Name<ClauseId>[],
  lies: Lies,
  details: Details = {},
): UintrMutant => ({
  name,
  interface: 'uintr',
  lie,
  breaks: breaks.map((one): ClauseId => `uintr/${one}`),
  lies,
  ...details,
});

/** Accepts or refuses otherwise, in one call. */
const decides = (
  call: 'create_fd' | 'register_self' | 'register_sender',
  decide: NonNullable<Lies['refusal']>,
): Lies => ({
  refusal: (honest, asked, context, kernel) =>
    asked === call ? decide(honest, asked, context, kernel) : honest,
});

/** Refuses what an honest system would not. */
const refusedToo = (error: string, honest: readonly string[]): readonly string[] =>
  honest.length === 0 ? [error] : honest;

/** One error in place of another. */
const says = (
  call: 'create_fd' | 'register_self' | 'register_sender',
  error: string,
  instead: string | null,
): Lies =>
  decides(call, (honest) =>
    honest.includes(error)
      ? instead === null
        ? honest.filter((one) => one !== error)
        : honest.map((one) => (one === error ? instead : one))
      : honest,
  );

const isSelf = ({ file }: Entry): boolean => file < 0;
const drops = (when: (entry: Entry, sender: number, kernel: Kernel, post: Post) => boolean): Lies => ({
  posts: (post, entry, sender, kernel) => (when(entry, sender, kernel, post) ? [] : [post]),
});
const whenFlags =
  (when: (flags: number) => boolean): Lies['refusal'] =>
  (honest, _, { flags }) =>
    flags !== 0 && when(flags) ? honest.filter((one) => one !== 'EINVAL') : honest;

/** Lies that need to remember something keep it in the state of the program: how often something was sent. */
const sends = ({ state }: Kernel): number =>
  state.threads.reduce(
    (sum, { delivered, posted, recognised }) => sum + delivered + posted.length + recognised.length,
    0,
  );

const self = [
  mutant(
    'self-send-lost',
    'What a thread sends to itself is lost.',
    ['self/sender-to-itself', 'delivery/invokes-handler', 'self/any-thread'],
    drops(isSelf),
  ),
  mutant(
    'third-self-send-lost',
    'From the third interrupt on, what a thread sends to itself is lost.',
    ['self/sender-to-itself', 'delivery/invokes-handler', 'priority/none-lost'],
    drops((entry, _, kernel) => isSelf(entry) && sends(kernel) >= 2),
    { deep: true },
  ),
  mutant(
    'self-vector-of-first',
    'Every connection of a process to itself carries the vector of its first one.',
    ['self/keyed-by-vector', 'delivery/vector-number', 'self/sender-to-itself'],
    {
      posts: (post, entry, _, { state }) => [
        isSelf(entry)
          ? {
              ...post,
              vector:
                state.entries.find((one) => isSelf(one) && one.process === entry.process)?.vector ??
                post.vector,
            }
          : post,
      ],
    },
  ),
  mutant('self-index-is-negative', 'The index of a connection to oneself is -1.', ['self/returns-index'], {
    index: (honest, { state }, thread) => (state.files.some((one) => one.thread === thread) ? honest : -1),
  }),
  mutant(
    'index-belongs-to-thread',
    'Only the thread that registered itself can use the index.',
    ['self/any-thread'],
    {
      faults: (entry, sender) => isSelf(entry) && sender !== entry.thread,
    },
  ),
  mutant(
    'second-thread-faults',
    'Of the other threads only the first can use an index of the process.',
    ['self/any-thread'],
    {
      faults: (entry, sender) => isSelf(entry) && sender !== entry.thread && sender >= 2,
    },
    { deep: true },
  ),
  mutant(
    'own-index-faults',
    'SENDUIPI faults on the index that a thread has registered for itself second.',
    ['self/senduipi-raises'],
    {
      faults: (entry, sender) => isSelf(entry) && sender === entry.thread && entry.index === 1,
    },
  ),
  mutant(
    'self-needs-descriptor',
    'Registering oneself fails with EMFILE at the limit on descriptors.',
    ['self/needs-no-descriptor'],
    decides('register_self', (honest, _, { thread }, kernel) => {
      const { process } = kernel.thread(thread);
      const limit = kernel.state.limits[process] ?? null;
      return limit !== null ? refusedToo('EMFILE', honest) : honest;
    }),
  ),
  mutant(
    'self-accepts-flags',
    'Registering oneself ignores the flags.',
    ['self/flags-zero'],
    decides('register_self', whenFlags(() => true) as NonNullable<Lies['refusal']>),
  ),
  mutant(
    'self-accepts-top-flag',
    'Registering oneself ignores the highest bit of the flags.',
    ['self/flags-zero'],
    decides('register_self', whenFlags((flags) => flags === 0x8000_0000) as NonNullable<Lies['refusal']>),
    { deep: true },
  ),
  mutant('unregistered-index-works', 'An index still works when it was unregistered.', ['self/unregister'], {
    revives: (former) => former !== null,
  }),
  mutant(
    'index-given-twice',
    'An index that is in use is given again.',
    ['self/new-index', 'self/keyed-by-vector', 'self/sender-to-itself', 'delivery/vector-number'],
    {
      index: (honest, { state }, thread) =>
        state.entries.some((one) => one.live && one.thread === thread) ? 0 : honest,
    },
  ),
  mutant(
    'third-index-given-twice',
    'The third index is the second again.',
    ['self/new-index', 'self/keyed-by-vector', 'self/sender-to-itself', 'delivery/vector-number'],
    {
      index: (honest) => (honest === 2 ? 1 : honest),
    },
    { deep: true },
  ),
  mutant(
    'self-no-hardware-is-EOPNOTSUPP',
    'Without hardware registering oneself fails with EOPNOTSUPP.',
    ['self/no-hardware'],
    says('register_self', 'ENOSYS', 'EOPNOTSUPP'),
  ),
  mutant(
    'self-ignores-hardware',
    'Registering oneself succeeds without hardware.',
    ['self/no-hardware'],
    says('register_self', 'ENOSYS', null),
  ),
  mutant(
    'self-flags-is-ENOTSUP',
    'Flags of register_self are refused with ENOTSUP.',
    ['self/invalid-flags'],
    decides('register_self', (honest, _, { flags }) =>
      flags !== 0 ? honest.map((one) => (one === 'EINVAL' ? 'ENOTSUP' : one)) : honest,
    ),
  ),
  mutant(
    'full-is-EAGAIN',
    'Without a free index the error is EAGAIN.',
    ['self/no-index-left'],
    decides('register_self', (honest, _, { vector }) =>
      vector < 64n ? honest.map((one) => (one === 'ENOSPC' ? 'EAGAIN' : one)) : honest,
    ),
  ),
  mutant(
    'self-memory-is-EAGAIN',
    'Without memory registering oneself fails with EAGAIN.',
    ['self/no-memory', 'self/returns-index', 'self/needs-no-descriptor'],
    says('register_self', 'ENOMEM', 'EAGAIN'),
  ),
  mutant(
    'self-vector-is-8-bits',
    'Registering oneself looks at the low eight bits of the vector.',
    ['self/vector-range'],
    {
      vector: (honest, call) => (call === 'register_self' ? honest & 0xffn : honest),
    },
  ),
  mutant('self-accepts-64', 'Registering oneself accepts vector 64.', ['self/vector-range'], {
    vector: (honest, call) => (call === 'register_self' && honest === 64n ? 0n : honest),
  }),
  mutant(
    'self-vector-range-is-EINVAL',
    'A vector outside the range is refused with EINVAL by register_self.',
    ['self/vector-range'],
    decides('register_self', (honest, _, { vector }) =>
      vector >= 64n ? honest.map((one) => (one === 'ENOSPC' ? 'EINVAL' : one)) : honest,
    ),
  ),
] as const;

const descriptors = [
  mutant(
    'descriptor-is-closed',
    'The descriptor that is returned is not open.',
    [
      'fd/returns-descriptor',
      'fd/holders-raise',
      'fd/many-senders',
      'fd/shared-with-processes',
      'fork/child-inherits',
    ],
    {
      opensNothing: true,
    },
  ),
  mutant(
    'passed-descriptor-refused',
    'Another process cannot connect through a descriptor that it was given.',
    ['fd/shared-with-processes'],
    decides('register_sender', (honest, _, { descriptor }) =>
      descriptor?.passed ? refusedToo('EACCES', honest) : honest,
    ),
  ),
  mutant(
    'sender-send-lost',
    'What is sent through a descriptor is lost.',
    ['fd/holders-raise', 'delivery/invokes-handler', 'close/kept-while-open', 'fork/same-object'],
    drops((entry) => !isSelf(entry)),
  ),
  mutant(
    'fd-without-handler',
    'A thread without a handler can create a descriptor.',
    ['fd/needs-handler', 'fork/child-has-no-handler'],
    decides('create_fd', (honest, _, { thread, flags, vector }, kernel) =>
      !kernel.thread(thread).handler && flags === 0 && vector < 64n && kernel.state.hardware
        ? honest.filter((one) => one !== 'EINVAL')
        : honest,
    ),
  ),
  mutant(
    'delivered-to-sender',
    'An interrupt goes to the thread that sends it, if that has a handler.',
    ['fd/creator-only', 'fd/holders-raise', 'delivery/invokes-handler', 'delivery/not-more-than-sent'],
    {
      posts: (post, entry, sender, kernel) => [
        !isSelf(entry) && kernel.thread(sender).handler ? { ...post, thread: sender } : post,
      ],
    },
  ),
  mutant(
    'delivered-to-first-thread',
    'Interrupts through a descriptor go to the first thread with a handler.',
    ['fd/creator-only', 'fd/holders-raise', 'delivery/invokes-handler', 'delivery/not-more-than-sent'],
    {
      posts: (post, entry, _, { state }) => {
        const first = state.threads.findIndex((one) => one.handler && one.alive);
        return [!isSelf(entry) && first >= 0 ? { ...post, thread: first } : post];
      },
    },
  ),
  mutant(
    'vector-63-refused',
    'Vector 63 is refused.',
    ['fd/vectors-accepted', 'fd/private-to-thread'],
    decides('create_fd', (honest, _, { vector }) => (vector === 63n ? refusedToo('ENOSPC', honest) : honest)),
    { deep: true },
  ),
  mutant(
    'vector-0-refused',
    'Vector 0 is refused.',
    ['fd/vectors-accepted', 'fd/private-to-thread'],
    decides('create_fd', (honest, _, { vector }) => (vector === 0n ? refusedToo('EINVAL', honest) : honest)),
  ),
  mutant('fd-accepts-64', 'A descriptor can be created for vector 64.', ['fd/vector-range'], {
    vector: (honest, call) => (call === 'create_fd' && honest === 64n ? 0n : honest),
  }),
  mutant(
    'fd-vector-is-32-bits',
    'Creating a descriptor looks at the low 32 bits of the vector.',
    ['fd/vector-range'],
    {
      vector: (honest, call) => (call === 'create_fd' ? honest & 0xffff_ffffn : honest),
    },
  ),
  mutant(
    'vectors-are-of-process',
    'A vector that another thread has is refused.',
    ['fd/private-to-thread'],
    decides('create_fd', (honest, _, { thread, vector }, { state }) =>
      state.files.some((one) => one.thread !== thread && BigInt(one.vector) === vector)
        ? refusedToo('EBUSY', honest)
        : honest,
    ),
  ),
  mutant(
    'one-sender-only',
    'Only one thread can connect through a descriptor.',
    ['fd/many-senders', 'fd/shared-with-processes', 'fork/child-inherits'],
    decides('register_sender', (honest, _, { thread, file }, { state }) =>
      state.entries.some((one) => one.live && one.thread !== thread && state.files[one.file] === file)
        ? refusedToo('EBUSY', honest)
        : honest,
    ),
  ),
  mutant(
    'fd-accepts-flags',
    'Creating a descriptor ignores the flags.',
    ['fd/flags-zero'],
    decides('create_fd', (honest, call, context, kernel) =>
      kernel.thread(context.thread).handler && context.vector < 64n
        ? (whenFlags(() => true) as NonNullable<Lies['refusal']>)(honest, call, context, kernel)
        : honest,
    ),
  ),
  mutant(
    'fd-accepts-top-flag',
    'Creating a descriptor ignores the highest bit of the flags.',
    ['fd/flags-zero'],
    decides('create_fd', (honest, call, context, kernel) =>
      kernel.thread(context.thread).handler && context.vector < 64n
        ? (whenFlags((flags) => flags === 0x8000_0000) as NonNullable<Lies['refusal']>)(
            honest,
            call,
            context,
            kernel,
          )
        : honest,
    ),
    { deep: true },
  ),
  mutant(
    'fd-flags-is-EPERM',
    'Flags of create_fd are refused with EPERM.',
    ['fd/invalid-flags'],
    decides('create_fd', (honest, _, { flags, vector, thread }, kernel) =>
      flags !== 0 && vector < 64n && kernel.thread(thread).handler
        ? honest.map((one) => (one === 'EINVAL' ? 'EPERM' : one))
        : honest,
    ),
  ),
  mutant(
    'fd-no-hardware-is-ENODEV',
    'Without hardware creating a descriptor fails with ENODEV.',
    ['fd/no-hardware'],
    says('create_fd', 'EOPNOTSUPP', 'ENODEV'),
  ),
  mutant(
    'limit-is-EAGAIN',
    'At the limit on descriptors the error is EAGAIN.',
    ['fd/descriptor-limit'],
    says('create_fd', 'EMFILE', 'EAGAIN'),
  ),
  mutant(
    'limit-ignored',
    'A descriptor is created at the limit on descriptors.',
    ['fd/descriptor-limit'],
    says('create_fd', 'EMFILE', null),
  ),
  mutant(
    'file-limit-is-EMFILE',
    'At the limit on files the error is EMFILE.',
    ['fd/file-limit'],
    says('create_fd', 'ENFILE', 'EMFILE'),
  ),
  mutant(
    'fd-memory-is-EAGAIN',
    'Without memory creating a descriptor fails with EAGAIN.',
    ['fd/no-memory', 'fd/vectors-accepted', 'fd/private-to-thread'],
    says('create_fd', 'ENOMEM', 'EAGAIN'),
  ),
] as const;

const byNumber = (one: number, other: number): number => other - one;

const delivery = [
  mutant(
    'lowest-first',
    'Of the pending interrupts the lowest vector is delivered first.',
    ['priority/higher-first', 'priority/sixty-three-highest', 'priority/zero-lowest'],
    { next: (_, recognised) => Math.min(...recognised) },
  ),
  mutant(
    'lowest-first-at-31-32',
    'Vector 31 is delivered before 32 when both are pending.',
    ['priority/higher-first'],
    {
      next: (honest, recognised) => (honest === 32 && recognised.includes(31) ? 31 : honest),
    },
    { deep: true },
  ),
  mutant(
    'in-order-of-sending',
    'Pending interrupts are delivered in the order in which they were sent.',
    ['priority/higher-first', 'priority/sixty-three-highest', 'priority/zero-lowest'],
    { next: (_, [first]) => first as number },
  ),
  mutant(
    'sixty-three-last',
    'Vector 63 is delivered after the others.',
    ['priority/sixty-three-highest', 'priority/higher-first'],
    {
      next: (honest, recognised) =>
        honest === 63 ? (recognised.toSorted(byNumber).find((one) => one !== 63) ?? 63) : honest,
    },
  ),
  mutant(
    'zero-first',
    'Vector 0 is delivered before the others.',
    ['priority/zero-lowest', 'priority/higher-first'],
    {
      next: (honest, recognised) => (recognised.includes(0) ? 0 : honest),
    },
  ),
  mutant(
    'lower-ones-lost',
    'Of several pending interrupts only the highest is delivered.',
    ['priority/none-lost', 'delivery/invokes-handler', 'self/sender-to-itself', 'fd/holders-raise'],
    {
      afterDelivery: (thread) => {
        thread.recognised = [];
      },
    },
  ),
  mutant(
    'third-pending-lost',
    'Of three pending interrupts one is lost.',
    ['priority/none-lost', 'delivery/invokes-handler', 'self/sender-to-itself', 'fd/holders-raise'],
    {
      afterDelivery: (thread) => {
        if (thread.recognised.length >= 2) thread.recognised.pop();
      },
    },
    { deep: true },
  ),
  mutant(
    'never-delivers',
    'No handler is ever invoked.',
    ['delivery/invokes-handler', 'self/sender-to-itself', 'fd/holders-raise', 'priority/none-lost'],
    { posts: () => [] },
  ),
  mutant(
    'high-vectors-off-by-32',
    'The handler is given vectors above 31 without their bit 5.',
    ['delivery/vector-number', 'self/keyed-by-vector', 'self/sender-to-itself', 'fd/holders-raise'],
    { shows: (honest) => honest & 31 },
  ),
  mutant(
    'delivers-twice',
    'Every interrupt is delivered twice.',
    ['delivery/not-more-than-sent', 'delivery/no-nesting'],
    { posts: (post) => [post], afterDelivery: (thread, vector) => thread.log.push(vector) },
  ),
  mutant(
    'second-delivery-repeated',
    'The second interrupt of a thread is delivered twice.',
    ['delivery/not-more-than-sent'],
    {
      afterDelivery: (thread, vector) => {
        if (thread.delivered === 2) thread.log.push(vector);
      },
    },
    { deep: true },
  ),
  mutant(
    'delivers-while-off',
    'Interrupts are delivered although CLUI has turned delivery off.',
    ['delivery/held-while-off', 'delivery/not-more-than-sent'],
    { deliversWhileOff: () => true },
  ),
  mutant(
    'high-vector-breaks-in',
    'Vector 63 is delivered although delivery is off.',
    ['delivery/held-while-off', 'delivery/not-more-than-sent'],
    { deliversWhileOff: (thread) => thread.recognised.includes(63) },
    { deep: true },
  ),
  mutant(
    'nests',
    'An interrupt is delivered while the handler of another one runs.',
    ['delivery/no-nesting'],
    {
      afterDelivery: (thread) => {
        if (thread.recognised.length > 0) thread.nested += 1;
      },
    },
  ),
] as const;

const lifecycle = [
  mutant(
    'closing-one-frees',
    'Closing one descriptor of an object frees it although another is open.',
    ['close/kept-while-open', 'fd/holders-raise', 'fd/many-senders'],
    {
      frees: (file, process, { state }) => state.threads[file.thread]?.process === process,
    },
    { deep: true },
  ),
  mutant(
    'child-close-frees',
    'An object is freed when a child closes its copy of the descriptor.',
    ['fork/same-object', 'fd/holders-raise'],
    {
      frees: (file, process, { state }) => state.threads[file.thread]?.process !== process,
    },
    { deep: true },
  ),
  mutant(
    'child-descriptor-refused',
    'A child cannot connect through the descriptor that it inherited.',
    ['fork/child-inherits'],
    decides('register_sender', (honest, _, { descriptor }) =>
      descriptor?.inherited ? refusedToo('EBADF', honest) : honest,
    ),
  ),
  mutant('close-on-exec-not-set', 'A new descriptor stays open across exec.', ['fork/close-on-exec'], {
    closeOnExec: () => false,
  }),
  mutant(
    'exec-keeps-descriptors',
    'Exec closes no descriptor.',
    ['fork/close-on-exec'],
    { survivesExec: true },
    { deep: true },
  ),
  mutant(
    'duplicating-clears-close-on-exec',
    'Close-on-exec of a descriptor is lost when it is duplicated.',
    ['fork/close-on-exec'],
    {
      afterDuplicate: ({ state }, name, process) => {
        for (const one of state.descriptors)
          if (one.name === name && one.process === process) one.closeOnExec = false;
      },
    },
    { deep: true },
  ),
  mutant(
    'child-has-handler',
    'A child can create descriptors as if it had a handler.',
    ['fork/child-has-no-handler'],
    decides('create_fd', (honest, _, { thread, flags, vector }, kernel) =>
      kernel.thread(thread).process > 0 && flags === 0 && vector < 64n && kernel.state.hardware
        ? honest.filter((one) => one !== 'EINVAL')
        : honest,
    ),
  ),
  mutant(
    'refusal-drops-pending',
    'A call that fails loses what is on its way.',
    [
      'errors/change-nothing',
      'self/sender-to-itself',
      'fd/holders-raise',
      'delivery/invokes-handler',
      'priority/none-lost',
    ],
    {
      afterRefusal: ({ state }) => {
        for (const thread of state.threads) {
          thread.posted = [];
          thread.recognised = [];
        }
      },
    },
    { deep: true },
  ),
  mutant(
    'unknown-index-ignored',
    'SENDUIPI on an index that nobody was given does nothing.',
    ['senduipi/unknown-index'],
    { revives: (former) => former === null },
  ),
] as const;

const varying = (name: string, lie: string, clause: Name<ClauseId>, lies: Lies): UintrMutant =>
  mutant(name, lie, [clause], lies);

const inconsistent = [
  varying(
    'no-handler-error-varies',
    'The error for a missing handler depends on the vector.',
    'errors/no-handler',
    decides('create_fd', (honest, _, { thread, vector, flags }, kernel) =>
      !kernel.thread(thread).handler && flags === 0 && vector < 64n && vector % 2n === 1n
        ? honest.map((one) => (one === 'EINVAL' ? 'ENXIO' : one))
        : honest,
    ),
  ),
  varying(
    'range-error-varies',
    'The error of create_fd for a vector outside the range depends on the vector.',
    'errors/vector-out-of-range',
    decides('create_fd', (honest, _, { vector }) =>
      vector > 255n ? honest.map((one) => (one === 'ENOSPC' ? 'ERANGE' : one)) : honest,
    ),
  ),
] as const;

const system = [
  mutant(
    'dies-when-nested-close',
    'The machine dies when a descriptor is closed while an interrupt waits.',
    ['system/crash'],
    {
      incident: ({ state }) =>
        state.files.some((one) => one.references === 0) &&
        state.threads.some((one) => one.recognised.length > 0)
          ? { kind: 'died', text: 'kernel BUG in uintr' }
          : null,
    },
  ),
  mutant('hangs-at-index-limit', 'The machine hangs when the indexes are used up.', ['system/hang'], {
    incident: ({ state }) => (state.filledBy >= 0 ? { kind: 'hung', text: 'no answer' } : null),
  }),
  mutant('warns-at-exec', 'Exec leaves a warning in the log.', ['system/warning'], {
    incident: ({ state }) =>
      state.entries.some((one) => !one.live) && state.limits.length > 1
        ? { kind: 'warning', text: 'WARNING: uintr: entry without owner' }
        : null,
  }),
  mutant('leaks-file', 'A file is left behind when its last descriptor is closed.', ['system/leak'], {
    incident: ({ state }) =>
      state.files.some((one) => one.references === 0 && one.freed)
        ? { kind: 'leak', text: 'one file' }
        : null,
  }),
] as const;

const controls = [
  mutant(
    'counts-every-send',
    'Each send is delivered, however many of them wait.',
    [],
    {
      posts: (post, _, __, kernel) => {
        kernel.thread(post.thread).posted.push(post.vector);
        return [];
      },
    },
    { control: true },
  ),
  mutant(
    'indexes-only-rise',
    'An index is never given again.',
    [],
    { index: (_, { state }) => state.entries.length },
    { control: true },
  ),
  mutant(
    'range-is-checked-last',
    'Of several refusals the last one is reported.',
    [],
    { refusal: (honest) => honest.toReversed() },
    { control: true },
  ),
] as const;

export const uintrMutants: readonly UintrMutant[] = [
  ...self,
  ...descriptors,
  ...delivery,
  ...lifecycle,
  ...inconsistent,
  ...system,
  ...controls,
];
