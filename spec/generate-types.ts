/**
 * TypeScript types from JSON schemas. Each schema becomes one module that declares what the schema itself
 * defines; a reference into another schema becomes an import, so that no type exists twice.
 */

import { compile } from 'json-schema-to-typescript';
import { SpecError } from './errors.ts';

/** A JSON schema (2020-12), as parsed. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Json = unknown;

const banner = '// Generated from the schemas by `npm run generate`. Do not edit.\n';

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The module of types for one schema.
 *
 * @param schemas - All schemas by `$id`, for references between them.
 * @param structural - Declare type aliases instead of interfaces. An alias may stand where an index signature is
 *   asked for, an interface may not; programs of one interface need that to count as programs.
 * @throws {SpecError} A reference leads nowhere or to something without a title, or a title occurs twice.
 */
export const typesOf = async (
  id: string,
  schemas: ReadonlyMap<string, JsonSchema>,
  structural = false,
): Promise<string> => {
  const schema = schemas.get(id);
  if (schema === undefined) throw new SpecError(`there is no schema ${id}`);
  const imports = new Map<string, Set<string>>();
  const local = withImports(schema, schemas, imports);
  const { $id: _id, $schema: _dialect, ...body } = local as Record<string, Json>;
  const text = await compile(body, id, {
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 110 },
  });
  const declared = declaredNames(text);
  const titles = new Set(titlesIn(schema));
  // The compiler names an untitled definition after its key and numbers a repeated title: Result, Result1.
  const numbered = declared.filter((name) => /\d$/.test(name) && !titles.has(name));
  if (numbered.length > 0) throw new SpecError(`schema ${id} uses a title twice: ${numbered.join(', ')}`);
  const lines = [...imports].map(
    ([from, names]) => `import type { ${[...names].sort().join(', ')} } from './${from}.ts';\n`,
  );
  const types = withReadonly(withoutBackReferences(text));
  return `${banner}\n${lines.join('')}${lines.length > 0 ? '\n' : ''}${structural ? asAliases(types) : types}`;
};

/** Names that a module of types exports. */
export const declaredNames = (text: string): readonly string[] =>
  [...text.matchAll(/^export (?:type|interface) (\w+)/gm)].flatMap(([, name]) => name ?? []);

/** The schema with each reference into another schema replaced by that schema's type, noted in `imports`. */
const withImports = (
  value: Json,
  schemas: ReadonlyMap<string, JsonSchema>,
  imports: Map<string, Set<string>>,
): Json => {
  if (Array.isArray(value)) return value.map((item) => withImports(item, schemas, imports));
  if (!isObject(value)) return value;
  const reference = value.$ref;
  if (typeof reference === 'string' && !reference.startsWith('#')) {
    const [from = '', pointer = ''] = reference.split('#');
    const title = titleAt(schemas.get(from), pointer);
    if (title === undefined) throw new SpecError(`$ref ${reference} leads to nothing that has a title`);
    imports.set(from, (imports.get(from) ?? new Set()).add(title));
    const { $ref: _reference, ...rest } = value;
    return { ...rest, tsType: title };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withImports(member, schemas, imports)]),
  );
};

const titleAt = (schema: JsonSchema | undefined, pointer: string): string | undefined => {
  let at: Json = schema;
  for (const key of pointer.split('/').filter((part) => part !== '')) at = isObject(at) ? at[key] : undefined;
  const title = isObject(at) ? at.title : undefined;
  return typeof title === 'string' ? title : undefined;
};

const titlesIn = (value: Json): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(titlesIn);
  if (!isObject(value)) return [];
  const own = typeof value.title === 'string' ? [value.title] : [];
  return [...own, ...Object.values(value).flatMap(titlesIn)];
};

/** Drops the compiler's remark that a type "was referenced by" its own schema: true of every one. */
const withoutBackReferences = (text: string): string =>
  text
    .replaceAll(
      /^( *)\/\*\*\n *\* This interface was referenced by .*\n *\* via the .*\n(?: *\*\n *\* This interface was referenced by .*\n *\* via the .*\n)* *\*\/\n/gm,
      '',
    )
    .replaceAll(/^ *\*\n *\* This interface was referenced by .*\n *\* via the .*\n/gm, '');

/** Makes each property, index signature and array of the compiled text read-only: data is never changed in place. */
const withReadonly = (text: string): string => {
  const properties = text.replaceAll(
    /^( +)((?:'[^']+'|"[^"]+"|\w+)\??:|\[k: string\]:)(?=\s)/gm,
    '$1readonly $2',
  );
  return readonlyArrays(properties);
};

const readonlyArrays = (text: string): string => {
  // Comments keep their length but lose their brackets, so that offsets agree.
  const bare = text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
  const starts = [...bare.matchAll(/\[\]/g)]
    .map(({ index }) => startOfElement(bare, index))
    .sort((a, b) => b - a);
  return starts.reduce((done, at) => `${done.slice(0, at)}readonly ${done.slice(at)}`, text);
};

/** Where the element type of the array ends that has its `[]` at `end`, read backwards to where it begins. */
const startOfElement = (text: string, end: number): number => {
  const closing = text[end - 1];
  const opening = closing === ')' ? '(' : closing === '}' ? '{' : undefined;
  if (closing === ']') throw new SpecError('an array of arrays needs a titled schema for its rows');
  let at = end - 1;
  if (opening === undefined) {
    while (/[\w'"$]/.test(text[at - 1] ?? '')) at -= 1;
    return at;
  }
  for (let depth = 1; depth > 0; ) {
    at -= 1;
    if (text[at] === closing) depth += 1;
    if (text[at] === opening) depth -= 1;
  }
  return at;
};

const asAliases = (text: string): string =>
  text.replaceAll(/^export interface (\w+) \{\n([\s\S]*?)^\}$/gm, 'export type $1 = {\n$2};');
