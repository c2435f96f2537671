/** Front door of `spec/`: what the documents say, as typed data; what travels between the folders; the port. */

export { checkProgram } from './check-program.ts';
export { canonicalJson, contentId } from './content-id.ts';
export { SpecError, UsageError } from './errors.ts';
export * from './generated/index.ts';
export { isInterfaceName } from './interface-name.ts';
export { clauseFile, clauses, interfaceFile, sourcesLock } from './load.ts';
export { noDocument } from './no-document.ts';
export * from './system-under-test.ts';
export { isValid, type SchemaName, validate } from './validate.ts';
export { doorbellVersion } from './version.ts';
