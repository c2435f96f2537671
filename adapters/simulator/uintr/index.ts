/** The simulator of `uintr`: behaviours, mutants, the chooser, and how one of them is opened. */

import { type Answer, interfaceFile, type Program, UsageError } from '#spec/index';
import type { InterfaceSimulator, SimulatedSystem, SimulatorOptions } from '../interface-simulator.ts';
import { Random } from '../random.ts';
import { type Behaviour, behaviours, DEFAULT_BEHAVIOUR } from './behaviours.ts';
import { Chooser, type Decisions, FixedDecisions } from './decisions.ts';
import { honest, type Lies } from './lies.ts';
import { type UintrMutant, uintrMutants } from './mutants.ts';
import { chooserOccasions } from './occasions.ts';
import { ProgramRun } from './program-run.ts';

const CHOOSER = 'chooser';

/** Draws for flakiness come from a stream of their own, so that they do not disturb the chooser's. */
const FLAKY_STREAM = 0x5eed;

class UintrSystem implements SimulatedSystem {
  readonly offer: SimulatedSystem['offer'];
  readonly facts: SimulatedSystem['facts'] = {};
  readonly #behaviour: Behaviour;
  readonly #decisions: Decisions;
  readonly #chooser: Chooser | null;
  readonly #lies: Lies;
  readonly #options: SimulatorOptions;
  readonly #random = new Random();
  /** Programs begun so far. */
  #ordinal = 0;

  constructor(behaviour: Behaviour, mutant: UintrMutant | undefined, options: SimulatorOptions) {
    const choices = { ...behaviour.choices, ...mutant?.choices };
    this.#behaviour = { ...behaviour, choices };
    this.#chooser =
      options.behaviour === CHOOSER ? new Chooser(options.seed, this.#behaviour, mutant?.choices) : null;
    this.#decisions = this.#chooser ?? new FixedDecisions(this.#behaviour);
    this.#lies = mutant?.lies ?? honest;
    this.#options = options;
    const offered = interfaceFile('uintr').operations.filter(({ name }) => !behaviour.lacks.includes(name));
    this.offer = {
      operations: Object.fromEntries(
        offered.map(({ name, scaffold }) => [name, scaffold === true ? 'agent' : 'system']),
      ),
      capabilities: behaviour.capabilities,
    };
  }

  start(): ProgramRun {
    const ordinal = this.#ordinal++;
    this.#chooser?.begin(ordinal);
    return new ProgramRun(this.#behaviour, this.#decisions, this.#liesIn(ordinal));
  }

  resume(snapshot: string): ProgramRun {
    return new ProgramRun(this.#behaviour, this.#decisions, this.#lies, snapshot);
  }

  execute({ interface: name, steps }: Program): Answer {
    if (name !== 'uintr') return { kind: 'unsupported', reason: `uintr was asked for ${name}` };
    const run = this.start();
    for (const [index, step] of steps.entries()) if (!run.perform(step, index)) break;
    return run.answer();
  }

  taken(): ReadonlyMap<string, number> {
    return this.#chooser?.taken() ?? new Map();
  }

  #liesIn(ordinal: number): Lies {
    const { flaky, seed } = this.#options;
    if (flaky === 1 || this.#lies === honest) return this.#lies;
    this.#random.restart(seed ^ FLAKY_STREAM, ordinal);
    return this.#random.fraction() < flaky ? this.#lies : honest;
  }
}

/** @throws {UsageError} The mutant takes no argument. */
const open = (options: SimulatorOptions): SimulatedSystem => {
  const mutant = uintrMutants.find(({ name }) => name === options.mutant?.name);
  if (options.mutant?.argument !== undefined)
    throw new UsageError(`simulator: the mutant ${options.mutant.name} takes no argument`);
  const behaviour = behaviours.find(({ name }) => name === options.behaviour) ?? DEFAULT_BEHAVIOUR;
  return new UintrSystem(behaviour, mutant, options);
};

export const uintrSimulator: InterfaceSimulator = {
  interface: 'uintr',
  behaviours: [
    ...behaviours.map(({ name, summary }) => ({ name, summary, interface: 'uintr' as const })),
    {
      name: CHOOSER,
      interface: 'uintr',
      summary: 'conforms, and draws by seed whatever the two pages leave open',
    },
  ],
  mutants: uintrMutants.map(({ lies: _lies, choices: _choices, ...description }) => description),
  occasions: chooserOccasions,
  open,
};
