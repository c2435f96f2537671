/** Known ways to read the page or to depart from it, as data: what each makes of every question left open. */

import type { MsgRingCapability } from '#spec/index';
import type { CommandFate, Decisions, Delivery, MemoryFate, OwnerFate } from './decisions.ts';
import type { NonDescriptor } from './descriptors.ts';
import type { Errno } from './errno.ts';
import { foreignField, messageFlag, setupFlag, sqeFlag } from './flags.ts';
import type { Request, Ring } from './ring.ts';

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

const everySetupFlag = Object.values(setupFlag).reduce((mask, bit) => mask | bit, 0);
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
  setupFlags: setupFlag.IOPOLL | setupFlag.SQPOLL | setupFlag.R_DISABLED,
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

/** Answers every question from a behaviour, always the same. */
export class FixedDecisions implements Decisions {
  readonly acceptedFlags: number;
  readonly prompt = true;
  readonly reportsLoss: boolean;
  private readonly behaviour: Behaviour;
  private readonly plainFlags: number;
  private readonly success: number;
  private readonly errors: Readonly<Record<NonDescriptor, Errno>>;

  constructor(behaviour: Behaviour) {
    const { choices } = behaviour;
    this.behaviour = behaviour;
    this.acceptedFlags = behaviour.acceptedFlags;
    this.reportsLoss = behaviour.losesWithoutMemory;
    this.plainFlags = choices['target-flags@plain'] === 'zero' ? 0 : 1;
    this.success = choices['success-value@message'] === 'zero' ? 0 : 1;
    this.errors = {
      closed: choices['non-descriptor@closed'],
      'minus-one': choices['non-descriptor@minus-one'],
      'out-of-range': choices['non-descriptor@out-of-range'],
      path: choices['non-descriptor@path'],
    };
  }

  targetFlags(): number {
    return this.plainFlags;
  }

  successValue(): number {
    return this.success;
  }

  disabledRefused(deferred: boolean): boolean {
    return (
      this.behaviour.choices[deferred ? 'disabled-target@deferred' : 'disabled-target@direct'] === 'EBADFD'
    );
  }

  nonDescriptor(kind: NonDescriptor): Errno {
    return this.errors[kind];
  }

  entryFault(request: Request): Errno | null {
    const { behaviour } = this;
    const faulty =
      (request.flags & ~behaviour.entryFlags) !== 0 ||
      (request.foreign & behaviour.entryFields) !== 0 ||
      (behaviour.commands === 'entry-EINVAL' && request.command !== '0x0') ||
      (behaviour.iopollSourceRefused && (request.source.flags & setupFlag.IOPOLL) !== 0);
    if (faulty) return 'EINVAL';
    const contradictory = sqeFlag.IO_DRAIN | sqeFlag.CQE_SKIP_SUCCESS;
    return behaviour.stopsBatch && (request.sqeFlags & contradictory) === contradictory ? 'EOPNOTSUPP' : null;
  }

  stopsBatch(): boolean {
    return this.behaviour.stopsBatch;
  }

  foreignRefused(request: Request): boolean {
    const passed = (request.flags & this.acceptedFlags) !== 0 ? foreignField.file_index : 0;
    return (request.foreign & this.behaviour.laterFields & ~passed) !== 0;
  }

  /** Passing a descriptor (command 1) never gets far: nothing is ever registered (EBADF). */
  command(request: Request, target: Ring): CommandFate {
    if (this.behaviour.commands !== 'send-fd' || request.command !== '0x1') return 'EINVAL';
    if (request.len !== 0 || target === request.source) return 'EINVAL';
    return target.enabled ? 'EBADF' : 'EBADFD';
  }

  sqeFlagsRefused(): boolean {
    return false;
  }

  fixedFile(): Errno {
    return 'EBADF';
  }

  which(refusals: readonly Errno[]): Errno {
    return refusals[0] ?? 'EINVAL';
  }

  withoutMemory(deferred: boolean, full: boolean): MemoryFate {
    if (deferred) return 'ENOMEM';
    return full ? 'EOVERFLOW' : 'accepted';
  }

  deadOwner(): OwnerFate {
    return this.behaviour.deadOwner;
  }

  consumed(offered: number): number {
    return offered;
  }

  failsWhole(): boolean {
    return this.behaviour.stopsBatch;
  }

  cancelsRest(): boolean {
    return true;
  }

  chainsWait(): boolean {
    return this.behaviour.chainsWait;
  }

  linkedAsync(): boolean {
    return false;
  }

  iopollSelfAsync(): boolean {
    return this.behaviour.iopollSelfAsync;
  }

  silencesRest(): boolean {
    return this.behaviour.stopsBatch;
  }

  skipHonoured(): boolean {
    return true;
  }

  messageDelivery(deferred: boolean): Delivery {
    return deferred ? 'held' : 'at-once';
  }

  ownDelivery(): Delivery {
    return 'at-once';
  }

  position(visible: number): number {
    return visible;
  }

  overflowRises(): boolean {
    return false;
  }

  keepsOwn(): boolean {
    return !this.behaviour.losesWithoutMemory;
  }

  keepsTaskWork(): boolean {
    return !this.behaviour.losesWithoutMemory;
  }

  setupWithoutMemory(): boolean {
    return false;
  }

  ready(): boolean {
    return true;
  }

  publishedAtExit(): boolean {
    return this.behaviour.publishedAtExit;
  }

  cancelledAtEnd(): boolean {
    return false;
  }

  returnsEarly(): boolean {
    return false;
  }

  wakesNow(): boolean {
    return true;
  }

  fewerIsSuccess(): boolean {
    return true;
  }

  latenessUs(): number {
    return 0;
  }

  iopollBlocks(): boolean {
    return this.behaviour.iopollBlocks;
  }
}
