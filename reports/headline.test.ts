import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding, InterfaceRecord, Summary } from '#spec/index';
import { headlines } from './headline.ts';
import { markdownReport } from './markdown.ts';
import { summaryText } from './terminal.ts';

const sample = JSON.parse(readFileSync(new URL('samples/summary.json', import.meta.url), 'utf8')) as Summary;

const changed = (change: Partial<Summary>, record: Partial<InterfaceRecord> = {}): Summary => ({
  ...sample,
  findings: [],
  reasons: [],
  exit: 0,
  ...change,
  interfaces: Object.fromEntries(
    Object.entries(sample.interfaces).map(([name, given]) => [name, { ...given, ...record }]),
  ),
});

const one = (summary: Summary) => {
  const [headline, ...others] = headlines(summary);
  expect(others).toEqual([]);
  return headline;
};

/** Everything that a person is shown of a run. */
const shown = (summary: Summary): string =>
  `${headlines(summary).map(({ text }) => text)}\n${summaryText(summary, { colour: false })}\n${markdownReport(summary)}`;

const simulator = {
  ...(sample.interfaces['msg-ring'] as InterfaceRecord).target,
  address: 'simulator',
  selfCheck: true,
};
const dated = sample.findings.filter(({ kind }) => kind === 'dated');
const expected: readonly Finding[] = sample.findings
  .filter(({ kind }) => kind === 'deviation')
  .map((finding) => ({
    ...finding,
    expected: true,
    expectation: { reason: 'Known since 6.18.', link: 'issue 7' },
  }));
const claimsConformance = /\bconforms to\b|\bconforms\b(?! \|)/;

describe('a sentence never claims more than was tried', () => {
  test('a run without findings conforms, as far as it went', () => {
    expect(one(changed({}))).toEqual({
      tone: 'good',
      text: 'Linux 6.18.44-board2 conforms to msg-ring (E2022-03) in 34 of 37 checkable clauses',
    });
    expect(shown(changed({}))).toMatch(claimsConformance);
  });

  test('what cannot be checked does not count, whatever was seen of it', () => {
    const { clauses } = sample.interfaces['msg-ring'] as InterfaceRecord;
    const tried = clauses.map((clause) => ({ ...clause, exercised: 1 }));
    expect(one(changed({}, { clauses: tried }))?.text).toMatch(/ in 37 of 37 checkable clauses$/);
  });

  test('a run of some clauses alone says so', () => {
    expect(one(changed({ options: { clause: ['*/flags/*', '!*/wait/*'] } }))?.text).toMatch(
      /, for \*\/flags\/\*, !\*\/wait\/\* alone$/,
    );
  });

  test('a self-check never says that a system conforms', () => {
    const summary = changed({ selfCheck: true }, { target: simulator });
    expect(one(summary)).toEqual({
      tone: 'good',
      text: 'Self-check of msg-ring (E2022-03) passed: no unexpected finding about the simulator (simulator) in 34 of 37 checkable clauses; this says nothing about a system',
    });
    expect(shown(summary)).not.toMatch(claimsConformance);
    const failed = changed({ selfCheck: true, findings: sample.findings, exit: 1 }, { target: simulator });
    expect(one(failed)?.text).toMatch(/^Self-check of msg-ring \(E2022-03\) failed: 2 unexpected findings/);
    expect(shown(failed)).not.toMatch(claimsConformance);
    expect(shown(failed)).not.toContain('Linux 6.18.44-board2 deviates');
  });

  test('an empty run is never called conforming', () => {
    const clauses = (sample.interfaces['msg-ring'] as InterfaceRecord).clauses.map((clause) => ({
      ...clause,
      exercised: 0,
      verdict: 'not-exercised' as const,
    }));
    const runs: readonly Summary[] = [
      changed({ exit: 4 }, { programs: 0, steps: 0, clauses }),
      changed({ exit: 4 }, { programs: 0, steps: 0, clauses: [], choices: [], editions: [], gaps: [] }),
      changed({ exit: 4 }, { programs: 0, steps: 0, clauses, reason: 'this is not Linux' }),
      changed({ exit: 3, failures: [{ interface: 'msg-ring', reason: 'the agent spoke nonsense' }] }),
      { ...changed({ exit: 4 }), interfaces: {} },
    ];
    for (const run of runs) {
      const [headline] = headlines(run);
      expect(headline?.tone).toBe('none');
      expect(headline?.text).toMatch(/^No verdict/);
      expect(summaryText(run, { colour: false })).not.toMatch(claimsConformance);
      expect(markdownReport(run).split('### Clauses')[0]).not.toMatch(claimsConformance);
    }
  });

  test('a run that was broken off has no verdict yet, but keeps its findings', () => {
    for (const ended of ['interrupted', 'deadline', 'failure'] as const) {
      expect(one(changed({ ended }))).toMatchObject({
        tone: 'none',
        text: expect.stringMatching(/ so far; the /),
      });
      expect(one(changed({ ended, findings: sample.findings }))?.tone).toBe('bad');
    }
  });
});

describe('known deviations', () => {
  test('a run whose only findings are dated is good news', () => {
    const summary = changed({ findings: dated });
    expect(one(summary)).toEqual({
      tone: 'good',
      text: 'No unexpected finding: Linux 6.18.44-board2 departs from msg-ring (E2022-03) only in 1 dated finding that a later edition permits, in 34 of 37 checkable clauses',
    });
    const report = markdownReport(summary);
    expect(report).not.toContain('### Findings');
    expect(report).toContain('### Dated findings');
    expect(report).toContain('the page is older than the system: documented since 2023-01 (E2023-01)');
  });

  test('under a strict edition a dated finding counts', () => {
    const summary = changed({ findings: dated, options: { 'strict-edition': true }, exit: 1 });
    expect(one(summary)?.tone).toBe('bad');
    expect(markdownReport(summary)).not.toContain('### Dated findings');
  });

  test('expected ones are good news, with their reason', () => {
    const summary = changed({ findings: [...expected, ...dated] });
    expect(one(summary)?.text).toContain(
      'only in 1 dated finding that a later edition permits and 1 expected finding',
    );
    expect(markdownReport(summary)).toContain('Known since 6.18.');
  });

  test('an expectation that no longer holds is bad news', () => {
    const entry = {
      interface: 'msg-ring',
      kind: 'deviation',
      name: '67f0a361',
      clause: 'msg-ring/wait/message-wakes',
      reason: 'Known since 6.18.',
      link: 'issue 7',
    };
    const summary = changed({
      exit: 1,
      reasons: ['gone'],
      expectations: [
        { ...entry, status: 'gone' },
        { ...entry, status: 'seen' },
      ],
    });
    expect(one(summary)).toMatchObject({
      tone: 'bad',
      text: expect.stringMatching(/, but 1 expectation no longer holds$/),
    });
    expect(summaryText(summary, { colour: false })).toContain('expected deviation 67f0a361 is gone');
    expect(markdownReport(summary)).toContain('**gone**');
  });
});
