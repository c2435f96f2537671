/**
 * The questions that the kernel of this simulator leaves open, because the manual page does, or because systems
 * differ. A behaviour answers them from data, the chooser by drawing; the kernel never knows which it is asking.
 */

import type { Errno } from '#spec/msg-ring/errno';
import type { NonDescriptor } from './descriptors.ts';
import type { Request, Ring } from './ring.ts';

/** When a completion becomes visible: now, when the system gets to it, or when somebody enters for events. */
export type Delivery = 'at-once' | 'later' | 'held';

/** What an entry with a command, which the page does not know, comes to; `silence` is success without a message. */
export type CommandFate = Errno | 'message' | 'silence';

/** What a message comes to that would need memory while there is none. */
export type MemoryFate = 'accepted' | 'lost' | 'ENOMEM' | 'EOVERFLOW';

/** What a message comes to whose target waits for a thread that has ended. */
export type OwnerFate = 'delivered' | 'lost' | 'EOWNERDEAD';

export interface Decisions {
  // Variation points: one system answers each the same way every time.

  /** Flags of the target completion of a plain message. */
  targetFlags(): number;
  /** `res` of the source completion of an accepted message; 0 or more. */
  successValue(): number;
  /** Whether a message to a ring that is not enabled is refused (EBADFD). */
  disabledRefused(deferred: boolean): boolean;
  /** The error for a target number that is no descriptor. */
  nonDescriptor(kind: NonDescriptor): Errno;

  // What an entry comes to.

  /** Message flags that are taken for what later editions say they are; the rest is invalid. */
  readonly acceptedFlags: number;
  /** A fault noticed when the entry is taken from the queue, before its descriptor is looked at. */
  entryFault(request: Request): Errno | null;
  /** Whether such a fault ends the batch. */
  stopsBatch(): boolean;
  /** Whether a field that the prepared call never sets is refused (EINVAL), asked where the others are checked. */
  foreignRefused(request: Request): boolean;
  /** Asked of entries with a command, once the target is known to be a ring. */
  command(request: Request, target: Ring): CommandFate;
  /** Whether an entry with any IOSQE_* flag is refused for it (EINVAL). */
  sqeFlagsRefused(): boolean;
  /** The error of an entry that names a registered file, for none ever is. */
  fixedFile(): Errno;
  /** Which of several refusals that apply is reported. The list is not empty, in the order of the checks. */
  which(refusals: readonly Errno[]): Errno;
  /** Asked of every message while memory is exhausted. `full`: the target's queue has no room. */
  withoutMemory(deferred: boolean, full: boolean): MemoryFate;
  deadOwner(): OwnerFate;

  // Batches and chains.

  /** How many of the entries offered by one call are taken, at least 1. */
  consumed(offered: number): number;
  /** Whether a chain with a member that is faulty as an entry fails before its first member is sent. */
  failsWhole(): boolean;
  /** Whether the members behind a failed one are cancelled. */
  cancelsRest(): boolean;
  /** Whether the members cancelled behind an entry with CQE_SKIP_SUCCESS post no source completions. */
  silencesRest(): boolean;
  /** Whether CQE_SKIP_SUCCESS leaves out the source completion of an accepted message. */
  skipHonoured(): boolean;
  /** Whether the rest of a chain on a deferred ring waits for its owner to enter for events. */
  chainsWait(): boolean;
  /** Whether an entry with IO_DRAIN, IO_LINK or IO_HARDLINK goes through a worker. */
  linkedAsync(): boolean;
  /** Whether a message from an IOPOLL ring to itself goes through a worker. */
  iopollSelfAsync(): boolean;

  // Completions.

  messageDelivery(deferred: boolean): Delivery;
  ownDelivery(): Delivery;
  /** Index at which a completion joins those already visible; `visible` is the end. */
  position(visible: number): number;
  /** Whether completions without room come up as soon as there is room, before anybody enters for events. */
  overflowRises(): boolean;
  /** Whether a source completion survives a full queue without memory. */
  keepsOwn(): boolean;
  /** Whether an accepted message survives when its deferred ring publishes it into a full queue without memory. */
  keepsTaskWork(): boolean;
  /** Whether a ring can be made without memory. */
  setupWithoutMemory(): boolean;

  // What happens by itself.

  /** Whether everything that happens by itself has happened when a step ends. */
  readonly prompt: boolean;
  /** Asked of each piece of pending work when a step ends. */
  ready(): boolean;
  /** Whether the work of a deferred ring is published when its owner ends. */
  publishedAtExit(): boolean;
  /** Whether requests on workers are cancelled when their thread ends or their ring is closed. */
  cancelledAtEnd(): boolean;

  // Waiting.

  /** Whether a wait returns although nothing woke it. */
  returnsEarly(): boolean;
  /** Whether a thread that has what it waits for returns now rather than later. */
  wakesNow(): boolean;
  /** Whether a wait whose time is over returns 0 when fewer completions than asked are there. */
  fewerIsSuccess(): boolean;
  /** How late the end of a time is noticed, in microseconds. */
  latenessUs(): number;
  /** Whether waiting on an IOPOLL ring blocks. */
  iopollBlocks(): boolean;
  /** Whether a wait reports that completions were lost (EBADR). */
  readonly reportsLoss: boolean;
}
