import { describe, expect, test } from 'vitest';
import type { ChoiceRecord, ClauseRecord, Finding, InterfaceRecord, Program } from '#spec/index';
import type { FoundTrace } from './findings.ts';
import { contradictions, mergeRuns } from './merge.ts';
import type { InterfaceRun } from './run.ts';

const program = (...ops: readonly string[]): Program => ({
  interface: 'msg-ring',
  steps: ops.map((op) => ({ op })),
});

const clause = (id: string, verdict: ClauseRecord['verdict'], exercised: number): ClauseRecord => ({
  id: `msg-ring/test/${id}`,
  strength: 'shall',
  verdict,
  exercised,
  reason: verdict === 'unsupported' ? 'not offered' : null,
  expected: false,
  statement: 'A sentence.',
  source: { document: 'page', section: 'here' },
});

const choice = (observed: readonly string[], consistent = true): ChoiceRecord => ({
  point: 'error@closed',
  observed,
  consistent,
  clause: 'msg-ring/test/a',
  statement: 'Which error.',
  values: ['A', 'B', 'C'],
  occasions: observed.length < 3 ? 1 : 0,
});

const found = (id: string, steps: number, text = 'settle'): FoundTrace => ({
  finding: { id, steps, seen: 2, program: program(text) } as unknown as Finding,
  trace: { program: program(text), events: [] },
});

const record = (more: Partial<InterfaceRecord>): InterfaceRecord => ({
  edition: 'E1',
  profile: 'docs',
  programs: 10,
  steps: 100,
  target: { address: 'a', name: 'a', version: '1', facts: {}, selfCheck: false },
  clauses: [],
  choices: [],
  editions: [
    { id: 'E1', deviations: 9, fitsBest: false },
    { id: 'E2', deviations: 9, fitsBest: false },
  ],
  statistics: { inconclusive: 1, unsupported: 0, failed: 0, generators: { swarm: 10 }, shrinking: 3 },
  gaps: [],
  reason: null,
  ...more,
});

const run = (more: Partial<InterfaceRun> = {}, recorded: Partial<InterfaceRecord> = {}): InterfaceRun => ({
  record: record(recorded),
  findings: [],
  unsupported: [],
  failures: [],
  ended: 'budget',
  signatures: {},
  proofs: {},
  ...more,
});

/** Whatever the order, and however they are paired. */
const everyWay = (a: InterfaceRun, b: InterfaceRun, c: InterfaceRun): readonly InterfaceRun[] => [
  mergeRuns([a, b, c]),
  mergeRuns([c, b, a]),
  mergeRuns([b, a, c]),
  mergeRuns([mergeRuns([a, b]), c]),
  mergeRuns([a, mergeRuns([b, c])]),
];

test('counts add up, and it does not matter how shards are joined', () => {
  const shards = [
    run(
      { findings: [found('1', 4)], signatures: { E1: ['x'], E2: ['y'] } },
      { clauses: [clause('a', 'conforms', 3)] },
    ),
    run(
      { findings: [found('2', 2)], signatures: { E1: ['x', 'z'] } },
      { clauses: [clause('a', 'not-exercised', 0)] },
    ),
    run({ findings: [found('1', 3)], failures: [] }, { clauses: [clause('a', 'conforms', 4)] }),
  ] as const;
  const [first, ...others] = everyWay(...shards);
  expect(first?.record).toMatchObject({
    programs: 30,
    steps: 300,
    statistics: { inconclusive: 3, generators: { swarm: 30 }, shrinking: 9 },
    clauses: [{ verdict: 'conforms', exercised: 7 }],
    editions: [
      { id: 'E1', deviations: 2, fitsBest: false },
      { id: 'E2', deviations: 1, fitsBest: true },
    ],
  });
  for (const other of others) expect(other).toEqual(first);
});

describe('a finding of several shards', () => {
  test('is kept once, with its shortest program and all its sightings', () => {
    const { findings } = mergeRuns([
      run({ findings: [found('1', 4), found('2', 1)] }),
      run({ findings: [found('1', 3)] }),
    ]);
    expect(findings.map(({ finding }) => [finding.id, finding.steps, finding.seen])).toEqual([
      ['1', 3, 4],
      ['2', 1, 2],
    ]);
  });

  test('of equal length is the first in the order of texts, whoever found it', () => {
    const [one, other] = [run({ findings: [found('1', 3, 'b')] }), run({ findings: [found('1', 3, 'a')] })];
    for (const merged of [mergeRuns([one, other]), mergeRuns([other, one])])
      expect(merged.findings[0]?.finding.program).toEqual(program('a'));
  });
});

test.each([
  [['conforms', 'violates'], 'violates'],
  [['not-exercised', 'conforms'], 'conforms'],
  [['not-exercised', 'unsupported'], 'unsupported'],
  [['inconclusive', 'not-exercised'], 'inconclusive'],
] as const)('verdicts %j make %s', (verdicts, verdict) => {
  const merged = mergeRuns(verdicts.map((each) => run({}, { clauses: [clause('a', each, 0)] })));
  expect(merged.record.clauses[0]?.verdict).toBe(verdict);
  expect(merged.unsupported.length).toBe(verdict === 'unsupported' ? 1 : 0);
});

describe('choices', () => {
  const merged = (...choices: readonly ChoiceRecord[]): ChoiceRecord | undefined =>
    mergeRuns(choices.map((each) => run({}, { choices: [each] }))).record.choices[0];

  test('intersect', () => {
    expect(merged(choice(['A', 'B']), choice(['B', 'C']))).toMatchObject({
      observed: ['B'],
      consistent: true,
    });
    expect(merged(choice(['A', 'B', 'C']), choice(['A']))).toMatchObject({ observed: ['A'], occasions: 1 });
    expect(merged(choice(['A', 'B', 'C']))).toMatchObject({ observed: ['A', 'B', 'C'], consistent: true });
  });

  test('that exclude each other are inconsistent, and name what was seen', () => {
    expect(merged(choice(['A']), choice(['B', 'C']))).toMatchObject({
      observed: ['A', 'B', 'C'],
      consistent: false,
    });
    expect(merged(choice(['A']), choice(['B']))).toMatchObject({ observed: ['A', 'B'], consistent: false });
    expect(merged(choice(['A', 'B'], false), choice(['A']))).toMatchObject({ consistent: false });
  });
});

describe('shards that contradict each other', () => {
  const proves = (values: readonly string[], text: string): InterfaceRun =>
    run({ proofs: { 'error@closed': [{ program: program(text), possible: values }] } });

  test('give two proofs that exclude each other', () => {
    const [found, ...others] = contradictions([
      proves(['A', 'B'], 'a'),
      proves(['B'], 'b'),
      proves(['A'], 'c'),
    ]);
    expect(found?.point).toBe('error@closed');
    expect(found?.proofs.map(({ possible }) => possible)).toEqual([['A'], ['B']]);
    expect(others).toEqual([]);
  });

  test('are none where one value explains all, or where a shard said so already', () => {
    expect(contradictions([proves(['A', 'B'], 'a'), proves(['B'], 'b')])).toEqual([]);
    const finding = {
      id: 'x',
      steps: 1,
      program: program('a'),
      inconsistency: { point: 'error@closed', proofs: [] },
    };
    const told = run({
      findings: [{ finding: finding as unknown as Finding, trace: { program: program('a'), events: [] } }],
    });
    expect(contradictions([proves(['A'], 'a'), proves(['B'], 'b'), told])).toEqual([]);
  });
});

test('a run of no shard is a failure, and the first that did not end well is remembered', () => {
  expect(() => mergeRuns([])).toThrow(/no part of the run/);
  expect(mergeRuns([run(), run({ ended: 'interrupted' })]).ended).toBe('interrupted');
});
