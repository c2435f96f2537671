/** `doorbell judge`: verdicts about recorded traces; no system is needed. */

import {
  type Deviation,
  editionOf,
  type Judgement,
  judge,
  MalformedTrace,
  presetOf,
} from '#conformance/index';
import { doorbellVersion, type InterfaceName, interfaceNames, UsageError } from '#spec/index';
import { selectedClauses } from './clause-selection.ts';
import { readDocuments } from './documents.ts';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { print, printJson } from './output.ts';
import { type RecordedTrace, recordedTraces } from './recorded-traces.ts';
import { type Scoped, scoped } from './scoped.ts';

interface JudgeCommandOptions {
  readonly edition?: readonly string[];
  readonly profile?: readonly string[];
  readonly clause?: readonly string[];
  readonly strictEdition?: true;
  readonly json?: true;
}

/** A trace with its verdict. */
interface Judged {
  readonly trace: RecordedTrace;
  readonly verdict: Judgement['verdict'] | 'unsupported';
  readonly reason: string | null;
  readonly deviation: Deviation | null;
  readonly judgement: Judgement | null;
}

/**
 * Judges recorded traces.
 *
 * @throws {UsageError} A file cannot be read, or holds no trace; unknown edition, profile or clause.
 */
export const judgeCommand = async (
  files: readonly string[],
  options: JudgeCommandOptions,
): Promise<ExitCode> => {
  const clauses = selectedClauses(options.clause, interfaceNames);
  const edition = scoped('--edition', options.edition);
  const profile = scoped('--profile', options.profile);
  const traces = recordedTraces(files.flatMap(readDocuments));
  if (traces.length === 0) throw new UsageError(`${files.join(', ')}: there is no trace and no program`);
  const judged = traces.map((trace) => judgeOne(trace, edition, profile));
  const isAsked = ({ suspects }: Deviation): boolean =>
    clauses === undefined || suspects.some((suspect) => clauses.includes(suspect));
  const counts = ({ deviation }: Judged): boolean =>
    deviation !== null &&
    isAsked(deviation) &&
    (deviation.kind !== 'dated' || options.strictEdition === true);
  const code = exitOf([
    ...(judged.some(counts) ? [EXIT.deviates] : []),
    judged.some(({ judgement }) => judgement !== null && judgement.verdict !== 'inconclusive')
      ? EXIT.ok
      : EXIT.nothing,
  ]);
  await (options.json ? printJson(dataOf(judged, code)) : print(textOf(judged)));
  return code;
};

const judgeOne = (trace: RecordedTrace, edition: Scoped, profile: Scoped): Judged => {
  const { at, program, events, reason } = trace;
  if (events === null) return { trace, verdict: 'unsupported', reason, deviation: null, judgement: null };
  const name = program.interface as InterfaceName;
  const preset = profile(name);
  presetOf(name, preset);
  const options = {
    edition: editionOf(name, edition(name), preset).id,
    ...(preset !== undefined && { profile: preset }),
  };
  try {
    const judgement = judge(program, events, options);
    return {
      trace,
      verdict: judgement.verdict,
      reason: judgement.reason,
      deviation: judgement.deviation,
      judgement,
    };
  } catch (cause) {
    if (cause instanceof MalformedTrace)
      throw new UsageError(`${at} is not a trace of its program: ${cause.message}`, { cause });
    throw cause;
  }
};

const totalsOf = (judged: readonly Judged[]): Readonly<Record<Judged['verdict'], number>> => {
  const totals = { conforms: 0, violates: 0, inconclusive: 0, unsupported: 0 };
  for (const { verdict } of judged) totals[verdict]++;
  return totals;
};

const dataOf = (judged: readonly Judged[], exit: ExitCode) => ({
  schema: 1,
  doorbell: doorbellVersion,
  traces: judged.map(({ trace, verdict, reason, deviation, judgement }) => ({
    at: trace.at,
    id: trace.id,
    interface: trace.program.interface,
    verdict,
    reason,
    deviation,
    exercised: [...(judgement?.exercised ?? [])],
    choices: judgement?.choices ?? [],
    editions: judgement?.editions ?? [],
  })),
  totals: totalsOf(judged),
  exit,
});

const words: Readonly<Record<Judged['verdict'], string>> = {
  conforms: 'conforms',
  violates: 'violates',
  inconclusive: 'cannot tell',
  unsupported: 'not run',
};

const deviationLines = (deviation: Deviation): readonly string[] => {
  const { id, kind, clause, step, observed, permitted, suspects, documentedSince } = deviation;
  const others = suspects.filter((suspect) => suspect !== clause);
  return [
    `${id} ${kind}: ${clause}`,
    `at step ${step + 1}, observed ${typeof observed === 'string' ? observed : JSON.stringify(observed)}`,
    ...permitted
      .slice(0, 3)
      .map(({ result, clause: by, why }) => `permitted ${result} by ${by}${why === null ? '' : `: ${why}`}`),
    ...(others.length === 0 ? [] : [`other suspects: ${others.join(', ')}`]),
    ...(documentedSince === null ? [] : [`documented since ${documentedSince}`]),
  ];
};

/** Every trace that does not conform, then the totals. */
const textOf = (judged: readonly Judged[]): string => {
  const lines = judged.flatMap(({ trace, verdict, reason, deviation }) => {
    if (verdict === 'conforms' && judged.length > 1) return [];
    const head = `${trace.at}${trace.id === null ? '' : ` (program ${trace.id})`}: ${words[verdict]}`;
    return [
      reason === null ? head : `${head}: ${reason}`,
      ...(deviation === null ? [] : deviationLines(deviation).map((line) => `  ${line}`)),
    ];
  });
  const totals = Object.entries(totalsOf(judged))
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${words[verdict as Judged['verdict']]}`);
  return [...lines, ...(judged.length > 1 ? [totals.join(', ')] : [])].map((line) => `${line}\n`).join('');
};
