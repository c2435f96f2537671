/**
 * One step of a system that the machine permits: the worlds that follow from a state in which calls may be under way.
 * The fold asks what a trace leaves of these; whoever walks a machine without a trace asks for all of them here.
 */

import type { ClauseId, Result, Step } from '#spec/index';
import { type Choices, narrow } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Context, InternalStep, Outcome, Phase, Successor } from './outcome.ts';

/** A call under way. */
export interface CallUnderWay {
  readonly step: Step;
  /** How far it has come; null at its beginning. */
  readonly phase: Phase | null;
  /** So much time has passed since it began that every deadline of its own is over. */
  readonly overdue: boolean;
  /** The program goes on only when it has returned. */
  readonly awaited: boolean;
  /** Another call came while it was under way. */
  readonly overlapped: boolean;
  /** It has returned, and the program has not asked for it by name yet. */
  readonly returned: boolean;
}

/** A state between two events. */
export interface Moment<S> {
  readonly state: S;
  readonly choices: Choices;
  readonly calls: readonly CallUnderWay[];
}

/** What may happen next, and how a trace would show it. */
export interface Happening<S> {
  readonly kind: 'ran' | 'call' | 'return' | 'end' | 'settle' | 'internal' | 'time' | 'phase';
  /** Place of the call among those under way, of `return`, `end` and `phase`. */
  readonly place: number;
  readonly result: Result | null;
  readonly after: Moment<S>;
  /** The clauses that permit it. */
  readonly clauses: readonly ClauseId[];
  /** Clauses that another observation would have refuted. */
  readonly exercised: readonly ClauseId[];
  /** Clauses that oblige the call to return. */
  readonly wakes: readonly ClauseId[];
}

/** Moment of every look: late enough that a call may have begun long before. */
const nowUs = 1_000_000_000;
/** Longer than any deadline of a program and its slack. */
export const longUs = 100_000_000;
const none: readonly never[] = [];

/** Looks for what may happen. Results are those that the machine gives as samples. */
export class Steps<S> {
  readonly #machine: Machine<S>;
  readonly #c: Context;

  constructor(machine: Machine<S>, states: Context['states'] = () => true) {
    this.#machine = machine;
    this.#c = {
      choices: [],
      relaxed: null,
      states,
      actor: 't0',
      nowUs,
      beganUs: nowUs,
      phase: null,
      alone: true,
      granularityUs: 1_000,
      slackUs: 5_000_000,
    };
  }

  /** Where every program starts. */
  start(choices: Choices = this.#machine.points.open()): Moment<S> {
    return { state: this.#machine.initial, choices, calls: none };
  }

  /** The call begins and the program goes on. */
  begin(moment: Moment<S>, step: Step): Happening<S> {
    return happening('call', this.#begun(moment, step, false));
  }

  /** The call is made and waited for. */
  run(moment: Moment<S>, step: Step): readonly Happening<S>[] {
    const call = begun(moment, step, true);
    const others = overlapped(moment.calls);
    const out: Happening<S>[] = [];
    let inSteps = this.#internal(moment).length > 0;
    for (const outcome of this.#outcomes(moment, call))
      if (outcome.phase !== undefined) inSteps = true;
      else this.#results(moment, outcome, 'ran', -1, others, out);
    if (inSteps) out.push(happening('call', this.#begun(moment, step, true)));
    return out;
  }

  /** The call is made and waited for, and does not return before time has passed. */
  waitFor(moment: Moment<S>, step: Step): Happening<S> {
    return happening('call', this.#begun(moment, step, true));
  }

  /** What happens by itself, and what the calls under way do, in any order. */
  byThemselves(moment: Moment<S>): readonly Happening<S>[] {
    const out: Happening<S>[] = [];
    for (const step of this.#internal(moment))
      this.#follow(moment, step, 'internal', -1, null, moment.calls, out);
    const { calls } = moment;
    for (let place = 0; place < calls.length; place++) {
      const call = calls[place] as CallUnderWay;
      if (call.returned) continue;
      const without = call.awaited
        ? calls.toSpliced(place, 1)
        : calls.with(place, { ...call, phase: null, overdue: false, returned: true });
      for (const outcome of this.#outcomes(moment, call))
        if (outcome.phase === undefined) this.#results(moment, outcome, 'return', place, without, out);
        else {
          const further = calls.with(place, { ...call, phase: outcome.phase });
          for (const successor of outcome.accept({}))
            this.#follow(moment, successor, 'phase', place, null, further, out, outcome.clauses);
        }
    }
    return out;
  }

  /** The program asks for a call that has returned. */
  end(moment: Moment<S>, place: number): Happening<S> {
    const ended = happening('end', { ...moment, calls: moment.calls.toSpliced(place, 1) });
    return { ...ended, place };
  }

  /** So much time passes that every deadline is over; null where nobody waits for one. */
  passTime(moment: Moment<S>): Happening<S> | null {
    if (moment.calls.every(({ overdue, returned }) => overdue || returned)) return null;
    const calls = moment.calls.map((call) => (call.returned ? call : { ...call, overdue: true }));
    return happening('time', { ...moment, calls });
  }

  /** Everything that happens by itself has happened; null while something still has to. */
  settle(moment: Moment<S>): Happening<S> | null {
    for (const call of moment.calls)
      if (!call.returned && this.#outcomes(moment, call).some(({ may }) => !may)) return null;
    if (this.#internal(moment).some(({ may }) => !may)) return null;
    return happening('settle', { ...moment, state: this.#machine.settled(moment.state) });
  }

  #begun(moment: Moment<S>, step: Step, awaited: boolean): Moment<S> {
    return { ...moment, calls: [...overlapped(moment.calls), begun(moment, step, awaited)] };
  }

  #results(
    moment: Moment<S>,
    outcome: Outcome<S>,
    kind: 'ran' | 'return',
    place: number,
    calls: Moment<S>['calls'],
    out: Happening<S>[],
  ): void {
    const sample = outcome.sample?.();
    if (sample === undefined) return;
    const results = outcome.alternatives ? [sample, ...outcome.alternatives()] : [sample];
    for (const result of results)
      for (const successor of outcome.accept(result))
        this.#follow(moment, successor, kind, place, result, calls, out, outcome.clauses);
  }

  #follow(
    moment: Moment<S>,
    { state, narrows, exercised, wakes = none }: Successor<S>,
    kind: Happening<S>['kind'],
    place: number,
    result: Result | null,
    calls: Moment<S>['calls'],
    out: Happening<S>[],
    clauses: readonly ClauseId[] = none,
  ): void {
    const choices = narrows.length === 0 ? moment.choices : narrow(moment.choices, narrows);
    if (choices === null) return;
    out.push({ kind, place, result, after: { state, choices, calls }, clauses, exercised, wakes });
  }

  #outcomes(moment: Moment<S>, call: CallUnderWay): readonly Outcome<S>[] {
    const c = this.#c;
    const { step, phase, overdue } = call;
    c.choices = moment.choices;
    c.actor = step.actor ?? 't0';
    c.beganUs = overdue ? nowUs - longUs : nowUs;
    c.phase = phase;
    c.alone = !call.overlapped;
    return this.#machine.call(c, moment.state, step);
  }

  #internal(moment: Moment<S>): readonly InternalStep<S>[] {
    if (this.#machine.internal === undefined) return none;
    const c = this.#c;
    c.choices = moment.choices;
    c.actor = '';
    c.beganUs = nowUs;
    c.phase = null;
    c.alone = false;
    return this.#machine.internal(c, moment.state);
  }
}

const begun = (moment: Moment<unknown>, step: Step, awaited: boolean): CallUnderWay => ({
  step,
  phase: null,
  overdue: false,
  awaited,
  overlapped: moment.calls.some(({ returned }) => !returned),
  returned: false,
});

/** Calls while another one comes. */
const overlapped = (calls: Moment<unknown>['calls']): Moment<unknown>['calls'] =>
  calls.every((call) => call.overlapped || call.returned)
    ? calls
    : calls.map((call) => (call.returned ? call : { ...call, overlapped: true }));

const happening = <S>(kind: Happening<S>['kind'], after: Moment<S>): Happening<S> => ({
  kind,
  place: -1,
  result: null,
  after,
  clauses: none,
  exercised: none,
  wakes: none,
});
