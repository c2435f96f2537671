// Generated from the schemas by `npm run generate`. Do not edit.

import type { Program } from './program.ts';

export type Expectation = ExpectedFinding | ExpectedChoice;
export type ListedClauseId = string;
/**
 * Why it is expected, in a sentence.
 */
export type ExpectationReason = string;
/**
 * Where it is discussed: an address, or a path in the repository.
 */
export type ExpectationLink = string;
/**
 * The last day on which it is expected.
 */
export type ExpiryDate = string;

/**
 * Known deviations as data in git. Listed and seen is expected; new, gone, changed or expired is not.
 */
export interface ExpectationFile {
  readonly schema: 1;
  /**
   * Of which systems these are expected, for example mainline Linux.
   */
  readonly title: string;
  readonly expectations: readonly Expectation[];
}
/**
 * A deviation that is known. Its own program, which shows it, runs first; it is gone only when that program conformed every time.
 */
export interface ExpectedFinding {
  readonly kind: 'deviation' | 'dated' | 'crash' | 'hang' | 'warning' | 'leak' | 'inconsistent';
  readonly interface: string;
  readonly clause: ListedClauseId;
  /**
   * In full, or its short form of eight hexadecimal digits.
   */
  readonly signature: string;
  readonly program: Program;
  readonly when?: FactCondition;
  readonly reason: ExpectationReason;
  readonly link: ExpectationLink;
  readonly expires?: ExpiryDate;
  /**
   * Does not show every time: never gone, only not seen.
   */
  readonly intermittent?: boolean;
}
/**
 * Facts of the target by name, each with the value it must have or a list of such values. All must hold; an unknown fact holds for none. Name probes rather than versions.
 */
export interface FactCondition {
  readonly [k: string]: string | number | boolean | readonly (string | number | boolean)[];
}
/**
 * Pins what the system was seen to choose at a variation point.
 */
export interface ExpectedChoice {
  readonly kind: 'choice';
  readonly interface: string;
  readonly clause: ListedClauseId;
  /**
   * Variation point: name@situation.
   */
  readonly point: string;
  /**
   * The pinned values.
   *
   * @minItems 1
   */
  readonly observed: readonly string[];
  readonly program?: Program;
  readonly when?: FactCondition;
  readonly reason: ExpectationReason;
  readonly link: ExpectationLink;
  readonly expires?: ExpiryDate;
}
