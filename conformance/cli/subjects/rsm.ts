/** What the suites know of `rsm`. */

import type { Subject } from './subject.ts';

export const rsmSubject: Subject = {
  name: 'rsm',
  runs: [{ address: 'simulator:docs', edition: 'event-operations', never: {}, closed: [] }],
  blind: { capability: 'nodes', missed: ['rsm/post/unreachable'] },
  atLeast: { clauses: 30, mutants: 50, controls: 3, outcomes: 50 },
  situationsMax: 400,
  repeated: [
    'simulator:docs',
    'simulator:illumos',
    'simulator:chooser+seed=3',
    'simulator+third-event-lost',
    'simulator+cut-off-varies',
  ],
};
