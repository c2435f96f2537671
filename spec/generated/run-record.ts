// Generated from the schemas by `npm run generate`. Do not edit.

import type { Result, TraceEvent } from './trace.ts';
import type { Program } from './program.ts';

/**
 * A moment in UTC, ISO 8601.
 */
export type Moment = string;
/**
 * Id of a clause: interface/operation/point. Not the union of today's ids: a record may be older than they are.
 */
export type RecordedClauseId = string;
/**
 * Eight hexadecimal digits.
 */
export type ShortId = string;
/**
 * A result as recorded, or what was seen in words (a line of the system's log); null when nothing came.
 */
export type Observation = string | Result | null;
/**
 * A result, or a pattern of results in words.
 */
export type ResultPattern = string | Result;
/**
 * One line of run.jsonl, which is only ever appended to. A reader of an unfinished run meets no footer.
 */
export type RunLine = HeaderLine | FindingLine | BatchLine | FooterLine;

/**
 * summary.json: one run as one document, which everything in reports/ reads. The lines of run.jsonl stand under $defs/line. Within a schema number fields are only ever added.
 */
export interface Summary {
  readonly schema: 1;
  /**
   * Version of the tool.
   */
  readonly doorbell: string;
  readonly seed: number;
  readonly options: RunOptions;
  readonly started: Moment;
  /**
   * Milliseconds from the first program to the last file.
   */
  readonly durationMs: number;
  /**
   * True when every target was our own reference implementation: the run says nothing about a system.
   */
  readonly selfCheck: boolean;
  /**
   * What ended the run: its budget of programs or time, the deadline of the whole command, the user, or a failure of target, adapter or agent.
   */
  readonly ended: 'budget' | 'deadline' | 'interrupted' | 'failure';
  /**
   * By interface name.
   */
  readonly interfaces: {
    readonly [k: string]: InterfaceRecord;
  };
  readonly findings: readonly Finding[];
  /**
   * Clauses that the targets could not exercise, each with what would have to change.
   */
  readonly unsupported: readonly UnsupportedClause[];
  /**
   * What became of each entry of the expectation file; empty without one.
   */
  readonly expectations: readonly ExpectationRecord[];
  /**
   * Failures of target, adapter or agent; never a verdict about the system.
   */
  readonly failures: readonly HarnessFailure[];
  /**
   * Why the run ended with exit 1, as differences from what was expected.
   */
  readonly reasons: readonly ('new' | 'gone' | 'changed' | 'expired' | 'choice-changed')[];
  /**
   * Exit code of the command.
   */
  readonly exit: number;
}
/**
 * The options of the command that a reader needs in order to repeat it, by their long names.
 */
export interface RunOptions {
  readonly [k: string]: string | number | boolean | readonly string[];
}
export interface InterfaceRecord {
  readonly edition: string;
  readonly profile: string;
  /**
   * Programs that were executed.
   */
  readonly programs: number;
  /**
   * Steps of those programs.
   */
  readonly steps: number;
  readonly target: TargetRecord;
  readonly clauses: readonly ClauseRecord[];
  readonly choices: readonly ChoiceRecord[];
  /**
   * Every edition, oldest first: the same traces judged against each.
   */
  readonly editions: readonly EditionRecord[];
  readonly statistics: RunStatistics;
  /**
   * Silences, contradictions and errors of the documents, for their maintainers.
   */
  readonly gaps: readonly GapRecord[];
  /**
   * Why the interface as a whole could not be exercised on this target; null when it could.
   */
  readonly reason: string | null;
}
export interface TargetRecord {
  /**
   * As the user wrote it, for example linux or simulator:docs.
   */
  readonly address: string;
  readonly name: string;
  readonly version: string;
  /**
   * Named facts; an unknown one is absent.
   */
  readonly facts: {
    readonly [k: string]: string | number | boolean;
  };
  /**
   * The target is our own reference implementation.
   */
  readonly selfCheck: boolean;
  /**
   * Name and version of the agent.
   */
  readonly agent?: string;
}
export interface ClauseRecord {
  readonly id: RecordedClauseId;
  readonly strength: 'shall' | 'should' | 'may' | 'unspecified' | 'erratum';
  readonly verdict: 'conforms' | 'violates' | 'inconclusive' | 'unsupported' | 'not-exercised';
  /**
   * Occasions at which, with the clause relaxed, another observation would have been permitted.
   */
  readonly exercised: number;
  /**
   * Why it is unsupported, not exercised or inconclusive.
   */
  readonly reason: string | null;
  /**
   * Violated, and every finding about it is expected or dated.
   */
  readonly expected: boolean;
  /**
   * Our paraphrase of the document.
   */
  readonly statement: string;
  readonly source: SourceReference;
  /**
   * Short number used in discussions, for example C17.
   */
  readonly number?: string;
  /**
   * Follows from the document without being said in so many words.
   */
  readonly inferred?: boolean;
  /**
   * No observation can refute it; the reason says why.
   */
  readonly static?: boolean;
}
/**
 * Where a statement stands.
 */
export interface SourceReference {
  /**
   * Id in sources.lock.json; none where no document is needed, for the reason in section.
   */
  readonly document: string;
  readonly section: string;
  /**
   * The document as a person cites it, for example io_uring_prep_msg_ring(3), liburing 2.2.
   */
  readonly title?: string;
}
/**
 * What the system was seen to choose where the document leaves a choice, once.
 */
export interface ChoiceRecord {
  /**
   * What is left open and in which situation: name@situation.
   */
  readonly point: string;
  /**
   * Values still possible after all that was seen; all of values when nothing was seen.
   */
  readonly observed: readonly string[];
  /**
   * False when two programs proved disjoint values.
   */
  readonly consistent: boolean;
  readonly clause: RecordedClauseId;
  readonly statement: string;
  /**
   * What the document permits.
   */
  readonly values: readonly string[];
  /**
   * What the profile presets, when it does.
   */
  readonly profileValues?: readonly string[];
  /**
   * Occasions that told the values apart.
   */
  readonly occasions: number;
}
export interface EditionRecord {
  readonly id: string;
  readonly title?: string;
  /**
   * Year and month of the document.
   */
  readonly since?: string;
  /**
   * Signatures that deviate from this edition.
   */
  readonly deviations: number;
  /**
   * Fewest deviations; the run's own edition among equals, else the oldest.
   */
  readonly fitsBest: boolean;
}
export interface RunStatistics {
  /**
   * Programs whose traces outgrew the oracle's budget.
   */
  readonly inconclusive: number;
  /**
   * Programs that the target could not run.
   */
  readonly unsupported: number;
  /**
   * Programs in which the agent itself failed.
   */
  readonly failed: number;
  /**
   * Programs by where they came from: litmus, directed, swarm, exhaustive, first, file and so on.
   */
  readonly generators: {
    readonly [k: string]: number;
  };
  /**
   * By where programs came from, their occasions by clause: which generator reached what.
   */
  readonly exercisedBy?: {
    readonly [k: string]: {
      readonly [k: string]: number;
    };
  };
  /**
   * The programs that the target could not run, by the reason it gave; of very many reasons the later ones together. Absent when there is none.
   */
  readonly refusals?: {
    readonly [k: string]: number;
  };
  /**
   * Calls that the agent did not make although it declared the operation and nothing stood in their way, by operation. Absent when there is none.
   */
  readonly skipped?: {
    readonly [k: string]: number;
  };
  /**
   * Drains that were made.
   */
  readonly drains?: number;
  /**
   * Drains that failed: what is missing after them is held against nobody.
   */
  readonly failedDrains?: number;
  /**
   * Programs executed only to shrink findings and to measure their reliability.
   */
  readonly shrinking?: number;
  readonly exhaustive?: ExhaustiveStatistics;
  readonly corpus?: CorpusStatistics;
  readonly events?: EventStatistics;
}
/**
 * How much of a small world was run, of a run of every program over it. Everything was, when covered and notOffered make up the total.
 */
export interface ExhaustiveStatistics {
  readonly world: string;
  /**
   * Longest program, in steps before its closing.
   */
  readonly maxSteps: number;
  /**
   * Programs there are, each once however its names are chosen.
   */
  readonly total: number;
  /**
   * Programs of these that the target cannot run, as far as it declared.
   */
  readonly notOffered: number;
  /**
   * Programs that were run and came to a verdict, a crash or a hang.
   */
  readonly covered: number;
}
/**
 * Programs kept from earlier runs, which run first.
 */
export interface CorpusStatistics {
  readonly replayed: number;
  /**
   * Programs that the target cannot run, as far as it declared.
   */
  readonly notOffered: number;
  /**
   * Files that hold no program which can be run: of an older version of the interface, or no program at all.
   */
  readonly stale: readonly StaleFile[];
}
export interface StaleFile {
  readonly file: string;
  readonly reason: string;
}
/**
 * What the programs that were judged consisted of, and what came of them.
 */
export interface EventStatistics {
  /**
   * Steps by operation.
   */
  readonly operations: {
    readonly [k: string]: number;
  };
  /**
   * By operation, what came of its calls: success, the name of an error, not called, or blocked where a settle found it under way. Errors that the completion of another operation reports are among them.
   */
  readonly outcomes: {
    readonly [k: string]: {
      readonly [k: string]: number;
    };
  };
  /**
   * Programs by the largest number of states that the oracle had to follow at once.
   */
  readonly statesAlive: {
    readonly [k: string]: number;
  };
  /**
   * Programs by their steps, closing included.
   */
  readonly lengths: {
    readonly [k: string]: number;
  };
  readonly refusals: RefusalStatistics;
  /**
   * Number of the first program that exercised a clause, or showed an outcome of an operation, by `clause id` or `operation: outcome`. Programs of earlier runs count as the first one.
   */
  readonly firstSeen: {
    readonly [k: string]: number;
  };
  /**
   * One more than the largest number of a program.
   */
  readonly until: number;
  readonly unobserved?: Unobserved;
}
/**
 * How many reasons to refuse it a call met at once, in a sample of the programs.
 */
export interface RefusalStatistics {
  /**
   * One program of so many was looked at.
   */
  readonly every: number;
  /**
   * Programs looked at.
   */
  readonly programs: number;
  /**
   * Calls by the number of reasons.
   */
  readonly atOnce: {
    readonly [k: string]: number;
  };
}
/**
 * What the documents permit and no program of the run showed.
 */
export interface Unobserved {
  /**
   * Values of variation points and errors of operations that could have been seen.
   */
  readonly permitted: number;
  /**
   * By variation point, the values that nothing spoke for.
   */
  readonly values: {
    readonly [k: string]: readonly string[];
  };
  /**
   * By operation, the errors that the documents name for it and that did not come.
   */
  readonly errors: {
    readonly [k: string]: readonly string[];
  };
}
export interface GapRecord {
  readonly clause: RecordedClauseId;
  /**
   * What the document leaves unsaid, says twice or says wrongly.
   */
  readonly gap: string;
  /**
   * The reading we chose, and why.
   */
  readonly reading: string | null;
  readonly source: SourceReference;
  /**
   * What the system was seen to do there, in words.
   */
  readonly observed?: string;
}
export interface Finding {
  readonly id: ShortId;
  readonly kind: 'deviation' | 'dated' | 'crash' | 'hang' | 'warning' | 'leak' | 'inconsistent';
  /**
   * Identity of the deviation: first suspect clause, operation, class of the observation, situation. id is its short form.
   */
  readonly signature: string;
  readonly interface: string;
  readonly clause: RecordedClauseId;
  /**
   * The facts of the state that the clause reads.
   */
  readonly situation: {
    readonly [k: string]: string;
  };
  /**
   * The clause in words.
   */
  readonly statement: string;
  readonly source: SourceReference;
  readonly operation: string;
  readonly observed: Observation;
  /**
   * Class of the observation, without values: for example accepted, EINVAL, completion-missing.
   */
  readonly observedClass: string;
  readonly permitted: readonly PermittedResult[];
  readonly nearest: NearestOutcome | null;
  /**
   * Clauses whose single relaxation makes the trace acceptable, least broad first; the first is the finding's clause.
   */
  readonly suspects: readonly RecordedClauseId[];
  /**
   * Year and month of the first later edition that permits it.
   */
  readonly documentedSince: string | null;
  /**
   * Id of that edition.
   */
  readonly documentedBy?: string;
  /**
   * Index of the step that broke, from 0; null when unknown.
   */
  readonly step: number | null;
  /**
   * Steps before the closing settle and drain.
   */
  readonly steps: number;
  readonly reliability: Reliability;
  /**
   * Share of the repetitions that showed it.
   */
  readonly rate: number;
  /**
   * Programs of the run that showed this signature.
   */
  readonly seen?: number;
  readonly expected: boolean;
  readonly expectation?: ExpectationReference;
  readonly verdictHint: VerdictHint;
  /**
   * Findings with equal suspects after shrinking share it.
   */
  readonly causeGroup: string;
  readonly inconsistency?: Inconsistency;
  /**
   * Lines of the system's log or the agent's console that belong to it.
   */
  readonly log?: readonly string[];
  /**
   * Programs that ran before it in the same session, oldest first. Present when the program alone, on a fresh session, did not show the finding; the reliability is then that of all of them together.
   */
  readonly precededBy?: readonly Program[];
  readonly program: Program;
  /**
   * Folder of the finding, relative to the run folder.
   */
  readonly path: string;
  /**
   * Command that runs the program again.
   */
  readonly replay: string;
}
export interface PermittedResult {
  readonly result: ResultPattern;
  readonly clause: RecordedClauseId;
  /**
   * What was seen instead of it, in words without values; null when nothing was there to compare.
   */
  readonly why: string | null;
}
/**
 * The permitted outcome that differs least from what was observed.
 */
export interface NearestOutcome {
  readonly result: ResultPattern;
  readonly clause: RecordedClauseId;
  /**
   * What was seen instead of it, in words without values.
   */
  readonly difference: string;
}
export interface Reliability {
  readonly hits: number;
  readonly runs: number;
}
/**
 * The entry that expects it.
 */
export interface ExpectationReference {
  readonly reason: string;
  readonly link: string;
}
/**
 * Where to look first. A hint for a person, never a verdict.
 */
export interface VerdictHint {
  readonly suspect: 'system' | 'document' | 'undecided';
  readonly because: string;
}
/**
 * A variation point at which the system did not choose once.
 */
export interface Inconsistency {
  readonly point: string;
  readonly proofs: readonly ChoiceProof[];
}
/**
 * The shortest program found that proves one side of an inconsistent choice.
 */
export interface ChoiceProof {
  /**
   * Values that remain possible after this program alone.
   */
  readonly values: readonly string[];
  readonly program: Program;
  readonly step: number;
  readonly observed: Observation;
  readonly reliability: Reliability;
  readonly events?: readonly TraceEvent[];
}
export interface UnsupportedClause {
  readonly clause: RecordedClauseId;
  readonly reason: string;
}
export interface ExpectationRecord {
  readonly interface: string;
  readonly kind: string;
  /**
   * Short signature of a finding, or the variation point of a choice.
   */
  readonly name: string;
  readonly clause: RecordedClauseId;
  /**
   * Gone only when its own program ran and conformed every time; an intermittent one is only not seen. Not applicable when its condition on the target's facts does not hold.
   */
  readonly status: 'seen' | 'not-seen' | 'gone' | 'changed' | 'expired' | 'not-applicable';
  readonly reason: string;
  readonly link: string;
  /**
   * What differs, in words.
   */
  readonly note?: string;
}
export interface HarnessFailure {
  readonly interface: string;
  readonly reason: string;
  readonly program?: Program;
  readonly step?: number;
}
export interface HeaderLine {
  readonly type: 'header';
  readonly schema: 1;
  readonly doorbell: string;
  readonly started: Moment;
  readonly seed: number;
  readonly options: RunOptions;
  /**
   * By interface name.
   */
  readonly interfaces: {
    readonly [k: string]: HeaderInterface;
  };
}
export interface HeaderInterface {
  readonly target: TargetRecord;
  readonly edition: string;
  readonly profile: string;
  readonly generation: GenerationKey;
}
/**
 * Everything that the programs of an interface are a function of.
 */
export interface GenerationKey {
  /**
   * Eight hexadecimal digits.
   */
  readonly key: string;
  /**
   * Version of the tool.
   */
  readonly version: string;
  readonly interfaceVersion: number;
  readonly edition: string;
  readonly seed: number;
  readonly options: RunOptions;
  /**
   * Operations that the target declared, sorted.
   */
  readonly operations: readonly string[];
  /**
   * Capabilities that the target declared, sorted.
   */
  readonly capabilities: readonly string[];
}
/**
 * Written when the finding is shrunk and measured; a later line with the same id replaces it.
 */
export interface FindingLine {
  readonly type: 'finding';
  readonly finding: Finding;
}
/**
 * What a range of programs showed. Counts are of this range alone, so that batches add up in any order.
 */
export interface BatchLine {
  readonly type: 'batch';
  readonly interface: string;
  /**
   * Index of the first program.
   */
  readonly from: number;
  readonly programs: number;
  readonly steps: number;
  /**
   * Occasions by clause.
   */
  readonly exercised: {
    readonly [k: string]: number;
  };
  /**
   * By variation point, the values that remain possible after the range.
   */
  readonly choices: {
    readonly [k: string]: readonly string[];
  };
  /**
   * By edition, the programs that deviate from it, by short signature.
   */
  readonly signatures: {
    readonly [k: string]: {
      readonly [k: string]: number;
    };
  };
  readonly statistics: RunStatistics;
}
export interface FooterLine {
  readonly type: 'footer';
  readonly durationMs: number;
  readonly ended: 'budget' | 'deadline' | 'interrupted' | 'failure';
  readonly reasons: readonly ('new' | 'gone' | 'changed' | 'expired' | 'choice-changed')[];
  readonly exit: number;
}
