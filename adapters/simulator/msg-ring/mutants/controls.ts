/** Permitted behaviours in the dress of mutants: whoever accuses one of them reads more into the page than it says. */

import { control, type MsgRingMutant } from './mutant.ts';

export const controls: readonly MsgRingMutant[] = [
  control('newest-first', 'Completions come newest first, which the page does not forbid.', {
    position: () => 0,
  }),
  control(
    'message-wakes-only-one',
    'Of two threads that wait on one ring, a message wakes the first alone: someone, as the page says.',
    { wakes: ({ ring: { history } }) => history.wakes < history.received },
  ),
  control(
    'success-is-one',
    'An accepted message completes with 1, always.',
    {},
    { 'success-value@message': 'positive' },
  ),
  control(
    'target-flags-set',
    'The completion on the target has flags set, always.',
    {},
    { 'target-flags@plain': 'nonzero' },
  ),
];
