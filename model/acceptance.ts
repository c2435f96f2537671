/**
 * Does this trace stay inside what the machine permits? A fold over the events that carries every world the system
 * could be in; the trace is refused when none is left. Nothing here knows an interface.
 *
 * The ordinary case, one world and no call under way, costs one look at the machine and no key. Calls that overlap are
 * followed lazily: only when one of them returns, or at a settle, and only in ways that fit the result which the trace
 * already knows. Laziness loses nothing because what is permitted at some moment is permitted later (`Context`).
 */

import type { ClauseId, Result, Step, TraceEvent } from '#spec/index';
import { type Choices, narrow } from './choices.ts';
import { done, type Entry, exercise, keyOf, merge, type Progress } from './entry.ts';
import { Exhausted } from './exhausted.ts';
import { Hindsight } from './hindsight.ts';
import type { Machine } from './machine.ts';
import { MalformedTrace } from './malformed-trace.ts';
import type { Breach, Context, InternalStep, Outcome, Successor } from './outcome.ts';
import { Codec } from './shape.ts';

/** How a trace is held against a machine. */
export interface AcceptanceOptions {
  /** Does the edition in force contain this clause? Default: every clause. */
  readonly states?: (clause: ClauseId) => boolean;
  /** Values of the variation points at the start; default all. */
  readonly choices?: Choices;
  /** A clause that is not held against the system. Nothing counts as exercised then. */
  readonly relaxed?: ClauseId | null;
  /** A variation point that may be answered anew each time, by number. */
  readonly inconstant?: number;
  /** Entries examined before the fold gives up. Default 50,000. */
  readonly budget?: number;
  /** Clock granularity: a deadline may be seen this much early. Default 1,000. */
  readonly granularityUs?: number;
  /** A deadline is obligatory at a settle this long after it. Default 5,000,000. */
  readonly slackUs?: number;
  /** Where to go on with the same trace, under another edition. Default: at the start. */
  readonly from?: Foothold | undefined;
}

/** A moment at which no call was under way, and up to which no edition mattered. */
interface Foothold {
  /** Index of the event that comes next. */
  readonly at: number;
  readonly live: readonly Entry<unknown>[];
  readonly latestStep: number;
  readonly nowUs: number;
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
  /** From where on the answer depended on which edition is in force; null when it did not. */
  readonly editionsPart: Foothold | null;
}

/** A call under way, the same in all worlds. */
interface Call {
  readonly index: number;
  readonly step: Step;
  readonly actor: string;
  readonly beganUs: number;
  readonly alone: boolean;
  /** What it will return; undefined when the trace does not say. */
  readonly result: Result | undefined;
}

const defaultActor = 't0';
const noProgress: readonly Progress[] = [];
const noSteps: readonly never[] = [];
/** A refusal is explained from the first so many worlds; more of them say nothing new. */
const explainedWorldsMax = 64;

/**
 * Holds a trace against a machine.
 *
 * @throws {MalformedTrace} The events cannot be those of the steps.
 */
export const accept = <S>(
  machine: Machine<S>,
  steps: readonly Step[],
  events: readonly TraceEvent[],
  options: AcceptanceOptions = {},
): Acceptance<S> => new Fold(machine, steps, events, options).run();

/**
 * Folds of one machine share a codec: what it has learnt of the parts of states saves most of the next one's work. Keys
 * are compared within one fold only. It is given up now and then, lest it remember every state of a long run.
 */
const codecs = new WeakMap<Machine<never>, { readonly codec: Codec<never>; uses: number }>();
const usesMax = 2_000;

const codecOf = <S>(machine: Machine<S>): Codec<S> => {
  const known = codecs.get(machine as unknown as Machine<never>);
  if (known !== undefined && known.uses++ < usesMax) return known.codec as unknown as Codec<S>;
  const codec = new Codec(machine.shape);
  codecs.set(machine as unknown as Machine<never>, { codec: codec as unknown as Codec<never>, uses: 1 });
  return codec;
};

class Fold<S> {
  readonly machine: Machine<S>;
  readonly steps: readonly Step[];
  readonly events: readonly TraceEvent[];
  readonly options: AcceptanceOptions;
  readonly budget: number;
  readonly inconstant: number;
  readonly c: Context;
  live: readonly Entry<S>[];
  /** Calls under way, in the order in which they began. */
  calls: readonly Call[] = [];
  latestStep = -1;
  /** Moment of the event looked at, and of the one before. */
  nowUs = 0;
  beforeUs = 0;
  widest = 1;
  examined = 0;
  editionMattered = false;
  /** The latest moment at which editions had not parted. */
  foothold: Foothold;
  #hindsight: Hindsight | null = null;
  #codec: Codec<S> | null = null;
  /**
   * Clauses that obliged a call to return, by its step. The trace tells, not the world: one in which the call happened to
   * return before it was obliged to would refuse the trace without the return just the same.
   */
  readonly woken = new Map<number, readonly ClauseId[]>();
  /** Answers of `wouldBeMissed`. */
  readonly missed = new Map<string, boolean>();

  constructor(
    machine: Machine<S>,
    steps: readonly Step[],
    events: readonly TraceEvent[],
    options: AcceptanceOptions,
  ) {
    this.machine = machine;
    this.steps = steps;
    this.events = events;
    this.options = options;
    this.budget = options.budget ?? 50_000;
    this.inconstant = options.inconstant ?? -1;
    const choices = options.choices ?? machine.points.open();
    const { states } = options;
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
    const start = { state: machine.initial, choices, progress: noProgress, exercised: null, breach: null };
    this.foothold = options.from ?? { at: 0, live: [start], latestStep: -1, nowUs: 0 };
    this.live = this.foothold.live as readonly Entry<S>[];
    this.latestStep = this.foothold.latestStep;
    this.nowUs = this.foothold.nowUs;
  }

  run(): Acceptance<S> {
    try {
      for (let { at } = this.foothold; at < this.events.length; at++) {
        if (!this.editionMattered && this.calls.length === 0) this.foothold = this.here(at);
        const refused = this.take(this.events[at] as TraceEvent, at);
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
    const { live, widest } = this;
    const editionsPart = this.editionMattered ? this.foothold : null;
    return { verdict, entries: verdict === 'accepted' ? live : [], refused, widest, editionsPart };
  }

  here(at: number): Foothold {
    const { live, latestStep, nowUs } = this;
    return { at, live, latestStep, nowUs };
  }

  take(event: TraceEvent, at: number): Refused<S> | null {
    if (event.at < this.nowUs) throw malformed(at, 'time runs backwards');
    this.beforeUs = this.nowUs;
    this.nowUs = event.at;
    if (event.event === 'return') return this.returned(event.step, event.result, at);
    const step = this.stepOf(event, at);
    switch (event.event) {
      case 'ran':
        return this.ran(event.step, step, event.result, at);
      case 'call':
        this.begin({
          index: event.step,
          step,
          actor: step.actor ?? defaultActor,
          beganUs: event.at,
          alone: this.calls.length === 0 && !this.hindsight.isOverlapped(at, event.step),
          result: this.hindsight.resultOf(event.step),
        });
        return null;
      case 'settle':
        return this.settle(at);
    }
  }

  /** The step that an event makes happen. */
  stepOf({ event, step: index }: TraceEvent, at: number): Step {
    const step = this.steps[index];
    if (!step) throw malformed(at, `there is no step ${index}`);
    if (index <= this.latestStep) throw malformed(at, `step ${index} came after step ${this.latestStep}`);
    if ((event === 'settle') !== (step.op === 'settle') || step.op === 'end')
      throw malformed(at, `step ${index} (${step.op}) is recorded as ${event}`);
    this.latestStep = index;
    return step;
  }

  get hindsight(): Hindsight {
    this.#hindsight = this.#hindsight ?? new Hindsight(this.steps, this.events);
    return this.#hindsight;
  }

  /** A call that nothing came between. It may have begun as early as the event before. */
  ran(index: number, step: Step, result: Result, at: number): Refused<S> | null {
    const actor = step.actor ?? defaultActor;
    const alone = this.calls.length === 0;
    const call: Call = { index, step, actor, beganUs: this.beforeUs, alone, result };
    const next = alone ? this.atOnce(call, result) : null;
    if (next === null) {
      this.begin(call);
      return this.returned(index, result, at);
    }
    if (next.length === 0) return this.refuse(at, result, this.live, [call]);
    // Worlds that have become one stay apart until a settle, or more worlds: looking for them costs more than they do.
    if (next.length > this.live.length) return this.keep(next);
    this.live = next;
    return null;
  }

  /** The worlds after a call with nothing beside it; null when something may come in between. */
  atOnce(call: Call, result: Result): Entry<S>[] | null {
    const next: Entry<S>[] = [];
    for (const entry of this.live) {
      if (this.internalSteps(entry).length > 0) return null;
      for (const outcome of this.outcomes(entry, call, null)) {
        if (outcome.phase !== undefined) return null;
        for (const successor of outcome.accept(result)) this.follow(entry, successor, noProgress, next);
      }
    }
    return next;
  }

  begin(call: Call): void {
    this.calls = [...this.calls, call];
    this.live = this.live.map(({ state, choices, progress, exercised, breach }) => ({
      state,
      choices,
      progress: [...progress, null],
      exercised,
      breach,
    }));
  }

  returned(index: number, result: Result, at: number): Refused<S> | null {
    const place = this.calls.findIndex((call) => call.index === index);
    if (place < 0) throw malformed(at, `step ${index} returned, but was not under way`);
    const isDone = (entry: Entry<S>) => entry.progress[place] === done;
    const pool = this.closure(at, isDone);
    const next = pool.filter(isDone);
    if (next.length === 0) return this.refuse(at, result, pool, [this.calls[place] as Call]);
    this.calls = this.calls.toSpliced(place, 1);
    const woken = this.woken.get(index) ?? [];
    return this.keep(
      next.map(({ state, choices, progress, exercised, breach }) => ({
        state,
        choices,
        progress: progress.toSpliced(place, 1),
        exercised: exercise(exercised, woken),
        breach,
      })),
    );
  }

  /** At a settle nothing is left that must still happen, and the calls still open are exactly those that block. */
  settle(at: number): Refused<S> | null {
    const nothingMoves =
      this.calls.length === 0 && this.live.every((entry) => this.internalSteps(entry).length === 0);
    const pool = nothingMoves ? this.live : this.closure(at, () => false);
    const next: Entry<S>[] = [];
    for (const entry of pool) {
      const unfinished = this.unfinished(entry);
      if (unfinished === 'not permitted') continue;
      const state = this.machine.settled(entry.state);
      if (state === entry.state && unfinished === null) next.push(entry);
      else {
        const { choices, progress, exercised, breach } = entry;
        next.push({ state, choices, progress, exercised, breach: breach ?? unfinished });
      }
    }
    return next.length === 0 ? this.refuse(at, 'still blocked', pool, this.calls) : this.keep(next);
  }

  /** What has to happen and did not: nothing, something that the relaxed clause alone demands, or more than that. */
  unfinished(entry: Entry<S>): Breach | null | 'not permitted' {
    const { relaxed } = this.c;
    let excused: Breach | null = null;
    for (const [place, call] of this.calls.entries()) {
      const progress = entry.progress[place] as Progress;
      if (progress === done) return 'not permitted';
      for (const { may, clauses, permits, situation = {} } of this.outcomes(entry, call, progress)) {
        if (may) continue;
        if (relaxed === null || !clauses.includes(relaxed)) return 'not permitted';
        const operation = call.step.op;
        excused ??= {
          clause: relaxed,
          operation,
          observed: 'still blocked',
          permitted: [permits],
          situation,
        };
      }
    }
    return this.internalSteps(entry).every(({ may }) => may) ? excused : 'not permitted';
  }

  /** Everything reachable by internal steps and by calls that take effect; worlds where `stop` holds go no further. */
  closure(at: number, stop: (entry: Entry<S>) => boolean): readonly Entry<S>[] {
    const reached = new Map<string, Entry<S>>();
    const work: string[] = [];
    const reach = (entry: Entry<S>) => {
      const key = this.keyOf(entry);
      const known = reached.get(key);
      const world = known === undefined ? entry : merge(known, entry);
      // A world that turns out to have exercised less is followed anew, for what comes after it has too.
      if (world === known) return;
      this.spend(1);
      reached.set(key, world);
      work.push(key);
    };
    this.live.forEach(reach);
    for (let key = work.pop(); key !== undefined; key = work.pop()) {
      const entry = reached.get(key) as Entry<S>;
      if (!stop(entry)) for (const next of this.successors(entry, at)) reach(next);
    }
    return [...reached.values()];
  }

  /** The worlds one internal step away, or one step of one call. */
  successors(entry: Entry<S>, at: number): readonly Entry<S>[] {
    const next: Entry<S>[] = [];
    for (const step of this.internalSteps(entry)) this.follow(entry, step, entry.progress, next);
    for (const [place, call] of this.calls.entries()) {
      const progress = entry.progress[place] as Progress;
      if (progress === done) continue;
      for (const outcome of this.outcomes(entry, call, progress)) {
        const seen = this.resultFor(call, outcome, at);
        if (seen === undefined) continue;
        const after = entry.progress.with(place, outcome.phase ?? done);
        for (const successor of outcome.accept(seen))
          this.follow(entry, this.weighed(call, successor), after, next);
      }
    }
    return next;
  }

  /**
   * What the outcome is held against. A call that the trace does not show returning was blocked at every settle. Only
   * after the last one may it have taken effect unseen, with a result that we take from the outcome itself.
   */
  resultFor(call: Call, outcome: Outcome<S>, at: number): Result | undefined {
    if (outcome.phase !== undefined) return {};
    if (call.result !== undefined) return call.result;
    return at > this.hindsight.lastSettle ? outcome.sample?.() : undefined;
  }

  /**
   * The successor with what it exercised in view of the trace: nothing where no return was seen. Notes the clauses that
   * obliged the call to return, if the program would have noticed that it had not.
   */
  weighed(call: Call, successor: Successor<S>): Successor<S> {
    const { wakes = [], exercised } = successor;
    if (call.result === undefined && exercised.length > 0) return { ...successor, exercised: [] };
    if (wakes.length === 0 || this.c.relaxed !== null) return successor;
    const missed = wakes.filter((clause) => this.wouldBeMissed(call, clause));
    if (missed.length > 0) this.woken.set(call.index, missed);
    return successor;
  }

  /**
   * Is there a settle that would have found the call still under way, and refused that but for this clause? Judged by
   * the trace without the return: what happened between return and settle may have ended the obligation.
   */
  wouldBeMissed(call: Call, clause: ClauseId): boolean {
    const settle = this.hindsight.settleThatMisses(call.index);
    if (settle === undefined) return false;
    const question = `${call.index} ${clause}`;
    const known = this.missed.get(question);
    if (known !== undefined) return known;
    const events = this.hindsight.without(call.index, settle);
    const { verdict, entries } = accept(this.machine, this.steps, events, {
      ...this.options,
      relaxed: clause,
      from: undefined,
    });
    const missed = verdict === 'accepted' && entries.every(({ breach }) => breach !== null);
    this.missed.set(question, missed);
    return missed;
  }

  /** Adds the world that follows, unless it contradicts an earlier choice. */
  follow(entry: Entry<S>, successor: Successor<S>, progress: readonly Progress[], into: Entry<S>[]): void {
    const { state, narrows } = successor;
    const choices = narrows.length === 0 ? entry.choices : narrow(entry.choices, narrows, this.inconstant);
    if (choices === null) return;
    const exercised =
      this.c.relaxed === null ? exercise(entry.exercised, successor.exercised) : entry.exercised;
    into.push({ state, choices, progress, exercised, breach: entry.breach ?? successor.breach });
  }

  outcomes(entry: Entry<S>, call: Call, phase: Context['phase']): readonly Outcome<S>[] {
    const { c } = this;
    c.choices = entry.choices;
    c.actor = call.actor;
    c.nowUs = this.nowUs;
    c.beganUs = call.beganUs;
    c.phase = phase;
    c.alone = call.alone;
    return this.machine.call(c, entry.state, call.step);
  }

  internalSteps(entry: Entry<S>): readonly InternalStep<S>[] {
    const { c, machine } = this;
    if (machine.internal === undefined) return noSteps;
    c.choices = entry.choices;
    c.actor = '';
    c.nowUs = this.nowUs;
    c.beganUs = this.nowUs;
    c.phase = null;
    c.alone = false;
    return machine.internal(c, entry.state);
  }

  keep(worlds: readonly Entry<S>[]): null {
    this.live = worlds.length < 2 ? worlds : this.distinct(worlds);
    return null;
  }

  distinct(worlds: readonly Entry<S>[]): readonly Entry<S>[] {
    const seen = new Map<string, Entry<S>>();
    for (const entry of worlds) {
      const key = this.keyOf(entry);
      const known = seen.get(key);
      seen.set(key, known === undefined ? entry : merge(known, entry));
    }
    this.spend(seen.size);
    return [...seen.values()];
  }

  keyOf(entry: Entry<S>): string {
    this.#codec = this.#codec ?? codecOf(this.machine);
    return keyOf(entry, this.#codec.pack(entry.state));
  }

  spend(entries: number): void {
    this.examined += entries;
    if (this.examined > this.budget) throw new Exhausted();
  }

  /** What these calls could have done instead, in the worlds that were left. */
  refuse(
    at: number,
    seen: Refused<S>['seen'],
    worlds: readonly Entry<S>[],
    calls: readonly Call[],
  ): Refused<S> {
    const permitted = new Map<string, PermittedHere>();
    const explain = ({ permits, clauses, why }: Outcome<S>) =>
      permitted.set(`${permits} ${clauses[0]}`, {
        permits,
        clauses,
        why: seen === 'still blocked' ? seen : why(seen),
      });
    for (const entry of worlds.slice(0, explainedWorldsMax))
      for (const call of calls) {
        const progress = entry.progress[this.calls.indexOf(call)] ?? null;
        if (progress === done) continue;
        for (const outcome of this.outcomes(entry, call, progress))
          if (outcome.phase === undefined && !(seen === 'still blocked' && outcome.may)) explain(outcome);
      }
    const { step } = this.events[at] as TraceEvent;
    return { at, step, seen, live: worlds, permitted: [...permitted.values()] };
  }
}

const malformed = (at: number, why: string): MalformedTrace => new MalformedTrace(`/events/${at}: ${why}`);
