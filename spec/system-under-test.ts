/**
 * The port: what every adapter gives to whoever runs programs. An adapter executes and records;
 * it never judges, and it never imports the model.
 */

import type { AgentLimits, InterfaceOffer, SystemUnderTestName } from './generated/agent-protocol.ts';
import type { Program } from './generated/program.ts';
import type { TraceEvent } from './generated/trace.ts';

/** What a target said about itself when it was opened. */
export interface TargetDescription {
  /** The address as the user wrote it, for example `linux` or `simulator:docs`. */
  readonly address: string;
  readonly agent: { readonly name: string; readonly version: string };
  readonly system: SystemUnderTestName;
  /** Interfaces offered; one that is missing is unsupported for `reason`. */
  readonly interfaces: Readonly<Record<string, InterfaceOffer>>;
  readonly reason?: string;
  readonly limits: Required<AgentLimits>;
  /** True when the target is our own reference implementation: the run is a self-check. */
  readonly selfCheck: boolean;
}

/** The answer of a target to one program. Nothing in it is a judgement. */
export type Answer =
  | {
      readonly kind: 'trace';
      readonly events: readonly TraceEvent[];
      /** New warnings of the system's own log. */
      readonly warnings?: readonly string[];
      /** What the program left behind. */
      readonly leaks?: readonly string[];
      readonly console?: readonly string[];
    }
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** The agent itself failed, and said so. */
  | { readonly kind: 'failed'; readonly reason: string; readonly events?: readonly TraceEvent[] }
  /**
   * The agent (or the system under it) died or stopped answering with this program under way. `step` is the last
   * step known to have begun, when known; the next program starts on a fresh session.
   */
  | {
      readonly kind: 'died' | 'hung';
      readonly reason: string;
      readonly step?: number;
      /** True when the program's own process was killed from outside (SIGKILL): never the system's fault. */
      readonly killed?: boolean;
      /**
       * The last programs that ran before it in the same session, oldest first; only when the program ended normally
       * once it was repeated alone on a fresh session.
       */
      readonly precededBy?: readonly Program[];
      readonly console?: readonly string[];
    };

export interface ExecuteOptions {
  /** `each` makes the agent say every step before and after it runs, so that a crash names its step. */
  readonly events?: 'end' | 'each';
  /** Longest time for the program, in milliseconds, before it counts as hung. Default 10,000. */
  readonly deadlineMs?: number;
  /**
   * Runs the program on a fresh session, after these programs and beside no other. A system without sessions runs the
   * program alone.
   */
  readonly after?: readonly Program[];
}

/** A system under test, opened. */
export interface SystemUnderTest {
  readonly description: TargetDescription;
  /**
   * Runs one program and records what was seen. In-process systems answer at once; others return a promise, and
   * up to `description.limits.inFlight` programs may be under way.
   *
   * @throws {HarnessError} The agent spoke outside the protocol, or could not be started again.
   */
  execute(program: Program, options?: ExecuteOptions): Answer | Promise<Answer>;
  /** Ends the session and whatever processes belong to it. */
  close(): Promise<void>;
}

/** Opens a target by its address. */
export interface Adapter {
  /** Scheme of the addresses it opens: `simulator`, `linux`, `stdio`. */
  readonly scheme: string;
  readonly summary: string;
  /**
   * @param signal - Ends the attempt at once: nobody waits for the system any more.
   * @throws {HarnessError} The system does not come up, or was not waited for.
   */
  open(address: string, signal?: AbortSignal): Promise<SystemUnderTest>;
}

/** Our machinery failed: never a verdict about the system. `doorbell` exits 3. */
export class HarnessError extends Error {
  override readonly name: string = 'HarnessError';
}
