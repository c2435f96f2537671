/** What the suites know of `msg-ring`. */

import type { Subject } from './subject.ts';

const everyResult = 'it permits every result that can be seen';
const chosenOnce =
  'what it leaves open is a point of variation, refuted by choosing twice and counted as occasions';
const permits = 'it permits an error or a loss beside what other clauses demand, and demands nothing itself';
const later = 'it belongs to later editions';

const open: Subject['runs'][0]['never'] = {
  'msg-ring/send/target-flags': chosenOnce,
  'msg-ring/completion/success-value': chosenOnce,
  'msg-ring/target/disabled-open': chosenOnce,
  'msg-ring/fields/foreign': permits,
  'msg-ring/fields/commands': everyResult,
  'msg-ring/modes/sqe-flags': permits,
  'msg-ring/modes/ring-modes': permits,
  'msg-ring/lifetime/dead-owner': everyResult,
  'msg-ring/lifetime/in-flight-changes': everyResult,
  'msg-ring/order/open': everyResult,
  'msg-ring/overflow/loss-without-memory': permits,
  'msg-ring/wait/spurious': everyResult,
};

export const msgRingSubject: Subject = {
  name: 'msg-ring',
  runs: [
    {
      address: 'simulator:docs',
      edition: 'E2022-03',
      never: {
        ...open,
        'msg-ring/error/non-descriptor': 'this system answers EBADFD, which error/not-a-ring names',
        'msg-ring/target/disabled-refused': later,
        'msg-ring/flags/cqe-flags-pass': later,
      },
      closed: [],
    },
    {
      address: 'simulator:linux-6',
      edition: 'E2023-01',
      never: open,
      closed: ['disabled-target@direct', 'disabled-target@deferred'],
    },
  ],
  blind: { capability: 'threads', missed: ['msg-ring/wait/message-wakes'] },
  atLeast: { clauses: 30, mutants: 70, controls: 3, outcomes: 80 },
  situationsMax: 400,
  repeated: [
    'simulator:docs',
    'simulator:linux-6',
    'simulator:chooser+seed=3',
    'simulator+posts-twice-when-deferred',
    'simulator+minus-one-is-ENOENT',
  ],
};
