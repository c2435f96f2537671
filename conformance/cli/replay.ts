/** `doorbell replay`: one program again, on any target, as often as wanted. */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { editionOf, judge, presetOf, type Replay, type ReplayOutcome, replay } from '#conformance/index';
import { wilson } from '#conformance/reliability';
import {
  doorbellVersion,
  type Finding,
  type HeaderLine,
  type Inconsistency,
  type InterfaceName,
  isValid,
  type Program,
  type SystemUnderTest,
  UsageError,
} from '#spec/index';
import { readText } from './documents.ts';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { Interruption } from './interruption.ts';
import { print, printJson } from './output.ts';
import { isRecord, readPrograms } from './programs.ts';
import { scoped } from './scoped.ts';
import { open, openDefault, using } from './targets.ts';

interface ReplayCommandOptions {
  readonly target?: readonly string[];
  readonly edition?: readonly string[];
  readonly profile?: readonly string[];
  readonly times: number;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly json?: true;
}

/** What is replayed: a program, and where it comes from when that is known. */
interface Subject {
  readonly program: Program;
  /** The finding that it is known to show. */
  readonly finding: Finding | null;
  /** The run that found it. */
  readonly header: HeaderLine | null;
}

const shortId = /^[0-9a-f]{8}$/;

/** `DIR#ID`, the folder of a finding, or a file with one program. */
const subjectOf = (what: string): Subject => {
  const hash = what.lastIndexOf('#');
  if (hash > 0 && shortId.test(what.slice(hash + 1)) && !existsSync(what))
    return findingOf(what.slice(0, hash), what.slice(hash + 1));
  const folder = shortId.test(basename(what)) ? what : dirname(what);
  const run = dirname(dirname(folder));
  if (shortId.test(basename(folder)) && existsSync(join(run, 'run.jsonl')))
    return findingOf(run, basename(folder));
  const programs = readPrograms(what);
  const [only] = programs;
  if (only === undefined || programs.length > 1)
    throw new UsageError(
      `${what} holds ${programs.length} programs; replay takes one, run --programs takes all`,
    );
  return { program: only.program, finding: null, header: null };
};

/** A finding of a run folder, whether the run was finished or not. */
const findingOf = (run: string, id: string): Subject => {
  const log = join(run, 'run.jsonl');
  let header: HeaderLine | null = null;
  const findings = new Map<string, Finding>();
  for (const line of readText(log).split('\n')) {
    const value = parsedLine(line);
    if (!isRecord(value)) continue;
    if (value['type'] === 'header') header = value as unknown as HeaderLine;
    if (value['type'] !== 'finding') continue;
    const finding = value['finding'] as Finding;
    findings.set(finding.id, finding);
  }
  const finding = findings.get(id);
  if (finding === undefined || !isValid.program(finding.program)) {
    const known = [...findings.keys()];
    const there = known.length === 0 ? 'it has no findings' : `it has ${known.join(', ')}`;
    throw new UsageError(`the run in ${run} has no finding ${id}; ${there}`);
  }
  return { program: finding.program, finding, header };
};

/** The last line of a run that was killed may be torn. */
const parsedLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/**
 * Replays.
 *
 * @throws {UsageError} There is no such program, finding, target, edition or profile.
 * @throws {HarnessError} The target failed.
 */
export const replayCommand = async (what: string, options: ReplayCommandOptions): Promise<ExitCode> => {
  const subject = subjectOf(what);
  const name = subject.program.interface as InterfaceName;
  const recorded = subject.header?.interfaces[name];
  const edition = editionOf(name, scoped('--edition', options.edition)(name) ?? recorded?.edition).id;
  const profile = scoped('--profile', options.profile)(name) ?? recorded?.profile ?? 'docs';
  presetOf(name, profile);
  const address = scoped('--target', options.target)(name) ?? recorded?.target.address;
  const interruption = new Interruption(options.deadline);
  try {
    const system = address === undefined ? (await openDefault(name)).system : await open(address);
    return await using(system, async () => {
      const { times } = options;
      const judging = { edition, profile, signal: interruption.signal };
      const inconsistency = subject.finding?.inconsistency;
      const replayed =
        inconsistency === undefined
          ? await replay(subject.program, system, { ...judging, times, ...sought(subject.finding) })
          : await replayInconsistency(inconsistency, system, { ...judging, times });
      const exit = exitFor(replayed, interruption);
      await (options.json
        ? printJson(dataOf(subject, system, replayed, exit))
        : print(textOf(subject, system, replayed)));
      return exit;
    });
  } finally {
    interruption.end();
  }
};

/** What a repetition has to show in order to be the same as the finding. */
const sought = (finding: Finding | null): { readonly id?: string } => {
  if (finding === null) return {};
  const byKind: Readonly<Partial<Record<Finding['kind'], string>>> = {
    crash: 'died',
    hang: 'hung',
    warning: 'warning',
    leak: 'leak',
  };
  return { id: byKind[finding.kind] ?? finding.id };
};

/** Both programs of a choice that was not made once: do they still prove disjoint values? */
const replayInconsistency = async (
  { point, proofs }: Inconsistency,
  system: SystemUnderTest,
  options: {
    readonly times: number;
    readonly edition: string;
    readonly profile: string;
    readonly signal: AbortSignal;
  },
): Promise<Replay> => {
  const outcomes: ReplayOutcome[] = [];
  const totals = { 'same deviation': 0, 'another deviation': 0, conforms: 0, 'cannot tell': 0 };
  let last: Pick<Replay, 'judgement' | 'events' | 'reason'> = { judgement: null, events: [], reason: null };
  for (let time = 0; time < options.times && !options.signal.aborted; time++) {
    const possible: (readonly string[])[] = [];
    let outcome: ReplayOutcome | null = null;
    for (const { program } of proofs) {
      const answer = await system.execute(program);
      if (answer.kind !== 'trace') {
        outcome = 'cannot tell';
        last = { ...last, reason: answer.reason };
        break;
      }
      const judgement = judge(program, answer.events, options);
      last = { judgement, events: answer.events, reason: judgement.reason };
      if (judgement.deviation !== null) outcome = 'another deviation';
      const choice = judgement.choices.find((seen) => seen.point === point);
      if (choice !== undefined) possible.push(choice.possible);
    }
    const [first = [], ...others] = possible;
    const isDisjoint =
      others.length > 0 && !first.some((value) => others.every((values) => values.includes(value)));
    outcome ??= isDisjoint ? 'same deviation' : 'conforms';
    outcomes.push(outcome);
    totals[outcome]++;
  }
  return { outcomes, totals, ...last };
};

/** A deviation that a later edition permits is no failure here either. */
const exitFor = ({ totals, outcomes, judgement }: Replay, interruption: Interruption): ExitCode => {
  const isDated = judgement?.deviation?.kind === 'dated' && totals['another deviation'] === 0;
  const deviates = totals['same deviation'] + totals['another deviation'] > 0 && !isDated;
  return exitOf([
    ...(interruption.cause === 'interrupted' ? [EXIT.interrupted] : []),
    ...(interruption.cause === 'deadline' ? [EXIT.deadline] : []),
    ...(deviates ? [EXIT.deviates] : []),
    outcomes.length > totals['cannot tell'] ? EXIT.ok : EXIT.nothing,
  ]);
};

const dataOf = (subject: Subject, system: SystemUnderTest, replayed: Replay, exit: ExitCode) => {
  const { outcomes, totals, judgement, events, reason } = replayed;
  const { address, system: name } = system.description;
  return {
    schema: 1,
    doorbell: doorbellVersion,
    interface: subject.program.interface,
    target: { address, name: name.name, version: name.version },
    finding: subject.finding?.id ?? null,
    times: outcomes.length,
    totals,
    rate: rateOf(totals),
    outcomes,
    verdict: judgement?.verdict ?? null,
    deviation: judgement?.deviation ?? null,
    reason,
    program: subject.program,
    events,
    exit,
  };
};

/** How often the same deviation showed, of the repetitions that could tell, and where its rate lies at 95 % confidence. */
const rateOf = (totals: Replay['totals']) => {
  const hits = totals['same deviation'];
  const runs = hits + totals['another deviation'] + totals.conforms;
  return { hits, runs, ...wilson(hits, runs) };
};

const rateText = (totals: Replay['totals']): readonly string[] => {
  const { hits, runs, low, high } = rateOf(totals);
  if (hits === 0 || hits === runs) return [];
  return [
    `rate ${(hits / runs).toFixed(2)}, at 95 % confidence from ${low.toFixed(2)} to ${high.toFixed(2)}`,
  ];
};

/** Runs of equal outcomes on one line: `1-19 same deviation`. */
const outcomeLines = (outcomes: readonly ReplayOutcome[]): readonly string[] => {
  const lines: { from: number; to: number; outcome: ReplayOutcome }[] = [];
  outcomes.forEach((outcome, index) => {
    const last = lines.at(-1);
    if (last?.outcome === outcome) last.to = index + 1;
    else lines.push({ from: index + 1, to: index + 1, outcome });
  });
  return lines.map(({ from, to, outcome }) => `${from === to ? from : `${from}-${to}`}: ${outcome}`);
};

const textOf = ({ finding, program }: Subject, system: SystemUnderTest, replayed: Replay): string => {
  const { address } = system.description;
  const { outcomes, totals, judgement, reason } = replayed;
  const deviation = judgement?.deviation ?? null;
  const lines = [
    `${program.interface} on ${address}, ${finding === null ? 'a program' : `finding ${finding.id}`}, ${outcomes.length} times`,
    ...outcomeLines(outcomes).map((line) => `  ${line}`),
    ...(deviation === null ? [] : [`${deviation.id}: ${deviation.signature}`]),
    ...(totals['cannot tell'] > 0 && reason !== null ? [`cannot tell: ${reason}`] : []),
    Object.entries(totals)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(', '),
    ...rateText(totals),
  ];
  return lines.map((line) => `${line}\n`).join('');
};
