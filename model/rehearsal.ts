/**
 * A program played through the machine, step by step, with no system behind it. What has to happen before a step can be
 * taken happens, and each step comes out as the machine's first outcome says, or as one that is preferred.
 */

import type { Step } from '#spec/index';
import type { Choices } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Context } from './outcome.ts';
import { Script } from './script.ts';
import { type Happening, type Moment, Steps } from './steps.ts';

/** Says whether a happening is preferred. Asked about every one that was possible. */
export type Prefers<S> = (happening: Happening<S>) => boolean;

/** Happenings before a settle, or a return that is waited for; more than that is a machine that never rests. */
const happeningsMax = 100;

/** Plays on from some moment. */
export class Rehearsal<S> {
  readonly #steps: Steps<S>;
  readonly #prefers: Prefers<S>;
  readonly #script: Script | null;
  /** Names of the calls under way, in the order in which they began; none for a call that is waited for at once. */
  readonly #calls: (string | null)[];
  #moment: Moment<S>;

  /**
   * @param body - The program until here: it names the calls that are under way.
   * @param script - Where it is written down, if anywhere.
   */
  constructor(
    steps: Steps<S>,
    from: Moment<S>,
    body: readonly Step[],
    prefers: Prefers<S>,
    script: Script | null,
  ) {
    this.#steps = steps;
    this.#moment = from;
    this.#calls = openCalls(body);
    this.#prefers = prefers;
    this.#script = script;
  }

  /** Takes every step; false when one of them cannot be taken. */
  play(steps: readonly Step[]): boolean {
    return steps.every((step) => this.#play(step));
  }

  #play(step: Step): boolean {
    if (step.op === 'settle') return this.#settle(step);
    if (step.op === 'end') return this.#end(String(step.call));
    if (step.begin === undefined) return this.#run(step);
    this.#calls.push(step.begin);
    this.#take(step, this.#steps.begin(this.#moment, step));
    return true;
  }

  #settle(step: Step): boolean {
    for (let count = 0; count < happeningsMax; count++) {
      const settled = this.#steps.settle(this.#moment);
      if (settled) {
        this.#take(step, settled);
        return true;
      }
      const next = this.#choose(this.#steps.byThemselves(this.#moment));
      if (!next) return false;
      this.#pass(next);
    }
    return false;
  }

  #end(name: string): boolean {
    const place = this.#calls.indexOf(name);
    if (place < 0 || !this.#awaitReturn(place)) return false;
    this.#pass(this.#steps.end(this.#moment, place));
    return true;
  }

  #run(step: Step): boolean {
    const next = this.#choose(this.#steps.run(this.#moment, step)) ?? this.#steps.waitFor(this.#moment, step);
    if (next.kind === 'call') this.#calls.push(null);
    this.#take(step, next);
    return next.kind === 'ran' || this.#awaitReturn(this.#calls.length - 1);
  }

  #awaitReturn(place: number): boolean {
    if (this.#moment.calls[place]?.returned) return true;
    for (let count = 0; count < happeningsMax; count++) {
      const all = this.#steps.byThemselves(this.#moment);
      const returned = this.#choose(all.filter((one) => one.kind === 'return' && one.place === place));
      if (returned) {
        this.#pass(returned);
        return true;
      }
      const next =
        this.#choose(all.filter(({ kind }) => kind !== 'return')) ?? this.#steps.passTime(this.#moment);
      if (!next) return false;
      this.#pass(next);
    }
    return false;
  }

  #choose(happenings: readonly Happening<S>[]): Happening<S> | undefined {
    const preferred = happenings.filter(this.#prefers);
    return preferred[0] ?? happenings[0];
  }

  #take(step: Step, happening: Happening<S>): void {
    this.#script?.take(step, happening);
    this.#moment = happening.after;
  }

  #pass(happening: Happening<S>): void {
    this.#script?.pass(happening);
    this.#moment = happening.after;
    if (this.#moment.calls.length < this.#calls.length) this.#calls.splice(happening.place, 1);
  }
}

/** A whole program, played as the machine would have it; null when a step of it cannot be taken. */
export const rehearse = <S>(
  machine: Machine<S>,
  program: readonly Step[],
  choices: Choices,
  states: Context['states'],
): Script | null => {
  const steps = new Steps(machine, states);
  const script = new Script();
  const rehearsal = new Rehearsal(steps, steps.start(choices), [], () => false, script);
  return rehearsal.play(program) ? script : null;
};

const openCalls = (body: readonly Step[]): string[] => {
  const open: string[] = [];
  for (const { op, begin, call } of body) {
    if (begin !== undefined) open.push(begin);
    if (op === 'end') open.splice(open.indexOf(String(call)), 1);
  }
  return open;
};
