/**
 * fast-check commands from the machine that judges, for people who write properties of their own: `check` asks whether
 * some state that the system may be in enables the action, `run` performs it and narrows those states. Nothing else
 * decides: a command fails when no state is left.
 */

import fc from 'fast-check';
import { accept, type Machine } from '#model/index';
import {
  type ArgumentEntry,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type OperationEntry,
  type Result,
  type Scalar,
  type Step,
  type TraceEvent,
} from '#spec/index';
import { machineOf } from './interfaces.ts';
import { editionOf, type JudgeOptions, judge, presetOf, statesOf } from './oracle.ts';

/** What a property performs steps on: one call, one result. */
export interface Performer {
  perform(step: Step): Result | Promise<Result>;
}

/** The documents refuse what was seen. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The clause to suspect first. */
  readonly clause: string;

  constructor(clause: string, message: string) {
    super(message);
    this.clause = clause;
  }
}

/** The states that a system may be in, as the `Model` of fast-check's commands. */
export class Tracker {
  readonly #name: InterfaceName;
  readonly #machine: Machine<unknown>;
  readonly #options: JudgeOptions;
  readonly #steps: Step[] = [];
  readonly #events: TraceEvent[] = [];
  #states: readonly unknown[];

  constructor(name: InterfaceName, options: JudgeOptions = {}) {
    this.#name = name;
    this.#machine = machineOf(name);
    this.#options = options;
    this.#states = [this.#machine.initial];
  }

  /** What was performed so far. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Does some state know every handle that the step uses, and none that it would bind? */
  enables(step: Step): boolean {
    const operation = interfaceFile(this.#name).operations.find(({ name }) => name === step.op);
    if (!operation) return step.op === 'settle';
    return this.#states.some((state) => {
      const handles = this.#machine.handles(state);
      if (step.as !== undefined && handles.some(({ name }) => name === step.as)) return false;
      return operation.arguments.every((argument) => {
        const value = step[argument.name];
        if (argument.type !== 'handle' || value === undefined || argument.others?.includes(String(value)))
          return true;
        return handles.some(({ name, open, kind }) => name === value && open && argument.of?.includes(kind));
      });
    });
  }

  /**
   * Narrows the states by what a step returned.
   *
   * @throws {Refusal} No state permits it.
   */
  observe(step: Step, result: Result): void {
    const index = this.#steps.push(step) - 1;
    this.#events.push(
      step.op === 'settle'
        ? { event: 'settle', step: index, at: index }
        : { event: 'ran', step: index, at: index, result },
    );
    const { edition, profile } = this.#options;
    const acceptance = accept(this.#machine, this.#steps, this.#events, {
      states: statesOf(this.#name, editionOf(this.#name, edition).id),
      choices: this.#machine.points.open(presetOf(this.#name, profile)),
    });
    if (acceptance.verdict === 'refused') throw this.#refusal(step, result);
    this.#states = acceptance.entries.map(({ state }) => state);
  }

  #refusal(step: Step, result: Result): Refusal {
    const program = { interface: this.#name, steps: this.#steps };
    const { deviation } = judge(program, this.#events, this.#options);
    const clause = deviation?.clause ?? 'unknown';
    const permitted = (deviation?.permitted ?? []).map((one) => one.result).join(' or ');
    return new Refusal(
      clause,
      `${step.op} gave ${JSON.stringify(result)}, permitted: ${permitted || 'nothing like it'} (${clause})`,
    );
  }
}

/** One step as a fast-check command. */
class StepCommand implements fc.AsyncCommand<Tracker, Performer, true> {
  readonly #step: Step;

  constructor(step: Step) {
    this.#step = step;
  }

  async check(tracker: Readonly<Tracker>): Promise<boolean> {
    return tracker.enables(this.#step);
  }

  async run(tracker: Tracker, real: Performer): Promise<void> {
    tracker.observe(this.#step, await real.perform(this.#step));
  }

  toString(): string {
    return JSON.stringify(this.#step);
  }
}

export interface CommandOptions {
  /** What the system can do; everything when absent. */
  readonly offer?: InterfaceOffer;
  readonly maxCommands?: number;
  /** Handles of each kind that programs may have; default 3. */
  readonly handles?: number;
}

/** Sequences of commands over an interface's operations, for `fc.asyncModelRun`. */
export const machineCommands = (
  name: InterfaceName,
  options: CommandOptions = {},
): fc.Arbitrary<Iterable<fc.AsyncCommand<Tracker, Performer, true>>> => {
  const file = interfaceFile(name);
  const { offer, handles = 3, maxCommands = 40 } = options;
  const offered = (operation: OperationEntry) =>
    offer === undefined ||
    (operation.name in offer.operations &&
      (operation.requires ?? []).every((need) => offer.capabilities.includes(need)));
  // A call that blocks, or an actor that ends, needs a program around it: those are for `doorbell run`.
  const plain = file.operations.filter(
    (operation) => offered(operation) && !operation.blocks && operation.name !== 'exit',
  );
  const commands = plain.map((operation) =>
    stepArbitrary(operation, handles, offer).map((step) => new StepCommand(step)),
  );
  return fc.commands([...commands, fc.constant(new StepCommand({ op: 'settle' }))], { maxCommands });
};

const names = (kinds: readonly string[], handles: number): readonly string[] =>
  kinds.flatMap((kind) => Array.from({ length: handles }, (_, index) => `${kind.slice(0, 1)}${index}`));

const stepArbitrary = (
  operation: OperationEntry,
  handles: number,
  offer: InterfaceOffer | undefined,
): fc.Arbitrary<Step> => {
  const fields: Record<string, fc.Arbitrary<Scalar | undefined>> = {};
  for (const argument of operation.arguments) {
    const value = argumentArbitrary(argument, handles, offer);
    fields[argument.name] =
      argument.default === undefined
        ? value
        : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  }
  if (operation.binds !== undefined) fields.as = fc.constantFrom(...names([operation.binds], handles));
  return fc.record(fields).map((drawn) => {
    const present = Object.entries(drawn).filter(([, value]) => value !== undefined);
    return { op: operation.name, ...Object.fromEntries(present) } as Step;
  });
};

const argumentArbitrary = (
  argument: ArgumentEntry,
  handles: number,
  offer: InterfaceOffer | undefined,
): fc.Arbitrary<Scalar> => {
  const allowed = (value: string) => {
    const need = argument.requires?.[value];
    return need === undefined || offer === undefined || offer.capabilities.includes(need);
  };
  const edges = argument.edges ?? [];
  const withEdges = (anywhere: fc.Arbitrary<Scalar>) =>
    edges.length > 0 ? fc.oneof(fc.constantFrom<Scalar>(...edges), anywhere) : anywhere;
  switch (argument.type) {
    case 'integer':
      return withEdges(
        fc.integer({ min: argument.min ?? 0, max: Math.min(argument.max ?? 0xffffffff, 0xffffffff) }),
      );
    case 'u64':
      return withEdges(
        fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }).map((value) => `0x${value.toString(16)}`),
      );
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(argument.values ?? []).filter(allowed));
    case 'flags':
      return fc.subarray((argument.values ?? []).filter(allowed)).map((flags) => flags.join('|'));
    case 'handle':
      return fc.constantFrom(...names(argument.of ?? [], handles), ...(argument.others ?? []));
    case 'actor':
      return fc.constant('t0');
  }
};
