/** Known ways to read the page or to depart from it, as data: what each makes of every question left open. */

import type { MsgRingCapability } from '#spec/index';
import { IORING_SETUP } from '#spec/msg-ring/flags';
import type { OwnerFate } from './decisions.ts';
import { foreignField, messageFlag } from './flags.ts';

/** One value for every variation point of the interface, by the point's id. */
export interface Choices {
  readonly 'target-flags@plain': 'zero' | 'nonzero';
  readonly 'success-value@message': 'zero' | 'positive';
  readonly 'disabled-target@direct': 'accepted' | 'EBADFD';
  readonly 'disabled-target@deferred': 'accepted' | 'EBADFD';
  readonly 'non-descriptor@closed': 'EBADF' | 'EBADFD';
  readonly 'non-descriptor@minus-one': 'EBADF' | 'EBADFD';
  readonly 'non-descriptor@out-of-range': 'EBADF' | 'EBADFD';
  readonly 'non-descriptor@path': 'EBADF' | 'EBADFD';
}

export interface Behaviour {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: readonly MsgRingCapability[];
  /** IORING_SETUP_* bits that it knows; a ring with another is refused (EINVAL). */
  readonly setupFlags: number;
  readonly choices: Choices;
  /** Message flags that are not refused. */
  readonly acceptedFlags: number;
  /** Message flags that pass the first check and are refused, if at all, only after the target was looked at. */
  readonly entryFlags: number;
  /** Foreign fields refused when the entry is taken. */
  readonly entryFields: number;
  /** Foreign fields refused once the target is known. */
  readonly laterFields: number;
  /** A non-zero command is refused when the entry is taken; otherwise command 1 passes a registered descriptor. */
  readonly commands: 'entry-EINVAL' | 'EINVAL' | 'send-fd';
  /** An IOPOLL ring cannot send. */
  readonly iopollSourceRefused: boolean;
  /** Faults found when the entry is taken end the batch and fail a whole chain. */
  readonly stopsBatch: boolean;
  readonly deadOwner: OwnerFate;
  /** What a deferred ring holds back is published when its owner ends. */
  readonly publishedAtExit: boolean;
  /** Source completions, and messages that a deferred ring publishes, are lost in a full queue without memory. */
  readonly losesWithoutMemory: boolean;
  readonly chainsWait: boolean;
  readonly iopollSelfAsync: boolean;
  readonly iopollBlocks: boolean;
}

const everySetupFlag = Object.values(IORING_SETUP).reduce((mask, bit) => mask | bit, 0);
const everyForeignField = Object.values(foreignField).reduce((mask, bit) => mask | bit, 0);

const everyCapability: readonly MsgRingCapability[] = [
  'threads',
  'memory-fault',
  'sqpoll',
  'iopoll',
  'defer-taskrun',
  'single-issuer',
];

/** The page of 2022 taken at its word: it knows one error for whatever is not a ring, and no disabled rings. */
const docs: Behaviour = {
  name: 'docs',
  summary: 'the page of 2022, with the plainest reading where it is silent',
  capabilities: everyCapability,
  setupFlags: everySetupFlag,
  choices: {
    'target-flags@plain': 'zero',
    'success-value@message': 'zero',
    'disabled-target@direct': 'accepted',
    'disabled-target@deferred': 'accepted',
    'non-descriptor@closed': 'EBADFD',
    'non-descriptor@minus-one': 'EBADFD',
    'non-descriptor@out-of-range': 'EBADFD',
    'non-descriptor@path': 'EBADFD',
  },
  acceptedFlags: 0,
  entryFlags: ~0,
  entryFields: 0,
  laterFields: everyForeignField,
  commands: 'EINVAL',
  iopollSourceRefused: false,
  stopsBatch: false,
  deadOwner: 'delivered',
  publishedAtExit: true,
  losesWithoutMemory: false,
  chainsWait: false,
  iopollSelfAsync: false,
  iopollBlocks: true,
};

/** What mainline 6.18 was seen to do. */
const linux6: Behaviour = {
  ...docs,
  name: 'linux-6',
  summary: 'mainline Linux 6.18: EBADF, disabled targets refused, flag bit 1 passes completion flags',
  choices: {
    ...docs.choices,
    'disabled-target@direct': 'EBADFD',
    'disabled-target@deferred': 'EBADFD',
    'non-descriptor@closed': 'EBADF',
    'non-descriptor@minus-one': 'EBADF',
    'non-descriptor@out-of-range': 'EBADF',
    'non-descriptor@path': 'EBADF',
  },
  acceptedFlags: messageFlag.FLAGS_PASS,
  entryFlags: messageFlag.CQE_SKIP | messageFlag.FLAGS_PASS,
  entryFields: foreignField.ioprio | foreignField.buf_index | foreignField.personality,
  laterFields: foreignField.addr3 | foreignField.file_index,
  commands: 'send-fd',
  stopsBatch: true,
  deadOwner: 'lost',
  publishedAtExit: false,
  losesWithoutMemory: true,
  chainsWait: true,
  iopollSelfAsync: true,
  iopollBlocks: false,
};

/** The first release with the operation: no deferred or single-issuer rings, no commands, IOPOLL rings cannot send. */
const linux518: Behaviour = {
  ...linux6,
  name: 'linux-5.18',
  summary: 'Linux 5.18, the first release with the operation: disabled targets accepted, every flag refused',
  capabilities: ['threads', 'memory-fault', 'sqpoll', 'iopoll'],
  setupFlags: IORING_SETUP.IOPOLL | IORING_SETUP.SQPOLL | IORING_SETUP.R_DISABLED,
  choices: {
    ...linux6.choices,
    'disabled-target@direct': 'accepted',
    'disabled-target@deferred': 'accepted',
  },
  acceptedFlags: 0,
  entryFlags: 0,
  entryFields: everyForeignField & ~foreignField.addr3,
  laterFields: 0,
  commands: 'entry-EINVAL',
  iopollSourceRefused: true,
  chainsWait: false,
  iopollSelfAsync: false,
};

export const DEFAULT_BEHAVIOUR = docs;

export const behaviours: readonly Behaviour[] = [docs, linux6, linux518];
