/**
 * Crashes and hangs that a program shows only after others have run in the same session. Such a program is not shrunk,
 * because alone it shows nothing; what can be left out are programs before it.
 */

import type { Program } from '#spec/index';
import { type Attempt, attempt } from './attempt.ts';
import type { Laboratory } from './findings.ts';

/** Attempts on fresh sessions, beside the one that the target made by itself, before a program counts as harmless alone. */
const attemptsAlone = 4;

/** Runs the program on a fresh session, after others. */
export const attemptAfter = (
  { system, judging, executed }: Laboratory,
  program: Program,
  predecessors: readonly Program[],
): Promise<Attempt> => {
  executed?.();
  return Promise.resolve(attempt(system, program, judging, { after: predecessors }));
};

/**
 * The programs that have to run before this one for it to show the same, oldest first; empty when it shows it alone, or
 * when nothing ran before it. When even all that is known of the session does not make it show, that is what is left.
 */
export const predecessorsOf = async (
  lab: Laboratory,
  program: Program,
  { answer }: Attempt,
  isSame: (tried: Attempt) => boolean,
): Promise<readonly Program[]> => {
  const known = 'precededBy' in answer ? (answer.precededBy ?? []) : [];
  if (known.length === 0) return known;
  for (let time = 0; time < attemptsAlone && !lab.signal?.aborted; time++)
    if (isSame(await attemptAfter(lab, program, []))) return [];
  // Each attempt at a program that hangs takes as long as we are patient.
  return answer.kind === 'hung' ? known : fewest(lab, program, known, isSame);
};

/** Leaves out whatever can be left out, one program at a time, the oldest first. */
const fewest = async (
  lab: Laboratory,
  program: Program,
  known: readonly Program[],
  isSame: (tried: Attempt) => boolean,
): Promise<readonly Program[]> => {
  let kept = known;
  for (const candidate of known) {
    if (lab.signal?.aborted) break;
    const fewer = kept.filter((each) => each !== candidate);
    if (isSame(await attemptAfter(lab, program, fewer))) kept = fewer;
  }
  return kept;
};
