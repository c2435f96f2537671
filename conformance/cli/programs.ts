/** Programs from files: alone, in traces, in `execute` lines, in the findings of a run. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram, contentId, type Program, UsageError, validate } from '#spec/index';
import { type Document, isFolder, readDocuments } from './documents.ts';

/** A program with the place where it was read. */
export interface ReadProgram {
  readonly at: string;
  readonly program: Program;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first complaints about a value, in one line that begins with its place. */
export const refusal = (at: string, complaints: readonly string[]): UsageError => {
  const shown = complaints.slice(0, 3).join('; ');
  const more = complaints.length > 3 ? `; and ${complaints.length - 3} more` : '';
  return new UsageError(`${at}: ${shown}${more}`);
};

/**
 * A value as a program that can be run.
 *
 * @throws {UsageError} It is none; the message names the path of what is wrong.
 */
export const checkedProgram = (at: string, value: unknown, path = ''): Program => {
  const complaints = checkProgram(value);
  if (complaints.length > 0)
    throw refusal(
      at,
      complaints.map((complaint) => `${path}${complaint}`),
    );
  return value as Program;
};

/**
 * The programs of a JSON value: a program, whatever holds one as `program`, or a list of these.
 *
 * @throws {UsageError} There is none, or it cannot be run.
 */
const programsOf = ({ at, value }: Document): readonly ReadProgram[] => {
  if (Array.isArray(value))
    return value.flatMap((item, index) => programsOf({ at: `${at}[${index}]`, value: item }));
  if (isRecord(value)) {
    if (value.type === 'execute') {
      const complaints = validate.agentProtocol(value);
      if (complaints.length > 0) throw refusal(at, complaints);
    }
    if ('program' in value) return [{ at, program: checkedProgram(at, value.program, '/program') }];
  }
  return [{ at, program: checkedProgram(at, value) }];
};

/** In the folder of a run only the findings are programs. */
const programPaths = (path: string): string => {
  const findings = join(path, 'findings');
  if (!existsSync(join(path, 'run.jsonl'))) return path;
  if (!isFolder(findings)) throw new UsageError(`the run in ${path} has no findings`);
  return findings;
};

/**
 * The programs of a file or folder, each once.
 *
 * @throws {UsageError} It cannot be read, or holds something else.
 */
export const readPrograms = (path: string): readonly ReadProgram[] => {
  const documents = readDocuments(isFolder(path) ? programPaths(path) : path);
  const byContent = new Map<string, ReadProgram>();
  for (const read of documents.flatMap(programsOf)) {
    const id = contentId(read.program);
    if (!byContent.has(id)) byContent.set(id, read);
  }
  return [...byContent.values()];
};
