import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { contentId, HarnessError, type Program, type Summary, UsageError, validate } from '#spec/index';
import { doorbell, readJson, removeFolder, temporaryFolder } from './bin.test.support.ts';
import { Corpus } from './corpus.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const program = (...rings: readonly string[]): Program => ({
  interface: 'msg-ring',
  version: 1,
  steps: [...rings.map((as) => ({ op: 'setup', as })), { op: 'settle' }],
});

/** Every file of a corpus holds a whole program, named after it. */
const expectSound = (path: string): readonly string[] => {
  const files = readdirSync(path);
  for (const file of files) expect(file).toBe(`${contentId(readJson<Program>(path, file))}.json`);
  return files.sort();
};

describe('a corpus', () => {
  test('that is not there yet is empty, and made when it is needed', () => {
    const path = join(folder, 'new', 'below');
    const corpus = Corpus.open(path);
    expect(corpus.programs).toEqual([]);
    expect(existsSync(path)).toBe(false);
    corpus.create();
    expect(corpus.add(program('r0'))).toBe(`${contentId(program('r0'))}.json`);
    expect(Corpus.open(path).programs).toEqual([program('r0')]);
  });

  test('keeps a program once, however often it is added', () => {
    const path = join(folder, 'once');
    const corpus = Corpus.open(path);
    corpus.create();
    for (const some of [program('r0'), program('r0', 'r1'), program('r0')]) corpus.add(some);
    Corpus.open(path).add(program('r0'));
    expect(expectSound(path)).toHaveLength(2);
  });

  test('keeps another program of the same id beside the first, and mends what is torn', () => {
    const path = join(folder, 'same-id');
    const corpus = Corpus.open(path);
    corpus.create();
    const id = contentId(program('r0'));
    writeFileSync(join(path, `${id}.json`), JSON.stringify(program('r1')));
    expect(corpus.add(program('r0'))).toBe(`${id}-1.json`);
    expect(corpus.add(program('r0'))).toBe(`${id}-1.json`);
    const other = contentId(program('r2'));
    writeFileSync(join(path, `${other}.json`), '{"interface":');
    expect(corpus.add(program('r2'))).toBe(`${other}.json`);
    expect(Corpus.open(path).programs).toHaveLength(3);
  });

  test('tells what it cannot use from what it can', () => {
    const path = join(folder, 'stale');
    mkdirSync(path);
    const write = (name: string, value: unknown) => writeFileSync(join(path, name), JSON.stringify(value));
    write('a.json', { ...program('r0'), version: 0 });
    write('b.json', { interface: 'semaphores', steps: [] });
    write('c.json', { interface: 'msg-ring', version: 1, steps: [{ op: 'ring_the_bell' }] });
    write('d.json', [1, 2]);
    writeFileSync(join(path, 'e.json'), 'no JSON');
    write('f.json', program('r0'));
    write('.half.json', program('r1'));
    writeFileSync(join(path, 'notes.txt'), 'not a program');
    const { programs, stale } = Corpus.open(path);
    expect(programs).toEqual([program('r0')]);
    expect(stale.map((each) => [each.file, each.interface])).toEqual([
      ['a.json', 'msg-ring'],
      ['b.json', null],
      ['c.json', 'msg-ring'],
      ['d.json', null],
      ['e.json', null],
    ]);
    expect(stale[0]?.reason).toBe('it is of version 0 of msg-ring, and this is version 1');
    expect(stale[2]?.reason).toMatch(/^\/steps\/0/);
  });

  test('that cannot be read or written says so', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(() => Corpus.open(file)).toThrow(UsageError);
    const gone = Corpus.open(join(folder, 'gone'));
    expect(() => gone.add(program('r0'))).toThrow(HarnessError);
  });
});

const run = async (name: string, ...args: readonly string[]) => {
  const out = join(folder, name);
  const ended = await doorbell(['run', 'msg-ring', '--max-steps', '12', '--out', out, ...args]);
  const summary = readJson<Summary>(out, 'summary.json');
  expect(validate.runRecord(summary)).toEqual([]);
  return { ...ended, summary, statistics: summary.interfaces['msg-ring']?.statistics };
};

describe('a run with a corpus', () => {
  const corpus = join(folder, 'kept');
  const lie = ['--target', 'simulator+accepts-pipe', '--corpus', corpus];

  test('keeps what it finds, as the finding has it', async () => {
    const { code, stderr, summary, statistics } = await run('first', ...lie, '--runs', '200');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(statistics?.corpus).toEqual({ replayed: 0, notOffered: 0, stale: [] });
    const ids = summary.findings.map((finding) => `${contentId(finding.program)}.json`).sort();
    expect(expectSound(corpus)).toEqual(ids);
  });

  test('runs it first the next time, so that one program is enough to find it again', async () => {
    const before = expectSound(corpus);
    const { code, summary, statistics } = await run('second', ...lie, '--runs', '1', '--seed', '9');
    expect(code).toBe(1);
    expect(statistics).toMatchObject({
      corpus: { replayed: before.length },
      generators: { corpus: before.length },
    });
    expect(summary.findings.length).toBeGreaterThan(0);
    expect(expectSound(corpus)).toEqual(before);
  });

  test('of a system that is mended conforms, and keeps the programs', async () => {
    const before = expectSound(corpus);
    const { code } = await run('mended', '--target', 'simulator', '--corpus', corpus, '--runs', '20');
    expect(code).toBe(0);
    expect(expectSound(corpus)).toEqual(before);
  });

  test.each(['--jobs', '--shard'])('in parts runs it in one of them: %s', async (cut) => {
    const before = expectSound(corpus).length;
    const args = ['--target', 'simulator', '--corpus', corpus, '--runs', '40'];
    if (cut === '--jobs') {
      const { statistics } = await run('jobs', ...args, '--jobs', '2');
      expect(statistics?.corpus?.replayed).toBe(before);
    } else {
      const one = await run('shard-1', ...args, '--shard', '1/2');
      const other = await run('shard-2', ...args, '--shard', '2/2');
      expect(one.statistics?.corpus?.replayed).toBe(before);
      expect(other.statistics).not.toHaveProperty('corpus');
    }
  });

  test('says what it cannot replay, counts it, and goes on', async () => {
    const old = join(folder, 'old');
    mkdirSync(old);
    writeFileSync(join(old, '0.json'), JSON.stringify({ ...program('r0'), version: 7 }));
    writeFileSync(join(old, '1.json'), JSON.stringify(program('r0')));
    writeFileSync(join(old, '2.json'), 'no JSON');
    const { code, stderr, statistics } = await run(
      'with-old',
      '--target',
      'simulator',
      '--runs',
      '20',
      '--corpus',
      old,
    );
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `doorbell: ${join(old, '0.json')} is not replayed: it is of version 7 of msg-ring, and this is version 1`,
      `doorbell: ${join(old, '2.json')} is not replayed: it is not JSON`,
    ]);
    expect(statistics?.corpus).toMatchObject({
      replayed: 1,
      stale: [{ file: '0.json' }, { file: '2.json' }],
    });
    expect(readFileSync(join(folder, 'with-old', 'report.md'), 'utf8')).toContain('2 files');
  });

  test('that is dry says what it would run, and makes no folder', async () => {
    const args = ['run', 'msg-ring', '--target', 'simulator', '--runs', '5', '--dry-run', '--corpus'];
    const { stdout } = await doorbell([...args, corpus]);
    expect(stdout).toMatch(/\d+ corpus/);
    await doorbell([...args, join(folder, 'never')]);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  test('that cannot be read ends with 2', async () => {
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    const { code, stderr } = await doorbell(['run', '--target', 'simulator', '--corpus', file]);
    expect(stderr).toMatch(/^doorbell: cannot read the corpus .*: a part of the path is not a folder\n$/);
    expect(code).toBe(2);
  });
});

test('several processes write one corpus at once, and all of it is whole', async () => {
  const path = join(folder, 'shared');
  const explore = ['explore', 'msg-ring', '--world', 'small', '--max-steps', '5', '--corpus', path];
  const lies = ['accepts-pipe', 'accepts-pipe', 'wake-lost'].map((mutant, index) => [
    'run',
    'msg-ring',
    '--runs',
    '300',
    '--max-steps',
    '12',
    '--target',
    `simulator+${mutant}`,
    '--corpus',
    path,
    '--out',
    join(folder, `shared-${index}`),
  ]);
  const all = await Promise.all([explore, explore, ...lies].map((args) => doorbell(args)));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 1, 1, 1]);
  const files = expectSound(path);
  for (const { stdout } of all.slice(0, 2)) {
    const [, kept] = /^(\d+) witnesses kept in /m.exec(stdout) ?? [];
    expect(Number(kept)).toBeGreaterThan(4);
    expect(files.length).toBeGreaterThan(Number(kept));
  }
  const { statistics } = await run('replays', '--target', 'simulator', '--runs', '1', '--corpus', path);
  expect(statistics?.corpus).toEqual({ replayed: files.length, notOffered: 0, stale: [] });
});
