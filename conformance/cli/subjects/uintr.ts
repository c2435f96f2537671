/** What the suites know of `uintr`. */

import type { Subject } from './subject.ts';

const chosenOnce =
  'what it leaves open is a point of variation, refuted by choosing twice and counted as occasions';

const open: Subject['runs'][0]['never'] = {
  'uintr/self/without-handler': chosenOnce,
  'uintr/self/vector-in-use': chosenOnce,
  'uintr/fd/vector-in-use': chosenOnce,
};

export const uintrSubject: Subject = {
  name: 'uintr',
  runs: [
    { address: 'simulator:docs', edition: 'both-pages', never: open, closed: [] },
    { address: 'simulator:intel-gen2', edition: 'both-pages', never: open, closed: [] },
  ],
  blind: { capability: 'index-limit', missed: ['uintr/self/no-index-left'] },
  atLeast: { clauses: 40, mutants: 60, controls: 3, outcomes: 50 },
  situationsMax: 400,
  repeated: [
    'simulator:docs',
    'simulator:chooser+seed=3',
    'simulator+lowest-first',
    'simulator+no-handler-error-varies',
  ],
};
