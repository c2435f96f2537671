import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FooterLine, HarnessError, UsageError } from '#spec/index';
import { RunFolder, reserveFolder } from './run-folder.ts';

const before = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorbell-folder-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const footer: FooterLine = { type: 'footer', durationMs: 1, ended: 'budget', reasons: [], exit: 0 };

describe('the folder of a command', () => {
  test('is the next number, and latest points at it', () => {
    expect(reserveFolder(undefined)).toBe(join('doorbell-runs', '1'));
    expect(reserveFolder(undefined)).toBe(join('doorbell-runs', '2'));
    mkdirSync(join('doorbell-runs', '10'));
    expect(reserveFolder(undefined)).toBe(join('doorbell-runs', '11'));
    expect(readlinkSync(join('doorbell-runs', 'latest'))).toBe('11');
  });

  test('may be named, and may exist, but may not hold a run', () => {
    mkdirSync('mine');
    writeFileSync(join('mine', 'notes.txt'), 'kept');
    expect(reserveFolder('mine')).toBe('mine');
    RunFolder.begin('mine').close();
    expect(() => reserveFolder('mine')).toThrow(/already holds a run/);
    expect(() => RunFolder.begin('mine')).toThrow(UsageError);
    expect(readFileSync(join('mine', 'notes.txt'), 'utf8')).toBe('kept');
  });

  test('that cannot be created is wrong usage', () => {
    writeFileSync('file', '');
    expect(() => reserveFolder(join('file', 'below'))).toThrow(/a part of the path is not a folder/);
    expect(() => reserveFolder('file')).toThrow(UsageError);
  });
});

describe('a run being written', () => {
  test('has one whole line for each append, and its summary all at once', () => {
    const run = RunFolder.begin('mine');
    run.append(footer);
    run.append({ ...footer, exit: 1 });
    run.write(join('findings', '0123abcd', 'program.json'), 'text');
    run.close();
    const lines = readFileSync(join('mine', 'run.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).exit)).toEqual([0, 1]);
    expect(readdirSync(join('mine', 'findings', '0123abcd'))).toEqual(['program.json']);
  });

  test('that cannot be written on fails in our own name, and leaves no half file', () => {
    const run = RunFolder.begin('mine');
    mkdirSync(join('mine', 'summary.json', 'in-the-way'), { recursive: true });
    expect(() => run.write('summary.json', 'text')).toThrow(HarnessError);
    expect(readdirSync('mine').sort()).toEqual(['run.jsonl', 'summary.json']);
    run.close();
    expect(() => run.append(footer)).toThrow(/cannot write mine\/run\.jsonl/);
  });
});
