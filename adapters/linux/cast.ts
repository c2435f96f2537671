/** The actors of one program, and the threads they act on. */

import type { MsgRingStep } from '#spec/index';
import type { Actor } from './actor.ts';
import type { Host } from './host.ts';
import type { ActorThread } from './thread.ts';

/** An interrupted thread that is still inside its call after this long is stuck in the kernel. */
const interruptMsMax = 2_000;

/** The actor of a step. */
export const actorOf = (step: MsgRingStep): string => step.actor ?? 't0';

export class Cast {
  readonly #host: Host;
  readonly #threads = new Map<string, ActorThread>();
  readonly #exited = new Set<string>();

  /**
   * Gives every actor its thread: t0 is the agent's own, unless it has to block while others go on.
   *
   * @throws {ThreadFailure} A thread did not start.
   */
  constructor(host: Host, steps: readonly MsgRingStep[]) {
    this.#host = host;
    const names = new Set<string>();
    for (const step of steps)
      if (actorOf(step) !== 't0' || (step.op === 'wait' && step.begin !== undefined))
        names.add(actorOf(step));
    if (names.size === 0) return;
    const threads = host.threads.take(names.size);
    for (const name of names) this.#threads.set(name, threads[this.#threads.size] as ActorThread);
  }

  /** Whether anybody acts beside the agent's own thread. */
  get plural(): boolean {
    return this.#threads.size > 0;
  }

  actor(name: string): Actor {
    return this.#threads.get(name) ?? this.#host.agent;
  }

  /** The thread of an actor that has calls to begin. */
  thread(name: string): ActorThread {
    const thread = this.#threads.get(name);
    if (!thread) throw new Error(`${name} has no thread of its own`);
    return thread;
  }

  /** Why an actor cannot act now, if it cannot. */
  unable(name: string): string | undefined {
    if (this.#exited.has(name)) return 'actor has exited';
    return this.#threads.get(name)?.underWay ? 'actor is waiting' : undefined;
  }

  /** @throws {ThreadFailure} The thread is still there. */
  leave(name: string): void {
    this.#exited.add(name);
    this.thread(name).leave();
  }

  /** Lets every thread that is not inside a call enter the kernel and leave it again. */
  nudge(): void {
    for (const [name, thread] of this.#threads)
      if (this.unable(name) === undefined) thread.call(this.#host.numbers.getpid);
  }

  /** Ends every call under way and gives the threads back; says which could not be ended. */
  release(): readonly string[] {
    const stuck: string[] = [];
    for (const [name, thread] of this.#threads) {
      if (this.#exited.has(name)) this.#host.threads.recycle(thread);
      else if (!thread.underWay || thread.interrupt(interruptMsMax)) this.#host.threads.giveBack(thread);
      else stuck.push(`the thread of ${name} is still inside its call`);
    }
    return stuck;
  }
}
