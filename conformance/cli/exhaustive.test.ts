import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { EveryProgram } from '#conformance/exhaustive';
import { run as runInterface } from '#conformance/index';
import { mergeStatistics } from '#conformance/statistics';
import {
  type BatchLine,
  type Execute,
  interfaceFile,
  type Program,
  type RunLine,
  type Summary,
  validate,
} from '#spec/index';
import {
  doorbell,
  readJson,
  readLines,
  removeFolder,
  start,
  temporaryFolder,
  until,
} from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const { operations, capabilities } = interfaceFile('msg-ring');
const everything = {
  operations: Object.fromEntries(operations.map(({ name }) => [name, 'system' as const])),
  capabilities: capabilities.map(({ name }) => name),
};
const { total } = new EveryProgram('msg-ring', { world: 'small', maxSteps: 3 }, everything);

const run = async (name: string, ...args: readonly string[]) => {
  const out = join(folder, name);
  const ended = await doorbell(['run', 'msg-ring', '--exhaustive', '3', '--out', out, ...args]);
  const summary = readJson<Summary>(out, 'summary.json');
  expect(validate.runRecord(summary)).toEqual([]);
  const record = summary.interfaces['msg-ring'];
  if (!record) throw new Error('there is no record');
  return { ...ended, out, summary, record, exhaustive: record.statistics.exhaustive };
};

describe('every program of a small world', () => {
  test('is run once, and counted', async () => {
    const { code, stdout, record, exhaustive, out, summary } = await run('all', '--target', 'simulator');
    expect(code).toBe(0);
    expect(record.programs).toBe(total);
    expect(exhaustive).toEqual({ world: 'small', maxSteps: 3, total, notOffered: 0, covered: total });
    expect(stdout).toContain(
      `\n  covered ${total} of ${total} programs of up to 3 steps over the world small\n`,
    );
    expect(summary.options).toEqual({ exhaustive: 3, target: ['simulator'] });
    const report = readFileSync(join(out, 'report.md'), 'utf8');
    expect(report).toContain(`covered ${total} of ${total} programs`);
    expect(report).toMatch(/^doorbell run msg-ring .*--exhaustive 3/m);
    const batches = readLines<RunLine>(out, 'run.jsonl').lines.filter(
      (line): line is BatchLine => line.type === 'batch',
    );
    // What no program showed is known at the end alone.
    const { unobserved, ...events } = record.statistics.events ?? {};
    expect(unobserved).toBeDefined();
    expect(mergeStatistics(batches.map(({ statistics }) => statistics))).toEqual({
      ...record.statistics,
      events,
    });
  });

  test('finds the shortest program for a lie', async () => {
    const { code, summary } = await run(
      'lie',
      '--target',
      'simulator+accepts-pipe',
      '--world',
      'descriptors',
    );
    // A pipe is met by no program of three steps.
    expect({ code, findings: summary.findings }).toEqual({ code: 0, findings: [] });
    const out = join(folder, 'lie-4');
    const args = ['--target', 'simulator+accepts-pipe', '--world', 'descriptors', '--out', out];
    const longer = await doorbell(['run', 'msg-ring', '--exhaustive', '4', ...args]);
    expect(longer.code).toBe(1);
    expect(readJson<Summary>(out, 'summary.json').findings[0]?.steps).toBe(4);
  });

  test.each([['--jobs', '2'] as const, ['--jobs', '3'] as const])('may be cut: %s %s', async (...cut) => {
    const { record, exhaustive } = await run(`cut-${cut.join('')}`, '--target', 'simulator', ...cut);
    expect(record.programs).toBe(total);
    expect(exhaustive?.covered).toBe(total);
  });

  test('adds up over shards, each of which says that it is not all', async () => {
    const shards = await Promise.all(
      [1, 2, 3].map((index) => run(`shard-${index}`, '--target', 'simulator', '--shard', `${index}/3`)),
    );
    for (const { exhaustive, stdout } of shards) {
      expect(exhaustive).toMatchObject({ total, notOffered: 0 });
      expect(stdout).toMatch(/covered .*: not all\n/);
    }
    expect(mergeStatistics(shards.map(({ record }) => record.statistics)).exhaustive?.covered).toBe(total);
  });

  test('that the target does not offer is counted apart', async () => {
    const simulator = new Simulator('simulator');
    const { description } = simulator;
    const poor = {
      ...description,
      interfaces: {
        'msg-ring': {
          ...everything,
          capabilities: everything.capabilities.filter((one) => one !== 'threads'),
        },
      },
    };
    const system = {
      description: poor,
      execute: (program: Program) => simulator.execute(program),
      close: () => simulator.close(),
    };
    const exhaustive = { world: 'waiters', maxSteps: 3 };
    const options = { seed: 1, runs: Number.POSITIVE_INFINITY, maxSteps: 32, exhaustive };
    const { record } = await runInterface('msg-ring', system, options);
    const { statistics, programs } = record;
    expect(statistics).toMatchObject({ unsupported: 0, generators: { exhaustive: programs } });
    expect(statistics.exhaustive?.notOffered).toBeGreaterThan(0);
    expect(statistics.exhaustive?.total).toBe(programs + (statistics.exhaustive?.notOffered ?? 0));
    expect(statistics.exhaustive?.covered).toBe(programs);
  });

  test('is said not to be all when the time is over', async () => {
    const out = join(folder, 'time');
    const args = ['--target', 'simulator', '--time', '500ms', '--out', out];
    const { code, stdout } = await doorbell(['run', 'msg-ring', '--exhaustive', '9', ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/covered [\d,]+ of 549,943,410 programs of up to 9 steps .*: not all\n/);
  });

  test('is said not to be all after an interruption', async () => {
    const out = join(folder, 'interrupted');
    const args = ['run', 'msg-ring', '--target', 'simulator', '--exhaustive', '9', '--out', out];
    const { child, ended } = start(args);
    const log = join(out, 'run.jsonl');
    await until(() => existsSync(log) && readFileSync(log, 'utf8').split('\n').length > 4);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain(': not all\n');
    const { statistics, programs } = readJson<Summary>(out, 'summary.json').interfaces['msg-ring'] ?? {};
    expect(statistics?.exhaustive?.covered).toBe(programs);
  });
});

describe('without running', () => {
  test('--dry-run says how many there are at once, however many', async () => {
    const args = ['run', 'msg-ring', '--target', 'simulator', '--exhaustive', '9', '--dry-run'];
    const { code, stdout } = await doorbell(args);
    expect(code).toBe(0);
    expect(stdout).toContain('of 549,943,410 programs of up to 9 steps over the world small');
    const { stdout: data } = await doorbell([...args, '--shard', '2/2', '--json']);
    expect(JSON.parse(data).interfaces).toMatchObject([
      { programs: 274_971_705, exhaustive: { world: 'small', total: 549_943_410, notOffered: 0 } },
    ]);
  });

  test('generate prints them', async () => {
    const { stdout } = await doorbell(['generate', 'msg-ring', '--exhaustive', '3']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Execute);
    expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: total }, (_, id) => id));
    const { stdout: part } = await doorbell([
      'generate',
      'msg-ring',
      '--exhaustive',
      '3',
      '--shard',
      '2/4',
      '--world',
      'small',
    ]);
    expect(part.trimEnd().split('\n')).toEqual(
      stdout
        .trimEnd()
        .split('\n')
        .filter((_, id) => id % 4 === 1),
    );
  });
});
