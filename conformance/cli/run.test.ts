import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type BatchLine, contentId, type RunLine, type Summary, validate } from '#spec/index';
import {
  bin,
  doorbell,
  lyingAgent,
  readJson,
  readLines,
  removeFolder,
  simulatorAgent,
  temporaryFolder,
} from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const quick = ['--runs', '150', '--max-steps', '12'] as const;
const run = (...args: readonly string[]) => doorbell(['run', 'msg-ring', ...quick, ...args], { cwd: folder });

/** A run with everything in it that two runs may differ in taken out. */
const comparable = (summary: Summary) => ({
  ...summary,
  started: null,
  durationMs: null,
  findings: summary.findings.map((finding) => ({ ...finding, replay: null })),
});

describe('a run of a system with a lie', () => {
  const out = join(folder, 'lie');

  test('ends with 1 and prints its summary', async () => {
    const { code, stdout, stderr } = await run('--target', 'simulator+accepts-pipe', '--out', out, '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(readFileSync(join(out, 'summary.json'), 'utf8'));
  });

  test('has a record that fits its schema', () => {
    const summary = readJson<Summary>(out, 'summary.json');
    expect(validate.runRecord(summary)).toEqual([]);
    expect(summary).toMatchObject({ exit: 1, reasons: ['new'], ended: 'budget', selfCheck: true, seed: 1 });
    expect(summary.options).toEqual({ runs: 150, 'max-steps': 12, target: ['simulator+accepts-pipe'] });
    expect(summary.findings.map(({ clause }) => clause)).toContain('msg-ring/send/target-is-a-ring');
  });

  test('has a folder for each finding', () => {
    const { findings } = readJson<Summary>(out, 'summary.json');
    expect(findings.length).toBeGreaterThan(0);
    expect(readdirSync(join(out, 'findings')).sort()).toEqual(findings.map(({ id }) => id).sort());
    for (const { path, id, program, replay } of findings) {
      expect(readdirSync(join(out, path)).sort()).toEqual([
        'counterexample.md',
        'program.json',
        'report.txt',
        'trace.json',
      ]);
      expect(readJson(out, path, 'program.json')).toEqual(program);
      expect(validate.trace(readJson(out, path, 'trace.json'))).toEqual([]);
      expect(replay).toBe(`doorbell replay ${out}#${id} --target simulator+accepts-pipe`);
    }
  });

  test('has a log from header to footer whose batches add up', () => {
    const { lines, torn } = readLines<RunLine>(out, 'run.jsonl');
    const record = readJson<Summary>(out, 'summary.json').interfaces['msg-ring'];
    expect(torn).toBe('');
    expect([lines[0]?.type, lines.at(-1)?.type]).toEqual(['header', 'footer']);
    const batches = lines.filter((line): line is BatchLine => line.type === 'batch');
    expect(batches.length).toBeGreaterThan(1);
    const sum = (count: (batch: BatchLine) => number) =>
      batches.reduce((all, batch) => all + count(batch), 0);
    expect(sum(({ programs }) => programs)).toBe(record?.programs);
    expect(sum(({ steps }) => steps)).toBe(record?.steps);
    for (const { id, exercised, verdict } of record?.clauses ?? [])
      if (verdict === 'conforms' && !id.includes('/system/'))
        expect(
          sum((batch) => batch.exercised[id] ?? 0),
          id,
        ).toBe(exercised);
    for (const { id, deviations } of record?.editions ?? [])
      expect(new Set(batches.flatMap(({ signatures }) => Object.keys(signatures[id] ?? {}))).size).toBe(
        deviations,
      );
  });

  test('says in its header what its programs are a function of', () => {
    const { lines } = readLines<RunLine>(out, 'run.jsonl');
    const [header] = lines;
    const generation = header?.type === 'header' ? header.interfaces['msg-ring']?.generation : undefined;
    const { key, ...basis } = generation ?? { key: '' };
    expect(key).toBe(contentId(basis));
    expect(basis).toMatchObject({ seed: 1, edition: 'E2022-03', options: { 'max-steps': 12 } });
  });

  test('is refused its own folder a second time, and keeps what is there', async () => {
    const before = readFileSync(join(out, 'run.jsonl'), 'utf8');
    const { code } = await run('--target', 'simulator', '--out', out);
    expect(code).toBe(2);
    expect(readFileSync(join(out, 'run.jsonl'), 'utf8')).toBe(before);
  });

  test('comes out the same when it is made again', async () => {
    const again = join(folder, 'lie-again');
    await run('--target', 'simulator+accepts-pipe', '--out', again);
    expect(comparable(readJson(again, 'summary.json'))).toEqual(comparable(readJson(out, 'summary.json')));
  });

  test('comes out otherwise with another seed', async () => {
    const other = join(folder, 'lie-other');
    await run('--target', 'simulator+accepts-pipe', '--out', other, '--seed', '2');
    const programs = (path: string) =>
      readJson<Summary>(path, 'summary.json').interfaces['msg-ring']?.statistics;
    expect(programs(other)).toBeDefined();
    expect(programs(other)).not.toEqual(programs(out));
  });
});

describe('a run for a person', () => {
  test('ends with 0, a short text, and the path of the report', async () => {
    const { code, stdout, stderr } = await run('--target', 'simulator');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Self-check of msg-ring/);
    expect(stdout).toMatch(/report: doorbell-runs\/1\/report\.md/);
    expect(stdout).not.toContain('\u001b');
    expect(existsSync(join(folder, 'doorbell-runs/1/report.md'))).toBe(true);
    expect(readlinkSync(join(folder, 'doorbell-runs/latest'))).toBe('1');
  });

  test.runIf(process.platform === 'linux')(
    'on the simulator ends with the command for the kernel',
    async () => {
      const { stdout } = await run('--target', 'simulator');
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/doorbell run msg-ring --target linux$/);
    },
  );

  test('that is dry says what would run, and writes nothing', async () => {
    const out = join(folder, 'dry');
    const { code, stdout } = await run('--target', 'simulator', '--dry-run', '--out', out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^msg-ring on simulator .*: 150 programs \(.*\), [0-9]+ steps\n$/);
    expect(existsSync(out)).toBe(false);
    const { stdout: data } = await run('--target', 'simulator', '--dry-run', '--json');
    expect(JSON.parse(data)).toMatchObject({ dryRun: true, interfaces: [{ programs: 150 }] });
  });
});

/** Gives a command a terminal; not everybody has it. */
const terminal = 'script';

/** Runs the command on a terminal of its own; what it writes to both streams comes back as one. */
const onTerminal = (env: Readonly<Record<string, string>>): string | null => {
  const command = `'${process.execPath}' '${bin}' run msg-ring --target simulator --runs 300`;
  const { NO_COLOR: _, CI: _ci, ...surroundings } = process.env;
  const { status, stdout, error } = spawnSync(terminal, ['-qec', command, '/dev/null'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...surroundings, TERM: 'xterm', ...env },
  });
  return error === undefined && status === 0 ? stdout : null;
};

describe('on a terminal', () => {
  const [bold, green] = ['\u001b[1m', '\u001b[32m'] as const;

  test('there is progress, colour, and the text alone at the end', ({ skip }) => {
    const text = onTerminal({});
    if (text === null) skip('needs the command script');
    expect(text).toContain('programs: 300, findings: 0');
    for (const sequence of [bold, green]) expect(text).toContain(sequence);
    expect(text?.slice(text.lastIndexOf('\u001b[2K'))).toMatch(
      /Self-check[\s\S]*report: [\s\S]*--target linux\r\n$/,
    );
  });

  test('there is no colour when NO_COLOR is set', ({ skip }) => {
    const text = onTerminal({ NO_COLOR: '1' });
    if (text === null) skip('needs the command script');
    expect(text).toContain('programs: 300, findings: 0');
    for (const sequence of [bold, green]) expect(text).not.toContain(sequence);
  });
});

describe('a run that is limited', () => {
  test('to one clause judges that clause alone', async () => {
    const out = join(folder, 'clause');
    const { code } = await doorbell(
      ['run', 'msg-ring', '--target', 'simulator', '--clause', 'message-wakes', '--out', out],
      { cwd: folder },
    );
    expect(code).toBe(0);
    const { interfaces, options } = readJson<Summary>(out, 'summary.json');
    const [clause, ...others] = interfaces['msg-ring']?.clauses ?? [];
    expect(clause).toMatchObject({ id: 'msg-ring/wait/message-wakes', verdict: 'conforms' });
    expect(clause?.exercised).toBeGreaterThan(0);
    expect(others).toEqual([]);
    expect(options).toMatchObject({ clause: ['message-wakes'], runs: 100 });
  });

  test('to time ends in time, normally', async () => {
    const out = join(folder, 'time');
    const { code } = await doorbell(['run', '--target', 'simulator', '--time', '2s', '--out', out], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const { ended, durationMs, interfaces } = readJson<Summary>(out, 'summary.json');
    expect(ended).toBe('budget');
    expect(durationMs).toBeGreaterThanOrEqual(1_900);
    expect(interfaces['msg-ring']?.programs).toBeGreaterThan(10);
  });

  test('to a part runs each program in one part only', async () => {
    const programs: number[] = [];
    for (const part of ['1/3', '2/3', '3/3']) {
      const out = join(folder, `part-${part.replace('/', '-')}`);
      await run('--target', 'simulator', '--shard', part, '--out', out);
      programs.push(readJson<Summary>(out, 'summary.json').interfaces['msg-ring']?.programs ?? 0);
    }
    expect(programs).toEqual([50, 50, 50]);
  });

  test('to programs from files runs these', async () => {
    const out = join(folder, 'programs');
    const finding = join(folder, 'lie');
    await run('--target', 'simulator', '--programs', finding, '--out', out);
    const { interfaces } = readJson<Summary>(out, 'summary.json');
    const { findings } = readJson<Summary>(finding, 'summary.json');
    expect(interfaces['msg-ring']).toMatchObject({
      programs: findings.length,
      statistics: { generators: { file: findings.length } },
    });
  });
});

describe('an agent', () => {
  test('that is honest conforms like what is behind it', async () => {
    const out = join(folder, 'agent');
    const { code, stderr } = await run('--target', simulatorAgent, '--runs', '60', '--out', out);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readJson<Summary>(out, 'summary.json').interfaces['msg-ring']?.programs).toBe(60);
  });

  test('that is not there is a failure of ours, in one line', async () => {
    const { code, stdout, stderr } = await run('--target', 'stdio:/no/such/agent');
    expect(stderr).toMatch(/^doorbell: .+\n$/);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  const nothing = join(folder, 'nothing.json');
  const reap = { op: 'reap', ring: 'r0' };
  writeFileSync(nothing, JSON.stringify({ interface: 'msg-ring', steps: [reap, reap] }));

  test.each([
    'answers-twice',
    'answers-another-program',
    'garbles-its-answer',
    'breaks-the-schema',
    'invents-a-step',
    'turns-back-time',
    'is-killed-silently',
  ])('that %s never makes a verdict', async (lie) => {
    const out = join(folder, lie);
    const { code, stderr } = await run('--target', lyingAgent(lie), '--programs', nothing, '--out', out);
    expect(stderr).toMatch(/^doorbell: .+\n$/);
    expect(code).toBe(3);
    const { findings, failures, exit, ended } = readJson<Summary>(out, 'summary.json');
    expect({ findings, exit, ended }).toEqual({ findings: [], exit: 3, ended: 'failure' });
    expect(failures.length).toBeGreaterThan(0);
  });

  test('that prints garbage between its lines is understood, and its words are kept', async () => {
    const { code } = await run('--target', lyingAgent('prints-between'), '--programs', nothing);
    expect(code).toBe(0);
  });

  test('whose process dies of itself is a finding that names the step', async () => {
    const out = join(folder, 'crash');
    const { code } = await run(
      '--target',
      lyingAgent('crashes-at-step-1'),
      '--programs',
      nothing,
      '--out',
      out,
    );
    const { findings } = readJson<Summary>(out, 'summary.json');
    expect(findings.map(({ kind, clause, step }) => [kind, clause, step])).toEqual([
      ['crash', 'msg-ring/system/crash', 1],
    ]);
    expect(code).toBe(1);
  });
});
