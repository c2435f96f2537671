/** `--exhaustive N` with `--world NAME`: what it asks for, and what does not go with it. */

import { type Bound, programCount } from '#conformance/exhaustive';
import { worldOf } from '#conformance/worlds';
import { type InterfaceName, UsageError } from '#spec/index';
import { scoped } from './scoped.ts';

export interface ExhaustiveOptions {
  /** Longest program, in steps before its closing. */
  readonly exhaustive?: number;
  readonly world?: readonly string[];
  readonly maxSteps: number;
  readonly runs?: number;
  readonly programs?: readonly string[];
}

/**
 * Which programs are all of them, for each interface; undefined when that is not asked for. Nothing that is asked for
 * beside it may leave programs out in silence.
 *
 * @throws {UsageError} Options that contradict each other, an unknown world, more programs than can be counted.
 */
export const boundsOf = (
  options: ExhaustiveOptions,
  names: readonly InterfaceName[],
): ReadonlyMap<InterfaceName, Bound> | undefined => {
  const { exhaustive, maxSteps, runs, programs } = options;
  if (exhaustive === undefined) {
    if (options.world) throw new UsageError('--world says where --exhaustive looks; it needs --exhaustive N');
    return undefined;
  }
  if (programs)
    throw new UsageError('--exhaustive and --programs both say which programs to run; use one of them');
  if (runs !== undefined)
    throw new UsageError('--exhaustive runs every program, and --runs would leave some out; use --time');
  if (exhaustive > maxSteps)
    throw new UsageError(`--max-steps ${maxSteps} would leave out programs of --exhaustive ${exhaustive}`);
  const world = scoped('--world', options.world);
  return new Map(
    names.map((name) => {
      const bound = { world: worldOf(name, world(name)).name, maxSteps: exhaustive };
      programCount(name, bound);
      return [name, bound];
    }),
  );
};
