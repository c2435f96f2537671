import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  Finding,
  InterfaceRecord,
  Program,
  Result,
  Step,
  Summary,
  Trace,
  TraceEvent,
} from '#spec/index';
import { type FindingContext, findingContext, renderFinding } from './index.ts';

const sample = JSON.parse(readFileSync(new URL('samples/summary.json', import.meta.url), 'utf8')) as Summary;
const record = sample.interfaces['msg-ring'] as InterfaceRecord;

/** Text as a hostile or broken system may print it, often long. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('|', '`', '\n', '\t', ' ', 'é', '\ud800', '\u001b', 'a'),
    maxLength: 200,
  }),
);
const clause = fc.constantFrom(...record.clauses.map(({ id }) => id), 'msg-ring/retired/clause');
const scalar = fc.oneof(text, fc.integer(), fc.boolean());
const name = fc.constantFrom('r0', 'r1', 'p0', 'constructor');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op: fc.constantFrom('setup', 'open'), as: name, actor: fc.constantFrom('t0', 't1') }),
  fc.record({
    op: fc.constant('prep_msg_ring'),
    ring: name,
    fd: fc.oneof(name, text),
    len: fc.nat(),
    flags: fc.nat(),
  }),
  fc.record({ op: fc.constantFrom('reap', 'drain', 'submit', 'close'), ring: name, fd: name, max: fc.nat() }),
  fc.record({ op: fc.constant('wait'), ring: name, begin: fc.constantFrom('w0', 'w1') }),
  fc.record({ op: fc.constant('end'), call: fc.constantFrom('w0', 'w1') }),
  fc.record({ op: fc.constant('settle') }),
  fc.record({ op: fc.constant('unheard_of'), anything: scalar }),
);
const program: fc.Arbitrary<Program> = fc.record({
  interface: fc.constantFrom('msg-ring', 'rsm'),
  steps: fc.array(step, { maxLength: 12 }),
});
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.constant({}),
  fc.record({ error: fc.constantFrom('EINVAL', 'EBADFD') }),
  fc.record({ skipped: text }),
  fc.record({ value: fc.integer(), surprise: scalar }),
  fc.record({
    value: fc.nat(),
    cqes: fc.array(fc.record({ user_data: text, res: fc.integer({ min: -140, max: 20 }), flags: fc.nat() }), {
      maxLength: 4,
    }),
  }),
);
const index = fc.nat({ max: 14 });
const at = fc.nat();
const event: fc.Arbitrary<TraceEvent> = fc.oneof(
  fc.record({ event: fc.constant('ran' as const), step: index, at, result }),
  fc.record({ event: fc.constant('call' as const), step: index, at }),
  fc.record({ event: fc.constant('return' as const), step: index, at, result }),
  fc.record({ event: fc.constant('settle' as const), step: index, at }),
);
const events = fc.array(event, { maxLength: 14 });
const pattern = fc.oneof(text, result);
const reliability = fc.record({ hits: fc.nat({ max: 20 }), runs: fc.constant(20) });

const finding: fc.Arbitrary<Finding> = fc.record(
  {
    id: fc.constant('3fa9c1d2'),
    kind: fc.constantFrom(
      ...(['deviation', 'dated', 'crash', 'hang', 'warning', 'leak', 'inconsistent'] as const),
    ),
    signature: text,
    interface: fc.constantFrom('msg-ring', 'rsm'),
    clause,
    situation: fc.dictionary(fc.constantFrom('target', 'owner'), text),
    statement: text,
    source: fc.record({ document: text, section: text }),
    operation: text,
    observed: fc.oneof(pattern, fc.constant(null)),
    observedClass: text,
    permitted: fc.array(fc.record({ result: pattern, clause, why: fc.option(text) }), { maxLength: 3 }),
    nearest: fc.option(fc.record({ result: pattern, clause, difference: text })),
    suspects: fc.array(clause, { maxLength: 4 }),
    documentedSince: fc.option(fc.constant('2023-01')),
    documentedBy: text,
    step: fc.option(index),
    steps: fc.nat(),
    reliability,
    rate: fc.constant(1),
    seen: fc.nat(),
    expected: fc.boolean(),
    expectation: fc.record({ reason: text, link: text }),
    verdictHint: fc.record({ suspect: fc.constantFrom('system', 'document', 'undecided'), because: text }),
    causeGroup: text,
    inconsistency: fc.record({
      point: text,
      proofs: fc.array(
        fc.record({ values: fc.array(text), program, step: index, observed: pattern, reliability, events }),
        { maxLength: 3 },
      ),
    }),
    log: fc.array(text, { maxLength: 3 }),
    program,
    path: fc.constant('findings/3fa9c1d2'),
    replay: text,
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'id',
      'kind',
      'signature',
      'interface',
      'clause',
      'situation',
      'statement',
      'source',
      'operation',
      'observed',
      'observedClass',
      'permitted',
      'nearest',
      'suspects',
      'documentedSince',
      'step',
      'steps',
      'reliability',
      'rate',
      'expected',
      'verdictHint',
      'causeGroup',
      'program',
      'path',
      'replay',
    ],
  },
);

const trace: fc.Arbitrary<Trace | null> = fc.option(fc.record({ program, events }));

const context: fc.Arbitrary<FindingContext> = fc.record({
  doorbell: text,
  seed: fc.integer(),
  edition: text,
  profile: text,
  target: fc.record({
    address: text,
    name: text,
    version: text,
    facts: fc.dictionary(text, scalar, { noNullPrototype: true }),
    selfCheck: fc.boolean(),
  }),
  clauses: fc.constant(record.clauses.slice(0, 3)),
  sameCause: fc.array(fc.constant('5b1e77c0'), { maxLength: 2 }),
});

describe('report.txt', () => {
  test('is ASCII of at most 72 columns for any finding, from its subject to its suspect', () => {
    fc.assert(
      fc.property(finding, trace, context, (given, seen, around) => {
        const mail = renderFinding(given, seen, 'report.txt', around);
        expect(mail).toMatch(/^Subject: [ -~]+\n\n/);
        expect(mail).toMatch(/^[\n -~]*$/);
        expect(Math.max(...mail.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(72);
        expect(mail).not.toMatch(/ \n/);
        expect(mail).toMatch(/\n\nsuspect: (system|document|undecided), because(\n {2}[ -~]+| [ -~]+)*\n$/);
        if (around.target.selfCheck) expect(mail).toContain('This is a self-check');
      }),
    );
  });

  test('carries the program so that it can be saved and replayed', () => {
    for (const given of sample.findings) {
      const mail = renderFinding(given, null, 'report.txt', findingContext(sample, given));
      const carried = [...mail.matchAll(/^\{"interface"[\s\S]*?^\]\}$/gm)].map(
        ([json]) => JSON.parse(json) as unknown,
      );
      expect(carried).toEqual(given.inconsistency?.proofs.map((proof) => proof.program) ?? [given.program]);
    }
  });

  test('leaves out a program that a mail would cut, and says so', () => {
    const [given] = sample.findings;
    if (given === undefined) throw new Error('the sample has no finding');
    const wide: Finding = {
      ...given,
      program: { interface: 'msg-ring', steps: [{ op: 'x', a: 'y'.repeat(80) }] },
    };
    const mail = renderFinding(wide, null, 'report.txt', findingContext(sample, given));
    expect(mail).toContain('too wide for a mail');
    expect(mail).not.toContain('{"interface"');
  });
});

/** The lines that no fence holds, as a renderer reads them: a fence ends at one at least as long. */
const outsideFences = (page: string): readonly string[] => {
  let fence = '';
  return page.split('\n').filter((line) => {
    if (fence === '') {
      fence = /^`{3,}/.exec(line)?.[0] ?? '';
      return fence === '';
    }
    if (/^`+$/.test(line) && line.length >= fence.length) fence = '';
    return false;
  });
};

const headings = new Set([
  '## The sentence',
  '## The program, and what was seen',
  '## Two programs that cannot both be right',
  '## Observed and permitted',
  "## The system's log meanwhile",
  '## Suspects',
  '## Circumstances',
  '## Again',
]);

describe('counterexample.md', () => {
  test('is made for any finding, and data never breaks out of it', () => {
    fc.assert(
      fc.property(finding, trace, context, (given, seen, around) => {
        const page = renderFinding(given, seen, 'counterexample.md', around);
        expect(page.startsWith('# ')).toBe(true);
        expect(page).toMatch(/^[^\p{Cf}\p{Cs}\r\t]*$/u);
        const outside = outsideFences(page);
        expect(outside.filter((line) => line.startsWith('# '))).toHaveLength(1);
        expect(
          outside.filter((line) => line.startsWith('## ')).filter((line) => !headings.has(line)),
        ).toEqual([]);
        expect(outside.at(-2)).toMatch(/^The program alone is in /);
      }),
    );
  });

  test('a pipe or a backtick from the system stays what it is', () => {
    const [given] = sample.findings;
    if (given === undefined) throw new Error('the sample has no finding');
    const page = renderFinding(
      {
        ...given,
        observedClass: 'a|b',
        situation: { target: '`x`|y' },
        verdictHint: { suspect: 'system', because: '*so*' },
      },
      null,
      'counterexample.md',
      findingContext(sample, given),
    );
    expect(page).toContain('a\\|b');
    expect(page).toContain('| Situation | target=\\`x\\`\\|y |');
    expect(page).toContain('because \\*so\\*.');
  });

  test('a crash shows the log and says that the step is unknown', () => {
    const [given] = sample.findings;
    if (given === undefined) throw new Error('the sample has no finding');
    const crash: Finding = {
      ...given,
      kind: 'crash',
      clause: 'msg-ring/system/crash',
      statement: 'No program makes the system or the agent on it crash.',
      source: { document: 'none', section: 'every system has to answer' },
      observed: 'the agent was killed by SIGSEGV',
      observedClass: 'crash',
      permitted: [],
      nearest: null,
      step: null,
      log: [
        'BUG: kernel NULL pointer dereference, address: 0000000000000008',
        'RIP: 0010:io_msg_ring+0x1a/0x2b0',
      ],
    };
    const page = renderFinding(crash, null, 'counterexample.md', findingContext(sample, given));
    expect(page).toContain('At which step it broke is not known.');
    expect(page).toContain('io_msg_ring+0x1a/0x2b0');
    expect(page).toContain('In our words; no document is needed: every system has to answer; clause');
    const mail = renderFinding(crash, null, 'report.txt', findingContext(sample, given));
    expect(mail.replace(/\s+/g, ' ')).toContain(
      'That is wrong by itself; no document is needed: every system has to answer.',
    );
    for (const text of [page, mail]) expect(text).not.toContain('io_uring_prep_msg_ring(3), liburing');
    expect(page).toContain(
      'Observed at an unknown step (crash):\n\n```text\nthe agent was killed by SIGSEGV\n```',
    );
  });
});
