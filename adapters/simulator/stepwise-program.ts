/**
 * One program on one fresh simulated kernel: steps in, events out, calls that wait and time that passes. The part of an
 * agent; what calls do is left to whoever extends it.
 */

import {
  type Answer,
  type InterfaceName,
  interfaceFile,
  type OperationEntry,
  type Result,
  type Step,
  type TraceEvent,
} from '#spec/index';
import type { SimulatedProgram } from './interface-simulator.ts';

export const OK: Result = {};
export const skipped = (why: string): Result => ({ skipped: why });
export const NO_HANDLE = skipped('no such handle');

/** Something that the runner notices beside results. */
export interface Incident {
  readonly kind: 'warning' | 'leak' | 'died' | 'hung';
  readonly text: string;
}

/** A call that has not returned. */
export interface Waiting {
  readonly thread: number;
  readonly step: number;
  /** Empty for one that was made and waited for. */
  readonly call: string;
  leftUs: number;
}

/** What a kernel has to offer besides its calls. */
export interface SteppedKernel {
  /** The whole state, as plain data. */
  readonly state: unknown;
  nowUs: number;
}

interface ProgramState {
  readonly kernel: unknown;
  readonly waiting: readonly Waiting[];
  readonly warnings: readonly string[];
  readonly leaks: readonly string[];
}

interface Offer {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly lacks: readonly string[];
}

/** Operations and defaults of each interface, looked up once. */
const known = new Map<
  InterfaceName,
  {
    readonly operations: ReadonlyMap<string, OperationEntry>;
    readonly defaults: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  }
>();

const lookUp = (name: InterfaceName) => {
  const found = known.get(name);
  if (found !== undefined) return found;
  const all = interfaceFile(name).operations;
  const made = {
    operations: new Map(all.map((one) => [one.name, one])),
    defaults: new Map(
      all.map((one) => [
        one.name,
        new Map(one.arguments.map((argument) => [argument.name, argument.default])),
      ]),
    ),
  };
  known.set(name, made);
  return made;
};

export abstract class StepwiseProgram<Kernel extends SteppedKernel> implements SimulatedProgram {
  readonly events: TraceEvent[] = [];
  protected readonly kernel: Kernel;
  protected waiting: readonly Waiting[];
  readonly #interface: ReturnType<typeof lookUp>;
  readonly #offer: Offer;
  readonly #warnings: string[];
  readonly #leaks: string[];
  /** Returns of other calls during a plain step, written after it: later than they happened claims less. */
  #late: { readonly step: number; readonly result: Result }[] | null = null;
  #stopped: Answer | null = null;

  /** Goes on from a snapshot, or begins with a fresh kernel where there is none. */
  constructor(
    name: InterfaceName,
    offer: Offer,
    kernelFrom: (state: Kernel['state'] | null) => Kernel,
    snapshot: string | undefined,
  ) {
    const state = snapshot === undefined ? null : (JSON.parse(snapshot) as ProgramState);
    this.#interface = lookUp(name);
    this.#offer = offer;
    this.kernel = kernelFrom(state?.kernel ?? null);
    this.waiting = state?.waiting ?? [];
    this.#warnings = [...(state?.warnings ?? [])];
    this.#leaks = [...(state?.leaks ?? [])];
  }

  /** Makes a call; null when it waits, which `waits` has noted. */
  protected abstract call(step: Step, thread: number, index: number): Result | null;

  /** Why a thread cannot make calls; null when it can. */
  protected abstract obstacle(thread: number): Result | null;

  /** Everything that happens by itself. */
  protected abstract settle(): void;

  /** What a system has got round to when a step ends. */
  protected abstract afterStep(): void;

  /** What a call returns whose time is over. */
  protected abstract timedOut(one: Waiting): Result;

  /** What the runner notices. */
  protected abstract incident(): Incident | null;

  perform(step: Step, index: number): boolean {
    if (this.#stopped !== null) return false;
    const { kernel } = this;
    kernel.nowUs += 1;
    for (const one of this.waiting) one.leftUs -= 1;
    if (step.op === 'settle') {
      this.settle();
      this.events.push({ event: 'settle', step: index, at: kernel.nowUs });
    } else if (step.op === 'end') this.#end(String(step.call));
    else this.#act(step, index);
    this.#noticeIncident(index);
    return this.#stopped === null;
  }

  answer(): Answer {
    if (this.#stopped !== null) return this.#stopped;
    const { events } = this;
    return {
      kind: 'trace',
      events,
      ...(this.#warnings.length > 0 && { warnings: this.#warnings }),
      ...(this.#leaks.length > 0 && { leaks: this.#leaks }),
    };
  }

  snapshot(): string {
    const state: ProgramState = {
      kernel: this.kernel.state,
      waiting: this.waiting,
      warnings: this.#warnings,
      leaks: this.#leaks,
    };
    return JSON.stringify(state);
  }

  /** The value of an argument, or its default. */
  protected argument(step: Step, name: string): unknown {
    return step[name] ?? this.#interface.defaults.get(step.op)?.get(name);
  }

  protected offers(capability: string): boolean {
    return this.#offer.capabilities.includes(capability);
  }

  /** The system lacks something that the program asks for: it ends here. */
  protected lack(what: string): Result {
    this.#stopped = { kind: 'unsupported', reason: `${this.#offer.name} lacks ${what}` };
    return OK;
  }

  /** The call of this step does not return yet. */
  protected waits(thread: number, index: number, { begin = '' }: Step, timeoutMs: number): null {
    this.waiting = [...this.waiting, { thread, step: index, call: begin, leftUs: 1_000 * timeoutMs }];
    return null;
  }

  /** A call that waited returns. */
  protected returns(one: Waiting, result: Result): void {
    this.waiting = this.waiting.filter((other) => other !== one);
    if (one.call === '') this.#record('ran', one.step, result);
    else if (this.#late === null) this.#record('return', one.step, result);
    else this.#late.push({ step: one.step, result });
  }

  #act(step: Step, index: number): void {
    const thread = Number((step.actor ?? 't0').slice(1));
    const begins = step.begin !== undefined;
    if (begins) this.events.push({ event: 'call', step: index, at: this.kernel.nowUs });
    else this.#late = [];
    const result = this.#perhaps(step, thread, index);
    if (this.#stopped !== null) return;
    if (result !== null) {
      this.#record(begins ? 'return' : 'ran', index, result);
      this.#writeLate();
    }
    this.afterStep();
    if (result === null && !begins) this.#end('');
    this.#writeLate();
  }

  #writeLate(): void {
    const late = this.#late ?? [];
    this.#late = null;
    for (const { step, result } of late) this.#record('return', step, result);
  }

  /** Performs a call unless its actor cannot; null when it waits. */
  #perhaps(step: Step, thread: number, index: number): Result | null {
    const operation = this.#interface.operations.get(step.op);
    const missing = (operation?.requires ?? []).find((one) => !this.offers(one));
    if (operation === undefined || this.#offer.lacks.includes(step.op) || missing !== undefined)
      return this.lack(missing ?? step.op);
    const obstacle = this.obstacle(thread);
    if (obstacle !== null || this.#stopped !== null) return obstacle;
    if (this.waiting.some((one) => one.thread === thread)) return skipped('actor is waiting');
    return this.call(step, thread, index);
  }

  /** Lets time pass until a call has returned. */
  #end(call: string): void {
    const waiting = this.waiting.find((one) => one.call === call);
    if (waiting === undefined) return;
    this.settle();
    if (!this.waiting.includes(waiting)) return;
    const passed = Math.max(0, waiting.leftUs);
    this.kernel.nowUs += passed;
    for (const one of this.waiting) one.leftUs -= passed;
    for (const one of this.waiting.filter(({ leftUs }) => leftUs <= 0)) this.returns(one, this.timedOut(one));
  }

  #record(event: 'ran' | 'return', step: number, result: Result): void {
    this.events.push({ event, step, at: this.kernel.nowUs, result });
  }

  #noticeIncident(index: number): void {
    const incident = this.incident();
    if (incident === null || this.#stopped !== null) return;
    const { kind, text } = incident;
    const list = kind === 'warning' ? this.#warnings : kind === 'leak' ? this.#leaks : null;
    if (list === null) this.#stopped = { kind: kind as 'died' | 'hung', reason: text, step: index };
    else if (!list.includes(text)) list.push(text);
  }
}
