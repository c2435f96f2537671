/** What replays came to, for people and for programs. */

import type { Replay, ReplayOutcome } from '#conformance/index';
import { wilson } from '#conformance/reliability';
import { doorbellVersion, type TargetDescription } from '#spec/index';
import type { ExitCode } from './exit.ts';
import type { Subject } from './replay-subjects.ts';

/** One subject, replayed. */
export interface Replayed {
  readonly subject: Subject;
  readonly target: TargetDescription;
  readonly replay: Replay;
}

/** What all the times together say of one subject: what was seen at least once, the weightiest first. */
export const outcomeOf = ({ totals }: Replay): ReplayOutcome =>
  (['same deviation', 'another deviation', 'conforms'] as const).find((outcome) => totals[outcome] > 0) ??
  'cannot tell';

/** How often the same deviation showed, of the repetitions that could tell, and where its rate lies at 95 % confidence. */
const rateOf = (totals: Replay['totals']) => {
  const hits = totals['same deviation'];
  const runs = hits + totals['another deviation'] + totals.conforms;
  return { hits, runs, ...wilson(hits, runs) };
};

const rateText = (totals: Replay['totals']): readonly string[] => {
  const { hits, runs, low, high } = rateOf(totals);
  if (hits === 0 || hits === runs) return [];
  return [
    `rate ${(hits / runs).toFixed(2)}, at 95 % confidence from ${low.toFixed(2)} to ${high.toFixed(2)}`,
  ];
};

/** One subject as data. */
export const dataOf = ({ subject, target, replay }: Replayed, exit: ExitCode) => {
  const { outcomes, totals, judgement, events, reason } = replay;
  return {
    schema: 1,
    doorbell: doorbellVersion,
    interface: subject.program.interface,
    target: { address: target.address, name: target.system.name, version: target.system.version },
    finding: subject.finding?.id ?? null,
    times: outcomes.length,
    totals,
    rate: rateOf(totals),
    outcomes,
    verdict: judgement?.verdict ?? null,
    deviation: judgement?.deviation ?? null,
    reason,
    program: subject.program,
    events,
    exit,
  };
};

/** How many of several subjects came to what. */
export const totalsOf = (all: readonly Replayed[]): Readonly<Record<ReplayOutcome, number>> => {
  const totals = { 'same deviation': 0, 'another deviation': 0, conforms: 0, 'cannot tell': 0 };
  for (const { replay } of all) totals[outcomeOf(replay)]++;
  return totals;
};

/** Runs of equal outcomes on one line: `1-19 same deviation`. */
const outcomeLines = (outcomes: readonly ReplayOutcome[]): readonly string[] => {
  const lines: { from: number; to: number; outcome: ReplayOutcome }[] = [];
  outcomes.forEach((outcome, index) => {
    const last = lines.at(-1);
    if (last?.outcome === outcome) last.to = index + 1;
    else lines.push({ from: index + 1, to: index + 1, outcome });
  });
  return lines.map(({ from, to, outcome }) => `${from === to ? from : `${from}-${to}`}: ${outcome}`);
};

const totalsText = (totals: Readonly<Record<ReplayOutcome, number>>): string =>
  Object.entries(totals)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');

/** One subject in words. */
export const textOf = ({ subject, target, replay }: Replayed): string => {
  const { finding, program } = subject;
  const { outcomes, totals, judgement, reason } = replay;
  const deviation = judgement?.deviation ?? null;
  const lines = [
    `${program.interface} on ${target.address}, ${finding === null ? 'a program' : `finding ${finding.id}`}, ${outcomes.length} times`,
    ...outcomeLines(outcomes).map((line) => `  ${line}`),
    ...(deviation === null ? [] : [`${deviation.id}: ${deviation.signature}`]),
    ...(totals['cannot tell'] > 0 && reason !== null ? [`cannot tell: ${reason}`] : []),
    totalsText(totals),
    ...rateText(totals),
  ];
  return lines.map((line) => `${line}\n`).join('');
};

/** The last line about several subjects, `of` of which were to be replayed. */
export const totalText = (all: readonly Replayed[], of: number): string => {
  const done = all.length === of ? `${of}` : `${all.length} of ${of}`;
  return `${done} ${of === 1 ? 'finding' : 'findings'}: ${totalsText(totalsOf(all))}\n`;
};
