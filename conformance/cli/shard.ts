/** One shard of `doorbell run --jobs`, as a child process: it hears its order, and says what it learns, over the channel. */

import { type RunSink, run } from '#conformance/index';
import { HarnessError, UsageError } from '#spec/index';
import { Interruption } from './interruption.ts';
import type { ShardMessage, ShardOrder, ShardStop } from './jobs.ts';
import { open, using } from './targets.ts';

/** Longest time, in milliseconds, that an orphan may take to end. */
const graceMs = 3000;

/** Resolves when the message is on its way, so that none is lost when the process ends. */
const say = (message: ShardMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });

/** The order; one listener for everything, since a word to stop may come in the same breath. */
const listen = (onStop: () => void): Promise<ShardOrder> =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if ((message as Partial<ShardStop>).stop) onStop();
      else resolve(message as ShardOrder);
    });
  });

/** @throws {UsageError} Nobody is there to give the order. */
export const runShard = async (): Promise<undefined> => {
  if (process.send === undefined) throw new UsageError('this command is for `doorbell run --jobs` alone');
  // A signal from the terminal reaches the parent too, which then says stop.
  const interruption = new Interruption();
  process.once('disconnect', () => {
    interruption.stop('interrupted');
    // Nobody listens any more, so nothing is lost if the target holds on.
    setTimeout(() => process.exit(), graceMs).unref();
  });
  const { name, address, options } = await listen(() => interruption.stop('interrupted'));
  const sink: RunSink = {
    batch: (line) => void say({ kind: 'batch', line }),
    finding: (found) => void say({ kind: 'finding', found }),
    progress: (done, _of, findings) => void say({ kind: 'progress', done, findings }),
  };
  try {
    const { signal } = interruption;
    await using(
      await open(address, signal),
      async (system) => {
        await say({ kind: 'run', run: await run(name, system, { ...options, signal }, sink) });
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof HarnessError || error instanceof UsageError)) throw error;
    const { aborted: stopped } = interruption.signal;
    await say({ kind: 'error', usage: error instanceof UsageError, stopped, message: error.message });
  } finally {
    interruption.end();
    if (process.connected) process.disconnect();
  }
};
