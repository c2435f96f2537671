/** Front door of the simulator. */

export type { Mutant, SimulatedProgram, SimulatorBehaviour } from './interface-simulator.ts';
export { type ChooserOccasion, chooserOccasions } from './msg-ring/occasions.ts';
export { mutants, Simulator, simulatorAdapter, simulatorBehaviours } from './simulator.ts';
