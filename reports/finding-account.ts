/** What there is to say about one finding, before any format gives it a shape. */

import {
  type ClauseRecord,
  type Finding,
  noDocument,
  type Observation,
  type Program,
  type ResultPattern,
  type SourceReference,
  type Summary,
  sourcesLock,
  type TargetRecord,
  UsageError,
} from '#spec/index';
import { dialectOf } from './listing.ts';
import { quantity } from './quantities.ts';

/** What a finding's reader must know beside the finding: the run it comes from. */
export interface FindingContext {
  /** Version of the tool. */
  readonly doorbell: string;
  readonly seed: number;
  readonly edition: string;
  readonly profile: string;
  readonly target: TargetRecord;
  /** For the words of the clauses that are named. */
  readonly clauses: readonly ClauseRecord[];
  /** Ids of the other findings of its cause group. */
  readonly sameCause: readonly string[];
}

/**
 * The context that a run record gives to one of its findings.
 *
 * @throws {UsageError} The record has no interface of the finding's.
 */
export const findingContext = (summary: Summary, finding: Finding): FindingContext => {
  const record = summary.interfaces[finding.interface];
  if (record === undefined) {
    throw new UsageError(
      `finding ${finding.id} is about ${finding.interface}, which the run record does not have`,
    );
  }
  return {
    doorbell: summary.doorbell,
    seed: summary.seed,
    edition: record.edition,
    profile: record.profile,
    target: record.target,
    clauses: record.clauses,
    sameCause: summary.findings
      .filter(
        ({ id, interface: name, causeGroup }) =>
          id !== finding.id && name === finding.interface && causeGroup === finding.causeGroup,
      )
      .map(({ id }) => id),
  };
};

/** The clause without its interface, which the reader knows: `flags/must-be-zero`. */
export const shortClause = (id: string): string => id.split('/').slice(1).join('/');

/** The finding in a few words: `flags/must-be-zero: prep_msg_ring, success (flags=bit-1)`. */
export const findingTitle = (finding: Finding): string => {
  const operation = finding.inconsistency === undefined ? `${finding.operation}, ` : '';
  return `${shortClause(finding.clause)}: ${operation}${outcomeText(finding)}`;
};

/** What the system did, and in which situation: `success (flags=bit-1)`. */
export const outcomeText = (finding: Finding): string => {
  const { observedClass, inconsistency } = finding;
  const situation = situationText(finding);
  const what = inconsistency === undefined ? observedClass : `inconsistent ${inconsistency.point}`;
  return situation === '' ? what : `${what} (${situation})`;
};

/** The document, as a person calls it; by its id when it is consulted no longer. */
export const documentTitle = ({ title, document }: SourceReference): string => {
  if (document === noDocument) return 'no document is needed';
  if (title !== undefined) return title;
  const known = sourcesLock().documents.find(({ id }) => id === document);
  return known === undefined ? document : `${known.title}, ${known.edition}`;
};

/** Where a sentence stands, as a person cites it; or that it need not stand anywhere. */
export const citation = (source: SourceReference): string =>
  `${documentTitle(source)}${source.document === noDocument ? ':' : ','} ${source.section}`;

/** The clause in words, when the record knows it. */
export const statementOf = ({ clauses }: FindingContext, id: string): string | undefined =>
  clauses.find((clause) => clause.id === id)?.statement;

/** `shall`, and whether the document says it in so many words. */
export const strengthOf = ({ strength, inferred }: ClauseRecord): string =>
  inferred === true ? `${strength} (inferred)` : strength;

/** What was seen that the finding's class does not say already; empty when nothing came. */
export const seenLines = ({ observed, observedClass, program, step }: Finding): readonly string[] =>
  observationLines(observed, program, step).filter((line) => line !== observedClass);

/** What was seen instead of something permitted, unless the finding's class says it already. */
export const insteadText = (finding: Finding, instead: string | null): string =>
  instead === null || instead === finding.observedClass ? '' : `Seen instead: ${instead}.`;

/** What was seen, a line for each thing; empty when nothing came. */
export const observationLines = (
  observed: Observation,
  program: Program,
  step: number | null,
): readonly string[] => {
  if (observed === null) return [];
  if (typeof observed === 'string') return [observed];
  return dialectOf(program.interface).seen(
    observed,
    step === null ? undefined : program.steps[step],
    program,
  );
};

/** A permitted result on one line. */
export const patternText = (pattern: ResultPattern, { program, step }: Finding): string =>
  observationLines(pattern, program, step).join('; ');

/** The facts of the state that the clause reads: `target=direct, flags=bit-1`. */
export const situationText = ({ situation }: Finding): string =>
  Object.entries(situation)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** Where it broke, for a sentence: `step 6`, or that nobody knows. */
export const placeText = ({ step }: Pick<Finding, 'step'>): string =>
  step === null ? 'an unknown step' : `step ${step + 1}`;

/** `20 of 20`. */
export const reliabilityText = ({ reliability: { hits, runs } }: Pick<Finding, 'reliability'>): string =>
  `${hits} of ${runs}`;

/** The file beside the texts that holds the programs which have to run before. */
export const precedingFile = 'preceding.jsonl';

/** What has to run before the program; null when it shows the finding alone. */
export const precededText = (finding: Finding): string | null => {
  const { precededBy = [], interface: name } = finding;
  if (precededBy.length === 0) return null;
  const programs = quantity(precededBy.length, `${name} program`);
  return `Alone on a fresh session the program did not show it. After ${programs} in the same session it did so in ${reliabilityText(finding)} repetitions`;
};

/** Lines of a log shown at either end. */
const logLinesMax = 20;

/** The log that belongs to the finding; of a long one its beginning and its end. */
export const logLines = ({ log = [] }: Finding): readonly string[] =>
  log.length <= 2 * logLinesMax
    ? log
    : [
        ...log.slice(0, logLinesMax),
        `[${log.length - 2 * logLinesMax} more lines, in trace.json]`,
        ...log.slice(-logLinesMax),
      ];

/** Why a dated finding is no cause of failure; null for any other. */
export const datedText = ({ kind, documentedSince, documentedBy }: Finding): string | null =>
  kind !== 'dated' && documentedSince === null
    ? null
    : `The page is older than the system: documented since ${documentedSince ?? 'a later edition'}${
        documentedBy === undefined ? '' : ` (${documentedBy})`
      }`;
