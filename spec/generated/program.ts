// Generated from the schemas by `npm run generate`. Do not edit.

/**
 * 64-bit values are hexadecimal strings: 0x, lower case, no leading zeros.
 */
export type Scalar = string | number | boolean;

/**
 * What is asked of a system: steps with an actor, an operation and flat scalar arguments. Which operations and arguments exist is said by the interface (spec/<interface>/interface.json).
 */
export interface Program {
  readonly interface: string;
  /**
   * Version of the interface the program was written for.
   */
  readonly version?: number;
  /**
   * For people; never read by the tool.
   */
  readonly note?: string;
  /**
   * @maxItems 10000
   */
  readonly steps: readonly Step[];
}
/**
 * One step. `as` names what the call returns, `begin` names a call that may overlap the steps after it; the step `end` waits for such a call.
 */
export interface Step {
  readonly op: string;
  /**
   * Who acts; t0 when absent.
   */
  readonly actor?: string;
  readonly as?: string;
  readonly begin?: string;
  readonly [k: string]: Scalar | string | undefined;
}
