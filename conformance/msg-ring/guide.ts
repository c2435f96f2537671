/** How msg-ring programs are written: rings of many kinds, messages between them, and looks at what arrived. */

import type { Ring, State } from '#model/msg-ring/state';
import { interfaceFile, type Scalar, type Step } from '#spec/index';
import type { Draw } from '../generation/draw.ts';
import type { Guide, Move } from '../generation/guide.ts';
import type { Walk } from '../generation/walk.ts';
import type { KeptWitness } from '../witnesses.ts';
import { closing } from './closing.ts';
import witnesses from './generated/witnesses.json' with { type: 'json' };
import { litmus } from './litmus.ts';
import { refusalsMet, reportedErrors } from './observed.ts';
import { obstructed } from './obstacles.ts';

/** The features that one program uses. */
interface Swarm {
  /** Setup flags that its rings may have. */
  readonly flags: readonly string[];
  readonly tiny: boolean;
  readonly threads: boolean;
  readonly memory: boolean;
  readonly strangers: boolean;
  readonly messageFlags: boolean;
  readonly foreign: boolean;
  readonly sqeFlags: boolean;
}

type W = Walk<State>;

const ringsOf = (walk: W): readonly (readonly [name: string, ring: number])[] => {
  const out: [string, number][] = [];
  for (const { name, ring, open } of walk.state.handles) if (ring >= 0 && open) out.push([name, ring]);
  return out;
};

const namesOf = (walk: W): readonly string[] => walk.state.handles.map(({ name }) => name);

const ownerOf = (walk: W, ring: number): string => walk.state.rings[ring]?.owner ?? 't0';

/** Somebody who can enter this ring now: its owner, mostly. */
const actorFor = (walk: W, ring: number, swarm: Swarm, draw: Draw): string | null => {
  const owner = ownerOf(walk, ring);
  const usable = (actor: string) => !walk.isBusy(actor) && !walk.state.ended.includes(actor);
  if (usable(owner) && (!swarm.threads || draw.percent(92))) return owner;
  const others = swarm.threads ? ['t0', 't1', 't2'].filter(usable) : usable('t0') ? ['t0'] : [];
  return others.length > 0 ? draw.pick(others) : null;
};

const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });

const setupOne = (walk: W, swarm: Swarm, draw: Draw): void =>
  setupBy(walk, swarm, draw, swarm.threads && draw.percent(40) ? draw.pick(['t1', 't2']) : 't0');

const setupBy = (walk: W, swarm: Swarm, draw: Draw, actor: string): void => {
  const flags = swarm.flags.filter(() => draw.percent(45));
  // The kernel wants a single issuer for deferred task running.
  if (flags.includes('DEFER_TASKRUN') && !flags.includes('SINGLE_ISSUER')) flags.push('SINGLE_ISSUER');
  if (walk.isBusy(actor) || walk.state.ended.includes(actor)) return;
  const step: Record<string, Scalar> = { op: 'setup', as: walk.name('r') };
  if (swarm.tiny && draw.percent(60)) {
    step.entries = draw.pick([1, 2, 4]);
    step.cq_entries = draw.pick([1, 2, 4]);
  }
  if (flags.length > 0) step.flags = flags.join('|');
  walk.push(by(actor, step as unknown as Step));
};

/** What else than a ring a program can open. */
const descriptorKinds =
  interfaceFile('msg-ring')
    .operations.find(({ name }) => name === 'open')
    ?.arguments.find(({ name }) => name === 'kind')?.values ?? [];

const specials = ['@closed', '@minus-one', '@out-of-range'];

const targetFor = (walk: W, swarm: Swarm, draw: Draw): string => {
  const rings = ringsOf(walk);
  if (rings.length > 0 && (!swarm.strangers || draw.percent(75))) return draw.pick(rings)[0];
  const others = namesOf(walk);
  return others.length > 0 && draw.percent(60) ? draw.pick(others) : draw.pick(specials);
};

/** Mostly a value that nothing else in the program has, so that a completion tells whose it is. */
const payload = (draw: Draw, unique: number, edges: number): string => {
  if (draw.percent(edges))
    return draw.pick(['0x0', '0x1', '0x7fffffffffffffff', '0x8000000000000000', '0xffffffffffffffff']);
  if (draw.percent(15)) return draw.u64();
  return `0x${unique.toString(16)}`;
};

const prepare = (walk: W, swarm: Swarm, draw: Draw, actor: string, source: string, target: string): void => {
  const step: Record<string, Scalar> = { op: 'prep_msg_ring', ring: source, fd: target };
  if (actor !== 't0') step.actor = actor;
  if (draw.percent(80))
    step.len = draw.percent(50) ? draw.pick([1, 16, 2147483647, 2147483648, 4294967295]) : draw.int(0, 65535);
  step.data = payload(draw, 0xd00 + walk.steps.length, 15);
  step.user_data = payload(draw, 0xa00 + walk.steps.length, 4);
  if (swarm.messageFlags && draw.percent(35)) step.flags = draw.pick([1, 2, 2, 3, 4, 2147483648]);
  if (swarm.messageFlags && step.flags === 2 && draw.percent(30)) step.file_index = draw.pick([1, 66]);
  if (swarm.foreign && draw.percent(30)) {
    const field = draw.pick(['command', 'ioprio', 'buf_index', 'personality', 'addr3', 'file_index']);
    step[field] = field === 'command' || field === 'addr3' ? draw.pick(['0x1', '0x2']) : draw.pick([1, 2]);
  }
  if (swarm.sqeFlags && draw.percent(40))
    step.sqe_flags = draw.pick([
      'FIXED_FILE',
      'IO_DRAIN',
      'IO_LINK',
      'IO_HARDLINK',
      'ASYNC',
      'CQE_SKIP_SUCCESS',
      'IO_LINK|ASYNC',
    ]);
  walk.push(step as unknown as Step);
};

const send = (walk: W, swarm: Swarm, draw: Draw, count: number): void => {
  const rings = ringsOf(walk);
  if (rings.length === 0) return;
  const [source, ring] = draw.pick(rings);
  const actor = actorFor(walk, ring, swarm, draw);
  if (actor === null) return;
  const target = targetFor(walk, swarm, draw);
  for (let index = 0; index < count; index++)
    prepare(
      walk,
      swarm,
      draw,
      actor,
      source,
      index > 0 && draw.percent(40) ? targetFor(walk, swarm, draw) : target,
    );
  walk.push(
    by(
      actor,
      draw.percent(15) ? { op: 'submit', ring: source, getevents: true } : { op: 'submit', ring: source },
    ),
  );
};

/** As many messages as the submission queue of a small ring still takes, in one batch: the last place counts too. */
const fill = (walk: W, swarm: Swarm, draw: Draw): void => {
  const small = ringsOf(walk).filter(([, ring]) => (walk.state.rings[ring]?.entries ?? 0) <= 4);
  if (small.length === 0) return;
  const [source, index] = draw.pick(small);
  const ring = walk.state.rings[index] as Ring;
  const actor = actorFor(walk, index, swarm, draw);
  if (actor === null) return;
  const target = targetFor(walk, swarm, draw);
  for (let place = ring.prepared.length; place < ring.entries; place++)
    prepare(walk, swarm, draw, actor, source, target);
  walk.push(by(actor, { op: 'submit', ring: source }));
};

const look = (walk: W, swarm: Swarm, draw: Draw, op: 'reap' | 'drain'): void => {
  const rings = ringsOf(walk);
  if (rings.length === 0) return;
  const [name, ring] = draw.pick(rings);
  const actor = actorFor(walk, ring, swarm, draw);
  if (actor === null) return;
  if (op === 'drain' && draw.percent(80)) walk.push({ op: 'settle' });
  walk.push(by(actor, op === 'reap' && draw.percent(30) ? { op, ring: name, max: 1 } : { op, ring: name }));
};

const hasRings = (walk: W): boolean => walk.state.rings.length > 0;

const moves: readonly Move<State, Swarm>[] = [
  {
    name: 'setup',
    weight: (walk) => (walk.state.rings.length < 4 ? 4 : 0),
    write: setupOne,
  },
  {
    name: 'send',
    weight: (walk) => (hasRings(walk) ? 30 : 0),
    write: (walk, swarm, draw) => send(walk, swarm, draw, 1),
  },
  {
    name: 'burst',
    weight: (walk) => (hasRings(walk) ? 10 : 0),
    write: (walk, swarm, draw) => send(walk, swarm, draw, draw.int(2, 5)),
  },
  {
    name: 'fill',
    weight: (walk) => (hasRings(walk) && walk.steps.length < 16 ? 4 : 0),
    write: (walk, swarm, draw) => fill(walk, swarm, draw),
  },
  {
    name: 'prepare',
    weight: (walk) => (hasRings(walk) ? 5 : 0),
    write: (walk, swarm, draw) => {
      const rings = ringsOf(walk);
      if (rings.length === 0) return;
      const [source, ring] = draw.pick(rings);
      const actor = actorFor(walk, ring, swarm, draw);
      if (actor !== null) prepare(walk, swarm, draw, actor, source, targetFor(walk, swarm, draw));
    },
  },
  {
    name: 'submit',
    weight: (walk) => (hasRings(walk) ? 4 : 0),
    write: (walk, swarm, draw) => {
      const rings = ringsOf(walk);
      if (rings.length === 0) return;
      const [source, ring] = draw.pick(rings);
      const actor = actorFor(walk, ring, swarm, draw);
      if (actor === null) return;
      const step: Step = draw.percent(40)
        ? { op: 'submit', ring: source, count: 1 }
        : { op: 'submit', ring: source };
      walk.push(by(actor, draw.percent(30) ? { ...step, getevents: true } : step));
    },
  },
  {
    name: 'reap',
    weight: (walk) => (hasRings(walk) ? 6 : 0),
    write: (walk, swarm, draw) => look(walk, swarm, draw, 'reap'),
  },
  {
    name: 'drain',
    weight: (walk) => (hasRings(walk) ? 7 : 0),
    write: (walk, swarm, draw) => look(walk, swarm, draw, 'drain'),
  },
  { name: 'settle', weight: () => 2, write: (walk) => walk.push({ op: 'settle' }) },
  {
    name: 'open',
    weight: (_, swarm) => (swarm.strangers ? 5 : 0),
    write: (walk, _swarm, draw) => {
      const kind = draw.pick(descriptorKinds);
      const as = walk.name('f');
      walk.push(kind === 'eventfd' ? { op: 'open', as } : { op: 'open', kind, as });
    },
  },
  {
    name: 'dup',
    weight: (walk) => (hasRings(walk) ? 3 : 0),
    write: (walk, _swarm, draw) => {
      const names = namesOf(walk);
      if (names.length === 0 || names.length >= 8) return;
      const fd = draw.pick(names);
      const as = walk.name('d');
      walk.push({ op: 'dup', fd, as });
      // Whether what is left of two names still works shows only once the other one is gone.
      if (draw.percent(25)) walk.push({ op: 'close', fd: draw.pick([fd, as]) });
    },
  },
  {
    name: 'close',
    weight: (walk) => (walk.state.handles.length > 2 ? 3 : 0),
    write: (walk, _swarm, draw) => {
      const names = namesOf(walk);
      if (names.length > 0) walk.push({ op: 'close', fd: draw.pick(names) });
    },
  },
  {
    name: 'renew',
    weight: (walk) => (walk.state.rings.length > 1 && walk.state.rings.length < 6 ? 2 : 0),
    write: (walk, swarm, draw) => {
      const rings = ringsOf(walk);
      if (rings.length === 0) return;
      walk.push({ op: 'close', fd: draw.pick(rings)[0] });
      setupOne(walk, swarm, draw);
    },
  },
  {
    name: 'enable',
    weight: (walk) => (walk.state.rings.some((ring) => !ring.enabled) ? 6 : 0),
    write: (walk, swarm, draw) => {
      const disabled = ringsOf(walk).filter(([, ring]) => walk.state.rings[ring]?.enabled === false);
      if (disabled.length === 0) return;
      const [name, ring] = draw.pick(disabled);
      const actor = actorFor(walk, ring, swarm, draw);
      if (actor !== null) walk.push(by(actor, { op: 'enable', ring: name }));
    },
  },
  {
    name: 'wake',
    weight: (walk, swarm) => (swarm.threads && hasRings(walk) && walk.open.size < 2 ? 8 : 0),
    write: (walk, swarm, draw) => wake(walk, swarm, draw),
  },
  {
    name: 'wait',
    weight: (walk) => (hasRings(walk) ? 2 : 0),
    write: (walk, swarm, draw) => {
      const rings = ringsOf(walk);
      if (rings.length === 0) return;
      const [name, ring] = draw.pick(rings);
      const actor = actorFor(walk, ring, swarm, draw);
      if (actor !== null)
        walk.push(
          by(actor, { op: 'wait', ring: name, count: draw.int(0, 2), timeout_ms: draw.pick([0, 0, 1]) }),
        );
    },
  },
  {
    name: 'exit',
    weight: (walk, swarm) => (swarm.threads ? (orphansOf(walk).length > 0 ? 6 : 3) : 0),
    write: (walk, swarm, draw) => exit(walk, swarm, draw),
  },
  {
    name: 'memory',
    weight: (_walk, swarm) => (swarm.memory ? 6 : 0),
    write: (walk) =>
      walk.push(
        walk.state.exhausted ? { op: 'memory', state: 'restored' } : { op: 'memory', state: 'exhausted' },
      ),
  },
];

/** Rings whose owner may end. */
const orphansOf = (walk: W): readonly (readonly [name: string, owner: string])[] =>
  ringsOf(walk)
    .map(([name, ring]) => [name, ownerOf(walk, ring)] as const)
    .filter(([, owner]) => owner !== 't0' && !walk.isBusy(owner) && !walk.state.ended.includes(owner));

/** A thread ends, mostly one that owns a ring, and somebody else may send to that ring afterwards. */
const exit = (walk: W, swarm: Swarm, draw: Draw): void => {
  const orphans = orphansOf(walk);
  if (orphans.length === 0 || draw.percent(10)) {
    const actor = draw.pick(['t1', 't2']);
    if (!walk.isBusy(actor)) walk.push({ op: 'exit', actor });
    return;
  }
  const [orphan, owner] = draw.pick(orphans);
  walk.push({ op: 'exit', actor: owner });
  const sources = ringsOf(walk).filter(([name]) => name !== orphan);
  if (sources.length === 0 || draw.percent(40)) return;
  const [source, ring] = draw.pick(sources);
  const actor = actorFor(walk, ring, swarm, draw);
  if (actor === null) return;
  prepare(walk, swarm, draw, actor, source, orphan);
  walk.push(by(actor, { op: 'submit', ring: source }));
};

/** Somebody waits on a ring; usually a message comes, now and then nothing does and the time is over. */
const wake = (walk: W, swarm: Swarm, draw: Draw): void => {
  const rings = ringsOf(walk).filter(([, ring]) => walk.state.rings[ring]?.enabled);
  if (rings.length === 0) return;
  const [name, ring] = draw.pick(rings);
  const owner = ownerOf(walk, ring);
  const free = ['t1', 't2'].filter((actor) => !walk.isBusy(actor) && !walk.state.ended.includes(actor));
  const single = walk.state.rings[ring]?.single ?? false;
  const waiter = single ? (free.includes(owner) ? owner : null) : free.length > 0 ? draw.pick(free) : null;
  if (waiter === null) return;
  const message = draw.percent(85);
  const call = walk.name('w');
  const step: Step = {
    op: 'wait',
    actor: waiter,
    ring: name,
    begin: call,
    timeout_ms: message ? 1_000 : draw.pick([1, 5]),
  };
  walk.push(draw.percent(10) ? { ...step, count: 2, timeout_ms: 5 } : step);
  if (message) {
    const sources = rings.filter(([, source]) => {
      const actor = ownerOf(walk, source);
      return !walk.isBusy(actor) && !walk.state.ended.includes(actor);
    });
    if (sources.length > 0) {
      const [source, index] = draw.pick(sources);
      const actor = ownerOf(walk, index);
      prepare(
        walk,
        { ...swarm, messageFlags: false, foreign: false, sqeFlags: false },
        draw,
        actor,
        source,
        name,
      );
      walk.push(by(actor, { op: 'submit', ring: source }));
    }
  }
  if (draw.percent(80)) walk.push({ op: 'settle' });
  if (draw.percent(80)) walk.push({ op: 'end', call });
};

const setupFlags = [
  'R_DISABLED',
  'IOPOLL',
  'SINGLE_ISSUER',
  'DEFER_TASKRUN',
  'COOP_TASKRUN',
  'CQE32',
  'SQPOLL',
] as const;
const needs: Readonly<Record<string, string>> = {
  IOPOLL: 'iopoll',
  SINGLE_ISSUER: 'single-issuer',
  DEFER_TASKRUN: 'defer-taskrun',
  SQPOLL: 'sqpoll',
};

/** The guide of msg-ring. */
export const guide: Guide<State, Swarm> = {
  swarm: (walk, draw) => ({
    flags: draw.percent(40)
      ? []
      : setupFlags.filter((flag) => {
          const capability = needs[flag];
          if (capability !== undefined && !walk.can(capability)) return false;
          // A polling thread costs a processor: rare.
          return draw.percent(flag === 'SQPOLL' ? 6 : flag === 'DEFER_TASKRUN' ? 50 : 30);
        }),
    tiny: draw.percent(40),
    threads: walk.can('threads') && draw.percent(40),
    memory: walk.can('memory-fault') && draw.percent(25),
    strangers: draw.percent(40),
    messageFlags: draw.percent(30),
    foreign: draw.percent(20),
    sqeFlags: draw.percent(20),
  }),
  open: (walk, swarm, draw) => {
    if (swarm.threads && draw.percent(25)) {
      for (const actor of ['t0', 't1', 't2']) setupBy(walk, swarm, draw, actor);
      return;
    }
    const count = draw.int(1, 3);
    for (let index = 0; index < count; index++) setupOne(walk, swarm, draw);
  },
  moves,
  closing,
  obstructed,
  witnesses: witnesses as unknown as readonly KeptWitness[],
  litmus,
  reportedErrors,
  refusalsMet,
};
