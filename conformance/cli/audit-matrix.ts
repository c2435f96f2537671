/** The kill matrix as people read it: in columns on a terminal, or as a page in Markdown. */

import type { AuditRecord, Kill, MutantRow } from '#conformance/index';
import { code, inline } from '#reports/markdown-text';
import { columns } from './output.ts';

/** How an audit can be printed. */

export type AuditFormat = 'text' | 'markdown';

/** Every audit in one text. */
export const auditText = (records: readonly AuditRecord[], format: AuditFormat): string =>
  records.map(format === 'markdown' ? page : matrix).join('\n');

const share = (part: number, of: number): string =>
  of === 0 ? '' : ` (${((100 * part) / of).toFixed(1)} %)`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What the matrix comes to, a sentence each. */
const verdicts = (record: AuditRecord): readonly string[] => {
  const { rows, seeds, killed, of, counterexamples, declaredAmongSuspects, declaredFirst } = record;
  const { measured, atMinimum, bounded, excess, accused } = record;
  const controls = rows.filter(({ control }) => control).length;
  return [
    `${killed} of ${of} mutants killed by ${seeds.length === 1 ? `seed ${seeds[0]}` : `every one of ${seeds.length} seeds`}`,
    `the sentence they break suspected in ${declaredAmongSuspects} of ${counterexamples}${share(declaredAmongSuspects, counterexamples)}, first in ${declaredFirst}${share(declaredFirst, counterexamples)}`,
    ...(measured === 0
      ? []
      : [
          `${atMinimum} of ${plural(measured, 'counterexample')} at the minimum${share(atMinimum, measured)}${excess === 0 ? '' : `, none more than ${plural(excess, 'step')} above it`}${bounded === 0 ? '' : `; in ${bounded} the search gave up, and the minimum may be lower`}`,
        ]),
    `${controls - accused.length} of ${controls} controls survive`,
  ];
};

const result = ({ control, kills, survived }: MutantRow): string => {
  const seeds = kills.length + survived.length;
  const some = kills.length > 0 && survived.length > 0 ? ` by ${kills.length} of ${seeds} seeds` : '';
  if (control) return kills.length > 0 ? `ACCUSED${some}` : 'survives, as it should';
  if (kills.length === 0) return 'SURVIVES';
  return survived.length > 0 ? `KILLED ONLY${some}` : 'killed';
};

/** The values of all kills, each once, in the order of the first seed that shows it. */
const distinct = (kills: readonly Kill[], value: (kill: Kill) => string): string =>
  [...new Set(kills.map(value))].join(', ');

const lengths = ({ kills }: MutantRow): string => distinct(kills, ({ steps }) => String(steps));

const minima = ({ kills }: MutantRow): string =>
  distinct(kills, ({ minimum }) =>
    minimum === null ? '' : minimum.exact ? String(minimum.steps) : `<= ${minimum.steps}`,
  );

const ranks = ({ control, kills, breaks }: MutantRow): string =>
  control
    ? ''
    : distinct(kills, ({ rank }) =>
        rank === null
          ? `NOT SUSPECTED: ${breaks.join(', ')}`
          : rank === 1
            ? 'first suspect'
            : `suspect ${rank}`,
      );

const matrix = (record: AuditRecord): string => {
  const isMeasured = record.measured > 0;
  const rows = record.rows.map((row) => [
    row.mutant,
    result(row),
    row.programs === null ? '' : `program ${row.programs}`,
    row.kills.length === 0 ? '' : `${lengths(row)} steps`,
    ...(isMeasured ? [row.kills.length === 0 ? '' : `minimum ${minima(row)}`] : []),
    ranks(row),
  ]);
  const [first = '', ...rest] = verdicts(record);
  return [`${record.interface}: ${first}`, ...rest, '', columns(rows)].join('\n');
};

const cell = (text: string): string => (text === '' ? '–' : inline(text));

const page = (record: AuditRecord): string => {
  const seeds = record.seeds.join(', ');
  const heading = ['Mutant', 'Breaks', 'Result', 'Programs', 'Steps', 'Minimum', 'Suspects', 'Rank'];
  const rows = record.rows.map((row) => [
    code(row.mutant),
    row.breaks.map(code).join(', ') || '–',
    cell(result(row)),
    row.programs === null ? '–' : String(row.programs),
    cell(lengths(row)),
    cell(minima(row)),
    (row.kills[0]?.suspects ?? []).map(code).join(', ') || '–',
    cell(distinct(row.kills, ({ rank }) => (rank === null ? 'none' : String(rank)))),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `# Kill matrix of ${record.interface}`,
    '',
    ...verdicts(record).map((sentence) => `- ${inline(sentence)}`),
    '',
    `Seeds: ${seeds}. Programs: median over the seeds of how many were judged until the first finding. Steps: of its`,
    'counterexample, before the closing. Minimum: of the shortest program that shows the same finding; `<=` where the',
    'search gave up. Suspects: as the first seed that noticed names them. Rank: of the first declared clause among them.',
    '',
    line(heading),
    line(heading.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
};
