/** One program of QNX interrupts on one fresh system. */

import type { Result, Step } from '#spec/index';
import { type Incident, OK, StepwiseProgram, type Waiting } from '../stepwise-program.ts';
import type { Behaviour } from './behaviours.ts';
import { attach, attachMany, attachThread, companion, unmask } from './calls.ts';
import type { Decisions } from './decisions.ts';
import {
  type AttachmentState,
  freshState,
  Kernel,
  type KernelState,
  processOf,
  type ThreadState,
} from './kernel.ts';
import type { Attaching, Lies } from './lies.ts';

export class ProgramRun extends StepwiseProgram<Kernel> {
  constructor(behaviour: Behaviour, decisions: Decisions, lies: Lies, snapshot?: string) {
    super(
      'qnx-interrupt',
      behaviour,
      (state) => new Kernel(decisions, lies, (state ?? freshState()) as KernelState),
      snapshot,
    );
  }

  protected override obstacle(number: number): Result | null {
    if (this.kernel.state.threads[number] === undefined) return this.lack(`thread t${number}`);
    const missing = number === 1 || number === 3 ? 'threads' : number === 2 ? 'processes' : null;
    return missing !== null && !this.offers(missing) ? this.lack(missing) : null;
  }

  protected override call(step: Step, number: number, index: number): Result | null {
    const { kernel } = this;
    const { state } = kernel;
    const thread = state.threads[number] as ThreadState;
    switch (step.op) {
      case 'attach':
        return attach(kernel, this.#attaching(step, number));
      case 'attach_thread':
        return attachThread(kernel, { ...this.#attaching(step, number), event: 'INTR', priority: null });
      case 'attach_many':
        return attachMany(kernel, {
          ...this.#attaching(step, number),
          event: 'SEM',
          priority: null,
          flags: new Set(),
        });
      case 'detach':
      case 'mask':
      case 'unmask':
        return companion(kernel, step.op, number, String(step.id));
      case 'wait':
        return this.#wait(number, index, step);
      case 'raise':
        kernel.raise(String(this.argument(step, 'vector')));
        return OK;
      case 'acknowledge':
        kernel.line('level').asserted = false;
        return OK;
      case 'collect': {
        const events = state.arrivals;
        state.arrivals = [];
        return { events };
      }
      case 'ability': {
        const held = state.abilities[processOf(number)] as KernelState['abilities'][0];
        const which = String(this.argument(step, 'which')) as keyof typeof held;
        held[which] = this.argument(step, 'state') === 'held';
        return OK;
      }
      case 'runmask':
        thread.bound = this.argument(step, 'processors') === 'one';
        return OK;
      case 'memory':
        state.exhausted = this.argument(step, 'state') === 'exhausted';
        return OK;
      default:
        state.entriesUsedUp = this.argument(step, 'state') === 'exhausted';
        return OK;
    }
  }

  #attaching(step: Step, thread: number): Attaching {
    const call = String(this.argument(step, 'call'));
    return {
      thread,
      vector: String(this.argument(step, 'vector')),
      event: String(this.argument(step, 'event')),
      flags: new Set(String(this.argument(step, 'flags')).split('|')),
      priority: call.includes('Priority') ? Number(this.argument(step, 'prio')) : null,
      isR: call.endsWith('_r'),
      name: step.as ?? '',
    };
  }

  #wait(number: number, index: number, step: Step): Result | null {
    const { kernel } = this;
    const { decisions, state } = kernel;
    const one = state.attachments[(state.threads[number] as ThreadState).serves];
    if (one === undefined && decisions.draw('wait of another thread') === 'refused')
      return { error: 'EINVAL' };
    if (one !== undefined && String(this.argument(step, 'flags')).split('|').includes('UNMASK')) {
      if (one.masks > 0) unmask(kernel, one, 'wait');
      else if (decisions.draw('wait that unmasks nothing') === 'refused') return { error: 'EAGAIN' };
    }
    if (one !== undefined && kernel.ready().includes(number)) {
      take(one);
      return { value: 0 };
    }
    return this.waits(number, index, step, Number(this.argument(step, 'timeout_ms')));
  }

  protected override settle(): void {
    this.kernel.serve();
    this.#wake();
  }

  protected override afterStep(): void {
    const { decisions } = this.kernel;
    if (decisions.draw('service threads run') === 'at once') {
      this.kernel.serve();
      this.#wake();
    }
  }

  /** Threads that wait for an interrupt which is posted return. */
  #wake(): void {
    const { state } = this.kernel;
    const ready = this.kernel.ready();
    for (const one of this.waiting.filter(({ thread }) => ready.includes(thread))) {
      const served = state.attachments[(state.threads[one.thread] as ThreadState).serves];
      if (served === undefined || served.posted === 0) continue;
      take(served);
      this.returns(one, { value: 0 });
    }
  }

  protected override timedOut(_one: Waiting): Result {
    return { error: 'ETIMEDOUT' };
  }

  protected override incident(): Incident | null {
    return this.kernel.lies.incident?.(this.kernel) ?? null;
  }
}

/** A wait sees to all that was posted. */
const take = (one: AttachmentState): void => {
  one.posted = 0;
};
