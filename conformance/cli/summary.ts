/** From what the engine found to the record of the run: what was expected, what it comes to, the one exit code. */

import { type Comparison, compare, type OwnProgram, type Reason } from '#conformance/expectations';
import type { InterfaceRun } from '#conformance/index';
import {
  contentId,
  doorbellVersion,
  type ExpectationFile,
  type ExpectedFinding,
  type Finding,
  type HarnessFailure,
  type HeaderLine,
  type InterfaceRecord,
  type Summary,
  type Trace,
} from '#spec/index';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import type { StopCause } from './interruption.ts';

/** What one interface of the run came to. */
export interface RanInterface {
  readonly name: string;
  readonly run: InterfaceRun;
  /** What became of the entries' own programs, by content id of the entry. */
  readonly ownPrograms: ReadonlyMap<string, OwnProgram>;
}

export interface SummaryInput {
  readonly header: HeaderLine;
  readonly durationMs: number;
  readonly ran: readonly RanInterface[];
  /** Failures beside those of the interfaces. */
  readonly failures: readonly HarnessFailure[];
  readonly expected: ExpectationFile | undefined;
  readonly strictEdition: boolean;
  readonly isAbout: (clause: string) => boolean;
  readonly stopped: StopCause | null;
}

export interface Conclusion {
  readonly summary: Summary;
  readonly traces: ReadonlyMap<string, Trace>;
}

/** Key of an entry in `RanInterface.ownPrograms`. */
export const entryKey = (entry: ExpectedFinding): string => contentId(entry);

/** The day of a moment, as expectations name days. */
const dayOf = (moment: string): string => moment.slice(0, 10);

/** The record of the run. */
export const conclude = (input: SummaryInput): Conclusion => {
  const { header, ran, expected, strictEdition, isAbout } = input;
  const comparison = compare(
    expected,
    ran.map(({ name, run, ownPrograms }) => ({
      interface: name,
      edition: run.record.edition,
      facts: run.record.target.facts,
      findings: run.findings.map(({ finding }) => finding),
      choices: run.record.choices,
      ownProgram: (entry) => ownPrograms.get(entryKey(entry)) ?? { outcome: 'unknown' },
    })),
    { today: dayOf(header.started), isAbout, strictEdition },
  );
  const found = ran.flatMap(({ run }) => run.findings);
  const findings = found.map(({ finding }) => withExpectation(finding, comparison));
  const failures = [...ran.flatMap(({ run }) => run.failures), ...input.failures];
  const { stopped } = input;
  const summary: Summary = {
    schema: 1,
    doorbell: doorbellVersion,
    seed: header.seed,
    options: header.options,
    started: header.started,
    durationMs: input.durationMs,
    selfCheck: ran.length > 0 && ran.every(({ run }) => run.record.target.selfCheck),
    ended: stopped ?? (failures.length > 0 ? 'failure' : 'budget'),
    interfaces: Object.fromEntries(
      ran.map(({ name, run }) => [name, withExpectedClauses(run.record, findings)]),
    ),
    findings,
    unsupported: ran.flatMap(({ run }) => run.unsupported),
    expectations: comparison.records,
    failures,
    reasons: comparison.reasons,
    exit: exitOf(codes(input, comparison.reasons, failures.length > 0)),
  };
  return { summary, traces: new Map(found.map(({ finding, trace }) => [finding.id, trace])) };
};

const withExpectation = (finding: Finding, comparison: Comparison): Finding => {
  const expectation = comparison.expecting(finding.interface, finding.id);
  return expectation === undefined ? finding : { ...finding, expected: true, expectation };
};

/** A violated clause is expected when every finding about it is expected or dated. */
const withExpectedClauses = (record: InterfaceRecord, findings: readonly Finding[]): InterfaceRecord => ({
  ...record,
  clauses: record.clauses.map((clause) => {
    if (clause.verdict !== 'violates') return clause;
    const about = findings.filter(({ clause: id }) => id === clause.id);
    return { ...clause, expected: about.every(({ expected, kind }) => expected || kind === 'dated') };
  }),
});

/** Every exit code that applies. */
const codes = (input: SummaryInput, reasons: readonly Reason[], failed: boolean): readonly ExitCode[] => {
  const byStop = { interrupted: EXIT.interrupted, deadline: EXIT.deadline, failure: EXIT.failure } as const;
  const exercised = input.ran.some(
    ({ run }) => run.findings.length > 0 || run.record.clauses.some((clause) => clause.exercised > 0),
  );
  return [
    ...(input.stopped === null ? [] : [byStop[input.stopped]]),
    ...(reasons.length > 0 ? [EXIT.deviates] : []),
    ...(failed ? [EXIT.failure] : []),
    exercised ? EXIT.ok : EXIT.nothing,
  ];
};
