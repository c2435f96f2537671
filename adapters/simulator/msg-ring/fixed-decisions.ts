/** A system that answers the questions left open from data, the same way every time. */

import type { Errno } from '#spec/msg-ring/errno';
import { IORING_SETUP, IOSQE } from '#spec/msg-ring/flags';
import type { Behaviour } from './behaviours.ts';
import type { CommandFate, Decisions, Delivery, MemoryFate, OwnerFate } from './decisions.ts';
import type { NonDescriptor } from './descriptors.ts';
import { foreignField } from './flags.ts';
import type { Request, Ring } from './ring.ts';

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
      (behaviour.iopollSourceRefused && (request.source.flags & IORING_SETUP.IOPOLL) !== 0);
    if (faulty) return 'EINVAL';
    const contradictory = IOSQE.IO_DRAIN | IOSQE.CQE_SKIP_SUCCESS;
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
