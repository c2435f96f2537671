/** The simulator of `uintr`: behaviours, mutants, the chooser, and how one of them is opened. */

import { drawingSimulator } from '../drawing-simulator.ts';
import { behaviours } from './behaviours.ts';
import { honest } from './lies.ts';
import { uintrMutants } from './mutants.ts';
import { drawnOccasions, pointOccasions } from './occasions.ts';
import { ProgramRun } from './program-run.ts';

export const uintrSimulator = drawingSimulator({
  interface: 'uintr',
  behaviours,
  points: pointOccasions,
  occasions: drawnOccasions,
  usual: ({ keepsForLater, childHasIndexes }) => ({
    'send to nobody': keepsForLater ? 'kept' : 'lost',
    'what waits when a handler is given up': keepsForLater ? 'kept' : 'lost',
    'send from a child of fork': childHasIndexes ? 'raises' : 'fault',
    'vector of a closed descriptor': 'free',
  }),
  chooser: 'conforms, and draws by seed whatever the two pages leave open',
  honest,
  mutants: uintrMutants,
  run: (behaviour, decisions, lies, snapshot) => new ProgramRun(behaviour, decisions, lies, snapshot),
});
