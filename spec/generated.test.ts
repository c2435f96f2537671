/**
 * Drift: the committed files of `spec/generated/` are what the schemas say today. `npm run generate` is this test
 * with `--update`, so one piece of code writes and checks.
 */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generate, type InterfaceSource } from './generate.ts';
import type { JsonSchema } from './generate-types.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as T;
const list = (folder: string): readonly string[] => readdirSync(new URL(folder, import.meta.url)).sort();

const schemaFiles = list('schemas/').filter((name) => name.endsWith('.schema.json'));
const schemas = new Map(
  schemaFiles.map((name) => [name.replace('.schema.json', ''), read<JsonSchema>(`schemas/${name}`)]),
);
const interfaces = list('./')
  .filter((name) => existsSync(new URL(`${name}/interface.json`, import.meta.url)))
  .map(
    (name): InterfaceSource => ({
      file: read(`${name}/interface.json`),
      ...(list(`${name}/`).includes('clauses.json') ? { clauses: read(`${name}/clauses.json`) } : {}),
    }),
  );
const files = [...(await generate(schemas, interfaces))];

test('there is something to generate', () => {
  expect(schemas.size).toBeGreaterThan(4);
  expect(interfaces.length).toBeGreaterThan(0);
  expect(files.length).toBeGreaterThan(schemas.size);
});

test.each([...schemas])('schema %s carries the name of its file', (name, schema) => {
  expect(schema.$id).toBe(name);
});

test.each(files)('spec/generated/%s is what the schemas say', async (path, text) => {
  await expect(text).toMatchFileSnapshot(`generated/${path}`);
});

test('spec/generated/ holds these files and no others', () => {
  const expected = files.map(([path]) => path).sort();
  // While `npm run generate` writes, a new file appears only after this test; a stale one can go now.
  if (process.env.npm_lifecycle_event === 'generate')
    for (const stale of list('generated/').filter((path) => !expected.includes(path)))
      rmSync(new URL(`generated/${stale}`, import.meta.url));
  else expect(list('generated/')).toEqual(expected);
});
