/** What the exit code of `doorbell` says. Other programs rely on it. */

/** Exit codes by what they mean. */
export const EXIT = {
  /** Conforms, or deviates only as expected or dated. */
  ok: 0,
  /** An unexpected deviation, an expected one that is gone or changed, a surviving mutant. */
  deviates: 1,
  /** Wrong usage, unreadable or invalid input. */
  usage: 2,
  /** The target, adapter or agent failed, or the record could not be written. */
  failure: 3,
  /** Nothing could be exercised. */
  nothing: 4,
  /** The deadline of the whole command passed. */
  deadline: 124,
  /** Interrupted; what was found so far is written. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** When several apply, the first of these. */
const precedence: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.usage,
  EXIT.deviates,
  EXIT.failure,
  EXIT.deadline,
  EXIT.ok,
  EXIT.nothing,
];

/** The one exit code of a command to which all of these apply; 0 when none does. */
export const exitOf = (applying: Iterable<ExitCode>): ExitCode => {
  const codes = new Set(applying);
  return precedence.find((code) => codes.has(code)) ?? EXIT.ok;
};
