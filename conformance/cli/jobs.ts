/** `--jobs`: the shards of one run as child processes of this one, merged as one run. They die with their parent. */

import { type ChildProcess, fork } from 'node:child_process';
import { contradiction } from '#conformance/findings';
import { type FoundTrace, type InterfaceRun, type RunOptions, type RunSink, run } from '#conformance/index';
import { contradictions, mergeRuns } from '#conformance/merge';
import { HarnessError, type InterfaceName, type SystemUnderTest, UsageError } from '#spec/index';
import { shardCommand } from './shard-command.ts';

/** What a shard is asked, first thing. */
export interface ShardOrder {
  readonly name: InterfaceName;
  readonly address: string;
  readonly options: Omit<RunOptions, 'signal'>;
}

/** What a shard is told later. */
export interface ShardStop {
  readonly stop: true;
}

/** What a shard says. */
export type ShardMessage =
  | { readonly kind: 'batch'; readonly line: Parameters<NonNullable<RunSink['batch']>>[0] }
  | { readonly kind: 'finding'; readonly found: FoundTrace }
  | { readonly kind: 'progress'; readonly done: number; readonly findings: number }
  | { readonly kind: 'run'; readonly run: InterfaceRun }
  /** `stopped` is true when it came after the shard was told to stop. */
  | { readonly kind: 'error'; readonly usage: boolean; readonly stopped: boolean; readonly message: string };

/** Runs an interface in several processes. */
export const runShards = async (
  name: InterfaceName,
  system: SystemUnderTest,
  jobs: number,
  { signal, ...options }: RunOptions,
  sink: RunSink,
): Promise<InterfaceRun> => {
  const { address } = system.description;
  const found = new Map<string, FoundTrace>();
  const done = new Array<number>(jobs).fill(0);
  const shards = Array.from({ length: jobs }, (_, index) => {
    const order: ShardOrder = { name, address, options: { ...options, ...share(options, index, jobs) } };
    return new Shard(order, `part ${index + 1} of ${jobs}`, (message) => {
      if (message.kind === 'batch') sink.batch?.(message.line);
      if (message.kind === 'finding' && !found.has(message.found.finding.id)) {
        found.set(message.found.finding.id, message.found);
        sink.finding?.(message.found);
      }
      if (message.kind === 'progress') {
        done[index] = message.done;
        sink.progress?.(
          done.reduce((total, each) => total + each, 0),
          options.programs?.length ?? options.runs,
          found.size,
        );
      }
    });
  });
  const stop = () => {
    for (const shard of shards) shard.stop();
  };
  signal?.addEventListener('abort', stop, { once: true });
  const ends = await Promise.all(shards.map((shard) => shard.end));
  signal?.removeEventListener('abort', stop);
  return joined(name, system, ends, [...found.values()], { ...options, ...(signal && { signal }) }, sink);
};

/** Generated programs are cut by the engine; listed ones are dealt out here. */
const share = (
  { programs }: Omit<RunOptions, 'signal'>,
  index: number,
  count: number,
): Partial<RunOptions> => ({
  shard: { index, count },
  ...(programs && { programs: programs.filter((_, number) => number % count === index) }),
});

/** How a shard ended: with its run, or with the reason why there is none. */
type ShardEnd = { readonly run: InterfaceRun } | { readonly lost: string; readonly stopped: boolean };

const joined = async (
  name: InterfaceName,
  system: SystemUnderTest,
  ends: readonly ShardEnd[],
  found: readonly FoundTrace[],
  options: RunOptions,
  sink: RunSink,
): Promise<InterfaceRun> => {
  const runs = ends.flatMap((end) => ('run' in end ? end.run : []));
  const isStopped = options.signal?.aborted === true;
  // A shard that came to nothing because it was stopped did not fail.
  const lost = ends.flatMap((end) => ('lost' in end && !(isStopped && end.stopped) ? end.lost : []));
  if (runs.length === 0 && isStopped && lost.length === 0)
    runs.push(await run(name, system, { ...options, firstPrograms: [], programs: [] }));
  if (runs.length === 0) throw new HarnessError(lost[0] ?? 'no part of the run came to an end');
  const extra: FoundTrace[] = [];
  for (const disagreement of options.signal?.aborted ? [] : contradictions(runs)) {
    const { edition, profile, signal } = options;
    const judging = { ...(edition !== undefined && { edition }), ...(profile !== undefined && { profile }) };
    const described = await contradiction({ name, system, judging, ...(signal && { signal }) }, disagreement);
    if (described === null) continue;
    sink.finding?.(described);
    extra.push(described);
  }
  const merged = mergeRuns(runs);
  const kept = new Set(merged.findings.map(({ finding }) => finding.id));
  return {
    ...merged,
    // A shard that was lost may have found something before.
    findings: [...merged.findings, ...extra, ...found.filter(({ finding }) => !kept.has(finding.id))],
    failures: [...merged.failures, ...lost.map((reason) => ({ interface: name, reason }))],
    ended: lost.length > 0 && merged.ended === 'budget' ? 'failure' : merged.ended,
  };
};

/** One child process. */
class Shard {
  /** Never rejects but for wrong usage. */
  readonly end: Promise<ShardEnd>;
  readonly #child: ChildProcess;

  constructor(order: ShardOrder, label: string, hear: (message: ShardMessage) => void) {
    // The channel closes when this process ends in whatever way, and the child ends with it.
    this.#child = fork(process.argv[1] as string, [shardCommand], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.end = new Promise((resolve, reject) => {
      let run: InterfaceRun | null = null;
      let reason: string | null = null;
      let stopped = false;
      this.#child.on('message', (message: ShardMessage) => {
        if (message.kind === 'run') run = message.run;
        else if (message.kind === 'error' && message.usage) reject(new UsageError(message.message));
        else if (message.kind === 'error') ({ message: reason, stopped } = message);
        else hear(message);
      });
      this.#child.on('error', (error) => {
        reason = error.message;
      });
      this.#child.on('close', (code, signal) => {
        const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
        resolve(run === null ? { lost: `${label}: ${reason ?? `its process ${how}`}`, stopped } : { run });
      });
    });
    this.#child.send(order);
  }

  /** Asks the shard to end in order. */
  stop(): void {
    if (this.#child.connected) this.#child.send({ stop: true } satisfies ShardStop);
  }
}
