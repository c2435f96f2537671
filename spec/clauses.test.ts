/** The data of each interface against itself: what a schema cannot say, and every name that one file uses of another. */

import { describe, expect, test } from 'vitest';
import type { ClauseEntry, PointEntry } from './generated/clause.ts';
import { interfaceNames } from './generated/names.ts';
import { clauseFile, interfaceFile, sourcesLock } from './load.ts';
import { noDocument } from './no-document.ts';

const documents = sourcesLock().documents;
const documentIds = new Set(documents.map(({ id }) => id));

test('document ids are unique', () => {
  expect(documents.length).toBeGreaterThan(0);
  expect(documentIds.size).toBe(documents.length);
});

test('a copy that was read is pinned once', () => {
  const hashes = documents.flatMap(({ sha256 }) => sha256 ?? []);
  expect(hashes.length).toBeGreaterThan(0);
  expect(new Set(hashes).size).toBe(hashes.length);
});

describe.each(interfaceNames)('%s', (name) => {
  const { clauses, editions, points = [], profiles = [], interface: of } = clauseFile(name);
  const file = interfaceFile(name);
  const situations = new Set(file.situations.map((situation) => situation.name));
  const capabilities = new Set(file.capabilities.map((capability) => capability.name));
  const editionIds = new Set(editions.map(({ id }) => id));
  const faults = (fault: (clause: ClauseEntry) => boolean) => clauses.filter(fault).map(({ id }) => id);

  test('carries its own name', () => {
    expect([of, file.interface]).toEqual([name, name]);
    expect(faults(({ id }) => !id.startsWith(`${name}/`))).toEqual([]);
  });

  test('ids are unique, and no former id is used again', () => {
    const ids = clauses.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('short numbers are unique', () => {
    const numbers = clauses.flatMap(({ number }) => number ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('every clause and edition names a document of sources.lock.json', () => {
    expect(
      faults(({ source }) => source.document !== noDocument && !documentIds.has(source.document)),
    ).toEqual([]);
    expect(editions.filter(({ source }) => !documentIds.has(source))).toEqual([]);
  });

  test('no document is needed for what the runner notices, and for nothing else', () => {
    expect(documentIds.has(noDocument)).toBe(false);
    expect(
      faults(({ source, checked }) => (source.document === noDocument) !== (checked === 'by-harness')),
    ).toEqual([]);
    expect(clauses.some(({ checked }) => checked === 'by-harness')).toBe(true);
  });

  test('every document for this interface is used', () => {
    const used = new Set([
      ...clauses.map(({ source }) => source.document).filter((document) => document !== noDocument),
      ...editions.map(({ source }) => source),
    ]);
    const mine = documents.filter(({ interfaces }) => interfaces.includes(name));
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.filter(({ id }) => !used.has(id))).toEqual([]);
    expect([...used].filter((id) => !mine.some((document) => document.id === id))).toEqual([]);
  });

  test('one edition is the default, and editions are dated in order', () => {
    expect(editions.filter((edition) => edition.default)).toHaveLength(1);
    const dates = editions.flatMap(({ since }) => since ?? []);
    expect(dates).toEqual([...dates].sort());
    expect(editionIds.size).toBe(editions.length);
  });

  test('a clause names editions that exist, and not all of them', () => {
    expect(faults((clause) => (clause.editions ?? []).some((id) => !editionIds.has(id)))).toEqual([]);
    expect(
      faults((clause) => clause.editions?.length === 0 || clause.editions?.length === editionIds.size),
    ).toEqual([]);
  });

  test('situations and capabilities are declared in interface.json', () => {
    expect(faults(({ situation = [] }) => situation.some((fact) => !situations.has(fact)))).toEqual([]);
    expect(
      faults(({ requires = [] }) => requires.some((capability) => !capabilities.has(capability))),
    ).toEqual([]);
  });

  test('every situation is read by a clause', () => {
    const read = new Set(clauses.flatMap(({ situation = [] }) => situation));
    expect([...situations].filter((fact) => !read.has(fact))).toEqual([]);
  });

  test('a clause that a machine checks says which facts it reads', () => {
    expect(faults(({ checked, situation }) => checked === 'by-machine' && situation === undefined)).toEqual(
      [],
    );
  });

  test('what is static, unspecified, wrong or inferred says why', () => {
    const needsReason = ({ checked, strength, inferred }: ClauseEntry) =>
      checked !== 'by-machine' || strength === 'unspecified' || strength === 'erratum' || inferred === true;
    expect(faults((clause) => needsReason(clause) && clause.reason === undefined)).toEqual([]);
  });

  test('the reserved clauses are there, for the runner to cite', () => {
    const reserved = clauses.filter(({ checked }) => checked === 'by-harness').map(({ id }) => id);
    expect(reserved).toEqual(['crash', 'hang', 'warning', 'leak'].map((kind) => `${name}/system/${kind}`));
  });

  test('a point is named with its situation, and its clause leaves something open unless `docs` presets it', () => {
    const open = new Map(clauses.map((clause) => [clause.id, clause]));
    const preset = profiles.find(({ id }) => id === 'docs')?.choices ?? {};
    const wrong = (point: PointEntry) =>
      !/^[a-z-]+@[a-z-]+$/.test(point.id) ||
      (open.get(point.clause)?.strength === 'unspecified') === point.id in preset ||
      new Set(point.values).size !== point.values.length;
    expect(points.filter(wrong)).toEqual([]);
    expect(new Set(points.map(({ id }) => id)).size).toBe(points.length);
  });

  test('a profile presets points to values they have', () => {
    const values = new Map(points.map((point) => [point.id, point.values]));
    const wrong = profiles.flatMap(({ id, choices }) =>
      Object.entries(choices)
        .filter(([point, chosen]) => !chosen.every((value) => values.get(point)?.includes(value)))
        .map(([point]) => `${id}: ${point}`),
    );
    expect(wrong).toEqual([]);
    expect(profiles.map(({ id }) => id)).toContain('docs');
  });

  test('operations, their arguments and requirements are declared once and completely', () => {
    const names = file.operations.map((operation) => operation.name);
    expect(new Set(names).size).toBe(names.length);
    const wrong = file.operations.flatMap((operation) => [
      ...(operation.requires ?? []).filter((capability) => !capabilities.has(capability)),
      ...(operation.binds !== undefined && !file.handles.includes(operation.binds) ? [operation.binds] : []),
      ...(operation.releases !== undefined &&
      operation.arguments.find((argument) => argument.name === operation.releases)?.type !== 'handle'
        ? [operation.releases]
        : []),
      ...operation.arguments.flatMap((argument) => [
        ...Object.entries(argument.requires ?? {})
          .filter(([value, capability]) => !capabilities.has(capability) || !argument.values?.includes(value))
          .map(([value]) => `${operation.name}.${argument.name}: ${value}`),
        ...(argument.of ?? []).filter((kind) => !file.handles.includes(kind)),
      ]),
    ]);
    expect(wrong).toEqual([]);
  });
});
