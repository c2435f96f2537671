/** Standard output as a line protocol needs it: whole lines, written when they are sent. */

import { writeSync } from 'node:fs';
import { sleepMs } from './clock.ts';

const STDOUT = 1;

/** Writes one message as a line, and returns when the system has taken all of it. */
export const sendLine = (message: unknown): void => {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < line.length; ) sent += writeSome(line, sent);
};

/** A reader that is behind makes a non-blocking pipe full; then there is nothing to do but wait for it. */
const writeSome = (line: Buffer, from: number): number => {
  try {
    return writeSync(STDOUT, line, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    sleepMs(1);
    return 0;
  }
};
