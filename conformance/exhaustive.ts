/**
 * Every program up to a length over a small world, those that differ only in names once, closed like any other program.
 * What the target does not offer is left out and counted.
 */

import { type InterfaceName, type InterfaceOffer, interfaceFile, type Program, type Step } from '#spec/index';
import { Enumeration } from './enumeration.ts';
import { isOffered } from './generate.ts';
import { guideOf } from './interfaces.ts';
import { worldOf } from './worlds.ts';

/** Which programs, as data: a shard is told so. */
export interface Bound {
  /** Name of the small world. */
  readonly world: string;
  /** Longest program, in steps before its closing. */
  readonly maxSteps: number;
}

/**
 * How many programs there are, whatever a target offers. Nothing is enumerated.
 *
 * @throws {UsageError} There is no such world, or there are too many programs.
 */
export const programCount = (name: InterfaceName, { world, maxSteps }: Bound): number =>
  new Enumeration(worldOf(name, world), maxSteps).count();

/** One of them. */
interface EnumeratedProgram {
  readonly program: Program;
  readonly origin: 'exhaustive';
  /** From 0. */
  readonly number: number;
  /** The program without its closing. Bodies are distinct; what only the closing adds may make two programs one. */
  readonly body: readonly Step[];
}

/** Every program of one bound, as far as a target can run it. */
export class EveryProgram {
  /** Programs there are, whatever the target offers. */
  readonly total: number;
  /** Programs of these that the target can run, as far as it declared. */
  readonly offered: number;
  readonly #name: InterfaceName;
  readonly #bound: Bound;
  readonly #enumeration: Enumeration;

  /**
   * Counts, and enumerates nothing.
   *
   * @throws {UsageError} There is no such world, or there are too many programs.
   */
  constructor(name: InterfaceName, bound: Bound, offer: InterfaceOffer) {
    const world = worldOf(name, bound.world);
    const { maxSteps } = bound;
    this.#name = name;
    this.#bound = bound;
    this.total = programCount(name, bound);
    this.#enumeration = new Enumeration(world, maxSteps, (letter) =>
      isOffered(name, offer, [world.step(letter)]),
    );
    this.offered = this.#enumeration.count();
  }

  /** How many of them one shard runs. */
  share({ index, count }: Share = whole): number {
    return Math.max(0, Math.ceil((this.offered - index) / count));
  }

  /** The programs in their order, with their numbers from 0; of a shard those whose number leaves `index`. */
  *programs({ index, count }: Share = whole): Generator<EnumeratedProgram> {
    const world = worldOf(this.#name, this.#bound.world);
    const { version } = interfaceFile(this.#name);
    const { closing } = guideOf(this.#name);
    let number = 0;
    for (const word of this.#enumeration.words()) {
      if (number % count === index) {
        const body = world.steps(word);
        const program = { interface: this.#name, version, steps: [...body, ...closing(body)] };
        yield { program, origin: 'exhaustive', number, body };
      }
      number++;
    }
  }
}

/** One of several parts. */
interface Share {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

const whole: Share = { index: 0, count: 1 };
