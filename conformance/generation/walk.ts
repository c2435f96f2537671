/**
 * A program being written, and the machine that walks along: the generator knows which handles live and which limits
 * are near because the same machine that judges says so. Each call is assumed to return what the machine's first firm
 * outcome gives as a sample; what a target really answers never steers generation.
 */

import type { Choices, Context, HandleInfo, Machine, Outcome } from '#model/index';
import type { InterfaceFile, InterfaceOffer, OperationEntry, Step } from '#spec/index';

/** The state in which the next step is chosen. */
export class Walk<S> {
  readonly machine: Machine<S>;
  readonly file: InterfaceFile;
  readonly offer: InterfaceOffer;
  readonly steps: Step[] = [];
  /** The state after the first so many steps: they are followed when somebody asks, which nobody does of the last ones. */
  #state: S;
  #followed = 0;
  /** Calls begun and not ended: name of the call → actor. */
  readonly open = new Map<string, string>();
  readonly #context: Context;
  readonly #choices: Choices;
  readonly #operations: ReadonlyMap<string, OperationEntry>;
  readonly #names = new Map<string, number>();

  constructor(machine: Machine<S>, file: InterfaceFile, offer: InterfaceOffer, states: Context['states']) {
    this.machine = machine;
    this.file = file;
    this.offer = offer;
    this.#state = machine.initial;
    this.#choices = machine.points.open();
    this.#operations = operationsOf(file);
    this.#context = {
      choices: this.#choices,
      relaxed: null,
      states,
      actor: 't0',
      nowUs: 0,
      beganUs: 0,
      phase: null,
      alone: true,
      granularityUs: 1_000,
      slackUs: 5_000_000,
    };
  }

  /** Can the target do this operation, as far as it declared? */
  offers(operation: string): boolean {
    if (!(operation in this.offer.operations)) return false;
    const requires = this.#operations.get(operation)?.requires ?? [];
    return requires.every((capability) => this.can(capability));
  }

  can(capability: string): boolean {
    return this.offer.capabilities.includes(capability);
  }

  /** A name that nothing in the program has yet: the kind's first letter and a number. */
  name(prefix: string): string {
    return `${prefix}${this.#names.get(prefix) ?? 0}`;
  }

  #taken(name: string): void {
    const [, prefix, digits] = /^([a-z]+)([0-9]+)$/.exec(name) ?? [];
    if (prefix === undefined || digits === undefined) return;
    this.#names.set(prefix, Math.max(this.#names.get(prefix) ?? 0, Number(digits) + 1));
  }

  handles(): readonly HandleInfo[] {
    return this.machine.handles(this.state);
  }

  isBusy(actor: string): boolean {
    for (const busy of this.open.values()) if (busy === actor) return true;
    return false;
  }

  /** What the machine permits the call of this step to come to, here. */
  outcomes(step: Step): readonly Outcome<S>[] {
    return this.#called(this.state, step);
  }

  /** Appends a step. */
  push(step: Step): void {
    this.steps.push(step);
    if (step.as !== undefined) this.#taken(step.as);
    if (step.begin !== undefined) this.#taken(step.begin);
    if (step.op === 'end') this.open.delete(step.call as string);
    else if (step.begin !== undefined) this.open.set(step.begin, step.actor ?? 't0');
  }

  /** Where the machine stands after the steps so far. */
  get state(): S {
    while (this.#followed < this.steps.length)
      this.#state = this.#after(this.steps[this.#followed++] as Step);
    return this.#state;
  }

  #after(step: Step): S {
    const state = this.#state;
    if (step.op === 'settle') return this.machine.settled(state);
    if (step.op === 'end' || step.begin !== undefined) return state;
    for (const outcome of this.#called(state, step)) {
      if (outcome.presume) return outcome.presume();
      const sample = outcome.sample?.();
      if (sample === undefined) continue;
      const [successor] = outcome.accept(sample);
      if (successor !== undefined) return successor.state;
    }
    return state;
  }

  #called(state: S, step: Step): readonly Outcome<S>[] {
    this.#context.actor = step.actor ?? 't0';
    return this.machine.call(this.#context, state, step);
  }
}

const operationMaps = new WeakMap<InterfaceFile, ReadonlyMap<string, OperationEntry>>();

/** The operations of an interface by name. */
export const operationsOf = (file: InterfaceFile): ReadonlyMap<string, OperationEntry> => {
  const known = operationMaps.get(file);
  if (known) return known;
  const made = new Map(file.operations.map((operation) => [operation.name, operation]));
  operationMaps.set(file, made);
  return made;
};
