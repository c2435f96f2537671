/** What the suites know of `qnx-interrupt`. */

import type { Subject } from './subject.ts';

const chosenOnce =
  'what it leaves open is a point of variation, refuted by choosing twice and counted as occasions';
const companions = 'it belongs to the pages of the companions';

const open: Subject['runs'][0]['never'] = {
  'qnx-interrupt/flags/unknown': chosenOnce,
  'qnx-interrupt/errors/event-unknown': chosenOnce,
};

export const qnxInterruptSubject: Subject = {
  name: 'qnx-interrupt',
  runs: [
    {
      address: 'simulator:docs',
      edition: 'sdp-8.0',
      never: {
        ...open,
        'qnx-interrupt/companions/mask-masks': companions,
        'qnx-interrupt/companions/unmask-own': companions,
        'qnx-interrupt/companions/unmask-unmasked': companions,
        'qnx-interrupt/companions/all-attachments': companions,
        'qnx-interrupt/companions/unknown-id': companions,
        'qnx-interrupt/companions/detach-unknown': companions,
      },
      closed: [],
    },
    {
      address: 'simulator:docs',
      edition: 'sdp-8.0-companions',
      never: open,
      closed: [],
    },
  ],
  blind: { capability: 'entry-fault', missed: ['qnx-interrupt/errors/no-entries'] },
  atLeast: { clauses: 40, mutants: 70, controls: 3, outcomes: 40 },
  situationsMax: 400,
  repeated: [
    'simulator:docs',
    'simulator:chooser+seed=3',
    'simulator+only-first-is-served',
    'simulator+unknown-flags-vary',
  ],
};
