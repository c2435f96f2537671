/** The interfaces and their clauses, validated when first asked for. */

import { complaintsOf } from './complaints.ts';
import { SpecError } from './errors.ts';
import { validator as clauseValidator } from './generated/clause.validator.ts';
import type {
  ClauseEntry,
  ClauseFile,
  InterfaceFile,
  InterfaceName,
  SourcesLock,
} from './generated/index.ts';
import { validator as interfaceValidator } from './generated/interface.validator.ts';
import { validator as sourcesLockValidator } from './generated/sources-lock.validator.ts';
import msgRingClauses from './msg-ring/clauses.json' with { type: 'json' };
import msgRingInterface from './msg-ring/interface.json' with { type: 'json' };
import qnxInterruptClauses from './qnx-interrupt/clauses.json' with { type: 'json' };
import qnxInterruptInterface from './qnx-interrupt/interface.json' with { type: 'json' };
import rsmClauses from './rsm/clauses.json' with { type: 'json' };
import rsmInterface from './rsm/interface.json' with { type: 'json' };
import sources from './sources.lock.json' with { type: 'json' };
import uintrClauses from './uintr/clauses.json' with { type: 'json' };
import uintrInterface from './uintr/interface.json' with { type: 'json' };
import type { Validator } from './validator.ts';

const interfaceSources: Readonly<Record<InterfaceName, unknown>> = {
  'msg-ring': msgRingInterface,
  uintr: uintrInterface,
  'qnx-interrupt': qnxInterruptInterface,
  rsm: rsmInterface,
};
const clauseSources: Readonly<Record<InterfaceName, unknown>> = {
  'msg-ring': msgRingClauses,
  uintr: uintrClauses,
  'qnx-interrupt': qnxInterruptClauses,
  rsm: rsmClauses,
};

/** Files already validated, by path. */
const loaded = new Map<string, unknown>();

const load = <T>(path: string, value: unknown, validator: Validator): T => {
  if (!loaded.has(path)) {
    const complaints = complaintsOf(validator, value);
    if (complaints.length > 0) throw new SpecError(`spec/${path}: ${complaints.join('; ')}`);
    loaded.set(path, value);
  }
  return value as T;
};

/**
 * Operations, arguments and capabilities of an interface.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const interfaceFile = (name: InterfaceName): InterfaceFile =>
  load(`${name}/interface.json`, interfaceSources[name], interfaceValidator);

/**
 * Clauses, editions, variation points and profiles of an interface.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const clauseFile = (name: InterfaceName): ClauseFile =>
  load(`${name}/clauses.json`, clauseSources[name], clauseValidator);

/** The clauses of an interface, in the order of its documents. */
export const clauses = (name: InterfaceName): readonly ClauseEntry[] => clauseFile(name).clauses;

/**
 * Every document consulted, with the hash of the copy that was read.
 *
 * @throws {SpecError} The file does not fit its schema.
 */
export const sourcesLock = (): SourcesLock => load('sources.lock.json', sources, sourcesLockValidator);
