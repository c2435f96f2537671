/** Mutants that send too little, too much, too soon or to the wrong ring. */

import { IOSQE } from '#spec/msg-ring/flags';
import { post } from '../queues.ts';
import { copies, isPlain, type MsgRingMutant, mutant, targetOf } from './mutant.ts';

/** A mark that no program uses as data or user_data by chance. */
const STRAY = { user_data: '0x57a7', res: 23, flags: 0 } as const;

export const deliveryMutants: readonly MsgRingMutant[] = [
  mutant(
    'sends-when-prepared',
    'A message goes out when its entry is prepared.',
    ['msg-ring/prep/sends-nothing', 'msg-ring/send/posts-at-most-one', 'msg-ring/send/refused-posts-nothing'],
    {
      sendsWhenPrepared: (kernel, request) => isPlain(request) && targetOf(request, kernel)?.enabled === true,
      copies: (request) => (isPlain(request) ? 0 : 1),
    },
  ),
  mutant(
    'sends-one-too-many',
    'A submission that leaves entries behind sends the next one too.',
    ['msg-ring/prep/sends-nothing', 'msg-ring/send/posts-at-most-one', 'msg-ring/completion/exactly-one'],
    { taken: (honest, { prepared }) => Math.min(honest + 1, prepared.length) },
  ),
  mutant(
    'drops-messages',
    'A message is accepted and never posted.',
    [
      'msg-ring/send/posts-completion',
      'msg-ring/target/any-accessible',
      'msg-ring/target/self',
      'msg-ring/wait/message-wakes',
    ],
    copies(0, () => true),
  ),
  {
    name: 'drops-one-of-batch',
    interface: 'msg-ring',
    lie: 'One message of a batch, the second unless told otherwise, is accepted and never posted.',
    breaks: ['msg-ring/send/posts-completion'],
    argument: { meaning: 'place in the batch, from 1', default: 2 },
    lies: (place) => copies(0, ({ batchIndex }) => batchIndex === place - 1),
  },
  mutant(
    'drops-when-full',
    'A message to a full completion queue is accepted and never posted.',
    ['msg-ring/send/posts-completion', 'msg-ring/overflow/full-is-no-error'],
    copies(0, (_, { full }) => full),
  ),
  mutant(
    'drops-after-overflow',
    'Once a ring has made good an overflow, further messages to it are accepted and never posted.',
    ['msg-ring/send/posts-completion'],
    copies(0, (_, { history }) => history.flushes > 0),
  ),
  mutant(
    'drops-asynchronous',
    'A message submitted for asynchronous execution is accepted and never posted.',
    ['msg-ring/send/posts-completion'],
    copies(0, ({ sqeFlags }) => (sqeFlags & IOSQE.ASYNC) !== 0),
  ),
  mutant(
    'overflow-loses-newest',
    'When two or more completions move out of an overflow, the newest is lost.',
    [
      'msg-ring/send/posts-completion',
      'msg-ring/completion/source-completes',
      'msg-ring/completion/exactly-one',
      'msg-ring/error/in-res',
      'msg-ring/overflow/full-is-no-error',
    ],
    { flushed: (honest) => (honest.length < 2 ? honest : honest.slice(0, -1)) },
  ),
  mutant(
    'overflow-repeats-oldest',
    'The oldest completion that moves out of an overflow comes twice.',
    ['msg-ring/send/posts-at-most-one', 'msg-ring/completion/exactly-one'],
    { flushed: (honest) => [...honest, ...honest.slice(0, 1)] },
  ),
  mutant(
    'posts-twice',
    'A message posts two completions.',
    ['msg-ring/send/posts-at-most-one'],
    copies(2, () => true),
  ),
  mutant(
    'posts-twice-when-deferred',
    'A message posts two completions on a target that defers its work.',
    ['msg-ring/send/posts-at-most-one'],
    copies(2, (_, { deferred }) => deferred),
  ),
  mutant(
    'posts-twice-when-full',
    'A message posts two completions on a target whose queue is full.',
    ['msg-ring/send/posts-at-most-one'],
    copies(2, (_, { full }) => full),
  ),
  mutant(
    'third-ring-confused',
    'Messages for the third ring go to the second.',
    ['msg-ring/send/posts-completion', 'msg-ring/send/posts-at-most-one', 'msg-ring/target/any-accessible'],
    { recipient: (honest, _, { rings }) => (honest.index === 2 ? (rings[1] ?? honest) : honest) },
  ),
  mutant(
    'goes-to-previous-target',
    'A message goes to the target of the message before it.',
    [
      'msg-ring/send/posts-completion',
      'msg-ring/send/posts-at-most-one',
      'msg-ring/target/any-accessible',
      'msg-ring/target/self',
    ],
    { recipient: (honest, _, { ledger }) => ledger.lastTarget ?? honest },
  ),
  mutant(
    'message-from-nowhere',
    'When everything has settled, a ring that has received a message receives one that nobody sent.',
    // Nothing that was submitted explains it: it broke the sentence that nothing is sent before that.
    ['msg-ring/send/posts-at-most-one', 'msg-ring/prep/sends-nothing'],
    {
      atSettle: (kernel) => {
        const { lastTarget } = kernel.ledger;
        if (lastTarget !== null) post(kernel, lastTarget, STRAY);
      },
    },
  ),
  mutant(
    'closing-takes-message-back',
    'When a ring is closed, the newest completion of the ring that it last sent to vanishes.',
    ['msg-ring/send/posts-completion', 'msg-ring/completion/source-completes', 'msg-ring/error/in-res'],
    {
      atRelease: ({ ledger }, ring) => {
        if (ledger.last?.source === ring) ledger.lastTarget?.cq.pop();
      },
    },
  ),
  mutant(
    'exit-empties-overflow',
    'When a thread ends, completions that other threads’ rings hold in their overflow are lost.',
    [
      'msg-ring/send/posts-completion',
      'msg-ring/completion/source-completes',
      'msg-ring/completion/exactly-one',
      'msg-ring/error/in-res',
      'msg-ring/overflow/full-is-no-error',
    ],
    {
      atExit: ({ rings }, thread) => {
        for (const ring of rings) if (ring.owner !== thread) ring.overflow = [];
      },
    },
  ),
];
