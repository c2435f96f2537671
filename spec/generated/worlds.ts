// Generated from the schemas by `npm run generate`. Do not edit.

/**
 * Small worlds of one interface: a few handles, values and actors, so that every program over them can be tried.
 */
export interface WorldFile {
  readonly interface: string;
  /**
   * @minItems 1
   */
  readonly worlds: readonly WorldEntry[];
}
/**
 * One small world. Its steps are the operations with every combination of their values, handles and actors.
 */
export interface WorldEntry {
  readonly name: string;
  readonly meaning: string;
  /**
   * Who may act, the first one from the beginning; the others are interchangeable.
   *
   * @minItems 1
   */
  readonly actors: readonly string[];
  /**
   * Names by kind of handle, in the order in which they are bound; those of one kind are interchangeable.
   */
  readonly handles: {
    readonly [k: string]: readonly string[];
  };
  /**
   * @minItems 1
   */
  readonly operations: readonly WorldOperation[];
}
export interface WorldOperation {
  readonly op: string;
  /**
   * Who does it; every actor of the world when absent.
   *
   * @minItems 1
   */
  readonly actors?: readonly string[];
  /**
   * Only begun and ended in separate steps; at once when absent.
   */
  readonly begins?: boolean;
  /**
   * Combinations of arguments, each a list of values. A handle that is not named here takes every fitting name of the world.
   *
   * @minItems 1
   */
  readonly with?: readonly {
    /**
     * @minItems 1
     */
    readonly [k: string]: readonly (number | string | boolean)[];
  }[];
}
