/**
 * Calls that were begun and go on while others act.
 *
 * Such a call returns on its own thread, which takes the time itself; the agent learns of it between steps. A return
 * before a step began is recorded before that step, one during the step after it: the step claims that nothing
 * happened in between, and a return that is recorded later than it happened claims less, never more.
 */

import { waitArguments } from './calls.ts';
import { monotonicUs, sleepMs } from './clock.ts';
import type { Answer } from './libc.ts';
import type { Ring } from './ring.ts';
import type { CallUnderWay } from './settle.ts';
import type { ActorThread } from './thread.ts';

/** How long a call that was begun is given to get to sleep before the next step. */
const fallAsleepMsMax = 20;

/** A wait that is begun. */
export interface Wait {
  readonly name: string;
  /** Index of the step that begins it. */
  readonly step: number;
  readonly thread: ActorThread;
  readonly ring: Ring;
  /** Descriptor through which the ring is entered. */
  readonly fd: number;
  readonly count: number;
  readonly timeoutMs: number;
}

/** A call that has returned. */
export interface Return {
  readonly step: number;
  readonly answer: Answer;
  /** Microseconds of the monotonic clock. */
  readonly atUs: number;
}

export class CallsUnderWay {
  readonly #enterNumber: number;
  #calls: readonly Call[] = [];

  /** @param enterNumber - Number of io_uring_enter. */
  constructor(enterNumber: number) {
    this.#enterNumber = enterNumber;
  }

  get all(): readonly CallUnderWay[] {
    return this.#calls;
  }

  /** Begins a call, and gives it time to block: then what the next steps do finds somebody waiting. */
  begin(wait: Wait): void {
    const call = new Call(wait);
    wait.thread.begin(this.#enterNumber, ...waitArguments(wait.thread, wait.fd, wait.count, wait.timeoutMs));
    this.#calls = [...this.#calls, call];
    const deadlineUs = monotonicUs() + fallAsleepMsMax * 1e3;
    while (!call.returned && !call.blocked && monotonicUs() < deadlineUs) sleepMs(0.02);
  }

  /** The thread of the call of this name, unless its return was taken. */
  threadOf(name: string): ActorThread | undefined {
    return this.#calls.find(({ wait }) => wait.name === name)?.wait.thread;
  }

  /** Takes the calls that have returned, in the order in which they did. */
  takeReturns(): readonly Return[] {
    if (this.#calls.length === 0) return [];
    const returns: Return[] = [];
    this.#calls = this.#calls.filter(({ wait }) => {
      const returned = wait.thread.poll();
      if (returned) returns.push({ step: wait.step, ...returned });
      return returned === undefined;
    });
    return returns.sort((one, other) => one.atUs - other.atUs);
  }
}

class Call implements CallUnderWay {
  readonly wait: Wait;
  readonly #deadlineUs: number;

  constructor(wait: Wait) {
    this.wait = wait;
    this.#deadlineUs = monotonicUs() + wait.timeoutMs * 1e3;
  }

  get returned(): boolean {
    return this.wait.thread.hasReturnedWithin(0);
  }

  get blocked(): boolean {
    return this.wait.thread.blocked;
  }

  get due(): boolean {
    const { ring, count } = this.wait;
    return monotonicUs() > this.#deadlineUs || (ring.mapped && ring.visible >= count);
  }
}
