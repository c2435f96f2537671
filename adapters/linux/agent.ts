/**
 * The agent for the running kernel: reads programs from standard input, runs them on this machine, writes what was
 * seen to standard output. A program of its own; `index.ts` starts it as the target `linux`.
 *
 * It ends when standard input ends, and is killed by the kernel when its parent dies: a program can block it for as
 * long as its time-outs say, and nobody would be left to hear the answer.
 */

import { meet, type Settings } from './greeting.ts';
import type { Host } from './host.ts';
import { sendLine } from './line-output.ts';
import { ProgramServer } from './program-server.ts';

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

const numberFrom = (text: string | undefined, otherwise: number): number => {
  const number = Number(text);
  return text !== undefined && number > 0 ? number : otherwise;
};

const settings: Settings = {
  patienceMs: numberFrom(process.env.DOORBELL_LINUX_PATIENCE_MS, 30),
  freshThreads: process.env.DOORBELL_LINUX_THREADS === 'fresh',
};

/** Dies with whoever started us, even if that dies without a word. */
const dieWithParent = (host: Host, parent: number): void => {
  host.libc.prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (process.ppid !== parent) process.exit(0);
};

const parent = process.ppid;
const { hello, host } = await meet(settings);
if (host) dieWithParent(host, parent);
const server = host ? new ProgramServer(host) : undefined;

const refuse = (line: string): void => {
  process.stderr.write(`linux-agent: not understood: ${line.slice(0, 200)}\n`);
};

/** @returns False when the runner is done with us. */
const serve = (line: string): boolean => {
  const message = parse(line);
  switch (message?.type) {
    case 'hello':
      sendLine(hello);
      return true;
    case 'execute':
      sendLine(
        server?.answer(message as never, sendLine) ?? {
          type: 'unsupported',
          id: message.id,
          reason: hello.reason ?? 'nothing is offered here',
        },
      );
      return true;
    case 'bye':
      return false;
    default:
      refuse(line);
      return true;
  }
};

type Message = { readonly type?: unknown } & Readonly<Record<string, unknown>>;

const parse = (line: string): Message | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Message) : undefined;
  } catch {
    // Told apart from a message by its absence; `refuse` says so.
    return undefined;
  }
};

process.stdin.setEncoding('utf8');
let rest = '';
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  if (!lines.filter((line) => line.trim() !== '').every(serve)) break;
}
process.exit(0);
