import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { documentsOf, readDocuments } from './documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'doorbell-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const values = (text: string) => documentsOf('x', text).map(({ value }) => value);

describe('a text', () => {
  test('is one value, on one line or many', () => {
    expect(values('{"a":1}')).toEqual([{ a: 1 }]);
    expect(values('{\n  "a": [\n    { "b": 1 }\n  ]\n}\n')).toEqual([{ a: [{ b: 1 }] }]);
    expect(values('[{"a":1},\n{"a":2}]')).toEqual([[{ a: 1 }, { a: 2 }]]);
  });

  test('is a value for each line, console output between them left out', () => {
    expect(values('{"a":1}\n[    0.1] booting\n\n{"a":2}\n')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('names the line of each value', () => {
    expect(documentsOf('x.jsonl', '\n{"a":1}\n{"a":2}').map(({ at }) => at)).toEqual([
      'x.jsonl:2',
      'x.jsonl:3',
    ]);
  });

  test('that is no JSON is refused with its place', () => {
    expect(() => values('{"a":1')).toThrow(/^x is not JSON: /);
    expect(() => values('hello')).toThrow(/^x is not JSON: /);
    expect(() => values(' \n')).toThrow('x is empty');
    expect(() => values('{"a":1}\n{"a":2')).toThrow(/^x:2 is not JSON: /);
  });
});

describe('a path', () => {
  test('to a folder means every file in it and below', () => {
    mkdirSync(join(folder, 'b'));
    writeFileSync(join(folder, 'b', 'two.jsonl'), '{"n":2}\n{"n":3}\n');
    writeFileSync(join(folder, 'a.json'), '{"n":1}');
    writeFileSync(join(folder, 'notes.txt'), 'not read');
    expect(readDocuments(folder).map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('to nothing is refused', () => {
    expect(() => readDocuments(join(folder, 'none.json'))).toThrow(/there is no such file/);
    mkdirSync(join(folder, 'empty'));
    expect(() => readDocuments(join(folder, 'empty'))).toThrow(/holds no \.json/);
  });
});
