// Generated from the schemas by `npm run generate`. Do not edit.

/**
 * The clauses of one interface: every checkable or merely readable statement of its documents, in our words.
 */
export interface ClauseFile {
  readonly interface: string;
  /**
   * @minItems 1
   */
  readonly editions: readonly EditionEntry[];
  /**
   * @minItems 1
   */
  readonly clauses: readonly ClauseEntry[];
  /**
   * Variation points: what the documents leave to the system, once.
   */
  readonly points?: readonly PointEntry[];
  readonly profiles?: readonly ProfileEntry[];
}
export interface EditionEntry {
  /**
   * For example E2022-03.
   */
  readonly id: string;
  readonly title: string;
  /**
   * Year and month of the document.
   */
  readonly since?: string;
  /**
   * Id in sources.lock.json.
   */
  readonly source: string;
  readonly default?: boolean;
  /**
   * What this edition says that the one before did not.
   */
  readonly changes?: string;
}
export interface ClauseEntry {
  readonly id: string;
  /**
   * Short number used in discussions, for example C17.
   */
  readonly number?: string;
  /**
   * Former ids; never reused.
   */
  readonly aliases?: readonly string[];
  readonly strength: 'shall' | 'should' | 'may' | 'unspecified' | 'erratum';
  readonly kind: 'error' | 'return' | 'effect' | 'order' | 'priority' | 'lifecycle' | 'limit' | 'blocking' | 'system';
  /**
   * Not said by the document in so many words; the note says from what it follows.
   */
  readonly inferred?: boolean;
  /**
   * Our own paraphrase.
   */
  readonly statement: string;
  readonly source: ClauseSource;
  /**
   * Editions that state it; all when absent.
   */
  readonly editions?: readonly string[];
  /**
   * How a run can check it: `by-machine` (an outcome cites it), `by-harness` (the runner notices it: crash, hang, warning, leak), or `static`, with the reason why no observation can refute it.
   */
  readonly checked: 'by-machine' | 'by-harness' | 'static';
  /**
   * The abstract facts of the state that the clause reads, by their names in interface.json: part of a finding's signature.
   */
  readonly situation?: readonly string[];
  /**
   * Why it is static, or the reading chosen for an unspecified or erroneous statement.
   */
  readonly reason?: string;
  /**
   * A silence, contradiction or error of the document, for its maintainer.
   */
  readonly gap?: string;
  /**
   * Capabilities without which it cannot be exercised.
   */
  readonly requires?: readonly string[];
}
/**
 * Where it stands: a document of sources.lock.json, and the section of it. Document none: no document is needed, and section says why.
 */
export interface ClauseSource {
  readonly document: string;
  readonly section: string;
}
export interface PointEntry {
  /**
   * What is left open and in which situation: name@situation.
   */
  readonly id: string;
  /**
   * @minItems 2
   * @maxItems 30
   */
  readonly values: readonly string[];
  readonly clause: string;
  readonly statement: string;
  /**
   * The choice names an object and ends with the program.
   */
  readonly perProgram?: boolean;
}
export interface ProfileEntry {
  readonly id: string;
  readonly title: string;
  /**
   * The edition that goes with it; the default one when absent.
   */
  readonly edition?: string;
  readonly choices: {
    /**
     * @minItems 1
     */
    readonly [k: string]: readonly string[];
  };
}
