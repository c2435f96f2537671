/** What a run has learnt so far: clauses exercised, values of variation points still possible, programs by fate. */

import type { Choices, Points } from '#model/index';
import { type ClauseId, clauseFile, type InterfaceName, type PointId, type Program } from '#spec/index';
import type { Origin } from './generate.ts';
import { machineOf } from './interfaces.ts';
import { type Judgement, presetOf } from './oracle.ts';

/** Where a program of a run came from. */
export type Source = Origin | 'exhaustive' | 'corpus' | 'first' | 'file';

/** A program that ruled out values of a point. */
export interface Proof {
  readonly program: Program;
  /** Values that it left possible. */
  readonly possible: readonly string[];
}

/** What several runs need of each other to find that a system did not choose once: the proofs by variation point. */
export type InterfaceProofs = Readonly<Record<string, readonly Proof[]>>;

/** Two programs that proved disjoint values of one point. */
export interface Contradiction {
  readonly point: PointId;
  readonly proofs: readonly [Proof, Proof];
}

/** Reasons for refusals that are told apart; a reason may name what no other program has. */
const reasonsMax = 50;

/** Running totals of one interface. Everything in it can be added up in any order. */
export class Tally {
  programs = 0;
  steps = 0;
  /** Programs that were answered with a trace. */
  judged = 0;
  inconclusive = 0;
  unsupported = 0;
  failed = 0;
  /** Programs of exhaustive mode that came to something. */
  covered = 0;
  readonly origins: Record<string, number> = {};
  readonly exercised = new Map<ClauseId, number>();
  /** The same by where the programs came from. */
  readonly exercisedBy: Record<string, Record<string, number>> = {};
  readonly reasons = new Map<string, number>();
  /** Signatures that deviate from an edition, by edition. */
  readonly editions = new Map<string, Set<string>>();
  readonly occasions = new Map<PointId, number>();
  /** By point, the values that some program left possible when it ruled out others. */
  readonly spokenFor = new Map<PointId, Set<string>>();
  readonly #points: Points;
  readonly #perProgram: ReadonlySet<string>;
  #choices: Choices;
  readonly #proofs = new Map<string, Proof[]>();
  readonly #contradicted = new Set<string>();

  constructor(name: InterfaceName, profile: string | undefined) {
    this.#points = machineOf(name).points;
    this.#choices = this.#points.open(presetOf(name, profile));
    this.#perProgram = new Set(
      (clauseFile(name).points ?? []).filter((point) => point.perProgram).map(({ id }) => id),
    );
  }

  count(program: Program, origin: Source): void {
    this.programs++;
    this.steps += program.steps.length;
    this.origins[origin] = (this.origins[origin] ?? 0) + 1;
  }

  /** The target could not run a program. */
  refuse(reason: string): void {
    this.unsupported++;
    const counted = this.reasons.has(reason) || this.reasons.size < reasonsMax ? reason : 'other reasons';
    this.reasons.set(counted, (this.reasons.get(counted) ?? 0) + 1);
  }

  /** Adds a verdict; returns the contradictions that it completes. */
  add(program: Program, origin: Source, judgement: Judgement): readonly Contradiction[] {
    this.judged++;
    if (judgement.verdict === 'inconclusive') this.inconclusive++;
    if (judgement.exercised.size > 0) this.exercisedBy[origin] ??= {};
    const counts = this.exercisedBy[origin] ?? {};
    for (const clause of judgement.exercised) {
      this.exercised.set(clause, (this.exercised.get(clause) ?? 0) + 1);
      counts[clause] = (counts[clause] ?? 0) + 1;
    }
    // One program that was answered in two ways contradicts itself.
    const point = judgement.deviation?.point ?? null;
    if (point !== null) this.#contradicted.add(point);
    let out: Contradiction[] | null = null;
    for (const { point, possible } of judgement.choices) {
      const spokenFor = this.spokenFor.get(point) ?? new Set();
      for (const value of possible) spokenFor.add(value);
      this.spokenFor.set(point, spokenFor);
      if (this.#perProgram.has(point)) continue;
      this.occasions.set(point, (this.occasions.get(point) ?? 0) + 1);
      const contradiction = this.#prove(point, { program, possible });
      if (contradiction) {
        out = out ?? [];
        out.push(contradiction);
      }
    }
    return out ?? [];
  }

  #prove(point: PointId, proof: Proof): Contradiction | null {
    const known = this.#proofs.get(point);
    if (known === undefined) this.#proofs.set(point, [proof]);
    else if (!known.some((other) => other.possible.join() === proof.possible.join())) known.push(proof);
    const number = this.#points.number(point);
    const mask = proof.possible.reduce((bits, value) => bits | this.#points.mask(point, value), 0);
    const now = (this.#choices[number] ?? 0) & mask;
    if (now === this.#choices[number]) return null;
    if (now !== 0) {
      this.#choices = this.#choices.with(number, now);
      return null;
    }
    if (this.#contradicted.has(point)) return null;
    const other = known?.find((earlier) => !earlier.possible.some((value) => proof.possible.includes(value)));
    if (!other) return null;
    this.#contradicted.add(point);
    return { point, proofs: [other, proof] };
  }

  /** The programs that ruled out values, by point: one for each set of values that was left. */
  proofs(): InterfaceProofs {
    return Object.fromEntries(this.#proofs);
  }

  deviatesFrom(edition: string, signature: string): void {
    const known = this.editions.get(edition) ?? new Set();
    known.add(signature);
    this.editions.set(edition, known);
  }

  /** Values of every point that are still possible, and whether programs contradicted each other. */
  choices(): readonly {
    point: PointId;
    observed: readonly string[];
    consistent: boolean;
    occasions: number;
  }[] {
    return this.#points.ids.map((point, number) => {
      const consistent = !this.#contradicted.has(point);
      const proved = new Set((this.#proofs.get(point) ?? []).flatMap(({ possible }) => possible));
      const full = this.#points.values(number, this.#points.full(number));
      const observed = consistent
        ? this.#points.values(number, this.#choices[number] ?? 0)
        : full.filter((value) => proved.size < 2 || proved.has(value));
      return { point, observed, consistent, occasions: this.occasions.get(point) ?? 0 };
    });
  }
}
