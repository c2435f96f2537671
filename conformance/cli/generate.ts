/** `doorbell generate`: programs as `execute` lines, for an agent that runs elsewhere. */

import { editionOf, generatePrograms } from '#conformance/index';
import { type Execute, type InterfaceName, type InterfaceOffer, interfaceFile } from '#spec/index';
import { selectedClauses } from './clause-selection.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Shard } from './options.ts';
import { complain, nobodyReads, print } from './output.ts';
import { namedInterfaces, scoped } from './scoped.ts';
import { open, using } from './targets.ts';

interface GenerateOptions {
  readonly target?: readonly string[];
  readonly edition?: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly maxSteps: number;
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

/** Lines written at a time. */
const chunk = 100;

/**
 * Prints programs. Their ids are their numbers in the run, so that the lines of shards can be joined.
 *
 * @throws {UsageError} Unknown interface, edition, clause or target.
 */
export const generate = async (word: string, options: GenerateOptions): Promise<ExitCode> => {
  const [name] = namedInterfaces([word]) as [InterfaceName];
  const { seed, runs, maxSteps, shard } = options;
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
  let lines: string[] = [];
  for (const { program, number } of generatePrograms(name, {
    seed,
    runs,
    maxSteps,
    edition,
    offer,
    ...(clauses && { clauses }),
    ...(shard && { shard: { index: shard.index - 1, count: shard.count } }),
  })) {
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
