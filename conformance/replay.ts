/** A program again, on any target, several times: does it still show the same? */

import { HarnessError, type Program, type SystemUnderTest, type TraceEvent } from '#spec/index';
import { type Attempt, attempt, shown } from './attempt.ts';
import type { Judgement, JudgeOptions } from './oracle.ts';

/** What one repetition showed. */
export type ReplayOutcome = 'same deviation' | 'another deviation' | 'conforms' | 'cannot tell';

export interface Replay {
  readonly outcomes: readonly ReplayOutcome[];
  readonly totals: Readonly<Record<ReplayOutcome, number>>;
  /** Of the last repetition that showed a deviation, otherwise of the last one judged. */
  readonly judgement: Judgement | null;
  readonly events: readonly TraceEvent[];
  /** Why the last repetition that could not be judged was not. */
  readonly reason: string | null;
}

export interface ReplayOptions extends JudgeOptions {
  readonly times: number;
  /** Eight digits of the finding; without it any deviation is the same one as the first. */
  readonly id?: string;
  /** Run before it each time, on a fresh session. */
  readonly after?: readonly Program[];
  readonly signal?: AbortSignal;
}

/** Runs the program `times` times. */
export const replay = async (
  program: Program,
  system: SystemUnderTest,
  options: ReplayOptions,
): Promise<Replay> => {
  const outcomes: ReplayOutcome[] = [];
  const totals: Record<ReplayOutcome, number> = {
    'same deviation': 0,
    'another deviation': 0,
    conforms: 0,
    'cannot tell': 0,
  };
  let sought = options.id ?? null;
  let judgement: Judgement | null = null;
  let events: readonly TraceEvent[] = [];
  let reason: string | null = null;
  const { after } = options;
  for (let time = 0; time < options.times && !options.signal?.aborted; time++) {
    let tried: Attempt;
    try {
      tried = await attempt(system, program, options, after && { after });
    } catch (error) {
      // A target that was closed under its program because nobody waits any more did not fail.
      if (error instanceof HarnessError && options.signal?.aborted) break;
      throw error;
    }
    const identity = shown(tried);
    if (identity !== null && identity !== 'unknown') sought = sought ?? identity;
    const outcome: ReplayOutcome =
      identity === 'unknown'
        ? 'cannot tell'
        : identity === null
          ? 'conforms'
          : identity === sought
            ? 'same deviation'
            : 'another deviation';
    outcomes.push(outcome);
    totals[outcome]++;
    if (tried.kind === 'not-judged') reason = 'reason' in tried.answer ? tried.answer.reason : null;
    else if (tried.judgement.deviation || judgement === null || !judgement.deviation) {
      judgement = tried.judgement;
      events = tried.answer.events;
      reason = tried.judgement.reason ?? reason;
    }
  }
  return { outcomes, totals, judgement, events, reason };
};
