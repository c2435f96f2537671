/** The interfaces and their clauses, validated when first asked for. */

import { SpecError } from './errors.ts';
import type {
  ClauseEntry,
  ClauseFile,
  InterfaceFile,
  InterfaceName,
  SourcesLock,
} from './generated/index.ts';
import msgRingClauses from './msg-ring/clauses.json' with { type: 'json' };
import msgRingInterface from './msg-ring/interface.json' with { type: 'json' };
import sourcesLockFile from './sources.lock.json' with { type: 'json' };
import { isValid, validate } from './validate.ts';

const files: Readonly<Record<InterfaceName, { readonly file: unknown; readonly clauses: unknown }>> = {
  'msg-ring': { file: msgRingInterface, clauses: msgRingClauses },
};

/** The value a function gives, computed at its first call for each name. */
const once = <Name extends string, T>(load: (name: Name) => T): ((name: Name) => T) => {
  const loaded = new Map<Name, T>();
  return (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const value = load(name);
    loaded.set(name, value);
    return value;
  };
};

const invalid = (file: string, errors: readonly string[]): SpecError =>
  new SpecError(`${file}: ${errors.join('; ')}`);

/**
 * Operations, arguments and capabilities of an interface.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const interfaceFile: (name: InterfaceName) => InterfaceFile = once((name) => {
  const { file } = files[name];
  if (!isValid.interface(file)) throw invalid(`${name}/interface.json`, validate.interface(file));
  return file;
});

/**
 * Clauses, editions, variation points and profiles of an interface.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const clauseFile: (name: InterfaceName) => ClauseFile = once((name) => {
  const { clauses } = files[name];
  if (!isValid.clause(clauses)) throw invalid(`${name}/clauses.json`, validate.clause(clauses));
  return clauses;
});

/** The clauses of an interface, in the order of its documents. */
export const clauses = (name: InterfaceName): readonly ClauseEntry[] => clauseFile(name).clauses;

/**
 * Every document consulted, with its content hash where one was kept.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const sourcesLock: () => SourcesLock = () => loadSources('sources.lock.json');

const loadSources = once((file: 'sources.lock.json') => {
  if (!isValid.sourcesLock(sourcesLockFile)) throw invalid(file, validate.sourcesLock(sourcesLockFile));
  return sourcesLockFile;
});
