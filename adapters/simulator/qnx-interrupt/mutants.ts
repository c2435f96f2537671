/** Systems that are wrong on purpose: at least one for each clause that an observation can refute. */

import type { ClauseId } from '#spec/index';
import type { LyingMutant } from '../drawing-simulator.ts';
import type { Choices } from './behaviours.ts';
import type { AttachmentState, Kernel } from './kernel.ts';
import type { Attaching, Lies } from './lies.ts';

type QnxMutant = LyingMutant<Lies, Choices>;
type Name<Id extends string> = Id extends `qnx-interrupt/${infer Rest}` ? Rest : never;
type Details = Partial<Pick<QnxMutant, 'deep' | 'control' | 'behaviour' | 'edition' | 'choices'>>;

const mutant = (
  name: string,
  lie: string,
  breaks: readonly Name<ClauseId>[],
  lies: Lies,
  details: Details = {},
): QnxMutant => ({
  name,
  interface: 'qnx-interrupt',
  lie,
  breaks: breaks.map((one): ClauseId => `qnx-interrupt/${one}`),
  lies,
  ...details,
});

const COMPANIONS = { edition: 'sdp-8.0-companions' };

type When = (call: Attaching, kernel: Kernel) => boolean;

/** Does not refuse with one error. */
const overlooks = (error: string, when: When): Lies => ({
  refusal: (honest, call, kernel) => (when(call, kernel) ? honest.filter((one) => one !== error) : honest),
});

/** One error in place of another. */
const says = (error: string, instead: string, when: When = () => true): Lies => ({
  refusal: (honest, call, kernel) =>
    when(call, kernel) ? honest.map((one) => (one === error ? instead : one)) : honest,
});

/** Refuses what an honest system would not. */
const refuses = (error: string, when: When): Lies => ({
  refusal: (honest, call, kernel) => (honest.length === 0 && when(call, kernel) ? [error] : honest),
});

const attachedTo = ({ vector }: Attaching, kernel: Kernel): readonly AttachmentState[] =>
  kernel.attached(kernel.line(vector));
const isHeld: When = (call, kernel) => attachedTo(call, kernel).some(({ exclusive }) => exclusive);
const asksAlone: When = ({ flags }) => flags.has('EXCLUSIVE');
const event =
  (...events: readonly string[]): When =>
  (call) =>
    events.includes(call.event);

const prio = ({ priority }: Attaching): number => priority ?? 1;

const results = [
  mutant(
    'second-id-is-negative',
    'The id of a second attachment of a process is -2.',
    ['attach/returns-id'],
    {
      id: (honest) => (honest > 1 ? -2 : honest),
    },
  ),
  mutant('ids-repeat', 'Every attachment of a process has the same id.', ['attach/unique-id'], {
    id: () => 1,
  }),
  mutant(
    'ids-repeat-by-line',
    'Attachments to one interrupt share their id.',
    ['attach/unique-id'],
    {
      id: (honest, { vector, thread }, { state }) =>
        state.attachments.find((one) => one.live && one.vector === vector && one.thread === thread)?.id ??
        honest,
    },
    { deep: true },
  ),
  mutant(
    'detach-refuses-last-in-list',
    'What was attached with END cannot be detached.',
    ['attach/id-detaches'],
    {
      companion: (honest, call, one) =>
        honest === null && call === 'detach' && one?.atEnd === true ? 'EINVAL' : honest,
    },
  ),
  mutant(
    'plain-returns-negative',
    'The plain forms return the negative of the error.',
    ['errors/plain-minus-one'],
    {
      reports: (honest, { isR }) =>
        honest.error !== undefined && !isR ? { ...honest, returned: 'negative' } : honest,
    },
  ),
  mutant('plain-keeps-errno', 'The Priority form without _r does not set errno.', ['errors/plain-errno'], {
    reports: (honest, { isR, priority }) =>
      honest.error !== undefined && !isR && priority !== null ? { ...honest, errno: 'kept' } : honest,
  }),
  mutant('r-returns-minus-one', 'The _r forms return -1.', ['errors/r-negative'], {
    reports: (honest, { isR }) =>
      honest.error !== undefined && isR ? { ...honest, returned: 'minus-one' } : honest,
  }),
  mutant('r-sets-errno', 'The _r forms set errno too.', ['errors/r-keeps-errno'], {
    reports: (honest, { isR }) =>
      honest.error !== undefined && isR ? { ...honest, errno: honest.error } : honest,
  }),
  mutant(
    'r-sets-errno-when-busy',
    'The Priority form with _r sets errno when an interrupt is held exclusively.',
    ['errors/r-keeps-errno'],
    {
      reports: (honest, { isR, priority }) =>
        honest.error === 'EBUSY' && isR && priority !== null ? { ...honest, errno: honest.error } : honest,
    },
    { deep: true },
  ),
  mutant(
    'pulse-must-be-registered',
    'A pulse that is not registered is refused.',
    ['attach/event-unregistered'],
    refuses('EINVAL', event('PULSE')),
  ),
] as const;

const permission = [
  mutant(
    'interrupt-ability-unchecked',
    'Nobody asks for the ability to attach.',
    ['permission/interrupt-ability', 'errors/permission'],
    overlooks('EPERM', ({ event: type }) => type !== 'THREAD'),
  ),
  mutant(
    'thread-ability-unchecked',
    'Nobody asks for the ability to have threads created.',
    ['permission/thread-ability', 'errors/permission'],
    overlooks(
      'EPERM',
      (call, { state }) =>
        call.event === 'THREAD' && state.abilities[call.thread < 2 ? 0 : 1]?.interrupt === true,
    ),
  ),
  mutant(
    'permission-is-EACCES',
    'A missing ability is EACCES.',
    ['errors/permission'],
    says('EPERM', 'EACCES'),
  ),
  mutant(
    'r-form-unchecked',
    'The _r forms do not ask for the ability.',
    ['permission/interrupt-ability', 'permission/thread-ability', 'errors/permission'],
    overlooks('EPERM', ({ isR }) => isR),
  ),
] as const;

const masking = [
  mutant(
    'not-masked-at-delivery',
    'A delivery does not mask the interrupt.',
    ['masking/masked-at-delivery', 'delivery/once'],
    { masksAtDelivery: () => false },
  ),
  mutant(
    'end-not-masked-at-delivery',
    'A delivery does not mask an interrupt whose only attachment was made with END.',
    ['masking/masked-at-delivery', 'delivery/once'],
    { masksAtDelivery: ({ atEnd }) => !atEnd },
  ),
  mutant(
    'unmask-does-nothing',
    'InterruptUnmask() succeeds and does nothing.',
    ['masking/unmask-enables', 'masking/unmask-after-no-unmask'],
    { unmasks: (_, by) => by !== 'unmask' },
  ),
  mutant(
    'third-unmask-lost',
    'After three interrupts InterruptUnmask() does nothing.',
    ['masking/unmask-enables'],
    { unmasks: (one, by, kernel) => by !== 'unmask' || kernel.line(one.vector).raised < 3 },
    { deep: true },
  ),
  mutant(
    'wait-does-not-unmask',
    'InterruptWait() ignores its flag for unmasking.',
    ['masking/wait-unmasks'],
    {
      unmasks: (_, by) => by !== 'wait',
    },
  ),
  mutant(
    'first-stays-masked',
    'The first attachment of a semaphore leaves the interrupt masked.',
    ['masking/first-unmasks', 'event/semaphore', 'delivery/attached'],
    {
      masksAtFirst: (honest, call, kernel) =>
        call.event === 'SEM' && attachedTo(call, kernel).length === 0 ? 1 : honest,
    },
  ),
  mutant(
    'local-stays-masked',
    'The first attachment to an interrupt that is local to a processor leaves it masked.',
    ['masking/first-unmasks', 'flags/cpu-local', 'delivery/attached'],
    {
      masksAtFirst: (honest, call, kernel) =>
        call.vector === 'local' && attachedTo(call, kernel).length === 0 ? 1 : honest,
    },
  ),
  mutant('no-unmask-ignored', 'NO_UNMASK is ignored.', ['masking/no-unmask'], {
    masksAtFirst: (honest, call, kernel) => (attachedTo(call, kernel).length === 0 ? 0 : honest),
  }),
  mutant(
    'no-unmask-sticks',
    'What was attached with NO_UNMASK cannot be unmasked before the first delivery.',
    ['masking/unmask-after-no-unmask'],
    { unmasks: (one, by, kernel) => by === 'wait' || kernel.line(one.vector).openedOnce },
  ),
  mutant(
    'second-attachment-unmasks',
    'Every attachment unmasks the interrupt.',
    ['masking/second-does-not-unmask', 'masking/masked-at-delivery'],
    {
      afterAttach: (one, kernel) => {
        if (kernel.line(one.vector).list.length < 2) return;
        for (const other of kernel.attached(kernel.line(one.vector))) other.masks = 0;
      },
    },
  ),
] as const;

const delivery = [
  mutant(
    'third-interrupt-lost',
    'The third interrupt of a source is lost.',
    ['delivery/attached', 'masking/unmask-enables', 'masking/wait-unmasks', 'event/pulse'],
    { posts: (one, _, kernel) => (kernel.line(one.vector).raised === 3 ? 0 : 1) },
    { deep: true },
  ),
  mutant('delivered-twice', 'A signal is delivered twice.', ['delivery/once'], {
    posts: ({ event: type }) => (type === 'SIGNAL' ? 2 : 1),
  }),
  mutant(
    'delivered-again-after-unmask',
    'Unmasking delivers the last interrupt once more.',
    ['delivery/once', 'masking/masked-at-delivery'],
    {
      afterUnmask: (one, kernel) => {
        if (kernel.line(one.vector).raised > 0) kernel.line(one.vector).latched = true;
      },
    },
  ),
  mutant('semaphore-lost', 'Semaphores are never incremented.', ['event/semaphore', 'delivery/attached'], {
    emits: (one) => (one.event === 'SEM' ? [] : [one.name]),
  }),
  mutant(
    'pulse-lost-on-second-source',
    'Pulses of the second source are lost.',
    ['event/pulse', 'delivery/attached', 'masking/first-unmasks'],
    { emits: (one) => (one.event === 'PULSE' && one.vector === 'second' ? [] : [one.name]) },
  ),
  mutant('signal-code-lost', 'Signals with a code are lost.', ['event/signal', 'delivery/attached'], {
    emits: (one) => (one.event === 'SIGNAL_CODE' ? [] : [one.name]),
  }),
  mutant('thread-not-created', 'SIGEV_THREAD creates no thread.', ['event/thread', 'delivery/attached'], {
    emits: (one) => (one.event === 'THREAD' ? [] : [one.name]),
  }),
  mutant(
    'waiter-not-woken',
    'The thread that attached is not woken.',
    ['event/intr-wakes', 'delivery/attached'],
    { wakes: () => false },
  ),
  mutant(
    'waiter-not-woken-twice',
    'The thread that attached is woken by the first interrupt only.',
    ['event/intr-wakes', 'delivery/attached', 'masking/wait-unmasks', 'masking/unmask-enables'],
    { wakes: (one, kernel) => kernel.line(one.vector).raised < 2 },
    { deep: true },
  ),
  mutant('intr-creates-thread', 'SIGEV_INTR creates a thread.', ['event/intr-no-thread'], {
    reports: (honest, call) =>
      call.event === 'INTR' && honest.id !== undefined ? { ...honest, threads: 1 } : honest,
  }),
  mutant(
    'intr-takes-priority',
    'SIGEV_INTR gives the caller the priority asked for.',
    ['event/intr-priority-ignored'],
    {
      reports: (honest, call) =>
        call.event === 'INTR' && honest.id !== undefined && call.priority !== null
          ? { ...honest, caller: 'changed' }
          : honest,
    },
  ),
  mutant('two-hidden-threads', 'A pulse gets two service threads.', ['event/hidden-thread'], {
    reports: (honest, call) =>
      call.event === 'PULSE' && honest.id !== undefined ? { ...honest, threads: 2 } : honest,
  }),
  mutant(
    'detach-keeps-thread',
    'A service thread lives on when it is detached.',
    ['event/until-detached', 'masking/masked-at-delivery', 'flags/exclusive-released', 'limit/thirty-two'],
    { keepsAfterDetach: ({ event: type }) => type !== 'INTR' },
  ),
] as const;

const ordering = [
  mutant(
    'only-first-is-served',
    'Of several attachments only the first is served.',
    ['order/shared', 'delivery/attached'],
    {
      posts: (_, place) => (place > 0 ? 0 : 1),
    },
  ),
  mutant(
    'third-is-not-served',
    'Of three attachments the last is not served.',
    ['order/shared', 'delivery/attached'],
    { posts: (_, place) => (place > 1 ? 0 : 1) },
    { deep: true },
  ),
  mutant('always-at-the-end', 'Every attachment goes to the end of the list.', ['order/front'], {
    place: (_, __, length) => length,
  }),
  mutant('end-at-the-front', 'END is ignored.', ['order/end'], { place: () => 0 }),
  mutant('thirty-one', 'The thirty-second attachment is refused.', ['limit/thirty-two'], {
    lineMax: () => 31,
  }),
  mutant('thirty-three', 'A thirty-third attachment is admitted.', ['errors/too-many'], {
    lineMax: () => 33,
  }),
  mutant(
    'slot-lost-at-detach',
    'What was detached still counts among the thirty-two.',
    ['limit/thirty-two', 'errors/change-nothing'],
    {
      lineMax: (honest, { state }) => honest - state.attachments.filter(({ live }) => !live).length,
    },
    { deep: true },
  ),
] as const;

const priorities = [
  mutant(
    'priority-one-less',
    'The service thread runs one below the priority asked for.',
    ['priority/as-given'],
    {
      reports: (honest, call) =>
        typeof honest.priority === 'number' && prio(call) > 1 && prio(call) < 254
          ? { ...honest, priority: honest.priority - 1 }
          : honest,
    },
  ),
  mutant('priority-zero-kept', 'A priority of 0 is kept.', ['priority/low-is-one'], {
    reports: (honest, call) =>
      honest.priority !== undefined && prio(call) === 0 ? { ...honest, priority: 0 } : honest,
  }),
  mutant('clamped-at-255', 'A priority above that of the clock becomes 255.', ['priority/high-is-clock'], {
    reports: (honest, call) =>
      honest.priority !== undefined && prio(call) > 254 ? { ...honest, priority: 255 } : honest,
  }),
  mutant(
    'clamped-at-253',
    'No service thread runs above 253.',
    ['priority/as-given', 'priority/high-is-clock'],
    {
      reports: (honest, call) =>
        honest.priority !== undefined && prio(call) > 253 ? { ...honest, priority: 253 } : honest,
    },
  ),
  mutant(
    'negative-priority-is-one',
    'A priority with its highest bit set becomes 1.',
    ['priority/high-is-clock'],
    {
      reports: (honest, call) =>
        honest.priority !== undefined && prio(call) >= 2 ** 31 ? { ...honest, priority: 1 } : honest,
    },
  ),
] as const;

const flags = [
  mutant(
    'exclusive-not-asked',
    'EXCLUSIVE is granted although something is attached.',
    ['flags/exclusive-asks', 'errors/exclusive-refused'],
    overlooks('EBUSY', (call, kernel) => asksAlone(call, kernel) && !isHeld(call, kernel)),
  ),
  mutant(
    'exclusive-not-held',
    'Others attach to what is held exclusively.',
    ['flags/exclusive-holds', 'errors/held-exclusively'],
    overlooks('EBUSY', (call, kernel) => isHeld(call, kernel) && !asksAlone(call, kernel)),
  ),
  mutant(
    'exclusive-never-released',
    'What was held exclusively stays so.',
    ['flags/exclusive-released'],
    refuses('EBUSY', ({ vector }, { state }) =>
      state.attachments.some((one) => one.exclusive && !one.live && one.vector === vector),
    ),
  ),
  mutant(
    'exclusive-released-by-any-detach',
    'Detaching from another interrupt ends what is held exclusively.',
    ['flags/exclusive-holds', 'errors/held-exclusively'],
    overlooks(
      'EBUSY',
      (call, kernel) =>
        isHeld(call, kernel) &&
        kernel.state.attachments.some((one) => !one.live && one.vector !== call.vector),
    ),
    { deep: true },
  ),
  mutant(
    'cpu-local-refused',
    'CPU_LOCAL is refused although the caller is bound.',
    ['flags/cpu-local'],
    refuses('EINVAL', ({ flags: given, vector }) => given.has('CPU_LOCAL') && vector === 'local'),
  ),
  mutant(
    'affinity-not-inherited',
    'With CPU_LOCAL the service thread runs anywhere.',
    ['flags/cpu-local-inherits'],
    {
      reports: (honest) => (honest.affinity === 'one' ? { ...honest, affinity: 'all' } : honest),
    },
  ),
] as const;

const errors = [
  mutant(
    'no-memory-is-ENOMEM',
    'Exhausted memory is ENOMEM.',
    ['errors/no-memory'],
    says('EAGAIN', 'ENOMEM', (_, { state }) => state.exhausted),
  ),
  mutant(
    'entries-not-counted',
    'Attaching goes on when all entries are used up.',
    ['errors/no-entries'],
    overlooks('EAGAIN', (call, kernel) => kernel.state.entriesUsedUp && attachedTo(call, kernel).length < 32),
  ),
  mutant(
    'no-entry-is-ENOMEM',
    'No entry left is ENOMEM.',
    ['errors/no-entries'],
    says('EAGAIN', 'ENOMEM', (_, { state }) => state.entriesUsedUp && !state.exhausted),
  ),
  mutant(
    'full-is-ENOSPC',
    'A full list is ENOSPC.',
    ['errors/too-many'],
    says('EAGAIN', 'ENOSPC', (_, { state }) => !state.exhausted && !state.entriesUsedUp),
  ),
  mutant(
    'thread-attaches-twice',
    'A thread serves two interrupts.',
    ['errors/already-attached'],
    overlooks(
      'EBUSY',
      (call, kernel) => call.event === 'INTR' && !isHeld(call, kernel) && !asksAlone(call, kernel),
    ),
  ),
  mutant(
    'held-is-EPERM',
    'What is held exclusively is EPERM.',
    ['errors/held-exclusively'],
    says('EBUSY', 'EPERM', (call, kernel) => isHeld(call, kernel) && !asksAlone(call, kernel)),
  ),
  mutant(
    'not-alone-is-EAGAIN',
    'EXCLUSIVE beside others is EAGAIN.',
    ['errors/exclusive-refused'],
    says('EBUSY', 'EAGAIN', (call, kernel) => asksAlone(call, kernel) && !isHeld(call, kernel)),
  ),
  mutant('fault-is-EINVAL', 'A pointer to nowhere is EINVAL.', ['errors/fault'], says('EFAULT', 'EINVAL')),
  mutant(
    'fault-goes-through',
    'A pointer to nowhere is taken.',
    ['errors/fault'],
    overlooks('EFAULT', () => true),
  ),
  mutant(
    'invalid-vector-is-ENXIO',
    'A number that is no interrupt is ENXIO.',
    ['errors/invalid-vector'],
    says('EINVAL', 'ENXIO', ({ vector }) => vector === 'invalid'),
  ),
  mutant(
    'invalid-vector-accepted',
    'A number that is no interrupt is attached to.',
    ['errors/invalid-vector'],
    overlooks('EINVAL', ({ vector, event: type }) => vector === 'invalid' && ['INTR', 'SEM'].includes(type)),
  ),
  mutant(
    'unbound-accepted',
    'CPU_LOCAL is accepted from a thread that runs anywhere.',
    ['errors/not-bound'],
    overlooks(
      'EINVAL',
      (call, { state }) =>
        call.vector === 'local' &&
        state.threads[call.thread]?.bound === false &&
        ['PULSE', 'INTR', 'SEM'].includes(call.event),
    ),
  ),
  mutant(
    'event-none-accepted',
    'SIGEV_NONE is accepted.',
    ['errors/event-none'],
    overlooks('EINVAL', ({ event: type, vector }) => type === 'NONE' && vector !== 'invalid'),
  ),
  mutant(
    'event-unblock-is-ENOTSUP',
    'SIGEV_UNBLOCK is ENOTSUP.',
    ['errors/event-unblock'],
    says('EINVAL', 'ENOTSUP', event('UNBLOCK')),
  ),
  mutant(
    'signal-thread-accepted',
    'SIGEV_SIGNAL_THREAD is accepted.',
    ['errors/event-signal-thread'],
    {},
    { choices: { 'signal-thread@attach': 'accepted' } },
  ),
  mutant(
    'refusal-unmasks',
    'A call that fails unmasks the interrupt.',
    ['errors/change-nothing', 'masking/masked-at-delivery', 'masking/no-unmask'],
    {
      afterRefusal: ({ vector }, kernel) => {
        for (const one of kernel.attached(kernel.line(vector))) one.masks = 0;
      },
    },
    { deep: true },
  ),
  mutant('refusal-leaves-thread', 'A call that fails leaves its service thread.', ['errors/change-nothing'], {
    reports: (honest) => (honest.error === 'EBUSY' ? { ...honest, threads: 1 } : honest),
  }),
] as const;

const companions = [
  mutant(
    'masks-not-counted',
    'An attachment is masked or not, however often.',
    ['companions/mask-masks'],
    { masks: () => 1 },
    COMPANIONS,
  ),
  mutant(
    'mask-of-the-line',
    'Masks belong to the interrupt, not to the attachment.',
    ['companions/unmask-own', 'companions/mask-masks', 'companions/unmask-unmasked'],
    {},
    { ...COMPANIONS, choices: { masks: 'of a line' } },
  ),
  mutant(
    'unmask-goes-below-zero',
    'An attachment can be unmasked more often than it was masked.',
    ['companions/unmask-unmasked'],
    { companion: (honest, call) => (call === 'unmask' && honest === 'EAGAIN' ? null : honest) },
    COMPANIONS,
  ),
  mutant(
    'mask-of-all-is-EINVAL',
    'Masking id -1 is EINVAL.',
    ['companions/all-attachments'],
    { companion: (honest) => (honest === 'ENOTSUP' ? 'EINVAL' : honest) },
    COMPANIONS,
  ),
  mutant(
    'unknown-id-is-EINVAL',
    'An unknown id is EINVAL to mask and unmask.',
    ['companions/unknown-id'],
    { companion: (honest) => (honest === 'ESRCH' ? 'EINVAL' : honest) },
    COMPANIONS,
  ),
  mutant(
    'detach-of-nothing-succeeds',
    'Detaching what does not exist succeeds.',
    ['companions/detach-unknown'],
    { companion: (honest, call, one) => (call === 'detach' && one === null ? null : honest) },
    COMPANIONS,
  ),
] as const;

const inconsistent = [
  mutant(
    'unknown-flags-vary',
    'Whether an unknown flag is refused depends on which one it is.',
    ['flags/unknown'],
    refuses('EINVAL', ({ flags: given }) => given.has('BIT_30') || given.has('BIT_31')),
  ),
  mutant(
    'unknown-event-varies',
    'Whether an unknown event is refused depends on the form of the call.',
    ['errors/event-unknown'],
    overlooks('EINVAL', ({ event: type, isR, vector }) => type === 'unknown' && isR && vector !== 'invalid'),
  ),
  mutant(
    'memory-event-varies',
    'Whether SIGEV_MEMORY is refused depends on the form of the call.',
    ['errors/event-unknown'],
    overlooks('EINVAL', ({ event: type, isR, vector }) => type === 'MEMORY' && isR && vector !== 'invalid'),
  ),
] as const;

const system = [
  mutant('dies-at-full-list', 'The system dies when a list is full.', ['system/crash'], {
    incident: ({ state }) =>
      Object.values(state.lines).some(({ list }) => list.length >= 32)
        ? { kind: 'died', text: 'kernel fault in the list of an interrupt' }
        : null,
  }),
  mutant(
    'hangs-when-shared-by-four',
    'The system hangs when four attachments share an interrupt.',
    ['system/hang'],
    {
      incident: ({ state }) =>
        Object.values(state.lines).some(({ list }) => list.length === 4)
          ? { kind: 'hung', text: 'no answer' }
          : null,
    },
  ),
  mutant(
    'warns-without-memory',
    'An attachment without memory leaves a warning in the log.',
    ['system/warning'],
    {
      incident: ({ state }) =>
        state.exhausted && state.attachments.length > 0
          ? { kind: 'warning', text: 'allocation failed' }
          : null,
    },
  ),
  mutant('leaks-thread', 'A service thread is left behind when it is detached.', ['system/leak'], {
    incident: ({ state }) =>
      state.attachments.some(({ live, event: type }) => !live && type === 'THREAD')
        ? { kind: 'leak', text: 'one thread' }
        : null,
  }),
] as const;

const controls = [
  mutant(
    'mask-of-the-line-by-the-page',
    'Masks belong to the interrupt, which this page leaves open.',
    [],
    {},
    { control: true, choices: { masks: 'of a line' } },
  ),
  mutant(
    'order-of-others-reversed',
    'Service threads that are not bound run in the order opposite to the list.',
    [],
    {
      order: (honest, { state }) =>
        honest.every((number) => state.attachments[number]?.bound === false) ? honest.toReversed() : honest,
    },
    { control: true },
  ),
  mutant(
    'last-error-first',
    'Of several errors the last one of the page is reported.',
    [],
    { refusal: (honest) => honest.toReversed() },
    { control: true },
  ),
] as const;

export const qnxInterruptMutants: readonly QnxMutant[] = [
  ...results,
  ...permission,
  ...masking,
  ...delivery,
  ...ordering,
  ...priorities,
  ...flags,
  ...errors,
  ...companions,
  ...inconsistent,
  ...system,
  ...controls,
];
