/**
 * The threads that programs with more than one actor run on.
 *
 * A thread costs 26 ms to start and serves one program after the other, exactly as the agent's own thread does; it is
 * replaced when a program ended it. What the kernel keeps for a thread is empty once its rings are closed.
 * `DOORBELL_LINUX_THREADS=fresh` gives every program threads that never ran before, at forty times the price.
 */

import type { SystemCallNumbers } from './architecture.ts';
import type { Libc } from './libc.ts';
import { Scratch } from './scratch.ts';
import { ActorThread } from './thread.ts';

export class Threads {
  readonly #libc: Libc;
  readonly #numbers: SystemCallNumbers;
  readonly #fresh: boolean;
  readonly #idle: ActorThread[] = [];
  readonly #scratch: Scratch[] = [];

  constructor(libc: Libc, numbers: SystemCallNumbers, fresh: boolean) {
    this.#libc = libc;
    this.#numbers = numbers;
    this.#fresh = fresh;
  }

  /**
   * Threads for one program, ready.
   *
   * @throws {ThreadFailure} One did not start.
   */
  take(count: number): readonly ActorThread[] {
    while (this.#idle.length < count) this.#idle.push(this.#start());
    const taken = this.#idle.splice(0, count);
    // The next ones start on another processor while this program runs.
    const spares = this.#fresh ? count : 1;
    while (this.#idle.length < spares) this.#idle.push(this.#start());
    for (const thread of taken) thread.ready();
    return taken;
  }

  /** Whether none is starting. */
  get quiet(): boolean {
    return this.#idle.every((thread) => !thread.starting);
  }

  /** Takes a thread back after a program that left it idle. */
  giveBack(thread: ActorThread): void {
    if (!this.#fresh) this.#idle.push(thread);
    else {
      thread.leave();
      this.recycle(thread);
    }
  }

  /** Takes back what is left of a thread that has ended. */
  recycle(thread: ActorThread): void {
    this.#scratch.push(thread.scratch);
  }

  #start(): ActorThread {
    return new ActorThread(this.#libc, this.#numbers, this.#scratch.pop() ?? new Scratch(this.#libc));
  }
}
