/**
 * Does this trace stay inside what the machine permits? A fold over the events that carries every state the system
 * could be in; the trace is refused when none is left. Nothing here knows an interface.
 *
 * The ordinary case, one state and no call under way, costs one look at the machine and no key. Calls that overlap are
 * linearised lazily: only when one of them returns, or at a settle, and only in ways that fit the result which the
 * trace already knows.
 */

import type { ClauseId, Result, Step, TraceEvent } from '#spec/index';
import { type Choices, narrow } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Breach, Context, Outcome, Successor } from './outcome.ts';

/** How a trace is held against a machine. */
export interface AcceptanceOptions {
  /** Does the edition in force contain this clause? Default: every clause. */
  readonly states?: (clause: ClauseId) => boolean;
  /** Values of the variation points at the start; default all. */
  readonly choices?: Choices;
  /** A clause that is not held against the system. */
  readonly relaxed?: ClauseId | null;
  /** A variation point that may be answered anew each time, by number. */
  readonly inconstant?: number;
  /** Entries examined before the fold gives up. Default 50,000. */
  readonly budget?: number;
  readonly granularityUs?: number;
  readonly slackUs?: number;
}

/** A call under way in one of the possible worlds. */
interface OpenCall {
  readonly index: number;
  readonly step: Step;
  readonly beganUs: number;
  /** What it will return, when the trace says so. */
  readonly result: Result | undefined;
  /** It has taken effect and has only to return. */
  readonly done: boolean;
  readonly phase: unknown;
  /** Clauses exercised if a settle comes while the program still waits for it. */
  readonly wakes: readonly ClauseId[];
}

/** A list that grows at its head, shared between entries. */
interface Chain<T> {
  readonly item: T;
  readonly rest: Chain<T> | null;
}

/** One world that the trace permits so far. */
export interface Entry<S> {
  readonly state: S;
  readonly choices: Choices;
  readonly calls: readonly OpenCall[];
  readonly exercised: Chain<readonly ClauseId[]> | null;
  readonly breach: Breach | null;
}

/** One thing that was permitted where the trace was refused. */
export interface PermittedHere {
  readonly permits: string;
  readonly clauses: readonly ClauseId[];
  /** Why the observation does not fit it. */
  readonly why: string;
}

/** Where and why a trace left the permitted set. */
export interface Refused<S> {
  /** Index of the event. */
  readonly at: number;
  /** Index of the step. */
  readonly step: number;
  readonly seen: Result | 'still blocked';
  readonly live: readonly Entry<S>[];
  readonly permitted: readonly PermittedHere[];
}

/** What the fold found. */
export interface Acceptance<S> {
  readonly verdict: 'accepted' | 'refused' | 'exhausted';
  readonly entries: readonly Entry<S>[];
  readonly refused: Refused<S> | null;
  /** Largest number of states alive at once. */
  readonly widest: number;
  /** Did the answer depend on which edition is in force? */
  readonly editionMattered: boolean;
}

/** The trace is not one of this program: harness or file, never the system. */
export class MalformedTrace extends Error {
  override readonly name = 'MalformedTrace';
}

const noCalls: readonly OpenCall[] = [];
const defaultActor = 't0';

class Exhausted extends Error {}

/** Holds a trace against a machine. */
export const accept = <S>(
  machine: Machine<S>,
  steps: readonly Step[],
  events: readonly TraceEvent[],
  options: AcceptanceOptions = {},
): Acceptance<S> => new Fold(machine, steps, events, options).run();

class Fold<S> {
  readonly machine: Machine<S>;
  readonly steps: readonly Step[];
  readonly events: readonly TraceEvent[];
  readonly budget: number;
  readonly inconstant: number;
  readonly c: Context;
  live: Entry<S>[];
  widest = 1;
  examined = 0;
  editionMattered = false;

  constructor(
    machine: Machine<S>,
    steps: readonly Step[],
    events: readonly TraceEvent[],
    options: AcceptanceOptions,
  ) {
    this.machine = machine;
    this.steps = steps;
    this.events = events;
    this.budget = options.budget ?? 50_000;
    this.inconstant = options.inconstant ?? -1;
    const choices = options.choices ?? machine.points.open();
    const states = options.states;
    this.c = {
      choices,
      relaxed: options.relaxed ?? null,
      states: (clause) => {
        this.editionMattered = true;
        return states ? states(clause) : true;
      },
      actor: defaultActor,
      nowUs: 0,
      beganUs: 0,
      phase: null,
      alone: true,
      granularityUs: options.granularityUs ?? 1_000,
      slackUs: options.slackUs ?? 5_000_000,
    };
    this.live = [{ state: machine.initial, choices, calls: noCalls, exercised: null, breach: null }];
  }

  run(): Acceptance<S> {
    try {
      const { events } = this;
      const results = this.resultsOfOverlapping();
      for (let at = 0; at < events.length; at++) {
        const event = events[at] as TraceEvent;
        const refused = this.take(event, at, results);
        if (refused) return this.answer('refused', refused);
        if (this.live.length > this.widest) this.widest = this.live.length;
      }
      return this.answer('accepted', null);
    } catch (error) {
      if (error instanceof Exhausted) return this.answer('exhausted', null);
      throw error;
    }
  }

  answer(verdict: Acceptance<S>['verdict'], refused: Refused<S> | null): Acceptance<S> {
    const { live, widest, editionMattered } = this;
    return { verdict, entries: verdict === 'accepted' ? live : [], refused, widest, editionMattered };
  }

  /** Results of the calls that were begun and returned in separate events, by step. */
  resultsOfOverlapping(): ReadonlyMap<number, Result> | null {
    let results: Map<number, Result> | null = null;
    for (const event of this.events) {
      if (event.event !== 'return') continue;
      results = results ?? new Map();
      results.set(event.step, event.result);
    }
    return results;
  }

  take(event: TraceEvent, at: number, results: ReadonlyMap<number, Result> | null): Refused<S> | null {
    switch (event.event) {
      case 'ran':
        return this.ran(event.step, event.at, event.result, at);
      case 'call':
        this.begin(event.step, event.at, results?.get(event.step));
        return null;
      case 'return':
        return this.returned(event.step, event.at, event.result, at);
      case 'settle':
        return this.settle(event.step, event.at, at);
    }
  }

  stepAt(index: number): Step {
    const step = this.steps[index];
    if (step === undefined)
      throw new MalformedTrace(`the trace names step ${index}, the program has ${this.steps.length}`);
    return step;
  }

  /** Sets the context for a call of one entry. */
  look(entry: Entry<S>, nowUs: number, call: OpenCall): Context {
    const { c } = this;
    c.choices = entry.choices;
    c.actor = call.step.actor ?? defaultActor;
    c.nowUs = nowUs;
    c.beganUs = call.beganUs;
    c.phase = call.phase;
    c.alone = entry.calls.length === 0 || (entry.calls.length === 1 && entry.calls[0] === call);
    return c;
  }

  follow(entry: Entry<S>, successor: Successor<S>, calls: readonly OpenCall[]): Entry<S> | null {
    const { narrows, exercised } = successor;
    const choices = narrows.length === 0 ? entry.choices : narrow(entry.choices, narrows, this.inconstant);
    if (choices === null) return null;
    return {
      state: successor.state,
      choices,
      calls,
      exercised: exercised.length === 0 ? entry.exercised : { item: exercised, rest: entry.exercised },
      breach: entry.breach ?? successor.breach,
    };
  }

  /** A call that nothing else overlapped, unless calls begun before it are still open. */
  ran(index: number, nowUs: number, result: Result, at: number): Refused<S> | null {
    const step = this.stepAt(index);
    const { live, machine } = this;
    const overlapped = live[0] !== undefined && live[0].calls.length > 0;
    if (overlapped || machine.internal !== undefined) {
      this.begin(index, nowUs, result);
      return this.returned(index, nowUs, result, at);
    }
    const call: OpenCall = { index, step, beganUs: nowUs, result, done: false, phase: null, wakes: [] };
    const next: Entry<S>[] = [];
    let phased = false;
    for (const entry of live) {
      const outcomes = machine.call(this.look(entry, nowUs, call), entry.state, step);
      for (const outcome of outcomes) {
        if (outcome.phase !== undefined) {
          phased = true;
          break;
        }
        for (const successor of outcome.accept(result)) {
          const entered = this.follow(entry, successor, noCalls);
          if (entered) next.push(entered);
        }
      }
      if (phased) break;
    }
    if (phased) {
      this.begin(index, nowUs, result);
      return this.returned(index, nowUs, result, at);
    }
    if (next.length === 0) return this.refuse(at, index, nowUs, result, live);
    this.live = this.distinct(next);
    return null;
  }

  begin(index: number, nowUs: number, result: Result | undefined): void {
    const step = this.stepAt(index);
    const call: OpenCall = { index, step, beganUs: nowUs, result, done: false, phase: null, wakes: [] };
    this.live = this.live.map((entry) => ({ ...entry, calls: [...entry.calls, call] }));
  }

  returned(index: number, nowUs: number, result: Result, at: number): Refused<S> | null {
    const isDone = (entry: Entry<S>) => entry.calls.some((call) => call.index === index && call.done);
    if (!this.live.every((entry) => entry.calls.some((call) => call.index === index)))
      throw new MalformedTrace(`step ${index} returned, but had not been called`);
    const pool = this.closure(this.live, nowUs, isDone);
    const next: Entry<S>[] = [];
    for (const entry of pool) {
      if (!isDone(entry)) continue;
      const call = entry.calls.find((open) => open.index === index);
      const wakes = call?.wakes ?? [];
      // A wake-up counts only if the program looks (settles) before it waits for the call by name.
      const counts = wakes.length > 0 && this.settlesBeforeEnd(at, index);
      next.push({
        ...entry,
        calls: entry.calls.filter((open) => open.index !== index),
        exercised: counts ? { item: wakes, rest: entry.exercised } : entry.exercised,
      });
    }
    if (next.length === 0) return this.refuse(at, index, nowUs, result, pool);
    this.live = this.distinct(next);
    return null;
  }

  settlesBeforeEnd(at: number, index: number): boolean {
    const name = this.steps[index]?.begin;
    if (name === undefined) return false;
    const end = this.steps.findIndex(
      (step, where) => where > index && step.op === 'end' && step.call === name,
    );
    for (let later = at + 1; later < this.events.length; later++) {
      const event = this.events[later] as TraceEvent;
      if (end >= 0 && event.step > end) return false;
      if (event.event === 'settle') return true;
    }
    return false;
  }

  /** At a settle nothing is left that must still happen, and the calls still open are exactly those that block. */
  settle(index: number, nowUs: number, at: number): Refused<S> | null {
    const { machine, live } = this;
    if (machine.internal === undefined && live.every((entry) => entry.calls.length === 0)) {
      let changed = false;
      const next = live.map((entry) => {
        const state = machine.settled(entry.state);
        if (state === entry.state) return entry;
        changed = true;
        return { ...entry, state };
      });
      if (changed) this.live = this.distinct(next);
      return null;
    }
    const pool = this.closure(live, nowUs, () => false);
    const next: Entry<S>[] = [];
    let wokenLate: Breach | null = null;
    for (const entry of pool) {
      const quiet = this.isQuiet(entry, nowUs);
      if (quiet === false) continue;
      wokenLate = wokenLate ?? quiet;
      next.push({ ...entry, state: machine.settled(entry.state), breach: entry.breach ?? quiet });
    }
    if (next.length === 0) return this.refuse(at, index, nowUs, 'still blocked', pool);
    this.live = this.distinct(next);
    return null;
  }

  /** False when something must still happen; a breach when only the relaxed clause excuses that it did not. */
  isQuiet(entry: Entry<S>, nowUs: number): Breach | null | false {
    const { machine, c } = this;
    let excused: Breach | null = null;
    for (const call of entry.calls) {
      if (call.done) return false;
      for (const outcome of machine.call(this.look(entry, nowUs, call), entry.state, call.step)) {
        if (outcome.may) continue;
        const clause = c.relaxed;
        if (clause === null || !outcome.clauses.includes(clause)) return false;
        excused = {
          clause,
          operation: call.step.op,
          observed: 'still blocked',
          permitted: [outcome.permits],
          situation: {},
        };
      }
    }
    if (machine.internal !== undefined) {
      c.choices = entry.choices;
      c.nowUs = nowUs;
      for (const step of machine.internal(c, entry.state)) if (!step.may) return false;
    }
    return excused;
  }

  /** Everything reachable by internal steps and by linearising open calls; entries where `stop` holds go no further. */
  closure(from: readonly Entry<S>[], nowUs: number, stop: (entry: Entry<S>) => boolean): Entry<S>[] {
    const seen = new Map<string, Entry<S>>();
    const work: Entry<S>[] = [];
    const add = (entry: Entry<S>) => {
      const key = this.keyOf(entry);
      if (seen.has(key)) return;
      if (++this.examined > this.budget) throw new Exhausted();
      seen.set(key, entry);
      work.push(entry);
    };
    for (const entry of from) add(entry);
    for (let entry = work.pop(); entry; entry = work.pop())
      if (!stop(entry)) this.successors(entry, nowUs, add);
    return [...seen.values()];
  }

  successors(entry: Entry<S>, nowUs: number, add: (entry: Entry<S>) => void): void {
    const { machine, c } = this;
    if (machine.internal !== undefined) {
      c.choices = entry.choices;
      c.nowUs = nowUs;
      c.alone = entry.calls.length === 0;
      for (const step of machine.internal(c, entry.state)) {
        const next = this.follow(entry, step, entry.calls);
        if (next) add(next);
      }
    }
    for (const call of entry.calls) {
      if (call.done) continue;
      for (const outcome of machine.call(this.look(entry, nowUs, call), entry.state, call.step))
        this.linearise(entry, call, outcome, add);
    }
  }

  linearise(entry: Entry<S>, call: OpenCall, outcome: Outcome<S>, add: (entry: Entry<S>) => void): void {
    const replaced = (by: OpenCall) => entry.calls.map((open) => (open === call ? by : open));
    if (outcome.phase !== undefined) {
      for (const successor of outcome.accept({})) {
        const next = this.follow(entry, successor, replaced({ ...call, phase: outcome.phase }));
        if (next) add(next);
      }
      return;
    }
    // A call whose return the trace does not hold can only still be blocked: it is never linearised.
    if (call.result === undefined) return;
    for (const successor of outcome.accept(call.result)) {
      const wakes = successor.wakes ?? call.wakes;
      const next = this.follow(entry, successor, replaced({ ...call, done: true, wakes }));
      if (next) add(next);
    }
  }

  distinct(entries: Entry<S>[]): Entry<S>[] {
    if (entries.length < 2) return entries;
    const seen = new Map<string, Entry<S>>();
    for (const entry of entries) {
      const key = this.keyOf(entry);
      const twin = seen.get(key);
      if (twin === undefined) seen.set(key, entry);
      else if (twin.exercised !== entry.exercised) seen.set(key, { ...twin, exercised: common(twin, entry) });
    }
    this.examined += seen.size;
    if (this.examined > this.budget) throw new Exhausted();
    return [...seen.values()];
  }

  keyOf(entry: Entry<S>): string {
    let key = `${this.machine.key(entry.state)}|${entry.choices.join()}`;
    for (const call of entry.calls)
      key += call.done
        ? `|${call.index}d`
        : call.phase === null
          ? `|${call.index}`
          : `|${call.index}:${JSON.stringify(call.phase)}`;
    return entry.breach === null ? key : `${key}!`;
  }

  refuse(
    at: number,
    step: number,
    nowUs: number,
    seen: Result | 'still blocked',
    pool: readonly Entry<S>[],
  ): Refused<S> {
    const permitted = new Map<string, PermittedHere>();
    const explain = (entry: Entry<S>, call: OpenCall) => {
      for (const outcome of this.machine.call(this.look(entry, nowUs, call), entry.state, call.step)) {
        if (seen === 'still blocked' && outcome.may) continue;
        const why = seen === 'still blocked' ? 'still blocked' : outcome.why(seen);
        permitted.set(`${outcome.permits} ${outcome.clauses[0]}`, {
          permits: outcome.permits,
          clauses: outcome.clauses,
          why,
        });
      }
    };
    for (const entry of pool.slice(0, 64)) {
      const mine = entry.calls.filter(
        (call) => !call.done && (seen === 'still blocked' || call.index === step),
      );
      if (mine.length > 0) for (const call of mine) explain(entry, call);
      else if (seen !== 'still blocked')
        explain(entry, {
          index: step,
          step: this.stepAt(step),
          beganUs: nowUs,
          result: seen,
          done: false,
          phase: null,
          wakes: [],
        });
    }
    return { at, step, seen, live: pool, permitted: [...permitted.values()] };
  }
}

/** What both histories exercised: a clause counts only if every explanation of the trace tested it. */
const common = <S>(a: Entry<S>, b: Entry<S>): Chain<readonly ClauseId[]> | null => {
  const both = exercisedBy([a, b]);
  return both.size === 0 ? null : { item: [...both], rest: null };
};

/** The clauses that every one of the entries exercised. */
export const exercisedBy = <S>(entries: readonly Entry<S>[]): ReadonlySet<ClauseId> => {
  let out: Set<ClauseId> | null = null;
  for (const entry of entries) {
    const mine = new Set<ClauseId>();
    for (let link = entry.exercised; link; link = link.rest) for (const clause of link.item) mine.add(clause);
    if (out === null) out = mine;
    else for (const clause of out) if (!mine.has(clause)) out.delete(clause);
  }
  return out ?? new Set();
};

/** The values of each variation point that some explanation of the trace still needs. */
export const choicesOf = <S>(entries: readonly Entry<S>[]): Choices => {
  const [first, ...others] = entries;
  if (!first) return [];
  return others.length === 0
    ? first.choices
    : first.choices.map((mask, point) =>
        others.reduce((bits, entry) => bits | (entry.choices[point] ?? 0), mask),
      );
};
