/**
 * Why a trace was refused, and whom to suspect. The clause of the refused result is the broken one in only a third of
 * cases, because an effect breaks in one step and shows in another; so each clause is relaxed in turn, and those whose
 * single breach explains the whole trace are the suspects. The relaxed fold also says where the breach happened, which
 * gives the finding its operation, its class of observation and its situation.
 */

import { type AcceptanceOptions, accept, type Breach, type Machine, type Refused } from '#model/index';
import {
  type ClauseEntry,
  type ClauseId,
  clauseFile,
  clauses,
  contentId,
  type EditionEntry,
  type InterfaceName,
  type PointId,
  type Program,
  type Result,
  type TraceEvent,
} from '#spec/index';

/** Something that was permitted where the trace was refused. */
export interface PermittedResult {
  readonly result: string;
  readonly clause: ClauseId;
  /** Why the observation is not that; null when nothing was seen to compare. */
  readonly why: string | null;
}

/** A refusal, explained. */
export interface Deviation {
  readonly kind: 'deviation' | 'dated' | 'inconsistent';
  /** Eight hexadecimal digits of the signature: the finding's identity. */
  readonly id: string;
  /** First suspect, operation, class of the observation, situation. No values, handles, counts or permitted sets. */
  readonly signature: string;
  /** The first suspect. */
  readonly clause: ClauseId;
  /** Every clause whose single breach explains the trace, least broad first. */
  readonly suspects: readonly ClauseId[];
  /** The variation point that was answered in two ways, for `inconsistent`. */
  readonly point: PointId | null;
  readonly operation: string;
  readonly observedClass: string;
  readonly situation: Readonly<Record<string, string>>;
  /** Index of the step at which the trace left the permitted set. */
  readonly step: number;
  readonly observed: Result | 'still blocked';
  readonly permitted: readonly PermittedResult[];
  readonly nearest: PermittedResult | null;
  /** Year and month of the first later edition that permits it, for `dated`. */
  readonly documentedSince: string | null;
  readonly documentedBy: string | null;
}

interface Evidence {
  readonly name: InterfaceName;
  readonly machine: Machine<unknown>;
  readonly program: Program;
  readonly events: readonly TraceEvent[];
  readonly basis: AcceptanceOptions;
  readonly refused: Refused<unknown>;
  readonly edition: EditionEntry;
  readonly editions: readonly { readonly id: string; readonly violates: boolean }[];
}

interface Suspect {
  readonly clause: ClauseId;
  readonly breach: Breach;
}

/** Explains a refused trace. */
export const explain = (evidence: Evidence): Deviation => {
  const { name, machine, refused } = evidence;
  const suspects = suspectsOf(evidence);
  const point = inconstantPoint(evidence);
  const pointClause =
    point === null ? undefined : clauseFile(name).points?.find(({ id }) => id === point)?.clause;
  const [first] = suspects;
  const dated = first === undefined && point !== null ? null : laterEdition(evidence);
  const culprit = blame(evidence, pointClause as ClauseId | undefined, first);
  const situation = relevant(name, culprit.clause, culprit.situation);
  const kind = point !== null ? 'inconsistent' : dated ? 'dated' : 'deviation';
  const identity = { kind: kind === 'inconsistent' ? kind : 'deviation', point, ...culprit, situation };
  const words = Object.entries(situation).map(([fact, value]) => `${fact}=${value}`);
  const permitted = permittedOf(refused, first);
  return {
    kind,
    id: contentId(identity),
    signature: [point ?? culprit.clause, culprit.operation, culprit.observedClass, ...words].join(' '),
    clause: culprit.clause,
    suspects: suspects.length > 0 ? suspects.map(({ clause }) => clause) : [culprit.clause],
    point: point === null ? null : (point as PointId),
    operation: culprit.operation,
    observedClass: culprit.observedClass,
    situation,
    step: refused.step,
    observed: refused.seen,
    permitted,
    nearest: permitted[0] ?? null,
    documentedSince: dated?.since ?? null,
    documentedBy: dated?.id ?? null,
  } satisfies Deviation & { readonly machine?: typeof machine };
};

/** The clause, operation and class that the finding is filed under. */
const blame = (
  { program, refused }: Evidence,
  pointClause: ClauseId | undefined,
  first: Suspect | undefined,
): { clause: ClauseId; operation: string; observedClass: string; situation: Breach['situation'] } => {
  if (pointClause !== undefined)
    return {
      clause: pointClause,
      operation: first?.breach.operation ?? program.steps[refused.step]?.op ?? 'settle',
      observedClass: 'answered in two ways',
      situation: {},
    };
  if (first) {
    const { operation, observed, situation } = first.breach;
    return { clause: first.clause, operation, observedClass: observed, situation };
  }
  const [nearest] = refused.permitted;
  const clause = nearest?.clauses[0] ?? refused.permitted.at(0)?.clauses[0];
  return {
    clause: clause ?? (`${program.interface}/system/hang` as ClauseId),
    operation: program.steps[refused.step]?.op ?? 'settle',
    observedClass: nearest?.why ?? (refused.seen === 'still blocked' ? 'still blocked' : 'not permitted'),
    situation: {},
  };
};

const rank: Readonly<Record<ClauseEntry['strength'], number>> = {
  shall: 0,
  should: 1,
  may: 2,
  erratum: 3,
  unspecified: 4,
};

/** The clauses whose single breach explains the trace, the firm and specific ones first. */
const suspectsOf = ({ name, machine, program, events, basis }: Evidence): readonly Suspect[] => {
  const found: (Suspect & { readonly order: number })[] = [];
  const entries = new Map(clauses(name).map((entry) => [entry.id, entry]));
  for (const clause of machine.clauses) {
    const relaxed = accept(machine, program.steps, events, { ...basis, relaxed: clause });
    if (relaxed.verdict !== 'accepted') continue;
    const breach = relaxed.entries.find((entry) => entry.breach !== null)?.breach;
    if (!breach) continue;
    const strength = entries.get(clause)?.strength ?? 'shall';
    found.push({ clause, breach, order: 100 * rank[strength] + (machine.breadth?.(clause) ?? 10) });
  }
  return found.sort((a, b) => a.order - b.order);
};

/** A variation point that explains the trace if the system may answer it anew each time. */
const inconstantPoint = ({ machine, program, events, basis }: Evidence): PointId | null => {
  const { ids } = machine.points;
  for (let point = 0; point < ids.length; point++)
    if (accept(machine, program.steps, events, { ...basis, inconstant: point }).verdict === 'accepted')
      return ids[point] ?? null;
  return null;
};

/** The first later edition that permits the trace. */
const laterEdition = ({ name, edition, editions }: Evidence): EditionEntry | null => {
  const entries = clauseFile(name).editions;
  const permits = (id: string) => editions.some((judged) => judged.id === id && !judged.violates);
  return entries.find((entry) => (entry.since ?? '') > (edition.since ?? '') && permits(entry.id)) ?? null;
};

/** Only the facts which the clause reads. */
const relevant = (
  name: InterfaceName,
  clause: ClauseId,
  situation: Breach['situation'],
): Breach['situation'] => {
  const read = clauses(name).find(({ id }) => id === clause)?.situation ?? [];
  return Object.fromEntries(
    read.flatMap((fact) => (situation[fact] === undefined ? [] : [[fact, situation[fact]]])),
  );
};

const permittedOf = (refused: Refused<unknown>, first: Suspect | undefined): readonly PermittedResult[] => {
  const fromBreach = (first?.breach.permitted ?? []).map((result) => ({
    result,
    clause: (first as Suspect).clause,
    why: (first as Suspect).breach.observed,
  }));
  const here = refused.permitted.map(({ permits, clauses: [clause], why }) => ({
    result: permits,
    clause: clause as ClauseId,
    why,
  }));
  return fromBreach.length > 0 ? fromBreach : here;
};
