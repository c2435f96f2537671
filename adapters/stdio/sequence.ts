/** A program with those that have to run before it: one after the other on one session, which nobody else may use. */

import type { Answer, HarnessError, Program } from '#spec/index';
import { Console } from './console.ts';
import type { Job } from './job.ts';

/** The jobs of one sequence know each other by it. */
export type Sequence = symbol;

/** What the sequence needs of whoever executes it. */
export interface SequenceHost {
  readonly nextId: () => number;
  /** The sequence is over: its other jobs, if there are any left, are of no use, and the session is free again. */
  readonly over: (sequence: Sequence) => void;
}

/**
 * The jobs of a program and its predecessors, in order. A predecessor that ends the session ends the sequence, and that
 * is the answer; what else it answers is of no interest.
 */
export const sequenceOf = (
  asked: Job,
  predecessors: readonly Program[],
  host: SequenceHost,
): readonly Job[] => {
  const sequence: Sequence = Symbol('sequence');
  const ends = (answer: Answer): void => {
    host.over(sequence);
    asked.resolve(answer);
  };
  const fails = (error: HarnessError): void => {
    host.over(sequence);
    asked.reject(error);
  };
  const job = (program: Program, resolve: Job['resolve']): Job => ({
    id: host.nextId(),
    program,
    options: { ...asked.options, events: 'each' },
    resolve,
    reject: fails,
    console: new Console(),
    sequence,
    step: undefined,
  });
  return [
    ...predecessors.map((program) =>
      job(program, (answer) => {
        if (answer.kind === 'died' || answer.kind === 'hung') ends(answer);
      }),
    ),
    job(asked.program, ends),
  ];
};
