/** What a ring is made of. The objects here hold; what happens to them is decided in `kernel.ts`. */

import type { Errno } from '#spec/msg-ring/errno';
import { IORING_SETUP } from '#spec/msg-ring/flags';

/** A completion queue entry, in the shape in which a trace reports it. */
export type Completion = {
  readonly user_data: string;
  /** A signed number of 32 bits. */
  readonly res: number;
  /** An unsigned number of 32 bits. */
  readonly flags: number;
};

/** A thread of the program. */
export class Thread {
  readonly index: number;
  alive = true;
  /** The call that it is blocked in. */
  waiting: Waiter | null = null;

  constructor(index: number) {
    this.index = index;
  }
}

/** A message entry: filled in when it is prepared, then carried through the kernel until it has completed. */
export class Request {
  /** The ring whose submission queue took it. */
  readonly source: Ring;
  /** Number of the target's descriptor at the time it was prepared. */
  readonly fd: number;
  readonly len: number;
  readonly data: string;
  readonly flags: number;
  readonly userData: string;
  /** The field `addr`: 0x0 for a plain message. */
  readonly command: string;
  /** Which of the fields that the prepared call never sets are not zero. */
  readonly foreign: number;
  readonly fileIndex: number;
  readonly sqeFlags: number;
  /** Place in its batch, from 0; set when it is consumed. */
  batchIndex = 0;
  /** Who submitted it; null when the poller did. */
  submitter: Thread | null = null;
  /** The next member of its chain. */
  next: Request | null = null;
  /** Set once an asynchronous worker has it. */
  onWorker = false;
  /** What was wrong with it as an entry, noticed before its descriptor was looked at. */
  fault: Errno | null = null;

  constructor(
    source: Ring,
    fd: number,
    len: number,
    data: string,
    flags: number,
    userData: string,
    command: string,
    foreign: number,
    fileIndex: number,
    sqeFlags: number,
  ) {
    this.source = source;
    this.fd = fd;
    this.len = len;
    this.data = data;
    this.flags = flags;
    this.userData = userData;
    this.command = command;
    this.foreign = foreign;
    this.fileIndex = fileIndex;
    this.sqeFlags = sqeFlags;
  }
}

/** A thread blocked until completions are there or its time is over. */
export class Waiter {
  readonly thread: Thread;
  readonly ring: Ring;
  /** Completions it waits for, at least 1. */
  readonly count: number;
  /** Value of {@link Ring.tail} at which it has what it waits for. */
  readonly tail: number;
  readonly deadlineUs: number;
  /** Step that began the call. */
  readonly step: number;
  /** It has what it waits for, or will be told that it has. */
  woken = false;
  returned = false;

  constructor(
    thread: Thread,
    ring: Ring,
    count: number,
    deadlineUs: number,
    step: number,
    tail = ring.tail - ring.cq.length + count,
  ) {
    this.thread = thread;
    this.ring = ring;
    this.count = count;
    this.tail = tail;
    this.deadlineUs = deadlineUs;
    this.step = step;
  }
}

/** Something a deferred ring has to do when its owner enters: publish a completion, or start a request. */
export type TaskWork = Completion | Request;

/** What has happened to a ring: a truthful kernel has no use for it. */
export interface History {
  /** Messages accepted for it, and from it. */
  received: number;
  sent: number;
  /** Moves out of its overflow list. */
  flushes: number;
  /** Waits woken. */
  wakes: number;
  /** Descriptors of it that were closed. */
  closed: number;
  /** Rings that had ended when it was made. */
  madeAfter: number;
}

/** An io_uring instance. */
export class Ring {
  /** Order of creation in the program, from 0. */
  readonly index: number;
  readonly flags: number;
  readonly entries: number;
  readonly cqEntries: number;
  /** Completions for a deferred ring wait for its owner. IOPOLL keeps them direct. */
  readonly deferred: boolean;
  /** The only thread that may submit (and, when deferred, enter); meaningful for single-issuer rings. */
  owner: Thread | null;
  enabled: boolean;
  /** Descriptors that denote it. */
  references = 1;
  /** Set once nothing holds it any more: whatever is posted on it then vanishes. */
  released = false;

  /** Filled in and not consumed, oldest first. */
  prepared: Request[] = [];
  /** How many of those the poller can see. */
  published = 0;

  /** Visible completions, oldest first; never more than `cqEntries`. */
  cq: Completion[] = [];
  /** Completions that ever became visible. */
  tail = 0;
  /** Completions that found no room, published when somebody enters for events. */
  overflow: Completion[] = [];
  /** The queue was really full when the overflow list was last added to. */
  overflowing = false;
  /** A completion was lost and no waiter has been told. */
  dropped = false;

  taskWork: TaskWork[] = [];
  /** Requests that went to a worker and have not completed. */
  inFlight = 0;
  /** Requests held back by IO_DRAIN, and those behind them. */
  drained: Request[] = [];
  waiters: Waiter[] = [];

  /** What only lies read. */
  readonly history: History = { received: 0, sent: 0, flushes: 0, wakes: 0, closed: 0, madeAfter: 0 };

  constructor(
    index: number,
    flags: number,
    entries: number,
    cqEntries: number,
    owner: Thread | null,
    enabled: boolean,
  ) {
    this.index = index;
    this.flags = flags;
    this.entries = entries;
    this.cqEntries = cqEntries;
    this.deferred =
      (flags & (IORING_SETUP.DEFER_TASKRUN | IORING_SETUP.IOPOLL)) === IORING_SETUP.DEFER_TASKRUN;
    this.owner = owner;
    this.enabled = enabled;
  }

  /** Whether one more completion would not fit into its queue, counting those not yet visible. */
  get full(): boolean {
    return this.overflowing || this.cq.length + this.overflow.length + this.taskWork.length >= this.cqEntries;
  }
}
