/**
 * Mutants that tell the truth nearly always: their lie needs a state that few programs reach. What a random program finds
 * by luck is found here by nobody who does not look for it.
 */

import { IOSQE } from '#spec/msg-ring/flags';
import type { Kernel } from '../kernel.ts';
import type { Request, Ring } from '../ring.ts';
import { copies, type MsgRingMutant, mutant, payload } from './mutant.ts';

const deep = { deep: true } as const;

/** Completions that a ring holds, whoever can see them. */
const held = ({ cq, overflow, taskWork }: Ring): number => cq.length + overflow.length + taskWork.length;

/** Whether an entry stands right behind one that it is linked to, for the same target. */
const followsItsLink = ({ source, fd, batchIndex }: Request, { ledger: { last } }: Kernel): boolean =>
  last !== null &&
  last.source === source &&
  last.fd === fd &&
  last.batchIndex === batchIndex - 1 &&
  (last.sqeFlags & (IOSQE.IO_LINK | IOSQE.IO_HARDLINK)) !== 0;

const haveThreeOwners = ({ rings }: Kernel): boolean => new Set(rings.map(({ owner }) => owner)).size >= 3;

export const deepMutants: readonly MsgRingMutant[] = [
  mutant(
    'last-of-full-batch-loses-data',
    'The last message of a batch that fills its submission queue, of two entries or more, arrives with data 0.',
    ['msg-ring/send/user-data-is-data'],
    payload(({ user_data }, { source, batchIndex }) => ({
      user_data: source.entries >= 2 && batchIndex === source.entries - 1 ? '0x0' : user_data,
    })),
    deep,
  ),
  mutant(
    'last-place-loses-len',
    'A message that takes the last place of a completion queue, of four places or more, arrives with len 0.',
    ['msg-ring/send/res-is-len'],
    payload(({ res }, _, target) => ({
      res: target.cqEntries >= 4 && held(target) === target.cqEntries - 1 ? 0 : res,
    })),
    deep,
  ),
  mutant(
    'ring-made-after-close-is-deaf',
    'A message to a ring that was made after another one had ended is accepted and never posted.',
    ['msg-ring/send/posts-completion'],
    copies(0, (_, { history }) => history.madeAfter > 0),
    deep,
  ),
  mutant(
    'other-descriptor-closes-too',
    'Once a descriptor of a ring was closed, messages through the others are accepted and never posted.',
    ['msg-ring/send/posts-completion'],
    copies(0, (_, { history }) => history.closed > 0),
    deep,
  ),
  mutant(
    'second-overflow-is-lost',
    'What a ring could not hold is lost, from the second overflow on.',
    [
      'msg-ring/send/posts-completion',
      'msg-ring/completion/source-completes',
      'msg-ring/completion/exactly-one',
      'msg-ring/error/in-res',
      'msg-ring/overflow/full-is-no-error',
    ],
    { flushed: (honest, { history }) => (history.flushes > 0 ? [] : honest) },
    deep,
  ),
  mutant(
    'overflow-refusal-sticks',
    'A ring that refused a message for want of memory goes on refusing (EOVERFLOW) when memory is back.',
    [
      'msg-ring/error/overflow',
      'msg-ring/overflow/full-is-no-error',
      'msg-ring/target/any-accessible',
      'msg-ring/target/self',
    ],
    {
      refusal: (honest, { fd }, _file, { descriptors, exhausted }) => {
        const target = descriptors.at(fd);
        const sticks = target !== null && 'dropped' in target && target.dropped && !exhausted;
        return honest === null && sticks ? 'EOVERFLOW' : honest;
      },
    },
    deep,
  ),
  mutant(
    'second-pending-loses-len',
    'Of messages that wait for the owner of a deferred ring, the second one arrives with len 0.',
    ['msg-ring/send/res-is-len'],
    payload(({ res }, _, { deferred, taskWork }) => ({ res: deferred && taskWork.length === 1 ? 0 : res })),
    deep,
  ),
  mutant(
    'linked-pair-shares-len',
    'Of two messages to one target that a link joins, the second one arrives with the len of the first.',
    ['msg-ring/send/res-is-len'],
    payload(({ res }, request, _, kernel) => ({
      res: followsItsLink(request, kernel) ? (kernel.ledger.last?.len ?? 0) | 0 : res,
    })),
    deep,
  ),
  {
    name: 'nth-message-posted-twice',
    interface: 'msg-ring',
    lie: 'One message of a ring, the fifth unless told otherwise, posts two completions.',
    breaks: ['msg-ring/send/posts-at-most-one'],
    argument: { meaning: 'which message of its ring, from 1', default: 5 },
    lies: (which) => copies(2, ({ source }) => source.history.sent === which - 1),
    ...deep,
  },
  mutant(
    'drops-among-three-owners',
    'Once three threads own rings, a message from the ring of one to the ring of another is never posted.',
    ['msg-ring/send/posts-completion'],
    copies(0, ({ source }, { owner }, kernel) => owner !== source.owner && haveThreeOwners(kernel)),
    deep,
  ),
];
