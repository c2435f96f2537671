/**
 * Validators compiled ahead of time: ajv takes some 50 ms to compile the schemas when a command starts, the code
 * that it writes takes none.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { SpecError } from './errors.ts';
import type { JsonSchema } from './generate-types.ts';

/**
 * A TypeScript module that exports one validator for each schema.
 *
 * @param exported - Name of the export for each `$id`.
 * @throws {SpecError} A schema does not compile, or its code would need ajv when it runs.
 */
export const validatorsOf = (
  schemas: ReadonlyMap<string, JsonSchema>,
  exported: (id: string) => string,
): string => {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    discriminator: true,
    strict: true,
    strictRequired: false,
    // `minLength` counts UTF-16 units then; the other way needs a helper of ajv when it runs.
    unicode: false,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  for (const schema of schemas.values()) ajv.addSchema(withoutProse(schema) as JsonSchema);
  const names = Object.fromEntries([...schemas.keys()].map((id) => [exported(id), id]));
  const code = standaloneCode.default(ajv, names);
  const needed = /require\("([^"]+)"\)/.exec(code);
  if (needed) throw new SpecError(`the validators would need ${needed[1]} when they run`);
  return [
    '// @ts-nocheck: written by ajv, which declares no types.',
    '// Generated from the schemas by `npm run generate`. Do not edit.',
    '',
    "import type { Validator } from '../validator.ts';",
    '',
    code
      .replace('"use strict";', '')
      .replaceAll(/export const (\w+) = (\w+);/g, '\nexport const $1: Validator = $2;\n')
      .replaceAll(/(?<=[;}])function validate/g, '\nfunction validate'),
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
