/** Mutants that complete the request itself wrongly. */

import { isToSelf, type MsgRingMutant, mutant } from './mutant.ts';

export const completionMutants: readonly MsgRingMutant[] = [
  mutant(
    'never-completes',
    'An accepted message has no completion of its own.',
    ['msg-ring/completion/source-completes', 'msg-ring/completion/exactly-one'],
    { ownCopies: (honest, res) => (res < 0 ? honest : 0) },
  ),
  mutant(
    'completion-lost-when-full',
    'A request has no completion when its own queue is full.',
    ['msg-ring/completion/source-completes', 'msg-ring/completion/exactly-one', 'msg-ring/error/in-res'],
    { ownCopies: (honest, _, { source }) => (source.full ? 0 : honest) },
  ),
  mutant(
    'self-completes-once',
    'Of the two completions of a message from a ring to itself, the request’s own is missing.',
    ['msg-ring/completion/source-completes', 'msg-ring/completion/exactly-one', 'msg-ring/target/self'],
    { ownCopies: (honest, res, request, kernel) => (res >= 0 && isToSelf(request, kernel) ? 0 : honest) },
  ),
  mutant(
    'completes-twice',
    'An accepted message completes twice.',
    ['msg-ring/completion/exactly-one', 'msg-ring/send/posts-at-most-one'],
    { ownCopies: (honest, res) => (res < 0 ? honest : 2 * honest) },
  ),
  mutant(
    'refusal-completes-twice',
    'A refused message completes twice.',
    ['msg-ring/completion/exactly-one', 'msg-ring/send/posts-at-most-one'],
    { ownCopies: (honest, res) => (res < 0 ? 2 * honest : honest) },
  ),
  mutant(
    'completes-with-data',
    'A request completes with the data of its message as user_data.',
    ['msg-ring/completion/source-completes', 'msg-ring/send/posts-at-most-one'],
    { own: (honest, { data }) => ({ ...honest, user_data: data }) },
  ),
  mutant(
    'success-value-varies',
    'Every second accepted message completes with res 1, the others with 0.',
    ['msg-ring/completion/success-value'],
    { own: (honest, _, { ledger }) => (honest.res < 0 ? honest : { ...honest, res: ledger.accepted % 2 }) },
  ),
];
