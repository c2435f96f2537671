/** What `doorbell replay` is asked for: programs, each with the finding and the run that it comes from where these are known. */

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Finding, type HeaderLine, isValid, type Program, UsageError } from '#spec/index';
import { isFolder, readText } from './documents.ts';
import { isRecord, readPrograms } from './programs.ts';

/** What is replayed: a program, and where it comes from when that is known. */
export interface Subject {
  readonly program: Program;
  /** The finding that it is known to show. */
  readonly finding: Finding | null;
  /** The run that found it. */
  readonly header: HeaderLine | null;
}

/** What one word of the command names. */
export interface Subjects {
  readonly subjects: readonly Subject[];
  /** A whole run was named, so there may be any number of findings, none included. */
  readonly whole: boolean;
}

const shortId = /^[0-9a-f]{8}$/;
const log = 'run.jsonl';

/**
 * `DIR#ID`, the folder of a finding or a file in it, a run folder, a folder of run folders, or a file with one program.
 *
 * @throws {UsageError} There is nothing of the kind, or it cannot be read.
 */
export const subjectsOf = (what: string): Subjects => {
  const hash = what.lastIndexOf('#');
  if (hash > 0 && shortId.test(what.slice(hash + 1)) && !existsSync(what))
    return { subjects: [findingOf(what.slice(0, hash), what.slice(hash + 1))], whole: false };
  const folder = shortId.test(basename(what)) ? what : dirname(what);
  const run = dirname(dirname(folder));
  if (shortId.test(basename(folder)) && existsSync(join(run, log)))
    return { subjects: [findingOf(run, basename(folder))], whole: false };
  const runs = runsIn(what);
  if (runs.length > 0) return { subjects: runs.flatMap(wholeRun), whole: true };
  const programs = readPrograms(what);
  const [only] = programs;
  if (only === undefined || programs.length > 1)
    throw new UsageError(
      `${what} holds ${programs.length} programs; replay takes one, run --programs takes all`,
    );
  return { subjects: [{ program: only.program, finding: null, header: null }], whole: false };
};

/** The run folder that was named by itself or by its log, or those right below a folder. */
const runsIn = (what: string): readonly string[] => {
  if (basename(what) === log) return [dirname(what)];
  if (!isFolder(what)) return [];
  if (existsSync(join(what, log))) return [what];
  return readdirSync(what)
    .sort()
    .map((name) => join(what, name))
    .filter((path) => existsSync(join(path, log)));
};

/** The findings of a run, whether the run was finished or not; a later line about one replaces an earlier one. */
const findingsOf = (run: string): readonly (Subject & { readonly finding: Finding })[] => {
  let header: HeaderLine | null = null;
  const findings = new Map<string, Finding>();
  for (const line of readText(join(run, log)).split('\n')) {
    const value = parsedLine(line);
    if (!isRecord(value)) continue;
    if (isHeader(value)) header = value as unknown as HeaderLine;
    if (value.type !== 'finding') continue;
    const finding = value.finding as Finding;
    if (isValid.program(finding.program)) findings.set(`${finding.interface} ${finding.id}`, finding);
  }
  return [...findings.values()].map((finding) => ({ program: finding.program, finding, header }));
};

/** Every finding of something that was named as a run, and so has to be one. */
const wholeRun = (run: string): readonly Subject[] => {
  const path = join(run, log);
  if (readText(path).split('\n').map(parsedLine).some(isHeader)) return findingsOf(run);
  throw new UsageError(`${path} is not the log of a run: it has no header`);
};

const isHeader = (value: unknown): boolean => isRecord(value) && value.type === 'header';

const findingOf = (run: string, id: string): Subject => {
  const all = findingsOf(run);
  const found = all.find(({ finding }) => finding.id === id);
  if (found !== undefined) return found;
  const known = all.map(({ finding }) => finding.id);
  const there = known.length === 0 ? 'it has no findings' : `it has ${known.join(', ')}`;
  throw new UsageError(`the run in ${run} has no finding ${id}; ${there}`);
};

/** The last line of a run that was killed may be torn. */
const parsedLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
