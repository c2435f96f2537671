/**
 * A child process with everything it starts, as one group that ends with us.
 *
 * The group is killed when it is told to, when this process exits, and when a signal ends it. If this process is
 * killed without a word, the child sees the end of its standard input, which tells every agent to stop.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a command as the leader of a process group of its own. */
export const startGroup = (
  [file, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Child => {
  watchOurEnd();
  const child = spawn(file, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  living.add(child);
  child.once('close', () => living.delete(child));
  return child;
};

/** Ends every process of the group at once. */
export const killGroup = (child: Child): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // The group is gone already; or there are no groups here, and the child is all there is.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') child.kill('SIGKILL');
  }
};

const living = new Set<Child>();
const fatalSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let watching = false;

const killAll = (): void => {
  for (const child of living) killGroup(child);
};

const watchOurEnd = (): void => {
  if (watching) return;
  watching = true;
  process.on('exit', killAll);
  for (const signal of fatalSignals) {
    const die = (): void => {
      // Whoever else listens decides what the signal means, and `exit` follows if it means the end.
      if (process.listenerCount(signal) > 1) return;
      killAll();
      process.removeListener(signal, die);
      process.kill(process.pid, signal);
    };
    process.on(signal, die);
  }
};
