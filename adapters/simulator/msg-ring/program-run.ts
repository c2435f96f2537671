/** One program on one fresh kernel: steps in, events out. The part of an agent, as the Linux agent is for Linux. */

import type { Answer, Result, Step, TraceEvent } from '#spec/index';
import type { Errno } from '#spec/msg-ring/errno';
import { IORING_SETUP } from '#spec/msg-ring/flags';
import type { SimulatedProgram } from '../interface-simulator.ts';
import { afterStep, passTimeUntilReturned, releaseAfterWait, settle } from './background.ts';
import type { Behaviour } from './behaviours.ts';
import { Call } from './call.ts';
import type { Decisions } from './decisions.ts';
import { MINUS_ONE, NEVER_OPEN, type OpenFile, OUT_OF_RANGE, ringOf } from './descriptors.ts';
import { getEvents, wait } from './entering.ts';
import { Kernel, type Outcome } from './kernel.ts';
import type { Lies } from './lies.ts';
import { close, enable, exit, open, setup } from './lifecycle.ts';
import { reap } from './queues.ts';
import { Request, type Ring, type Thread, Waiter } from './ring.ts';
import { type KernelState, kernelOf, snapshotOf } from './snapshot.ts';
import { prepare, submit } from './submitting.ts';

export const ACTORS_MAX = 3;

/** What a name of the program stands for: a descriptor, which keeps its number when it is closed. */
interface Handle {
  readonly number: number;
  open: boolean;
}

/** The state of a program between two steps. */
interface ProgramState {
  readonly handles: readonly (readonly [name: string, number: number, open: boolean])[];
  /** Calls begun and blocked, by their names, with their steps. */
  readonly begun: readonly (readonly [name: string, step: number])[];
  readonly warnings: readonly string[];
  readonly leaks: readonly string[];
  readonly kernel: KernelState;
}

const NOTHING: Result = Object.freeze({});
const NO_HANDLE: Result = Object.freeze({ skipped: 'no such handle' });
const CLOSED: Result = Object.freeze({ skipped: 'closed' });
const NOT_A_RING: Result = Object.freeze({ skipped: 'not a ring' });
const QUEUE_FULL: Result = Object.freeze({ skipped: 'queue full' });
const EXITED: Result = Object.freeze({ skipped: 'actor has exited' });
const BLOCKED: Result = Object.freeze({ skipped: 'actor is waiting' });
const NEVER_ENDS: Result = Object.freeze({ skipped: 't0 never ends' });

/** Capabilities that rings with certain flags need; a system without one does not run the program at all. */
const needed: readonly (readonly [number, string])[] = [
  [IORING_SETUP.SQPOLL, 'sqpoll'],
  [IORING_SETUP.DEFER_TASKRUN, 'defer-taskrun'],
  [IORING_SETUP.IOPOLL, 'iopoll'],
  [IORING_SETUP.SINGLE_ISSUER, 'single-issuer'],
];

export class ProgramRun implements SimulatedProgram {
  /** What was seen so far. */
  readonly events: TraceEvent[] = [];
  readonly kernel: Kernel;
  private readonly behaviour: Behaviour;
  private readonly call = new Call(ACTORS_MAX);
  private readonly handles = new Map<string, Handle>();
  /** Calls that were begun and blocked, by the name they were begun with. */
  private readonly begun = new Map<string, Waiter>();
  private readonly warnings: string[] = [];
  private readonly leaks: string[] = [];
  /** Set when the program cannot go on. */
  private stopped: Answer | null = null;

  /** @param state - Where the program goes on from; a fresh kernel when absent. */
  constructor(behaviour: Behaviour, decisions: Decisions, lies: Lies, state?: ProgramState) {
    this.behaviour = behaviour;
    this.kernel = state ? kernelOf(state.kernel, decisions, lies) : new Kernel(decisions, lies, ACTORS_MAX);
    if (state === undefined) return;
    for (const [name, number, open] of state.handles) this.handles.set(name, { number, open });
    for (const [name, step] of state.begun)
      this.begun.set(name, this.kernel.waiting.find((waiter) => waiter.step === step) as Waiter);
    this.warnings.push(...state.warnings);
    this.leaks.push(...state.leaks);
  }

  /** A program that goes on from a snapshot, with no events yet and its clock at 0. */
  static resumed(behaviour: Behaviour, decisions: Decisions, lies: Lies, snapshot: string): ProgramRun {
    return new ProgramRun(behaviour, decisions, lies, JSON.parse(snapshot) as ProgramState);
  }

  /**
   * Performs a step and lets follow what follows by itself.
   *
   * @returns Whether the program can go on.
   */
  perform(step: Step, index: number): boolean {
    if (this.stopped !== null) return false;
    const { call, kernel } = this;
    const wrong = call.read(step);
    if (wrong !== null) {
      this.stopped = { kind: 'failed', reason: `/steps/${index}/${wrong}`, events: this.events };
      return false;
    }
    kernel.nowUs += 1;
    if (call.op === 'settle') this.settle(index);
    else if (call.op === 'end') this.end(call.call);
    else this.act(call, index);
    if (kernel.lies.incident !== null) this.noticeIncident(index);
    return this.stopped === null;
  }

  /** The answer to the program, once its last step was performed. */
  answer(): Answer {
    if (this.stopped !== null) return this.stopped;
    const { events, warnings, leaks } = this;
    if (warnings.length === 0 && leaks.length === 0) return { kind: 'trace', events };
    return {
      kind: 'trace',
      events,
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(leaks.length === 0 ? {} : { leaks }),
    };
  }

  /** The complete state as text: the kernel's, what the names of the program stand for, what the answer will hold. */
  snapshot(): string {
    const state: ProgramState = {
      handles: [...this.handles].map(([name, { number, open: isOpen }]) => [name, number, isOpen]),
      begun: [...this.begun].filter(([, waiter]) => !waiter.returned).map(([name, { step }]) => [name, step]),
      warnings: this.warnings,
      leaks: this.leaks,
      kernel: snapshotOf(this.kernel),
    };
    return JSON.stringify(state);
  }

  private settle(index: number): void {
    settle(this.kernel);
    this.recordReturns();
    this.events.push({ event: 'settle', step: index, at: this.kernel.nowUs });
  }

  private end(name: string): void {
    const waiter = this.begun.get(name);
    if (waiter === undefined || waiter.returned) return;
    passTimeUntilReturned(this.kernel, waiter);
    this.recordReturns();
  }

  private act(call: Call, index: number): void {
    const { kernel } = this;
    const thread = kernel.threads[call.actor] as Thread;
    const begins = call.begin !== '';
    if (begins) this.events.push({ event: 'call', step: index, at: kernel.nowUs });
    const result = this.perhaps(thread, call, index);
    if (this.stopped !== null) return;
    if (result instanceof Waiter) {
      if (begins) this.begun.set(call.begin, result);
      else {
        passTimeUntilReturned(kernel, result);
        this.recordReturns(result);
      }
    } else this.record(begins ? 'return' : 'ran', index, result);
    afterStep(kernel);
    if (kernel.returned.length !== 0) this.recordReturns();
  }

  /** Performs a call unless its actor cannot. */
  private perhaps(thread: Thread, call: Call, index: number): Result | Waiter {
    if (!thread.alive) return EXITED;
    if (thread.waiting !== null) return BLOCKED;
    switch (call.op) {
      case 'setup':
        return this.setup(thread, call);
      case 'open':
        return this.open(call);
      case 'dup':
      case 'close':
        return this.onDescriptor(call);
      case 'exit':
        if (thread.index === 0) return NEVER_ENDS;
        exit(this.kernel, thread);
        return NOTHING;
      case 'memory':
        if (!this.offers('memory-fault')) return NOTHING;
        this.kernel.exhausted = call.exhausts;
        return NOTHING;
      default:
        return this.onRing(thread, call, index);
    }
  }

  private setup(thread: Thread, call: Call): Result {
    const { kernel, behaviour } = this;
    for (const [flag, capability] of needed)
      if ((call.flags & flag) !== 0 && !this.offers(capability)) return NOTHING;
    const ring = setup(kernel, thread, call.entries, call.cqEntries, call.flags, behaviour.setupFlags);
    if (typeof ring === 'string') return { error: ring };
    this.bind(call.as, ring);
    return { cq_entries: ring.cqEntries };
  }

  private open(call: Call): Result {
    const file = open(this.kernel, call.kind);
    if (file === null) return { error: 'ENOMEM' };
    this.bind(call.as, file);
    return NOTHING;
  }

  private onDescriptor(call: Call): Result {
    const handle = this.handles.get(call.fd);
    if (handle === undefined) return NO_HANDLE;
    if (!handle.open) return CLOSED;
    if (call.op === 'dup') {
      const file = this.kernel.descriptors.at(handle.number) as OpenFile;
      const ring = ringOf(file);
      if (ring !== null) ring.references += 1;
      this.bind(call.as, file);
    } else {
      handle.open = false;
      close(this.kernel, handle.number);
    }
    return NOTHING;
  }

  private onRing(thread: Thread, call: Call, index: number): Result | Waiter {
    const { kernel } = this;
    const handle = this.handles.get(call.ring);
    if (handle === undefined) return NO_HANDLE;
    if (!handle.open) return CLOSED;
    const ring = ringOf(kernel.descriptors.at(handle.number));
    if (ring === null) return NOT_A_RING;
    switch (call.op) {
      case 'prep_msg_ring':
        return prepare(kernel, this.request(ring, call)) ? NOTHING : QUEUE_FULL;
      case 'submit':
        return resultOf(submit(kernel, thread, ring, call.count, call.getevents));
      case 'reap':
        return { cqes: reap(kernel, ring, call.max) };
      case 'drain':
        return this.drain(thread, ring);
      case 'wait': {
        const outcome = wait(kernel, thread, ring, call.count, call.timeoutMs, index);
        return outcome instanceof Waiter ? outcome : resultOf(outcome);
      }
      default: {
        const error = enable(kernel, thread, ring);
        return error === null ? NOTHING : { error };
      }
    }
  }

  private request(ring: Ring, call: Call): Request {
    return new Request(
      ring,
      this.number(call.fd),
      call.len,
      call.data,
      call.flags,
      call.userData,
      call.command,
      call.foreign,
      call.fileIndex,
      call.sqeFlags,
    );
  }

  /** The number that a target argument stands for: of a handle even when it is closed. */
  private number(fd: string): number {
    const handle = this.handles.get(fd);
    if (handle !== undefined) return handle.number;
    if (fd === '@minus-one') return MINUS_ONE;
    return fd === '@out-of-range' ? OUT_OF_RANGE : NEVER_OPEN;
  }

  /** Enters for events and consumes, until a round brings nothing. */
  private drain(thread: Thread, ring: Ring): Result {
    const { kernel } = this;
    const value = getEvents(kernel, thread, ring);
    let cqes = reap(kernel, ring, 0);
    if (typeof value === 'string') return { error: value, cqes: cqes };
    for (let more = cqes; more.length !== 0; ) {
      if (ring.overflow.length === 0 && ring.taskWork.length === 0) break;
      getEvents(kernel, thread, ring);
      more = reap(kernel, ring, 0);
      cqes = [...cqes, ...more];
    }
    return { value, cqes: cqes };
  }

  private bind(name: string, file: OpenFile): void {
    const number = this.kernel.descriptors.add(file);
    if (name !== '') this.handles.set(name, { number, open: true });
  }

  private offers(capability: string): boolean {
    const { capabilities } = this.behaviour;
    if ((capabilities as readonly string[]).includes(capability)) return true;
    this.stopped = { kind: 'unsupported', reason: `${this.behaviour.name} lacks ${capability}` };
    return false;
  }

  private record(event: 'ran' | 'return', step: number, result: Result): void {
    this.events.push({ event, step, at: this.kernel.nowUs, result });
  }

  /** Records the calls that returned meanwhile; `own` is the call of the present step, which then ran as a whole. */
  private recordReturns(own: Waiter | null = null): void {
    const { kernel } = this;
    const { returned } = kernel;
    if (returned.length === 0) return;
    kernel.returned = [];
    for (const { waiter, outcome, atUs } of returned) {
      const event = waiter === own ? 'ran' : 'return';
      this.events.push({ event, step: waiter.step, at: atUs, result: resultOf(outcome) });
      releaseAfterWait(kernel, waiter);
    }
  }

  private noticeIncident(index: number): void {
    const incident = this.kernel.lies.incident?.(this.kernel) ?? null;
    if (incident === null) return;
    const { kind, text } = incident;
    const list = kind === 'warning' ? this.warnings : kind === 'leak' ? this.leaks : null;
    if (list === null) this.stopped = { kind: kind as 'died' | 'hung', reason: text, step: index };
    else if (!list.includes(text)) list.push(text);
  }
}

const errors = new Map<Errno, Result>();

const resultOf = (outcome: Outcome): Result => {
  if (typeof outcome === 'number') return { value: outcome };
  const known = errors.get(outcome) ?? Object.freeze({ error: outcome });
  errors.set(outcome, known);
  return known;
};
