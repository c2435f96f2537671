/** What the suites know of one interface beside its name: everything else they ask the interface itself. */

import type { ClauseId, InterfaceName, PointId } from '#spec/index';

/** A default run of one behaviour against one edition, and what it cannot try. */
export interface CoverageRun {
  readonly address: string;
  readonly edition: string;
  /** Clauses that no observation refutes here, with the reason. */
  readonly never: Readonly<Partial<Record<ClauseId, string>>>;
  /** Points of variation that this edition closes. */
  readonly closed: readonly PointId[];
}

export interface Subject {
  readonly name: InterfaceName;
  readonly runs: readonly [CoverageRun, ...CoverageRun[]];
  /** A capability without which clauses cannot be reached, and the clauses that a run of 300 programs then never tests. */
  readonly blind: { readonly capability: string; readonly missed: readonly ClauseId[] };
  /** How many the interface has at least: a suite that looked at fewer has lost some. */
  readonly atLeast: {
    readonly clauses: number;
    readonly mutants: number;
    readonly controls: number;
    /** Outcomes among which the chooser draws. */
    readonly outcomes: number;
  };
  /** Situations that the search for a minimum looks at before it gives up: few keep the suite short. */
  readonly situationsMax: number;
  /** Addresses whose runs are repeated with one seed: behaviours and lies that draw, wait or refuse. */
  readonly repeated: readonly string[];
}
