/** An actor on a thread of its own. */

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { Actor } from './actor.ts';
import type { SystemCallNumbers } from './architecture.ts';
import { monotonicUs, sleepMs } from './clock.ts';
import type { Answer, Libc } from './libc.ts';
import type { Scratch } from './scratch.ts';
import { letter, mailbox, state, type ThreadData, threadBody } from './thread-body.ts';

/** A thread of the agent does not do what threads do: the agent, not the system under test, has failed. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';
}

/** What a call that was begun came to. */
export interface Returned {
  readonly answer: Answer;
  /** Microseconds of the monotonic clock, taken by the thread itself. */
  readonly atUs: number;
}

const startingMsMax = 20_000;
const leavingMsMax = 5_000;
/** Signal that takes a thread out of a blocking call: nothing else in this process uses it, and by default it is ignored. */
const SIGURG = 23;

const ignoreSignal = (): void => undefined;

export class ActorThread implements Actor {
  readonly scratch: Scratch;
  readonly #numbers: SystemCallNumbers;
  readonly #libc: Libc;
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * mailbox.words));
  readonly #letter = new Float64Array(new SharedArrayBuffer(8 * letter.numbers));
  readonly #worker: Worker;
  readonly #stat = Buffer.alloc(64);
  #statFd = -1;
  #underWay = false;
  #failure: unknown;

  constructor(libc: Libc, numbers: SystemCallNumbers, scratch: Scratch) {
    this.#libc = libc;
    this.#numbers = numbers;
    this.scratch = scratch;
    const workerData: ThreadData = {
      koffiPath: libc.koffiPath,
      words: this.#words.buffer,
      numbers: this.#letter.buffer,
    };
    this.#worker = new Worker(`(${threadBody})(require)`, {
      eval: true,
      env: SHARE_ENV,
      trackUnmanagedFds: false,
      workerData,
    });
    this.#worker.unref();
    this.#worker.once('error', (failure) => {
      this.#failure = failure;
    });
    // A handler has to be there, or the kernel throws the signal away.
    if (process.listenerCount('SIGURG') === 0) process.on('SIGURG', ignoreSignal);
  }

  /**
   * Waits until the thread is there.
   *
   * @throws {ThreadFailure} It did not start.
   */
  ready(): void {
    const deadlineUs = monotonicUs() + startingMsMax * 1e3;
    while (this.#state === state.starting) {
      if (this.#failure !== undefined || monotonicUs() > deadlineUs)
        throw new ThreadFailure('a thread did not start', { cause: this.#failure });
      Atomics.wait(this.#words, mailbox.state, state.starting, 100);
    }
    if (this.#statFd < 0) this.#statFd = openSync(`/proc/self/task/${this.threadId}/stat`, 'r');
  }

  get starting(): boolean {
    return this.#state === state.starting;
  }

  /** The kernel's number of this thread. */
  get threadId(): number {
    return this.#words[mailbox.thread] as number;
  }

  /** Whether a call was begun and its return not yet taken. */
  get underWay(): boolean {
    return this.#underWay;
  }

  call(number: number, ...args: readonly number[]): Answer {
    this.begin(number, ...args);
    return this.awaitReturn().answer;
  }

  /** Lets the thread make a call, and does not wait for it. */
  begin(number: number, ...args: readonly number[]): void {
    if (this.#underWay) throw new ThreadFailure('a thread was given a call while it makes another');
    this.#letter[letter.call] = number;
    for (let index = 0; index < 6; index++) this.#letter[letter.call + 1 + index] = args[index] ?? 0;
    this.#underWay = true;
    this.#post(state.posted);
  }

  /** What the call under way came to, if it has returned. */
  poll(): Returned | undefined {
    if (!this.#underWay || this.#state !== state.done) return undefined;
    this.#underWay = false;
    return {
      answer: this.#letter[letter.answer] as number,
      atUs: this.#letter[letter.returnedAtUs] as number,
    };
  }

  /**
   * Waits for the call under way. It has no bound of its own: every call that programs can begin has a time-out, and
   * one that outlives it is the system's failure, which whoever runs the agent notices by its own deadline.
   */
  awaitReturn(): Returned {
    for (;;) {
      const returned = this.poll();
      if (returned) return returned;
      const now = this.#state;
      if (now !== state.done) Atomics.wait(this.#words, mailbox.state, now);
    }
  }

  /** Waits until the call under way returned, at most `ms`. */
  hasReturnedWithin(ms: number): boolean {
    const deadlineUs = monotonicUs() + ms * 1e3;
    for (;;) {
      const now = this.#state;
      if (now === state.done) return true;
      const leftMs = (deadlineUs - monotonicUs()) / 1e3;
      if (leftMs <= 0) return false;
      Atomics.wait(this.#words, mailbox.state, now, leftMs);
    }
  }

  /** Whether the thread sleeps inside the call under way: seen by the kernel as sleeping, and not by our mailbox. */
  get blocked(): boolean {
    if (this.#state !== state.running) return false;
    const length = readSync(this.#statFd, this.#stat, 0, this.#stat.length, 0);
    const text = this.#stat.toString('latin1', 0, length);
    const letterAt = text.lastIndexOf(')') + 2;
    return (text[letterAt] === 'S' || text[letterAt] === 'D') && this.#state === state.running;
  }

  /** Takes the thread out of the call under way, which then returns EINTR; false when it did not within `ms`. */
  interrupt(ms: number): boolean {
    const deadlineUs = monotonicUs() + ms * 1e3;
    while (!this.hasReturnedWithin(1)) {
      if (monotonicUs() > deadlineUs) return false;
      this.#libc.call(this.#numbers.tgkill, process.pid, this.threadId, SIGURG);
    }
    this.poll();
    return true;
  }

  /**
   * Ends the thread, and waits until the kernel has taken it down: a thread is joined some time before its
   * io_uring work is cancelled, and gone from /proc after that.
   *
   * @throws {ThreadFailure} It is still there.
   */
  leave(): void {
    this.dismiss();
    const path = `/proc/self/task/${this.threadId}`;
    const deadlineUs = monotonicUs() + leavingMsMax * 1e3;
    while (existsSync(path)) {
      if (monotonicUs() > deadlineUs) throw new ThreadFailure('a thread did not end');
      sleepMs(0.2);
    }
  }

  /** Lets the thread end, some time. */
  dismiss(): void {
    if (this.#statFd >= 0) closeSync(this.#statFd);
    this.#statFd = -1;
    this.#post(state.leave);
  }

  get #state(): number {
    return Atomics.load(this.#words, mailbox.state);
  }

  #post(next: number): void {
    Atomics.store(this.#words, mailbox.state, next);
    Atomics.notify(this.#words, mailbox.state);
  }
}
