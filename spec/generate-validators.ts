/**
 * Validators compiled ahead of time: ajv takes some 50 ms to compile the schemas when a command starts, the code
 * that it writes takes none.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { SpecError } from './errors.ts';
import type { JsonSchema } from './generate-types.ts';

/**
 * A TypeScript module that exports the validator of one schema as `validator`. One module for each, so that a
 * command loads only those it needs.
 *
 * @param schemas - All schemas by `$id`, for references between them.
 * @throws {SpecError} A schema does not compile, or its code would need ajv when it runs.
 */
export const validatorOf = (id: string, schemas: ReadonlyMap<string, JsonSchema>): string => {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    discriminator: true,
    strict: true,
    strictRequired: false,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  for (const schema of schemas.values()) ajv.addSchema(withoutProse(schema) as JsonSchema);
  // The length of a text in characters: the one helper of ajv that our schemas ask for.
  const code = standaloneCode
    .default(ajv, { validator: id })
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', '((text) => [...text].length)');
  const needed = /require\("([^"]+)"\)/.exec(code);
  if (needed) throw new SpecError(`the validator of ${id} would need ${needed[1]} when it runs`);
  return [
    '// @ts-nocheck: written by ajv, which declares no types.',
    '// Generated from the schemas by `npm run generate`. Do not edit.',
    '',
    "import type { Validator } from '../validator.ts';",
    '',
    code
      .replace('"use strict";', '')
      .replace('export const validator = ', 'export const validator: Validator = ')
      .replaceAll(/(?<=[;}])(?=function validate|const schema\d)/g, '\n'),
    '',
  ].join('\n');
};

/** The schema without what only people read: the code carries parts of the schema with it. */
const withoutProse = (value: unknown, isMap = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isMap || !['title', 'description', 'default'].includes(key))
      .map(([key, member]) => [
        key,
        withoutProse(member, !isMap && (key === 'properties' || key === '$defs')),
      ]),
  );
};
