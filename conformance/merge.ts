/**
 * The shards of one run as one run. Counts add up, choices intersect, findings are kept once, the shortest program of
 * each; the order of the shards does not matter to any of it.
 */

import {
  type ChoiceRecord,
  type ClauseRecord,
  canonicalJson,
  type EditionRecord,
  HarnessError,
  type HarnessFailure,
  type InterfaceRecord,
  type PointId,
  type UnsupportedClause,
} from '#spec/index';
import type { FoundTrace } from './findings.ts';
import type { InterfaceRun } from './run.ts';
import { mergeStatistics } from './statistics.ts';
import type { Contradiction, InterfaceProofs, Proof } from './tally.ts';

/**
 * Merges runs that had the same generation key.
 *
 * @throws {HarnessError} There is none.
 */
export const mergeRuns = (runs: readonly InterfaceRun[]): InterfaceRun => {
  const [first] = runs;
  if (first === undefined) throw new HarnessError('no part of the run came to an end');
  const findings = mergeFindings(runs.flatMap((run) => run.findings));
  const signatures = mergeSignatures(runs);
  const proofs = mergeProofs(runs.map((run) => run.proofs));
  const record = mergeRecords(
    runs.map((run) => run.record),
    signatures,
  );
  return {
    record,
    findings,
    unsupported: unsupportedOf(record.clauses),
    failures: distinct(runs.flatMap((run) => run.failures)),
    ended: runs.find(({ ended }) => ended !== 'budget')?.ended ?? 'budget',
    signatures,
    proofs,
  };
};

/** What is wrong with the target as a whole, every shard says. */
const distinct = (failures: readonly HarnessFailure[]): readonly HarnessFailure[] => {
  const known = new Set<string>();
  return failures.filter((failure) => {
    if (failure.program !== undefined) return true;
    const isNew = !known.has(failure.reason);
    known.add(failure.reason);
    return isNew;
  });
};

/** Points of which the shards proved disjoint values, though each alone saw no contradiction. */
export const contradictions = (runs: readonly InterfaceRun[]): readonly Contradiction[] => {
  const proofs = mergeProofs(runs.map((run) => run.proofs));
  const known = new Set(
    runs.flatMap((run) => run.findings.flatMap(({ finding }) => finding.inconsistency?.point ?? [])),
  );
  return Object.entries(proofs).flatMap(([point, all]) => {
    if (known.has(point)) return [];
    for (const [index, one] of all.entries())
      for (const other of all.slice(index + 1))
        if (!one.possible.some((value) => other.possible.includes(value)))
          return [{ point: point as PointId, proofs: [one, other] as const }];
    return [];
  });
};

/** Fewer steps first; among equals the first in the order of texts. */
const isShorter = ({ finding: one }: FoundTrace, { finding: other }: FoundTrace): boolean =>
  one.steps === other.steps
    ? canonicalJson(one.program) < canonicalJson(other.program)
    : one.steps < other.steps;

const mergeFindings = (all: readonly FoundTrace[]): readonly FoundTrace[] => {
  const byId = new Map<string, FoundTrace>();
  for (const found of all) {
    const { id } = found.finding;
    const known = byId.get(id);
    const best = known === undefined || isShorter(found, known) ? found : known;
    const seen = (known?.finding.seen ?? 0) + (found.finding.seen ?? 1);
    byId.set(id, { ...best, finding: { ...best.finding, seen } });
  }
  return [...byId.values()].sort(({ finding: one }, { finding: other }) => (one.id < other.id ? -1 : 1));
};

const mergeSignatures = (runs: readonly InterfaceRun[]): InterfaceRun['signatures'] => {
  const byEdition = new Map<string, Set<string>>();
  for (const { signatures } of runs)
    for (const [edition, known] of Object.entries(signatures)) {
      const merged = byEdition.get(edition) ?? new Set();
      for (const signature of known) merged.add(signature);
      byEdition.set(edition, merged);
    }
  return Object.fromEntries([...byEdition].map(([edition, known]) => [edition, [...known].sort()]));
};

const mergeProofs = (all: readonly InterfaceProofs[]): InterfaceProofs => {
  const byPoint = new Map<string, Map<string, Proof>>();
  for (const proofs of all)
    for (const [point, known] of Object.entries(proofs)) {
      const merged = byPoint.get(point) ?? new Map<string, Proof>();
      for (const proof of known) {
        const values = proof.possible.join();
        const other = merged.get(values);
        if (other === undefined || isSimpler(proof, other)) merged.set(values, proof);
      }
      byPoint.set(point, merged);
    }
  return Object.fromEntries(
    [...byPoint].map(([point, merged]) => [
      point,
      [...merged.values()].sort((one, other) => (one.possible.join() < other.possible.join() ? -1 : 1)),
    ]),
  );
};

const isSimpler = (one: Proof, other: Proof): boolean => {
  const difference = one.program.steps.length - other.program.steps.length;
  return difference === 0 ? canonicalJson(one.program) < canonicalJson(other.program) : difference < 0;
};

const mergeRecords = (
  records: readonly InterfaceRecord[],
  signatures: InterfaceRun['signatures'],
): InterfaceRecord => {
  const first = records[0] as InterfaceRecord;
  const sum = (count: (record: InterfaceRecord) => number): number =>
    records.reduce((total, record) => total + count(record), 0);
  return {
    ...first,
    programs: sum(({ programs }) => programs),
    steps: sum(({ steps }) => steps),
    clauses: first.clauses.map(({ id }) =>
      mergeClauses(records.flatMap(({ clauses }) => clauses.find((clause) => clause.id === id) ?? [])),
    ),
    choices: first.choices.map(({ point }) =>
      mergeChoices(records.flatMap(({ choices }) => choices.find((choice) => choice.point === point) ?? [])),
    ),
    editions: fitting(
      first.editions.map((edition) => ({ ...edition, deviations: signatures[edition.id]?.length ?? 0 })),
      first.edition,
    ),
    statistics: mergeStatistics(records.map(({ statistics }) => statistics)),
    reason: records.every(({ reason }) => reason !== null) ? first.reason : null,
  };
};

/** The weightiest verdict of any shard: one that saw a violation outweighs all that did not. */
const verdictsByWeight: readonly ClauseRecord['verdict'][] = [
  'violates',
  'conforms',
  'inconclusive',
  'unsupported',
  'not-exercised',
];

const mergeClauses = (all: readonly ClauseRecord[]): ClauseRecord => {
  const weight = ({ verdict }: ClauseRecord): number => verdictsByWeight.indexOf(verdict);
  const [heaviest] = all.toSorted((one, other) => weight(one) - weight(other));
  return {
    ...(heaviest as ClauseRecord),
    exercised: all.reduce((total, { exercised }) => total + exercised, 0),
  };
};

const mergeChoices = (all: readonly ChoiceRecord[]): ChoiceRecord => {
  const first = all[0] as ChoiceRecord;
  const possible = first.values.filter((value) => all.every(({ observed }) => observed.includes(value)));
  const consistent = all.every((choice) => choice.consistent) && possible.length > 0;
  const proved = all.filter(({ observed, values }) => observed.length < values.length);
  return {
    ...first,
    consistent,
    observed: consistent
      ? possible
      : first.values.filter((value) =>
          [...proved, ...all.filter((choice) => !choice.consistent)].some(({ observed }) =>
            observed.includes(value),
          ),
        ),
    occasions: all.reduce((total, { occasions }) => total + occasions, 0),
  };
};

/** Marks the edition with the fewest deviations; the one in force among equals, otherwise the oldest. */
const fitting = (editions: readonly EditionRecord[], inForce: string): readonly EditionRecord[] => {
  const fewest = Math.min(...editions.map(({ deviations }) => deviations));
  const best = editions.filter(({ deviations }) => deviations === fewest);
  const chosen = best.find(({ id }) => id === inForce) ?? best[0];
  return editions.map((edition) => ({ ...edition, fitsBest: edition.id === chosen?.id }));
};

const unsupportedOf = (clauses: readonly ClauseRecord[]): readonly UnsupportedClause[] =>
  clauses
    .filter(({ verdict }) => verdict === 'unsupported')
    .map(({ id, reason }) => ({ clause: id, reason: reason ?? 'not offered' }));
