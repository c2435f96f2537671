/**
 * The shortest program that tells a system from what the documents permit, over the letters of a small world: breadth
 * first through the pairs of what the system and what the machine have come to. Every program is closed and judged.
 */

import { type AcceptanceOptions, callName, type SmallWorld, type Standing } from '#model/index';
import { HarnessError, type InterfaceName, interfaceFile, type Program, type Step } from '#spec/index';
import { type Attempt, judged, shown } from '../attempt.ts';
import { guideOf, machineOf } from '../interfaces.ts';
import { editionOf, presetOf, statesOf } from '../oracle.ts';
import { SituationKeys } from './situation.ts';
import type { SteppedProgram, SteppedSystem } from './stepped-system.ts';

export interface SearchOptions {
  readonly edition?: string;
  /** What the program has to show; any deviation when absent. It may ask for nothing but the judgement. */
  readonly shows?: (tried: Attempt) => boolean;
  /** Longest program that is looked at, in steps before its closing. */
  readonly stepsMax: number;
  /** Situations to keep before the search gives up. */
  readonly situationsMax: number;
  /** Take situations for what they are (default), or look at every program. */
  readonly everyProgram?: boolean;
}

/** What a search found. */
export interface Searched {
  /** The shortest program that the system gives itself away by; null when there is none within the bounds. */
  readonly body: readonly Step[] | null;
  /** Every shorter program was looked at, or one like it. */
  readonly complete: boolean;
  /** Programs run. */
  readonly programs: number;
  readonly situations: number;
}

/** A program under way in the search. */
interface Reached {
  readonly body: readonly Step[];
  readonly standing: Standing;
  /** Names of the calls under way, in the order in which they began. */
  readonly open: readonly string[];
  readonly begun: number;
}

/** One search through one world. */
export class Search {
  readonly #name: InterfaceName;
  readonly #system: SteppedSystem;
  readonly #world: SmallWorld;
  readonly #options: SearchOptions;
  readonly #keys: SituationKeys;
  readonly #seen = new Set<string>();
  #programs = 0;

  constructor(name: InterfaceName, system: SteppedSystem, world: SmallWorld, options: SearchOptions) {
    this.#name = name;
    this.#system = system;
    this.#world = world;
    this.#options = options;
    this.#keys = new SituationKeys(machineOf(name), basisOf(name, options.edition));
  }

  run(): Searched {
    const { stepsMax, situationsMax } = this.#options;
    const root: Reached = { body: [], standing: this.#world.start, open: [], begun: 0 };
    if (this.#givesAway(root) === 'yes') return this.#result(root.body, true);
    let level: Reached[] = [root];
    let kept = 0;
    for (let length = 1; length <= stepsMax; length++) {
      const next: Reached[] = [];
      for (const from of level)
        for (const reached of this.#moves(from)) {
          const answer = this.#givesAway(reached);
          if (answer === 'yes') return this.#result(reached.body, true);
          if (answer === 'known') continue;
          if (++kept > situationsMax) return this.#result(null, false);
          next.push(reached);
        }
      level = next;
    }
    return this.#result(null, true);
  }

  #result(body: readonly Step[] | null, complete: boolean): Searched {
    return { body, complete, programs: this.#programs, situations: this.#seen.size };
  }

  /** Every program that is one step longer. */
  *#moves({ body, standing, open, begun }: Reached): Generator<Reached> {
    for (let place = 0; place < open.length; place++)
      yield {
        body: [...body, { op: 'end', call: open[place] as string }],
        standing: this.#world.ended(standing, place),
        open: open.toSpliced(place, 1),
        begun,
      };
    for (const letter of this.#world.letters(standing)) {
      const step = this.#world.step(letter);
      const after = this.#world.after(standing, letter);
      if (!this.#world.begins(letter)) yield { body: [...body, step], standing: after, open, begun };
      else {
        const begin = callName(begun);
        yield {
          body: [...body, { ...step, begin }],
          standing: after,
          open: [...open, begin],
          begun: begun + 1,
        };
      }
    }
  }

  /** Does this program, closed, show that the system is wrong? `known`: one like it did not. */
  #givesAway({ body, standing }: Reached): 'yes' | 'no' | 'known' {
    this.#programs++;
    const closing = guideOf(this.#name).closing(body);
    const run = this.#system.start(this.#name);
    if (run === undefined) throw new HarnessError(`the system does not offer ${this.#name}`);
    if (perform(run, body, 0) && !this.#options.everyProgram) {
      const { events } = run;
      const ran = { body, closing, events: [...events], snapshot: run.snapshot(), standing };
      const key = this.#keys.of(ran);
      if (this.#seen.has(key)) return 'known';
      this.#seen.add(key);
    }
    perform(run, closing, body.length);
    const { version } = interfaceFile(this.#name);
    const program: Program = { interface: this.#name, version, steps: [...body, ...closing] };
    const { edition, shows = deviates } = this.#options;
    const tried = judged(program, run.answer(), {
      ...(edition !== undefined && { edition }),
      everyEdition: false,
    });
    return shows(tried) ? 'yes' : 'no';
  }
}

const deviates = (tried: Attempt): boolean => {
  const identity = shown(tried);
  return identity !== null && identity !== 'unknown';
};

/** Performs steps in turn; false when the program cannot go on. */
const perform = (run: SteppedProgram, steps: readonly Step[], from: number): boolean =>
  steps.every((step, index) => run.perform(step, from + index));

const basisOf = (name: InterfaceName, edition: string | undefined): AcceptanceOptions => ({
  states: statesOf(name, editionOf(name, edition).id),
  choices: machineOf(name).points.open(presetOf(name)),
});
