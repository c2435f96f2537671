import { describe, expect, test } from 'vitest';
import type { ExpectationFile, ExpectedChoice, ExpectedFinding, Program } from '#spec/index';
import {
  type Comparison,
  checkExpectations,
  compare,
  expectedFindings,
  holds,
  type Seen,
} from './expectations.ts';

const program: Program = {
  interface: 'msg-ring',
  steps: [{ op: 'setup', as: 'r0' }, { op: 'settle' }, { op: 'drain', ring: 'r0' }],
};

const entry: ExpectedFinding = {
  kind: 'deviation',
  interface: 'msg-ring',
  clause: 'msg-ring/flags/must-be-zero',
  signature: '0123abcd',
  program,
  reason: 'Known since the first release.',
  link: 'README.md',
};

const pinned: ExpectedChoice = {
  kind: 'choice',
  interface: 'msg-ring',
  clause: 'msg-ring/error/non-descriptor',
  point: 'non-descriptor@closed',
  observed: ['EBADF'],
  reason: 'The descriptor is looked up first.',
  link: 'README.md',
};

const file = (...expectations: ExpectationFile['expectations'][number][]): ExpectationFile => ({
  schema: 1,
  title: 'a test',
  expectations,
});

const finding = {
  id: '0123abcd',
  signature: 'msg-ring/flags/must-be-zero prep_msg_ring accepted',
  kind: 'deviation' as const,
  clause: 'msg-ring/flags/must-be-zero',
};

const seen = (more: Partial<Seen> = {}): Seen => ({
  interface: 'msg-ring',
  edition: 'E2022-03',
  facts: {},
  findings: [],
  choices: [],
  ownProgram: () => ({ outcome: 'unknown' }),
  ...more,
});

const today = '2026-11-30';
const held = (expected: ExpectationFile | undefined, what: Partial<Seen>, options = {}): Comparison =>
  compare(expected, [seen(what)], { today, ...options });
const statuses = ({ records }: Comparison): readonly string[] => records.map(({ status }) => status);

describe('a finding', () => {
  test('that nothing lists is new', () => {
    const comparison = held(undefined, { findings: [finding] });
    expect(comparison.reasons).toEqual(['new']);
    expect(comparison.expecting('msg-ring', finding.id)).toBeUndefined();
  });

  test.each([
    ['its short signature', entry],
    ['its whole signature', { ...entry, signature: finding.signature }],
  ])('that is listed by %s is expected', (_, listed) => {
    const comparison = held(file(listed), { findings: [finding] });
    expect(comparison.reasons).toEqual([]);
    expect(statuses(comparison)).toEqual(['seen']);
    expect(comparison.expecting('msg-ring', finding.id)).toEqual({ reason: entry.reason, link: entry.link });
  });

  test('of another interface is not expected by it', () => {
    expect(held(file({ ...entry, interface: 'elsewhere' }), { findings: [finding] }).reasons).toEqual([
      'new',
    ]);
  });

  test('that a later edition permits is no reason, unless the edition is strict', () => {
    const dated = { ...finding, kind: 'dated' as const };
    expect(held(undefined, { findings: [dated] }).reasons).toEqual([]);
    expect(held(undefined, { findings: [dated] }, { strictEdition: true }).reasons).toEqual(['new']);
  });

  test('that is seen is expected, even if the run was about other clauses', () => {
    const comparison = held(file(entry), { findings: [finding] }, { isAbout: () => false });
    expect(statuses(comparison)).toEqual(['seen']);
    expect(comparison.reasons).toEqual([]);
  });

  test('is not expected where the condition of its entry does not hold', () => {
    const conditional = file({ ...entry, when: { 'probes.flags': true } });
    const elsewhere = held(conditional, { findings: [finding], facts: { 'probes.flags': false } });
    expect(statuses(elsewhere)).toEqual(['not-applicable']);
    expect(elsewhere.reasons).toEqual(['new']);
    expect(held(conditional, { findings: [finding], facts: { 'probes.flags': true } }).reasons).toEqual([]);
  });
});

describe('an entry that no finding matches', () => {
  test.each([
    [{ outcome: 'conformed' }, 'gone', ['gone']],
    [{ outcome: 'deviated', id: 'ffffffff' }, 'changed', ['changed']],
    [{ outcome: 'unknown' }, 'not-seen', []],
  ] as const)('whose own program %o is %s', (own, status, reasons) => {
    const comparison = held(file(entry), { ownProgram: () => own });
    expect(statuses(comparison)).toEqual([status]);
    expect(comparison.reasons).toEqual(reasons);
  });

  test('is never gone when it is intermittent', () => {
    const comparison = held(file({ ...entry, intermittent: true }), {
      ownProgram: () => ({ outcome: 'conformed' }),
    });
    expect(statuses(comparison)).toEqual(['not-seen']);
    expect(comparison.reasons).toEqual([]);
  });

  test('is not applicable when it is dated and another edition is in force', () => {
    const dated = file({ ...entry, kind: 'dated' });
    const ownProgram = () => ({ outcome: 'conformed' }) as const;
    expect(statuses(held(dated, { edition: 'E2025-07', ownProgram }))).toEqual(['not-applicable']);
    expect(statuses(held(dated, { ownProgram }))).toEqual(['gone']);
  });

  test('is not applicable when its interface or clause was not part of the run', () => {
    expect(statuses(compare(file(entry), [], { today }))).toEqual(['not-applicable']);
    expect(statuses(held(file(entry), {}, { isAbout: () => false }))).toEqual(['not-applicable']);
  });
});

test('an entry is good through its last day and expired after it, seen or not', () => {
  const until = file({ ...entry, expires: today });
  expect(held(until, { findings: [finding] }).reasons).toEqual([]);
  const over = compare(until, [seen({ findings: [finding] })], { today: '2026-12-01' });
  expect(over.reasons).toEqual(['expired']);
  expect(over.expecting('msg-ring', finding.id)).toBeUndefined();
  expect(compare(until, [seen()], { today: '2026-12-01' }).reasons).toEqual(['expired']);
});

test('an entry whose finding is filed under another clause has changed', () => {
  const comparison = held(file({ ...entry, clause: 'msg-ring/error/in-res' }), { findings: [finding] });
  expect(comparison.reasons).toEqual(['changed']);
});

describe('a pinned choice', () => {
  const choice = { point: 'non-descriptor@closed', values: ['EBADF', 'EBADFD'], consistent: true };
  test.each([
    ['the pinned value', { ...choice, observed: ['EBADF'] }, 'seen', []],
    ['another value', { ...choice, observed: ['EBADFD'] }, 'changed', ['choice-changed']],
    ['nothing that tells', { ...choice, observed: ['EBADF', 'EBADFD'] }, 'not-seen', []],
    ['both values in turn', { ...choice, observed: [], consistent: false }, 'changed', ['choice-changed']],
  ] as const)('with %s observed', (_, observed, status, reasons) => {
    const comparison = held(file(pinned), { choices: [observed] });
    expect(statuses(comparison)).toEqual([status]);
    expect(comparison.reasons).toEqual(reasons);
  });

  test('of three values is not proved by two that remain', () => {
    const three = { ...choice, values: ['EBADF', 'EBADFD', 'EINVAL'], observed: ['EBADF', 'EINVAL'] };
    expect(statuses(held(file(pinned), { choices: [three] }))).toEqual(['not-seen']);
  });
});

test('conditions name facts with one value or several, and an unknown fact has none', () => {
  expect(holds(undefined, {})).toBe(true);
  expect(holds({ uid: 0 }, { uid: 0 })).toBe(true);
  expect(holds({ uid: [0, 1000] }, { uid: 1000 })).toBe(true);
  expect(holds({ uid: 0 }, { uid: '0' })).toBe(false);
  expect(holds({ uid: 0, container: 'none' }, { uid: 0 })).toBe(false);
});

test('the entries to run first are those of the interface whose condition holds', () => {
  const other = { ...entry, signature: '89abcdef', when: { uid: 0 } };
  expect(expectedFindings(file(entry, other, pinned), 'msg-ring', { uid: 1 })).toEqual([entry]);
  expect(expectedFindings(file(entry, other, pinned), 'msg-ring', { uid: 0 })).toEqual([entry, other]);
});

describe('an expectation file', () => {
  test('that is sound has no complaints', () => {
    expect(checkExpectations(file(entry, pinned))).toEqual([]);
  });

  test.each([
    [{ ...entry, clause: 'msg-ring/no/such' }, "/expectations/0/clause: unknown clause 'msg-ring/no/such'"],
    [{ ...entry, interface: 'nowhere' }, "/expectations/0/interface: unknown interface 'nowhere'"],
    [{ ...pinned, point: 'no@where' }, "/expectations/0/point: unknown variation point 'no@where'"],
    [{ ...pinned, observed: ['EIO'] }, "/expectations/0/observed: 'EIO' is not one of EBADF, EBADFD"],
    [
      { ...entry, program: { interface: 'msg-ring', steps: [{ op: 'sing' }] } },
      '/expectations/0/program/steps/0',
    ],
  ])('is refused for what it names: %#', (wrong, complaint) => {
    const complaints = checkExpectations(file(wrong as ExpectedFinding));
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(complaint);
  });

  test('is refused when it lists a signature twice, or does not fit the schema', () => {
    expect(checkExpectations(file(entry, entry))).toEqual([
      "/expectations/1/signature: '0123abcd' is listed already",
    ]);
    expect(checkExpectations({ schema: 1, title: 'x' }).length).toBeGreaterThan(0);
  });
});
