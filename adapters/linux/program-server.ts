/** Answers programs: refuses what cannot be run, runs the rest, and adds what the machine itself had to say. */

import { complaintsOf } from '#spec/complaints';
import { validator } from '#spec/generated/msg-ring.program.validator';
import type {
  Execute,
  FailedAnswer,
  MsgRingProgram,
  StepLine,
  TraceAnswer,
  UnsupportedAnswer,
} from '#spec/index';
import { limits } from './greeting.ts';
import type { Host } from './host.ts';
import { KernelLog } from './kernel-log.ts';
import { Leftovers } from './leftovers.ts';
import { ProgramFailure, runProgram } from './program-run.ts';
import { requirements } from './requirements.ts';
import { ThreadFailure } from './thread.ts';

type ProgramAnswer = TraceAnswer | UnsupportedAnswer | FailedAnswer;

/** Sends a line at once, before the step that it announces. */
export type SendStep = (line: StepLine) => void;

export class ProgramServer {
  readonly #host: Host;
  readonly #log: KernelLog;
  readonly #leftovers: Leftovers;

  constructor(host: Host) {
    this.#host = host;
    this.#log = new KernelLog(host.libc);
    this.#leftovers = new Leftovers(host.libc, host.region);
  }

  answer({ id, interface: name, events, program }: Execute, sendStep: SendStep): ProgramAnswer {
    const unsupported = (reason: string): UnsupportedAnswer => ({ type: 'unsupported', id, reason });
    if (name !== 'msg-ring') return unsupported(`this agent offers msg-ring alone, not ${name}`);
    const complaints = complaintsOf(validator, program);
    if (complaints.length > 0)
      return { type: 'failed', id, reason: `not a program: ${complaints.join('; ')}` };
    if (program.steps.length > limits.steps) return unsupported(`more than ${limits.steps} steps`);
    // The validator has just said that it is one.
    const valid = program as MsgRingProgram;
    const missing = [...requirements(valid)].filter((needed) => !this.#host.capabilities.has(needed));
    if (missing.length > 0) return unsupported(`this kernel does not offer ${missing.join(', ')}`);
    return this.#run(id, valid, events === 'each', sendStep);
  }

  #run(id: number, program: MsgRingProgram, each: boolean, sendStep: SendStep): ProgramAnswer {
    const announce = (step: number, phase: 'before' | 'after') => sendStep({ type: 'step', id, step, phase });
    this.#log.newWarnings();
    try {
      // Steps that may block are announced in any case: if the agent is killed meanwhile, it is known where.
      const { events, leaks } = runProgram(this.#host, program, {
        each: each ? announce : null,
        blocking: each ? silent : announce,
      });
      const warnings = this.#log.newWarnings();
      const left = [...leaks, ...this.#leftovers.find(this.#host.threads.quiet)];
      return {
        type: 'trace',
        id,
        events,
        ...(warnings.length > 0 && { warnings }),
        ...(left.length > 0 && { leaks: left }),
      };
    } catch (cause) {
      if (cause instanceof ThreadFailure) return { type: 'failed', id, reason: cause.message };
      if (!(cause instanceof ProgramFailure)) throw cause;
      return { type: 'failed', id, reason: cause.message, events: cause.events };
    }
  }
}

const silent = (): void => undefined;
