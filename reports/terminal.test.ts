import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, Summary } from '#spec/index';
import { summaryLinesMax, summaryText } from './terminal.ts';

const sample = JSON.parse(readFileSync(new URL('samples/summary.json', import.meta.url), 'utf8')) as Summary;
const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1);

test('it never scrolls, however much there is to say', () => {
  const many = <T>(item: T) =>
    fc.integer({ min: 0, max: 40 }).map((n) => Array.from({ length: n }, () => item));
  const [finding] = sample.findings;
  const [record] = Object.values(sample.interfaces);
  if (finding === undefined || record === undefined) throw new Error('the sample is empty');
  fc.assert(
    fc.property(
      many(finding),
      many({ interface: 'msg-ring', reason: 'the agent\nanswered twice' }),
      fc.integer({ min: 0, max: 12 }),
      many(0),
      (findings, failures, interfaces, stale) => {
        const text = summaryText(
          {
            ...sample,
            findings: findings.map((each, index): Finding => ({ ...each, expected: index % 3 === 0 })),
            failures,
            interfaces: Object.fromEntries(Array.from({ length: interfaces }, (_, n) => [`i${n}`, record])),
            expectations: stale.map(() => ({
              interface: 'msg-ring',
              kind: 'choice',
              name: 'non-descriptor@closed',
              clause: finding.clause,
              status: 'changed',
              reason: 'pinned',
              link: 'issue 7',
            })),
          },
          {
            colour: false,
            report: 'report.md',
            hint: 'doorbell run msg-ring --target linux tests this kernel',
          },
        );
        expect(lines(text).length).toBeLessThanOrEqual(summaryLinesMax);
        expect(text.endsWith('tests this kernel\n')).toBe(true);
      },
    ),
  );
});

test('what does not fit is counted', () => {
  const findings = Array.from({ length: 40 }, () => sample.findings).flat();
  const shown = lines(summaryText({ ...sample, findings }, { colour: false }));
  const listed = shown.filter((line) => /^ {2}(unexpected|dated|expected)/.test(line)).length;
  expect(listed).toBeGreaterThan(10);
  expect(shown).toContain(`  ... and ${findings.length - listed} more`);
});

test('colour adds nothing but colour', () => {
  const plain = summaryText(sample, { colour: false });
  const coloured = summaryText(sample, { colour: true });
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  expect(coloured).not.toBe(plain);
  expect(coloured.replace(escapes, '')).toBe(plain);
  expect(plain).not.toContain(String.fromCharCode(27));
});
