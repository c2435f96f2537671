/** `doorbell replay`: programs and findings again, each on the target it was found on or on any other, as often as wanted. */

import { editionOf, presetOf, replay } from '#conformance/index';
import { doorbellVersion, type Finding, HarnessError, type InterfaceName } from '#spec/index';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { Interruption } from './interruption.ts';
import { OpenSystems } from './open-systems.ts';
import { complain, print, printJson } from './output.ts';
import { dataOf, outcomeOf, type Replayed, textOf, totalsOf, totalText } from './replay-account.ts';
import { replayInconsistency } from './replay-inconsistency.ts';
import { type Subject, subjectsOf } from './replay-subjects.ts';
import { scoped } from './scoped.ts';
import { orStopped } from './stopped.ts';
import { closeWhenStuck } from './targets.ts';

interface ReplayCommandOptions {
  readonly target?: readonly string[];
  readonly edition?: readonly string[];
  readonly profile?: readonly string[];
  readonly times: number;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly json?: true;
}

/** A subject with everything that had to be looked up for it. */
interface Prepared {
  readonly subject: Subject;
  readonly name: InterfaceName;
  readonly edition: string;
  readonly profile: string;
  /** Undefined where the target is chosen by what serves. */
  readonly address: string | undefined;
}

/**
 * Replays.
 *
 * @throws {UsageError} There is no such program, finding, target, edition or profile.
 * @throws {HarnessError} The target of the only subject failed.
 */
export const replayCommand = async (
  words: readonly string[],
  options: ReplayCommandOptions,
): Promise<ExitCode> => {
  const named = words.map(subjectsOf);
  const prepared = named.flatMap(({ subjects }) => subjects).map((subject) => prepare(subject, options));
  if (prepared.length === 0) {
    complain(`${words.join(', ')}: no finding, so there is nothing to replay`);
    return EXIT.nothing;
  }
  const several = named.length > 1 || named.some(({ whole }) => whole);
  const interruption = new Interruption(options.deadline);
  const systems = new OpenSystems(interruption.signal);
  try {
    return await orStopped(interruption, () =>
      several
        ? replaySeveral(prepared, systems, options, interruption)
        : replayOnly(prepared[0] as Prepared, systems, options, interruption),
    );
  } finally {
    interruption.end();
    await systems.close();
  }
};

const prepare = (subject: Subject, options: ReplayCommandOptions): Prepared => {
  const name = subject.program.interface as InterfaceName;
  const recorded = subject.header?.interfaces[name];
  const preset = scoped('--profile', options.profile)(name);
  const profile = preset ?? recorded?.profile ?? 'docs';
  const asked = scoped('--edition', options.edition)(name);
  const edition = editionOf(name, asked ?? (preset === undefined ? recorded?.edition : undefined), preset).id;
  presetOf(name, profile);
  const address = scoped('--target', options.target)(name) ?? recorded?.target.address;
  return { subject, name, edition, profile, address };
};

const replayOnly = async (
  prepared: Prepared,
  systems: OpenSystems,
  options: ReplayCommandOptions,
  interruption: Interruption,
): Promise<ExitCode> => {
  const replayed = await replayOne(prepared, systems, options, interruption.signal);
  const exit = exitOf([...stopCodes(interruption), codeOf(replayed)]);
  await (options.json ? printJson(dataOf(replayed, exit)) : print(textOf(replayed)));
  return exit;
};

/** A target that fails under one finding fails under that one alone. */
const replaySeveral = async (
  all: readonly Prepared[],
  systems: OpenSystems,
  options: ReplayCommandOptions,
  interruption: Interruption,
): Promise<ExitCode> => {
  const done: Replayed[] = [];
  const failures: string[] = [];
  for (const prepared of all) {
    if (interruption.signal.aborted) break;
    try {
      const replayed = await replayOne(prepared, systems, options, interruption.signal);
      done.push(replayed);
      if (!options.json) await print(`${textOf(replayed)}\n`);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      // A target that was closed because the command was stopped did not fail.
      if (interruption.cause !== null) break;
      const reason = `finding ${prepared.subject.finding?.id ?? 'none'}: ${error.message}`;
      failures.push(reason);
      complain(reason);
    }
  }
  const exit = exitOf([
    ...stopCodes(interruption),
    ...done.map(codeOf),
    ...(failures.length > 0 ? [EXIT.failure] : []),
    ...(done.length === 0 ? [EXIT.nothing] : []),
  ]);
  await (options.json
    ? printJson({
        schema: 1,
        doorbell: doorbellVersion,
        findings: done.map((replayed) => ({
          ...dataOf(replayed, codeOf(replayed)),
          outcome: outcomeOf(replayed.replay),
        })),
        of: all.length,
        totals: totalsOf(done),
        failures,
        exit,
      })
    : print(totalText(done, all.length)));
  return exit;
};

const replayOne = async (
  { subject, name, edition, profile, address }: Prepared,
  systems: OpenSystems,
  { times }: ReplayCommandOptions,
  signal: AbortSignal,
): Promise<Replayed> => {
  const system = address === undefined ? (await systems.byDefault(name)).system : await systems.at(address);
  const release = closeWhenStuck([system], signal);
  try {
    const { finding } = subject;
    const after = finding?.precededBy;
    const options = { times, edition, profile, signal, ...sought(finding), ...(after && { after }) };
    const replayed =
      finding?.inconsistency === undefined
        ? await replay(subject.program, system, options)
        : await replayInconsistency(finding.inconsistency, system, options);
    return { subject, target: system.description, replay: replayed };
  } finally {
    release();
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

const stopCodes = ({ cause }: Interruption): readonly ExitCode[] =>
  cause === 'interrupted' ? [EXIT.interrupted] : cause === 'deadline' ? [EXIT.deadline] : [];

/** A deviation that a later edition permits, or that was expected when it was found, is no failure here either. */
const codeOf = ({ subject, replay: { totals, outcomes, judgement } }: Replayed): ExitCode => {
  const isKnown = subject.finding?.expected === true || judgement?.deviation?.kind === 'dated';
  if (totals['another deviation'] > 0 || (totals['same deviation'] > 0 && !isKnown)) return EXIT.deviates;
  return outcomes.length > totals['cannot tell'] ? EXIT.ok : EXIT.nothing;
};
