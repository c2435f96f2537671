/** Runs the built command line as a user does: a process of its own, in a folder of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The bundle; `npm test` builds first. */
export const bin = fileURLToPath(new URL('../../dist/bin/doorbell.js', import.meta.url));
if (!existsSync(bin)) throw new Error(`${bin} is not there: run \`npm run build\` first`);

const top = fileURLToPath(new URL('../..', import.meta.url));

/** An honest agent: the simulator behind the agent protocol. */
export const simulatorAgent = `stdio:${process.execPath} ${join(top, 'adapters/stdio/fixtures/simulator-agent.mjs')}`;
/** The same, with the calls of an operation left out: all of them, or one of so many. */
export const skippingAgent = (operation: string, every = 1): string =>
  `stdio:${process.execPath} ${join(top, 'adapters/stdio/fixtures/skipping-agent.mjs')} ${operation} ${every}`;
/** An agent with a lie. */
export const lyingAgent = (lie: string): string =>
  `stdio:${process.execPath} ${join(top, 'adapters/stdio/fixtures/lying-agent.mjs')} ${lie}`;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, such as a shell that sets limits. */
  readonly under?: readonly string[];
}

/** The surroundings of a test runner must not show. */
const cleanEnvironment = (): Record<string, string | undefined> => {
  const { NODE_OPTIONS: _options, CI: _ci, FORCE_COLOR: _colour, VITEST: _vitest, ...rest } = process.env;
  return rest;
};

/** Under way: they end with the test run at the latest. */
const underWay = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of underWay) child.kill('SIGKILL');
});

/** Starts the command. */
export const start = (args: readonly string[], options: StartOptions = {}): Started => {
  const [command = process.execPath, ...words] = [...(options.under ?? []), process.execPath, bin, ...args];
  const child = spawn(command, words, {
    cwd: options.cwd ?? tmpdir(),
    env: { ...cleanEnvironment(), ...options.env },
    stdio: 'pipe',
  });
  underWay.add(child);
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      underWay.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, ended };
};

/** Runs the command to its end. */
export const doorbell = (args: readonly string[], options: StartOptions = {}): Promise<Ended> =>
  start(args, options).ended;

/** A folder that the caller removes with `removeFolder`. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'doorbell-cli-'));

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const readJson = <T>(...path: readonly string[]): T =>
  JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** The whole lines of a log; a torn last one is told apart. */
export const readLines = <T>(
  ...path: readonly string[]
): { readonly lines: readonly T[]; readonly torn: string } => {
  const parts = readFileSync(join(...path), 'utf8').split('\n');
  return { lines: parts.slice(0, -1).map((line) => JSON.parse(line) as T), torn: parts.at(-1) ?? '' };
};

/** Waits until a condition holds. */
export const until = async (holds: () => boolean, whatMs = 20_000): Promise<void> => {
  const end = Date.now() + whatMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
