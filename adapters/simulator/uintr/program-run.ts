/** One program of `uintr` on one fresh kernel. */

import type { Result, Step } from '#spec/index';
import { type Incident, NO_HANDLE, OK, StepwiseProgram, skipped, type Waiting } from '../stepwise-program.ts';
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

export class ProgramRun extends StepwiseProgram<Kernel> {
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour, decisions: Decisions, lies: Lies, snapshot?: string) {
    super(
      'uintr',
      behaviour,
      (state) => new Kernel(decisions, lies, (state ?? freshState()) as KernelState),
      snapshot,
    );
    this.#behaviour = behaviour;
  }

  protected override obstacle(number: number): Result | null {
    const thread = this.kernel.thread(number);
    if (thread === undefined || (number > 0 && !this.offers('threads')))
      return this.lack(`thread t${number}`);
    return thread.alive ? null : skipped('actor has exited');
  }

  protected override call(step: Step, number: number, index: number): Result | null {
    const { kernel } = this;
    const { state } = kernel;
    const thread = kernel.thread(number);
    thread.acted = true;
    const { process } = thread;
    const argument = (name: string) => this.argument(step, name);
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
        if (this.waiting.some((one) => kernel.thread(one.thread).process === process))
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
    const { kernel } = this;
    const known = kernel.state.indexes.find((one) => one.process === process && one.name === name);
    if (known !== undefined) return unregisterIndex(kernel, number, known.index);
    const descriptor = descriptorOf(kernel, process, name);
    return descriptor === undefined ? NO_HANDLE : unregisterDescriptor(kernel, number, descriptor);
  }

  #limit(process: number, asked: string): Result {
    const { state } = this.kernel;
    const capability = asked === 'descriptors' ? 'descriptor-limit' : 'file-limit';
    if (asked !== 'lifted' && !this.offers(capability)) return this.lack(capability);
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

  #wait(thread: number, index: number, step: Step, timeoutMs: number): Result | null {
    const { decisions } = this.kernel;
    return decisions.draw('end of a wait') === 'at once'
      ? { value: 0 }
      : this.waits(thread, index, step, timeoutMs);
  }

  protected override settle(): void {
    this.#wake(this.kernel.settle());
  }

  protected override afterStep(): void {
    this.#wake(this.kernel.afterStep());
  }

  /** Waiting threads that something was delivered to return. */
  #wake(delivered: readonly number[]): void {
    for (const one of this.waiting.filter(({ thread }) => delivered.includes(thread)))
      if (this.kernel.decisions.draw('end of a wait') !== 'in time') this.returns(one, { error: 'EINTR' });
  }

  protected override timedOut(_one: Waiting): Result {
    return { value: 0 };
  }

  protected override incident(): Incident | null {
    return this.kernel.lies.incident?.(this.kernel) ?? null;
  }
}
