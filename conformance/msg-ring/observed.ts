/** What statistics ask about msg-ring: a message is refused by its completion, and not by the call that submits it. */

import type { State } from '#model/msg-ring/state';
import type { Step, TraceEvent } from '#spec/index';
import { errnoName } from '#spec/msg-ring/errno';
import type { ReportedError } from '../generation/guide.ts';

interface Completion {
  readonly user_data?: unknown;
  readonly res?: unknown;
}

/** Smaller results are no errors of Linux: a message may carry any number as its `len`. */
const errnoMax = 4095;

/** Errors in the completions of messages, told from what messages carry by the name that their sender gave them. */
export const reportedErrors = (
  steps: readonly Step[],
  events: readonly TraceEvent[],
): readonly ReportedError[] => {
  const found: ReportedError[] = [];
  for (const event of events) {
    if (event.event !== 'ran' && event.event !== 'return') continue;
    const { cqes } = event.result;
    if (!Array.isArray(cqes)) continue;
    for (const { res, user_data } of cqes as readonly Completion[])
      if (
        typeof res === 'number' &&
        res < 0 &&
        res >= -errnoMax &&
        steps.some((step) => isOf(step, user_data))
      )
        found.push({ operation: 'submit', error: errnoName(res) });
  }
  return found;
};

const isOf = (step: Step, userData: unknown): boolean =>
  step.op === 'prep_msg_ring' && (step.user_data ?? '0x0') === userData;

/** How many reasons there were to refuse each message that was sent in between. */
export const refusalsMet = (before: State, after: State): readonly number[] =>
  after.messages === before.messages
    ? []
    : after.messages
        .filter(({ expects }) => !before.messages.some((known) => known.expects === expects))
        .map(({ expects }) => expects.refusals.length);
