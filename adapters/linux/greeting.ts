/** Meeting the machine: who we are, what it offers, or why it offers nothing. */

import { readFileSync } from 'node:fs';
import { release, type as systemName } from 'node:os';
import type { AgentLimits, Hello, InterfaceOffer, OperationEntry } from '#spec/index';
import interfaceFile from '#spec/msg-ring/interface.json' with { type: 'json' };
import { AgentThread } from './actor.ts';
import { systemCallNumbers } from './architecture.ts';
import { findRegion } from './descriptors.ts';
import { type Facts, machineFacts } from './facts.ts';
import type { Host } from './host.ts';
import { loadLibc, NoLibc } from './libc.ts';
import { capabilities, messageProbes, NotOffered, type Prober, proveMessages } from './probes.ts';
import { Threads } from './threads.ts';
import { whyNoUserInterrupts } from './user-interrupts.ts';

/** How the agent is set, from its environment. */
export interface Settings {
  /** DOORBELL_LINUX_PATIENCE_MS: how long a settle waits for what may never come. */
  readonly patienceMs: number;
  /** DOORBELL_LINUX_THREADS=fresh: threads of actors serve one program only. */
  readonly freshThreads: boolean;
}

export const limits: Required<AgentLimits> = {
  lineBytes: 8 * 1024 * 1024,
  inFlight: 8,
  steps: 10_000,
  actors: interfaceFile.actors.max,
};

/** The agent's side of the first exchange, and the host to run programs on if there is one. */
export const meet = async (settings: Settings): Promise<{ readonly hello: Hello; readonly host?: Host }> => {
  const facts = machineFacts();
  try {
    const { host, offer, probes } = await meetHost(settings);
    const interfaces = { 'msg-ring': offer };
    const reason = whyNoUserInterrupts();
    return { hello: { ...greeting({ ...facts, ...probes }), interfaces, reason }, host };
  } catch (cause) {
    if (!(cause instanceof NotOffered || cause instanceof NoLibc)) throw cause;
    return {
      hello: { ...greeting(facts), interfaces: {}, reason: `${cause.message}; ${whyNoUserInterrupts()}` },
    };
  }
};

const greeting = (facts: Facts): Omit<Hello, 'interfaces'> => ({
  type: 'hello',
  protocol: 1,
  agent: { name: 'linux-agent', version: ownVersion() },
  system: { name: systemName(), version: release(), facts },
  limits,
});

const ownVersion = (): string => {
  const path = new URL(import.meta.resolve('doorbell-conformance/package.json'));
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
};

/** @throws {NotOffered | NoLibc} There is nothing to test here. */
const meetHost = async (
  settings: Settings,
): Promise<{ readonly host: Host; readonly offer: InterfaceOffer; readonly probes: Facts }> => {
  if (process.platform !== 'linux')
    throw new NotOffered(`io_uring is a part of Linux, and this is ${systemName()}: use another target`);
  const numbers = systemCallNumbers(process.arch);
  if (!numbers)
    throw new NotOffered(
      `the numbers of the system calls are not known for ${process.arch}: this agent runs on x64 and arm64`,
    );
  const libc = await loadLibc();
  const actor = new AgentThread(libc);
  const prober: Prober = { libc, numbers, actor };
  proveMessages(prober);
  const region = findRegion(libc);
  if (region === undefined)
    throw new NotOffered(
      'this process may open too few descriptors: raise the limit of open files (ulimit -n) to 256 or more',
    );
  const granted = capabilities(prober);
  return {
    host: {
      libc,
      numbers,
      agent: actor,
      threads: new Threads(libc, numbers, settings.freshThreads),
      region,
      capabilities: new Set(granted),
      patienceMs: settings.patienceMs,
    },
    offer: { operations: operations(granted), capabilities: granted },
    probes: messageProbes(prober),
  };
};

/** What the documents describe is the kernel's own; the rest is there so that programs can be written. */
const operations = (granted: readonly string[]): InterfaceOffer['operations'] => {
  const entries: readonly OperationEntry[] = interfaceFile.operations as readonly OperationEntry[];
  const offered = entries.filter(({ requires = [] }) => requires.every((name) => granted.includes(name)));
  return Object.fromEntries(offered.map(({ name, scaffold }) => [name, scaffold ? 'agent' : 'system']));
};
