/** One program on one fresh kernel: steps in, events out. The part of an agent. */

import { type Answer, interfaceFile, type Result, type Step, type TraceEvent } from '#spec/index';
import type { SimulatedProgram } from '../interface-simulator.ts';
import type { Behaviour } from './behaviours.ts';
import {
  createFd,
  descriptorOf,
  fillTable,
  registerSelf,
  registerSender,
  send,
  unregisterDescriptor,
  unregisterIndex,
} from './calls.ts';
import type { Decisions } from './decisions.ts';
import { freshState, Kernel, type KernelState } from './kernel.ts';
import type { Lies } from './lies.ts';
import { close, copy, exec, exit, fork, registerHandler, unregisterHandler } from './lifecycle.ts';

/** A call of uintr_wait that has not returned. */
interface Waiting {
  readonly thread: number;
  readonly step: number;
  /** Empty for one that was made and waited for. */
  readonly call: string;
  leftUs: number;
}

interface ProgramState {
  readonly kernel: KernelState;
  readonly waiting: readonly Waiting[];
  readonly warnings: readonly string[];
  readonly leaks: readonly string[];
}

const OK: Result = {};
const skipped = (why: string): Result => ({ skipped: why });
const NO_HANDLE = skipped('no such handle');

const operations = new Map(interfaceFile('uintr').operations.map((one) => [one.name, one]));
const defaults = new Map(
  [...operations].map(([name, { arguments: all }]) => [
    name,
    new Map(all.map((one) => [one.name, one.default])),
  ]),
);

export class ProgramRun implements SimulatedProgram {
  readonly events: TraceEvent[] = [];
  readonly #behaviour: Behaviour;
  readonly #kernel: Kernel;
  #waiting: Waiting[];
  readonly #warnings: string[];
  readonly #leaks: string[];
  #stopped: Answer | null = null;

  constructor(behaviour: Behaviour, decisions: Decisions, lies: Lies, snapshot?: string) {
    const state = snapshot === undefined ? null : (JSON.parse(snapshot) as ProgramState);
    this.#behaviour = behaviour;
    this.#kernel = new Kernel(decisions, lies, state?.kernel ?? freshState());
    this.#waiting = [...(state?.waiting ?? [])];
    this.#warnings = [...(state?.warnings ?? [])];
    this.#leaks = [...(state?.leaks ?? [])];
  }

  perform(step: Step, index: number): boolean {
    if (this.#stopped !== null) return false;
    const kernel = this.#kernel;
    kernel.nowUs += 1;
    for (const one of this.#waiting) one.leftUs -= 1;
    if (step.op === 'settle') {
      this.#wake(kernel.settle());
      this.events.push({ event: 'settle', step: index, at: kernel.nowUs });
    } else if (step.op === 'end') this.#end(String(step.call));
    else this.#act(step, index);
    this.#noticeIncident(index);
    return this.#stopped === null;
  }

  answer(): Answer {
    if (this.#stopped !== null) return this.#stopped;
    const { events } = this;
    return {
      kind: 'trace',
      events,
      ...(this.#warnings.length > 0 && { warnings: this.#warnings }),
      ...(this.#leaks.length > 0 && { leaks: this.#leaks }),
    };
  }

  snapshot(): string {
    const state: ProgramState = {
      kernel: this.#kernel.state,
      waiting: this.#waiting,
      warnings: this.#warnings,
      leaks: this.#leaks,
    };
    return JSON.stringify(state);
  }

  #act(step: Step, index: number): void {
    const kernel = this.#kernel;
    const thread = Number((step.actor ?? 't0').slice(1));
    const begins = step.begin !== undefined;
    if (begins) this.events.push({ event: 'call', step: index, at: kernel.nowUs });
    const result = this.#perhaps(step, thread, index);
    if (this.#stopped !== null) return;
    if (result !== null) this.#record(begins ? 'return' : 'ran', index, result);
    this.#wake(kernel.afterStep());
    if (result === null && !begins) this.#end('');
  }

  /** Performs a call unless its actor cannot; null when it waits. */
  #perhaps(step: Step, number: number, index: number): Result | null {
    const kernel = this.#kernel;
    const operation = operations.get(step.op);
    const missing = (operation?.requires ?? []).find((one) => !this.#offers(one));
    if (operation === undefined || this.#behaviour.lacks.includes(step.op) || missing !== undefined) {
      const lack = missing ?? step.op;
      this.#stopped = { kind: 'unsupported', reason: `${this.#behaviour.name} lacks ${lack}` };
      return OK;
    }
    const thread = kernel.thread(number);
    if (thread === undefined || (number > 0 && !this.#offers('threads'))) {
      this.#stopped = { kind: 'unsupported', reason: `${this.#behaviour.name} has no thread ${step.actor}` };
      return OK;
    }
    if (!thread.alive) return skipped('actor has exited');
    if (this.#waiting.some((one) => one.thread === number)) return skipped('actor is waiting');
    thread.acted = true;
    const result = this.#call(step, number, index);
    return result;
  }

  #call(step: Step, number: number, index: number): Result | null {
    const kernel = this.#kernel;
    const { state } = kernel;
    const thread = kernel.thread(number);
    const { process } = thread;
    const argument = (name: string) => step[name] ?? defaults.get(step.op)?.get(name);
    const name = step.as ?? '';
    const descriptor = step.fd === undefined ? undefined : descriptorOf(kernel, process, String(step.fd));
    switch (step.op) {
      case 'register_handler':
        return registerHandler(kernel, number);
      case 'unregister_handler':
        return unregisterHandler(kernel, number);
      case 'create_fd':
        return createFd(kernel, number, BigInt(String(argument('vector'))), Number(argument('flags')), name);
      case 'register_self':
        return registerSelf(
          kernel,
          number,
          BigInt(String(argument('vector'))),
          Number(argument('flags')),
          name,
        );
      case 'fill_table':
        return fillTable(kernel, number, this.#behaviour.tableSize);
      case 'register_sender':
        if (descriptor === undefined) return NO_HANDLE;
        if (!descriptor.open) return { error: 'EBADF' };
        return registerSender(kernel, number, descriptor, Number(argument('flags')), name);
      case 'unregister_sender':
        return this.#unregister(number, process, String(step.target));
      case 'senduipi': {
        if (step.index === '@unused') return send(kernel, number, null);
        const known = state.indexes.find((one) => one.process === process && one.name === step.index);
        return known === undefined ? NO_HANDLE : send(kernel, number, known.index);
      }
      case 'clui':
      case 'stui':
        if (!state.hardware) return { error: 'SIGILL' };
        thread.delivery = step.op === 'stui';
        return OK;
      case 'testui':
        return state.hardware ? { value: kernel.receives(thread) ? 1 : 0 } : { error: 'SIGILL' };
      case 'wait':
        return this.#wait(number, index, step, Number(argument('timeout_ms')));
      case 'dup':
        if (descriptor?.open !== true) return NO_HANDLE;
        copy(kernel, descriptor, { name, closeOnExec: false });
        kernel.lies.afterDuplicate?.(kernel, String(step.fd), process);
        return OK;
      case 'close':
        return descriptor?.open === true ? close(kernel, descriptor) : NO_HANDLE;
      case 'pass': {
        const receiver = kernel.thread(Number(String(step.to).slice(1)));
        if (descriptor?.open !== true) return NO_HANDLE;
        if (!receiver.alive || receiver.process === process) return skipped('no other process');
        return copy(kernel, descriptor, {
          name,
          process: receiver.process,
          closeOnExec: false,
          passed: true,
          inherited: false,
        });
      }
      case 'getfd':
        if (descriptor === undefined) return NO_HANDLE;
        return descriptor.open ? { value: descriptor.closeOnExec ? 1 : 0 } : { error: 'EBADF' };
      case 'fork': {
        const child = Number(String(step.child).slice(1));
        const other = kernel.thread(child);
        const isFree = child !== 0 && child !== number && !other.acted && other.process === 0 && other.alive;
        return isFree ? fork(kernel, number, child) : skipped('the child is somebody already');
      }
      case 'exec':
        if (process === 0 && number !== 0) return skipped('t0 never ends');
        if (this.#waiting.some((one) => kernel.thread(one.thread).process === process))
          return skipped('a thread of the process is waiting');
        return exec(kernel, number);
      case 'exit':
        return number === 0 ? skipped('t0 never ends') : exit(kernel, number);
      case 'log': {
        const of = kernel.thread(Number(String(step.of).slice(1)));
        const result = { vectors: of.log, nested: of.nested };
        of.log = [];
        of.nested = 0;
        return result;
      }
      case 'limit':
        return this.#limit(process, String(argument('state')));
      case 'memory':
        state.exhausted = argument('state') === 'exhausted';
        return OK;
      default:
        state.hardware = argument('state') === 'present';
        return OK;
    }
  }

  #unregister(number: number, process: number, name: string): Result {
    const kernel = this.#kernel;
    const known = kernel.state.indexes.find((one) => one.process === process && one.name === name);
    if (known !== undefined) return unregisterIndex(kernel, number, known.index);
    const descriptor = descriptorOf(kernel, process, name);
    return descriptor === undefined ? NO_HANDLE : unregisterDescriptor(kernel, number, descriptor);
  }

  #limit(process: number, asked: string): Result {
    const { state } = this.#kernel;
    const capability = asked === 'descriptors' ? 'descriptor-limit' : 'file-limit';
    if (asked !== 'lifted' && !this.#offers(capability)) {
      this.#stopped = { kind: 'unsupported', reason: `${this.#behaviour.name} lacks ${capability}` };
      return OK;
    }
    const open = state.descriptors.filter((one) => one.open);
    if (asked === 'files') state.fileLimit = open.length;
    else if (asked === 'descriptors')
      state.limits[process] = open.filter((one) => one.process === process).length;
    else {
      state.fileLimit = null;
      state.limits[process] = null;
    }
    return OK;
  }

  #wait(thread: number, step: number, { begin = '' }: Step, timeoutMs: number): Result | null {
    const { decisions } = this.#kernel;
    if (decisions.draw('end of a wait') === 'at once') return { value: 0 };
    this.#waiting.push({ thread, step, call: begin, leftUs: 1_000 * timeoutMs });
    return null;
  }

  /** Waiting threads that something was delivered to return. */
  #wake(delivered: readonly number[]): void {
    for (const one of this.#waiting.filter(({ thread }) => delivered.includes(thread)))
      if (this.#kernel.decisions.draw('end of a wait') !== 'in time') this.#return(one, { error: 'EINTR' });
  }

  /** Lets time pass until a call has returned. */
  #end(call: string): void {
    const waiting = this.#waiting.find((one) => one.call === call);
    if (waiting === undefined) return;
    this.#wake(this.#kernel.settle());
    if (!this.#waiting.includes(waiting)) return;
    const passed = Math.max(0, waiting.leftUs);
    this.#kernel.nowUs += passed;
    for (const one of this.#waiting) one.leftUs -= passed;
    for (const one of this.#waiting.filter(({ leftUs }) => leftUs <= 0)) this.#return(one, { value: 0 });
  }

  #return(one: Waiting, result: Result): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    this.#record(one.call === '' ? 'ran' : 'return', one.step, result);
  }

  #record(event: 'ran' | 'return', step: number, result: Result): void {
    this.events.push({ event, step, at: this.#kernel.nowUs, result });
  }

  #offers(capability: string): boolean {
    return (this.#behaviour.capabilities as readonly string[]).includes(capability);
  }

  #noticeIncident(index: number): void {
    const incident = this.#kernel.lies.incident?.(this.#kernel) ?? null;
    if (incident === null || this.#stopped !== null) return;
    const { kind, text } = incident;
    const list = kind === 'warning' ? this.#warnings : kind === 'leak' ? this.#leaks : null;
    if (list === null) this.#stopped = { kind: kind as 'died' | 'hung', reason: text, step: index };
    else if (!list.includes(text)) list.push(text);
  }
}
