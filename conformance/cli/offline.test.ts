import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkProgram, type Execute, type Summary, type Trace, validate } from '#spec/index';
import { doorbell, readJson, removeFolder, simulatorAgent, temporaryFolder } from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const programs = join(folder, 'programs.jsonl');
const answers = join(folder, 'answers.jsonl');

/** Speaks to an agent as a person does who has nothing but files. */
const byHand = (lines: string): string => {
  const [command = '', ...words] = simulatorAgent.slice('stdio:'.length).split(' ');
  const input = `{"type":"hello","protocol":1}\n${lines}{"type":"bye"}\n`;
  const { stdout, status } = spawnSync(command, words, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  expect(status).toBe(0);
  return stdout;
};

beforeAll(async () => {
  const { stdout, stderr, code } = await doorbell([
    'generate',
    'msg-ring',
    '--runs',
    '120',
    '--max-steps',
    '10',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  writeFileSync(programs, stdout);
  writeFileSync(answers, byHand(stdout));
});

const lines = (): readonly Execute[] =>
  readFileSync(programs, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Execute);

describe('generated programs', () => {
  test('are execute lines that fit the protocol and can be run', () => {
    expect(lines()).toHaveLength(120);
    for (const line of lines()) {
      expect(validate.agentProtocol(line)).toEqual([]);
      expect(checkProgram(line.program)).toEqual([]);
    }
    expect(lines().map(({ id }) => id)).toEqual(lines().map((_, index) => index));
  });

  test('depend on the seed and on nothing else, and shards are parts of them', async () => {
    const args = ['generate', 'msg-ring', '--runs', '120', '--max-steps', '10'];
    const again = await doorbell(args);
    expect(again.stdout).toBe(readFileSync(programs, 'utf8'));
    const other = await doorbell([...args, '--seed', '2']);
    expect(other.stdout).not.toBe(again.stdout);
    const parts = await Promise.all(['1/2', '2/2'].map((part) => doorbell([...args, '--shard', part])));
    const joined = parts.flatMap(({ stdout }) => stdout.trimEnd().split('\n'));
    expect(joined.sort()).toEqual(again.stdout.trimEnd().split('\n').sort());
  });

  test('are the programs that a run executes', async () => {
    const out = join(folder, 'same');
    await doorbell([
      'run',
      'msg-ring',
      '--target',
      'simulator',
      '--runs',
      '120',
      '--max-steps',
      '10',
      '--out',
      out,
    ]);
    const { steps } = readJson<Summary>(out, 'summary.json').interfaces['msg-ring'] ?? {};
    expect(lines().reduce((total, { program }) => total + program.steps.length, 0)).toBe(steps);
  });

  test('use only what a target offers', async () => {
    const { stdout } = await doorbell(['generate', 'msg-ring', '--runs', '200', '--target', 'simulator']);
    expect(stdout).toContain('"memory"');
    const { stdout: live } = await doorbell(['generate', 'msg-ring', '--runs', '200', '--target', 'linux']);
    expect(live).not.toContain('"memory"');
  });
});

describe('judging', () => {
  test('joins programs and answers by their ids', async () => {
    const { code, stdout } = await doorbell(['judge', programs, answers, '--json']);
    const { totals, traces, exit } = JSON.parse(stdout);
    expect(totals).toEqual({ conforms: 120, violates: 0, inconclusive: 0, unsupported: 0 });
    expect(traces).toHaveLength(120);
    expect({ code, exit }).toEqual({ code: 0, exit: 0 });
  });

  test('reads standard input', async () => {
    const input = readFileSync(answers, 'utf8');
    const { code, stdout } = await doorbell(['judge', programs, '-'], { input });
    expect(stdout).toBe('120 conforms\n');
    expect(code).toBe(0);
  });

  test('counts what was not answered, and tells nothing of it', async () => {
    const some = join(folder, 'some.jsonl');
    writeFileSync(some, readFileSync(answers, 'utf8').split('\n').slice(0, 50).join('\n'));
    const { code, stdout } = await doorbell(['judge', programs, some, '--json']);
    const { totals } = JSON.parse(stdout);
    expect(totals.conforms).toBeGreaterThan(40);
    expect(totals.conforms + totals.unsupported).toBe(120);
    expect(code).toBe(0);
    const alone = await doorbell(['judge', programs]);
    expect(alone.code).toBe(4);
  });

  test('finds what is not permitted, and says what is', async () => {
    const traces = join(folder, 'traces');
    mkdirSync(traces);
    const asked = lines()[1] as Execute;
    const answered = readFileSync(answers, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"type":"trace"'))
      .map((line) => JSON.parse(line) as Execute & Trace)
      .find(({ id }) => id === asked.id);
    const { events = [] } = answered ?? {};
    const honest: Trace = { program: asked.program, events };
    const lie = JSON.stringify(honest).replace(/"user_data":"0x[0-9a-f]+"/, '"user_data":"0xbad"');
    expect(lie).toContain('0xbad');
    writeFileSync(join(traces, 'honest.json'), JSON.stringify(honest, null, 2));
    writeFileSync(join(traces, 'lie.json'), lie);
    const { code, stdout } = await doorbell(['judge', traces]);
    expect(stdout).toMatch(/lie\.json: violates\n {2}[0-9a-f]{8} deviation: msg-ring\//);
    expect(stdout).toMatch(/\n {2}permitted .+ by msg-ring\//);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 conforms, 1 violates');
    expect(code).toBe(1);
    const elsewhere = await doorbell(['judge', traces, '--clause', 'prep/returns-nothing']);
    expect(elsewhere.code).toBe(0);
  });
});

describe('replaying', () => {
  const out = join(folder, 'runs', 'run');
  let id = '';

  beforeAll(async () => {
    await doorbell(['run', 'msg-ring', '--target', 'simulator+accepts-pipe', '--runs', '100', '--out', out]);
    id = readJson<Summary>(out, 'summary.json').findings[0]?.id ?? '';
    expect(id).toMatch(/^[0-9a-f]{8}$/);
  });

  test.each([
    ['run and id', () => `${out}#${id}`],
    ['the folder of the finding', () => join(out, 'findings', id)],
    ['its program', () => join(out, 'findings', id, 'program.json')],
  ])('by %s is on the same target and shows the same', async (_, what) => {
    const { code, stdout } = await doorbell(['replay', what(), '--times', '4', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      finding: id,
      target: { address: 'simulator+accepts-pipe' },
      totals: { 'same deviation': 4, 'another deviation': 0, conforms: 0, 'cannot tell': 0 },
    });
    expect(code).toBe(1);
  });

  test.each([
    ['the run folder', () => out],
    ['its log', () => join(out, 'run.jsonl')],
    ['a folder of run folders', () => join(folder, 'runs')],
  ])('by %s is every finding, on the target it was found on', async (_, what) => {
    const { code, stdout } = await doorbell(['replay', what(), '--times', '3', '--json']);
    const { findings, totals, of } = JSON.parse(stdout);
    const found = readJson<Summary>(out, 'summary.json').findings;
    expect(found.length).toBeGreaterThan(0);
    expect(findings).toMatchObject(
      found.map((each) => ({
        finding: each.id,
        target: { address: 'simulator+accepts-pipe' },
        outcome: 'same deviation',
        totals: { 'same deviation': 3 },
        exit: 1,
      })),
    );
    expect(totals).toMatchObject({ 'same deviation': found.length, conforms: 0 });
    expect({ code, of }).toEqual({ code: 1, of: found.length });
  });

  test('by the run folder says each finding, and the totals last', async () => {
    const { code, stdout } = await doorbell(['replay', out, '--target', 'simulator', '--times', '2']);
    expect(stdout).toContain(`msg-ring on simulator, finding ${id}, 2 times\n  1-2: conforms\n`);
    expect(stdout).toMatch(
      /\n1 finding: 0 same deviation, 0 another deviation, 1 conforms, 0 cannot tell\n$/,
    );
    expect(code).toBe(0);
  });

  test('of several things named takes all, and one that fails does not hide the others', async () => {
    const dead = join(folder, 'dead');
    mkdirSync(dead);
    const log = readFileSync(join(out, 'run.jsonl'), 'utf8');
    writeFileSync(join(dead, 'run.jsonl'), log.replaceAll('simulator+accepts-pipe', 'stdio:/no-such-agent'));
    const { code, stdout, stderr } = await doorbell([
      'replay',
      dead,
      join(out, 'findings', id),
      '--times',
      '2',
    ]);
    expect(stdout).toMatch(/\n1 of 2 findings: 1 same deviation, /);
    expect(stderr).toMatch(new RegExp(`^doorbell: finding ${id}: the agent .+ENOENT.*\n$`));
    expect(code).toBe(1);
    const alone = await doorbell(['replay', dead, '--times', '2']);
    expect(alone.code).toBe(3);
  });

  test('a finding that was expected deviates as expected', async () => {
    const expected = join(folder, 'expected');
    mkdirSync(expected);
    const log = readFileSync(join(out, 'run.jsonl'), 'utf8');
    writeFileSync(join(expected, 'run.jsonl'), log.replaceAll('"expected":false', '"expected":true'));
    const { code, stdout } = await doorbell(['replay', expected, '--times', '2']);
    expect(stdout).toContain('1-2: same deviation');
    expect(code).toBe(0);
  });

  test('a run without findings is nothing to replay', async () => {
    const honest = join(folder, 'honest');
    await doorbell(['run', 'msg-ring', '--target', 'simulator', '--runs', '20', '--out', honest]);
    const { code, stdout, stderr } = await doorbell(['replay', honest]);
    expect(stderr).toBe(`doorbell: ${honest}: no finding, so there is nothing to replay\n`);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  });

  test('on a target without the deviation conforms', async () => {
    const { code, stdout } = await doorbell(['replay', `${out}#${id}`, '--target', 'simulator']);
    expect(stdout).toContain('1-20: conforms');
    expect(stdout).toContain('0 same deviation, 0 another deviation, 20 conforms, 0 cannot tell');
    expect(code).toBe(0);
  });

  test('another deviation is told from the same one', async () => {
    const { stdout } = await doorbell([
      'replay',
      `${out}#${id}`,
      '--target',
      'simulator+not-a-ring-is-EINVAL',
      '--json',
    ]);
    expect(JSON.parse(stdout).totals['another deviation']).toBe(20);
  });

  test('says how often a rare one shows', async () => {
    const rare = [
      'replay',
      `${out}#${id}`,
      '--target',
      'simulator+accepts-pipe+flaky=0.5',
      '--times',
      '40',
      '--json',
    ];
    const { totals, outcomes, rate } = JSON.parse((await doorbell(rare)).stdout);
    expect(outcomes).toHaveLength(40);
    expect(totals['same deviation']).toBeGreaterThan(5);
    expect(totals.conforms).toBeGreaterThan(5);
    expect(rate).toMatchObject({ hits: totals['same deviation'], runs: 40 });
    expect(rate.low).toBeLessThan(0.5);
    expect(rate.high).toBeGreaterThan(0.5);
    const { stdout } = await doorbell(rare.filter((word) => word !== '--json'));
    expect(stdout).toMatch(/^rate 0\.\d\d, at 95 % confidence from 0\.\d\d to 0\.\d\d$/m);
  });

  test('a choice that was made twice replays both its programs', async () => {
    const twice = join(folder, 'twice');
    await doorbell([
      'run',
      'msg-ring',
      '--target',
      'simulator+closed-error-varies',
      '--runs',
      '400',
      '--out',
      twice,
    ]);
    const { findings } = readJson<Summary>(twice, 'summary.json');
    const inconsistent = findings.find(({ kind }) => kind === 'inconsistent');
    expect(inconsistent?.clause).toBe('msg-ring/error/non-descriptor');
    const { stdout } = await doorbell(['replay', `${twice}#${inconsistent?.id}`, '--times', '6', '--json']);
    expect(JSON.parse(stdout).totals['same deviation']).toBeGreaterThan(0);
  });

  test('what cannot be told ends with 4', async () => {
    const faulty = join(folder, 'faulty.json');
    const steps = [{ op: 'memory', state: 'exhausted' }];
    writeFileSync(faulty, JSON.stringify({ interface: 'msg-ring', steps }));
    const { code, stdout } = await doorbell(['replay', faulty, '--target', 'linux', '--times', '2']);
    expect(stdout).toContain('1-2: cannot tell');
    expect(code).toBe(4);
  });
});
