/** How programs of remote shared memory are written: segments with their importers, posts, waits, and pollfds. */

import type { Handle, State } from '#model/rsm/state';
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
  readonly nodes: boolean;
  readonly waiters: boolean;
  readonly polls: boolean;
  /** Segments that go while they are in use. */
  readonly lifecycle: boolean;
  readonly faults: boolean;
  /** Null handles, unknown flags. */
  readonly wrong: boolean;
}

type W = Walk<State>;

const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });
const processOf = (actor: string): number =>
  actor === 't0' || actor === 't1' ? 0 : Number(actor.slice(1)) - 1;

/** Somebody who can make a call now. */
const free = (walk: W, swarm: Swarm): readonly string[] =>
  ['t0', 't1', 't2', 't3'].filter((actor) => {
    if (walk.isBusy(actor) || walk.state.killed[processOf(actor)] === true) return false;
    if (actor === 't0') return true;
    return actor === 't1' ? swarm.threads : actor === 't2' ? swarm.processes : swarm.nodes;
  });

const living = (walk: W, kind?: Handle['kind']): readonly Handle[] =>
  walk.state.handles.filter(
    (one) => one.phase !== 'gone' && one.name !== '' && (kind === undefined || one.kind === kind),
  );

/** A handle, and somebody of its process. */
const usable = (walk: W, swarm: Swarm, draw: Draw, among: readonly Handle[]) => {
  const ready = free(walk, swarm);
  const able = among.filter((one) => ready.some((actor) => processOf(actor) === one.process));
  if (able.length === 0) return null;
  const one = draw.pick(able);
  return { one, actor: draw.pick(ready.filter((actor) => processOf(actor) === one.process)) };
};

const create = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = draw.percent(75) ? 't0' : draw.pick(free(walk, swarm));
  if (actor === undefined || walk.isBusy(actor)) return;
  const seg = walk.name('s');
  walk.push(by(actor, { op: 'create', as: seg }));
  if (draw.percent(90)) walk.push(by(actor, { op: 'publish', seg }));
};

const connect = (walk: W, swarm: Swarm, draw: Draw): void => {
  const ready = free(walk, swarm);
  const published = living(walk, 'export').filter(({ phase }) => phase === 'published');
  if (ready.length === 0 || published.length === 0) return;
  // One that has no connection yet comes first: what several of one process mean is open.
  const unconnected = ready.filter(
    (actor) => !living(walk, 'import').some(({ process }) => process === processOf(actor)),
  );
  const actor = draw.pick(unconnected.length > 0 && draw.percent(85) ? unconnected : ready);
  walk.push(by(actor, { op: 'connect', to: draw.pick(published).name, as: walk.name('c') }));
};

const flagsFor = (swarm: Swarm, draw: Draw): string => {
  if (swarm.wrong && draw.percent(10)) return draw.pick(['BIT_0', 'BIT_2', 'BIT_31', 'NO_ACCUMULATE|BIT_2']);
  return draw.percent(35) ? 'NO_ACCUMULATE' : '';
};

const post = (walk: W, swarm: Swarm, draw: Draw): void => {
  const live = living(walk).filter(({ phase }) => phase === 'published' || phase === 'connected');
  const meant = usable(walk, swarm, draw, live.length > 0 && draw.percent(90) ? live : living(walk));
  if (meant === null) return;
  const flags = flagsFor(swarm, draw);
  const seg = swarm.wrong && draw.percent(4) ? '@null' : meant.one.name;
  walk.push(by(meant.actor, flags === '' ? { op: 'post', seg } : { op: 'post', seg, flags }));
};

const timeouts = [0, 0, 1, 20, 20, -1];

const wait = (walk: W, swarm: Swarm, draw: Draw): void => {
  const some = living(walk).filter(({ pending }) => pending.high > 0);
  const meant = usable(walk, swarm, draw, some.length > 0 && draw.percent(60) ? some : living(walk));
  if (meant === null) return;
  const seg = swarm.wrong && draw.percent(4) ? '@null' : meant.one.name;
  const begins = swarm.waiters && meant.actor !== 't0' && walk.open.size < 3 && draw.percent(75);
  const timeout = begins ? draw.pick(timeouts) : draw.pick([0, 0, 0, 1, 20]);
  const step: Record<string, Scalar> = { op: 'wait', seg, timeout_ms: timeout };
  if (begins) step.begin = walk.name('w');
  walk.push(by(meant.actor, step as unknown as Step));
  if (!begins) return;
  if (draw.percent(40)) walk.push({ op: 'settle' });
  if (draw.percent(20)) walk.push({ op: 'interrupt', who: meant.actor });
  if (draw.percent(20)) walk.push({ op: 'pause', ms: draw.pick([1, 20, 30]) });
};

const onPollfd = (walk: W, swarm: Swarm, draw: Draw): void => {
  const counted = living(walk).filter(({ refHigh }) => refHigh > 0);
  const meant = usable(walk, swarm, draw, counted.length > 0 && draw.percent(65) ? counted : living(walk));
  if (meant === null) return;
  const { one, actor } = meant;
  const seg = swarm.wrong && draw.percent(6) ? '@null' : one.name;
  if (one.refHigh > 0 && seg !== '@null' && draw.percent(45)) walk.push(by(actor, { op: 'poll', seg }));
  else
    walk.push(
      by(actor, { op: draw.percent(one.refHigh > 0 ? 40 : 85) ? 'get_pollfd' : 'release_pollfd', seg }),
    );
};

const ends = (walk: W, swarm: Swarm, draw: Draw): void => {
  const meant = usable(walk, swarm, draw, living(walk));
  if (meant === null) return;
  const { one, actor } = meant;
  const seg = one.name;
  if (one.kind === 'import') {
    if (!one.mapped && draw.percent(50)) walk.push(by(actor, { op: 'map', seg }));
    else walk.push(by(actor, { op: one.mapped || draw.percent(30) ? 'unmap' : 'disconnect', seg }));
    return;
  }
  const op = draw.pick(['unpublish', 'unpublish', 'destroy', 'republish', 'publish']);
  walk.push(by(actor, { op, seg }));
};

const moves: readonly Move<State, Swarm>[] = [
  { name: 'create', weight: (walk) => (living(walk, 'export').length < 2 ? 5 : 1), write: create },
  {
    name: 'connect',
    weight: (walk) => (living(walk, 'import').length < 3 ? 14 : 3),
    write: connect,
  },
  { name: 'post', weight: (walk) => (living(walk).length > 0 ? 22 : 0), write: post },
  { name: 'wait', weight: (walk) => (living(walk).length > 0 ? 18 : 0), write: wait },
  { name: 'settle', weight: () => 9, write: (walk) => walk.push({ op: 'settle' }) },
  {
    name: 'pollfd',
    weight: (walk, swarm) => (swarm.polls && living(walk).length > 0 ? 16 : 0),
    write: onPollfd,
  },
  {
    name: 'ends',
    weight: (walk, swarm) => (swarm.lifecycle && living(walk).length > 0 ? 12 : 0),
    write: ends,
  },
  {
    name: 'interrupt',
    weight: (walk) => (walk.open.size > 0 ? 8 : 0),
    write: (walk, _swarm, draw) => {
      walk.push({ op: 'interrupt', who: draw.pick([...walk.open.values()]) });
      if (draw.percent(50)) walk.push({ op: 'settle' });
    },
  },
  {
    name: 'pause',
    weight: (walk) => (walk.open.size > 0 ? 8 : 0),
    write: (walk, _swarm, draw) => walk.push({ op: 'pause', ms: draw.pick([1, 20, 30]) }),
  },
  {
    name: 'fault',
    weight: (_walk, swarm) => (swarm.faults ? 6 : 0),
    write: (walk, swarm, draw) => {
      const kinds: Step[] = [];
      if (walk.offers('memory'))
        kinds.push({ op: 'memory', state: walk.state.exhausted ? 'restored' : 'exhausted' });
      if (walk.offers('link') && swarm.nodes)
        kinds.push({ op: 'link', state: walk.state.linkGoal === 'up' ? 'cut' : 'restored' });
      if (walk.offers('kill') && swarm.processes && walk.steps.length > 8 && walk.open.size === 0)
        kinds.push({ op: 'kill', who: draw.pick(['t2', 't3']) });
      if (draw.percent(10)) kinds.push({ op: 'controller', state: draw.pick(['released', 'held']) });
      if (kinds.length === 0) return;
      walk.push(draw.pick(kinds));
      if (draw.percent(60)) walk.push({ op: 'settle' });
    },
  },
];

/** What is tried on a connection, and what besides on a published segment. */
const needsConnection = new Set(['map', 'unmap', 'disconnect']);
const needsSegment = new Set([...needsConnection, 'connect', 'poll']);

/** The guide of remote shared memory. */
export const guide: Guide<State, Swarm> = {
  swarm: (walk, draw) => ({
    threads: walk.can('threads') && draw.percent(55),
    processes: walk.can('processes') && draw.percent(60),
    nodes: walk.can('nodes') && draw.percent(40),
    waiters: draw.percent(50),
    polls: draw.percent(45),
    lifecycle: draw.percent(50),
    faults: draw.percent(20),
    wrong: draw.percent(25),
  }),
  open: (walk, swarm, draw) => {
    create(walk, swarm, draw);
    if (draw.percent(85)) connect(walk, swarm, draw);
  },
  before: (operation) => {
    if (!needsSegment.has(operation)) return [];
    return [
      { op: 'create', as: 'p0' },
      { op: 'publish', seg: 'p0' },
      ...(operation === 'poll' ? [{ op: 'get_pollfd', seg: 'p0' } as const] : []),
      ...(needsConnection.has(operation) ? [{ op: 'connect', to: 'p0', as: 'p1' } as const] : []),
    ];
  },
  moves,
  closing,
  obstructed,
  witnesses: witnesses as unknown as readonly KeptWitness[],
  litmus,
};
