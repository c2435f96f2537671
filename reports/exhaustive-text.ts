/** How much of a small world was run, in words. */

import type { ExhaustiveStatistics } from '#spec/index';
import { count, quantity } from './quantities.ts';

/** What there is of it: `2,824 programs of up to 4 steps over the world small, 12 of them not offered`. */
export const exhaustiveText = ({
  world,
  maxSteps,
  total,
  notOffered,
}: Omit<ExhaustiveStatistics, 'covered'>): string =>
  `${quantity(total, 'program')} of up to ${quantity(maxSteps, 'step')} over the world ${world}${
    notOffered === 0 ? '' : `, ${count(notOffered)} of them not offered`
  }`;

/** Whether every program that the target offers to run was run. */
export const isComplete = ({ total, notOffered, covered }: ExhaustiveStatistics): boolean =>
  covered + notOffered >= total;

/** What was covered of it, and whether that is all. */
export const coveredText = (statistics: ExhaustiveStatistics): string =>
  `covered ${count(statistics.covered)} of ${exhaustiveText(statistics)}${
    isComplete(statistics) ? '' : ': not all'
  }`;
