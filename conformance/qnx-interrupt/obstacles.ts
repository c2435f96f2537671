/** What keeps a call from being made although all that it names is there: an attachment that another process made. */

import type { Step } from '#spec/index';
import type { MadeCall } from '../unmade-calls.ts';

const processOf = ({ actor = 't0' }: Step): number => (actor === 't0' || actor === 't1' ? 0 : 1);

/** Whether an agent may leave out the call, after others that were made. */
export const obstructed = (step: Step, before: readonly MadeCall[]): boolean => {
  if (step.op !== 'detach' && step.op !== 'mask' && step.op !== 'unmask') return false;
  const maker = before.find((one) => one.step.as === step.id);
  return maker !== undefined && processOf(maker.step) !== processOf(step);
};
