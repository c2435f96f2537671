/** How uintr programs are written: threads with handlers, connections between them, and bursts of interrupts. */

import type { Connection, Descriptor, State, Thread } from '#model/uintr/state';
import type { Scalar, Step } from '#spec/index';
import type { Draw } from '../generation/draw.ts';
import type { Guide, Move } from '../generation/guide.ts';
import type { Walk } from '../generation/walk.ts';
import type { KeptWitness } from '../witnesses.ts';
import { closing } from './closing.ts';
import witnesses from './generated/witnesses.json' with { type: 'json' };
import { litmus } from './litmus.ts';
import { obstructed } from './obstacles.ts';

/** The features that one program uses. */
interface Swarm {
  readonly threads: boolean;
  readonly processes: boolean;
  readonly faults: boolean;
  /** Flags, vectors outside the range, calls without a handler. */
  readonly wrong: boolean;
  /** Vectors that are used much. */
  readonly vectors: readonly number[];
}

type W = Walk<State>;

const actors = ['t0', 't1', 't2', 't3'] as const;
const threadOf = (walk: W, actor: string): Thread => walk.state.threads[Number(actor.slice(1))] as Thread;
const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });

/** Somebody who can make a call now. */
const free = (walk: W, swarm: Swarm): readonly string[] =>
  actors.filter((actor, number) => {
    const { alive, process } = threadOf(walk, actor);
    if (!alive || walk.isBusy(actor)) return false;
    return number === 0 || (process > 0 ? swarm.processes : swarm.threads && number < 3);
  });

const someone = (walk: W, swarm: Swarm, draw: Draw): string => draw.pick(free(walk, swarm)) ?? 't0';

const handled = (walk: W, swarm: Swarm): readonly string[] =>
  free(walk, swarm).filter((actor) => threadOf(walk, actor).handler);

/** Mostly somebody with a handler. */
const receiver = (walk: W, swarm: Swarm, draw: Draw): string => {
  const ready = handled(walk, swarm);
  return ready.length > 0 && !(swarm.wrong && draw.percent(15))
    ? draw.pick(ready)
    : someone(walk, swarm, draw);
};

const hex = (vector: number): string => `0x${vector.toString(16)}`;
const beyond = [
  '0x40',
  '0x41',
  '0x64',
  '0xff',
  '0x100',
  '0x13f',
  '0x100000000',
  '0x8000000000000000',
  '0xffffffffffffffff',
];

const vectorFor = (swarm: Swarm, draw: Draw): string => {
  if (swarm.wrong && draw.percent(20)) return draw.pick(beyond);
  return hex(draw.percent(75) ? draw.pick(swarm.vectors) : draw.int(0, 63));
};

const withFlags = (swarm: Swarm, draw: Draw, step: Record<string, Scalar>): Step => {
  if (swarm.wrong && draw.percent(20)) step.flags = draw.pick([1, 2, 4, 4096, 2147483648, 4294967295]);
  return step as unknown as Step;
};

const openDescriptors = (walk: W, actor: string): readonly Descriptor[] => {
  const { process } = threadOf(walk, actor);
  return walk.state.descriptors.filter((one) => one.open && one.process === process);
};

const indexesOf = (walk: W, actor: string): readonly Connection[] => {
  const { process } = threadOf(walk, actor);
  return walk.state.connections.filter((one) => one.process === process && one.name !== '');
};

const createFd = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = receiver(walk, swarm, draw);
  walk.push(
    by(
      actor,
      withFlags(swarm, draw, { op: 'create_fd', vector: vectorFor(swarm, draw), as: walk.name('f') }),
    ),
  );
};

const registerSelf = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = receiver(walk, swarm, draw);
  walk.push(
    by(
      actor,
      withFlags(swarm, draw, { op: 'register_self', vector: vectorFor(swarm, draw), as: walk.name('i') }),
    ),
  );
};

const registerSender = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = someone(walk, swarm, draw);
  const open = openDescriptors(walk, actor);
  if (open.length === 0) return;
  walk.push(by(actor, { op: 'register_sender', fd: draw.pick(open).name, as: walk.name('i') }));
};

const send = (walk: W, swarm: Swarm, draw: Draw): void => {
  const senders = free(walk, swarm).filter((actor) => indexesOf(walk, actor).length > 0);
  if (senders.length === 0) return;
  const actor = draw.pick(senders);
  const all = indexesOf(walk, actor);
  const own = all.filter(({ thread, live }) => live && `t${thread}` === actor);
  const index = own.length > 0 && draw.percent(60) ? draw.pick(own) : draw.pick(all);
  walk.push(by(actor, { op: 'senduipi', index: swarm.wrong && draw.percent(4) ? '@unused' : index.name }));
};

/** Interrupts that are surely pending together: delivery off, all sent, a settle, delivery on. */
const burst = (walk: W, swarm: Swarm, draw: Draw): void => {
  const ready = handled(walk, swarm);
  if (ready.length === 0) return;
  const target = draw.pick(ready);
  walk.push(by(target, { op: 'clui' }));
  const wanted = draw.int(2, 3);
  for (let number = 0; number < wanted; number++)
    if (connectionsTo(walk, target).length < wanted)
      walk.push(
        by(target, { op: 'register_self', vector: hex(draw.pick(swarm.vectors)), as: walk.name('i') }),
      );
  const reachable = connectionsTo(walk, target).slice(-4);
  if (reachable.length === 0) return;
  const sends = draw.int(reachable.length > 1 ? 2 : 1, 4);
  const shuffled = reachable.toSorted(() => (draw.percent(50) ? 1 : -1));
  for (let sent = 0; sent < sends; sent++) {
    const { name, thread } = shuffled[sent % shuffled.length] as Connection;
    const sender = `t${thread}`;
    walk.push(
      by(threadOf(walk, sender).alive && !walk.isBusy(sender) ? sender : target, {
        op: 'senduipi',
        index: name,
      }),
    );
  }
  walk.push({ op: 'settle' });
  if (draw.percent(25)) walk.push({ op: 'log', of: target });
  walk.push(by(target, { op: 'stui' }));
  if (draw.percent(70)) walk.push({ op: 'settle' });
};

const connectionsTo = (walk: W, actor: string): readonly Connection[] => {
  const number = Number(actor.slice(1));
  const { process, handlers } = threadOf(walk, actor);
  return walk.state.connections.filter(
    (one) =>
      one.live &&
      !one.open &&
      one.name !== '' &&
      one.target === number &&
      one.process === process &&
      one.handlers === handlers,
  );
};

const moves: readonly Move<State, Swarm>[] = [
  {
    name: 'handler',
    weight: (walk, swarm) => (free(walk, swarm).some((actor) => !threadOf(walk, actor).handler) ? 8 : 0),
    write: (walk, swarm, draw) => {
      const bare = free(walk, swarm).filter((actor) => !threadOf(walk, actor).handler);
      const actor = draw.pick(bare);
      walk.push(by(actor, { op: 'register_handler' }));
      if (draw.percent(60)) walk.push(by(actor, { op: 'stui' }));
    },
  },
  { name: 'create_fd', weight: () => 12, write: createFd },
  { name: 'register_self', weight: () => 10, write: registerSelf },
  {
    name: 'register_sender',
    weight: (walk) => (walk.state.descriptors.length > 0 ? 12 : 0),
    write: registerSender,
  },
  { name: 'send', weight: (walk) => (walk.state.connections.length > 0 ? 24 : 0), write: send },
  {
    name: 'burst',
    weight: (walk, swarm) => (handled(walk, swarm).length > 0 && walk.steps.length < 20 ? 8 : 0),
    write: burst,
  },
  {
    name: 'delivery',
    weight: () => 6,
    write: (walk, swarm, draw) =>
      walk.push(by(someone(walk, swarm, draw), { op: draw.pick(['stui', 'stui', 'clui', 'testui']) })),
  },
  { name: 'settle', weight: () => 6, write: (walk) => walk.push({ op: 'settle' }) },
  {
    name: 'log',
    weight: (walk, swarm) => (handled(walk, swarm).length > 0 ? 6 : 0),
    write: (walk, swarm, draw) => walk.push({ op: 'log', of: draw.pick(handled(walk, swarm)) }),
  },
  {
    name: 'dup',
    weight: (walk) => (openDescriptors(walk, 't0').length > 0 ? 4 : 0),
    write: (walk, _swarm, draw) => {
      const fd = draw.pick(openDescriptors(walk, 't0')).name;
      const as = walk.name('d');
      walk.push({ op: 'dup', fd, as });
      if (draw.percent(50)) walk.push({ op: 'close', fd: draw.pick([fd, as]) });
    },
  },
  {
    name: 'close',
    weight: (walk) => (walk.state.descriptors.length > 1 ? 4 : 0),
    write: (walk, swarm, draw) => {
      const actor = someone(walk, swarm, draw);
      const open = openDescriptors(walk, actor);
      if (open.length > 0) walk.push(by(actor, { op: 'close', fd: draw.pick(open).name }));
    },
  },
  {
    name: 'getfd',
    weight: (walk) => (walk.state.descriptors.length > 0 ? 4 : 0),
    write: (walk, swarm, draw) => {
      const actor = someone(walk, swarm, draw);
      const { process } = threadOf(walk, actor);
      const known = walk.state.descriptors.filter((one) => one.process === process);
      if (known.length > 0) walk.push(by(actor, { op: 'getfd', fd: draw.pick(known).name }));
    },
  },
  {
    name: 'unregister_sender',
    weight: (walk) => (walk.state.connections.length > 0 ? 3 : 0),
    write: (walk, swarm, draw) => {
      const actor = someone(walk, swarm, draw);
      const own = indexesOf(walk, actor).filter(({ thread }) => `t${thread}` === actor);
      const open = openDescriptors(walk, actor);
      const targets = [...own, ...own, ...open];
      if (targets.length === 0) return;
      const target = draw.pick(targets).name;
      walk.push(by(actor, { op: 'unregister_sender', target }));
      if (own.some(({ name }) => name === target) && draw.percent(70))
        walk.push(by(actor, { op: 'senduipi', index: target }));
    },
  },
  {
    name: 'unregister_handler',
    weight: (walk, swarm) => (handled(walk, swarm).length > 0 ? 2 : 0),
    write: (walk, swarm, draw) =>
      walk.push(by(draw.pick(handled(walk, swarm)), { op: 'unregister_handler' })),
  },
  {
    name: 'fork',
    weight: (walk, swarm) => (swarm.processes && walk.state.processes < 2 ? 12 : 0),
    write: (walk, _swarm, draw) => {
      if (!walk.isBusy('t0')) walk.push({ op: 'fork', child: 't3' });
      const open = openDescriptors(walk, 't3');
      if (open.length > 0 && draw.percent(60))
        walk.push({ op: 'register_sender', fd: draw.pick(open).name, as: walk.name('i'), actor: 't3' });
      if (draw.percent(25)) walk.push({ op: 'create_fd', vector: '0x5', as: walk.name('f'), actor: 't3' });
    },
  },
  {
    name: 'pass',
    weight: (walk, swarm) => (swarm.processes && walk.state.processes > 1 ? 6 : 0),
    write: (walk, _swarm, draw) => {
      const open = openDescriptors(walk, 't0');
      if (open.length === 0 || !threadOf(walk, 't3').alive || walk.isBusy('t0')) return;
      const as = walk.name('p');
      walk.push({ op: 'pass', fd: draw.pick(open).name, to: 't3', as });
      walk.push({ op: 'register_sender', fd: as, as: walk.name('i'), actor: 't3' });
    },
  },
  {
    name: 'exec',
    weight: (walk, swarm) => (swarm.processes && walk.steps.length > 6 ? 2 : 0),
    write: (walk, _swarm, draw) => {
      const actor = walk.state.processes > 1 && draw.percent(50) ? 't3' : 't0';
      if (walk.isBusy(actor) || !threadOf(walk, actor).alive || walk.open.size > 0) return;
      const known = openDescriptors(walk, actor);
      walk.push(by(actor, { op: 'exec' }));
      if (known.length > 0) walk.push(by(actor, { op: 'getfd', fd: draw.pick(known).name }));
    },
  },
  {
    name: 'exit',
    weight: (walk, swarm) => ((swarm.threads || swarm.processes) && walk.steps.length > 6 ? 2 : 0),
    write: (walk, swarm, draw) => {
      const some = free(walk, swarm).filter((actor) => actor !== 't0');
      if (some.length > 0) walk.push({ op: 'exit', actor: draw.pick(some) });
    },
  },
  {
    name: 'wait',
    weight: (walk, swarm) => (swarm.threads && walk.open.size < 2 ? 16 : 0),
    write: (walk, swarm, draw) => {
      const some = handled(walk, swarm).filter((actor) => actor !== 't0');
      if (some.length === 0) return;
      const actor = draw.pick(some);
      walk.push({ op: 'wait', actor, begin: walk.name('w'), timeout_ms: draw.pick([1, 20]) });
      const targets = walk.state.connections.filter(
        (one) => one.live && one.process === 0 && `t${one.target}` === actor && one.name !== '',
      );
      if (targets.length > 0 && !walk.isBusy('t0'))
        walk.push({ op: 'senduipi', index: draw.pick(targets).name });
      if (draw.percent(50)) walk.push({ op: 'settle' });
    },
  },
  {
    name: 'end',
    weight: (walk) => (walk.open.size > 0 ? 5 : 0),
    write: (walk, _swarm, draw) => walk.push({ op: 'end', call: draw.pick([...walk.open.keys()]) }),
  },
  {
    name: 'fault',
    weight: (_walk, swarm) => (swarm.faults ? 8 : 0),
    write: (walk, _swarm, draw) => {
      if (walk.isBusy('t0')) return;
      const kinds: Step[] = [];
      if (walk.can('memory-fault'))
        kinds.push({ op: 'memory', state: walk.state.exhausted ? 'restored' : 'exhausted' });
      if (walk.can('hardware-fault'))
        kinds.push({ op: 'hardware', state: walk.state.hardware ? 'missing' : 'present' });
      if (walk.can('descriptor-limit'))
        kinds.push({ op: 'limit', state: walk.state.limits[0] === 'none' ? 'descriptors' : 'lifted' });
      if (walk.can('file-limit'))
        kinds.push({ op: 'limit', state: walk.state.files === 'none' ? 'files' : 'lifted' });
      if (walk.can('index-limit') && walk.offers('fill_table')) kinds.push({ op: 'fill_table' });
      if (kinds.length === 0) return;
      walk.push(draw.pick(kinds));
    },
  },
];

/** The guide of uintr. */
export const guide: Guide<State, Swarm> = {
  swarm: (walk, draw) => ({
    threads: walk.can('threads') && draw.percent(55),
    processes: walk.can('processes') && draw.percent(35),
    faults: draw.percent(25),
    wrong: draw.percent(30),
    vectors: draw.percent(50)
      ? [0, 31, 32, 63]
      : [draw.int(0, 63), draw.int(0, 63), draw.int(0, 63), draw.pick([0, 1, 62, 63])],
  }),
  open: (walk, swarm, draw) => {
    if (swarm.wrong && draw.percent(30)) return;
    walk.push({ op: 'register_handler' });
    if (draw.percent(50)) walk.push({ op: 'stui' });
    if (swarm.threads && draw.percent(50)) walk.push({ op: 'register_handler', actor: 't1' });
  },
  before: (operation) => [
    { op: 'register_handler' },
    ...(operation === 'pass' ? [{ op: 'fork', child: 't3' } as const] : []),
  ],
  moves,
  closing,
  obstructed,
  witnesses: witnesses as unknown as readonly KeptWitness[],
  litmus,
};
