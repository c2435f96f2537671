/** One program of remote shared memory on fresh systems: two nodes, three processes, four threads. */

import type { Result, Step } from '#spec/index';
import { type Incident, NO_HANDLE, OK, StepwiseProgram, skipped, type Waiting } from '../stepwise-program.ts';
import type { Behaviour } from './behaviours.ts';
import {
  connect,
  destroy,
  disconnect,
  getPollfd,
  poll,
  post,
  publish,
  releasePollfd,
  unmap,
  unpublish,
} from './calls.ts';
import type { Decisions } from './decisions.ts';
import { freshState, type HandleState, Kernel, type KernelState, processOf, type Waiter } from './kernel.ts';
import type { Lies } from './lies.ts';

/** A wait without end is given up by the agent after this. */
const WATCHDOG_MS = 60_000;

/** Calls that may be made on a null handle: the others are left out. */
const takesNull = new Set(['post', 'wait', 'get_pollfd', 'release_pollfd']);

const BAD_HANDLE: Result = { error: 'BAD_SEG_HNDL' };

export class ProgramRun extends StepwiseProgram<Kernel> {
  constructor(behaviour: Behaviour, decisions: Decisions, lies: Lies, snapshot?: string) {
    super(
      'rsm',
      behaviour,
      (state) => new Kernel(decisions, lies, (state ?? freshState()) as KernelState),
      snapshot,
    );
  }

  protected override obstacle(number: number): Result | null {
    const missing = ({ 1: 'threads', 2: 'processes', 3: 'nodes' } as const)[number];
    if (number > 3) return this.lack(`thread t${number}`);
    if (missing !== undefined && !this.offers(missing)) return this.lack(missing);
    return this.kernel.state.killed[processOf(number)] ? skipped('process was killed') : null;
  }

  protected override call(step: Step, number: number, index: number): Result | null {
    const result = this.#call(step, number, index);
    if (result === null || this.kernel.lies.returned === undefined || result.skipped !== undefined)
      return result;
    const handle = step.seg === '@null' ? null : this.kernel.handle(processOf(number), String(step.seg));
    return this.kernel.lies.returned(result, step.op, handle ?? null, this.kernel);
  }

  #call(step: Step, number: number, index: number): Result | null {
    const { kernel } = this;
    const { state } = kernel;
    const process = processOf(number);
    const name = step.as ?? '';
    switch (step.op) {
      case 'controller':
        state.controllers[process] = this.argument(step, 'state') === 'held';
        return OK;
      case 'create':
        return this.#needs(process) ?? this.#create(process, name);
      case 'connect':
        return this.#connect(String(step.to), process, name);
      case 'pause':
        return this.#pause(Number(this.argument(step, 'ms')) * 1_000);
      case 'interrupt':
        return this.#interrupt(Number(String(step.who).slice(1)));
      case 'link':
        return this.#link(this.argument(step, 'state') === 'cut' ? 'cut' : 'up');
      case 'kill':
        return this.#kill(processOf(Number(String(step.who).slice(1))));
      case 'memory':
        state.exhausted = this.argument(step, 'state') === 'exhausted';
        return OK;
      default:
        return this.#onHandle(step, number, process, index);
    }
  }

  #onHandle(step: Step, number: number, process: number, index: number): Result | null {
    const { kernel } = this;
    if (step.seg === '@null' && takesNull.has(step.op)) return BAD_HANDLE;
    const one = kernel.handle(process, String(step.seg));
    if (one === undefined) return NO_HANDLE;
    switch (step.op) {
      case 'publish':
        return publish(one);
      case 'republish':
        if (one.phase !== 'published') return { error: 'SEG_NOT_PUBLISHED' };
        kernel.lies.republished?.(one, kernel);
        return OK;
      case 'unpublish':
        return this.#released(unpublish(kernel, one));
      case 'destroy':
        return this.#released(destroy(kernel, one));
      case 'map':
        if (one.phase === 'cut') return { error: 'SEG_NOT_CONNECTED' };
        if (one.mapped) return { error: 'SEG_ALREADY_MAPPED' };
        one.mapped = true;
        return OK;
      case 'unmap':
        return unmap(kernel, one);
      case 'disconnect':
        return this.#released(disconnect(kernel, one));
      case 'post':
        return post(kernel, one, String(this.argument(step, 'flags')).split('|'));
      case 'get_pollfd':
        return getPollfd(kernel, one);
      case 'release_pollfd':
        return releasePollfd(kernel, one);
      case 'poll':
        return poll(kernel, one);
      default:
        return this.#wait(one, number, index, step);
    }
  }

  /** Why a segment cannot be made or connected to. */
  #needs(process: number): Result | null {
    const { state, decisions } = this.kernel;
    if (!state.controllers[process]) return { error: 'BAD_CTLR_HNDL' };
    return state.exhausted && decisions.draw('call without memory') === 'refused'
      ? { error: 'INSUFFICIENT_MEM' }
      : null;
  }

  #create(process: number, name: string): Result {
    const { handles } = this.kernel.state;
    handles.push({
      name,
      kind: 'export',
      process,
      segment: handles.length,
      epoch: 0,
      phase: 'created',
      mapped: false,
      pending: 0,
      flying: 0,
      refs: 0,
      gets: 0,
      posts: 0,
    });
    return OK;
  }

  #connect(to: string, process: number, name: string): Result {
    const exporter = this.kernel.state.handles.find((one) => one.kind === 'export' && one.name === to);
    if (exporter === undefined) return NO_HANDLE;
    return this.#needs(process) ?? connect(this.kernel, exporter, process, name);
  }

  #wait(one: HandleState, thread: number, index: number, step: Step): Result | null {
    const { kernel } = this;
    const timeoutMs = Number(this.argument(step, 'timeout_ms'));
    const found = kernel.lies.available?.(one.pending, one, timeoutMs) ?? one.pending;
    if (found > 0) {
      this.#consume(one);
      return OK;
    }
    const honestUs = 1_000 * (timeoutMs < 0 ? WATCHDOG_MS : timeoutMs);
    const lastsUs = kernel.lies.lasts?.(honestUs, one) ?? honestUs;
    if (lastsUs === 0) return this.#ended(one);
    kernel.state.waiters.push({ thread, handle: kernel.state.handles.indexOf(one), timeoutMs });
    return this.waits(thread, index, step, lastsUs / 1_000);
  }

  #consume(one: HandleState): void {
    const { decisions, lies } = this.kernel;
    const honest = decisions.choice('events@wait') === 'all' ? one.pending : 1;
    one.pending = Math.max(0, one.pending - (lies.consumes?.(honest, one) ?? honest));
  }

  /** A wait is over without an event. */
  #ended(one: HandleState): Result {
    const honest: Result = { error: 'TIMEOUT' };
    return this.kernel.lies.ends?.(honest, one) ?? honest;
  }

  #waiterOf({ thread }: Waiting): Waiter | undefined {
    return this.kernel.state.waiters.find((one) => one.thread === thread);
  }

  #handleOf(one: Waiting): HandleState {
    return this.kernel.state.handles[this.#waiterOf(one)?.handle ?? -1] as HandleState;
  }

  #leave(one: Waiting, result: Result): void {
    this.kernel.state.waiters = this.kernel.state.waiters.filter(({ thread }) => thread !== one.thread);
    this.returns(one, result);
  }

  protected override settle(): void {
    this.kernel.land();
    this.#wake(true);
  }

  protected override afterStep(): void {
    const { kernel } = this;
    if (
      kernel.state.handles.some(({ flying }) => flying > 0) &&
      kernel.decisions.draw('event on its way') === 'arrives'
    )
      kernel.land();
    this.#wake(false);
  }

  /** Waiters for whom there is an event go on. */
  #wake(all: boolean): void {
    const { kernel } = this;
    const { decisions, lies, state } = kernel;
    for (const [number, handle] of state.handles.entries()) {
      for (;;) {
        const waiting = this.waiting.filter((one) => this.#waiterOf(one)?.handle === number);
        const able = waiting.filter(
          (one) => lies.wakes?.(handle, this.#waiterOf(one)?.timeoutMs ?? 0) !== false,
        );
        if (able.length === 0 || handle.pending === 0) break;
        if (!all && (lies.wakesLate === true || decisions.draw('waiter that is woken') === 'is late')) break;
        const isFirst = able.length === 1 || decisions.draw('which of several waiters') === 'first';
        const woken = (isFirst ? able[0] : able.at(-1)) as Waiting;
        this.#consume(handle);
        this.#leave(woken, OK);
        this.#loseTo(number);
      }
    }
  }

  /** Another waiter took the event: some systems let the others time out. */
  #loseTo(handle: number): void {
    const { state, decisions } = this.kernel;
    if (
      decisions.choice('timeout@infinite') !== 'with-rivals' ||
      (state.handles[handle] as HandleState).pending > 0
    )
      return;
    for (const one of this.waiting)
      if (this.#waiterOf(one)?.handle === handle && (this.#waiterOf(one)?.timeoutMs ?? 0) < 0)
        this.#leave(one, { error: 'TIMEOUT' });
  }

  /** The segment of waiters has gone: some systems let them go. */
  #released(result: Result): Result {
    const { state, decisions } = this.kernel;
    if (result.error !== undefined || decisions.choice('waiter@gone') !== 'released') return result;
    for (const one of this.waiting) {
      const handle = state.handles[this.#waiterOf(one)?.handle ?? -1];
      if (handle !== undefined && ['unpublished', 'cut', 'gone'].includes(handle.phase))
        this.#leave(one, { error: 'CONN_ABORTED' });
    }
    return result;
  }

  /** Time passes, deadline by deadline. */
  #pause(us: number): Result {
    const { kernel } = this;
    let leftUs = us;
    for (;;) {
      const nextUs = Math.min(...this.waiting.map((one) => one.leftUs));
      const passed = Math.min(leftUs, Math.max(0, nextUs));
      kernel.nowUs += passed;
      leftUs -= passed;
      for (const one of this.waiting) one.leftUs -= passed;
      const over = this.waiting.filter((one) => one.leftUs <= 0);
      if (over.length === 0 || (passed === 0 && leftUs === 0 && nextUs > 0)) break;
      for (const one of over) this.#expire(one);
      if (leftUs === 0) break;
    }
    kernel.nowUs += leftUs;
    for (const one of this.waiting) one.leftUs -= leftUs;
    return OK;
  }

  #expire(one: Waiting): void {
    const handle = this.#handleOf(one);
    const isBoth =
      handle.pending > 0 && this.kernel.lies.wakes?.(handle, this.#waiterOf(one)?.timeoutMs ?? 0) !== false;
    const { coincides } = this.kernel.lies;
    if (isBoth && coincides !== undefined) {
      coincides(handle);
      this.#leave(one, this.timedOut(one));
    } else if (isBoth && this.kernel.decisions.draw('event and deadline together') === 'success') {
      this.#consume(handle);
      this.#leave(one, OK);
    } else this.#leave(one, this.timedOut(one));
  }

  protected override timedOut(one: Waiting): Result {
    const waiter = this.#waiterOf(one);
    if (waiter === undefined) return { error: 'TIMEOUT' };
    const handle = this.kernel.state.handles[waiter.handle] as HandleState;
    const { timeoutMs } = waiter;
    this.kernel.state.waiters = this.kernel.state.waiters.filter((other) => other !== waiter);
    const isGivenUp =
      (this.kernel.lies.lasts?.(WATCHDOG_MS * 1_000, handle) ?? Number.POSITIVE_INFINITY) >=
      WATCHDOG_MS * 1_000;
    return timeoutMs < 0 && isGivenUp ? skipped('nobody ended the wait') : this.#ended(handle);
  }

  #interrupt(thread: number): Result {
    const { decisions, lies } = this.kernel;
    const one = this.waiting.find((other) => other.thread === thread);
    if (one === undefined) return OK;
    const waiter = this.#waiterOf(one);
    const handle = this.#handleOf(one);
    const isWanted =
      (waiter?.timeoutMs ?? 0) < 0 || decisions.draw('interruption of a wait with an end') === 'INTERRUPTED';
    if (!(lies.interrupts?.(isWanted, handle) ?? isWanted)) return OK;
    if (handle.pending > 0 && decisions.draw('interruption and event together') === 'success') {
      this.#consume(handle);
      this.#leave(one, OK);
      return OK;
    }
    const honest: Result = { error: 'INTERRUPTED' };
    this.#leave(one, lies.ends?.(honest, handle) ?? honest);
    return OK;
  }

  #link(goal: 'up' | 'cut'): Result {
    const { state, decisions } = this.kernel;
    if (state.linkGoal === goal) return OK;
    state.linkGoal = goal;
    for (const one of state.handles) if (this.kernel.isAcross(one)) this.kernel.ground(one);
    if (decisions.draw('link changes') === 'at once') state.link = goal;
    return OK;
  }

  #kill(process: number): Result {
    const { kernel } = this;
    const { state } = kernel;
    if (process === 0 || state.killed[process]) return skipped('no such process');
    if (this.waiting.some(({ thread }) => processOf(thread) === process))
      return skipped('a thread of it waits');
    state.killed[process] = true;
    for (const one of state.handles) {
      if (one.process !== process || one.phase === 'gone') continue;
      if (one.kind === 'export') kernel.cutOff(one);
      one.phase = 'gone';
    }
    return this.#released(OK);
  }

  protected override incident(): Incident | null {
    return this.kernel.lies.incident?.(this.kernel) ?? null;
  }
}
