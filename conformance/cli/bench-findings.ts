/** What it costs to find out the mutants that hide best, and to shrink what others failed. Part of `npm run bench`. */

import { mutants, Simulator } from '#adapters/index';
import { run } from '#conformance/index';
import { recordedFailing, shrinkAgain } from './recorded-failing.ts';

/** Prints one figure. */
type Line = (what: string, figure: string, goal?: string) => void;

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

const seeds = [1, 2, 3] as const;

/** Programs and milliseconds until the first finding, its shrinking included; null when there was none. */
const untilFound = async (
  address: string,
  seed: number,
): Promise<{ programs: number; ms: number } | null> => {
  const found = new AbortController();
  let programs = 0;
  const began = performance.now();
  const system = new Simulator(address);
  const { findings } = await run(
    'msg-ring',
    system,
    { seed, runs: 1_000, maxSteps: 32, repetitions: 1, signal: found.signal },
    {
      finding: (_found, judged = 0) => {
        programs ||= judged;
        found.abort();
      },
    },
  );
  return findings.length === 0 ? null : { programs, ms: performance.now() - began };
};

/** Every deep mutant: programs and time to kill it, as medians over a few seeds. */
export const deepMutants = async (line: Line): Promise<void> => {
  const deep = mutants('msg-ring').filter((mutant) => mutant.deep);
  if (deep.length === 0) throw new Error('there have to be deep mutants');
  for (const { name } of deep) {
    const kills = [];
    for (const seed of seeds) kills.push(await untilFound(`simulator+${name}`, seed));
    const found = kills.filter((kill) => kill !== null);
    const programs = median(found.map((kill) => kill.programs));
    const ms = median(found.map((kill) => kill.ms));
    const missed = found.length < seeds.length ? `, ${seeds.length - found.length} seeds missed it` : '';
    line(`killed: ${name}, programs · ms`, `${programs} · ${Math.round(ms)}${missed}`);
  }
};

/**
 * Shrinks every recorded program.
 *
 * @throws {Error} One of them lost its finding.
 */
export const recordedPrograms = async (line: Line, file: URL): Promise<void> => {
  const recorded = recordedFailing(file);
  const times: number[] = [];
  let kept = 0;
  for (const entry of recorded) {
    const { before, found, ms } = await shrinkAgain(entry);
    times.push(ms);
    if (before !== null && found.finding.id === before) kept++;
    else throw new Error(`${entry.target}: ${before} became ${found.finding.id}`);
  }
  line(`${recorded.length} recorded programs of 60 to 200 steps shrunk, kept`, `${kept}`, '50');
  line('  time to shrink one, median ms', String(Math.round(median(times))));
  line('  worst, ms', String(Math.round(Math.max(...times))));
};
