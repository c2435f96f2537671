/** Writes a run down while it goes on. When the disk refuses, the run is stopped in order and nothing written is lost. */

import type { FoundTrace } from '#conformance/index';
import {
  type FindingContext,
  findingContext,
  findingFiles,
  type ReportFormat,
  renderFinding,
  renderReport,
  reportFormats,
} from '#reports/index';
import {
  type ClauseRecord,
  clauses,
  type Finding,
  type FooterLine,
  HarnessError,
  type HeaderLine,
  type InterfaceName,
  isInterfaceName,
  type RunLine,
  type Summary,
  type Trace,
} from '#spec/index';
import type { Corpus } from './corpus.ts';
import type { Interruption } from './interruption.ts';
import type { RunFolder } from './run-folder.ts';

export class Recorder {
  readonly #folder: RunFolder;
  readonly #header: HeaderLine;
  readonly #interruption: Interruption;
  readonly #corpus: Corpus | undefined;
  #failure: HarnessError | null = null;

  /** @param corpus - Where the programs of findings are kept beyond the run. */
  constructor(folder: RunFolder, header: HeaderLine, interruption: Interruption, corpus?: Corpus) {
    this.#folder = folder;
    this.#corpus = corpus;
    this.#header = header;
    this.#interruption = interruption;
    this.line(header);
  }

  /** Why the record is not whole; null when it is. */
  get failure(): HarnessError | null {
    return this.#failure;
  }

  line(line: RunLine): void {
    this.#writing(() => this.#folder.append(line));
  }

  /** A finding as soon as it is known; what only the end of the run knows is still missing from its texts. */
  found({ finding, trace }: FoundTrace): void {
    this.line({ type: 'finding', finding });
    this.#writing(() =>
      this.#folder.writeFinding(finding, trace, texts(finding, trace, this.#contextOf(finding))),
    );
    const { inconsistency, program } = finding;
    for (const shown of inconsistency?.proofs ?? [{ program }])
      this.#writing(() => this.#corpus?.add(shown.program));
  }

  /** The end of the run: findings once more with all that is known now, the summary, the reports, the last line. */
  end(summary: Summary, traces: ReadonlyMap<string, Trace>, formats: readonly ReportFormat[]): void {
    for (const finding of summary.findings) {
      const trace = traces.get(finding.id) ?? { program: finding.program, events: [] };
      this.line({ type: 'finding', finding });
      this.#writing(() =>
        this.#folder.writeFinding(finding, trace, texts(finding, trace, findingContext(summary, finding))),
      );
    }
    for (const { name, file } of reportFormats)
      if (formats.includes(name)) this.#writing(() => this.#folder.write(file, renderReport(summary, name)));
    this.#writing(() => this.#folder.writeSummary(summary));
    this.line(footerOf(summary));
    this.#folder.close();
  }

  #writing(write: () => void): void {
    if (this.#failure !== null) return;
    try {
      write();
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      this.#failure = error;
      this.#interruption.stop('failure');
    }
  }

  #contextOf(finding: Finding): FindingContext {
    const { doorbell, seed, interfaces } = this.#header;
    const known = interfaces[finding.interface];
    if (known === undefined) throw new HarnessError(`the run has no interface ${finding.interface}`);
    const { edition, profile, target } = known;
    const name = finding.interface;
    return {
      doorbell,
      seed,
      edition,
      profile,
      target,
      clauses: isInterfaceName(name) ? statements(name) : [],
      sameCause: [],
    };
  }
}

const texts = (finding: Finding, trace: Trace, context: FindingContext): Readonly<Record<string, string>> =>
  Object.fromEntries(findingFiles.map((file) => [file, renderFinding(finding, trace, file, context)]));

/** The clauses in words, before any verdict. */
const statements = (name: InterfaceName): readonly ClauseRecord[] =>
  clauses(name).map(({ id, strength, statement, source, number, inferred }) => ({
    id,
    strength,
    verdict: 'not-exercised',
    exercised: 0,
    reason: null,
    expected: false,
    statement,
    source,
    ...(number !== undefined && { number }),
    ...(inferred !== undefined && { inferred }),
  }));

const footerOf = ({ durationMs, ended, reasons, exit }: Summary): FooterLine => ({
  type: 'footer',
  durationMs,
  ended,
  reasons,
  exit,
});
