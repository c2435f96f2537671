/**
 * The folder of a run on disk. `run.jsonl` is only ever appended to, one whole line at a time and straight to the file,
 * so whatever ends the process leaves a readable record; every other file appears whole or not at all.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { precedingFile } from '#reports/index';
import { type Finding, HarnessError, type RunLine, type Summary, type Trace, UsageError } from '#spec/index';
import { isFolder, whyRefused } from './documents.ts';

/** Where runs go when nothing is said. */
const runsFolder = 'doorbell-runs';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const holdsRun = (path: string): boolean =>
  existsSync(join(path, 'run.jsonl')) || existsSync(join(path, 'summary.json'));

const alreadyHolds = (path: string): UsageError =>
  new UsageError(`${path} already holds a run; name another folder with --out, or remove it`);

/**
 * Creates a folder that was named, with what is missing above it.
 *
 * @throws {UsageError} It cannot be created.
 */
export const createNamed = (path: string): void => {
  try {
    createWithParents(path);
  } catch (cause) {
    throw new UsageError(`cannot create the folder ${path}: ${whyRefused(cause)}`, { cause });
  }
};

/** `mkdirSync` with `recursive` tries for ever where a folder takes no new ones, as /proc does. */
const createWithParents = (path: string): void => {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (!existsSync(parent)) createWithParents(parent);
  mkdirSync(path);
};

/** Creates the next folder of `doorbell-runs`, however many processes do so at once, and points `latest` at it. */
const createNext = (): string => {
  createNamed(runsFolder);
  const taken = readdirSync(runsFolder)
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
  for (let number = Math.max(0, ...taken) + 1; ; number++) {
    const path = join(runsFolder, String(number));
    try {
      mkdirSync(path);
    } catch (cause) {
      if (codeOf(cause) === 'EEXIST') continue;
      throw new UsageError(`cannot create the folder ${path}: ${whyRefused(cause)}`, { cause });
    }
    pointLatest(String(number));
    return path;
  }
};

/** Replaces the link in one step; a file system without links goes without. */
const pointLatest = (name: string): void => {
  const link = join(runsFolder, 'latest');
  const temporary = `${link}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    symlinkSync(name, temporary, 'dir');
    renameSync(temporary, link);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EEXIST', 'ENOTEMPTY'].includes(codeOf(error) ?? ''))
      throw new UsageError(`cannot create the link ${link}: ${whyRefused(error)}`, { cause: error });
  }
};

/**
 * The folder for everything that one command writes: the one that was named, or the next of `doorbell-runs`.
 *
 * @throws {UsageError} It cannot be created, or holds a run already.
 */
export const reserveFolder = (out: string | undefined): string => {
  if (out === undefined) return createNext();
  if (holdsRun(out)) throw alreadyHolds(out);
  createNamed(out);
  return out;
};

/** A run being written. */
export class RunFolder {
  readonly path: string;
  readonly #log: number;
  /** Bytes of whole lines. */
  #size = 0;

  private constructor(path: string, log: number) {
    this.path = path;
    this.#log = log;
  }

  /**
   * Begins a run in a folder.
   *
   * @throws {UsageError} The folder cannot be written, or holds a run already.
   */
  static begin(path: string): RunFolder {
    if (holdsRun(path)) throw alreadyHolds(path);
    createNamed(path);
    try {
      return new RunFolder(path, openSync(join(path, 'run.jsonl'), 'wx'));
    } catch (cause) {
      if (codeOf(cause) === 'EEXIST') throw alreadyHolds(path);
      throw new UsageError(`cannot write to the folder ${path}: ${whyRefused(cause)}`, { cause });
    }
  }

  /**
   * Adds a line to the log. What the log says of findings, and its two ends, survives a crash of the machine too.
   *
   * @throws {HarnessError} The line cannot be written; the log ends with the line before it.
   */
  append(line: RunLine): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#writing('run.jsonl', () => {
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(this.#log, bytes, done);
        this.#size += bytes.length;
        if (line.type !== 'batch') fsyncSync(this.#log);
      } catch (error) {
        ftruncateSync(this.#log, this.#size);
        throw error;
      }
    });
  }

  /**
   * Writes the folder of a finding, over an earlier state of it.
   *
   * @param texts - The texts for people by file name.
   * @throws {HarnessError} It cannot be written.
   */
  writeFinding(finding: Finding, trace: Trace, texts: Readonly<Record<string, string>>): void {
    this.write(join(finding.path, 'program.json'), json(finding.program));
    this.write(join(finding.path, 'trace.json'), json(trace));
    const { precededBy } = finding;
    if (precededBy)
      this.write(
        join(finding.path, precedingFile),
        precededBy.map((program) => `${JSON.stringify(program)}\n`).join(''),
      );
    for (const [name, text] of Object.entries(texts)) this.write(join(finding.path, name), text);
  }

  /**
   * Writes a file that is there whole or not at all.
   *
   * @param name - Path below the folder.
   * @throws {HarnessError} It cannot be written.
   */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    const temporary = `${path}.tmp`;
    this.#writing(name, () => {
      createWithParents(dirname(path));
      try {
        writeFileSync(temporary, text);
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    });
  }

  /** @throws {HarnessError} It cannot be written. */
  writeSummary(summary: Summary): void {
    this.write('summary.json', json(summary));
  }

  close(): void {
    closeSync(this.#log);
  }

  #writing(name: string, write: () => void): void {
    try {
      write();
    } catch (cause) {
      const why = whyRefused(cause);
      throw new HarnessError(
        `cannot write ${join(this.path, name)}: ${why}; what was written before is kept`,
        {
          cause,
        },
      );
    }
  }
}

/** JSON as a person reads it, and as `--json` prints it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
