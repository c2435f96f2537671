/** A choice that was not made once, again: do its two programs still prove disjoint values? */

import { judge, type Replay, type ReplayOptions, type ReplayOutcome } from '#conformance/index';
import type { Inconsistency, SystemUnderTest } from '#spec/index';

/** Runs both programs as often as is asked. */
export const replayInconsistency = async (
  { point, proofs }: Inconsistency,
  system: SystemUnderTest,
  options: ReplayOptions,
): Promise<Replay> => {
  const outcomes: ReplayOutcome[] = [];
  const totals = { 'same deviation': 0, 'another deviation': 0, conforms: 0, 'cannot tell': 0 };
  let last: Pick<Replay, 'judgement' | 'events' | 'reason'> = { judgement: null, events: [], reason: null };
  for (let time = 0; time < options.times && !options.signal?.aborted; time++) {
    const possible: (readonly string[])[] = [];
    let outcome: ReplayOutcome | null = null;
    for (const { program } of proofs) {
      const answer = await system.execute(program);
      if (answer.kind !== 'trace') {
        outcome = 'cannot tell';
        last = { ...last, reason: answer.reason };
        break;
      }
      const judgement = judge(program, answer.events, options);
      last = { judgement, events: answer.events, reason: judgement.reason };
      if (judgement.deviation !== null) outcome = 'another deviation';
      const choice = judgement.choices.find((seen) => seen.point === point);
      if (choice !== undefined) possible.push(choice.possible);
    }
    const [first = [], ...others] = possible;
    const isDisjoint =
      others.length > 0 && !first.some((value) => others.every((values) => values.includes(value)));
    outcome ??= isDisjoint ? 'same deviation' : 'conforms';
    outcomes.push(outcome);
    totals[outcome]++;
  }
  return { outcomes, totals, ...last };
};
