/** How programs of QNX interrupts are written: attachments to a few lines, interrupts, and whoever unmasks them. */

import type { Attachment, State } from '#model/qnx-interrupt/state';
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
  /** Whoever serves interrupts itself. */
  readonly waiters: boolean;
  /** Bound threads and the local line. */
  readonly local: boolean;
  readonly exclusive: boolean;
  readonly faults: boolean;
  /** Events, vectors and flags that are refused. */
  readonly wrong: boolean;
  readonly masks: boolean;
  readonly lines: readonly string[];
  readonly events: readonly string[];
}

type W = Walk<State>;

const actors = ['t0', 't1', 't2', 't3'] as const;
const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });
const processOf = (actor: string): number => (actor === 't0' || actor === 't1' ? 0 : 1);

/** Somebody who can make a call now. */
const free = (walk: W, swarm: Swarm): readonly string[] =>
  actors.filter((actor) => {
    if (walk.isBusy(actor)) return false;
    if (actor === 't0') return true;
    return processOf(actor) > 0 ? swarm.processes && (actor === 't2' || swarm.threads) : swarm.threads;
  });

const someone = (walk: W, swarm: Swarm, draw: Draw): string => draw.pick(free(walk, swarm)) ?? 't0';

const living = (walk: W): readonly Attachment[] =>
  walk.state.attachments.filter(({ live, name }) => live && name !== '');

const callsOf = [
  'InterruptAttachEvent',
  'InterruptAttachEvent_r',
  'InterruptAttachEventPriority',
  'InterruptAttachEventPriority_r',
] as const;
const priorities = [0, 1, 2, 20, 20, 20, 100, 253, 254, 255, 10000, 2147483648, 4294967295];
const refusedEvents = ['NONE', 'UNBLOCK', 'SIGNAL_THREAD', 'MEMORY', 'unknown', 'unreadable'];
const unknownFlags = ['BIT_2', 'BIT_3', 'BIT_4', 'BIT_6', 'BIT_8', 'BIT_30', 'BIT_31'];

const vectorFor = (swarm: Swarm, draw: Draw): string =>
  swarm.wrong && draw.percent(8) ? 'invalid' : draw.pick(swarm.lines);

const flagsFor = (swarm: Swarm, draw: Draw, vector: string): readonly string[] => {
  const flags: string[] = [];
  if (draw.percent(20)) flags.push('END');
  if (draw.percent(15)) flags.push('NO_UNMASK');
  if (swarm.exclusive && draw.percent(35)) flags.push('EXCLUSIVE');
  if (vector === 'local' ? draw.percent(92) : swarm.local && draw.percent(6)) flags.push('CPU_LOCAL');
  if (swarm.wrong && draw.percent(8)) flags.push(draw.pick(unknownFlags));
  return flags;
};

const attachment = (walk: W, swarm: Swarm, draw: Draw): Step => {
  const vector = vectorFor(swarm, draw);
  const call = draw.percent(45) ? callsOf[0] : draw.pick(callsOf);
  const event = swarm.wrong && draw.percent(25) ? draw.pick(refusedEvents) : draw.pick(swarm.events);
  const flags = flagsFor(swarm, draw, vector);
  const step: Record<string, Scalar> = { op: 'attach', as: walk.name('a') };
  if (call !== callsOf[0]) step.call = call;
  if (vector !== 'edge') step.vector = vector;
  if (event !== 'PULSE') step.event = event;
  if (call.includes('Priority')) step.prio = draw.percent(50) ? draw.pick(priorities) : draw.int(1, 253);
  if (flags.length > 0) step.flags = flags.join('|');
  return step as unknown as Step;
};

const attach = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = someone(walk, swarm, draw);
  const step = attachment(walk, swarm, draw);
  if (
    String(step.flags ?? '').includes('CPU_LOCAL') &&
    !isBound(walk, actor) &&
    draw.percent(80) &&
    walk.offers('runmask')
  )
    walk.push(by(actor, { op: 'runmask', processors: 'one' }));
  walk.push(by(actor, step));
};

const isBound = (walk: W, actor: string): boolean =>
  walk.state.threads[Number(actor.slice(1))]?.bound === true;

/** A source that somebody is attached to, mostly. */
const sourceFor = (walk: W, swarm: Swarm, draw: Draw): string => {
  const attached = living(walk).filter(({ vector }) => vector !== 'invalid');
  const vector =
    attached.length > 0 && draw.percent(90) ? draw.pick(attached).vector : draw.pick(swarm.lines);
  return vector;
};

const raised = (vector: string): Step => (vector === 'edge' ? { op: 'raise' } : { op: 'raise', vector });

/** A name and somebody of the process that knows it. */
const named = (walk: W, swarm: Swarm, draw: Draw, among: readonly Attachment[]) => {
  const ready = free(walk, swarm);
  const usable = among.filter((one) => ready.some((actor) => processOf(actor) === one.process));
  if (usable.length === 0) return null;
  const one = draw.pick(usable);
  const actor = draw.pick(ready.filter((other) => processOf(other) === one.process));
  return { one, actor };
};

const unmaskOne = (walk: W, swarm: Swarm, draw: Draw): void => {
  const masked = living(walk).filter(({ low }) => low > 0);
  const all = living(walk);
  const meant = named(walk, swarm, draw, masked.length > 0 && draw.percent(85) ? masked : all);
  if (meant !== null) walk.push(by(meant.actor, { op: 'unmask', id: meant.one.name }));
};

/** Everybody that is attached to one line unmasks it. */
const unmaskLine = (walk: W, swarm: Swarm, draw: Draw): void => {
  const lines = [...new Set(living(walk).flatMap(({ low, vector }) => (low > 0 ? [vector] : [])))];
  if (lines.length === 0) return;
  const vector = draw.pick(lines);
  for (const one of living(walk).filter((other) => other.vector === vector)) {
    const ready = free(walk, swarm).filter((actor) => processOf(actor) === one.process);
    if (ready.length > 0) walk.push(by(draw.pick(ready), { op: 'unmask', id: one.name }));
  }
  if (draw.percent(60) && walk.offers('raise')) walk.push(raised(vector));
};

/** Several on one processor at one priority, where the order shows. */
const ordered = (walk: W, swarm: Swarm, draw: Draw): void => {
  const actor = someone(walk, swarm, draw);
  if (!isBound(walk, actor)) walk.push(by(actor, { op: 'runmask', processors: 'one' }));
  const wanted = draw.int(2, 3);
  for (let number = 0; number < wanted; number++)
    walk.push(
      by(actor, {
        op: 'attach',
        as: walk.name('a'),
        call: draw.pick(['InterruptAttachEventPriority', 'InterruptAttachEventPriority_r']),
        vector: 'local',
        flags: draw.percent(40) ? 'END|CPU_LOCAL' : 'CPU_LOCAL',
        ...(draw.percent(40) && { event: draw.pick(['SEM', 'SIGNAL']) }),
      } as Step),
    );
  if (!walk.offers('raise')) return;
  walk.push(raised('local'));
  walk.push({ op: 'settle' });
};

const moves: readonly Move<State, Swarm>[] = [
  { name: 'attach', weight: (walk) => (living(walk).length > 4 ? 6 : 18), write: attach },
  {
    name: 'raise',
    weight: (walk) => (walk.offers('raise') && living(walk).length > 0 ? 18 : 0),
    write: (walk, swarm, draw) => {
      walk.push(raised(sourceFor(walk, swarm, draw)));
      if (draw.percent(50)) walk.push({ op: 'settle' });
    },
  },
  { name: 'unmask', weight: (walk) => (living(walk).length > 0 ? 8 : 0), write: unmaskOne },
  {
    name: 'unmask-line',
    weight: (walk) => (living(walk).some(({ low }) => low > 0) ? 10 : 0),
    write: unmaskLine,
  },
  { name: 'settle', weight: () => 4, write: (walk) => walk.push({ op: 'settle' }) },
  {
    name: 'collect',
    weight: (walk) => (walk.state.owed.past.length > 0 ? 6 : 1),
    write: (walk) => walk.push({ op: 'collect' }),
  },
  {
    name: 'detach',
    weight: (walk) => (living(walk).length > 0 ? 6 : 0),
    write: (walk, swarm, draw) => {
      const meant = named(walk, swarm, draw, living(walk));
      if (meant === null) return;
      walk.push(by(meant.actor, { op: 'detach', id: meant.one.name }));
      if (draw.percent(20)) walk.push(by(meant.actor, { op: 'detach', id: meant.one.name }));
      else if (draw.percent(40) && walk.offers('raise')) walk.push(raised(meant.one.vector));
    },
  },
  {
    name: 'mask',
    weight: (walk, swarm) => (swarm.masks && living(walk).length > 0 ? 8 : 0),
    write: (walk, swarm, draw) => {
      const meant = named(walk, swarm, draw, living(walk));
      if (meant === null) return;
      const id = draw.percent(12) ? draw.pick(['@unused', '@all']) : meant.one.name;
      walk.push(by(meant.actor, { op: draw.percent(75) ? 'mask' : 'unmask', id }));
    },
  },
  {
    name: 'ordered',
    weight: (walk, swarm) => (swarm.local && walk.offers('runmask') && walk.steps.length < 16 ? 10 : 0),
    write: ordered,
  },
  {
    name: 'serve',
    weight: (walk, swarm) => (swarm.waiters ? 10 : 0) * (free(walk, swarm).length > 0 ? 1 : 0),
    write: (walk, swarm, draw) => {
      const actor = someone(walk, swarm, draw);
      const step = draw.percent(75)
        ? { ...attachment(walk, swarm, draw), event: 'INTR' }
        : ({ op: 'attach_thread', as: walk.name('a'), vector: draw.pick(swarm.lines) } as const);
      walk.push(by(actor, step));
    },
  },
  {
    name: 'wait',
    weight: (walk, swarm) => (swarm.waiters && walk.open.size < 2 ? 14 : 0),
    write: (walk, swarm, draw) => {
      const ready = free(walk, swarm);
      const serving = ready.filter(
        (actor) => (walk.state.threads[Number(actor.slice(1))]?.serves ?? -1) >= 0,
      );
      const actor = serving.length > 0 && draw.percent(90) ? draw.pick(serving) : draw.pick(ready);
      if (actor === undefined) return;
      const step: Record<string, Scalar> = { op: 'wait', timeout_ms: draw.pick([1, 20]) };
      if (draw.percent(50)) step.flags = draw.percent(20) ? 'UNMASK|FAST' : 'UNMASK';
      const posted = walk.state.attachments[walk.state.threads[Number(actor.slice(1))]?.serves ?? -1]?.posted;
      if (actor !== 't0' || posted !== 'yes' || draw.percent(40)) step.begin = walk.name('w');
      walk.push(by(actor, step as unknown as Step));
      // A settle tells that it has unmasked before the interrupt.
      if (walk.isBusy(actor) && step.flags !== undefined && draw.percent(60)) walk.push({ op: 'settle' });
      if (walk.isBusy(actor) && walk.offers('raise') && draw.percent(70)) {
        walk.push(raised(sourceFor(walk, swarm, draw)));
        if (draw.percent(60)) walk.push({ op: 'settle' });
      }
    },
  },
  {
    name: 'end',
    weight: (walk) => (walk.open.size > 0 ? 6 : 0),
    write: (walk, _swarm, draw) => walk.push({ op: 'end', call: draw.pick([...walk.open.keys()]) }),
  },
  {
    name: 'acknowledge',
    weight: (walk, swarm) => (swarm.lines.includes('level') && walk.offers('acknowledge') ? 4 : 0),
    write: (walk) => walk.push({ op: 'acknowledge' }),
  },
  {
    name: 'many',
    weight: (walk, swarm) => (swarm.faults && walk.steps.length > 3 ? 3 : 0),
    write: (walk, swarm, draw) => {
      const actor = someone(walk, swarm, draw);
      walk.push(by(actor, { op: 'attach_many', vector: draw.pick(swarm.lines) }));
      if (draw.percent(60)) attach(walk, swarm, draw);
    },
  },
  {
    name: 'fault',
    weight: (_walk, swarm) => (swarm.faults ? 8 : 0),
    write: (walk, swarm, draw) => {
      const kinds: Step[] = [];
      const actor = someone(walk, swarm, draw);
      if (walk.offers('memory'))
        kinds.push({ op: 'memory', state: walk.state.exhausted ? 'restored' : 'exhausted' });
      if (walk.offers('entries'))
        kinds.push({ op: 'entries', state: walk.state.entriesUsedUp ? 'restored' : 'exhausted' });
      if (walk.offers('ability')) {
        const isHeld = walk.state.interruptAbility[processOf(actor)];
        const which = draw.pick(['interrupt', 'thread']);
        kinds.push(by(actor, { op: 'ability', which, state: isHeld === true ? 'dropped' : 'held' }));
      }
      if (kinds.length === 0) return;
      walk.push(draw.pick(kinds));
      if (draw.percent(70)) attach(walk, swarm, draw);
    },
  },
];

const sinks = ['PULSE', 'SEM', 'SIGNAL', 'SIGNAL_CODE', 'THREAD'];

/** The guide of QNX interrupts. */
export const guide: Guide<State, Swarm> = {
  swarm: (walk, draw) => {
    const local = walk.can('processors') && draw.percent(35);
    const edges = draw.percent(60) ? ['edge'] : ['edge', 'second'];
    const lines = draw.percent(15) ? [...edges, 'third', 'level'] : edges;
    return {
      threads: walk.can('threads') && draw.percent(60),
      processes: walk.can('processes') && draw.percent(45),
      waiters: draw.percent(40),
      local,
      exclusive: draw.percent(30),
      faults: draw.percent(25),
      wrong: draw.percent(30),
      masks: draw.percent(30),
      lines: local ? [...lines, 'local'] : lines,
      events: draw.percent(50) ? sinks : [draw.pick(sinks), draw.pick(sinks)],
    };
  },
  open: attach,
  before: (operation) => (operation === 'wait' ? [{ op: 'attach', event: 'INTR' }] : []),
  moves,
  closing,
  obstructed,
  witnesses: witnesses as unknown as readonly KeptWitness[],
  litmus,
};
