/** A command that was stopped before it had anything to tell: by its user, by its deadline, or by a full disk. */

import { HarnessError } from '#spec/index';
import { EXIT, type ExitCode } from './exit.ts';
import type { Interruption, StopCause } from './interruption.ts';
import { complain } from './output.ts';

const codes: Readonly<Record<StopCause, ExitCode>> = {
  interrupted: EXIT.interrupted,
  deadline: EXIT.deadline,
  failure: EXIT.failure,
};

/**
 * The exit code of a stopped command; says what stopped it.
 *
 * @param what - What that means, in words that follow a comma.
 */
export const stopped = ({ cause }: Interruption, what: string): ExitCode => {
  const how = cause === 'deadline' ? 'the deadline passed' : 'interrupted';
  complain(what === '' ? how : `${how}, ${what}`);
  return codes[cause ?? 'failure'];
};

/**
 * Runs an action; when the command was stopped while a target came up, that is no failure of the target.
 *
 * @throws {HarnessError} The target failed by itself.
 */
export const orStopped = async (
  interruption: Interruption,
  action: () => Promise<ExitCode>,
): Promise<ExitCode> => {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof HarnessError) || interruption.cause === null) throw error;
    return stopped(interruption, `and nothing was run: ${error.message}`);
  }
};
