/** The short summary that ends `doorbell run` on a terminal. */

import { createColors } from 'picocolors';
import type { Finding, InterfaceRecord, Summary } from '#spec/index';
import { coveredText, isComplete } from './exhaustive-text.ts';
import { outcomeText, shortClause } from './finding-account.ts';
import { findingGroups } from './finding-groups.ts';
import { clauseCounts, type Headline, interfaceHeadline } from './headline.ts';
import { count, duration, quantity } from './quantities.ts';
import { refusalReasons, refusedText } from './refusals.ts';
import { visible } from './visible.ts';

export interface SummaryTextOptions {
  /** Whether the stream takes escape sequences. */
  readonly colour: boolean;
  /** Path of the full report, for the end. */
  readonly report?: string;
  /** A last line, such as the command that tests the running kernel. */
  readonly hint?: string;
}

/** Most lines of a summary, so that it stands on any terminal together with the command that made it. */
export const summaryLinesMax = 25;

/** Most columns of a line that we shape ourselves; headlines and commands are left whole. */
const columns = 100;

const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 3)}...`;

const figures = (record: InterfaceRecord): string => {
  const { checkable, exercised } = clauseCounts(record);
  const { inconclusive } = record.statistics;
  return [
    quantity(record.programs, 'program'),
    quantity(record.steps, 'step'),
    `${count(exercised)} of ${quantity(checkable, 'clause')} exercised`,
    ...(inconclusive === 0 ? [] : [`${count(inconclusive)} inconclusive`]),
  ].join(', ');
};

const findingLine = (label: string, finding: Finding): string => {
  const { hits, runs } = finding.reliability;
  const since = finding.documentedSince === null ? '' : `, documented since ${finding.documentedSince}`;
  const start = `${label.padEnd(10)} ${finding.id} ${`${hits}/${runs}`.padStart(5)}  `;
  const room = columns - 2 - start.length - since.length;
  return `${start}${clipped(visible(`${shortClause(finding.clause)}: ${outcomeText(finding)}`), room)}${since}`;
};

/** The whole text, at most `summaryLinesMax` lines, each ended. */
export const summaryText = (summary: Summary, { colour, report, hint }: SummaryTextOptions): string => {
  const paint = createColors(colour);
  const tones: Readonly<Record<Headline['tone'], (text: string) => string>> = {
    good: paint.green,
    bad: paint.red,
    none: paint.yellow,
  };
  const interfaces = Object.entries(summary.interfaces);
  const top =
    interfaces.length === 0
      ? [paint.yellow('No verdict: nothing was run')]
      : interfaces.flatMap(([name, record]) => {
          const { tone, text } = interfaceHeadline(summary, name, record);
          const { exhaustive } = record.statistics;
          return [
            paint.bold(tones[tone](visible(text))),
            paint.dim(`  ${figures(record)}`),
            ...(exhaustive === undefined
              ? []
              : [(isComplete(exhaustive) ? paint.dim : paint.yellow)(`  ${coveredText(exhaustive)}`)]),
          ];
        });

  const { unexpected, expected, dated } = findingGroups(summary);
  const findings = [
    ...unexpected.map((finding) => paint.red(findingLine('unexpected', finding))),
    ...dated.map((finding) => paint.yellow(findingLine('dated', finding))),
    ...expected.map((finding) => paint.dim(findingLine('expected', finding))),
  ];

  const best = interfaces.flatMap(([name, { edition, editions }]) => {
    const fitting = editions.find(({ fitsBest }) => fitsBest);
    return fitting === undefined || fitting.id === edition
      ? []
      : [
          `${name}: edition ${fitting.id} fits better than ${edition} (${quantity(fitting.deviations, 'deviation')})`,
        ];
  });
  const staleEntries = summary.expectations
    .filter(({ status }) => status === 'gone' || status === 'changed' || status === 'expired')
    .map(({ kind, name, status }) => clipped(`expected ${kind} ${visible(name)} is ${status}`, columns));
  const failures = summary.failures.map(({ interface: name, reason }) =>
    clipped(`harness, ${name}: ${visible(reason)}`, columns),
  );
  const unsupported =
    summary.unsupported.length === 0
      ? []
      : [
          clipped(
            `unsupported: ${quantity(summary.unsupported.length, 'clause')} (${visible(summary.unsupported[0]?.reason ?? '')})`,
            columns,
          ),
        ];
  const refused = interfaces
    .toSorted(([, one], [, other]) => other.statistics.unsupported - one.statistics.unsupported)
    .flatMap(([name, record]) => {
      const [reason] = refusalReasons(record).map(([text]) => ` (mostly: ${visible(text)})`);
      const text = refusedText(record);
      return text === null ? [] : [clipped(`${name}: ${text}${reason ?? ''}`, columns)];
    });
  const [first] = [...unexpected, ...dated, ...expected];
  const bottom = [
    ...atMost(3, failures),
    ...atMost(3, staleEntries),
    ...atMost(3, best),
    ...refused.slice(0, 1),
    ...unsupported,
    ...(first === undefined ? [] : [`again: ${visible(first.replay)}`]),
    `${duration(summary.durationMs)}, seed ${summary.seed}${report === undefined ? '' : `; report: ${report}`}`,
    ...(hint === undefined ? [] : [hint]),
  ];

  const head = atMost(8, top);
  const room = summaryLinesMax - head.length - bottom.length - 2;
  const shown = atMost(room, findings);
  return [...head, ...(shown.length === 0 ? [] : ['', ...shown.map((line) => `  ${line}`)]), '', ...bottom]
    .map((line) => `${line}\n`)
    .join('');
};

/** The lines, or as many as there is room for, the last one saying how many more there are. */
const atMost = (room: number, lines: readonly string[]): readonly string[] =>
  lines.length <= room
    ? lines
    : [...lines.slice(0, room - 1), `... and ${count(lines.length - room + 1)} more`];
