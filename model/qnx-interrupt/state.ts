/**
 * What a program of QNX interrupts has brought about: attachments in the order of each line, what masks them, and what
 * is on its way to whom.
 *
 * A mask count is an interval: pages that say nothing of a call leave it open whether it masked. A line is open when
 * every count is surely 0, closed when one is surely above, and neither otherwise.
 */

import type { ClauseId } from '#spec/index';
import type { Owed } from '../owing.ts';
import { flag, handedOn, list, oneOf, plain, record, type Shape, shared, text, whole } from '../shape.ts';

/** The sources of interrupts, as interface.json names them; the last one is no interrupt. */
export const vectors = ['edge', 'second', 'third', 'level', 'local', 'invalid'] as const;
export type Vector = (typeof vectors)[number];

/** What an attachment delivers; `open` where the page does not say. */
type Kind = 'intr' | 'pulse' | 'semaphore' | 'signal' | 'thread' | 'open';

export interface Attachment {
  /** Empty where the program gave none. */
  readonly name: string;
  readonly process: number;
  /** The thread that made the call. */
  readonly caller: number;
  readonly id: number;
  readonly kind: Kind;
  readonly vector: Vector;
  /** Priority of its service thread; -1 where nothing says it. */
  readonly priority: number;
  /** Its service thread runs on one processor. */
  readonly bound: boolean;
  readonly exclusive: boolean;
  /** Put behind the others. */
  readonly atEnd: boolean;
  /** At least and at most so often masked. */
  readonly low: number;
  readonly high: number;
  /** What masked it last, or keeps it from being unmasked. */
  readonly maskedBy: ClauseId;
  /** The interrupt is posted for its thread: of SIGEV_INTR only. */
  readonly posted: 'no' | 'maybe' | 'yes';
  readonly live: boolean;
}

/** Attachments without a name, made by the dozen. */
export interface Crowd {
  readonly size: number;
  readonly caller: number;
  readonly masked: 'no' | 'maybe' | 'yes';
}

export interface Line {
  /** Numbers of attachments, the first to be delivered first. */
  readonly order: readonly number[];
  readonly crowd: Crowd;
  /** Something was attached to it before. */
  readonly used: boolean;
  /** An attachment that held it exclusively is gone. */
  readonly released: boolean;
  /** An interrupt came while it was closed; lost or kept. */
  readonly latched: boolean;
  /** A source that keeps its level has fired, and was not acknowledged. */
  readonly asserted: boolean;
  /** It has fired at all. */
  readonly raised: boolean;
  /** What opened it last. */
  readonly openedBy: ClauseId;
  /** How many are attached is not known any more. */
  readonly uncounted: boolean;
  /** Since the last look at what arrived, worlds have parted over an interrupt of this line. */
  readonly parted: boolean;
}

export interface Thread {
  /** Its runmask holds one processor. */
  readonly bound: boolean;
  /** The attachment that it serves; -1 where it serves none. */
  readonly serves: number;
}

/** Something that must not arrive. */
export interface Kept {
  readonly key: number;
  readonly by: ClauseId;
  /** A settle has passed since. */
  readonly firm: boolean;
}

export interface State {
  readonly exhausted: boolean;
  readonly entriesUsedUp: boolean;
  /** By process. */
  readonly interruptAbility: readonly boolean[];
  readonly threadAbility: readonly boolean[];
  readonly threads: readonly Thread[];
  readonly attachments: readonly Attachment[];
  /** By vector. */
  readonly lines: readonly Line[];
  /** Arrivals, by number of the attachment. */
  readonly owed: Owed;
  readonly kept: readonly Kept[];
}

/** Threads t0 and t1 belong to one process, t2 and t3 to another. */
export const processOf = (thread: number): number => (thread < 2 ? 0 : 1);

/** The number of an actor: `t2` → 2. */
export const threadOf = (actor: string): number => Number(actor.slice(1));

/** Attachments of one line. */
export const LINE_MAX = 32;

const freshLine: Line = {
  order: [],
  crowd: { size: 0, caller: -1, masked: 'no' },
  used: false,
  released: false,
  latched: false,
  asserted: false,
  raised: false,
  openedBy: 'qnx-interrupt/masking/first-unmasks',
  uncounted: false,
  parted: false,
};

export const initial: State = {
  exhausted: false,
  entriesUsedUp: false,
  interruptAbility: [true, true],
  threadAbility: [true, true],
  threads: [0, 1, 2, 3].map(() => ({ bound: false, serves: -1 })),
  attachments: [],
  lines: vectors.map(() => freshLine),
  owed: { past: [], present: { items: [], batches: [] }, held: [] },
  kept: [],
};

export const lineOf = (s: State, vector: Vector): Line => s.lines[vectors.indexOf(vector)] as Line;

/** How many are attached. */
export const sizeOf = ({ order, crowd }: Line): number => order.length + crowd.size;

export const attachedTo = (s: State, { order }: Line): readonly Attachment[] =>
  order.map((number) => s.attachments[number] as Attachment);

/** The state with a few members changed, all written out: a spread takes several times as long, and every call makes one. */
export const changed = (s: State, change: Partial<State>): State => ({
  exhausted: change.exhausted ?? s.exhausted,
  entriesUsedUp: change.entriesUsedUp ?? s.entriesUsedUp,
  interruptAbility: change.interruptAbility ?? s.interruptAbility,
  threadAbility: change.threadAbility ?? s.threadAbility,
  threads: change.threads ?? s.threads,
  attachments: change.attachments ?? s.attachments,
  lines: change.lines ?? s.lines,
  owed: change.owed ?? s.owed,
  kept: change.kept ?? s.kept,
});

export const withLine = (s: State, vector: Vector, change: Partial<Line>): State => {
  const place = vectors.indexOf(vector);
  const line = s.lines[place] as Line;
  const lines = s.lines.slice();
  lines[place] = {
    order: change.order ?? line.order,
    crowd: change.crowd ?? line.crowd,
    used: change.used ?? line.used,
    released: change.released ?? line.released,
    latched: change.latched ?? line.latched,
    asserted: change.asserted ?? line.asserted,
    raised: change.raised ?? line.raised,
    openedBy: change.openedBy ?? line.openedBy,
    uncounted: change.uncounted ?? line.uncounted,
    parted: change.parted ?? line.parted,
  };
  return changed(s, { lines });
};

/** The same attachment, masked otherwise, posted otherwise or gone: nothing else of it changes. */
export const changedAttachment = (
  one: Attachment,
  change: Partial<Pick<Attachment, 'low' | 'high' | 'maskedBy' | 'posted' | 'live'>>,
): Attachment => ({
  name: one.name,
  process: one.process,
  caller: one.caller,
  id: one.id,
  kind: one.kind,
  vector: one.vector,
  priority: one.priority,
  bound: one.bound,
  exclusive: one.exclusive,
  atEnd: one.atEnd,
  low: change.low ?? one.low,
  high: change.high ?? one.high,
  maskedBy: change.maskedBy ?? one.maskedBy,
  posted: change.posted ?? one.posted,
  live: change.live ?? one.live,
});

export const withAttachment = (
  s: State,
  number: number,
  change: Parameters<typeof changedAttachment>[1],
): State => {
  const attachments = s.attachments.slice();
  attachments[number] = changedAttachment(s.attachments[number] as Attachment, change);
  return changed(s, { attachments });
};

export const withThread = (s: State, number: number, change: Partial<Thread>): State =>
  changed(s, { threads: s.threads.with(number, { ...(s.threads[number] as Thread), ...change }) });

/**
 * The attachment that a process means by a name: one that is gone stands for its number, and leads to whoever was given
 * the number since. -1 where the process never had it.
 */
export const attachmentOf = (s: State, process: number, name: string): number => {
  const named = s.attachments.findIndex((one) => one.name === name && one.process === process);
  const known = s.attachments[named];
  if (known === undefined || known.live) return named;
  const heir = s.attachments.findIndex((one) => one.live && one.process === process && one.id === known.id);
  return heir < 0 ? named : heir;
};

/** Whether interrupts of a line come through. */
export const opennessOf = (s: State, line: Line): 'open' | 'closed' | 'either' => {
  const { crowd } = line;
  if (sizeOf(line) === 0 || crowd.masked === 'yes') return 'closed';
  let isSure = crowd.masked === 'no';
  for (const number of line.order) {
    const { low, high } = s.attachments[number] as Attachment;
    if (low > 0) return 'closed';
    if (high > 0) isSure = false;
  }
  return isSure ? 'open' : 'either';
};

const mask = oneOf('no', 'maybe', 'yes');
const vector = oneOf(...vectors);
const item: Shape<Owed['held'][number]> = shared(
  record<Owed['held'][number]>({
    key: whole,
    min: whole,
    max: whole,
    firm: flag,
    loose: flag,
    by: plain<readonly ClauseId[]>(),
  }),
);
const group = handedOn(record<Owed['present']>({ items: list(item), batches: plain() }));

const attachment = handedOn(
  record<Attachment>({
    name: text,
    process: whole,
    caller: whole,
    id: whole,
    kind: oneOf('intr', 'pulse', 'semaphore', 'signal', 'thread', 'open'),
    vector,
    priority: whole,
    bound: flag,
    exclusive: flag,
    atEnd: flag,
    low: whole,
    high: whole,
    maskedBy: text as Shape<ClauseId>,
    posted: mask,
    live: flag,
  }),
);
const line = handedOn(
  record<Line>({
    order: list(whole),
    crowd: record<Crowd>({ size: whole, caller: whole, masked: mask }),
    used: flag,
    released: flag,
    latched: flag,
    asserted: flag,
    raised: flag,
    openedBy: text as Shape<ClauseId>,
    uncounted: flag,
    parted: flag,
  }),
);
const kept = record<Kept>({ key: whole, by: text as Shape<ClauseId>, firm: flag });

export const shape: Shape<State> = record<State>({
  exhausted: flag,
  entriesUsedUp: flag,
  interruptAbility: list(flag),
  threadAbility: list(flag),
  threads: handedOn(list(record<Thread>({ bound: flag, serves: whole }))),
  attachments: handedOn(list(attachment)),
  lines: handedOn(list(line)),
  owed: handedOn(record<Owed>({ past: list(group), present: group, held: list(item) })),
  kept: handedOn(list(kept)),
});
