/**
 * The operations of msg-ring: one method each, in the order of interface.json.
 *
 * Queues are memory of the process, so entries are written and completions read here, whoever acts; what has to be
 * called is called by the actor.
 */

import type { MsgRingStep } from '#spec/index';
import { IORING_SETUP, IOSQE } from '#spec/msg-ring/flags';
import { bitsOf, IORING_ENTER_GETEVENTS, IORING_ENTER_SQ_WAKEUP } from './abi.ts';
import type { Actor } from './actor.ts';
import { enable, enter, setUp, waitArguments } from './calls.ts';
import { actorOf, type Cast } from './cast.ts';
import { defaults } from './defaults.ts';
import { type Descriptor, Descriptors } from './descriptors.ts';
import type { Host } from './host.ts';
import { openKind } from './kinds.ts';
import { Ledger } from './ledger.ts';
import type { Answer } from './libc.ts';
import type { MessageEntry } from './message.ts';
import type { Completion, Ring } from './ring.ts';

/** What a call came to, as traces show it. */
export type Result = {
  readonly error?: string;
  readonly skipped?: string;
  readonly value?: number;
  readonly cq_entries?: number;
  readonly cqes?: Completion[];
};

/** A call that was not made. */
export interface Skipped {
  readonly skipped: string;
}

/** An open handle of a ring. */
export interface OpenRing {
  readonly descriptor: Descriptor;
  readonly ring: Ring;
}

/** A step of one operation. */
export type StepOf<Operation extends MsgRingStep['op']> = Extract<MsgRingStep, { readonly op: Operation }>;

/** A step that is a call and returns before the next one. */
export type PlainStep = Exclude<MsgRingStep, { readonly op: 'settle' | 'end' }>;

const setupBits = bitsOf(IORING_SETUP);
const sqeBits = bitsOf(IOSQE);

/** Entries that the kernel may carry out after the submitting call, or in another order. */
const carriedOutLater = IOSQE.ASYNC | IOSQE.IO_LINK | IOSQE.IO_HARDLINK | IOSQE.IO_DRAIN;

/** Long enough for a polling thread to meet a second message awake, short enough to meet a third one asleep. */
const sqIdleMs = 2;
/** Rounds of a drain in which the kernel says that it holds completions back and gives none. */
const emptyRoundsMax = 64;

const done: Result = {};

export class Operations {
  readonly ledger = new Ledger();
  readonly #host: Host;
  /** Rings on which an entry was to wait for all before it: the kernel may then put off whatever comes behind. */
  readonly #drained = new Set<Ring>();
  readonly #cast: Cast;
  readonly #onBlocking: () => void;
  readonly #descriptors: Descriptors;
  readonly #rings: Ring[] = [];
  /** The actor that the kernel takes for the owner of a ring. */
  readonly #owners = new Map<Ring, string>();

  /** @param onBlocking - Told before a call that may block. */
  constructor(host: Host, cast: Cast, onBlocking: () => void) {
    this.#host = host;
    this.#cast = cast;
    this.#onBlocking = onBlocking;
    this.#descriptors = new Descriptors(host.libc, host.region);
  }

  /** Rings that can still be looked at. */
  get rings(): readonly Ring[] {
    return this.#rings.filter((ring) => ring.mapped);
  }

  perform(step: PlainStep): Result {
    const unable = this.#cast.unable(actorOf(step));
    if (unable !== undefined) return { skipped: unable };
    switch (step.op) {
      case 'setup':
        return this.#setUp(step);
      case 'enable':
        return this.#onRing(step.ring, (found) => this.#enable(step, found));
      case 'dup':
        return this.#duplicate(step);
      case 'close':
        return this.#close(step);
      case 'open':
        return this.#open(step);
      case 'prep_msg_ring':
        return this.#onRing(step.ring, (found) => this.#prepare(step, found));
      case 'submit':
        return this.#onRing(step.ring, (found) => this.#submit(step, found));
      case 'reap':
        return this.#onRing(step.ring, ({ ring }) => ({
          cqes: this.#reap(ring, step.max || defaults.reap.max || Number.POSITIVE_INFINITY),
        }));
      case 'wait':
        return this.#onRing(step.ring, (found) => this.#wait(step, found));
      case 'drain':
        return this.#onRing(step.ring, (found) => this.#drain(step, found));
      case 'exit':
        return this.#exit(step);
      case 'memory':
        // Programs that need a capability which is not offered are not run at all (program-server.ts).
        throw new Error('memory was not refused before the program began');
    }
  }

  /** The ring that a name denotes, if there is one to be used. */
  openRing(name: string): OpenRing | Skipped {
    const descriptor = this.#openDescriptor(name);
    if ('skipped' in descriptor) return descriptor;
    return descriptor.ring ? { descriptor, ring: descriptor.ring } : { skipped: 'not a ring' };
  }

  /** The result of a call that returns a number. */
  value(answer: Answer): Result {
    return answer < 0 ? { error: this.#host.libc.errorName(-answer) } : { value: answer };
  }

  /** Lets owners of deferred rings go on with what their rings hold. */
  advanceHeld(): void {
    for (const ring of this.ledger.heldByOwner) {
      const owner = this.#owners.get(ring) as string;
      const descriptor = this.#descriptors.all.find((candidate) => candidate.ring === ring && candidate.open);
      if (descriptor && this.#cast.unable(owner) === undefined)
        enter(this.#host.numbers, this.#cast.actor(owner), descriptor.number, 0, IORING_ENTER_GETEVENTS);
    }
  }

  /** Closes every descriptor and gives all memory back; says what could not be closed. */
  release(): readonly string[] {
    const { libc } = this.#host;
    const failures: string[] = [];
    for (const descriptor of this.#descriptors.all) {
      if (!descriptor.open) continue;
      descriptor.open = false;
      const answer = libc.close(descriptor.number);
      if (answer < 0) failures.push(`closing a descriptor: ${libc.errorName(-answer)}`);
    }
    for (const ring of this.#rings) ring.unmap();
    return failures;
  }

  #setUp(step: StepOf<'setup'>): Result {
    const { setup: by } = defaults;
    const made = setUp(this.#host.libc, this.#host.numbers, this.#actor(step), {
      entries: step.entries ?? by.entries,
      cqEntries: step.cq_entries ?? by.cq_entries,
      flags: setupBits(step.flags ?? by.flags),
      sqIdleMs,
    });
    if (typeof made === 'number') return this.#plain(made);
    this.#rings.push(made.ring);
    this.#owners.set(made.ring, actorOf(step));
    this.#descriptors.adopt(made.fd, made.ring, step.as);
    return { cq_entries: made.ring.cqEntries };
  }

  #enable(step: StepOf<'enable'>, { descriptor, ring }: OpenRing): Result {
    const answer = enable(this.#host.numbers, this.#actor(step), descriptor.number);
    if (answer >= 0 && ring.has('SINGLE_ISSUER')) this.#owners.set(ring, actorOf(step));
    return this.#plain(answer);
  }

  #duplicate(step: StepOf<'dup'>): Result {
    const found = this.#openDescriptor(step.fd);
    if ('skipped' in found) return found;
    const number = this.#descriptors.duplicate(found.number);
    if (number < 0) return this.#plain(number);
    this.#descriptors.bind(number, found.ring, step.as);
    if (found.ring) found.ring.descriptors++;
    return done;
  }

  #close(step: StepOf<'close'>): Result {
    const found = this.#openDescriptor(step.fd);
    if ('skipped' in found) return found;
    found.open = false;
    const answer = this.#actor(step).call(this.#host.numbers.close, found.number);
    this.#forget(found);
    return this.#plain(answer);
  }

  /** The memory of a ring keeps it alive as a descriptor does, so it goes with the last of them. */
  #forget({ ring }: Descriptor): void {
    if (!ring || --ring.descriptors > 0) return;
    this.ledger.closing(ring);
    ring.unmap();
  }

  #open(step: StepOf<'open'>): Result {
    const fd = openKind[step.kind ?? defaults.open.kind]?.(this.#host.libc);
    if (fd === undefined) throw new RangeError(`nothing is opened by ${step.kind}`);
    if (fd < 0) return this.#plain(fd);
    this.#descriptors.adopt(fd, null, step.as);
    return done;
  }

  #prepare(step: StepOf<'prep_msg_ring'>, { ring }: OpenRing): Result {
    const { prep_msg_ring: by } = defaults;
    const sqeFlags = sqeBits(step.sqe_flags ?? by.sqe_flags);
    const entry: MessageEntry = {
      fd: this.#descriptors.target(step.fd),
      len: step.len ?? by.len,
      data: step.data ?? by.data,
      flags: step.flags ?? by.flags,
      userData: step.user_data ?? by.user_data,
      command: step.command ?? by.command,
      ioprio: step.ioprio ?? by.ioprio,
      bufIndex: step.buf_index ?? by.buf_index,
      personality: step.personality ?? by.personality,
      addr3: step.addr3 ?? by.addr3,
      fileIndex: step.file_index ?? by.file_index,
      sqeFlags,
    };
    if (!ring.prepare(entry)) return { skipped: 'queue full' };
    // With FIXED_FILE the number is an index into a table, and no program fills one.
    const denoted = sqeFlags & IOSQE.FIXED_FILE ? undefined : this.#descriptors.get(step.fd);
    const target = denoted?.open ? denoted.ring : null;
    if (sqeFlags & IOSQE.IO_DRAIN) this.#drained.add(ring);
    this.ledger.prepared(ring, {
      userData: entry.userData,
      data: entry.data,
      res: entry.len | 0,
      target,
      silent: (sqeFlags & IOSQE.CQE_SKIP_SUCCESS) !== 0,
      deferred: (sqeFlags & carriedOutLater) !== 0 || this.#drained.has(ring) || this.#mayTakeTurns(target),
    });
    return done;
  }

  /** Whether a message to this ring may be carried out by somebody else than the one who submits it. */
  #mayTakeTurns(target: Ring | null): boolean {
    if (target === null) return false;
    return target.has('IOPOLL') || (target.has('DEFER_TASKRUN') && this.#cast.plural);
  }

  #submit(step: StepOf<'submit'>, { descriptor, ring }: OpenRing): Result {
    const count = Math.min(step.count || defaults.submit.count || ring.prepared, ring.prepared);
    ring.publish(count);
    const polled = ring.has('SQPOLL');
    const flags =
      ((step.getevents ?? defaults.submit.getevents) ? IORING_ENTER_GETEVENTS : 0) |
      (polled && ring.needsWakeup ? IORING_ENTER_SQ_WAKEUP : 0);
    const consumed = enter(this.#host.numbers, this.#actor(step), descriptor.number, count, flags);
    if (!polled || consumed < 0) ring.retract();
    // A polling thread takes what was published, whatever the call said about it.
    this.ledger.submitted(ring, polled && consumed >= 0 ? count : Math.max(0, consumed));
    return this.value(consumed);
  }

  #wait(step: StepOf<'wait'>, { descriptor }: OpenRing): Result {
    const actor = this.#actor(step);
    const count = step.count ?? defaults.wait.count;
    const timeoutMs = step.timeout_ms ?? defaults.wait.timeout_ms;
    if (count > 0 && timeoutMs > 0) this.#onBlocking();
    const { io_uring_enter } = this.#host.numbers;
    return this.value(
      actor.call(io_uring_enter, ...waitArguments(actor, descriptor.number, count, timeoutMs)),
    );
  }

  #drain(step: StepOf<'drain'>, { descriptor, ring }: OpenRing): Result {
    const { numbers } = this.#host;
    const cqes: Completion[] = [];
    let first: Answer | undefined;
    for (let emptyRounds = 0; emptyRounds < emptyRoundsMax; ) {
      const answer = enter(numbers, this.#actor(step), descriptor.number, 0, IORING_ENTER_GETEVENTS);
      first ??= answer;
      const reaped = this.#reap(ring, Number.POSITIVE_INFINITY);
      cqes.push(...reaped);
      if (reaped.length > 0) emptyRounds = 0;
      else if (answer < 0 || !ring.overflowing) break;
      else emptyRounds++;
    }
    return { ...this.value(first as Answer), cqes };
  }

  #exit(step: StepOf<'exit'>): Result {
    if (actorOf(step) === 't0') return { skipped: 't0 never ends' };
    this.#cast.leave(actorOf(step));
    this.ledger.leaveToOthers();
    return done;
  }

  #reap(ring: Ring, max: number): Completion[] {
    const completions = ring.reap(max);
    this.ledger.reaped(ring, completions);
    return completions;
  }

  #actor(step: MsgRingStep): Actor {
    return this.#cast.actor(actorOf(step));
  }

  #openDescriptor(name: string): Descriptor | Skipped {
    const descriptor = this.#descriptors.get(name);
    if (!descriptor) return { skipped: 'no such handle' };
    return descriptor.open ? descriptor : { skipped: 'closed' };
  }

  #onRing(name: string, act: (found: OpenRing) => Result): Result {
    const found = this.openRing(name);
    return 'skipped' in found ? found : act(found);
  }

  /** The result of a call whose value says nothing. */
  #plain(answer: Answer): Result {
    return answer < 0 ? { error: this.#host.libc.errorName(-answer) } : done;
  }
}
