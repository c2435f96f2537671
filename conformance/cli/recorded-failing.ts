/** Long programs that mutants fail, as they were recorded, and what shrinking makes of them. */

import { readFileSync } from 'node:fs';
import { Simulator } from '#adapters/index';
import { attempt, shown } from '#conformance/attempt';
import { type FoundTrace, investigate } from '#conformance/index';
import type { Program } from '#spec/index';

/** One recorded program, with the mutant that fails it. */
export interface RecordedFailing {
  readonly target: string;
  readonly edition?: string;
  readonly program: Program;
}

/** A recorded program after shrinking. */
export interface ShrunkAgain {
  /** What the long program shows; null when it shows nothing any more. */
  readonly before: string | null;
  readonly found: FoundTrace;
  /** Programs executed on the way. */
  readonly executed: number;
  readonly ms: number;
}

/** The recorded programs, from the file that `record-failing.ts` writes. */
export const recordedFailing = (file: URL): readonly RecordedFailing[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedFailing);

/** Shrinks one recorded program on its mutant. */
export const shrinkAgain = async ({ target, edition, program }: RecordedFailing): Promise<ShrunkAgain> => {
  const system = new Simulator(target);
  const judging = edition === undefined ? {} : { edition };
  let executed = 0;
  const began = performance.now();
  const first = await attempt(system, program, judging);
  const found = await investigate(
    { name: 'msg-ring', system, judging, times: 1, executed: () => executed++ },
    program,
    first,
  );
  return { before: shown(first), found, executed, ms: performance.now() - began };
};
