/** An exception as one clear line and an exit code. */

import { HarnessError, UsageError } from '#spec/index';
import { EXIT, type ExitCode } from './exit.ts';
import { complain } from './output.ts';

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, '; ');

/** Says what happened; a fault of ours is shown with its stack. */
export const exitOfError = (error: unknown): ExitCode => {
  if (error instanceof UsageError) {
    complain(oneLine(error.message));
    return EXIT.usage;
  }
  if (error instanceof HarnessError) {
    complain(oneLine(error.message));
    return EXIT.failure;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  complain(`a fault of ours, please report it: ${stack}`);
  return EXIT.failure;
};
