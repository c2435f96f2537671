/**
 * Programs of 60 to 200 steps that mutants failed, recorded when an earlier generator made them: whatever becomes of the
 * generator, each still shrinks to a few steps that show the same. Every fifth one here; `npm run bench` shrinks all.
 */

import { describe, expect, test } from 'vitest';
import { recordedFailing, shrinkAgain } from './recorded-failing.ts';

const recorded = recordedFailing(new URL('../msg-ring/recorded/failing.jsonl', import.meta.url));
/** Every fifth program but for those whose long runs of one operation take half a minute. */
const shrunkHere = recorded.filter(({ program }, index) => index % 5 === 2 && program.steps.length < 140);

describe('recorded programs', () => {
  test('are fifty, of 60 to 200 steps, from as many mutants', () => {
    expect(recorded.length).toBe(50);
    expect(new Set(recorded.map(({ target }) => target)).size).toBe(50);
    const lengths = recorded.map(({ program }) => program.steps.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(200);
    expect(shrunkHere.length).toBeGreaterThanOrEqual(9);
  });

  test.each(shrunkHere)('keep what they show on $target', { timeout: 60_000 }, async (entry) => {
    const { before, found } = await shrinkAgain(entry);
    expect(before).not.toBeNull();
    expect(found.finding.id).toBe(before);
    expect(found.finding.steps).toBeLessThanOrEqual(10);
    expect(found.finding.program.steps.length).toBeLessThan(entry.program.steps.length);
  });
});
