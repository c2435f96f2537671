// Generated from the schemas by `npm run generate`. Do not edit.

/** The interfaces in their fixed order. */
export const interfaceNames = ['msg-ring'] as const;

/** An interface that is described here. */
export type InterfaceName =
  | 'msg-ring';

/** A clause of any interface. */
export type ClauseId = never;

/** A variation point: name@situation. */
export type PointId = never;

/** A dated document. */
export type EditionId = never;

/** A set of choices known by name. */
export type ProfileId = never;

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
