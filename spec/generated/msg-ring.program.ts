// Generated from the schemas by `npm run generate`. Do not edit.

export type MsgRingStep =
  | MsgRingSetup
  | MsgRingEnable
  | MsgRingDup
  | MsgRingClose
  | MsgRingOpen
  | MsgRingPrepMsgRing
  | MsgRingSubmit
  | MsgRingReap
  | MsgRingWait
  | MsgRingDrain
  | MsgRingExit
  | MsgRingMemory
  | MsgRingSettle
  | MsgRingEnd;

/**
 * A program of io_uring MSG_RING, io_uring_prep_msg_ring(3).
 */
export type MsgRingProgram = {
  readonly interface: 'msg-ring';
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
  readonly steps: readonly MsgRingStep[];
};
/**
 * Creates a ring; the acting thread owns it (of a single-issuer ring created disabled, the thread that enables it).
 */
export type MsgRingSetup = {
  readonly op: 'setup';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * Names the ring that it returns.
   */
  readonly as?: string;
  /**
   * Size of the submission queue, rounded up to a power of two by the kernel.
   */
  readonly entries?: number;
  /**
   * Size of the completion queue; 0 asks for the default, twice the entries.
   */
  readonly cq_entries?: number;
  /**
   * IORING_SETUP_* flags by name.
   */
  readonly flags?: string;
};
/**
 * Enables a ring that was created with R_DISABLED.
 */
export type MsgRingEnable = {
  readonly op: 'enable';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The ring.
   */
  readonly ring: string;
};
/**
 * Duplicates a descriptor.
 */
export type MsgRingDup = {
  readonly op: 'dup';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * Names the descriptor that it returns.
   */
  readonly as?: string;
  /**
   * The descriptor.
   */
  readonly fd: string;
};
/**
 * Closes a descriptor. Its number is not used again in the same program.
 */
export type MsgRingClose = {
  readonly op: 'close';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The descriptor.
   */
  readonly fd: string;
};
/**
 * Opens a descriptor that is not a ring.
 */
export type MsgRingOpen = {
  readonly op: 'open';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * Names the descriptor that it returns.
   */
  readonly as?: string;
  /**
   * What to open; path is an O_PATH descriptor.
   */
  readonly kind?:
    | 'pipe-read'
    | 'pipe-write'
    | 'eventfd'
    | 'epoll'
    | 'timerfd'
    | 'socket'
    | 'file'
    | 'directory'
    | 'null'
    | 'memfd'
    | 'path';
};
/**
 * Fills in the next free submission entry of a ring; nothing is sent.
 */
export type MsgRingPrepMsgRing = {
  readonly op: 'prep_msg_ring';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The source: the ring whose submission queue takes the entry.
   */
  readonly ring: string;
  /**
   * The target.
   */
  readonly fd: string;
  /**
   * Becomes res of the target completion.
   */
  readonly len?: number;
  /**
   * Becomes user_data of the target completion.
   */
  readonly data?: string;
  /**
   * Message flags (msg_ring_flags).
   */
  readonly flags?: number;
  /**
   * user_data of the source completion.
   */
  readonly user_data?: string;
  /**
   * The field addr, which later editions use for the command.
   */
  readonly command?: string;
  /**
   * The field ioprio.
   */
  readonly ioprio?: number;
  /**
   * The field buf_index.
   */
  readonly buf_index?: number;
  /**
   * The field personality.
   */
  readonly personality?: number;
  /**
   * The field addr3.
   */
  readonly addr3?: string;
  /**
   * The field file_index.
   */
  readonly file_index?: number;
  /**
   * IOSQE_* flags by name.
   */
  readonly sqe_flags?: string;
};
/**
 * Enters the kernel once to submit the entries prepared so far, in order.
 */
export type MsgRingSubmit = {
  readonly op: 'submit';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The source.
   */
  readonly ring: string;
  /**
   * Entries to submit at most; 0 means all that are prepared.
   */
  readonly count?: number;
  /**
   * Enter with GETEVENTS.
   */
  readonly getevents?: boolean;
};
/**
 * Consumes the completions visible in the completion queue, without entering the kernel.
 */
export type MsgRingReap = {
  readonly op: 'reap';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The ring.
   */
  readonly ring: string;
  /**
   * Completions to consume at most; 0 means all.
   */
  readonly max?: number;
};
/**
 * Enters the kernel with GETEVENTS and blocks until count completions are there or the time is over; consumes none.
 */
export type MsgRingWait = {
  readonly op: 'wait';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * Names the call, which then may overlap the steps after it.
   */
  readonly begin?: string;
  /**
   * The ring.
   */
  readonly ring: string;
  /**
   * Completions to wait for; 0 only lets the kernel publish what it holds back.
   */
  readonly count?: number;
  /**
   * Longest wait in milliseconds.
   */
  readonly timeout_ms?: number;
};
/**
 * Enters with GETEVENTS and consumes, again and again until nothing comes: everything the ring will ever hold at this moment.
 */
export type MsgRingDrain = {
  readonly op: 'drain';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The ring.
   */
  readonly ring: string;
};
/**
 * The acting thread ends; its descriptors stay open. t0 never ends.
 */
export type MsgRingExit = {
  readonly op: 'exit';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
};
/**
 * From now on the kernel cannot allocate memory, or can again.
 */
export type MsgRingMemory = {
  readonly op: 'memory';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The new state.
   */
  readonly state?: 'exhausted' | 'restored';
};
/**
 * Waits long enough for everything that happens by itself.
 */
export type MsgRingSettle = {
  readonly op: 'settle';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
};
/**
 * Waits until a call that was begun has returned.
 */
export type MsgRingEnd = {
  readonly op: 'end';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2';
  /**
   * The name given by `begin`.
   */
  readonly call: string;
};
