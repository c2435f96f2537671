/** The simulator of `msg-ring`: behaviours, mutants, the chooser, and how one of them is opened. */

import { type Answer, interfaceFile, type Program, UsageError } from '#spec/index';
import type { InterfaceSimulator, SimulatedSystem, SimulatorOptions } from '../interface-simulator.ts';
import { Random } from '../random.ts';
import { type Behaviour, behaviours, DEFAULT_BEHAVIOUR } from './behaviours.ts';
import { Chooser } from './chooser.ts';
import type { Decisions } from './decisions.ts';
import { FixedDecisions } from './fixed-decisions.ts';
import { messageFlag } from './flags.ts';
import { honest, type Lies } from './lies.ts';
import { type MsgRingMutant, msgRingMutants } from './mutants/index.ts';
import { chooserOccasions } from './occasions.ts';
import { ProgramRun } from './program-run.ts';

export { ACTORS_MAX } from './program-run.ts';

const CHOOSER = 'chooser';

/** Draws for flakiness come from a stream of their own, so that they do not disturb the chooser's. */
const FLAKY_STREAM = 0x5eed;

class MsgRingSystem implements SimulatedSystem {
  readonly offer: SimulatedSystem['offer'];
  readonly facts: SimulatedSystem['facts'];
  private readonly behaviour: Behaviour;
  private readonly decisions: Decisions;
  private readonly chooser: Chooser | null;
  private readonly lies: Lies;
  private readonly flaky: number;
  private readonly seed: number;
  private readonly random = new Random();
  /** Programs begun so far. */
  private ordinal = 0;

  constructor(behaviour: Behaviour, chooser: Chooser | null, lies: Lies, { flaky, seed }: SimulatorOptions) {
    this.behaviour = behaviour;
    this.chooser = chooser;
    this.decisions = chooser ?? new FixedDecisions(behaviour);
    this.lies = lies;
    this.flaky = flaky;
    this.seed = seed;
    this.offer = {
      operations: Object.fromEntries(
        interfaceFile('msg-ring').operations.map(({ name, scaffold }) => [
          name,
          scaffold === true ? 'agent' : 'system',
        ]),
      ),
      capabilities: behaviour.capabilities,
    };
    this.facts = {
      'probes.msgRing.opcode': true,
      'probes.msgRing.flagsPass': (this.decisions.acceptedFlags & messageFlag.FLAGS_PASS) !== 0,
      'probes.msgRing.sendFd': behaviour.commands === 'send-fd',
      'probes.msgRing.disabledTarget': (chooser?.choices ?? behaviour.choices)['disabled-target@direct'],
    };
  }

  start(): ProgramRun {
    const { ordinal } = this;
    this.ordinal += 1;
    this.chooser?.begin(ordinal);
    return new ProgramRun(this.behaviour, this.decisions, this.liesIn(ordinal));
  }

  resume(snapshot: string): ProgramRun {
    return ProgramRun.resumed(this.behaviour, this.decisions, this.lies, snapshot);
  }

  execute({ interface: name, steps }: Program): Answer {
    if (name !== 'msg-ring') return { kind: 'unsupported', reason: `msg-ring was asked for ${name}` };
    const run = this.start();
    for (let index = 0; index < steps.length; index += 1)
      if (!run.perform(steps[index] as Program['steps'][number], index)) break;
    return run.answer();
  }

  taken(): ReadonlyMap<string, number> {
    return this.chooser?.taken() ?? new Map();
  }

  private liesIn(ordinal: number): Lies {
    if (this.flaky === 1 || this.lies === honest) return this.lies;
    this.random.restart(this.seed ^ FLAKY_STREAM, ordinal);
    return this.random.fraction() < this.flaky ? this.lies : honest;
  }
}

const behaviourOf = (name: string, mutant: MsgRingMutant | undefined): Behaviour => {
  const named = behaviours.find((behaviour) => behaviour.name === name) ?? DEFAULT_BEHAVIOUR;
  return { ...named, choices: { ...named.choices, ...mutant?.choices } };
};

/** @throws {UsageError} There is no such mutant, or it takes no argument. */
const open = (options: SimulatorOptions): SimulatedSystem => {
  const { behaviour, mutant: asked, seed } = options;
  const mutant = msgRingMutants.find(({ name }) => name === asked?.name);
  if (asked?.argument !== undefined && mutant?.argument === undefined)
    throw new UsageError(`simulator: the mutant ${asked.name} takes no argument`);
  const chooser = behaviour === CHOOSER ? new Chooser(seed, mutant?.choices) : null;
  const lies = mutant?.lies(asked?.argument ?? mutant.argument?.default ?? 0);
  return new MsgRingSystem(
    behaviourOf(behaviour, mutant),
    chooser,
    lies === undefined ? honest : { ...honest, ...lies },
    options,
  );
};

export const msgRingSimulator: InterfaceSimulator = {
  interface: 'msg-ring',
  behaviours: [
    ...behaviours.map(({ name, summary }) => ({ name, summary, interface: 'msg-ring' as const })),
    {
      name: CHOOSER,
      interface: 'msg-ring',
      summary: 'conforms, and draws by seed whatever the page leaves open',
    },
  ],
  occasions: chooserOccasions,
  mutants: msgRingMutants.map(({ lies: _lies, choices: _choices, ...description }) => description),
  open,
};
