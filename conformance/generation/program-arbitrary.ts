/**
 * Programs as a fast-check arbitrary: the walk of the machine, with moves drawn by weight. Shrinking is not fast-check's
 * here but ours (`conformance/shrink.ts`), which works on any program from anywhere.
 */

import fc, { type Random, Stream, Value } from 'fast-check';
import type { Context, Machine } from '#model/index';
import type {
  ArgumentEntry,
  InterfaceFile,
  InterfaceOffer,
  OperationEntry,
  Program,
  Scalar,
  Step,
} from '#spec/index';
import { Draw } from './draw.ts';
import type { Guide } from './guide.ts';
import { Walk } from './walk.ts';

/** What programs are written for. */
export interface Drafting {
  readonly machine: Machine<unknown>;
  readonly file: InterfaceFile;
  readonly offer: InterfaceOffer;
  readonly guide: Guide;
  /** Does the edition in force contain a clause? */
  readonly states: Context['states'];
  /** Longest program, closing included. */
  readonly maxSteps: number;
  /** The body to start from; nothing when absent. */
  readonly start?: readonly Step[];
  /** Every step from chance alone, as if nothing were known of the interface but its operations. */
  readonly uniform?: boolean;
  /** Steps to write after the start; 0 gives the start alone. Default up to 8, and mostly few, for every step may undo what the start set up. */
  readonly more?: number;
}

/** A step that only chance wrote: any operation, arguments from anywhere in their ranges. */
const uniform = (walk: Walk<unknown>, draw: Draw): void => {
  const operations = walk.file.operations.filter(({ name }) => walk.offers(name));
  const operation = draw.pick(operations);
  const actor = draw.percent(80) || !walk.can('threads') ? 't0' : `t${draw.int(0, walk.file.actors.max - 1)}`;
  if (walk.isBusy(actor)) return;
  const step: Record<string, Scalar> = { op: operation.name };
  if (actor !== 't0') step.actor = actor;
  for (const argument of operation.arguments) {
    const value = argumentValue(walk, draw, operation, argument);
    if (value !== undefined && value !== argument.default) step[argument.name] = value;
  }
  if (operation.binds !== undefined) step.as = walk.name(operation.binds.slice(0, 1));
  walk.push(step as unknown as Step);
};

const argumentValue = (
  walk: Walk<unknown>,
  draw: Draw,
  operation: OperationEntry,
  argument: ArgumentEntry,
): Scalar | undefined => {
  if (argument.type === 'handle') return handleName(walk, draw, argument);
  if (argument.default !== undefined && draw.percent(60)) return undefined;
  // A live system is not made to wait for long by chance.
  if (argument.name.endsWith('_ms')) return draw.pick([0, 1, 5]);
  const drawn = draw.value(argument, (value) => {
    const requires = argument.requires?.[value];
    return requires === undefined || walk.can(requires);
  });
  return operation.name === 'setup' && typeof drawn === 'number' ? Math.min(drawn, 16) : drawn;
};

const handleName = (walk: Walk<unknown>, draw: Draw, argument: ArgumentEntry): string => {
  const { of = [], others = [] } = argument;
  const fitting = walk.handles().filter(({ kind }) => of.includes(kind));
  const open = fitting.filter((handle) => handle.open);
  if (open.length > 0 && draw.percent(80)) return draw.pick(open).name;
  const strange = [...fitting.map(({ name }) => name), ...others];
  return strange.length > 0 ? draw.pick(strange) : `${(of[0] ?? 'x').slice(0, 1)}9`;
};

/** Draws programs that a walk of the machine wrote. */
export class ProgramArbitrary extends fc.Arbitrary<Program> {
  readonly #drafting: Drafting;

  constructor(drafting: Drafting) {
    super();
    this.#drafting = drafting;
  }

  override generate(random: Random, bias: number | undefined): Value<Program> {
    const { machine, file, offer, guide, states, maxSteps, start, more, uniform: blind } = this.#drafting;
    const draw = new Draw(random, bias);
    const walk = new Walk(machine, file, offer, states);
    const swarm = guide.swarm(walk, draw);
    const room = Math.max(1, maxSteps - 6);
    const length = start
      ? Math.min(room, start.length + (more ?? draw.int(0, draw.percent(50) ? 2 : 8)))
      : draw.int(1, room);
    if (start) for (const step of start) walk.push(step);
    else guide.open(walk, swarm, draw);
    const weights = new Array<number>(guide.moves.length + 1);
    while (walk.steps.length < length) {
      for (let index = 0; index < guide.moves.length; index++)
        weights[index] = blind ? 0 : (guide.moves[index]?.weight(walk, swarm) ?? 0);
      weights[guide.moves.length] = 4;
      const chosen = draw.weighted(weights);
      const move = guide.moves[chosen];
      if (move) move.write(walk, swarm, draw);
      else uniform(walk, draw);
    }
    const body = walk.steps;
    return new Value(
      { interface: file.interface, version: file.version, steps: [...body, ...guide.closing(body)] },
      undefined,
    );
  }

  override canShrinkWithoutContext(_value: unknown): _value is Program {
    return false;
  }

  override shrink(): Stream<Value<Program>> {
    return Stream.nil();
  }
}
