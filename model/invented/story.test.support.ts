/** Programs with their traces, told move by move: `does`, `begins`, `returns`, `settles`, `awaits`. */

import type { Result, Step, TraceEvent } from '#spec/index';

/** One move: a step of the program, an event of the trace, or both. */
export interface Move {
  readonly step?: Step;
  readonly event?: TraceEvent['event'];
  /** Name of the call that returns. */
  readonly name?: string;
  readonly result?: Result;
  readonly atUs?: number | undefined;
}

/** A call that nothing came between. */
export const does = (step: Step, result: Result = {}, atUs?: number): Move => ({
  step,
  event: 'ran',
  result,
  atUs,
});

/** A call begins under a name. */
export const begins = (name: string, step: Step, atUs?: number): Move => ({
  step: { ...step, begin: name },
  event: 'call',
  atUs,
});

/** The call of this name returns. */
export const returns = (name: string, result: Result = {}, atUs?: number): Move => ({
  event: 'return',
  name,
  result,
  atUs,
});

/** The agent waits long enough for everything that happens by itself. */
export const settles = (atUs?: number): Move => ({ step: { op: 'settle' }, event: 'settle', atUs });

/** The program waits for the call of this name. */
export const awaits = (name: string): Move => ({ step: { op: 'end', call: name } });

/** A program and its trace. A move without a moment comes one microsecond after the last. */
export const story = (moves: readonly Move[]): { readonly steps: Step[]; readonly events: TraceEvent[] } => {
  const steps: Step[] = [];
  const events: TraceEvent[] = [];
  let at = 0;
  for (const { step, event, name, result = {}, atUs } of moves) {
    const index = step ? steps.push(step) - 1 : steps.findIndex(({ begin }) => begin === name);
    if (event === undefined) continue;
    at = atUs ?? at + 1;
    events.push(
      event === 'ran' || event === 'return' ? { event, step: index, at, result } : { event, step: index, at },
    );
  }
  return { steps, events };
};
