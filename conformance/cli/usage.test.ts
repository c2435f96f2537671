import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { doorbell, removeFolder, temporaryFolder } from './bin.test.support.ts';

const folder = temporaryFolder();
afterAll(() => removeFolder(folder));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const oneMessage = {
  interface: 'msg-ring',
  steps: [
    { op: 'setup', as: 'r0' },
    { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
    { op: 'submit', ring: 'r0' },
    { op: 'settle' },
    { op: 'drain', ring: 'r0' },
  ],
};
const expectation = {
  kind: 'deviation',
  interface: 'msg-ring',
  clause: 'msg-ring/no/such-clause',
  signature: '0123abcd',
  program: oneMessage,
  reason: 'For a test of what is refused.',
  link: 'README.md',
};

const stranger = file('stranger.json', JSON.stringify({ interface: 'semaphores', steps: [] }));
const negative = file(
  'negative.json',
  JSON.stringify({
    interface: 'msg-ring',
    steps: [{ op: 'prep_msg_ring', ring: 'r0', fd: 'r0', flags: -1 }],
  }),
);
const torn = file('torn.json', '{"interface": "msg-ring",');
const strangeTrace = file(
  'strange-trace.json',
  JSON.stringify({ program: { interface: 'semaphores', steps: [] }, events: [] }),
);
const otherTrace = file(
  'other-trace.json',
  JSON.stringify({ program: oneMessage, events: [{ event: 'ran', step: 7, at: 0, result: {} }] }),
);
const badEvent = file(
  'bad-event.json',
  JSON.stringify({ program: oneMessage, events: [{ event: 'ran', step: 0, at: -1, result: {} }] }),
);
const asked = JSON.stringify({ type: 'execute', id: 1, interface: 'msg-ring', program: oneMessage });
const answer = JSON.stringify({ type: 'unsupported', id: 1, reason: 'for a test' });
const twice = file('twice.jsonl', `${asked}\n${answer}\n${answer}\n`);
const unasked = file('unasked.jsonl', `${asked}\n${answer.replace('1', '2')}\n`);
const expects = (name: string, value: unknown): string => file(name, JSON.stringify(value));
const unknownClause = expects('unknown-clause.json', { schema: 1, title: 't', expectations: [expectation] });
const noTitle = expects('no-title.json', { schema: 1, expectations: [] });
const plainFile = file('plain-file', '');
mkdirSync(join(folder, 'has-run'));
writeFileSync(join(folder, 'has-run', 'run.jsonl'), '');
mkdirSync(join(folder, 'empty'));

/** Wrong usage, and what the one line on standard error has to say. */
const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['frob'], /unknown command 'frob'/],
  [['lst'], /unknown command 'lst'.*Did you mean list/],
  [['run', '--sed', '3'], /unknown option '--sed'.*Did you mean --seed/],
  [['run', 'msg-rong'], /unknown interface 'msg-rong'; did you mean 'msg-ring'/],
  [['run', '--target', 'msg-rong=linux'], /did you mean 'msg-ring'/],
  [['run', '--target', 'linus'], /no target is called linus/],
  [['run', '--target', 'simulator:dogs'], /unknown behaviour "dogs" \(did you mean docs/],
  [['run', '--target', 'simulator+lies'], /unknown mutant "lies"/],
  [['run', '--target', 'linux', '--target', 'simulator'], /--target is given twice/],
  [['run', '--target'], /argument missing/],
  [['run', '--edition', 'E1999-01'], /no edition E1999-01; there is E2022-03/],
  [['run', '--profile', 'linux-66'], /no profile linux-66; there is docs, linux-6/],
  [['run', '--clause', 'mesage-wakes'], /unknown clause 'mesage-wakes'; did you mean 'message-wakes'/],
  [['run', '--clause', 'ring'], /clause 'ring' may be/],
  [['run', '--clause', 'nothing/*'], /no clause fits/],
  [['run', '--clause', ''], /the name of the clause is empty/],
  [['run', '--clause', 's'], /may be (\S+ or ){4}\S+, or one of \d+ more$/m],
  [['run', '--out', ''], /--out: the name of the folder is empty/],
  [['run', '--seed', 'x'], /whole number from 0/],
  [['run', '--runs', '0'], /at least 1/],
  [['run', '--runs', '1e3'], /whole number/],
  [['run', '--time', '60'], /a time such as/],
  [['run', '--deadline', 'soon'], /a time such as/],
  [['run', '--shard', '5/4'], /such as 2\/4/],
  [['run', '--jobs', '0'], /whole number from 1 to 256/],
  [['run', '--jobs', '2', '--shard', '1/2'], /both cut the run/],
  [['run', '--exhaustive', '0'], /whole number from 1/],
  [['run', '--exhaustive', '4', '--runs', '9'], /--runs would leave some out; use --time/],
  [['run', '--exhaustive', '4', '--max-steps', '3'], /--max-steps 3 would leave out programs/],
  [['run', '--exhaustive', '4', '--programs', negative], /use one of them/],
  [['run', '--exhaustive', '99', '--max-steps', '99'], /than can be counted/],
  [['run', '--exhaustive', '4', '--world', 'smal'], /has no world smal; there is small, /],
  [['run', '--world', 'small'], /it needs --exhaustive N/],
  [['generate', 'msg-ring', '--world', 'small'], /it needs --exhaustive N/],
  [['run', '--format', 'pdf'], /unknown format 'pdf'; there is markdown/],
  [['run', '--expect', 'mainlin'], /cannot read mainlin: there is no such file/],
  [['run', '--expect', torn], /torn\.json is not JSON/],
  [
    ['run', '--expect', unknownClause],
    /\/expectations\/0\/clause: unknown clause 'msg-ring\/no\/such-clause'/,
  ],
  [['run', '--expect', noTitle], /no-title\.json: .*title/],
  [['run', '--programs', join(folder, 'none.json')], /there is no such file/],
  [['run', '--programs', join(folder, 'empty')], /holds no \.json/],
  [['run', '--programs', torn], /torn\.json is not JSON/],
  [['run', '--programs', stranger], /stranger\.json: \/interface/],
  [['run', '--programs', negative], /negative\.json: \/steps\/0\/flags must be >= 0/],
  [['run', '--out', join(folder, 'has-run')], /already holds a run/],
  [['run', '--out', join(plainFile, 'below')], /a part of the path is not a folder/],
  [['run', '--out', plainFile], /cannot create the folder/],
  [['replay'], /missing required argument/],
  [['replay', join(folder, 'none.json')], /there is no such file/],
  [['replay', `${folder}/has-run#0123abcd`], /no finding 0123abcd; it has no findings/],
  [['replay', join(folder, 'has-run')], /run\.jsonl is not the log of a run: it has no header/],
  [['replay', negative], /\/steps\/0\/flags must be >= 0/],
  [['generate', 'msg-rong'], /did you mean 'msg-ring'/],
  [['judge', torn], /torn\.json is not JSON/],
  [['judge', strangeTrace], /strange-trace\.json: \/program\/interface must be one of msg-ring/],
  [['judge', otherTrace], /other-trace\.json is not a trace of its program: \/events\/0: there is no step 7/],
  [['judge', badEvent], /bad-event\.json: \/events\/0\/at must be >= 0/],
  [['judge', twice], /twice\.jsonl:3 answers program 1, as .*twice\.jsonl:2 does/],
  [['judge', unasked], /unasked\.jsonl:2 answers program 2, which no execute line asks/],
  [['judge', negative], /neither a trace \(program and events\) nor a line/],
  [['audit', 'msg-ring', '--mutant', 'acepts-pipe'], /did you mean 'accepts-pipe'/],
  [['explore', 'msg-rong'], /did you mean 'msg-ring'/],
  [['explore', 'msg-ring', '--world', 'smal'], /has no world smal; there is small, /],
  [['explore', 'msg-ring', '--diagram', 'svg'], /Allowed choices are mermaid, dot/],
  [['explore', 'msg-ring', '--max-states', '0'], /whole number from 1/],
  [['list', 'clases'], /did you mean 'clauses'/],
  [['list', 'clauses', 'msg-rong'], /did you mean 'msg-ring'/],
  [['show', 'mesage-wakes'], /did you mean 'message-wakes'/],
  [['smoke', '--target', 'linus'], /no target is called linus/],
  [['run-one-shard'], /for `doorbell run --jobs` alone/],
];

describe('wrong usage', () => {
  test.concurrent.each(wrong)('%j', async (args, message) => {
    const { code, stdout, stderr } = await doorbell(args, { cwd: folder });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^doorbell: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('leaves nothing behind', () => {
    expect(existsSync(join(folder, 'doorbell-runs'))).toBe(false);
    expect(readdirSync(join(folder, 'has-run'))).toEqual(['run.jsonl']);
  });
});

test('a folder that may not be written is refused before anything runs', async ({ skip }) => {
  // Root may write everywhere but where the kernel itself has no files.
  const out = process.getuid?.() === 0 ? '/proc/doorbell' : join(folder, 'forbidden');
  if (process.platform !== 'linux') skip('needs /proc or the rights of Linux');
  if (process.getuid?.() !== 0) mkdirSync(join(folder, 'forbidden'), { mode: 0o500 });
  const { code, stdout, stderr } = await doorbell(['run', '--target', 'simulator', '--out', out]);
  expect(stderr).toMatch(/^doorbell: cannot (create|write to) the folder \S+: .+\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('a dangling name for the folder of runs is refused', async () => {
  const cwd = join(folder, 'dangling');
  mkdirSync(cwd);
  symlinkSync('/nowhere/at/all', join(cwd, 'doorbell-runs'));
  const { code, stderr } = await doorbell(['run', '--target', 'simulator', '--runs', '1'], { cwd });
  expect(stderr).toMatch(/^doorbell: cannot create the folder doorbell-runs: .+\n$/);
  expect(code).toBe(2);
});

describe('help', () => {
  const commands = ['run', 'replay', 'generate', 'judge', 'audit', 'explore', 'list', 'show', 'smoke'];
  test.concurrent.each(commands)('%s --help says how, on standard output', async (command) => {
    const { code, stdout, stderr } = await doorbell([command, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: doorbell ${command} `));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('names every command, and no hidden one', async () => {
    const { stdout } = await doorbell(['--help']);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).not.toContain('run-one-shard');
  });

  test('without a command is wrong usage', async () => {
    const { code, stdout, stderr } = await doorbell([]);
    expect(stderr).toMatch(/^Usage: doorbell/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
