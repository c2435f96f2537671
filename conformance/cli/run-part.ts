/** One record: interfaces run one after another on their systems, and are written down as they go. */

import { EveryProgram } from '#conformance/exhaustive';
import { expectedFindings, type OwnProgram } from '#conformance/expectations';
import { usableOffer } from '#conformance/faults';
import {
  type FoundTrace,
  type InterfaceRun,
  type RunOptions,
  type RunSink,
  replay,
  run as runInterface,
} from '#conformance/index';
import { quoted } from '#reports/shell-text';
import {
  contentId,
  doorbellVersion,
  type Finding,
  type GenerationKey,
  HarnessError,
  type HarnessFailure,
  type HeaderLine,
  interfaceFile,
  type Program,
  type Summary,
  type SystemUnderTest,
  type TargetRecord,
} from '#spec/index';
import type { Interruption } from './interruption.ts';
import { runShards } from './jobs.ts';
import { progressOf } from './progress.ts';
import { Recorder } from './recorder.ts';
import { RunFolder } from './run-folder.ts';
import type { PlannedInterface, RunPlan } from './run-plan.ts';
import { conclude, entryKey, type RanInterface } from './summary.ts';
import { closeWhenStuck } from './targets.ts';

/** An interface with the system it runs on. */
interface PartInterface {
  readonly planned: PlannedInterface;
  readonly system: SystemUnderTest;
}

/** Interfaces with the systems they run on; one record on disk. */
export interface Part {
  /** Name of the folder below the folder of the command; empty when there is one part only. */
  readonly folder: string;
  readonly interfaces: readonly PartInterface[];
  readonly plan: RunPlan;
  /** A last line of the summary. */
  readonly hint?: string;
}

/** Repetitions of an entry's own program before the entry counts as gone. */
const ownProgramTimes = 5;

/** Runs a part and writes it down; `failure` says why the record is not whole. */
export const runPart = async (
  part: Part,
  path: string,
  interruption: Interruption,
): Promise<{ readonly summary: Summary; readonly failure: HarnessError | null }> => {
  const { interfaces, plan } = part;
  const started = new Date();
  const header = headerOf(part, started);
  const recorder = new Recorder(RunFolder.begin(path), header, interruption, plan.corpus);
  const release = closeWhenStuck(
    interfaces.map(({ system }) => system),
    interruption.signal,
  );
  const ran: RanInterface[] = [];
  for (const { planned, system } of interfaces) {
    if (interruption.signal.aborted) break;
    const run = await runOne(planned, system, plan, path, recorder, interruption.signal);
    const ownPrograms = await runOwnPrograms(planned, system, plan, run, interruption.signal);
    ran.push({ name: planned.name, run, ownPrograms });
  }
  release();
  const failures = [...failuresOf(recorder.failure, interfaces), ...(await endSessions(interfaces))];
  const { summary, traces } = conclude({
    header,
    durationMs: Date.now() - started.getTime(),
    ran,
    failures,
    expected: plan.expected,
    strictEdition: plan.strictEdition,
    isAbout: isAbout(plan),
    stopped: interruption.cause,
  });
  recorder.end(summary, traces, plan.formats);
  return { summary, failure: recorder.failure };
};

/** Ends the sessions; what goes wrong in that, such as an answer too many, belongs to the run. */
const endSessions = async (interfaces: readonly PartInterface[]): Promise<readonly HarnessFailure[]> => {
  const failures: HarnessFailure[] = [];
  for (const { planned, system } of interfaces) {
    try {
      await system.close();
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      failures.push({ interface: planned.name, reason: error.message });
    }
  }
  return failures;
};

const failuresOf = (
  failure: HarnessError | null,
  interfaces: readonly PartInterface[],
): readonly HarnessFailure[] =>
  failure === null ? [] : [{ interface: interfaces[0]?.planned.name ?? '', reason: failure.message }];

const isAbout = ({ interfaces }: RunPlan): ((clause: string) => boolean) => {
  const limits = interfaces.flatMap(({ clauses }) => clauses ?? []);
  if (limits.length === 0) return () => true;
  const wanted = new Set<string>(limits);
  return (clause) => wanted.has(clause);
};

const runOne = async (
  planned: PlannedInterface,
  system: SystemUnderTest,
  plan: RunPlan,
  path: string,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<InterfaceRun> => {
  const { name } = planned;
  const { address } = system.description;
  const progress = await progressOf(`${name} on ${address}`, programsOf(planned, system, plan), plan.timeMs);
  const placed = (found: FoundTrace): FoundTrace => ({
    ...found,
    finding: placedFinding(found.finding, path, address),
  });
  const sink: RunSink = {
    batch: (line) => recorder.line(line),
    finding: (found) => recorder.found(placed(found)),
    progress: (done, _of, findings) => progress.update(done, findings),
  };
  try {
    const options = { ...engineOptions(planned, system, plan), signal };
    const run =
      plan.jobs === 1
        ? await runInterface(name, system, options, sink)
        : await runShards(name, system, plan.jobs, options, sink);
    return { ...run, findings: run.findings.map(placed) };
  } finally {
    progress.end();
  }
};

/** How many programs will run; `Infinity` where time ends the run. */
const programsOf = (
  { name, programs, exhaustive }: PlannedInterface,
  { description }: SystemUnderTest,
  plan: RunPlan,
): number => {
  const offer = usableOffer(description, name, plan.faults);
  if (exhaustive === undefined || offer === undefined) return programs?.length ?? plan.runs;
  return new EveryProgram(name, exhaustive, offer).share(partOf(plan));
};

/** The part of the programs that this command runs; undefined for all of them. */
export const partOf = ({ shard }: RunPlan): RunOptions['shard'] =>
  shard && { index: shard.index - 1, count: shard.count };

/** Where the finding stands, and the command that runs it again from here. */
const placedFinding = (finding: Finding, path: string, address: string): Finding => ({
  ...finding,
  path: `findings/${finding.id}`,
  replay: `doorbell replay ${quoted(path)}#${finding.id} --target ${quoted(address)}`,
});

const engineOptions = (planned: PlannedInterface, system: SystemUnderTest, plan: RunPlan): RunOptions => {
  const { edition, profile, clauses, programs, exhaustive, corpus } = planned;
  const { seed, runs, timeMs, maxSteps, faults } = plan;
  const shard = partOf(plan);
  return {
    seed,
    runs,
    maxSteps,
    edition,
    profile,
    faults,
    firstPrograms: expectedPrograms(planned, system, plan),
    ...(timeMs !== undefined && { timeMs }),
    ...(clauses && { clauses }),
    ...(programs && { programs }),
    ...(exhaustive && { exhaustive }),
    ...(corpus && { corpus }),
    ...(shard && { shard }),
  };
};

/** The programs of the entries that may show something here. */
const expectedPrograms = (
  planned: PlannedInterface,
  { description }: SystemUnderTest,
  { expected }: RunPlan,
): readonly Program[] =>
  expected === undefined
    ? []
    : expectedFindings(expected, planned.name, description.system.facts)
        .filter(({ clause }) => isWanted(planned, clause))
        .map(({ program }) => program);

const isWanted = ({ clauses }: PlannedInterface, clause: string): boolean =>
  clauses === undefined || (clauses as readonly string[]).includes(clause);

/** Runs the programs of the entries that were not seen, to learn whether they are gone. */
const runOwnPrograms = async (
  planned: PlannedInterface,
  system: SystemUnderTest,
  { expected }: RunPlan,
  { findings, record }: InterfaceRun,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OwnProgram>> => {
  const outcomes = new Map<string, OwnProgram>();
  if (expected === undefined || record.reason !== null) return outcomes;
  for (const entry of expectedFindings(expected, planned.name, system.description.system.facts)) {
    const isSeen = findings.some(({ finding }) => [finding.id, finding.signature].includes(entry.signature));
    if (isSeen || entry.intermittent === true || !isWanted(planned, entry.clause) || signal.aborted) continue;
    const { edition, profile } = planned;
    const options = { times: ownProgramTimes, edition, profile, signal };
    const { totals, judgement, outcomes: all } = await replay(entry.program, system, options);
    const deviation = judgement?.deviation ?? null;
    const isListed = deviation !== null && [deviation.id, deviation.signature].includes(entry.signature);
    if (totals.conforms === ownProgramTimes && all.length === ownProgramTimes)
      outcomes.set(entryKey(entry), { outcome: 'conformed' });
    else if (deviation !== null && !isListed)
      outcomes.set(entryKey(entry), { outcome: 'deviated', id: deviation.id });
  }
  return outcomes;
};

const headerOf = ({ interfaces, plan }: Part, started: Date): HeaderLine => ({
  type: 'header',
  schema: 1,
  doorbell: doorbellVersion,
  started: started.toISOString(),
  seed: plan.seed,
  options: plan.recorded,
  interfaces: Object.fromEntries(
    interfaces.map(({ planned, system }) => [
      planned.name,
      {
        target: targetRecord(system),
        edition: planned.edition,
        profile: planned.profile,
        generation: generationKey(planned, system, plan),
      },
    ]),
  ),
});

const targetRecord = ({ description }: SystemUnderTest): TargetRecord => {
  const { address, system, selfCheck, agent } = description;
  return { address, ...system, selfCheck, agent: `${agent.name} ${agent.version}` };
};

/** Everything that the programs are a function of. */
const generationKey = (
  { name, edition, clauses, programs, exhaustive, corpus }: PlannedInterface,
  { description }: SystemUnderTest,
  { seed, maxSteps, faults }: RunPlan,
): GenerationKey => {
  const offer = description.interfaces[name];
  const basis = {
    version: doorbellVersion,
    interfaceVersion: interfaceFile(name).version,
    edition,
    seed,
    options: {
      'max-steps': maxSteps,
      ...(faults && { faults }),
      ...(clauses && { clause: clauses }),
      ...(programs && { programs: programs.map(contentId) }),
      ...(exhaustive && { exhaustive: exhaustive.maxSteps, world: exhaustive.world }),
      ...(corpus && { corpus: corpus.programs.map(contentId) }),
    },
    operations: Object.keys(offer?.operations ?? {}).sort(),
    capabilities: [...(offer?.capabilities ?? [])].sort(),
  };
  return { key: contentId(basis), ...basis };
};
