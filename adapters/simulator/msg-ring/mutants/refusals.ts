/** Mutants that refuse what is right, accept what is wrong, or give the wrong reason. */

import type { ClauseId } from '#spec/index';
import type { Errno } from '#spec/msg-ring/errno';
import { nonDescriptorKind, type OpenFile, PlainFile, ringOf } from '../descriptors.ts';
import type { Kernel } from '../kernel.ts';
import type { Lies } from '../lies.ts';
import type { Request, Ring } from '../ring.ts';
import { isDuplicate, type MsgRingMutant, mutant } from './mutant.ts';

/** The few ways to fail that a positive error would be mistaken for success by. */
const EVERY_REFUSAL: readonly ClauseId[] = [
  'msg-ring/flags/must-be-zero',
  'msg-ring/send/target-is-a-ring',
  'msg-ring/error/not-a-ring',
  'msg-ring/error/non-descriptor',
  'msg-ring/error/invalid-field',
];

/** Refuses with `error` what would be accepted, when the target and the entry are as told. */
const refuses = (
  error: Errno,
  when: (request: Request, target: Ring, kernel: Kernel) => boolean,
): Partial<Lies> => ({
  refusal: (honest, request, file, kernel) => {
    const target = ringOf(file);
    return honest === null && target !== null && when(request, target, kernel) ? error : honest;
  },
});

/** Turns one refusal into another, or into acceptance. */
const says = (
  instead: Errno | null,
  when: (honest: Errno, request: Request, file: OpenFile | null) => boolean,
): Partial<Lies> => ({
  refusal: (honest, request, file) => (honest !== null && when(honest, request, file) ? instead : honest),
});

const isFile = (file: OpenFile | null, kind: string): boolean =>
  file instanceof PlainFile && file.kind === kind;

export const refusalMutants: readonly MsgRingMutant[] = [
  mutant(
    'accepts-pipe',
    'A message to the writing end of a pipe succeeds.',
    ['msg-ring/send/target-is-a-ring', 'msg-ring/error/not-a-ring', 'msg-ring/send/posts-completion'],
    says(null, (honest, _, file) => honest === 'EBADFD' && isFile(file, 'pipe-write')),
  ),
  mutant(
    'accepts-closed-descriptor',
    'A message to a closed descriptor succeeds.',
    ['msg-ring/send/target-is-a-ring', 'msg-ring/error/non-descriptor', 'msg-ring/send/posts-completion'],
    says(null, (honest, { fd }, file) => honest !== 'EINVAL' && isGone(fd, file)),
  ),
  mutant(
    'directory-is-EBADF',
    'A message to a directory fails with EBADF.',
    ['msg-ring/error/not-a-ring'],
    says('EBADF', (honest, _, file) => honest === 'EBADFD' && isFile(file, 'directory')),
  ),
  mutant(
    'not-a-ring-is-EINVAL',
    'A message to a descriptor that is not a ring fails with EINVAL.',
    ['msg-ring/error/not-a-ring', 'msg-ring/error/invalid-field'],
    says(
      'EINVAL',
      (honest, _, file) => honest === 'EBADFD' && file instanceof PlainFile && file.kind !== 'path',
    ),
  ),
  mutant(
    'minus-one-is-ENOENT',
    'A message to -1 fails with ENOENT.',
    ['msg-ring/error/non-descriptor'],
    says('ENOENT', (honest, { fd }) => honest !== 'EINVAL' && fd === -1),
  ),
  mutant(
    'closed-error-varies',
    'A message to a closed descriptor fails with EBADF in every second entry of a batch, else with EBADFD.',
    ['msg-ring/error/non-descriptor'],
    {
      refusal: (honest, { fd, batchIndex }, file) =>
        honest === null || honest === 'EINVAL' || !isGone(fd, file)
          ? honest
          : batchIndex % 2 === 0
            ? 'EBADFD'
            : 'EBADF',
    },
  ),
  mutant(
    'closed-error-by-mode',
    'A message to a closed descriptor fails with EBADF from a ring that defers its work, with EBADFD from others.',
    ['msg-ring/error/non-descriptor'],
    says(
      'EBADF',
      (honest, { source, fd }, file) => source.deferred && honest !== 'EINVAL' && isGone(fd, file),
    ),
  ),
  mutant(
    'accepts-flag-bit-0',
    'A message with bit 0 of the message flags succeeds.',
    ['msg-ring/flags/must-be-zero', 'msg-ring/error/invalid-field'],
    says(null, (honest, { flags }, file) => honest === 'EINVAL' && flags === 1 && ringOf(file) !== null),
  ),
  mutant(
    'accepts-top-flag',
    'A message with the top bit of the message flags succeeds.',
    ['msg-ring/flags/must-be-zero', 'msg-ring/error/invalid-field'],
    says(
      null,
      (honest, { flags }, file) => honest === 'EINVAL' && flags >= 0x8000_0000 && ringOf(file) !== null,
    ),
  ),
  mutant(
    'flags-are-EOPNOTSUPP',
    'A message with flags fails with EOPNOTSUPP.',
    ['msg-ring/error/invalid-field', 'msg-ring/flags/must-be-zero'],
    says('EOPNOTSUPP', (honest, { flags }) => honest === 'EINVAL' && flags !== 0),
  ),
  mutant(
    'flag-bit-1-refused',
    'A message that passes completion flags fails with EINVAL.',
    [
      'msg-ring/flags/cqe-flags-pass',
      'msg-ring/error/invalid-field',
      'msg-ring/target/any-accessible',
      'msg-ring/target/self',
    ],
    refuses('EINVAL', ({ flags }) => flags === 2),
    { behaviour: 'linux-6', edition: 'E2023-01' },
  ),
  mutant(
    'foreign-field-is-EPERM',
    'A message with a field that the prepared call never sets fails with EPERM.',
    [
      'msg-ring/fields/foreign',
      'msg-ring/error/invalid-field',
      'msg-ring/target/any-accessible',
      'msg-ring/target/self',
      'msg-ring/overflow/full-is-no-error',
    ],
    says('EPERM', (honest, { foreign }) => honest === 'EINVAL' && foreign !== 0),
  ),
  mutant(
    'large-len-is-EINVAL',
    'A message whose len has its top bit set fails with EINVAL.',
    ['msg-ring/error/invalid-field', 'msg-ring/target/any-accessible', 'msg-ring/target/self'],
    refuses('EINVAL', ({ len }) => len >= 0x8000_0000),
  ),
  mutant(
    'refuses-rings-of-others',
    'A message to a ring that another thread made fails with EACCES.',
    ['msg-ring/target/any-accessible'],
    refuses('EACCES', ({ submitter }, { owner }) => submitter !== null && owner !== submitter),
  ),
  mutant(
    'refuses-duplicates',
    'A message through a duplicated descriptor fails with EBADFD.',
    [
      'msg-ring/target/any-accessible',
      'msg-ring/error/not-a-ring',
      'msg-ring/target/self',
      'msg-ring/overflow/full-is-no-error',
      'msg-ring/target/disabled-open',
    ],
    refuses('EBADFD', ({ fd }, target, kernel) => isDuplicate(fd, target, kernel)),
  ),
  mutant(
    'refuses-third-ring',
    'A message to the third ring fails with EBADFD.',
    [
      'msg-ring/target/any-accessible',
      'msg-ring/error/not-a-ring',
      'msg-ring/target/self',
      'msg-ring/overflow/full-is-no-error',
      'msg-ring/target/disabled-open',
    ],
    refuses('EBADFD', (_, { index }) => index === 2),
  ),
  mutant(
    'refuses-self',
    'A message from a ring to itself fails with EINVAL.',
    ['msg-ring/target/self', 'msg-ring/error/invalid-field'],
    refuses('EINVAL', ({ source }, target) => source === target),
  ),
  mutant(
    'disabled-varies',
    'A disabled ring takes its first message and refuses the next.',
    ['msg-ring/target/disabled-open'],
    refuses('EBADFD', (_, { enabled, history }) => !enabled && history.received > 0),
  ),
  mutant(
    'accepts-disabled',
    'A message to a disabled ring succeeds.',
    ['msg-ring/target/disabled-refused'],
    says(null, (honest, _, file) => honest === 'EBADFD' && ringOf(file)?.enabled === false),
    { behaviour: 'linux-6', edition: 'E2023-01' },
  ),
  mutant(
    'full-is-EOVERFLOW',
    'A message to a full completion queue fails with EOVERFLOW although there is memory.',
    ['msg-ring/overflow/full-is-no-error', 'msg-ring/error/overflow'],
    refuses('EOVERFLOW', (_, { full }, { exhausted }) => full && !exhausted),
  ),
  mutant(
    'full-is-EBADFD',
    'A message to a full completion queue fails with EBADFD.',
    ['msg-ring/overflow/full-is-no-error', 'msg-ring/error/not-a-ring'],
    refuses('EBADFD', (_, { full }) => full),
  ),
  mutant(
    'overflow-is-EAGAIN',
    'A message that finds neither room nor memory fails with EAGAIN.',
    ['msg-ring/error/overflow'],
    says('EAGAIN', (honest) => honest === 'EOVERFLOW'),
  ),
  mutant(
    'no-memory-is-EAGAIN',
    'A message for which there is no memory fails with EAGAIN.',
    ['msg-ring/error/no-memory'],
    says('EAGAIN', (honest) => honest === 'ENOMEM'),
  ),
  mutant(
    'no-memory-with-memory',
    'From the third message on, a target that defers its work refuses with ENOMEM although there is memory.',
    ['msg-ring/error/no-memory'],
    refuses(
      'ENOMEM',
      (_, { deferred, history }, { exhausted }) => deferred && history.received >= 2 && !exhausted,
    ),
  ),
  mutant(
    'refused-is-posted',
    'A message refused for its flags is posted all the same.',
    ['msg-ring/send/refused-posts-nothing', 'msg-ring/send/posts-at-most-one'],
    { postsRefused: (refusal, { flags }) => refusal === 'EINVAL' && flags !== 0 },
  ),
  mutant(
    'overflow-refused-is-posted',
    'A message refused because there was neither room nor memory is posted later.',
    ['msg-ring/send/refused-posts-nothing', 'msg-ring/send/posts-at-most-one'],
    { postsRefused: (refusal) => refusal === 'EOVERFLOW' },
  ),
  mutant(
    'error-is-positive',
    'The completion of a refused message has the error number in res without its sign.',
    ['msg-ring/error/in-res', 'msg-ring/send/posts-completion', ...EVERY_REFUSAL],
    { own: (honest) => (honest.res < 0 ? { ...honest, res: -honest.res } : honest) },
  ),
  mutant(
    'error-on-target',
    'The error of a message is reported on its target, when that is a ring.',
    [
      'msg-ring/error/in-res',
      'msg-ring/completion/source-completes',
      'msg-ring/completion/exactly-one',
      'msg-ring/send/refused-posts-nothing',
      'msg-ring/send/posts-at-most-one',
    ],
    {
      ownRing: (honest, res, { fd }, kernel) =>
        res < 0 ? (ringOf(kernel.descriptors.at(fd)) ?? honest) : honest,
    },
  ),
  mutant(
    'error-from-submit',
    'A refused message has no completion; the submission returns its error.',
    ['msg-ring/error/in-res', 'msg-ring/completion/source-completes', 'msg-ring/completion/exactly-one'],
    {
      ownCopies: (honest, res) => (res < 0 ? 0 : honest),
      submitted: (honest, { ledger }) => ledger.refusal ?? honest,
    },
  ),
];

function isGone(fd: number, file: OpenFile | null): boolean {
  return file === null && nonDescriptorKind(fd, file) === 'closed';
}
