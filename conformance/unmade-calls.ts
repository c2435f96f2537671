/**
 * Calls that an agent did not make. Whatever it answers with `skipped` is believed, for it accuses nobody; so what it
 * skipped without need has to be counted, or a system would escape its judge unseen.
 */

import {
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type OperationEntry,
  type Program,
  type Result,
  type Step,
  type TraceEvent,
} from '#spec/index';
import { guideOf } from './interfaces.ts';

/** A call that was made, with what it returned. */
export interface MadeCall {
  readonly step: Step;
  readonly result: Result;
}

/** Counts over the traces of a run. */
export class UnmadeCalls {
  /** Calls skipped though nothing stood in their way, by operation. */
  readonly skipped: Record<string, number> = {};
  drains = 0;
  /** Drains that the system refused: what is missing after them is held against nobody. */
  failedDrains = 0;
  readonly #operations: ReadonlyMap<string, OperationEntry>;
  readonly #obstructed: (step: Step, before: readonly MadeCall[]) => boolean;
  readonly #made = new Set<string>();
  /** What the agent said when it first skipped an operation. */
  readonly #words = new Map<string, string>();

  /** @param offer - Operations that the agent did not declare are not expected to be made. */
  constructor(name: InterfaceName, offer: InterfaceOffer | undefined) {
    const declared = interfaceFile(name).operations.filter(
      (operation) => offer?.operations[operation.name] !== undefined,
    );
    this.#operations = new Map(declared.map((operation) => [operation.name, operation]));
    this.#obstructed = guideOf(name).obstructed ?? (() => false);
  }

  add({ steps }: Program, events: readonly TraceEvent[]): void {
    let skips = false;
    for (const event of events) {
      if (!('result' in event)) continue;
      const { result } = event;
      const op = (steps[event.step] as Step).op;
      if (result.skipped !== undefined) skips = true;
      else {
        if (!this.#made.has(op)) this.#made.add(op);
        if (op !== 'drain') continue;
        this.drains++;
        if (result.error !== undefined) this.failedDrains++;
      }
    }
    if (skips) this.#count(steps, events);
  }

  /** Operations that were declared, and skipped every time that nothing stood in their way. */
  neverMade(): readonly { readonly op: string; readonly words: string }[] {
    return Object.keys(this.skipped)
      .filter((op) => !this.#made.has(op))
      .map((op) => ({ op, words: this.#words.get(op) ?? '' }));
  }

  #count(steps: readonly Step[], events: readonly TraceEvent[]): void {
    const scene = new Scene(this.#operations);
    for (const event of events) {
      const step = steps[event.step] as Step;
      if (event.event === 'call') scene.enters(step);
      if (!('result' in event)) continue;
      const { result } = event;
      if (event.event === 'return') scene.leaves(step);
      if (result.skipped === undefined) scene.made({ step, result });
      else if (scene.allows(step) && !this.#obstructed(step, scene.before)) {
        this.skipped[step.op] = (this.skipped[step.op] ?? 0) + 1;
        if (!this.#words.has(step.op)) this.#words.set(step.op, result.skipped);
      }
    }
  }
}

/** Who may act and what names denote, at one moment of a trace. In doubt, nothing can be done. */
class Scene {
  readonly before: MadeCall[] = [];
  readonly #operations: ReadonlyMap<string, OperationEntry>;
  /** Kind of handle by name, of those that denote something. */
  readonly #handles = new Map<string, string>();
  readonly #gone = new Set<string>();
  readonly #waiting = new Set<string>();

  constructor(operations: ReadonlyMap<string, OperationEntry>) {
    this.#operations = operations;
  }

  enters(step: Step): void {
    this.#waiting.add(actorOf(step));
  }

  leaves(step: Step): void {
    this.#waiting.delete(actorOf(step));
  }

  made(call: MadeCall): void {
    this.before.push(call);
    const { step, result } = call;
    const operation = this.#operations.get(step.op);
    if (operation?.leaves) this.#gone.add(actorOf(step));
    if (operation?.releases !== undefined) this.#handles.delete(String(step[operation.releases]));
    if (operation?.binds !== undefined && step.as !== undefined && result.error === undefined)
      this.#handles.set(step.as, operation.binds);
  }

  /** Whether the call could be made: its operation is declared, its actor is free, all that it names is there. */
  allows(step: Step): boolean {
    const operation = this.#operations.get(step.op);
    if (operation === undefined) return false;
    const actor = actorOf(step);
    if (this.#gone.has(actor) || this.#waiting.has(actor)) return false;
    return operation.arguments.every(({ name, type, of = [] }) => {
      if (type !== 'handle' || step[name] === undefined) return true;
      const kind = this.#handles.get(String(step[name]));
      return kind === undefined ? String(step[name]).startsWith('@') : of.includes(kind);
    });
  }
}

const actorOf = ({ actor = 't0' }: Step): string => actor;
