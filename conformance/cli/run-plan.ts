/** What `doorbell run` is asked to do, with everything that can be wrong in it found before anything is touched. */

import type { Bound } from '#conformance/exhaustive';
import { editionOf, type KeptPrograms, presetOf } from '#conformance/index';
import type { ReportFormat } from '#reports/index';
import {
  type ClauseId,
  type ExpectationFile,
  type InterfaceName,
  type Program,
  type RunOptions as RecordedOptions,
  UsageError,
} from '#spec/index';
import { selectedClauses } from './clause-selection.ts';
import { unknown } from './closest.ts';
import { Corpus } from './corpus.ts';
import { boundsOf } from './exhaustive-options.ts';
import { readExpectations } from './expectation-file.ts';
import type { Shard } from './options.ts';
import { readPrograms } from './programs.ts';
import { namedInterfaces, scoped } from './scoped.ts';

/** The options of the command, as they are parsed. */
export interface RunCommandOptions {
  readonly target?: readonly string[];
  readonly edition?: readonly string[];
  readonly profile?: readonly string[];
  readonly seed: number;
  readonly runs?: number;
  /** Milliseconds. */
  readonly time?: number;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly maxSteps: number;
  readonly exhaustive?: number;
  readonly world?: readonly string[];
  readonly clause?: readonly string[];
  readonly programs?: readonly string[];
  readonly shard?: Shard;
  readonly jobs: number;
  readonly expect?: string;
  readonly corpus?: string;
  readonly strictEdition?: true;
  readonly out?: string;
  readonly format?: readonly string[];
  readonly faults?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** One interface of the run. */
export interface PlannedInterface {
  readonly name: InterfaceName;
  /** Undefined where the target is chosen by what serves. */
  readonly address: string | undefined;
  readonly edition: string;
  readonly profile: string;
  readonly clauses?: readonly ClauseId[];
  readonly programs?: readonly Program[];
  readonly exhaustive?: Bound;
  readonly corpus?: KeptPrograms;
}

export interface RunPlan {
  readonly interfaces: readonly PlannedInterface[];
  /** Nothing was named: the simulator first, then the running kernel. */
  readonly everything: boolean;
  readonly seed: number;
  /** `Infinity` where time, or the last program there is, ends the run. */
  readonly runs: number;
  /** Milliseconds for each interface. */
  readonly timeMs?: number;
  readonly deadlineMs?: number;
  readonly maxSteps: number;
  readonly faults: boolean;
  readonly jobs: number;
  readonly shard?: Shard;
  readonly expected?: ExpectationFile;
  readonly corpus?: Corpus;
  readonly strictEdition: boolean;
  readonly formats: readonly ReportFormat[];
  readonly out?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** What a reader needs in order to repeat the run. */
  readonly recorded: RecordedOptions;
}

/** Programs of a run; of one that is limited to few clauses, the programs for each, since all of them are about it. */
const defaultRuns = 1000;
const defaultRunsPerClause = 100;

/**
 * @throws {UsageError} A name that does not exist, a file that cannot be read or is not sound.
 */
export const planRun = async (names: readonly string[], options: RunCommandOptions): Promise<RunPlan> => {
  const named = namedInterfaces(names);
  const target = scoped('--target', options.target);
  const edition = scoped('--edition', options.edition);
  const profile = scoped('--profile', options.profile);
  const clauses = selectedClauses(options.clause, named);
  const bounds = boundsOf(options, named);
  const corpus = options.corpus === undefined ? undefined : Corpus.open(options.corpus);
  const programs = options.programs === undefined ? undefined : programsOf(options.programs, named);

  const interfaces = named
    .map((name): PlannedInterface => {
      const own = clauses?.filter((id) => id.startsWith(`${name}/`));
      const exhaustive = bounds?.get(name);
      return {
        name,
        address: target(name),
        edition: editionOf(name, edition(name), profile(name)).id,
        profile: knownProfile(name, profile(name)),
        ...(own && { clauses: own }),
        ...(programs && { programs: programs.filter((program) => program.interface === name) }),
        ...(exhaustive && { exhaustive }),
        ...(corpus && { corpus: keptFor(name, corpus, name === named[0]) }),
      };
    })
    .filter((planned) => planned.clauses?.length !== 0 && planned.programs?.length !== 0);

  const enough = Math.min(defaultRuns, (clauses?.length ?? defaultRuns) * defaultRunsPerClause);
  const isCounted = options.time === undefined && bounds === undefined;
  const runs = options.runs ?? (isCounted ? enough : Number.POSITIVE_INFINITY);
  const { seed, time, deadline, maxSteps, jobs, shard, out, expect } = options;
  if (out === '') throw new UsageError('--out: the name of the folder is empty');
  if (jobs > 1 && shard)
    throw new UsageError('--jobs and --shard both cut the run into parts; use one of them');
  return {
    interfaces,
    everything: names.length === 0 && options.target === undefined && !options.json,
    seed,
    runs,
    ...(time !== undefined && { timeMs: time / interfaces.length }),
    ...(deadline !== undefined && { deadlineMs: deadline }),
    maxSteps,
    faults: options.faults === true,
    jobs,
    ...(shard && { shard }),
    ...(expect !== undefined && { expected: await readExpectations(expect) }),
    ...(corpus && { corpus }),
    strictEdition: options.strictEdition === true,
    formats: await knownFormats(options.format),
    ...(out !== undefined && { out }),
    dryRun: options.dryRun === true,
    json: options.json === true,
    recorded: recordedOptions(options, runs),
  };
};

/** What a corpus has for one interface; files of which nobody knows what they are about belong to the first. */
const keptFor = (name: InterfaceName, { programs, stale }: Corpus, isFirst: boolean): KeptPrograms => ({
  programs: programs.filter((program) => program.interface === name),
  stale: stale
    .filter(({ interface: about }) => (about === null ? isFirst : about === name))
    .map(({ file, reason }) => ({ file, reason })),
});

const knownProfile = (name: InterfaceName, id = 'docs'): string => {
  presetOf(name, id);
  return id;
};

const programsOf = (paths: readonly string[], named: readonly InterfaceName[]): readonly Program[] => {
  const read = paths.flatMap(readPrograms);
  const stranger = read.find(({ program }) => !(named as readonly string[]).includes(program.interface));
  if (stranger !== undefined)
    throw new UsageError(
      `${stranger.at} is a program of ${stranger.program.interface}; this run is about ${named.join(', ')}`,
    );
  return read.map(({ program }) => program);
};

const knownFormats = async (names: readonly string[] = ['markdown']): Promise<readonly ReportFormat[]> => {
  const { reportFormats } = await import('#reports/index');
  const known = reportFormats.map(({ name }) => name);
  return names.map((name) => {
    const format = known.find((each) => each === name);
    if (format === undefined) throw new UsageError(unknown('format', name, known));
    return format;
  });
};

const timeText = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

const recordedOptions = (options: RunCommandOptions, runs: number): RecordedOptions => ({
  ...(Number.isFinite(runs) && options.programs === undefined && { runs }),
  ...(options.time !== undefined && { time: timeText(options.time) }),
  ...(options.exhaustive !== undefined
    ? { exhaustive: options.exhaustive }
    : options.programs === undefined
      ? { 'max-steps': options.maxSteps }
      : { programs: options.programs }),
  ...(options.world && { world: options.world }),
  ...(options.target && { target: options.target }),
  ...(options.edition && { edition: options.edition }),
  ...(options.profile && { profile: options.profile }),
  ...(options.clause && { clause: options.clause }),
  ...(options.shard && { shard: `${options.shard.index}/${options.shard.count}` }),
  ...(options.expect !== undefined && { expect: options.expect }),
  ...(options.corpus !== undefined && { corpus: options.corpus }),
  ...(options.strictEdition && { 'strict-edition': true }),
  ...(options.faults && { faults: true }),
});
