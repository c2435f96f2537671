/** One program, from its first step to nothing left: what happens, as events in the order in which it happens. */

import type { MsgRingProgram, MsgRingStep, TraceEvent } from '#spec/index';
import { CallsUnderWay } from './calls-under-way.ts';
import { actorOf, Cast } from './cast.ts';
import { monotonicUs } from './clock.ts';
import { defaults } from './defaults.ts';
import type { Host } from './host.ts';
import { Operations, type StepOf } from './operations.ts';
import { settle } from './settle.ts';

/** Says that a step begins or has ended. */
type Announce = (step: number, phase: 'before' | 'after') => void;

/** Who is told of steps. */
export interface Announcements {
  /** Of every step, before and after it; null when nobody asked. */
  readonly each: Announce | null;
  /** Of a step that may block, before it does. */
  readonly blocking: Announce;
}

/** What came of a program. */
export interface Outcome {
  readonly events: readonly TraceEvent[];
  /** What could not be put away. */
  readonly leaks: readonly string[];
}

/** The agent cannot go on with a program; what was seen so far is kept. */
export class ProgramFailure extends Error {
  override readonly name = 'ProgramFailure';
  readonly events: readonly TraceEvent[];

  constructor(events: readonly TraceEvent[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.events = events;
  }
}

/** How often a step that waits for a call looks whether it has returned, at least. */
const lookMs = 1_000;

/**
 * Runs a program that fits its schema and needs nothing that this kernel lacks.
 *
 * @throws {ThreadFailure} It has actors for which no thread could be started.
 * @throws {ProgramFailure} The agent could not go on.
 */
export const runProgram = (host: Host, program: MsgRingProgram, announcements: Announcements): Outcome =>
  new ProgramRun(host, program, announcements).run();

class ProgramRun {
  readonly #host: Host;
  readonly #steps: readonly MsgRingStep[];
  readonly #announcements: Announcements;
  readonly #events: TraceEvent[] = [];
  readonly #cast: Cast;
  readonly #calls: CallsUnderWay;
  readonly #operations: Operations;
  #index = 0;
  #beganUs = 0;
  #lastAt = 0;

  constructor(host: Host, { steps }: MsgRingProgram, announcements: Announcements) {
    this.#host = host;
    this.#steps = steps;
    this.#announcements = announcements;
    this.#cast = new Cast(host, steps);
    this.#calls = new CallsUnderWay(host.numbers.io_uring_enter);
    this.#operations = new Operations(host, this.#cast, () => this.#sayBlocking());
  }

  run(): Outcome {
    let leaks: readonly string[] = [];
    try {
      this.#beganUs = monotonicUs();
      for (const step of this.#steps) {
        this.#step(step);
        this.#index++;
      }
    } catch (cause) {
      throw new ProgramFailure(this.#events, cause);
    } finally {
      leaks = [...this.#cast.release(), ...this.#operations.release()];
    }
    return { events: this.#events, leaks };
  }

  #step(step: MsgRingStep): void {
    const { each } = this.#announcements;
    each?.(this.#index, 'before');
    this.#recordReturns();
    if (step.op === 'settle') this.#settle();
    else if (step.op === 'end') this.#end(step);
    else if (step.op === 'wait' && step.begin !== undefined) this.#begin(step, step.begin);
    else {
      const result = this.#operations.perform(step);
      this.#events.push({ event: 'ran', step: this.#index, at: this.#now(), result });
      this.#recordReturns();
    }
    each?.(this.#index, 'after');
  }

  #settle(): void {
    settle({
      ledger: this.#operations.ledger,
      rings: this.#operations.rings,
      calls: this.#calls.all,
      nudge: () => {
        this.#cast.nudge();
        this.#operations.advanceHeld();
      },
      patienceMs: this.#host.patienceMs,
      onWaiting: () => this.#sayBlocking(),
    });
    this.#recordReturns();
    this.#events.push({ event: 'settle', step: this.#index, at: this.#now() });
  }

  #end({ call }: StepOf<'end'>): void {
    const thread = this.#calls.threadOf(call);
    if (!thread) return;
    this.#sayBlocking();
    while (!thread.hasReturnedWithin(lookMs));
    this.#recordReturns();
  }

  #begin(step: StepOf<'wait'>, name: string): void {
    const actor = actorOf(step);
    const unable = this.#cast.unable(actor);
    const found = unable === undefined ? this.#operations.openRing(step.ring) : { skipped: unable };
    this.#events.push({ event: 'call', step: this.#index, at: this.#now() });
    if ('skipped' in found) {
      this.#events.push({ event: 'return', step: this.#index, at: this.#now(), result: { ...found } });
      return;
    }
    this.#calls.begin({
      name,
      step: this.#index,
      thread: this.#cast.thread(actor),
      ring: found.ring,
      fd: found.descriptor.number,
      count: step.count ?? defaults.wait.count,
      timeoutMs: step.timeout_ms ?? defaults.wait.timeout_ms,
    });
    this.#recordReturns();
  }

  #recordReturns(): void {
    for (const { step, answer, atUs } of this.#calls.takeReturns())
      this.#events.push({
        event: 'return',
        step,
        at: this.#at(atUs),
        result: this.#operations.value(answer),
      });
  }

  #sayBlocking(): void {
    this.#announcements.blocking(this.#index, 'before');
  }

  #now(): number {
    return this.#at(monotonicUs());
  }

  /** Time of an event; one that is recorded late has the time of the one before. */
  #at(us: number): number {
    this.#lastAt = Math.max(this.#lastAt, Math.floor(us - this.#beganUs));
    return this.#lastAt;
  }
}
