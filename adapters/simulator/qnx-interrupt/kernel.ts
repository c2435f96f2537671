/** The interrupts of a simulated system, as plain data, and the way of one through it: raised, posted, delivered. */

import type { Decisions } from './decisions.ts';
import type { Lies } from './lies.ts';

export interface AttachmentState {
  readonly number: number;
  /** Empty where the program gave none. */
  readonly name: string;
  readonly thread: number;
  readonly id: number;
  readonly event: string;
  readonly vector: string;
  readonly priority: number;
  readonly bound: boolean;
  readonly exclusive: boolean;
  readonly atEnd: boolean;
  /** How often it is masked. */
  masks: number;
  /** Posted for its service thread, and not seen to yet. */
  posted: number;
  live: boolean;
}

export interface LineState {
  /** Attachments in their order. */
  list: number[];
  /** An interrupt that came while it was masked is kept. */
  latched: boolean;
  asserted: boolean;
  used: boolean;
  /** It was not always masked. */
  openedOnce: boolean;
  /** Interrupts so far. */
  raised: number;
}

export interface ThreadState {
  bound: boolean;
  /** The attachment that it serves; -1 where it serves none. */
  serves: number;
}

export interface KernelState {
  exhausted: boolean;
  entriesUsedUp: boolean;
  /** By process, abilities that it holds. */
  abilities: { interrupt: boolean; thread: boolean }[];
  threads: ThreadState[];
  attachments: AttachmentState[];
  lines: Record<string, LineState>;
  /** What arrived since the last look, by name of the attachment. */
  arrivals: string[];
}

export const ACTORS_MAX = 4;
export const LINE_MAX = 32;
export const processOf = (thread: number): number => (thread < 2 ? 0 : 1);

export const freshState = (): KernelState => ({
  exhausted: false,
  entriesUsedUp: false,
  abilities: [0, 1].map(() => ({ interrupt: true, thread: true })),
  threads: Array.from({ length: ACTORS_MAX }, () => ({ bound: false, serves: -1 })),
  attachments: [],
  lines: {},
  arrivals: [],
});

export class Kernel {
  readonly state: KernelState;
  readonly decisions: Decisions;
  readonly lies: Lies;
  nowUs = 0;

  constructor(decisions: Decisions, lies: Lies, state: KernelState = freshState()) {
    this.state = state;
    this.decisions = decisions;
    this.lies = lies;
  }

  line(vector: string): LineState {
    this.state.lines[vector] ??= {
      list: [],
      latched: false,
      asserted: false,
      used: false,
      openedOnce: false,
      raised: 0,
    };
    return this.state.lines[vector];
  }

  attached({ list }: LineState): readonly AttachmentState[] {
    return list.map((number) => this.state.attachments[number] as AttachmentState);
  }

  isOpen(vector: string): boolean {
    const all = this.attached(this.line(vector));
    if (all.length === 0) return false;
    return all.every(({ masks }) => masks <= 0) || this.lies.ignoresMasks?.(vector, this) === true;
  }

  /** A source fires. */
  raise(vector: string): void {
    const line = this.line(vector);
    line.raised += 1;
    if (vector === 'level') line.asserted = true;
    if (this.isOpen(vector)) this.post(vector);
    else if (vector !== 'level' && this.decisions.draw('interrupt while masked') === 'kept')
      line.latched = true;
  }

  /** The line may have been opened. */
  recheck(vector: string): void {
    const line = this.line(vector);
    if (!this.isOpen(vector)) return;
    if (line.asserted || line.latched) this.post(vector);
  }

  /** The interrupt is masked, and everybody's service thread told. */
  post(vector: string): void {
    const line = this.line(vector);
    line.latched = false;
    line.openedOnce = true;
    const order = this.runOrder(line);
    for (const [place, number] of order.entries()) {
      const one = this.state.attachments[number] as AttachmentState;
      if (this.lies.masksAtDelivery?.(one, this) !== false) one.masks = Math.max(0, one.masks) + 1;
      one.posted += this.lies.posts?.(one, place, this) ?? 1;
    }
    if (this.decisions.choice('masks') === 'of a line' && order.length > 0)
      for (const one of this.attached(line)) one.masks = Math.min(one.masks, 1);
    if (this.decisions.draw('service threads run') === 'at once') this.serve(order);
  }

  /** Threads on one processor with one priority run in the order of the list. */
  private runOrder({ list }: LineState): readonly number[] {
    const all = list.map((number) => this.state.attachments[number] as AttachmentState);
    const [first] = all;
    const isStrict = all.every(
      ({ bound, priority, vector }) =>
        bound && vector === 'local' && priority >= 0 && priority === first?.priority,
    );
    const honest =
      !isStrict && list.length > 1 && this.decisions.draw('order of service threads') === 'another'
        ? list.toReversed()
        : list;
    return this.lies.order?.(honest, this) ?? honest;
  }

  /** Service threads that have something to see to deliver their events; all of them when none are named. */
  serve(order?: readonly number[]): void {
    if (!this.state.attachments.some(({ posted }) => posted > 0)) return;
    for (const number of order ?? this.allInOrder()) {
      const one = this.state.attachments[number] as AttachmentState;
      if (one.event === 'INTR') continue;
      for (; one.posted > 0; one.posted--) this.deliver(one);
    }
  }

  /** All that may have something posted, lines one after the other. */
  private allInOrder(): readonly number[] {
    const listed = Object.values(this.state.lines).flatMap((line) => this.runOrderKept(line));
    const gone = this.state.attachments
      .map(({ number }) => number)
      .filter((number) => !listed.includes(number));
    return [...listed, ...gone];
  }

  private runOrderKept({ list }: LineState): readonly number[] {
    return this.lies.order?.(list, this) ?? list;
  }

  private deliver(one: AttachmentState): void {
    if (one.name === '') return;
    this.state.arrivals.push(...(this.lies.emits?.(one, this) ?? [one.name]));
    if (one.vector === 'level' && this.decisions.draw('level fires again') === 'yes')
      this.state.arrivals.push(one.name);
  }

  /** Waiting threads that can go on: by number of the thread. */
  ready(): readonly number[] {
    return this.state.threads.flatMap(({ serves }, thread) => {
      const one = this.state.attachments[serves];
      return one !== undefined && one.posted > 0 && this.lies.wakes?.(one, this) !== false ? [thread] : [];
    });
  }
}
