/**
 * The shortest program that tells a machine from the same machine with one clause relaxed, for every clause; and for
 * every variation point the shortest after which a value of it is ruled out. Found breadth first in small worlds. Each
 * one is confirmed by the fold on the trace that the walk would leave, so a walk cannot claim what no verdict says.
 */

import type { ClauseId, PointId, Step, TraceEvent } from '#spec/index';
import { accept } from './acceptance.ts';
import type { Choices } from './choices.ts';
import { choicesOf, exercisedBy } from './entry.ts';
import { Exploration, type Explored, type Turn } from './explore.ts';
import type { Machine } from './machine.ts';
import type { Context } from './outcome.ts';
import { Rehearsal } from './rehearsal.ts';
import { Script } from './script.ts';
import { callName, type SmallWorld } from './small-world.ts';
import { type Happening, Steps } from './steps.ts';

/** A program that could have failed, and a trace with which it does not. */
export interface Witness {
  /** The program without its closing. */
  readonly body: readonly Step[];
  /** The program with its closing, and what a system leaves that does what the walk did. */
  readonly steps: readonly Step[];
  readonly events: readonly TraceEvent[];
  /** Clauses that the trace tests. */
  readonly exercised: ReadonlySet<ClauseId>;
  /** Points of which the trace rules a value out. */
  readonly decides: readonly PointId[];
}

export interface SeekOptions {
  /** What every program ends with, from its body. */
  readonly closing: (body: readonly Step[]) => readonly Step[];
  readonly maxSteps: number;
  readonly maxStates: number;
  readonly states?: Context['states'];
  /** What is still possible at the start; everything when absent. */
  readonly choices?: Choices;
  /** Does the program test it whatever the system chooses? One that does not is taken only where none does. */
  readonly isCertain?: (body: readonly Step[], clause: ClauseId) => boolean;
  /** Clauses that the search does not go on for: they may permit whatever is seen. */
  readonly aside?: ReadonlySet<ClauseId>;
}

/** A clause, or a variation point by number. */
type Target = ClauseId | number;

/** Traces held against the fold in vain for one target, before the walk's word counts no more. */
const vainMax = 400;

/** A search for witnesses of clauses and points, through one world after another. */
export class Seeking<S> {
  readonly clauses = new Map<ClauseId, Witness>();
  readonly points = new Map<PointId, Witness>();
  readonly #machine: Machine<S>;
  readonly #open: Set<Target>;
  readonly #options: SeekOptions;
  readonly #steps: Steps<S>;
  readonly #vain = new Map<Target, number>();
  readonly #doubtful = new Map<ClauseId, Witness>();

  constructor(
    machine: Machine<S>,
    clauses: readonly ClauseId[],
    points: readonly PointId[],
    options: SeekOptions,
  ) {
    this.#machine = machine;
    this.#open = new Set<Target>([...clauses, ...points.map((point) => machine.points.number(point))]);
    this.#options = options;
    this.#steps = new Steps(machine, options.states);
  }

  get isOver(): boolean {
    const { aside } = this.#options;
    for (const target of this.#open) if (typeof target === 'number' || !aside?.has(target)) return false;
    return true;
  }

  /** Looks through one world. */
  in(world: SmallWorld): Explored {
    const { maxSteps, maxStates, closing } = this.#options;
    const bounds = { maxSteps, maxStates, ...this.#basis() };
    const exploration = new Exploration(this.#machine, world, bounds);
    return exploration.run({
      state: (id, { moment }) => {
        const body = exploration.bodyTo(id);
        const shown = new Set<Target>();
        const prefers = (happening: Happening<S>) => {
          this.#note(happening, shown);
          return false;
        };
        new Rehearsal(this.#steps, moment, body, prefers, null).play(closing(body));
        for (const target of shown) this.#confirm(exploration.pathTo(id), world, target);
        return !this.isOver;
      },
      move: (from, _to, turn) => {
        const shown = new Set<Target>();
        this.#note(turn.happening, shown);
        for (const target of shown) this.#confirm([...exploration.pathTo(from), turn], world, target);
      },
    });
  }

  #basis(): Pick<SeekOptions, 'states' | 'choices'> {
    const { states, choices } = this.#options;
    return { ...(states && { states }), ...(choices && { choices }) };
  }

  /** What was found for clauses of which no certain witness is known; call it when every world was looked through. */
  takeDoubtful(): void {
    for (const [clause, witness] of this.#doubtful)
      if (this.#open.delete(clause)) this.clauses.set(clause, witness);
  }

  #found(clause: ClauseId, witness: Witness): void {
    if (!this.#open.has(clause)) return;
    const { isCertain } = this.#options;
    if (isCertain === undefined || isCertain(witness.body, clause)) {
      this.#open.delete(clause);
      this.clauses.set(clause, witness);
    } else if (!this.#doubtful.has(clause)) this.#doubtful.set(clause, witness);
  }

  /** Adds what the happening may test, of all that is still sought. */
  #note({ exercised, wakes, after }: Happening<S>, into: Set<Target>): void {
    for (const clause of exercised) if (this.#isSought(clause)) into.add(clause);
    for (const clause of wakes) if (this.#isSought(clause)) into.add(clause);
    const { points } = this.#machine;
    for (let point = 0; point < after.choices.length; point++)
      if (after.choices[point] !== points.full(point) && this.#isSought(point)) into.add(point);
  }

  #isSought(target: Target): boolean {
    return this.#open.has(target) && (this.#vain.get(target) ?? 0) < vainMax;
  }

  /** Asks the fold about the trace of these moves, closed; everything sought that it tests is found. */
  #confirm(path: readonly Turn<S>[], world: SmallWorld, target: Target): void {
    if (!this.#open.has(target)) return;
    const { closing, choices } = this.#options;
    const script = new Script();
    let begun = 0;
    for (const { letter, happening } of path)
      if (letter === null) script.pass(happening);
      else if (!world.begins(letter)) script.take(world.step(letter), happening);
      else script.take({ ...world.step(letter), begin: callName(begun++) }, happening);
    const body = [...script.steps];
    const moment = path.at(-1)?.happening.after ?? this.#steps.start(choices);
    const prefers = (happening: Happening<S>) => {
      const shown = new Set<Target>();
      this.#note(happening, shown);
      return shown.has(target);
    };
    const ends = new Rehearsal(this.#steps, moment, body, prefers, script).play(closing(body));
    const found = ends ? accept(this.#machine, script.steps, script.events, this.#basis()) : null;
    if (found?.verdict === 'accepted') {
      const exercised = exercisedBy(found.entries);
      const { points } = this.#machine;
      const decides = points.ids.filter((_, point) => choicesOf(found.entries)[point] !== points.full(point));
      const witness = { body, steps: script.steps, events: script.events, exercised, decides };
      for (const clause of exercised) this.#found(clause, witness);
      for (const point of decides)
        if (this.#open.delete(points.number(point))) this.points.set(point, witness);
    }
    if (this.#open.has(target)) this.#vain.set(target, (this.#vain.get(target) ?? 0) + 1);
  }
}
