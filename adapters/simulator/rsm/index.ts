/** The simulator of `rsm`: behaviours, mutants, the chooser, and how one of them is opened. */

import { drawingSimulator } from '../drawing-simulator.ts';
import { behaviours } from './behaviours.ts';
import { honest } from './lies.ts';
import { rsmMutants } from './mutants.ts';
import { drawnOccasions, pointOccasions } from './occasions.ts';
import { ProgramRun } from './program-run.ts';

export const rsmSimulator = drawingSimulator({
  interface: 'rsm',
  behaviours,
  points: pointOccasions,
  occasions: drawnOccasions,
  chooser: 'conforms, and draws by seed whatever the page leaves open',
  honest,
  mutants: rsmMutants,
  run: (behaviour, decisions, lies, snapshot) => new ProgramRun(behaviour, decisions, lies, snapshot),
});
