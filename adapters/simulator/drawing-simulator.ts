/** A simulated interface from its parts: behaviours as data, lies as hooks, decisions that are fixed or drawn. */

import { type Answer, type InterfaceName, interfaceFile, type Program, UsageError } from '#spec/index';
import { Chooser, type Decisions, FixedDecisions, occasionsOf } from './decisions.ts';
import type {
  InterfaceSimulator,
  Mutant,
  SimulatedProgram,
  SimulatedSystem,
  SimulatorOptions,
} from './interface-simulator.ts';
import { Random } from './random.ts';

const CHOOSER = 'chooser';

/** Draws for flakiness come from a stream of their own, so that they do not disturb the chooser's. */
const FLAKY_STREAM = 0x5eed;

type Drawn = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface NamedBehaviour<Choices> {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: readonly string[];
  /** Operations that it lacks. */
  readonly lacks: readonly string[];
  readonly choices: Choices;
}

/** A mutant with its lies, and what it chooses otherwise than its behaviour. */
export interface LyingMutant<Lies, Choices> extends Mutant {
  readonly lies: Lies;
  readonly choices?: Partial<Choices>;
}

export interface SimulatorParts<
  Behaviour extends NamedBehaviour<Choices>,
  Choices,
  Occasions extends Drawn,
  Lies,
> {
  readonly interface: InterfaceName;
  /** The default one first. */
  readonly behaviours: readonly [Behaviour, ...Behaviour[]];
  /** What its chooser chooses once. */
  readonly points: Readonly<Record<string, readonly string[]>>;
  /** What it draws each time. */
  readonly occasions: Occasions;
  /** What a behaviour does on an occasion, where that is not the calm outcome. */
  readonly usual?: (behaviour: Behaviour) => Readonly<Record<string, string>>;
  readonly chooser: string;
  readonly honest: Lies;
  readonly mutants: readonly LyingMutant<Lies, Choices>[];
  readonly run: (
    behaviour: Behaviour,
    decisions: Decisions<Choices, Occasions>,
    lies: Lies,
    snapshot?: string,
  ) => SimulatedProgram;
}

class DrawingSystem<Behaviour extends NamedBehaviour<Choices>, Choices, Occasions extends Drawn, Lies>
  implements SimulatedSystem
{
  readonly offer: SimulatedSystem['offer'];
  readonly facts: SimulatedSystem['facts'] = {};
  readonly #parts: SimulatorParts<Behaviour, Choices, Occasions, Lies>;
  readonly #behaviour: Behaviour;
  readonly #decisions: Decisions<Choices, Occasions>;
  readonly #chooser: Chooser<Choices, Occasions> | null;
  readonly #lies: Lies;
  readonly #options: SimulatorOptions;
  readonly #random = new Random();
  /** Programs begun so far. */
  #ordinal = 0;

  constructor(parts: SimulatorParts<Behaviour, Choices, Occasions, Lies>, options: SimulatorOptions) {
    const mutant = parts.mutants.find(({ name }) => name === options.mutant?.name);
    const [usual] = parts.behaviours;
    const named = parts.behaviours.find(({ name }) => name === options.behaviour) ?? usual;
    const choices = { ...named.choices, ...mutant?.choices };
    this.#parts = parts;
    this.#behaviour = { ...named, choices };
    const { points, occasions } = parts;
    this.#chooser =
      options.behaviour === CHOOSER
        ? new Chooser(options.seed, choices, points, occasions, mutant?.choices)
        : null;
    this.#decisions = this.#chooser ?? new FixedDecisions(choices, occasions, parts.usual?.(named));
    this.#lies = mutant?.lies ?? parts.honest;
    this.#options = options;
    const offered = interfaceFile(parts.interface).operations.filter(
      ({ name }) => !named.lacks.includes(name),
    );
    this.offer = {
      operations: Object.fromEntries(
        offered.map(({ name, scaffold }) => [name, scaffold === true ? 'agent' : 'system']),
      ),
      capabilities: named.capabilities,
    };
  }

  start(): SimulatedProgram {
    const ordinal = this.#ordinal++;
    this.#chooser?.begin(ordinal);
    return this.#parts.run(this.#behaviour, this.#decisions, this.#liesIn(ordinal));
  }

  resume(snapshot: string): SimulatedProgram {
    return this.#parts.run(this.#behaviour, this.#decisions, this.#lies, snapshot);
  }

  execute({ interface: name, steps }: Program): Answer {
    if (name !== this.#parts.interface)
      return { kind: 'unsupported', reason: `${this.#parts.interface} was asked for ${name}` };
    const run = this.start();
    for (const [index, step] of steps.entries()) if (!run.perform(step, index)) break;
    return run.answer();
  }

  taken(): ReadonlyMap<string, number> {
    return this.#chooser?.taken() ?? new Map();
  }

  #liesIn(ordinal: number): Lies {
    const { flaky, seed } = this.#options;
    const { honest } = this.#parts;
    if (flaky === 1 || this.#lies === honest) return this.#lies;
    this.#random.restart(seed ^ FLAKY_STREAM, ordinal);
    return this.#random.fraction() < flaky ? this.#lies : honest;
  }
}

/** The simulator of one interface. Opening it throws a {@link UsageError} where a mutant is given an argument. */
export const drawingSimulator = <
  Behaviour extends NamedBehaviour<Choices>,
  Choices,
  Occasions extends Drawn,
  Lies,
>(
  parts: SimulatorParts<Behaviour, Choices, Occasions, Lies>,
): InterfaceSimulator => ({
  interface: parts.interface,
  behaviours: [
    ...parts.behaviours.map(({ name, summary }) => ({ name, summary, interface: parts.interface })),
    { name: CHOOSER, interface: parts.interface, summary: parts.chooser },
  ],
  mutants: parts.mutants.map(({ lies: _lies, choices: _choices, ...description }) => description),
  occasions: occasionsOf(parts.points, parts.occasions),
  open: (options) => {
    if (options.mutant?.argument !== undefined)
      throw new UsageError(`simulator: the mutant ${options.mutant.name} takes no argument`);
    return new DrawingSystem(parts, options);
  },
});
