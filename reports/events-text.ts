/** What programs consisted of, what came of them, and what was never seen, in words. */

import type { EventStatistics, Unobserved } from '#spec/index';
import { code, inline, table } from './markdown-text.ts';
import { count, percent, quantity } from './quantities.ts';

type Counts = Readonly<Record<string, number>>;

/** By their first number: `3-4` before `17-32`. */
const byNumber = (counts: Counts): readonly (readonly [name: string, count: number])[] =>
  Object.entries(counts).sort(([one], [other]) => Number.parseInt(one, 10) - Number.parseInt(other, 10));

const distribution = (counts: Counts): string =>
  byNumber(counts)
    .map(([name, number]) => `${name}: ${count(number)}`)
    .join(', ');

/** Most frequent first. */
const outcomesText = (counts: Counts): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, number]) => `${inline(name)} ${count(number)}`)
    .join(', ');

/** Steps and outcomes by operation. */
export const eventsTable = ({ operations, outcomes }: EventStatistics): string => {
  const names = Object.keys(operations).filter((name) => outcomes[name] !== undefined);
  return names.length === 0
    ? ''
    : table(
        ['operation', 'steps', 'what came of it'],
        names.map((name) => [code(name), count(operations[name] ?? 0), outcomesText(outcomes[name] ?? {})]),
      );
};

/** The number of the last program that showed anything new. */
const lastNew = ({ firstSeen }: EventStatistics): number => Math.max(0, ...Object.values(firstSeen));

/** Nothing new in the last third of the programs: more of the same kind will hardly show more. */
export const isPlateau = (events: EventStatistics): boolean => 3 * lastNew(events) < 2 * events.until;

const plateauText = (events: EventStatistics): string =>
  isPlateau(events)
    ? `No clause and no outcome was new in the last third of the programs; the last new one came with program ${count(lastNew(events) + 1)} of ${count(events.until)}.`
    : `A clause or an outcome was still new at program ${count(lastNew(events) + 1)} of ${count(events.until)}: more programs may show more.`;

const unobservedText = ({ permitted, values, errors }: Unobserved): string => {
  const never = [...Object.entries(values), ...Object.entries(errors)];
  const total = never.reduce((sum, [, some]) => sum + some.length, 0);
  const listed = never.map(([name, some]) => `${code(name)} ${some.map(code).join(' or ')}`).join(', ');
  return `Of ${quantity(permitted, 'value and error', 'values and errors')} that the document permits, ${
    total === 0 ? 'all were seen' : `${count(total)} (${percent(total, permitted)}) never came: ${listed}`
  }.`;
};

/** One sentence for each distribution. */
export const eventsLines = (events: EventStatistics): readonly string[] => {
  const { lengths, statesAlive, refusals, unobserved } = events;
  return [
    `Programs by their steps: ${distribution(lengths)}.`,
    `Programs by the states that the oracle followed at once: ${distribution(statesAlive)}.`,
    ...(refusals.programs === 0
      ? []
      : [
          `Reasons to refuse that met in one call, in one of ${refusals.every} programs: ${distribution(refusals.atOnce)}.`,
        ]),
    plateauText(events),
    ...(unobserved === undefined ? [] : [unobservedText(unobserved)]),
  ];
};
