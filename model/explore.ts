/**
 * Every state that the programs of a small world can bring about, breadth first: the machine that judges is walked, with
 * begin, end, settle and the passing of time as moves. There is no second description of the machine: states are told
 * apart, kept and read back by the shape that it declares.
 *
 * Results are the samples of the outcomes and their alternatives, so what is reached here can be reached; what only
 * another result leads to is not seen.
 */

import type { ClauseId, Step } from '#spec/index';
import type { Choices } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Context, Phase } from './outcome.ts';
import { Codec, flag, list, nullable, plain, record, type Shape, shared, whole } from './shape.ts';
import type { SmallWorld, Standing } from './small-world.ts';
import { type CallUnderWay, type Happening, type Moment, Steps } from './steps.ts';

export interface ExploreOptions {
  /** Longest program, in steps. */
  /** What is still possible at the start; everything when absent. */
  readonly choices?: Choices;
  readonly maxSteps: number;
  /** States to keep before the walk ends. */
  readonly maxStates: number;
  /** Does the edition in force contain a clause? Default: every clause. */
  readonly states?: Context['states'];
}

/** A state between two moves, with the names that the program has used. */
export interface Place<S> {
  readonly moment: Moment<S>;
  readonly standing: Standing;
}

/** One move: a step of the program, or something that happens without one. */
export interface Turn<S> {
  /** The letter of the world that is written; null where the move is none. */
  readonly letter: number | null;
  readonly happening: Happening<S>;
  readonly to: Place<S>;
}

/** Who wants to see the walk while it goes on. */
export interface Visitor<S> {
  /** A state that was not seen before. Return false to end the walk. */
  readonly state?: (id: number, place: Place<S>, depth: number) => boolean;
  readonly move?: (from: number, to: number, turn: Turn<S>) => void;
}

/** What a walk found. */
export interface Explored {
  readonly states: number;
  readonly moves: number;
  /** States first reached by a program of so many steps. */
  readonly byDepth: readonly number[];
  /** False when a bound or the visitor ended it before every program of `maxSteps` was walked. */
  readonly complete: boolean;
  /** Clauses that some outcome on the way cites. */
  readonly cited: ReadonlySet<ClauseId>;
  /** Invariants that do not hold in some state, with the first such state. */
  readonly broken: readonly { readonly invariant: string; readonly state: number }[];
}

/** Numbers, as many as come. */
class Numbers {
  #values = new Int32Array(1_024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Int32Array(2 * this.#values.length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }
}

const nothing = -1;

const shapeOf = <S>(state: Shape<S>): Shape<Place<S>> => {
  const call: Shape<CallUnderWay> = record({
    step: shared(plain<Step>()),
    phase: nullable(plain<Phase>()),
    overdue: flag,
    awaited: flag,
    overlapped: flag,
    returned: flag,
  });
  const moment: Shape<Moment<S>> = record({ state, choices: shared(list(whole)), calls: list(call) });
  const standing: Shape<Standing> = record({ named: whole, open: list(whole) });
  return record({ moment, standing });
};

/** Surely the same: many moves change nothing, and to see it takes no packing. */
const isSame = <S>(one: Place<S>, other: Place<S>): boolean =>
  one.moment.state === other.moment.state &&
  one.moment.choices === other.moment.choices &&
  one.moment.calls === other.moment.calls &&
  one.standing === other.standing;

/** A walk through one small world. Run it once. */
export class Exploration<S> {
  readonly #machine: Machine<S>;
  readonly #world: SmallWorld;
  readonly #options: ExploreOptions;
  readonly #steps: Steps<S>;
  readonly #codec: Codec<Place<S>>;
  /** The state from which one was first reached, and by which of its turns. */
  readonly #parent = new Numbers();
  readonly #turn = new Numbers();
  /** What that turn writes, as a move of the world, or nothing. */
  readonly #written = new Numbers();

  constructor(machine: Machine<S>, world: SmallWorld, options: ExploreOptions) {
    this.#machine = machine;
    this.#world = world;
    this.#options = options;
    this.#steps = new Steps(machine, options.states);
    this.#codec = new Codec(shapeOf(machine.shape));
  }

  /** Walks until every program within the bounds was walked, or the visitor has seen enough. */
  run(visitor: Visitor<S> = {}): Explored {
    const { maxSteps, maxStates } = this.#options;
    const { invariants = [] } = this.#machine;
    const cited = new Set<ClauseId>();
    const broken = new Map<string, number>();
    const byDepth: number[] = [];
    let moves = 0;
    let complete = true;
    let level: number[] = [];
    let next: number[] = [];
    let depth = 0;

    /** Notes a place; false when the walk has to end. */
    const reach = (
      place: Place<S>,
      from: number,
      turn: number,
      written: number,
      into: number[],
      at: number,
    ): number => {
      const known = this.#codec.size;
      const id = this.#codec.keep(place);
      if (id < known) return id;
      this.#parent.push(from);
      this.#turn.push(turn);
      this.#written.push(written);
      byDepth[at] = (byDepth[at] ?? 0) + 1;
      into.push(id);
      for (const { name, holds } of invariants)
        if (!broken.has(name) && !holds(place.moment.state)) broken.set(name, id);
      if (visitor.state?.(id, place, at) === false || this.#codec.size >= maxStates) complete = false;
      return id;
    };

    reach(this.#start(), -1, -1, nothing, level, 0);
    while (level.length > 0 && complete) {
      for (let index = 0; index < level.length && complete; index++) {
        const from = level[index] as number;
        const here = this.place(from);
        const turns = this.#turnsFrom(here, depth < maxSteps);
        for (let number = 0; number < turns.length && complete; number++) {
          const turn = turns[number] as Turn<S>;
          moves++;
          for (const clause of turn.happening.clauses) cited.add(clause);
          const { letter, happening } = turn;
          const written = letter ?? (happening.kind === 'end' ? this.#world.size + happening.place : nothing);
          const costs = written !== nothing;
          const to = isSame(here, turn.to)
            ? from
            : reach(turn.to, from, number, written, costs ? next : level, costs ? depth + 1 : depth);
          visitor.move?.(from, to, turn);
        }
      }
      level = next;
      next = [];
      depth++;
    }
    return {
      states: this.#codec.size,
      moves,
      byDepth: Array.from(byDepth, (count) => count ?? 0),
      complete,
      cited,
      broken: [...broken].map(([invariant, state]) => ({ invariant, state })),
    };
  }

  /** The place behind a number. */
  place(id: number): Place<S> {
    return this.#codec.at(id);
  }

  /** The moves by which a state was first reached. */
  pathTo(id: number): readonly Turn<S>[] {
    const path: Turn<S>[] = [];
    for (let at = id; this.#parent.at(at) >= 0; at = this.#parent.at(at)) {
      const turns = this.#turnsFrom(this.place(this.#parent.at(at)), true);
      path.push(turns[this.#turn.at(at)] as Turn<S>);
    }
    return path.reverse();
  }

  /** The program of these moves. */
  bodyTo(id: number): readonly Step[] {
    const written: number[] = [];
    for (let at = id; this.#parent.at(at) >= 0; at = this.#parent.at(at))
      if (this.#written.at(at) !== nothing) written.push(this.#written.at(at));
    return this.#world.steps(written.reverse());
  }

  #start(): Place<S> {
    return { moment: this.#steps.start(this.#options.choices), standing: this.#world.start };
  }

  /** Everything that may come next, in a fixed order: what happens by itself first. */
  #turnsFrom({ moment, standing }: Place<S>, writes: boolean): readonly Turn<S>[] {
    const turns: Turn<S>[] = [];
    const add = (happening: Happening<S>, letter: number | null, after: Standing) => {
      turns.push({ letter, happening, to: { moment: happening.after, standing: after } });
    };
    for (const happening of this.#steps.byThemselves(moment)) add(happening, null, standing);
    const later = this.#steps.passTime(moment);
    if (later) add(later, null, standing);
    // What needs no step comes first, so that a turn has one number whether or not the program may go on.
    if (!writes || moment.calls.some(({ awaited }) => awaited)) return turns;
    for (let place = 0; place < moment.calls.length; place++)
      if (moment.calls[place]?.returned)
        add(this.#steps.end(moment, place), null, this.#world.ended(standing, place));
    for (const letter of this.#world.letters(standing)) {
      const step = this.#world.step(letter);
      const after = this.#world.after(standing, letter);
      if (step.op === 'settle') {
        const settled = this.#steps.settle(moment);
        if (settled) add(settled, letter, after);
      } else if (this.#world.begins(letter)) add(this.#steps.begin(moment, step), letter, after);
      else for (const happening of this.#steps.run(moment, step)) add(happening, letter, after);
    }
    return turns;
  }
}
