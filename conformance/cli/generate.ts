/** `doorbell generate`: programs as `execute` lines, for an agent that runs elsewhere. */

import { EveryProgram } from '#conformance/exhaustive';
import { editionOf, generatePrograms } from '#conformance/index';
import {
  type Execute,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type Program,
} from '#spec/index';
import { selectedClauses } from './clause-selection.ts';
import { boundsOf } from './exhaustive-options.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Shard } from './options.ts';
import { complain, nobodyReads, print } from './output.ts';
import { namedInterfaces, scoped } from './scoped.ts';
import { open, using } from './targets.ts';

interface GenerateOptions {
  readonly target?: readonly string[];
  readonly edition?: readonly string[];
  readonly seed: number;
  readonly runs?: number;
  readonly maxSteps: number;
  readonly exhaustive?: number;
  readonly world?: readonly string[];
  readonly clause?: readonly string[];
  readonly shard?: Shard;
}

/** Everything that the interface describes. */
const wholeOffer = (name: InterfaceName): InterfaceOffer => {
  const { operations, capabilities } = interfaceFile(name);
  return {
    operations: Object.fromEntries(operations.map((operation) => [operation.name, 'system'])),
    capabilities: capabilities.map((capability) => capability.name),
  };
};

const defaultRuns = 1000;

/** Lines written at a time. */
const chunk = 100;

/**
 * Prints programs. Their ids are their numbers in the run, so that the lines of shards can be joined.
 *
 * @throws {UsageError} Unknown interface, edition, clause or target.
 */
export const generate = async (word: string, options: GenerateOptions): Promise<ExitCode> => {
  const [name] = namedInterfaces([word]) as [InterfaceName];
  const { seed, runs = defaultRuns, maxSteps } = options;
  const bound = boundsOf(options, [name])?.get(name);
  const clauses = selectedClauses(options.clause, [name]);
  const edition = editionOf(name, scoped('--edition', options.edition)(name)).id;
  const address = scoped('--target', options.target)(name);
  const offer =
    address === undefined
      ? wholeOffer(name)
      : await using(await open(address), async ({ description }) => description.interfaces[name] ?? null);
  if (offer === null) {
    complain(`${address} does not offer ${name}`);
    return EXIT.nothing;
  }
  const shard = options.shard && { index: options.shard.index - 1, count: options.shard.count };
  const programs: Iterable<{ readonly program: Program; readonly number: number }> = bound
    ? new EveryProgram(name, bound, offer).programs(shard)
    : generatePrograms(name, {
        seed,
        runs,
        maxSteps,
        edition,
        offer,
        ...(clauses && { clauses }),
        ...(shard && { shard }),
      });
  let lines: string[] = [];
  for (const { program, number } of programs) {
    const line: Execute = { type: 'execute', id: number, interface: name, events: 'end', program };
    lines.push(`${JSON.stringify(line)}\n`);
    if (lines.length < chunk) continue;
    await print(lines.join(''));
    lines = [];
    if (nobodyReads()) return EXIT.ok;
  }
  await print(lines.join(''));
  return EXIT.ok;
};
