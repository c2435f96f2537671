import { describe, expect, test } from 'vitest';
import { SpecError } from './errors.ts';
import { generate } from './generate.ts';
import { type JsonSchema, typesOf } from './generate-types.ts';
import type { ClauseId, PointId } from './generated/index.ts';
import { interfaceFile } from './load.ts';
import { programSchema } from './program-schema.ts';

const page = {
  $id: 'page',
  title: 'Page',
  type: 'object',
  required: ['lines'],
  additionalProperties: false,
  properties: {
    lines: { type: 'array', items: { type: 'string' } },
    notes: { description: 'Beside the text.', type: 'array', items: { $ref: '#/$defs/note' } },
  },
  $defs: { note: { title: 'Note', type: 'object', additionalProperties: { type: 'number' } } },
} satisfies JsonSchema;

const book = (reference: string): JsonSchema => ({
  $id: 'book',
  title: 'Book',
  type: 'object',
  required: ['pages'],
  additionalProperties: false,
  properties: { pages: { type: 'array', items: { $ref: reference } } },
});

const byId = (...schemas: readonly JsonSchema[]) =>
  new Map(schemas.map((schema) => [String(schema.$id), schema]));

describe('types', () => {
  test('are read-only throughout', async () => {
    expect(await typesOf('page', byId(page))).toContain(
      [
        'export interface Page {',
        '  readonly lines: readonly string[];',
        '  /**',
        '   * Beside the text.',
        '   */',
        '  readonly notes?: readonly Note[];',
        '}',
        'export interface Note {',
        '  readonly [k: string]: number;',
        '}',
      ].join('\n'),
    );
  });

  test('of another schema are imported, not repeated', async () => {
    const text = await typesOf('book', byId(page, book('page#/$defs/note')));
    expect(text).toContain("import type { Note } from './page.ts';");
    expect(text).toContain('readonly pages: readonly Note[];');
    expect(text).not.toContain('interface Note');
  });

  test('are refused where a reference leads nowhere', async () => {
    for (const reference of ['page#/$defs/nothing', 'leaflet', 'page#/properties/lines'])
      await expect(typesOf('book', byId(page, book(reference)))).rejects.toThrow(SpecError);
  });

  test('are refused where two schemas define the same name', async () => {
    const twin = { ...page, $id: 'twin' };
    await expect(generate(byId(page), [])).resolves.toBeInstanceOf(Map);
    await expect(generate(byId(page, twin), [])).rejects.toThrow('both page and twin define Page');
  });
});

test('a misspelt clause or point does not compile', () => {
  const clause: ClauseId = 'msg-ring/send/res-is-len';
  const point: PointId = 'success-value@message';
  // @ts-expect-error: the clause is called res-is-len.
  const noClause: ClauseId = 'msg-ring/send/res-is-length';
  // @ts-expect-error: a point is named with its situation.
  const noPoint: PointId = 'success-value';
  expect(new Set([clause, point, noClause, noPoint]).size).toBe(4);
});

test('the schema of programs has one kind of step for each operation, settle and end', () => {
  const file = interfaceFile('msg-ring');
  const { $defs } = programSchema(file) as { readonly $defs: Readonly<Record<string, unknown>> };
  expect(Object.keys($defs)).toEqual(['step', ...file.operations.map(({ name }) => name), 'settle', 'end']);
});
