/**
 * One program, from its first step to nothing left.
 *
 * The agent's thread walks through the steps; what has to be called by another actor is called by that actor's
 * thread. Queues are memory of the process, so entries are written and completions read here, whoever acts.
 *
 * Order of events. A plain step is one event at its return. A call that was begun returns on its own thread, which
 * takes the time itself; the agent learns of it between steps. A return before a step began is recorded before that
 * step, one during the step after it: the step claims that nothing happened in between, and a return that is
 * recorded later than it happened claims less, never more.
 */

import type { MsgRingProgram, MsgRingStep, TraceEvent } from '#spec/index';
import { bitsOf, IORING_ENTER_GETEVENTS, IORING_ENTER_SQ_WAKEUP, IORING_SETUP, IOSQE } from './abi.ts';
import type { Actor } from './actor.ts';
import { enable, enter, setUp, waitArguments } from './calls.ts';
import { monotonicUs, sleepMs } from './clock.ts';
import { defaults } from './defaults.ts';
import { type Descriptor, Descriptors } from './descriptors.ts';
import type { Host } from './host.ts';
import { openKind } from './kinds.ts';
import { Ledger } from './ledger.ts';
import type { Answer } from './libc.ts';
import type { Completion, Ring } from './ring.ts';
import { settle } from './settle.ts';
import type { ActorThread, Returned } from './thread.ts';

/** Says that a step begins or has ended. */
export type Announce = (step: number, phase: 'before' | 'after') => void;

/** What came of a program. */
export interface Outcome {
  readonly events: readonly TraceEvent[];
  /** What could not be put away. */
  readonly leaks: readonly string[];
}

/** The agent cannot go on with a program; what was seen so far is kept. */
export class ProgramFailure extends Error {
  override readonly name = 'ProgramFailure';
  readonly events: readonly TraceEvent[];

  constructor(events: readonly TraceEvent[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.events = events;
  }
}

type Result = {
  readonly error?: string;
  readonly skipped?: string;
  readonly value?: number;
  readonly cq_entries?: number;
  readonly cqes?: Completion[];
};

type StepOf<Operation extends MsgRingStep['op']> = Extract<MsgRingStep, { readonly op: Operation }>;

interface Call {
  readonly name: string;
  readonly step: number;
  readonly thread: ActorThread;
  readonly ring: Ring;
  readonly count: number;
  readonly deadlineUs: number;
}

const setupBits = bitsOf(IORING_SETUP);
const sqeBits = bitsOf(IOSQE);

/** Long enough to fall asleep several times between two messages, short enough to be soon seen asleep by a settle. */
const sqIdleMs = 2;
/** How long a call that was begun is given to get to sleep before the next step. */
const fallAsleepMsMax = 20;
/** An interrupted thread that is still inside its call after this long is stuck in the kernel. */
const interruptMsMax = 2_000;
/** Rounds of a drain in which the kernel says that it holds completions back and gives none. */
const emptyRoundsMax = 64;

const done: Result = {};
const gone = { skipped: 'no such handle' } as const;
const closed = { skipped: 'closed' } as const;

/**
 * Runs a program that fits its schema and needs nothing that this kernel lacks.
 *
 * @throws {ProgramFailure} The agent could not go on.
 */
export const runProgram = (
  host: Host,
  program: MsgRingProgram,
  announce: Announce | null,
  announceBlocking: Announce,
): Outcome => new ProgramRun(host, program, announce, announceBlocking).run();

class ProgramRun {
  readonly #host: Host;
  readonly #steps: readonly MsgRingStep[];
  readonly #announce: Announce | null;
  readonly #announceBlocking: Announce;
  readonly #events: TraceEvent[] = [];
  readonly #descriptors: Descriptors;
  readonly #rings: Ring[] = [];
  /** The actor that the kernel takes for the owner of a ring. */
  readonly #owners = new Map<Ring, string>();
  readonly #ledger = new Ledger();
  readonly #actors = new Map<string, Actor>();
  readonly #threads = new Map<string, ActorThread>();
  readonly #exited = new Set<string>();
  readonly #leaks: string[] = [];
  #calls: Call[] = [];
  #beganUs = 0;
  #lastAt = 0;

  constructor(host: Host, program: MsgRingProgram, announce: Announce | null, announceBlocking: Announce) {
    this.#host = host;
    this.#steps = program.steps;
    this.#announce = announce;
    this.#announceBlocking = announceBlocking;
    this.#descriptors = new Descriptors(host.libc, host.region);
  }

  run(): Outcome {
    try {
      this.#engage();
      this.#beganUs = monotonicUs();
      for (const [index, step] of this.#steps.entries()) this.#step(index, step);
    } catch (cause) {
      throw new ProgramFailure(this.#events, cause);
    } finally {
      this.#release();
    }
    return { events: this.#events, leaks: this.#leaks };
  }

  /** Gives every actor its thread: t0 is the agent's own, unless it has to block while others go on. */
  #engage(): void {
    const own = new Set<string>();
    for (const step of this.#steps) {
      const actor = step.actor ?? 't0';
      if (actor !== 't0' || (step.op === 'wait' && step.begin !== undefined)) own.add(actor);
    }
    this.#actors.set('t0', this.#host.agent);
    if (own.size === 0) return;
    const threads = this.#host.threads.take(own.size);
    for (const [index, name] of [...own].entries()) {
      const thread = threads[index] as ActorThread;
      this.#threads.set(name, thread);
      this.#actors.set(name, thread);
    }
  }

  #step(index: number, step: MsgRingStep): void {
    this.#announce?.(index, 'before');
    this.#takeReturns();
    if (step.op === 'settle') this.#settle(index);
    else if (step.op === 'end') this.#end(index, step.call);
    else if (step.op === 'wait' && step.begin !== undefined) this.#begin(index, step, step.begin);
    else {
      const result = this.#call(index, step);
      this.#events.push({ event: 'ran', step: index, at: this.#now(), result });
      this.#takeReturns();
    }
    this.#announce?.(index, 'after');
  }

  #settle(index: number): void {
    settle({
      ledger: this.#ledger,
      rings: this.#rings.filter((ring) => ring.mapped),
      calls: this.#calls.map((call) => new UnderWay(call)),
      nudge: () => this.#nudge(),
      patienceMs: this.#host.patienceMs,
      onWaiting: () => this.#announceBlocking(index, 'before'),
    });
    this.#takeReturns();
    this.#events.push({ event: 'settle', step: index, at: this.#now() });
  }

  /** Every thread that is not inside a call enters the kernel, so that what waits for that is done. */
  #nudge(): void {
    const { numbers } = this.#host;
    for (const [name, thread] of this.#threads) if (this.#isIdle(name)) thread.call(numbers.getpid);
    for (const ring of this.#ledger.heldByOwner) {
      const owner = this.#owners.get(ring) as string;
      const descriptor = this.#descriptors.all.find((candidate) => candidate.ring === ring && candidate.open);
      if (descriptor && this.#isIdle(owner))
        enter(numbers, this.#actors.get(owner) as Actor, descriptor.number, 0, IORING_ENTER_GETEVENTS);
    }
  }

  /** Whether an actor could make a call now. */
  #isIdle(name: string): boolean {
    return !this.#exited.has(name) && !this.#threads.get(name)?.underWay;
  }

  #end(index: number, name: string): void {
    const call = this.#calls.find((candidate) => candidate.name === name);
    if (!call) return;
    this.#announceBlocking(index, 'before');
    while (!call.thread.hasReturnedWithin(1_000));
    this.#takeReturns();
  }

  /** Begins a call, and gives it time to block: then what the next steps do finds somebody waiting. */
  #begin(index: number, step: StepOf<'wait'>, name: string): void {
    const found = this.#acting(step) ?? this.#ring(step.ring);
    this.#events.push({ event: 'call', step: index, at: this.#now() });
    if (!isRing(found)) {
      this.#events.push({ event: 'return', step: index, at: this.#now(), result: found });
      return;
    }
    const thread = this.#threads.get(step.actor ?? 't0') as ActorThread;
    const count = step.count ?? defaults.wait.count;
    const timeoutMs = step.timeout_ms ?? defaults.wait.timeout_ms;
    const deadlineUs = monotonicUs() + timeoutMs * 1e3;
    thread.begin(
      this.#host.numbers.io_uring_enter,
      ...waitArguments(thread, found.descriptor.number, count, timeoutMs),
    );
    this.#calls.push({ name, step: index, thread, ring: found.ring, count, deadlineUs });
    const sleepsByUs = monotonicUs() + fallAsleepMsMax * 1e3;
    while (!thread.hasReturnedWithin(0) && !thread.blocked && monotonicUs() < sleepsByUs) sleepMs(0.02);
    this.#takeReturns();
  }

  /** Records the calls that have returned, in the order in which they did. */
  #takeReturns(): void {
    if (this.#calls.length === 0) return;
    const returned: { readonly call: Call; readonly came: Returned }[] = [];
    for (const call of this.#calls) {
      const came = call.thread.poll();
      if (came) returned.push({ call, came });
    }
    if (returned.length === 0) return;
    this.#calls = this.#calls.filter((call) => returned.every((other) => other.call !== call));
    returned.sort((one, other) => one.came.atUs - other.came.atUs);
    for (const { call, came } of returned)
      this.#events.push({
        event: 'return',
        step: call.step,
        at: this.#at(came.atUs),
        result: this.#value(came.answer),
      });
  }

  #call(index: number, step: Exclude<MsgRingStep, { op: 'settle' | 'end' }>): Result {
    const inactive = this.#acting(step);
    if (inactive) return inactive;
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
        return this.#prepare(step);
      case 'submit':
        return this.#onRing(step.ring, (found) => this.#submit(step, found));
      case 'reap':
        return this.#onRing(step.ring, ({ ring }) => {
          const max = step.max ?? defaults.reap.max;
          return { cqes: this.#reap(ring, max === 0 ? Number.POSITIVE_INFINITY : max) };
        });
      case 'wait':
        return this.#onRing(step.ring, (found) => this.#wait(index, step, found));
      case 'drain':
        return this.#onRing(step.ring, (found) => this.#drain(step, found));
      case 'exit':
        return this.#exit(step);
      case 'memory':
        // Programs that need a capability which is not offered are not run at all.
        throw new Error('memory was not refused before the program began');
    }
  }

  #setUp(step: StepOf<'setup'>): Result {
    const wish = {
      entries: step.entries ?? defaults.setup.entries,
      cqEntries: step.cq_entries ?? defaults.setup.cq_entries,
      flags: setupBits(step.flags ?? defaults.setup.flags),
      sqIdleMs,
    };
    const made = setUp(this.#host.libc, this.#host.numbers, this.#actor(step), wish);
    if (typeof made === 'number') return this.#plain(made);
    this.#rings.push(made.ring);
    this.#owners.set(made.ring, step.actor ?? 't0');
    this.#descriptors.adopt(made.fd, made.ring, step.as);
    return { cq_entries: made.ring.cqEntries };
  }

  #enable(step: StepOf<'enable'>, { descriptor, ring }: FoundRing): Result {
    const answer = enable(this.#host.numbers, this.#actor(step), descriptor.number);
    if (answer >= 0 && ring.has('SINGLE_ISSUER')) this.#owners.set(ring, step.actor ?? 't0');
    return this.#plain(answer);
  }

  #duplicate(step: StepOf<'dup'>): Result {
    const found = this.#handle(step.fd);
    if (isSkipped(found)) return found;
    const number = this.#descriptors.duplicate(found.number);
    if (number < 0) return this.#plain(number);
    this.#descriptors.bind(number, found.ring, step.as);
    if (found.ring) found.ring.descriptors++;
    return done;
  }

  #close(step: StepOf<'close'>): Result {
    const found = this.#handle(step.fd);
    if (isSkipped(found)) return found;
    found.open = false;
    const answer = this.#actor(step).call(this.#host.numbers.close, found.number);
    this.#forget(found);
    return this.#plain(answer);
  }

  /** The memory of a ring keeps it alive as a descriptor does, so it goes with the last of them. */
  #forget({ ring }: Descriptor): void {
    if (!ring || --ring.descriptors > 0) return;
    this.#ledger.closing(ring);
    ring.unmap();
  }

  #open(step: StepOf<'open'>): Result {
    const fd = openKind[step.kind ?? defaults.open.kind]?.(this.#host.libc);
    if (fd === undefined) throw new RangeError(`nothing is opened by ${step.kind}`);
    if (fd < 0) return this.#plain(fd);
    this.#descriptors.adopt(fd, null, step.as);
    return done;
  }

  #prepare(step: StepOf<'prep_msg_ring'>): Result {
    const found = this.#ring(step.ring);
    if (!isRing(found)) return found;
    const { prep_msg_ring: by } = defaults;
    const sqeFlags = sqeBits(step.sqe_flags ?? by.sqe_flags);
    const prepared = found.ring.prepare({
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
    });
    if (!prepared) return { skipped: 'queue full' };
    // With FIXED_FILE the number is an index into a table, and no program fills one.
    const denoted = sqeFlags & IOSQE.FIXED_FILE ? undefined : this.#descriptors.get(step.fd);
    const target = denoted?.open ? denoted.ring : null;
    this.#ledger.prepared(found.ring, {
      target,
      silent: (sqeFlags & IOSQE.CQE_SKIP_SUCCESS) !== 0,
      deferred: (sqeFlags & carriedOutLater) !== 0 || this.#mayTakeTurns(target),
    });
    return done;
  }

  /** Whether a message to this ring may be carried out by somebody else than the one who submits it. */
  #mayTakeTurns(target: Ring | null): boolean {
    if (target === null) return false;
    return target.has('IOPOLL') || (target.has('DEFER_TASKRUN') && this.#threads.size > 0);
  }

  #submit(step: StepOf<'submit'>, { descriptor, ring }: FoundRing): Result {
    const wanted = step.count ?? defaults.submit.count;
    const count = wanted === 0 ? ring.prepared : Math.min(wanted, ring.prepared);
    ring.publish(count);
    const polled = ring.has('SQPOLL');
    const flags =
      ((step.getevents ?? defaults.submit.getevents) ? IORING_ENTER_GETEVENTS : 0) |
      (polled && ring.needsWakeup ? IORING_ENTER_SQ_WAKEUP : 0);
    const consumed = enter(this.#host.numbers, this.#actor(step), descriptor.number, count, flags);
    if (!polled || consumed < 0) ring.retract();
    // A polling thread takes what was published, whatever the call said about it.
    this.#ledger.submitted(ring, polled && consumed >= 0 ? count : Math.max(0, consumed));
    return this.#value(consumed);
  }

  #wait(index: number, step: StepOf<'wait'>, { descriptor }: FoundRing): Result {
    const actor = this.#actor(step);
    const count = step.count ?? defaults.wait.count;
    const timeoutMs = step.timeout_ms ?? defaults.wait.timeout_ms;
    if (count > 0 && timeoutMs > 0) this.#announceBlocking(index, 'before');
    return this.#value(
      actor.call(
        this.#host.numbers.io_uring_enter,
        ...waitArguments(actor, descriptor.number, count, timeoutMs),
      ),
    );
  }

  #drain(step: StepOf<'drain'>, { descriptor, ring }: FoundRing): Result {
    const cqes: Completion[] = [];
    let first: Answer | undefined;
    for (let emptyRounds = 0; emptyRounds < emptyRoundsMax; ) {
      const answer = enter(
        this.#host.numbers,
        this.#actor(step),
        descriptor.number,
        0,
        IORING_ENTER_GETEVENTS,
      );
      first ??= answer;
      const reaped = this.#reap(ring, Number.POSITIVE_INFINITY);
      cqes.push(...reaped);
      if (reaped.length > 0) emptyRounds = 0;
      else if (answer < 0 || !ring.overflowing) break;
      else emptyRounds++;
    }
    return { ...this.#value(first as Answer), cqes };
  }

  #exit(step: StepOf<'exit'>): Result {
    const name = step.actor ?? 't0';
    if (name === 't0') return { skipped: 't0 never ends' };
    const thread = this.#threads.get(name) as ActorThread;
    thread.leave();
    this.#exited.add(name);
    this.#ledger.leaveToOthers();
    return done;
  }

  #reap(ring: Ring, max: number): Completion[] {
    const completions = ring.reap(max);
    this.#ledger.reaped(completions);
    return completions;
  }

  /** Why the actor of a step cannot act, if it cannot. */
  #acting(step: MsgRingStep): { readonly skipped: string } | undefined {
    const name = step.actor ?? 't0';
    if (this.#exited.has(name)) return { skipped: 'actor has exited' };
    return this.#threads.get(name)?.underWay ? { skipped: 'actor is waiting' } : undefined;
  }

  #actor(step: MsgRingStep): Actor {
    return this.#actors.get(step.actor ?? 't0') as Actor;
  }

  #handle(name: string): Descriptor | { readonly skipped: string } {
    const descriptor = this.#descriptors.get(name);
    if (!descriptor) return gone;
    return descriptor.open ? descriptor : closed;
  }

  #ring(name: string): FoundRing | { readonly skipped: string } {
    const descriptor = this.#handle(name);
    if (isSkipped(descriptor)) return descriptor;
    return descriptor.ring ? { descriptor, ring: descriptor.ring } : { skipped: 'not a ring' };
  }

  #onRing(name: string, act: (found: FoundRing) => Result): Result {
    const found = this.#ring(name);
    return isRing(found) ? act(found) : found;
  }

  /** The result of a call whose value says nothing. */
  #plain(answer: Answer): Result {
    return answer < 0 ? { error: this.#host.libc.errorName(-answer) } : done;
  }

  #value(answer: Answer): Result {
    return answer < 0 ? { error: this.#host.libc.errorName(-answer) } : { value: answer };
  }

  #now(): number {
    return this.#at(monotonicUs());
  }

  #at(us: number): number {
    this.#lastAt = Math.max(this.#lastAt, Math.floor(us - this.#beganUs));
    return this.#lastAt;
  }

  /** Leaves nothing behind: calls are interrupted, descriptors closed, memory unmapped, threads given back. */
  #release(): void {
    const { threads, libc } = this.#host;
    for (const [name, thread] of this.#threads) {
      if (this.#exited.has(name)) threads.recycle(thread);
      else if (!thread.underWay || thread.interrupt(interruptMsMax)) threads.giveBack(thread);
      else this.#leaks.push(`the thread of ${name} is still inside its call`);
    }
    for (const descriptor of this.#descriptors.all) {
      if (!descriptor.open) continue;
      descriptor.open = false;
      const answer = libc.close(descriptor.number);
      if (answer < 0) this.#leaks.push(`closing a descriptor: ${libc.errorName(-answer)}`);
    }
    for (const ring of this.#rings) ring.unmap();
  }
}

interface FoundRing {
  readonly descriptor: Descriptor;
  readonly ring: Ring;
}

const isSkipped = (found: object): found is { readonly skipped: string } => 'skipped' in found;
const isRing = (found: FoundRing | { readonly skipped: string }): found is FoundRing => 'ring' in found;

/** Entries that the kernel may carry out after the submitting call, or in another order. */
const carriedOutLater = IOSQE.ASYNC | IOSQE.IO_LINK | IOSQE.IO_HARDLINK | IOSQE.IO_DRAIN;

/** A call under way, as a settle sees it. */
class UnderWay {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get returned(): boolean {
    return this.#call.thread.hasReturnedWithin(0);
  }

  get blocked(): boolean {
    return this.#call.thread.blocked;
  }

  get due(): boolean {
    const { ring, count, deadlineUs } = this.#call;
    return monotonicUs() > deadlineUs || (ring.mapped && ring.visible >= count);
  }
}
