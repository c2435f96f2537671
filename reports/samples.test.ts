import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { clauses, isValid, type Summary, type Trace, UsageError, validate } from '#spec/index';
import {
  findingContext,
  findingFiles,
  renderFinding,
  renderReport,
  reportFormats,
  summaryText,
} from './index.ts';

const folder = new URL('samples/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

const summary = read('summary.json') as Summary;
const traceOf = (path: string): Trace => read(`${path}/trace.json`) as Trace;

/** Every text that the sample gives rise to, by its path. */
const rendered: readonly (readonly [path: string, text: string])[] = [
  ...reportFormats.map(({ name, file }) => [file, renderReport(summary, name)] as const),
  ['summary.txt', summaryText(summary, { colour: false, report: 'doorbell-runs/7/report.md' })],
  ...summary.findings.flatMap((finding) =>
    findingFiles.map(
      (file) =>
        [
          `${finding.path}/${file}`,
          renderFinding(finding, traceOf(finding.path), file, findingContext(summary, finding)),
        ] as const,
    ),
  ),
];

describe('the sample run', () => {
  test('its record and its traces fit their schemas', () => {
    expect(validate.runRecord(summary)).toEqual([]);
    for (const { path } of summary.findings) expect(validate.trace(traceOf(path))).toEqual([]);
  });

  test('its clauses are still clauses', () => {
    const known = clauses('msg-ring').map(({ id }) => id as string);
    expect(known).toEqual(
      expect.arrayContaining(summary.interfaces['msg-ring']?.clauses.map(({ id }) => id) ?? []),
    );
    expect(summary.interfaces['msg-ring']?.clauses.length).toBeGreaterThan(20);
  });

  test('it has one finding of each sort and an unsupported clause', () => {
    expect(summary.findings.map(({ kind }) => kind)).toEqual(['deviation', 'inconsistent', 'dated']);
    expect(summary.unsupported).toHaveLength(1);
  });

  test.each(rendered)('samples/%s is what is rendered', async (path, text) => {
    await expect(text).toMatchFileSnapshot(`samples/${path}`);
  });

  test('nothing else lies in the folder', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(fileURLToPath(folder), join(entry.parentPath, entry.name)));
    const data = ['summary.json', ...summary.findings.map(({ path }) => `${path}/trace.json`)];
    expect(files.sort()).toEqual([...data, ...rendered.map(([path]) => path)].sort());
  });

  test('a finding of an interface that the record lacks is refused', () => {
    const [finding] = summary.findings;
    if (finding === undefined) throw new Error('the sample has no finding');
    expect(isValid.runRecord(summary)).toBe(true);
    expect(() => findingContext({ ...summary, interfaces: {} }, finding)).toThrow(UsageError);
  });
});
