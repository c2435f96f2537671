/**
 * From the first program that showed something to a finding: shrunk while it shows the same, repeated to learn how
 * reliably it does, and said in words. A failure that does not repeat is a finding with a rate, never an exception.
 */

import {
  type ClauseId,
  clauseFile,
  clauses,
  contentId,
  type Finding,
  type InterfaceName,
  interfaceFile,
  noDocument,
  type Program,
  type Reliability,
  type SourceReference,
  type SystemUnderTest,
  type Trace,
  type TraceEvent,
  type VerdictHint,
} from '#spec/index';
import { type Attempt, attempt, judged, shown } from './attempt.ts';
import { type Deviation, inconsistentId } from './explanation.ts';
import { guideOf } from './interfaces.ts';
import type { JudgeOptions } from './oracle.ts';
import { attemptAfter, predecessorsOf } from './preceding.ts';
import { RateTest, wilson } from './reliability.ts';
import { shrink } from './shrink.ts';
import type { Contradiction } from './tally.ts';

/** A finding with the trace that shows it. */
export interface FoundTrace {
  readonly finding: Finding;
  readonly trace: Trace;
}

/** What shrinking and repeating need. */
export interface Laboratory {
  readonly name: InterfaceName;
  readonly system: SystemUnderTest;
  readonly judging: JudgeOptions;
  /** How often a finding is repeated; default 20. */
  readonly times?: number;
  readonly signal?: AbortSignal;
  /** Called for every program executed here. */
  readonly executed?: () => void;
}

const times = 20;
/** Before shrinking, a finding is repeated this often to see whether it is flaky. */
const rehearsals = 5;
/** A flaky one is repeated until it has shown so often, to learn its rate, or until so many repetitions. */
const showingsEnough = 4;
const rehearsalsMax = 80;
/** States examined for a candidate: what is harder to judge than that is no simpler to read either. */
const shrinkingBudget = 2_000;

/** Shrinks, repeats and describes what a program showed. */
export const investigate = async (lab: Laboratory, program: Program, first: Attempt): Promise<FoundTrace> => {
  const isSame = soughtBy(first);
  const predecessors = await predecessorsOf(lab, program, first, isSame);
  if (predecessors.length > 0) {
    const again = () => attemptAfter(lab, program, predecessors);
    return describe(lab, program, first, await repeat(lab, again, isSame), predecessors);
  }
  const { program: small, witness } = await minimise(lab, program, first, isSame);
  const reliability = await repeat(lab, once(lab, small), isSame);
  return describe(lab, small, witness, reliability, []);
};

/**
 * What shrinking must keep: the same identity. Where no single clause explains the trace, two things went wrong in one
 * program; then any deviation will do, and shrinking leaves the one that is easier to show.
 */
const soughtBy = (first: Attempt): ((tried: Attempt) => boolean) => {
  const identity = shown(first);
  const deviation = deviationOf(first);
  if (deviation === null || deviation.suspects.length > 0) return (tried) => shown(tried) === identity;
  return (tried) => deviationOf(tried) !== null;
};

/**
 * Whether an attempt shows the finding that this program of it shows: the same deviation, or a choice made the same way
 * where only two programs together are the finding.
 */
export const showsAgain = async (
  system: SystemUnderTest,
  { program, inconsistency }: Finding,
  judging: JudgeOptions,
): Promise<(tried: Attempt) => boolean> => {
  const first = await attempt(system, program, judging);
  if (shown(first) !== null || inconsistency === undefined) return soughtBy(first);
  const proof = inconsistency.proofs.find((each) => each.program === program);
  return proves(inconsistency.point, proof?.values ?? []);
};

/** Whether an attempt leaves exactly these values of a variation point possible. */
const proves =
  (point: string, values: readonly string[]) =>
  (tried: Attempt): boolean =>
    tried.kind === 'judged' &&
    tried.judgement.choices.some(
      (choice) => choice.point === point && choice.possible.join() === values.join(),
    );

const deviationOf = (tried: Attempt): Deviation | null =>
  tried.kind === 'judged' ? tried.judgement.deviation : null;

/** What a program showed, as it was first seen: for when the target does not live to have it shrunk or repeated. */
export const asFirstSeen = (lab: Laboratory, program: Program, first: Attempt): FoundTrace =>
  describe(lab, program, first, { hits: 1, runs: 1 });

/** Shrinks while `isSame`; the witness is an attempt at the result that showed it. */
const minimise = async (
  lab: Laboratory,
  program: Program,
  first: Attempt,
  isSame: (tried: Attempt) => boolean,
): Promise<{ program: Program; witness: Attempt }> => {
  const { name, system, judging, signal, executed } = lab;
  if (signal?.aborted) return { program, witness: first };
  const rate = await rehearse(lab, program, isSame);
  // Never seen again: there is nothing to shrink by.
  if (rate === 0) return { program, witness: first };
  const witnesses = new Map<string, Attempt>();
  const deviation = deviationOf(first);
  const sought = deviation !== null && deviation.suspects.length > 0 ? { sought: deviation } : {};
  const judgeOnce = (candidate: Program) => {
    executed?.();
    return attempt(system, candidate, {
      ...judging,
      ...sought,
      everyEdition: false,
      budget: shrinkingBudget,
    });
  };
  // Looking for one deviation alone is quick; what passes has to show it among all suspects too.
  const note = (candidate: Program, tried: Attempt): boolean => {
    if (!isSame(tried)) return false;
    const whole = judged(candidate, tried.answer, { ...judging, budget: shrinkingBudget });
    if (!isSame(whole)) return false;
    witnesses.set(JSON.stringify(candidate.steps), whole);
    return true;
  };
  const keeps = (candidate: Program): boolean | Promise<boolean> => {
    const tried = judgeOnce(candidate);
    if (rate < 1) return keepsAtRate(candidate, tried);
    return tried instanceof Promise ? tried.then((late) => note(candidate, late)) : note(candidate, tried);
  };
  // Seen once is not enough: what shows the finding ever more rarely would not show it at all in the end.
  const keepsAtRate = async (candidate: Program, first: Attempt | Promise<Attempt>): Promise<boolean> => {
    const test = new RateTest({ rate, falseDrop: 0.05 });
    for (let tried = await first; ; tried = await judgeOnce(candidate)) {
      test.add(shown(tried) === 'unknown' ? 'cannot-tell' : note(candidate, tried) ? 'same' : 'another');
      if (test.answer !== undefined || signal?.aborted) return test.answer === true;
    }
  };
  const guide = guideOf(name);
  const shrunk = await shrink(program, keeps, {
    interfaceFile: interfaceFile(name),
    closing: (candidate) => guide.closing(candidate.steps),
    // Attempts at a flaky or distant system are dear: no detours, and not for long.
    ...(rate === 1 && system.description.selfCheck
      ? {}
      : { detours: false, budget: rate === 1 ? 2_000 : 400 }),
    ...(signal && { signal }),
  });
  return { program: shrunk.program, witness: witnesses.get(JSON.stringify(shrunk.program.steps)) ?? first };
};

/**
 * How often the program shows the finding, at least: 1 when it did every time. A rate learnt from few showings is only
 * roughly known, and one that is thought too high would turn down every candidate.
 */
const rehearse = async (
  lab: Laboratory,
  program: Program,
  isSame: (tried: Attempt) => boolean,
): Promise<number> => {
  let hits = 0;
  let runs = 0;
  while (runs < rehearsals || (hits < showingsEnough && runs < rehearsalsMax)) {
    if (lab.signal?.aborted) return 0;
    lab.executed?.();
    runs++;
    if (isSame(await attempt(lab.system, program, lab.judging))) hits++;
  }
  return hits === runs ? 1 : wilson(hits, runs, 1).low;
};

const once = (lab: Laboratory, program: Program) => (): Attempt | Promise<Attempt> => {
  lab.executed?.();
  return attempt(lab.system, program, lab.judging);
};

/**
 * Repeats a finding so often as was asked, whatever comes of it: a measurement that stopped at a showing would report a
 * rate that is too high.
 */
const repeat = async (
  lab: Laboratory,
  again: () => Attempt | Promise<Attempt>,
  isSame: (tried: Attempt) => boolean,
): Promise<Reliability> => {
  let hits = 0;
  let runs = 0;
  for (; runs < (lab.times ?? times) && !lab.signal?.aborted; runs++) if (isSame(await again())) hits++;
  return runs === 0 ? { hits: 1, runs: 1 } : { hits, runs };
};

/** Steps before the closing. */
const bodyLength = (name: InterfaceName, program: Program): number => {
  const { steps } = program;
  for (let length = 0; length <= steps.length; length++) {
    const end = guideOf(name).closing(steps.slice(0, length));
    if (length + end.length === steps.length && JSON.stringify(steps.slice(length)) === JSON.stringify(end))
      return length;
  }
  return steps.length;
};

/** The clause in words, with its source. */
const sentenceOf = (
  name: InterfaceName,
  clause: ClauseId,
): { statement: string; source: SourceReference } => {
  const found = clauses(name).find(({ id }) => id === clause);
  return {
    statement: found?.statement ?? 'the system stays up, answers, and leaves nothing behind',
    source: found?.source ?? { document: noDocument, section: 'every system has to answer' },
  };
};

const describe = (
  lab: Laboratory,
  program: Program,
  witness: Attempt,
  reliability: Reliability,
  precededBy: readonly Program[] = precededIn(witness),
): FoundTrace => {
  const { name, system } = lab;
  const identity = identityOf(name, witness);
  const events = eventsOf(witness);
  const { deviation } = identity;
  const log = logOf(witness);
  const finding: Finding = {
    id: identity.id,
    kind: identity.kind,
    signature: identity.signature,
    interface: name,
    clause: identity.clause,
    situation: deviation?.situation ?? {},
    ...sentenceOf(name, identity.clause),
    operation: deviation?.operation ?? program.steps[identity.step ?? 0]?.op ?? 'unknown',
    observed: deviation?.observed ?? identity.observed,
    observedClass: deviation?.observedClass ?? identity.kind,
    permitted: deviation?.permitted ?? [],
    nearest:
      deviation?.nearest == null
        ? null
        : {
            result: deviation.nearest.result,
            clause: deviation.nearest.clause,
            difference: deviation.nearest.why ?? 'not seen',
          },
    suspects: deviation && deviation.suspects.length > 0 ? deviation.suspects : [identity.clause],
    documentedSince: deviation?.documentedSince ?? null,
    ...(deviation?.documentedBy != null && { documentedBy: deviation.documentedBy }),
    step: identity.step,
    steps: bodyLength(name, program),
    reliability,
    rate: reliability.runs === 0 ? 0 : reliability.hits / reliability.runs,
    expected: false,
    verdictHint: hintOf(name, identity.kind, identity.clause, reliability),
    causeGroup: contentId(deviation?.suspects ?? [identity.clause]),
    ...(log.length > 0 && { log }),
    ...(precededBy.length > 0 && { precededBy: [...precededBy] }),
    program,
    path: `findings/${identity.id}`,
    replay: replayCommand(system, `findings/${identity.id}`),
  };
  const { description } = system;
  return {
    finding,
    trace: {
      program,
      events: [...events],
      system: description.system,
      ...(log.length > 0 && { console: [...log] }),
    },
  };
};

/** What ran before, as long as nobody has found out whether it matters. */
const precededIn = ({ answer }: Attempt): readonly Program[] =>
  'precededBy' in answer ? (answer.precededBy ?? []) : [];

const eventsOf = ({ answer }: Attempt): readonly TraceEvent[] =>
  answer.kind === 'trace' || answer.kind === 'failed' ? (answer.events ?? []) : [];

/** As a shell needs it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const replayCommand = ({ description }: SystemUnderTest, path: string): string =>
  `doorbell replay ${path} --target ${quoted(description.address)}`;

interface Identity {
  readonly id: string;
  readonly kind: Finding['kind'];
  readonly signature: string;
  readonly clause: ClauseId;
  readonly step: number | null;
  readonly observed: string | null;
  readonly deviation: Deviation | null;
}

const logOf = ({ answer }: Attempt): readonly string[] => {
  const lines = 'console' in answer ? (answer.console ?? []) : [];
  return answer.kind === 'trace' ? [...(answer.warnings ?? []), ...(answer.leaks ?? []), ...lines] : lines;
};

const identityOf = (name: InterfaceName, witness: Attempt): Identity => {
  const reserved = (
    kind: 'crash' | 'hang' | 'warning' | 'leak',
    step: number | null,
    observed: string,
  ): Identity => {
    const clause = `${name}/system/${kind}` as ClauseId;
    return {
      id: contentId([clause, kind]),
      kind,
      signature: `${clause} ${kind}`,
      clause,
      step,
      observed,
      deviation: null,
    };
  };
  if (witness.kind === 'not-judged') {
    const { answer } = witness;
    const step = 'step' in answer ? (answer.step ?? null) : null;
    return reserved(answer.kind === 'hung' ? 'hang' : 'crash', step, answer.reason);
  }
  const { deviation } = witness.judgement;
  if (deviation === null) {
    const { warnings = [], leaks = [] } = witness.answer;
    return warnings.length > 0
      ? reserved('warning', null, warnings[0] ?? '')
      : reserved('leak', null, leaks[0] ?? '');
  }
  const { id, kind, signature, clause, step } = deviation;
  return { id, kind, signature, clause, step, observed: null, deviation };
};

const hintOf = (
  name: InterfaceName,
  kind: Finding['kind'],
  clause: ClauseId,
  reliability: Reliability,
): VerdictHint => {
  const entry = clauses(name).find(({ id }) => id === clause);
  if (kind === 'dated')
    return { suspect: 'document', because: 'a later edition of the page describes what the system does' };
  if (kind === 'inconsistent')
    return {
      suspect: 'system',
      because: 'the page leaves the choice to the system, which has to keep to one answer',
    };
  if (kind !== 'deviation' && reliability.hits < reliability.runs)
    return {
      suspect: 'undecided',
      because: `it showed in ${reliability.hits} of ${reliability.runs} repetitions only, and may depend on what ran before`,
    };
  if (kind === 'crash' || kind === 'hang' || kind === 'warning' || kind === 'leak')
    return { suspect: 'system', because: 'no program that the interface allows may do this' };
  if (reliability.hits < reliability.runs)
    return {
      suspect: 'undecided',
      because: `it showed in ${reliability.hits} of ${reliability.runs} repetitions only`,
    };
  if (entry?.inferred)
    return { suspect: 'undecided', because: 'the sentence is inferred from the page, not written in it' };
  if (entry?.gap !== undefined)
    return { suspect: 'undecided', because: 'the sentence can be read in another way' };
  return { suspect: 'system', because: 'the sentence is explicit and the deviation repeats every time' };
};

/** Two programs that prove disjoint values of one point, each shrunk alone to the shortest that still proves its own. */
export const contradiction = async (
  lab: Laboratory,
  { point, proofs }: Contradiction,
): Promise<FoundTrace | null> => {
  const { name, system } = lab;
  const entry = clauseFile(name).points?.find(({ id }) => id === point);
  if (!entry) return null;
  const shrunk = [];
  for (const proof of proofs) {
    const first = await attempt(system, proof.program, lab.judging);
    const isSame = proves(point, proof.possible);
    const { program, witness } = await minimise(lab, proof.program, first, isSame);
    const reliability = await repeat(lab, once(lab, program), isSame);
    const events = witness.answer.kind === 'trace' ? witness.answer.events : [];
    shrunk.push({
      values: proof.possible,
      program,
      step: Math.max(0, bodyLength(name, program) - 1),
      reliability,
      events,
    });
  }
  const [one, other] = shrunk;
  if (!one || !other) return null;
  const clause = entry.clause as ClauseId;
  const id = inconsistentId(point);
  const reliability = one.reliability.hits < other.reliability.hits ? one.reliability : other.reliability;
  const finding: Finding = {
    id,
    kind: 'inconsistent',
    signature: `inconsistent ${point}`,
    interface: name,
    clause,
    situation: {},
    ...sentenceOf(name, clause),
    operation: other.program.steps[other.step]?.op ?? 'unknown',
    observed: `${one.values.join(' or ')} in one program, ${other.values.join(' or ')} in another`,
    observedClass: 'answered in two ways',
    permitted: entry.values.map((value) => ({ result: value, clause, why: 'always the same' })),
    nearest: null,
    suspects: [clause],
    documentedSince: null,
    step: other.step,
    steps: bodyLength(name, other.program),
    reliability,
    rate: reliability.hits / Math.max(1, reliability.runs),
    expected: false,
    verdictHint: hintOf(name, 'inconsistent', clause, reliability),
    causeGroup: contentId([clause]),
    inconsistency: {
      point,
      proofs: shrunk.map(({ events, ...proof }) => ({
        ...proof,
        observed: proof.values.join(' or '),
        events: [...events],
      })),
    },
    program: other.program,
    path: `findings/${id}`,
    replay: replayCommand(system, `findings/${id}`),
  };
  return {
    finding,
    trace: { program: other.program, events: [...other.events], system: system.description.system },
  };
};
