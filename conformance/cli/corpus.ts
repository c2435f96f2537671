/**
 * A folder of programs worth keeping: failures that were found, witnesses of clauses. A file is named after its content,
 * so that the same program is there once whoever writes it, and it appears whole or not at all: several processes may
 * write at the same time.
 */

import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  checkProgram,
  contentId,
  HarnessError,
  interfaceFile,
  isInterfaceName,
  type Program,
  UsageError,
} from '#spec/index';
import { whyRefused } from './documents.ts';
import { isRecord } from './programs.ts';
import { createNamed, json } from './run-folder.ts';

/** A file that holds no program which can be run today. */
interface StaleProgram {
  readonly file: string;
  /** Interface that it speaks of, as far as it can be told. */
  readonly interface: string | null;
  readonly reason: string;
}

export class Corpus {
  readonly path: string;
  /** What was there when the folder was opened, in the order of the names. */
  readonly programs: readonly Program[];
  readonly stale: readonly StaleProgram[];
  #written = 0;

  private constructor(path: string, programs: readonly Program[], stale: readonly StaleProgram[]) {
    this.path = path;
    this.programs = programs;
    this.stale = stale;
  }

  /**
   * Reads the folder; one that is not there yet is empty.
   *
   * @throws {UsageError} It cannot be read.
   */
  static open(path: string): Corpus {
    const programs: Program[] = [];
    const stale: StaleProgram[] = [];
    for (const file of filesIn(path)) {
      const read = readProgram(path, file);
      if ('reason' in read) stale.push(read);
      else programs.push(read);
    }
    return new Corpus(path, programs, stale);
  }

  /**
   * Makes the folder where there is none.
   *
   * @throws {UsageError} It cannot be made.
   */
  create(): void {
    createNamed(this.path);
  }

  /**
   * Keeps a program; returns the name of its file.
   *
   * @throws {HarnessError} It cannot be written.
   */
  add(program: Program): string {
    const text = json(program);
    const file = this.#fileFor(program);
    const path = join(this.path, file);
    const temporary = join(this.path, `.${file}.${process.pid}.${this.#written++}`);
    try {
      writeFileSync(temporary, text);
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw new HarnessError(`cannot write ${path}: ${whyRefused(cause)}`, { cause });
    }
    return file;
  }

  /** Two programs in four thousand million have one id by chance: the second one gets a number behind it. */
  #fileFor(program: Program): string {
    const id = contentId(program);
    for (let number = 0; ; number++) {
      const file = number === 0 ? `${id}.json` : `${id}-${number}.json`;
      const text = textOf(join(this.path, file));
      if (text === null || !isOther(text, program)) return file;
    }
  }
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** A file that nobody can read is written anew. */
const isOther = (text: string, program: Program): boolean => {
  try {
    return canonicalJson(JSON.parse(text)) !== canonicalJson(program);
  } catch {
    return false;
  }
};

const filesIn = (path: string): readonly string[] => {
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(`cannot read the corpus ${path}: ${whyRefused(cause)}`, { cause });
  }
};

const readProgram = (folder: string, file: string): Program | StaleProgram => {
  const path = join(folder, file);
  const stale = (name: string | null, reason: string): StaleProgram => ({ file, interface: name, reason });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return stale(null, error instanceof SyntaxError ? 'it is not JSON' : whyRefused(error));
  }
  const name = isRecord(value) ? value.interface : undefined;
  if (typeof name !== 'string' || !isInterfaceName(name))
    return stale(null, 'it is about no known interface');
  const { version } = value as Partial<Program>;
  const now = interfaceFile(name).version;
  if (version !== undefined && version !== now)
    return stale(name, `it is of version ${version} of ${name}, and this is version ${now}`);
  const [complaint] = checkProgram(value);
  return complaint === undefined ? (value as Program) : stale(name, complaint);
};
