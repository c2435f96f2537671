// Generated from the schemas by `npm run generate`. Do not edit.

import type { Program } from './program.ts';
import type { SystemUnderTestName } from './agent-protocol.ts';

export type TraceEvent = Ran | Called | Returned | Settled;
/**
 * Index into the program's steps, from 0.
 */
export type StepIndex = number;
/**
 * Microseconds of the agent's monotonic clock since the program began; for `ran` and `return` the moment of return.
 */
export type Time = number;
/**
 * One member of a result. An empty list belongs to both kinds of list, hence anyOf.
 */
export type Fact =
  | (string | number | boolean)
  | readonly (string | number)[]
  | readonly {
      readonly [k: string]: string | number | boolean;
    }[];

/**
 * What was seen while a program ran: its events in the order in which they happened.
 */
export interface Trace {
  readonly program: Program;
  readonly events: readonly TraceEvent[];
  readonly system?: SystemUnderTestName;
  /**
   * Lines that the system or agent printed meanwhile.
   */
  readonly console?: readonly string[];
}
/**
 * A call that began and returned with nothing else in between.
 */
export interface Ran {
  readonly event: 'ran';
  readonly step: StepIndex;
  readonly at: Time;
  readonly result: Result;
}
/**
 * What a call returned. `error` is the symbolic errno of a refusal, `skipped` says why the agent did not make the call (a handle that is gone, a queue that is full); the other members are the operation's own (interface.json).
 */
export interface Result {
  readonly error?: string;
  readonly skipped?: string;
  readonly value?: number;
  readonly [k: string]: Fact | string | number | undefined;
}
/**
 * A call that may overlap others began.
 */
export interface Called {
  readonly event: 'call';
  readonly step: StepIndex;
  readonly at: Time;
}
/**
 * The call begun at this step returned.
 */
export interface Returned {
  readonly event: 'return';
  readonly step: StepIndex;
  readonly at: Time;
  readonly result: Result;
}
/**
 * The agent waited long enough for everything that happens by itself.
 */
export interface Settled {
  readonly event: 'settle';
  readonly step: StepIndex;
  readonly at: Time;
}
