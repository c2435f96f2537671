/** The simulator as a system under test: one process, no clock, every interface it knows at once. */

import type { Adapter, Answer, Program, SystemUnderTest, TargetDescription } from '#spec/index';
import { optionsFor, readAddress, SCHEME } from './address.ts';
import type {
  ChooserOccasion,
  InterfaceSimulator,
  Mutant,
  SimulatedProgram,
  SimulatedSystem,
  SimulatorBehaviour,
} from './interface-simulator.ts';
import { ACTORS_MAX as MSG_RING_ACTORS, msgRingSimulator } from './msg-ring/index.ts';
import { qnxInterruptSimulator } from './qnx-interrupt/index.ts';
import { ACTORS_MAX as QNX_INTERRUPT_ACTORS } from './qnx-interrupt/kernel.ts';
import { rsmSimulator } from './rsm/index.ts';
import { ACTORS_MAX as RSM_ACTORS } from './rsm/kernel.ts';
import { uintrSimulator } from './uintr/index.ts';
import { ACTORS_MAX as UINTR_ACTORS } from './uintr/kernel.ts';

/** Every interface that is simulated; a further one is a folder beside `msg-ring/` and a line here. */
const simulators: readonly InterfaceSimulator[] = [
  msgRingSimulator,
  qnxInterruptSimulator,
  rsmSimulator,
  uintrSimulator,
];

const VERSION = '1';
const STEPS_MAX = 10_000;
const LINE_BYTES_MAX = 1_048_576;

/** An opened simulator. It answers at once, and can be driven step by step. */
export class Simulator implements SystemUnderTest {
  readonly description: TargetDescription;
  private readonly systems: ReadonlyMap<string, SimulatedSystem>;

  /** @throws {UsageError} The address names something unknown. */
  constructor(address: string) {
    const read = readAddress(address, simulators);
    const opened = simulators.map((simulator) => {
      const options = optionsFor(read, simulator);
      return { name: simulator.interface, options, system: simulator.open(options) };
    });
    this.systems = new Map(opened.map(({ name, system }) => [name, system]));
    const behaviours =
      read.behaviour === undefined
        ? [...new Set(opened.map(({ options }) => options.behaviour))]
        : [read.behaviour];
    this.description = {
      address,
      agent: { name: 'doorbell-simulator', version: VERSION },
      system: {
        name: 'simulator',
        version: VERSION,
        facts: Object.assign(
          { behaviour: behaviours.join(', ') },
          ...[...this.systems.values()].map(({ facts }) => facts),
        ) as Record<string, string | number | boolean>,
      },
      interfaces: Object.fromEntries([...this.systems].map(([name, { offer }]) => [name, offer])),
      limits: {
        lineBytes: LINE_BYTES_MAX,
        inFlight: 1,
        steps: STEPS_MAX,
        actors: Math.max(MSG_RING_ACTORS, QNX_INTERRUPT_ACTORS, RSM_ACTORS, UINTR_ACTORS),
      },
      selfCheck: true,
    };
  }

  execute(program: Program): Answer {
    const system = this.systems.get(program.interface);
    if (system === undefined)
      return { kind: 'unsupported', reason: `the simulator has no interface ${program.interface}` };
    if (program.steps.length > STEPS_MAX)
      return { kind: 'unsupported', reason: `${program.steps.length} steps are more than ${STEPS_MAX}` };
    return system.execute(program);
  }

  /** Begins a program that the caller performs step by step; undefined when the interface is not simulated. */
  start(interfaceName: string): SimulatedProgram | undefined {
    return this.systems.get(interfaceName)?.start();
  }

  /** Goes on where the snapshot of a program was taken, with no events yet; undefined when it is not simulated. */
  resume(interfaceName: string, snapshot: string): SimulatedProgram | undefined {
    return this.systems.get(interfaceName)?.resume(snapshot);
  }

  /** How often each outcome left open was taken so far, by `occasion: outcome`; empty unless the chooser draws. */
  taken(): ReadonlyMap<string, number> {
    return new Map([...this.systems.values()].flatMap((system) => [...system.taken()]));
  }

  async close(): Promise<void> {}
}

export const simulatorAdapter: Adapter = {
  scheme: SCHEME,
  summary: 'in-process reference implementation: simulator[:BEHAVIOUR][+MUTANT[=ARG]][+seed=N][+flaky=P]',
  open: async (address) => new Simulator(address),
};

/** The behaviours that an address may name. */
export const simulatorBehaviours = (): readonly SimulatorBehaviour[] =>
  simulators.flatMap(({ behaviours }) => behaviours);

/** The mutants of an interface, or of all. */
export const mutants = (interfaceName?: string): readonly Mutant[] =>
  simulators
    .filter((simulator) => interfaceName === undefined || simulator.interface === interfaceName)
    .flatMap((simulator) => simulator.mutants);

/** All that the chooser of an interface may do, by occasion. */
export const chooserOccasions = (interfaceName: string): readonly ChooserOccasion[] =>
  simulators.find((simulator) => simulator.interface === interfaceName)?.occasions ?? [];
