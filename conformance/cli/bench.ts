/**
 * `npm run bench`: what the engine costs, as medians and ratios from one process. Rounds of the things compared are
 * interleaved, so that a machine whose speed drifts does not decide the ratio. What runs in this process is measured in
 * seconds of one core, all threads of the process added up: what else the machine does is not ours. Everything is run
 * until it is compiled before it is measured, which takes some 40,000 programs. No test depends on a figure.
 */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { openTarget, Simulator } from '#adapters/index';
import { bareLoop } from '#adapters/linux/bare-loop';
import { generatePrograms, guideOf, judge } from '#conformance/index';
import { machineOf } from '#conformance/interfaces';
import { worldOf } from '#conformance/worlds';
import { Exploration } from '#model/index';
import type { InterfaceName, Program, Step, SystemUnderTest } from '#spec/index';
import { deepMutants, recordedPrograms } from './bench-findings.ts';

const rounds = 9;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const line = (what: string, figure: string, goal = ''): void => {
  process.stdout.write(`${what.padEnd(58)}${figure.padStart(16)}${goal === '' ? '' : `   goal ${goal}`}\n`);
};
/** Seconds of processor time, of the collector of garbage and the compiler too. */
const seconds = (work: () => void): number => {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
};

/** Generate, execute and judge in process; returns steps per second and the share nobody could judge. */
const pipeline = (
  name: InterfaceName,
  system: SystemUnderTest,
  seed: number,
  runs: number,
): { rate: number; inconclusive: number } => {
  const offer = system.description.interfaces[name];
  if (!offer) throw new Error(`the simulator has to offer ${name}`);
  let steps = 0;
  let inconclusive = 0;
  const took = seconds(() => {
    for (const { program } of generatePrograms(name, { seed, runs, maxSteps: 32, offer })) {
      const answer = system.execute(program);
      if (answer instanceof Promise || answer.kind !== 'trace') continue;
      steps += program.steps.length;
      if (judge(program, answer.events).verdict === 'inconclusive') inconclusive++;
    }
  });
  return { rate: steps / took, inconclusive: inconclusive / runs };
};

/** The plain model of the usual property: how many completions each ring owes. */
interface PlainModel {
  readonly owed: Map<string, number>;
}

type Simulated = NonNullable<ReturnType<Simulator['start']>>;

class Plain implements fc.Command<PlainModel, { run: Simulated; index: number }> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check({ owed }: Readonly<PlainModel>): boolean {
    const { op, as } = this.step;
    if (op === 'setup') return !owed.has(String(as));
    return [this.step.ring, this.step.fd].every((name) => name === undefined || owed.has(String(name)));
  }

  run(model: PlainModel, real: { run: Simulated; index: number }): void {
    const { owed } = model;
    const { op, as, ring, fd } = this.step;
    real.run.perform(this.step, real.index++);
    const event = real.run.events.at(-1);
    if (op === 'setup') owed.set(String(as), 0);
    if (op === 'submit' && event?.event === 'ran' && typeof event.result.value === 'number')
      owed.set(String(ring), (owed.get(String(ring)) ?? 0) + event.result.value);
    if (op === 'drain' && event?.event === 'ran') {
      const cqes = event.result.cqes;
      if (!Array.isArray(cqes)) throw new Error('a drain shows completions');
      owed.set(String(ring), 0);
    }
    if (fd !== undefined && !owed.has(String(fd))) throw new Error('the target is unknown');
    plainSteps++;
  }

  toString(): string {
    return this.step.op;
  }
}

let plainSteps = 0;
const rings = fc.constantFrom('r0', 'r1', 'r2');
const plainCommands = fc.commands(
  [
    rings.map((as) => new Plain({ op: 'setup', as })),
    fc
      .record({ ring: rings, fd: rings, len: fc.nat(), data: fc.nat(), user_data: fc.nat() })
      .map(({ ring, fd, len, data, user_data }) => {
        const hex = (value: number) => `0x${value.toString(16)}`;
        return new Plain({ op: 'prep_msg_ring', ring, fd, len, data: hex(data), user_data: hex(user_data) });
      }),
    rings.map((ring) => new Plain({ op: 'submit', ring })),
    rings.map((ring) => new Plain({ op: 'drain', ring })),
  ],
  { maxCommands: 32 },
);

/** `fc.commands` and `modelRun` on the same simulator, with a plain model written by hand. */
const plainProperty = (simulator: Simulator, seed: number, numRuns: number): number => {
  plainSteps = 0;
  const took = seconds(() =>
    fc.assert(
      fc.property(plainCommands, (commands) => {
        const run = simulator.start('msg-ring');
        if (!run) throw new Error('the simulator has to offer msg-ring');
        fc.modelRun(() => ({ model: { owed: new Map() }, real: { run, index: 0 } }), commands);
      }),
      { seed, numRuns },
    ),
  );
  return plainSteps / took;
};

/** 128 messages from one ring to another, in one submit. */
const manyMessages = (): Program => {
  const body: Step[] = [
    { op: 'setup', as: 'r0', entries: 128 },
    { op: 'setup', as: 'r1', entries: 128 },
  ];
  for (let index = 0; index < 128; index++)
    body.push({
      op: 'prep_msg_ring',
      ring: 'r0',
      fd: 'r1',
      len: index,
      data: `0xd${index}`,
      user_data: `0xa${index}`,
    });
  body.push({ op: 'submit', ring: 'r0' });
  return { interface: 'msg-ring', steps: [...body, ...guideOf('msg-ring').closing(body)] };
};

/** Messages per second, executed by the running kernel and judged. */
const judgedMessages = async (system: SystemUnderTest, programs: number): Promise<number> => {
  const program = manyMessages();
  const began = performance.now();
  const waiting: Promise<void>[] = [];
  for (let sent = 0; sent < programs; sent++) {
    const answer = Promise.resolve(system.execute(program)).then((seen) => {
      if (seen.kind !== 'trace') throw new Error(`the kernel's agent: ${seen.kind}`);
      const { verdict } = judge(program, seen.events);
      if (verdict !== 'conforms') throw new Error(`a plain message ${verdict}`);
    });
    waiting.push(answer);
    if (waiting.length >= system.description.limits.inFlight) await waiting.shift();
  }
  await Promise.all(waiting);
  return (programs * 128) / ((performance.now() - began) / 1_000);
};

/** User and system seconds of a process, as the shell counts them. */
const cpuOf = (args: readonly string[]): number => {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
    encoding: 'utf8',
  });
  const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return user + system;
};

const engine = async (): Promise<void> => {
  const simulator = new Simulator('simulator');
  const ours: number[] = [];
  const plain: number[] = [];
  let inconclusive = 0;
  for (let round = 1; round <= 14; round++) {
    pipeline('msg-ring', simulator, -round, 3_000);
    plainProperty(simulator, -round, 300);
  }
  for (let round = 1; round <= rounds; round++) {
    const made = pipeline('msg-ring', simulator, round, 3_000);
    ours.push(made.rate);
    inconclusive = Math.max(inconclusive, made.inconclusive);
    plain.push(plainProperty(simulator, round, 300));
  }
  line('msg-ring, in process: generate + execute + judge, steps/s', whole(median(ours)), '100,000');
  line('  the same simulator by fc.commands + a plain model, steps/s', whole(median(plain)));
  line('  ratio', (median(ours) / median(plain)).toFixed(2));
  line('  share of inconclusive programs, worst round', `${(100 * inconclusive).toFixed(3)} %`, '0.1 %');
  const took = seconds(() => pipeline('msg-ring', simulator, 99, 21_000));
  line('21,000 programs, s of one core', took.toFixed(1), '20');
  line('  largest memory of this process, MB', whole(process.resourceUsage().maxRSS / 1_024), '300');
};

/** Rounds before the code of an interface is compiled. */
const warmUp = 20;

/** What was measured of an interface alone. */
interface Alone {
  readonly rate: number;
  readonly inconclusive: number;
}

/** An interface in process, without anything to compare it with. */
const alone = (name: InterfaceName): Alone => {
  const simulator = new Simulator('simulator');
  const made = Array.from({ length: warmUp + rounds }, (_, round) =>
    pipeline(name, simulator, round - warmUp, 2_000),
  ).slice(warmUp);
  return {
    rate: median(made.map(({ rate }) => rate)),
    inconclusive: Math.max(...made.map(({ inconclusive }) => inconclusive)),
  };
};

/** The same in a thread of its own, as in a run of this interface alone: code that several machines share is slower. */
const another = async (name: InterfaceName, goal: string): Promise<void> => {
  const thread = new Worker(new URL(import.meta.url), { workerData: name });
  const [measured] = (await once(thread, 'message')) as [Alone];
  await thread.terminate();
  line(`${name}, in process: generate + execute + judge, steps/s`, whole(measured.rate), goal);
  const share = (100 * measured.inconclusive).toFixed(3);
  line('  share of inconclusive programs, worst round', `${share} %`, '0.1 %');
};

/** Walks the first small world, as far as so many states. */
const walk = (): { states: number; exploration: Exploration<unknown> } => {
  const exploration = new Exploration(machineOf('msg-ring'), worldOf('msg-ring'), {
    maxSteps: 12,
    maxStates: 200_000,
  });
  return { states: exploration.run().states, exploration };
};

/** Bytes in use, once what nobody needs is collected: buffers are given back a while after their owners. */
const bytesInUse = async (): Promise<number> => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round++) {
    collect();
    await setTimeout(50);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const walking = async (): Promise<void> => {
  const rates: number[] = [];
  for (let round = -2; round < rounds; round++) {
    let states = 0;
    const took = seconds(() => {
      states = walk().states;
    });
    if (round >= 0) rates.push(states / took);
  }
  const before = await bytesInUse();
  const { states, exploration } = walk();
  const bytes = ((await bytesInUse()) - before) / states;
  if (exploration.place(states - 1).moment === undefined) throw new Error('the walk was not kept');
  line('walking the small world of msg-ring, states/s', whole(median(rates)), '150,000');
  line('  bytes a state', whole(bytes), '200');
};

const kernel = async (): Promise<void> => {
  const system = await openTarget('linux');
  try {
    if (!system.description.interfaces['msg-ring']) {
      line('linux: judged messages/s', 'skipped');
      process.stdout.write(`  ${system.description.reason ?? 'not offered'}\n`);
      return;
    }
    const ours: number[] = [];
    const bare: number[] = [];
    await judgedMessages(system, 1_000);
    for (let round = 0; round < rounds; round++) {
      ours.push(await judgedMessages(system, 300));
      bare.push((await bareLoop(128 * 2_000)) ?? 0);
    }
    line('linux: executed and judged, messages/s', whole(median(ours)), '100,000');
    line('  a bare koffi loop, messages/s', whole(median(bare)));
    line('  ratio', (median(ours) / median(bare)).toFixed(3));
  } finally {
    await system.close();
  }
};

const start = (): void => {
  const doorbell = fileURLToPath(new URL('doorbell.js', import.meta.url));
  const listing: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < 25; round++) {
    listing.push(cpuOf([doorbell, 'list', 'interfaces']));
    empty.push(cpuOf(['-e', '0']));
  }
  line('`doorbell list interfaces`, CPU ms', whole(1_000 * median(listing)));
  line('  ratio to an empty node process', (median(listing) / median(empty)).toFixed(2), '1.30');
};

const all = async (): Promise<void> => {
  // A walk comes first, as in a process of its own: code that several machines share slows down from the second one on.
  await walking();
  await engine();
  await another('uintr', '60,000');
  await another('qnx-interrupt', '60,000');
  await another('rsm', '60,000');
  await deepMutants(line);
  await recordedPrograms(line, new URL('../../conformance/msg-ring/recorded/failing.jsonl', import.meta.url));
  await kernel();
  start();
};

if (isMainThread) await all();
else parentPort?.postMessage(alone(workerData as InterfaceName));
