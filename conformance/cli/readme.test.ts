import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, removeFolder, temporaryFolder } from './bin.test.support.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** A block of shell commands with the words after its `sh`. */
interface Block {
  readonly words: readonly string[];
  readonly text: string;
}

const blocks: readonly Block[] = [...readme.matchAll(/^```sh(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, words = '', text = '']) => ({ words: words.split(' ').filter(Boolean), text }),
);
const marked = blocks.filter(({ words }) => words.includes('run'));

const folder = temporaryFolder();
/** As in a clone, where npx finds the command that was built. */
const shims = join(folder, 'shims');
const cwd = join(folder, 'home');

beforeAll(() => {
  mkdirSync(shims);
  mkdirSync(cwd);
  const npx = join(shims, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = doorbell ] || exit 127\nshift\nexec '${process.execPath}' '${bin}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
});
afterAll(() => removeFolder(folder));

test('every block is run here, but the one that installs', () => {
  expect(marked.length).toBeGreaterThan(8);
  expect(blocks.filter(({ words }) => !words.includes('run')).map(({ text }) => text)).toEqual([
    'npm ci && npm start\n',
  ]);
});

test('every command of the tool is shown', () => {
  const text = marked.map((block) => block.text).join('');
  for (const command of ['run', 'replay', 'generate', 'judge', 'audit', 'explore', 'list', 'show', 'smoke'])
    expect(text).toContain(`npx doorbell ${command} `);
});

describe('copied and pasted, in their order', () => {
  test.for(marked)('$text', ({ words, text }, { skip }) => {
    if (words.includes('linux') && process.platform !== 'linux') skip('needs Linux');
    const { status, stderr, stdout } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', text], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${shims}:${process.env.PATH}` },
    });
    expect(stderr).toBe('');
    if (words.includes('any-exit')) expect([0, 1]).toContain(status);
    else {
      const exit = words.find((word) => word.startsWith('exit='))?.slice('exit='.length) ?? '0';
      expect({ status, stdout }).toMatchObject({ status: Number(exit) });
    }
  });
});
