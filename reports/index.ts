/** Front door of `reports/`: run record in, text out. Nothing here reads, writes or judges. */

import type { Finding, Summary, Trace } from '#spec/index';
import { counterexample } from './counterexample.ts';
import type { FindingContext } from './finding-account.ts';
import { mailingListReport } from './mailing-list.ts';
import { markdownReport } from './markdown.ts';

export { type DiagramFormat, diagramText } from './diagram.ts';
export { exhaustiveText } from './exhaustive-text.ts';
export { type FindingContext, findingContext, precedingFile } from './finding-account.ts';
export { count, quantity } from './quantities.ts';
export { summaryText } from './terminal.ts';

const renderers = {
  markdown: { file: 'report.md', meaning: 'compliance report for people', render: markdownReport },
} as const;

/** A format of the report of a run. */
export type ReportFormat = keyof typeof renderers;

/** The formats with the file each is written to in the run folder. */
export const reportFormats: readonly {
  readonly name: ReportFormat;
  readonly file: string;
  readonly meaning: string;
}[] = Object.entries(renderers).map(([name, { file, meaning }]) => ({
  name: name as ReportFormat,
  file,
  meaning,
}));

/** The report of a run in one of the formats. */
export const renderReport = (summary: Summary, format: ReportFormat): string =>
  renderers[format].render(summary);

const findingRenderers = { 'counterexample.md': counterexample, 'report.txt': mailingListReport } as const;

/** A text that stands in the folder of each finding, by its file name. */
export type FindingFile = keyof typeof findingRenderers;

/** Every file that a finding's folder holds beside its data. */
export const findingFiles: readonly FindingFile[] = ['counterexample.md', 'report.txt'];

/**
 * One text about one finding.
 *
 * @param trace - Null when the system went away before there was one.
 * @param context - Usually `findingContext(summary, finding)`.
 */
export const renderFinding = (
  finding: Finding,
  trace: Trace | null,
  file: FindingFile,
  context: FindingContext,
): string => findingRenderers[file](finding, trace, context);
