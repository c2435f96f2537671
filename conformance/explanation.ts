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
  /** Every clause whose single breach explains the trace, least broad first; none when no single one does. */
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
  const point = inconstantPoint(evidence);
  const suspects = suspectsOf(evidence);
  if (point !== null)
    return inconstant(
      evidence,
      point,
      suspects.map(({ clause }) => clause),
    );
  const [first] = suspects;
  if (!first) return unexplained(evidence);
  return deviation(
    evidence,
    first,
    suspects.map(({ clause }) => clause),
  );
};

/**
 * Is the trace explained by something that is known already? Cheap: one look for each known deviation. Null when not,
 * and then `explain` has to find out.
 */
export const recognise = (evidence: Evidence, known: readonly Deviation[]): Deviation | null => {
  for (const { clause, point, id } of known) {
    if (point !== null) {
      if (isInconstant(evidence, point)) return inconstant(evidence, point);
      continue;
    }
    const suspect = suspectOf(evidence, clause);
    if (suspect === null) continue;
    const found = deviation(evidence, suspect, [clause]);
    if (found.id === id) return found;
  }
  return null;
};

/** The identity of an inconsistent point: the same within one program and across programs. */
export const inconsistentId = (point: string): string => contentId(['inconsistent', point]);

const common = ({ refused }: Evidence) => ({ step: refused.step, observed: refused.seen });

const signatureOf = (
  head: string,
  operation: string,
  observed: string,
  situation: Breach['situation'],
): string =>
  [head, operation, observed, ...Object.entries(situation).map(([fact, value]) => `${fact}=${value}`)].join(
    ' ',
  );

/** One clause explains the trace. */
const deviation = (evidence: Evidence, first: Suspect, suspects: readonly ClauseId[]): Deviation => {
  const { clause, breach } = first;
  const { operation, observed: observedClass } = breach;
  const situation = relevant(evidence.name, clause, breach.situation);
  const dated = laterEdition(evidence);
  const permitted = breach.permitted.map((result) => ({ result, clause, why: observedClass }));
  return {
    ...common(evidence),
    kind: dated ? 'dated' : 'deviation',
    id: contentId({ clause, operation, observedClass, situation }),
    signature: signatureOf(clause, operation, observedClass, situation),
    clause,
    suspects,
    point: null,
    operation,
    observedClass,
    situation,
    permitted,
    nearest: permitted[0] ?? null,
    documentedSince: dated?.since ?? null,
    documentedBy: dated?.id ?? null,
  };
};

/** A choice was made in two ways within one program, unless one of the others is broken. */
const inconstant = (evidence: Evidence, point: PointId, others: readonly ClauseId[] = []): Deviation => {
  const entry = clauseFile(evidence.name).points?.find(({ id }) => id === point);
  const clause = entry?.clause as ClauseId;
  const permitted = (entry?.values ?? []).map((result) => ({ result, clause, why: 'always the same' }));
  return {
    ...common(evidence),
    kind: 'inconsistent',
    id: inconsistentId(point),
    signature: `inconsistent ${point}`,
    clause,
    suspects: [clause, ...others.filter((other) => other !== clause)],
    point,
    operation: evidence.program.steps[evidence.refused.step]?.op ?? 'settle',
    observedClass: 'answered in two ways',
    situation: {},
    permitted,
    nearest: null,
    documentedSince: null,
    documentedBy: null,
  };
};

/** No single clause explains it: two things went wrong in one program, or a clause is missing. */
export const unexplained = (evidence: Evidence): Deviation => {
  const { program, refused } = evidence;
  const permitted = refused.permitted.map(({ permits, clauses: [clause], why }) => ({
    result: permits,
    clause: clause as ClauseId,
    why,
  }));
  const [nearest] = permitted;
  const clause = nearest?.clause ?? (`${program.interface}/system/hang` as ClauseId);
  const operation = program.steps[refused.step]?.op ?? 'settle';
  const observedClass = nearest?.why ?? 'not permitted';
  const dated = laterEdition(evidence);
  return {
    ...common(evidence),
    kind: dated ? 'dated' : 'deviation',
    id: contentId({ clause, operation, observedClass, situation: {}, unexplained: true }),
    signature: signatureOf(clause, operation, observedClass, {}),
    clause,
    suspects: [],
    point: null,
    operation,
    observedClass,
    situation: {},
    permitted,
    nearest: nearest ?? null,
    documentedSince: dated?.since ?? null,
    documentedBy: dated?.id ?? null,
  };
};

const rank: Readonly<Record<ClauseEntry['strength'], number>> = {
  shall: 0,
  should: 1,
  may: 2,
  erratum: 3,
  unspecified: 4,
};

/** States examined before a clause is given up as an explanation. */
const explanationBudget = 600;

/** The breach of this clause that explains the trace, if one does. */
const suspectOf = ({ machine, program, events, basis }: Evidence, clause: ClauseId): Suspect | null => {
  const relaxed = accept(machine, program.steps, events, {
    ...basis,
    relaxed: clause,
    budget: explanationBudget,
  });
  if (relaxed.verdict !== 'accepted') return null;
  const breach = relaxed.entries.find((entry) => entry.breach !== null)?.breach;
  return breach ? { clause, breach } : null;
};

/** The clauses whose single breach explains the trace, the firm and specific ones first. */
const suspectsOf = (evidence: Evidence): readonly Suspect[] => {
  const { name, machine } = evidence;
  const strengths = new Map(clauses(name).map(({ id, strength }) => [id, strength]));
  const order = (clause: ClauseId) =>
    100 * rank[strengths.get(clause) ?? 'shall'] + (machine.breadth?.(clause) ?? 10);
  return machine.clauses
    .flatMap((clause) => suspectOf(evidence, clause) ?? [])
    .sort((a, b) => order(a.clause) - order(b.clause));
};

/** A variation point that explains the trace if the system may answer it anew each time. One answer is no choice. */
const inconstantPoint = (evidence: Evidence): PointId | null => {
  const { points } = evidence.machine;
  const open = evidence.basis.choices ?? points.open();
  const isChoice = (_: PointId, point: number): boolean => {
    const mask = open[point] ?? 0;
    return (mask & (mask - 1)) !== 0;
  };
  return points.ids.filter(isChoice).find((point) => isInconstant(evidence, point)) ?? null;
};

const isInconstant = ({ machine, program, events, basis }: Evidence, point: PointId): boolean =>
  accept(machine, program.steps, events, { ...basis, inconstant: machine.points.number(point) }).verdict ===
  'accepted';

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
