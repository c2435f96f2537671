// Generated from the schemas by `npm run generate`. Do not edit.

export type UintrStep =
  | UintrRegisterHandler
  | UintrUnregisterHandler
  | UintrCreateFd
  | UintrRegisterSelf
  | UintrRegisterSender
  | UintrUnregisterSender
  | UintrFillTable
  | UintrSenduipi
  | UintrClui
  | UintrStui
  | UintrTestui
  | UintrWait
  | UintrDup
  | UintrClose
  | UintrPass
  | UintrGetfd
  | UintrFork
  | UintrExec
  | UintrExit
  | UintrLog
  | UintrLimit
  | UintrMemory
  | UintrHardware
  | UintrSettle
  | UintrEnd;

/**
 * A program of Linux user interrupts, uintr_register_self(2) and uintr_create_fd(2).
 */
export type UintrProgram = {
  readonly interface: 'uintr';
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
  readonly steps: readonly UintrStep[];
};
/**
 * Registers the handler of the acting thread, which notes every vector that it is given.
 */
export type UintrRegisterHandler = {
  readonly op: 'register_handler';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * The acting thread gives up its handler.
 */
export type UintrUnregisterHandler = {
  readonly op: 'unregister_handler';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * uintr_create_fd: a descriptor for a vector of the acting thread.
 */
export type UintrCreateFd = {
  readonly op: 'create_fd';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the descriptor that it returns.
   */
  readonly as?: string;
  /**
   * The vector.
   */
  readonly vector?: string;
  /**
   * The flags.
   */
  readonly flags?: number;
};
/**
 * uintr_register_self: connects the acting thread with itself.
 */
export type UintrRegisterSelf = {
  readonly op: 'register_self';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the index that it returns.
   */
  readonly as?: string;
  /**
   * The vector.
   */
  readonly vector?: string;
  /**
   * The flags.
   */
  readonly flags?: number;
};
/**
 * uintr_register_sender: connects the acting thread with the receiver behind a descriptor.
 */
export type UintrRegisterSender = {
  readonly op: 'register_sender';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the index that it returns.
   */
  readonly as?: string;
  /**
   * The descriptor.
   */
  readonly fd: string;
  /**
   * The flags.
   */
  readonly flags?: number;
};
/**
 * uintr_unregister_sender, given an index (second generation) or a descriptor (first).
 */
export type UintrUnregisterSender = {
  readonly op: 'unregister_sender';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The index or descriptor.
   */
  readonly target: string;
};
/**
 * Registers the acting thread with itself again and again, until that fails or 1,024 times.
 */
export type UintrFillTable = {
  readonly op: 'fill_table';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * SENDUIPI on an index. A fault is the error SIGSEGV or SIGILL.
 */
export type UintrSenduipi = {
  readonly op: 'senduipi';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The index.
   */
  readonly index: string;
};
/**
 * CLUI: delivery off.
 */
export type UintrClui = {
  readonly op: 'clui';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * STUI: delivery on.
 */
export type UintrStui = {
  readonly op: 'stui';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * TESTUI.
 */
export type UintrTestui = {
  readonly op: 'testui';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * uintr_wait: blocks until an interrupt was delivered or the time is over.
 */
export type UintrWait = {
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
   * Longest wait in milliseconds.
   */
  readonly timeout_ms?: number;
};
/**
 * Duplicates a descriptor, without close-on-exec.
 */
export type UintrDup = {
  readonly op: 'dup';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
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
 * Closes the descriptor that the acting process has under this name; its number is not used again.
 */
export type UintrClose = {
  readonly op: 'close';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The descriptor.
   */
  readonly fd: string;
};
/**
 * Gives a descriptor to the process of another thread, which knows it by the new name.
 */
export type UintrPass = {
  readonly op: 'pass';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the descriptor that it returns.
   */
  readonly as?: string;
  /**
   * The descriptor.
   */
  readonly fd: string;
  /**
   * A thread of the other process.
   */
  readonly to: string;
};
/**
 * F_GETFD on a descriptor.
 */
export type UintrGetfd = {
  readonly op: 'getfd';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The descriptor.
   */
  readonly fd: string;
};
/**
 * The acting process forks; the child's only thread is an actor that has done nothing yet.
 */
export type UintrFork = {
  readonly op: 'fork';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The child.
   */
  readonly child: string;
};
/**
 * The acting process executes another image of the agent: its other threads end.
 */
export type UintrExec = {
  readonly op: 'exec';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * The acting thread ends; with the last one its process. t0 never ends.
 */
export type UintrExit = {
  readonly op: 'exit';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * What the handler of a thread was given since the last look, in order.
 */
export type UintrLog = {
  readonly op: 'log';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The thread.
   */
  readonly of: string;
};
/**
 * The limit on open descriptors of the acting process, or on open files of the system, is what is open now; or it is lifted.
 */
export type UintrLimit = {
  readonly op: 'limit';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'descriptors' | 'files' | 'lifted';
};
/**
 * From now on the kernel cannot allocate memory, or can again.
 */
export type UintrMemory = {
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
 * From now on the processor lacks user interrupts, or has them again.
 */
export type UintrHardware = {
  readonly op: 'hardware';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'missing' | 'present';
};
/**
 * Waits long enough for everything that happens by itself.
 */
export type UintrSettle = {
  readonly op: 'settle';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * Waits until a call that was begun has returned.
 */
export type UintrEnd = {
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
