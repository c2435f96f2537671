/** What goes to the terminal: results on standard output, everything else on standard error. */

import { visible } from '#reports/visible';
import { EXIT } from './exit.ts';

let stdoutIsGone = false;

/** True once the reader of standard output went away, as `head` does. */
export const nobodyReads = (): boolean => stdoutIsGone;

/** Whether the stream takes escape sequences. Decided per stream, and never in a pipe. */
export const takesColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** Ends quietly when the reader goes away; says so when the text could not be written. */
export const guardOutput = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const wasThere = !stdoutIsGone;
    stdoutIsGone = true;
    if (error.code === 'EPIPE' || !wasThere) return;
    complain(
      `cannot write to standard output: ${error.code === 'ENOSPC' ? 'no space is left' : error.message}`,
    );
    // A verdict weighs more than its text.
    process.exitCode ||= EXIT.failure;
  });
};

let stderrIsGuarded = false;

/** Standard error, which is opened when there is something to say: most commands are done without. */
export const standardError = (): NodeJS.WriteStream => {
  const { stderr } = process;
  // Nobody is left to tell.
  if (!stderrIsGuarded) stderr.on('error', () => {});
  stderrIsGuarded = true;
  return stderr;
};

/** Writes a text to standard output and waits while the reader is behind. */
export const print = async (text: string): Promise<void> => {
  if (stdoutIsGone || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      process.stdout.off('drain', done).off('error', done).off('close', done);
      resolve();
    };
    process.stdout.once('drain', done).once('error', done).once('close', done);
  });
};

/** Prints a value as JSON for people and programs. */
export const printJson = (value: unknown): Promise<void> => print(`${JSON.stringify(value, null, 2)}\n`);

/** One line on standard error, led by our name. What it quotes of an agent cannot move the cursor. */
export const complain = (text: string): void => {
  standardError().write(`doorbell: ${text.split('\n').map(visible).join('\n')}\n`);
};

/** A line on standard error for a person; quiet in a pipe. */
export const remark = (text: string): void => {
  const stderr = standardError();
  if (stderr.isTTY) stderr.write(`${text}\n`);
};

/** Rows in columns; the last column is as wide as it likes. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows)
    row.slice(0, -1).forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  return rows
    .map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
};
