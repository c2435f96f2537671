/** A system that runs a program step by step and shows its complete state: what a search over systems needs. */

import type { Answer, Step, TraceEvent } from '#spec/index';

/** One program under way. */
export interface SteppedProgram {
  /** What was seen so far. */
  readonly events: readonly TraceEvent[];
  /** Performs a step; returns whether the program can go on. */
  perform(step: Step, index: number): boolean;
  /** The answer, once the last step was performed. */
  answer(): Answer;
  /** The complete state as text: programs that agree in it cannot be told apart later. */
  snapshot(): string;
}

export interface SteppedSystem {
  /** Begins a program on a fresh system; undefined where the interface is not offered. */
  start(interfaceName: string): SteppedProgram | undefined;
}
