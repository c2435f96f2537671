/** Mutants that sleep too long or give up too soon. */

import { type MsgRingMutant, mutant } from './mutant.ts';

export const waitingMutants: readonly MsgRingMutant[] = [
  mutant('wake-lost', 'A message does not wake who waits on its target.', ['msg-ring/wait/message-wakes'], {
    wakes: () => false,
  }),
  mutant(
    'second-wake-lost',
    'On each ring only the first wait is ever woken.',
    ['msg-ring/wait/message-wakes'],
    { wakes: ({ ring }) => ring.history.wakes === 0 },
  ),
  mutant(
    'wake-lost-when-deferred',
    'A message does not wake the owner of a target that defers its work.',
    ['msg-ring/wait/message-wakes'],
    { wakes: ({ ring }) => !ring.deferred },
  ),
  mutant(
    'wakes-one-message-late',
    'A waiter is woken by the message after the one it waits for.',
    ['msg-ring/wait/message-wakes'],
    { wakes: ({ tail, ring }) => ring.tail > tail },
  ),
  mutant(
    'wake-lost-across-threads',
    'A message does not wake a thread that waits on a ring made by another.',
    ['msg-ring/wait/message-wakes'],
    { wakes: ({ thread, ring }) => ring.owner === thread },
  ),
  mutant(
    'times-out-at-once',
    'A wait that nothing ends says at once that its time is over.',
    ['msg-ring/wait/no-early-timeout'],
    { deadlineUs: (_, { nowUs }) => nowUs },
  ),
  mutant(
    'times-out-at-half',
    'The time of a wait is over after half of it.',
    ['msg-ring/wait/no-early-timeout'],
    { deadlineUs: (honest, { nowUs }) => nowUs + Math.floor((honest - nowUs) / 2) },
  ),
  mutant(
    'settling-ends-time',
    'When everything has settled, waits that nothing ended say that their time is over.',
    ['msg-ring/wait/no-early-timeout'],
    { settleEndsTime: () => true },
  ),
];
