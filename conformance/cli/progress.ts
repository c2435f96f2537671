/** How far a run is, for a person in front of a terminal; in a pipe it is silent. */

import { standardError, takesColour } from './output.ts';

export interface Progress {
  readonly update: (done: number, findings: number) => void;
  readonly end: () => void;
}

const silent: Progress = { update: () => {}, end: () => {} };

/**
 * A bar on standard error.
 *
 * @param of - Programs to run; `Infinity` where time ends the run.
 * @param timeMs - How long the run may take, in milliseconds.
 */
export const progressOf = async (label: string, of: number, timeMs?: number): Promise<Progress> => {
  const stderr = standardError();
  if (!stderr.isTTY) return silent;
  const { default: cliProgress } = await import('cli-progress');
  const byTime = !Number.isFinite(of) && timeMs !== undefined;
  const total = byTime ? timeMs : of;
  // Full blocks are drawn in the colour of the text; where there is none, plain signs do.
  const plain = { barCompleteChar: '#', barIncompleteChar: '.' };
  const bar = new cliProgress.SingleBar({
    ...(takesColour(stderr) ? cliProgress.Presets.shades_classic : plain),
    format: `${label} {bar} programs: {programs}, findings: {findings}`,
    stream: stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 30,
  });
  const started = performance.now();
  bar.start(total, 0, { programs: 0, findings: 0 });
  return {
    update: (done, findings) =>
      bar.update(Math.min(total, byTime ? performance.now() - started : done), { programs: done, findings }),
    end: () => bar.stop(),
  };
};
