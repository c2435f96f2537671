/** What the agent found out about the machine once, and every program uses. */

import type { Actor } from './actor.ts';
import type { SystemCallNumbers } from './architecture.ts';
import type { Libc } from './libc.ts';
import type { Threads } from './threads.ts';

export interface Host {
  readonly libc: Libc;
  readonly numbers: SystemCallNumbers;
  /** The agent's own thread. */
  readonly agent: Actor;
  readonly threads: Threads;
  /** First number of the region of descriptors that programs use. */
  readonly region: number;
  /** Capabilities of msg-ring that this kernel was seen to have. */
  readonly capabilities: ReadonlySet<string>;
  /** Milliseconds that a settle waits for what may never come. */
  readonly patienceMs: number;
}
