/** Front door of the simulator. */

export type { ChooserOccasion, Mutant, SimulatedProgram, SimulatorBehaviour } from './interface-simulator.ts';
export { chooserOccasions, mutants, Simulator, simulatorAdapter, simulatorBehaviours } from './simulator.ts';
