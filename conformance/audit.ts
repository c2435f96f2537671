/**
 * The suite under test: does it notice every lie that our simulator can tell, and does it name the right sentence? Each
 * mutant is run like any other target until it is found out; a control, which is wrong in a way that the documents
 * permit, has to survive.
 */

import type { ClauseId, InterfaceName, Program, SystemUnderTest } from '#spec/index';
import { run } from './run.ts';

/** A deliberately wrong system, as the simulator lists it. */
export interface MutantEntry {
  readonly name: string;
  /** What it does wrong, in words. */
  readonly lie: string;
  /** The clauses that it breaks, the principal one first. */
  readonly breaks: readonly ClauseId[];
  /** It is a permitted behaviour and has to survive. */
  readonly control?: boolean;
  /** The edition under which it is wrong; that of the audit when absent. */
  readonly edition?: string;
}

/** One row of the kill matrix. */
export interface MutantRow {
  readonly mutant: string;
  readonly lie: string;
  readonly breaks: readonly ClauseId[];
  readonly control: boolean;
  readonly killed: boolean;
  /** Programs until the first deviation; null when it survived. */
  readonly programs: number | null;
  /** Steps of the shortest counterexample before its closing. */
  readonly steps: number | null;
  readonly suspects: readonly ClauseId[];
  /** Rank of the first declared clause among the suspects, from 1; null when it is not among them. */
  readonly rank: number | null;
  readonly counterexample: Program | null;
}

export interface AuditRecord {
  readonly interface: InterfaceName;
  readonly rows: readonly MutantRow[];
  readonly killed: number;
  readonly survived: readonly string[];
  /** Controls that were accused. */
  readonly accused: readonly string[];
  readonly declaredAmongSuspects: number;
  readonly declaredFirst: number;
  /** Mutants that had to be killed. */
  readonly of: number;
}

export interface AuditOptions {
  readonly seed: number;
  /** Programs against a mutant before it counts as surviving. */
  readonly runs: number;
  readonly maxSteps: number;
  readonly edition?: string;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number, name: string) => void;
}

/** Programs that a mutant is given at a time; the audit stops at the first batch that finds it out. */
const portions = [100, 400, 1_500, 8_000, Number.POSITIVE_INFINITY] as const;

/** Runs the suite against every mutant. */
export const audit = async (
  name: InterfaceName,
  mutants: readonly MutantEntry[],
  open: (mutant: MutantEntry) => Promise<SystemUnderTest>,
  options: AuditOptions,
): Promise<AuditRecord> => {
  const rows: MutantRow[] = [];
  for (const mutant of mutants) {
    if (options.signal?.aborted) break;
    options.progress?.(rows.length, mutants.length, mutant.name);
    const system = await open(mutant);
    try {
      rows.push(await auditOne(name, mutant, system, options));
    } finally {
      await system.close();
    }
  }
  const lies = rows.filter(({ control }) => !control);
  return {
    interface: name,
    rows,
    killed: lies.filter(({ killed }) => killed).length,
    survived: lies.filter(({ killed }) => !killed).map(({ mutant }) => mutant),
    accused: rows.filter(({ control, killed }) => control && killed).map(({ mutant }) => mutant),
    declaredAmongSuspects: lies.filter(({ rank }) => rank !== null).length,
    declaredFirst: lies.filter(({ rank }) => rank === 1).length,
    of: lies.length,
  };
};

const auditOne = async (
  name: InterfaceName,
  mutant: MutantEntry,
  system: SystemUnderTest,
  options: AuditOptions,
): Promise<MutantRow> => {
  const base = {
    mutant: mutant.name,
    lie: mutant.lie,
    breaks: mutant.breaks,
    control: mutant.control === true,
  };
  const edition = mutant.edition ?? options.edition;
  for (const portion of portions) {
    const runs = Math.min(portion, options.runs);
    let programs: number | null = null;
    // One finding is enough.
    const found = new AbortController();
    const result = await run(
      name,
      system,
      {
        seed: options.seed,
        runs,
        maxSteps: options.maxSteps,
        repetitions: 1,
        ...(edition !== undefined && { edition }),
        signal: options.signal ? AbortSignal.any([options.signal, found.signal]) : found.signal,
      },
      {
        finding: (_found, judged) => {
          programs = programs ?? judged ?? null;
          found.abort();
        },
      },
    );
    // The first finding is the one that a user reads first.
    const best = result.findings[0];
    if (best) {
      const suspects = best.finding.suspects as readonly ClauseId[];
      const ranks = mutant.breaks.map((clause) => suspects.indexOf(clause) + 1).filter((rank) => rank > 0);
      return {
        ...base,
        killed: true,
        programs,
        steps: best.finding.steps,
        suspects,
        rank: ranks.length > 0 ? Math.min(...ranks) : null,
        counterexample: best.finding.program,
      };
    }
    if (portion >= options.runs) break;
  }
  return {
    ...base,
    killed: false,
    programs: null,
    steps: null,
    suspects: [],
    rank: null,
    counterexample: null,
  };
};
