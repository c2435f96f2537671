import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validate } from '#spec/index';
import { openTarget } from './index.ts';

const text = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
const block = (language: string): string => {
  const [, found] = new RegExp(`\n\`\`\`${language}\n(.*?)\n\`\`\`\n`, 's').exec(text) ?? [];
  if (found === undefined) throw new Error(`the page has no block of ${language || 'plain text'}`);
  return found;
};

/** The lines of the conversation that one side says. */
const said = (by: '→' | '←'): readonly string[] =>
  block('')
    .split('\n')
    .filter((line) => line.startsWith(by))
    .map((line) => line.slice(2));

describe('the page about writing an agent', () => {
  let folder: string;
  let agent: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'doorbell-readme-'));
    agent = join(folder, 'toy-agent.mjs');
    writeFileSync(agent, block('js'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('shows messages that fit the protocol', () => {
    const lines = [...said('→'), ...said('←')];
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(validate.agentProtocol(JSON.parse(line))).toEqual([]);
  });

  test('shows what its agent really answers', () => {
    const { stdout, status } = spawnSync(process.execPath, [agent], {
      input: said('→')
        .map((line) => `${line}\n`)
        .join(''),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(said('←'));
  });

  test('shows an agent that the runner can talk to', async () => {
    const system = await openTarget(`stdio:'${process.execPath}' '${agent}'`);
    const asked = JSON.parse(said('→')[1] ?? '').program;
    expect(await system.execute(asked)).toMatchObject({
      kind: 'trace',
      events: { length: asked.steps.length },
    });
    expect(await system.execute({ interface: 'msg-ring', steps: [{ op: 'exit' }] })).toMatchObject({
      kind: 'unsupported',
    });
    await system.close();
  });
});
