// Generated from the schemas by `npm run generate`. Do not edit.

import type { Program } from './program.ts';
import type { TraceEvent } from './trace.ts';

/**
 * One line of the agent protocol, version 1. JSON Lines in UTF-8, one object a line, in both directions; other lines are console output.
 */
export type AgentMessage = Hello | Execute | TraceAnswer | UnsupportedAnswer | FailedAnswer | StepLine | Bye;

/**
 * First line in each direction. The runner sends only protocol; the agent answers with the rest.
 */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: 1;
  readonly agent?: {
    readonly name: string;
    readonly version: string;
  };
  readonly system?: SystemUnderTestName;
  readonly interfaces?: {
    readonly [k: string]: InterfaceOffer;
  };
  /**
   * Why an interface that the runner may expect is not offered.
   */
  readonly reason?: string;
  readonly limits?: AgentLimits;
}
export interface SystemUnderTestName {
  readonly name: string;
  readonly version: string;
  /**
   * Named facts; an unknown one is absent.
   */
  readonly facts: {
    readonly [k: string]: string | number | boolean;
  };
}
export interface InterfaceOffer {
  /**
   * Each operation is the system's own, or provided by the agent: then it is executed but never judged.
   */
  readonly operations: {
    readonly [k: string]: 'system' | 'agent';
  };
  readonly capabilities: readonly string[];
}
export interface AgentLimits {
  readonly lineBytes?: number;
  readonly inFlight?: number;
  readonly steps?: number;
  readonly actors?: number;
}
export interface Execute {
  readonly type: 'execute';
  readonly id: number;
  readonly interface: string;
  /**
   * `each` also writes a step line before and after each step.
   */
  readonly events?: 'end' | 'each';
  readonly program: Program;
}
export interface TraceAnswer {
  readonly type: 'trace';
  readonly id: number;
  readonly events: readonly TraceEvent[];
  /**
   * New warnings of the system's own log during the program.
   */
  readonly warnings?: readonly string[];
  /**
   * What the program left behind, for example descriptors.
   */
  readonly leaks?: readonly string[];
}
export interface UnsupportedAnswer {
  readonly type: 'unsupported';
  readonly id: number;
  readonly reason: string;
}
export interface FailedAnswer {
  readonly type: 'failed';
  readonly id: number;
  readonly reason: string;
  readonly events?: readonly TraceEvent[];
}
/**
 * Written and flushed before and after each step when events is `each`.
 */
export interface StepLine {
  readonly type: 'step';
  readonly id: number;
  readonly step: number;
  readonly phase: 'before' | 'after';
}
export interface Bye {
  readonly type: 'bye';
}
