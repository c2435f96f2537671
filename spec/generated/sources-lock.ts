// Generated from the schemas by `npm run generate`. Do not edit.

/**
 * Every document consulted: an edition is part of the meaning of a verdict, so each is pinned.
 */
export interface SourcesLock {
  readonly schema: 1;
  /**
   * @minItems 1
   */
  readonly documents: readonly SourceDocument[];
}
export interface SourceDocument {
  /**
   * By which clauses and editions name it.
   */
  readonly id: string;
  /**
   * The document's own title, as a person cites it.
   */
  readonly title: string;
  /**
   * Version or commit, as the publisher names it.
   */
  readonly edition: string;
  /**
   * Year, month and day as far as known; null when the document carries none.
   */
  readonly date: string | null;
  /**
   * Which interfaces are described from it.
   *
   * @minItems 1
   */
  readonly interfaces: readonly string[];
  /**
   * Name of the copy that was read.
   */
  readonly file?: string;
  /**
   * Hash of that copy's content.
   */
  readonly sha256?: string;
  /**
   * How it was consulted, where not read as a whole.
   */
  readonly note?: string;
}
