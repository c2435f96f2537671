/**
 * The suite under test: does it notice every lie that our simulator can tell, does it name the right sentence, and is
 * what it shows as short as can be? Each mutant is run like any other target until it is found out, once for every seed;
 * a control, which is wrong in a way that the documents permit, has to survive.
 */

import type { ClauseId, InterfaceName, Program, SystemUnderTest } from '#spec/index';
import { type FoundTrace, showsAgain } from './findings.ts';
import { type Minimum, minimumOf } from './minimum/minimum.ts';
import type { SteppedSystem } from './minimum/stepped-system.ts';
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

/** How one seed found a mutant out: the first finding, which a user reads first. */
export interface Kill {
  readonly seed: number;
  /** Programs judged until then. */
  readonly programs: number;
  /** Identity of the finding. */
  readonly finding: string;
  /** Steps of the counterexample before its closing. */
  readonly steps: number;
  /** The shortest program that shows the same; null when nobody looked. */
  readonly minimum: Pick<Minimum, 'steps' | 'exact'> | null;
  readonly suspects: readonly ClauseId[];
  /** Rank of the first declared clause among the suspects, from 1; null when it is not among them. */
  readonly rank: number | null;
  readonly counterexample: Program;
}

/** One row of the kill matrix. */
export interface MutantRow {
  readonly mutant: string;
  readonly lie: string;
  readonly breaks: readonly ClauseId[];
  readonly control: boolean;
  /** By seed, those that noticed. */
  readonly kills: readonly Kill[];
  /** Seeds that did not notice. */
  readonly survived: readonly number[];
  /** Median of the programs until the first deviation; null when every seed let it survive. */
  readonly programs: number | null;
}

export interface AuditRecord {
  readonly interface: InterfaceName;
  readonly seeds: readonly number[];
  readonly rows: readonly MutantRow[];
  /** Mutants that had to be killed. */
  readonly of: number;
  /** Mutants that every seed killed. */
  readonly killed: number;
  /** Mutants that some seed let survive. */
  readonly survived: readonly string[];
  /** Controls that some seed accused. */
  readonly accused: readonly string[];
  /** Counterexamples to the mutants: what the counts below are out of. */
  readonly counterexamples: number;
  /** With a declared clause among the suspects, and with one as the first. */
  readonly declaredAmongSuspects: number;
  readonly declaredFirst: number;
  /** Of which a minimum was looked for. */
  readonly measured: number;
  /** As short as the shortest known program that shows the same. */
  readonly atMinimum: number;
  /** Of which the search for shorter ones gave up before it had looked at all. */
  readonly bounded: number;
  /** Most steps by which a counterexample is too long. */
  readonly excess: number;
}

export interface AuditOptions {
  /** The first seed. */
  readonly seed: number;
  /** How many seeds from there on; default 1. */
  readonly seeds?: number;
  /** Programs against a mutant before it counts as surviving. */
  readonly runs: number;
  readonly maxSteps: number;
  readonly edition?: string;
  /** Look for the shortest counterexamples; no look when absent. */
  readonly minimum?: {
    /** The mutant, driven step by step. */
    readonly open: (mutant: MutantEntry) => SteppedSystem;
    readonly situationsMax: number;
    readonly smallWorlds?: boolean;
  };
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, of: number, name: string) => void;
}

/** Opens a mutant on a fresh system. */
export type OpenMutant = (mutant: MutantEntry) => Promise<SystemUnderTest>;

/** Runs the suite against every mutant. */
export const audit = async (
  name: InterfaceName,
  mutants: readonly MutantEntry[],
  open: OpenMutant,
  options: AuditOptions,
): Promise<AuditRecord> => {
  const seeds = Array.from({ length: options.seeds ?? 1 }, (_, index) => options.seed + index);
  const rows: MutantRow[] = [];
  for (const mutant of mutants) {
    if (options.signal?.aborted) break;
    options.progress?.(rows.length, mutants.length, mutant.name);
    rows.push(await new Trial(name, mutant, open, options).row(seeds));
  }
  return { interface: name, seeds, rows, ...totals(rows) };
};

const totals = (rows: readonly MutantRow[]): Omit<AuditRecord, 'interface' | 'seeds' | 'rows'> => {
  const lies = rows.filter(({ control }) => !control);
  const survived = lies.filter((row) => row.survived.length > 0 || row.kills.length === 0);
  const kills = lies.flatMap((row) => row.kills);
  const excess = kills.flatMap(({ steps, minimum }) => (minimum === null ? [] : [steps - minimum.steps]));
  return {
    of: lies.length,
    killed: lies.length - survived.length,
    survived: survived.map(({ mutant }) => mutant),
    accused: rows.filter((row) => row.control && row.kills.length > 0).map(({ mutant }) => mutant),
    counterexamples: kills.length,
    declaredAmongSuspects: kills.filter(({ rank }) => rank !== null).length,
    declaredFirst: kills.filter(({ rank }) => rank === 1).length,
    measured: excess.length,
    atMinimum: excess.filter((steps) => steps === 0).length,
    bounded: kills.filter(({ minimum }) => minimum?.exact === false).length,
    excess: Math.max(0, ...excess),
  };
};

/** One mutant before the suite. */
class Trial {
  readonly name: InterfaceName;
  readonly mutant: MutantEntry;
  readonly open: OpenMutant;
  readonly options: AuditOptions;
  readonly edition: { readonly edition?: string };
  /** Minima by counterexample: several seeds find the same one. */
  readonly minima = new Map<string, Kill['minimum']>();

  constructor(name: InterfaceName, mutant: MutantEntry, open: OpenMutant, options: AuditOptions) {
    this.name = name;
    this.mutant = mutant;
    this.open = open;
    this.options = options;
    const edition = mutant.edition ?? options.edition;
    this.edition = edition === undefined ? {} : { edition };
  }

  async row(seeds: readonly number[]): Promise<MutantRow> {
    const { name: mutant, lie, breaks, control = false } = this.mutant;
    const kills: Kill[] = [];
    const survived: number[] = [];
    for (const seed of seeds) {
      if (this.options.signal?.aborted) break;
      const system = await this.open(this.mutant);
      try {
        const kill = await this.kill(system, seed);
        if (kill !== null) kills.push(kill);
        else if (!this.options.signal?.aborted) survived.push(seed);
      } finally {
        await system.close();
      }
    }
    const programs = median(kills.map((kill) => kill.programs));
    return { mutant, lie, breaks, control, kills, survived, programs };
  }

  /** The first finding of a run; null when there is none. */
  async kill(system: SystemUnderTest, seed: number): Promise<Kill | null> {
    const { runs, maxSteps, signal } = this.options;
    // One finding is enough.
    const enough = new AbortController();
    let programs = 0;
    const { findings } = await run(
      this.name,
      system,
      {
        seed,
        runs,
        maxSteps,
        repetitions: 1,
        ...this.edition,
        signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
      },
      {
        finding: (_found, judged = 0) => {
          programs ||= judged;
          enough.abort();
        },
      },
    );
    const [first] = findings;
    if (!first) return null;
    const { id, steps, program } = first.finding;
    const suspects = first.finding.suspects as readonly ClauseId[];
    const ranks = this.mutant.breaks.map((clause) => suspects.indexOf(clause) + 1).filter((rank) => rank > 0);
    return {
      seed,
      programs,
      finding: id,
      steps,
      minimum: await this.minimum(system, first),
      suspects,
      rank: ranks.length > 0 ? Math.min(...ranks) : null,
      counterexample: program,
    };
  }

  /** @throws {Error} A shorter program was said to be longer: the search is wrong. */
  async minimum(system: SystemUnderTest, { finding }: FoundTrace): Promise<Kill['minimum']> {
    const { minimum } = this.options;
    if (minimum === undefined) return null;
    const key = JSON.stringify(finding.program.steps);
    const known = this.minima.get(key);
    if (known !== undefined) return known;
    const shows = await showsAgain(system, finding, this.edition);
    const { open, ...bounds } = minimum;
    const stepped = open(this.mutant);
    const { steps, exact } = minimumOf(this.name, stepped, finding.program, shows, {
      ...this.edition,
      ...bounds,
    });
    if (steps > finding.steps)
      throw new Error(
        `${this.mutant.name}: a counterexample of ${finding.steps} is below the minimum ${steps}`,
      );
    const found = { steps, exact };
    this.minima.set(key, found);
    return found;
  }
}

const median = (values: readonly number[]): number | null =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? null;
