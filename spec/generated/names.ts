// Generated from the schemas by `npm run generate`. Do not edit.

/** The interfaces in their fixed order. */
export const interfaceNames = ['msg-ring'] as const;

/** An interface that is described here. */
export type InterfaceName =
  | 'msg-ring';

/** What each interface is, for lists that need nothing else of it. */
export const interfaceTitles: Readonly<Record<InterfaceName, string>> = {
  'msg-ring': 'io_uring MSG_RING, io_uring_prep_msg_ring(3)',
};

/** A clause of any interface. */
export type ClauseId =
  | 'msg-ring/prep/sends-nothing'
  | 'msg-ring/send/target-is-a-ring'
  | 'msg-ring/send/posts-completion'
  | 'msg-ring/send/res-is-len'
  | 'msg-ring/send/user-data-is-data'
  | 'msg-ring/flags/must-be-zero'
  | 'msg-ring/target/any-accessible'
  | 'msg-ring/target/self'
  | 'msg-ring/send/payload-unchanged'
  | 'msg-ring/wait/message-wakes'
  | 'msg-ring/target/both-directions'
  | 'msg-ring/completion/source-completes'
  | 'msg-ring/prep/returns-nothing'
  | 'msg-ring/error/in-res'
  | 'msg-ring/error/no-memory'
  | 'msg-ring/error/invalid-field'
  | 'msg-ring/error/not-a-ring'
  | 'msg-ring/error/overflow'
  | 'msg-ring/overflow/full-is-no-error'
  | 'msg-ring/document/silences'
  | 'msg-ring/send/refused-posts-nothing'
  | 'msg-ring/send/posts-at-most-one'
  | 'msg-ring/completion/exactly-one'
  | 'msg-ring/wait/no-early-timeout'
  | 'msg-ring/send/target-flags'
  | 'msg-ring/completion/success-value'
  | 'msg-ring/target/disabled-open'
  | 'msg-ring/error/non-descriptor'
  | 'msg-ring/fields/foreign'
  | 'msg-ring/fields/commands'
  | 'msg-ring/modes/sqe-flags'
  | 'msg-ring/modes/ring-modes'
  | 'msg-ring/lifetime/dead-owner'
  | 'msg-ring/order/open'
  | 'msg-ring/lifetime/in-flight-changes'
  | 'msg-ring/overflow/loss-without-memory'
  | 'msg-ring/wait/spurious'
  | 'msg-ring/target/disabled-refused'
  | 'msg-ring/flags/cqe-flags-pass'
  | 'msg-ring/fd/send-fd'
  | 'msg-ring/sync/register'
  | 'msg-ring/system/crash'
  | 'msg-ring/system/hang'
  | 'msg-ring/system/warning'
  | 'msg-ring/system/leak';

/** A variation point: name@situation. */
export type PointId =
  | 'target-flags@plain'
  | 'success-value@message'
  | 'disabled-target@direct'
  | 'disabled-target@deferred'
  | 'non-descriptor@closed'
  | 'non-descriptor@minus-one'
  | 'non-descriptor@out-of-range'
  | 'non-descriptor@path';

/** A dated document. */
export type EditionId =
  | 'E2022-03'
  | 'E2023-01'
  | 'E2023-03'
  | 'E2025-07';

/** A set of choices known by name. */
export type ProfileId =
  | 'docs'
  | 'linux-6';

/** An operation of msg-ring. */
export type MsgRingOperation =
  | 'setup'
  | 'enable'
  | 'dup'
  | 'close'
  | 'open'
  | 'prep_msg_ring'
  | 'submit'
  | 'reap'
  | 'wait'
  | 'drain'
  | 'exit'
  | 'memory';

/** A fact of the state that clauses of msg-ring read. */
export type MsgRingSituation =
  | 'target'
  | 'owner'
  | 'flags'
  | 'fields'
  | 'memory'
  | 'queue';

/** Something that a target of msg-ring may lack. */
export type MsgRingCapability =
  | 'threads'
  | 'memory-fault'
  | 'sqpoll'
  | 'iopoll'
  | 'defer-taskrun'
  | 'single-issuer';
