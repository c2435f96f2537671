/**
 * Everything that is derived from the schemas, the operations of each interface included: schemas and clauses in,
 * texts out. Nothing is read or written here; `generated.test.ts` does both.
 */

import { SpecError } from './errors.ts';
import { declaredNames, type JsonSchema, typesOf } from './generate-types.ts';
import { validatorOf } from './generate-validators.ts';
import type { ClauseFile } from './generated/clause.ts';
import type { InterfaceFile } from './generated/interface.ts';
import { pascalCase, programSchema, programSchemaId } from './program-schema.ts';

/** What one interface says of itself. `clauses` is absent while its clauses are still to be written. */
export interface InterfaceSource {
  readonly file: InterfaceFile;
  readonly clauses?: ClauseFile;
}

/**
 * The files of `spec/generated/`: path in that folder → text.
 *
 * @param schemas - The schemas by `$id`, in the order in which they are to be listed.
 * @param interfaces - The interfaces in their fixed order.
 * @throws {SpecError} Schemas that contradict each other.
 */
export const generate = async (
  schemas: ReadonlyMap<string, JsonSchema>,
  interfaces: readonly InterfaceSource[],
): Promise<ReadonlyMap<string, string>> => {
  const programs = new Map(
    interfaces.map(({ file }) => [programSchemaId(file.interface), programSchema(file)] as const),
  );
  const all = new Map([...schemas, ...programs]);
  const files = new Map<string, string>();
  for (const id of schemas.keys()) files.set(`${id}.ts`, await typesOf(id, all));
  for (const [id, schema] of programs) {
    files.set(`${id}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
    files.set(`${id}.ts`, await typesOf(id, all, true));
  }
  files.set('names.ts', names(interfaces));
  files.set('index.ts', frontDoor(schemas, programs, files));
  for (const id of all.keys()) files.set(`${id}.validator.ts`, validatorOf(id, all));
  files.set('validators.ts', validatorRecord([...all.keys()]));
  return files;
};

/** `agent-protocol` → `agentProtocol`, `msg-ring.program` → `msgRingProgram`. */
const exportName = (id: string): string =>
  id.replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());

const generatedNote = '// Generated from the schemas by `npm run generate`. Do not edit.\n';

/** The re-exports of every type, and the type that belongs to each validator. */
const frontDoor = (
  schemas: ReadonlyMap<string, JsonSchema>,
  programs: ReadonlyMap<string, JsonSchema>,
  files: ReadonlyMap<string, string>,
): string => {
  const modules = [...schemas.keys(), ...programs.keys()];
  const owners = new Map<string, string>();
  for (const id of modules)
    for (const name of declaredNames(files.get(`${id}.ts`) ?? '')) {
      const other = owners.get(name);
      if (other !== undefined) throw new SpecError(`both ${other} and ${id} define ${name}`);
      owners.set(name, id);
    }
  const titles = [...schemas, ...programs].map(([id, { title }]) => [id, String(title)] as const);
  return [
    generatedNote,
    ...titles.map(([id, title]) => `import type { ${title} } from './${id}.ts';`),
    '',
    ...modules.map((id) => `export type * from './${id}.ts';`),
    "export * from './names.ts';",
    '',
    '/** The type that each schema describes, by the name of its validator. */',
    'export interface SchemaTypes {',
    ...titles.map(([id, title]) => `  readonly ${exportName(id)}: ${title};`),
    '}',
    '',
  ].join('\n');
};

/** All validators by name. */
const validatorRecord = (ids: readonly string[]): string => {
  // Not by the name of the schema: `interface` is no identifier.
  const local = ids.map((id) => [id, `${exportName(id)}Validator`] as const);
  return [
    generatedNote,
    ...local.map(([id, name]) => `import { validator as ${name} } from './${id}.validator.ts';`),
    "import type { Validator } from '../validator.ts';",
    "import type { SchemaTypes } from './index.ts';",
    '',
    'export const validators: Readonly<Record<keyof SchemaTypes, Validator>> = {',
    ...local.map(([id, name]) => `  ${exportName(id)}: ${name},`),
    '};',
    '',
  ].join('\n');
};

/** Names as types, so that one misspelt does not compile. */
const names = (interfaces: readonly InterfaceSource[]): string => {
  const all = (of: (source: InterfaceSource) => readonly string[]): readonly string[] =>
    interfaces.flatMap(of);
  const interfaceNames = interfaces.map(({ file }) => file.interface);
  return [
    generatedNote,
    '/** The interfaces in their fixed order. */',
    `export const interfaceNames = [${interfaceNames.map(quoted).join(', ')}] as const;`,
    '',
    union('InterfaceName', 'An interface that is described here.', interfaceNames),
    '/** What each interface is, for lists that need nothing else of it. */',
    'export const interfaceTitles: Readonly<Record<InterfaceName, string>> = {',
    ...interfaces.map(({ file }) => `  ${quoted(file.interface)}: ${quoted(file.title)},`),
    '};',
    '',
    union(
      'ClauseId',
      'A clause of any interface.',
      all((of) => of.clauses?.clauses.map(({ id }) => id) ?? []),
    ),
    union(
      'PointId',
      'A variation point: name@situation.',
      all((of) => of.clauses?.points?.map(({ id }) => id) ?? []),
    ),
    union(
      'EditionId',
      'A dated document.',
      all((of) => of.clauses?.editions.map(({ id }) => id) ?? []),
    ),
    union(
      'ProfileId',
      'A set of choices known by name.',
      all((of) => of.clauses?.profiles?.map(({ id }) => id) ?? []),
    ),
    ...interfaces.map(({ file }) =>
      union(
        `${pascalCase(file.interface)}Operation`,
        `An operation of ${file.interface}.`,
        file.operations.map(({ name }) => name),
      ),
    ),
    ...interfaces.map(({ file }) =>
      union(
        `${pascalCase(file.interface)}Situation`,
        `A fact of the state that clauses of ${file.interface} read.`,
        file.situations.map(({ name }) => name),
      ),
    ),
    ...interfaces.map(({ file }) =>
      union(
        `${pascalCase(file.interface)}Capability`,
        `Something that a target of ${file.interface} may lack.`,
        file.capabilities.map(({ name }) => name),
      ),
    ),
  ].join('\n');
};

const quoted = (name: string): string => `'${name}'`;

const union = (name: string, meaning: string, members: readonly string[]): string => {
  const distinct = [...new Set(members)];
  const body =
    distinct.length === 0 ? ' never' : distinct.map((member) => `\n  | ${quoted(member)}`).join('');
  return `/** ${meaning} */\nexport type ${name} =${body};\n`;
};
