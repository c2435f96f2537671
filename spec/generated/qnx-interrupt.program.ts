// Generated from the schemas by `npm run generate`. Do not edit.

export type QnxInterruptStep =
  | QnxInterruptAttach
  | QnxInterruptAttachMany
  | QnxInterruptAttachThread
  | QnxInterruptDetach
  | QnxInterruptMask
  | QnxInterruptUnmask
  | QnxInterruptWait
  | QnxInterruptRaise
  | QnxInterruptAcknowledge
  | QnxInterruptCollect
  | QnxInterruptAbility
  | QnxInterruptRunmask
  | QnxInterruptMemory
  | QnxInterruptEntries
  | QnxInterruptSettle
  | QnxInterruptEnd;

/**
 * A program of QNX interrupts, InterruptAttachEvent() and its family.
 */
export type QnxInterruptProgram = {
  readonly interface: 'qnx-interrupt';
  /**
   * Version of the interface it was written for.
   */
  readonly version?: 1;
  /**
   * For people; never read by the tool.
   */
  readonly note?: string;
  /**
   * @maxItems 10000
   */
  readonly steps: readonly QnxInterruptStep[];
};
/**
 * One of the four calls. errno is set to a sentinel before.
 */
export type QnxInterruptAttach = {
  readonly op: 'attach';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the attachment that it returns.
   */
  readonly as?: string;
  /**
   * Which of the four.
   */
  readonly call?:
    | 'InterruptAttachEvent'
    | 'InterruptAttachEvent_r'
    | 'InterruptAttachEventPriority'
    | 'InterruptAttachEventPriority_r';
  /**
   * The interrupt: three sources that fire on an edge, one that keeps its level, one that is local to a processor, and a number that is none.
   */
  readonly vector?: 'edge' | 'second' | 'third' | 'level' | 'local' | 'invalid';
  /**
   * Type of the event; unreadable is a pointer to nowhere.
   */
  readonly event?:
    | 'NONE'
    | 'INTR'
    | 'PULSE'
    | 'SEM'
    | 'SIGNAL'
    | 'SIGNAL_CODE'
    | 'SIGNAL_THREAD'
    | 'THREAD'
    | 'UNBLOCK'
    | 'MEMORY'
    | 'unknown'
    | 'unreadable';
  /**
   * The priority; used by the Priority pair only.
   */
  readonly prio?: number;
  /**
   * The flags, by name or by the number of their bit.
   */
  readonly flags?: string;
};
/**
 * InterruptAttachEvent() with semaphores again and again, until it fails or 40 times.
 */
export type QnxInterruptAttachMany = {
  readonly op: 'attach_many';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The interrupt: three sources that fire on an edge, one that keeps its level, one that is local to a processor, and a number that is none.
   */
  readonly vector?: 'edge' | 'second' | 'third' | 'level' | 'local' | 'invalid';
};
/**
 * InterruptAttachThread(): the acting thread becomes an interrupt service thread.
 */
export type QnxInterruptAttachThread = {
  readonly op: 'attach_thread';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the attachment that it returns.
   */
  readonly as?: string;
  /**
   * The interrupt: three sources that fire on an edge, one that keeps its level, one that is local to a processor, and a number that is none.
   */
  readonly vector?: 'edge' | 'second' | 'third' | 'level' | 'local' | 'invalid';
  /**
   * The flags, by name or by the number of their bit.
   */
  readonly flags?: string;
};
/**
 * InterruptDetach().
 */
export type QnxInterruptDetach = {
  readonly op: 'detach';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The attachment.
   */
  readonly id: string;
  /**
   * Plain, or the form with _r.
   */
  readonly form?: 'plain' | 'r';
};
/**
 * InterruptMask().
 */
export type QnxInterruptMask = {
  readonly op: 'mask';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The attachment.
   */
  readonly id: string;
};
/**
 * InterruptUnmask().
 */
export type QnxInterruptUnmask = {
  readonly op: 'unmask';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The attachment.
   */
  readonly id: string;
};
/**
 * InterruptWait(), with a timeout.
 */
export type QnxInterruptWait = {
  readonly op: 'wait';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the call, which then may overlap the steps after it.
   */
  readonly begin?: string;
  /**
   * Its flags.
   */
  readonly flags?: string;
  /**
   * Longest wait in milliseconds.
   */
  readonly timeout_ms?: number;
};
/**
 * The source of an interrupt fires once; one that keeps its level asserts it until it is acknowledged.
 */
export type QnxInterruptRaise = {
  readonly op: 'raise';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The interrupt.
   */
  readonly vector?: 'edge' | 'second' | 'third' | 'level' | 'local';
};
/**
 * The device behind the level source takes its level back.
 */
export type QnxInterruptAcknowledge = {
  readonly op: 'acknowledge';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * What the events of all attachments with a name brought since the last look, in the order of arrival.
 */
export type QnxInterruptCollect = {
  readonly op: 'collect';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * The acting process gives up an ability, or has it again.
 */
export type QnxInterruptAbility = {
  readonly op: 'ability';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The ability.
   */
  readonly which?: 'interrupt' | 'thread';
  /**
   * The new state.
   */
  readonly state?: 'dropped' | 'held';
};
/**
 * The acting thread is bound to one processor, or to none.
 */
export type QnxInterruptRunmask = {
  readonly op: 'runmask';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Processors that it may run on.
   */
  readonly processors?: 'one' | 'all';
};
/**
 * From now on the kernel cannot allocate memory, or can again.
 */
export type QnxInterruptMemory = {
  readonly op: 'memory';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'exhausted' | 'restored';
};
/**
 * All interrupt entries of the kernel are used up, or are there again.
 */
export type QnxInterruptEntries = {
  readonly op: 'entries';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'exhausted' | 'restored';
};
/**
 * Waits long enough for everything that happens by itself.
 */
export type QnxInterruptSettle = {
  readonly op: 'settle';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * Waits until a call that was begun has returned.
 */
export type QnxInterruptEnd = {
  readonly op: 'end';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The name given by `begin`.
   */
  readonly call: string;
};
