/** `doorbell audit`: the suite against systems that are wrong on purpose, as a kill matrix. */

import { type Mutant, mutants, Simulator } from '#adapters/index';
import { type AuditRecord, audit } from '#conformance/index';
import { doorbellVersion, type InterfaceName, UsageError } from '#spec/index';
import { type AuditFormat, auditText } from './audit-matrix.ts';
import { unknown } from './closest.ts';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { Interruption } from './interruption.ts';
import { print, printJson } from './output.ts';
import { progressOf } from './progress.ts';
import { namedInterfaces } from './scoped.ts';
import { open, simulatorTarget } from './targets.ts';

interface AuditCommandOptions {
  readonly seed: number;
  readonly seeds: number;
  readonly runs: number;
  readonly maxSteps: number;
  readonly mutant?: readonly string[];
  /** Look for the shortest counterexamples. */
  readonly minimum: boolean;
  readonly format: AuditFormat;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly json?: true;
}

/** Situations in which a search for shorter counterexamples looks around before it gives up: a few seconds. */
const situationsMax = 3_000;

/** A wrong system with the address under which it is found. */
type Suspected = Omit<Mutant, 'control'> & { readonly address: string; readonly control?: boolean };

/** The system that draws whatever is permitted: wrong in nothing, so it has to survive as controls do. */
const chooser = (name: InterfaceName): Suspected => ({
  name: 'chooser',
  interface: name,
  lie: 'draws by seed every permitted result, choice, order and delay',
  breaks: [],
  control: true,
  address: `${simulatorTarget}:chooser`,
});

const suspectedOf = (name: InterfaceName): readonly Suspected[] => [
  ...mutants(name).map((mutant) => ({ ...mutant, address: `${simulatorTarget}+${mutant.name}` })),
  chooser(name),
];

/**
 * Audits.
 *
 * @throws {UsageError} Unknown interface or mutant.
 */
export const auditCommand = async (
  names: readonly string[],
  options: AuditCommandOptions,
): Promise<ExitCode> => {
  const interfaces = namedInterfaces(names);
  const wanted = wantedMutants(options.mutant, interfaces);
  const interruption = new Interruption(options.deadline);
  const records: AuditRecord[] = [];
  try {
    for (const name of interfaces) {
      const suspected = suspectedOf(name).filter((each) => wanted === null || wanted.has(each.name));
      if (suspected.length === 0) continue;
      const progress = await progressOf(`audit of ${name}`, suspected.length);
      const addresses = new Map(suspected.map((each) => [each.name, each.address]));
      const addressOf = (mutant: { readonly name: string }) => addresses.get(mutant.name) ?? simulatorTarget;
      const { seed, seeds, runs, maxSteps, minimum } = options;
      records.push(
        await audit(name, suspected, (mutant) => open(addressOf(mutant)), {
          seed,
          seeds,
          runs,
          maxSteps,
          ...(minimum && {
            minimum: { open: (mutant) => new Simulator(addressOf(mutant)), situationsMax },
          }),
          signal: interruption.signal,
          progress: (done) => progress.update(done, 0),
        }),
      );
      progress.end();
    }
  } finally {
    interruption.end();
  }
  const exit = exitOf([
    ...(interruption.cause === 'interrupted' ? [EXIT.interrupted] : []),
    ...(interruption.cause === 'deadline' ? [EXIT.deadline] : []),
    ...(records.some(isWeak) ? [EXIT.deviates] : []),
    records.some(({ rows }) => rows.length > 0) ? EXIT.ok : EXIT.nothing,
  ]);
  await (options.json
    ? printJson({ schema: 1, doorbell: doorbellVersion, seed: options.seed, audits: records, exit })
    : print(auditText(records, options.format)));
  return exit;
};

/** A lie went unnoticed or was put down to another sentence, or somebody honest was accused. */
const isWeak = ({ survived, accused, declaredAmongSuspects, counterexamples }: AuditRecord): boolean =>
  survived.length > 0 || accused.length > 0 || declaredAmongSuspects < counterexamples;

const wantedMutants = (
  words: readonly string[] | undefined,
  interfaces: readonly InterfaceName[],
): ReadonlySet<string> | null => {
  if (words === undefined) return null;
  const known = interfaces.flatMap((name) => suspectedOf(name).map((each) => each.name));
  for (const word of words) if (!known.includes(word)) throw new UsageError(unknown('mutant', word, known));
  return new Set(words);
};
