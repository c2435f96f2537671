/** Mutants that bring the wrong thing: what a message carries. */

import { IOSQE } from '#spec/msg-ring/flags';
import { isDuplicate, isToSelf, lowBits, type MsgRingMutant, mutant, payload, targetOf } from './mutant.ts';

const INT32_MAX = 0x7fff_ffff;
const TOP_BIT = 1n << 63n;

export const payloadMutants: readonly MsgRingMutant[] = [
  mutant(
    'len-loses-top-bit',
    'The completion on the target has the lower 31 bits of len.',
    ['msg-ring/send/res-is-len'],
    payload((_, { len }) => ({ res: len & INT32_MAX })),
  ),
  mutant(
    'len-saturates',
    'A len above the largest signed number arrives as that number.',
    ['msg-ring/send/res-is-len'],
    payload((_, { len }) => ({ res: Math.min(len, INT32_MAX) })),
  ),
  mutant(
    'len-is-16-bits',
    'The completion on the target has the lower 16 bits of len.',
    ['msg-ring/send/res-is-len'],
    payload((_, { len }) => ({ res: len & 0xffff })),
  ),
  mutant(
    'len-of-previous-message',
    'From the second entry of a batch on, the len of the message before arrives.',
    ['msg-ring/send/res-is-len'],
    payload((honest, { batchIndex }, _, { ledger }) => ({
      res: batchIndex > 0 && ledger.last !== null ? ledger.last.len | 0 : honest.res,
    })),
  ),
  mutant(
    'len-lost-when-deferred',
    'A target that defers its work receives a res of 0.',
    ['msg-ring/send/res-is-len'],
    payload((honest, _, { deferred }) => ({ res: deferred ? 0 : honest.res })),
  ),
  mutant(
    'data-loses-high-half',
    'The completion on the target has the lower 32 bits of data.',
    ['msg-ring/send/user-data-is-data'],
    payload((_, { data }) => ({ user_data: lowBits(data, 32) })),
  ),
  mutant(
    'data-loses-top-bit',
    'Data of 2^63 and more arrives without its top bit.',
    ['msg-ring/send/user-data-is-data'],
    payload((_, { data }) => ({ user_data: lowBits(data, 63) })),
  ),
  mutant(
    'data-is-signed',
    'Data of 2^63 and more arrives as the largest signed number.',
    ['msg-ring/send/user-data-is-data'],
    payload(({ user_data }) => ({
      user_data: BigInt(user_data) < TOP_BIT ? user_data : '0x7fffffffffffffff',
    })),
  ),
  mutant(
    'data-lost-on-duplicate',
    'A message through a duplicated descriptor arrives with data 0.',
    ['msg-ring/send/user-data-is-data'],
    payload(({ user_data }, { fd }, target, kernel) => ({
      user_data: isDuplicate(fd, target, kernel) ? '0x0' : user_data,
    })),
  ),
  mutant(
    'data-lost-on-asynchronous-self',
    'An asynchronous message from a ring to itself arrives with data 0.',
    ['msg-ring/send/user-data-is-data'],
    payload(({ user_data }, request, _, kernel) => ({
      user_data: (request.sqeFlags & IOSQE.ASYNC) !== 0 && isToSelf(request, kernel) ? '0x0' : user_data,
    })),
  ),
  mutant(
    'user-data-swapped',
    'The message carries the user_data of its entry, and the completion of the request carries data.',
    [
      'msg-ring/send/user-data-is-data',
      'msg-ring/completion/source-completes',
      'msg-ring/send/posts-at-most-one',
      'msg-ring/send/res-is-len',
    ],
    {
      ...payload((_, { userData }) => ({ user_data: userData })),
      own: (honest, request, kernel) =>
        honest.res < 0 || targetOf(request, kernel) === null
          ? honest
          : { ...honest, user_data: request.data },
    },
  ),
  mutant(
    'target-flags-vary',
    'Every second message has flags set in its completion.',
    ['msg-ring/send/target-flags'],
    payload((honest, _request, _target, { ledger }) => ({
      flags: ledger.accepted % 2 === 0 ? honest.flags : 1,
    })),
  ),
  mutant(
    'passed-flags-lost-when-deferred',
    'The completion flags that a message passes do not reach a target that defers its work.',
    ['msg-ring/flags/cqe-flags-pass'],
    payload((honest, _, { deferred }) => ({ flags: deferred ? 0 : honest.flags })),
    { behaviour: 'linux-6', edition: 'E2023-01' },
  ),
];
