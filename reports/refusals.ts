/** Programs that the target could not run: a verdict that rests on the others says so. */

import type { InterfaceRecord } from '#spec/index';
import { count, quantity } from './quantities.ts';

/** Reasons with the number of programs refused for them, the most frequent first. */
export const refusalReasons = ({ statistics }: InterfaceRecord): readonly (readonly [string, number])[] =>
  Object.entries(statistics.refusals ?? {}).sort(([, one], [, other]) => other - one);

/** `800 of 1,000 programs refused`; null when none was. */
export const refusedText = ({ programs, statistics: { unsupported } }: InterfaceRecord): string | null =>
  unsupported === 0 ? null : `${count(unsupported)} of ${quantity(programs, 'program')} refused`;
