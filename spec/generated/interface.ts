// Generated from the schemas by `npm run generate`. Do not edit.

/**
 * Operations of one interface: arguments with ranges, results, errors, capabilities, and the facts an agent returns.
 */
export interface InterfaceFile {
  readonly interface: string;
  readonly version: number;
  readonly title: string;
  readonly actors: {
    readonly kind: 'thread' | 'process';
    readonly max: number;
    readonly prefix?: string;
  };
  /**
   * Kinds of named results.
   */
  readonly handles: readonly string[];
  /**
   * @minItems 1
   */
  readonly operations: readonly OperationEntry[];
  readonly capabilities: readonly Named[];
  /**
   * The abstract facts of a state that a clause may read, by name.
   */
  readonly situations: readonly Named[];
  /**
   * Facts about the target that an agent reports in its hello.
   */
  readonly facts?: readonly Named[];
}
export interface OperationEntry {
  readonly name: string;
  readonly meaning: string;
  /**
   * Provided so that programs can be written; the documents judged here do not describe it.
   */
  readonly scaffold?: boolean;
  /**
   * May be begun and ended in separate steps.
   */
  readonly blocks?: boolean;
  /**
   * Kind of handle that its result is named as.
   */
  readonly binds?: string;
  /**
   * The handle argument that denotes nothing any more once the call was made.
   */
  readonly releases?: string;
  /**
   * Its actor makes no call after it.
   */
  readonly leaves?: boolean;
  readonly arguments: readonly ArgumentEntry[];
  /**
   * Members of the result beside error and skipped, with their meaning.
   */
  readonly result: readonly Named[];
  /**
   * Errors that documents name for it.
   */
  readonly errors?: readonly string[];
  /**
   * Capabilities.
   */
  readonly requires?: readonly string[];
}
export interface ArgumentEntry {
  readonly name: string;
  readonly type: 'integer' | 'u64' | 'flags' | 'choice' | 'boolean' | 'handle' | 'actor';
  readonly meaning: string;
  readonly min?: number;
  readonly max?: number;
  /**
   * Names of a choice, or the flags that may be joined with |.
   */
  readonly values?: readonly string[];
  /**
   * Kinds of handle.
   */
  readonly of?: readonly string[];
  /**
   * Literal values beside handles, for example @closed.
   */
  readonly others?: readonly string[];
  /**
   * Values worth more than chance would give them.
   */
  readonly edges?: readonly (number | string)[];
  readonly default?: number | string | boolean;
  /**
   * Capability needed for a value (by value name), for flags and choices.
   */
  readonly requires?: {
    readonly [k: string]: string;
  };
}
export interface Named {
  readonly name: string;
  readonly meaning: string;
  readonly values?: readonly string[];
}
