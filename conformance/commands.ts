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

  /**
   * The step that a draft means here: its handles are places among those that are open, its name is a new one. Null when
   * a handle that it needs is not there.
   */
  resolve(draft: Step): Step | null {
    const operation = interfaceFile(this.#name).operations.find(({ name }) => name === draft.op);
    if (!operation) return draft;
    const handles = this.#states.flatMap((state) => this.#machine.handles(state));
    const step: Record<string, Scalar> = { ...draft } as Record<string, Scalar>;
    for (const argument of operation.arguments) {
      const place = draft[argument.name];
      if (argument.type !== 'handle' || typeof place !== 'number') continue;
      const fitting = handles.filter(({ open, kind }) => open && argument.of?.includes(kind));
      const chosen = fitting[place % Math.max(1, fitting.length)];
      if (chosen === undefined) return null;
      step[argument.name] = chosen.name;
    }
    if (operation.binds !== undefined) step.as = `${operation.binds.slice(0, 1)}${this.#steps.length}`;
    return step as unknown as Step;
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

/** One step as a fast-check command: drafted when it is drawn, resolved when it is run. */
class StepCommand implements fc.AsyncCommand<Tracker, Performer, true> {
  readonly #draft: Step;
  #step: Step;

  constructor(draft: Step) {
    this.#draft = draft;
    this.#step = draft;
  }

  async check(tracker: Readonly<Tracker>): Promise<boolean> {
    return tracker.resolve(this.#draft) !== null;
  }

  async run(tracker: Tracker, real: Performer): Promise<void> {
    this.#step = tracker.resolve(this.#draft) ?? this.#draft;
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
}

/** Sequences of commands over an interface's operations, for `fc.asyncModelRun`. */
export const machineCommands = (
  name: InterfaceName,
  options: CommandOptions = {},
): fc.Arbitrary<Iterable<fc.AsyncCommand<Tracker, Performer, true>>> => {
  const file = interfaceFile(name);
  const { offer, maxCommands = 40 } = options;
  const offered = (operation: OperationEntry) =>
    offer === undefined ||
    (operation.name in offer.operations &&
      (operation.requires ?? []).every((need) => offer.capabilities.includes(need)));
  // A call that blocks, or an actor that ends, needs a program around it: those are for `doorbell run`.
  const plain = file.operations.filter(
    (operation) => offered(operation) && !operation.blocks && operation.name !== 'exit',
  );
  // What the documents speak of is drawn more often than what only prepares it.
  const commands = plain.flatMap((operation) => {
    const command = stepArbitrary(operation, offer).map((step) => new StepCommand(step));
    return operation.scaffold ? [command] : [command, command, command];
  });
  const settle = fc.constant({ op: 'settle' }).map((step) => new StepCommand(step));
  return fc.commands([...commands, settle], { maxCommands, size: 'max' });
};

/** More handles of one kind than programs have; a draft names its handles by number. */
const placesMax = 7;

const stepArbitrary = (operation: OperationEntry, offer: InterfaceOffer | undefined): fc.Arbitrary<Step> => {
  const fields: Record<string, fc.Arbitrary<Scalar | undefined>> = {};
  for (const argument of operation.arguments) {
    const value = argumentArbitrary(argument, offer);
    fields[argument.name] =
      argument.default === undefined
        ? value
        : fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  }
  return fc.record(fields).map((drawn) => {
    const present = Object.entries(drawn).filter(([, value]) => value !== undefined);
    return { op: operation.name, ...Object.fromEntries(present) } as Step;
  });
};

const argumentArbitrary = (
  argument: ArgumentEntry,
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
      return handleArbitrary(argument);
    case 'actor':
      return fc.constant('t0');
  }
};

const handleArbitrary = ({ others = [] }: ArgumentEntry): fc.Arbitrary<Scalar> => {
  const place = fc.integer({ min: 0, max: placesMax });
  return others.length === 0
    ? place
    : fc.oneof({ weight: 6, arbitrary: place }, { weight: 1, arbitrary: fc.constantFrom(...others) });
};
