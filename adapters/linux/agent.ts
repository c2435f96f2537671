/**
 * The agent for the running kernel: reads programs from standard input, runs them on this machine, writes what was
 * seen to standard output. A program of its own; `index.ts` starts it as the target `linux`.
 *
 * It ends when standard input ends, and is killed by the kernel when its parent dies: a program can block it for as
 * long as its time-outs say, and nobody would be left to hear the answer.
 */

import type { Execute } from '#spec/index';
import { meet, type Settings } from './greeting.ts';
import type { Host } from './host.ts';
import { sendLine } from './line-output.ts';
import { ProgramServer } from './program-server.ts';

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;
/** A worker that cannot be started at once is tried again by the kernel after 5, 10 and 15 ms. */
const patienceMsDefault = 60;

const settings: Settings = {
  patienceMs: Number(process.env.DOORBELL_LINUX_PATIENCE_MS) || patienceMsDefault,
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

const execute = (message: Execute): void => {
  try {
    sendLine(
      server?.answer(message, sendLine) ?? { type: 'unsupported', id: message.id, reason: hello.reason },
    );
  } catch (defect) {
    // Ours, not the system's; and what it left behind must not meet another program.
    sendLine({ type: 'failed', id: message.id, reason: `a defect of the agent: ${(defect as Error).stack}` });
    process.exit(1);
  }
};

/** @returns False when the runner is done with us. */
const serve = (line: string): boolean => {
  const message = parse(line);
  if (message.type === 'bye') return false;
  if (message.type === 'hello') sendLine(hello);
  else if (isExecute(message)) execute(message);
  else process.stderr.write(`linux-agent: not understood: ${line.slice(0, 200)}\n`);
  return true;
};

type Message = Readonly<Record<string, unknown>>;

/** Programs are validated where they are run (program-server.ts). */
const isExecute = (message: Message): message is Message & Execute =>
  message.type === 'execute' && Number.isInteger(message.id);

/** A line as a message; what is none has no type. */
const parse = (line: string): Message => {
  try {
    return { ...JSON.parse(line) };
  } catch {
    return {};
  }
};

process.stdin.setEncoding('utf8');
let rest = '';
for await (const chunk of process.stdin) {
  const lines = `${rest}${chunk}`.split('\n');
  rest = lines.pop() ?? '';
  if (!lines.filter((line) => line.trim() !== '').every(serve)) break;
}
process.exit(0);
