/** An actor: one thread of the process, as somebody who makes system calls. */

import type { Answer, Libc } from './libc.ts';
import { Scratch } from './scratch.ts';

export interface Actor {
  /** Memory that this actor's calls may point to. */
  readonly scratch: Scratch;
  /** Makes a system call on the actor's thread, and waits until it has returned. */
  call(number: number, ...args: readonly number[]): Answer;
}

/** The agent's own thread, which is t0 unless t0 has to block while others go on. */
export class AgentThread implements Actor {
  readonly scratch: Scratch;
  readonly #libc: Libc;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.scratch = new Scratch(libc);
  }

  call(number: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): Answer {
    return this.#libc.call(number, a, b, c, d, e, f);
  }
}
