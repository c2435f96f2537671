/** A program on its way to an answer. */

import type { AgentMessage, Answer, ExecuteOptions, HarnessError, Program, TraceEvent } from '#spec/index';
import { type Console, printed } from './console.ts';
import { ProtocolError } from './received.ts';
import type { Sequence } from './sequence.ts';

/** What an agent answers to a program. */
export type AgentAnswer = Extract<AgentMessage, { readonly type: 'trace' | 'unsupported' | 'failed' }>;

/** One program on its way. */
export interface Job {
  readonly id: number;
  readonly program: Program;
  readonly options: ExecuteOptions;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: HarnessError) => void;
  readonly console: Console;
  /** The programs that it belongs to; they have the session for themselves. */
  readonly sequence?: Sequence;
  /** The first time, when this is the repetition of a program that ended its session. */
  readonly before?: Accident;
  /** The last step that the agent said it begins. */
  step: number | undefined;
}

/** A program that ended its session. */
export interface Accident {
  readonly kind: 'died' | 'hung';
  readonly how: string;
  readonly killed: boolean;
  readonly step: number | undefined;
  readonly console: readonly string[];
  /** What had run in the session before. */
  readonly precededBy: readonly Program[];
}

/** What a schema cannot say of events: they are about steps of the program, and time does not run back. */
export const checkEvents = (events: readonly TraceEvent[], program: Program): void => {
  let last = 0;
  for (const [index, event] of events.entries()) {
    if (event.step >= program.steps.length)
      throw new ProtocolError(
        `/events/${index}/step is ${event.step}, and the program has ${program.steps.length} steps`,
      );
    if (event.at < last) throw new ProtocolError(`/events/${index}/at is ${event.at}, after ${last}`);
    last = event.at;
  }
};

export const answerOf = (message: AgentAnswer, job: Job): Answer => {
  const console = job.console.lines;
  switch (message.type) {
    case 'trace': {
      const { events, warnings, leaks } = message;
      return {
        kind: 'trace',
        events,
        ...(warnings && { warnings }),
        ...(leaks && { leaks }),
        ...(console.length > 0 && { console }),
      };
    }
    case 'unsupported':
      return { kind: 'unsupported', reason: message.reason };
    case 'failed':
      return { kind: 'failed', reason: message.reason, ...(message.events && { events: message.events }) };
  }
};

/** What happened to a repetition that went well. */
export const endedNormally = 'it ended normally';

/**
 * The answer to a program that ended its session.
 *
 * @param again - What happened when it was repeated, if it was.
 */
export const accidentAnswer = (
  { program, before, step: stepAgain, console }: Job,
  again?: string,
): Answer => {
  const { kind, how, killed, step: stepFirst, console: firstConsole, precededBy } = before as Accident;
  const wentWell = again === endedNormally;
  const step = wentWell ? stepFirst : (stepAgain ?? stepFirst);
  const where = step === undefined ? '' : `, at /steps/${step} (${program.steps[step]?.op})`;
  const said = [...firstConsole, ...console.lines];
  return {
    kind,
    reason: `${kind === 'died' ? `the agent ended: ${how}` : how}${where}${again === undefined ? '' : `; repeated alone, ${again}`}${printed(said)}`,
    ...(step !== undefined && { step }),
    ...(killed && { killed }),
    ...(wentWell && precededBy.length > 0 && { precededBy }),
    ...(said.length > 0 && { console: said }),
  };
};
