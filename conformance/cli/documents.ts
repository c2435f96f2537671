/** The door for files: JSON, or JSON Lines, with the place of each value for error messages. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '#spec/index';

/** A JSON value with the place where it was read. */
export interface Document {
  /** `program.json`, or `programs.jsonl:7`. */
  readonly at: string;
  readonly value: unknown;
}

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  EEXIST: 'something else has this name',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would grow larger than is allowed',
  EROFS: 'the file system is read-only',
  EIO: 'the device failed',
  EMFILE: 'too many files are open',
};

/** Why the operating system refused, in words. */
export const whyRefused = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return (
    (code !== undefined && explanations[code]) || (error instanceof Error ? error.message : String(error))
  );
};

/**
 * The text of a file; `-` is standard input.
 *
 * @throws {UsageError} It cannot be read.
 */
export const readText = (path: string): string => {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${whyRefused(cause)}`, { cause });
  }
};

const parsed = (at: string, text: string): Document => {
  try {
    return { at, value: JSON.parse(text) };
  } catch (cause) {
    throw new UsageError(`${at} is not JSON: ${(cause as Error).message.replace(/\s+/g, ' ')}`, { cause });
  }
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * The values of a text: one, or one for each line. Lines that do not begin with `{` are console output, which the
 * agent protocol allows between its lines.
 *
 * @throws {UsageError} Not JSON, or nothing in it.
 */
export const documentsOf = (at: string, text: string): readonly Document[] => {
  if (text.trim() === '') throw new UsageError(`${at} is empty`);
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const objects = lines.filter(({ line }) => line.startsWith('{'));
  // A first line that is whole by itself makes it JSON Lines; anything else is one value.
  const [first] = objects;
  if (first === undefined || objects.length === 1 || !isJson(first.line)) return [parsed(at, text)];
  return objects.map(({ line, number }) => parsed(`${at}:${number}`, line));
};

/**
 * The values of a file, or of every `.json` and `.jsonl` file in a folder and below, in the order of their paths.
 *
 * @throws {UsageError} Nothing to read, or not JSON.
 */
export const readDocuments = (path: string): readonly Document[] => {
  if (!isFolder(path)) return documentsOf(path === '-' ? 'standard input' : path, readText(path));
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jsonl?$/.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new UsageError(`${path} holds no .json or .jsonl file`);
  return files.flatMap((file) => documentsOf(file, readText(file)));
};

/** Whether the path is a folder that is there. */
export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
