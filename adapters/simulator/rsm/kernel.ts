/** Segments, connections and events of a simulated system, as plain data, and the way of an event to its handle. */

import type { Decisions } from './decisions.ts';
import type { Lies } from './lies.ts';

export interface HandleState {
  readonly name: string;
  readonly kind: 'export' | 'import';
  readonly process: number;
  /** Number of the exported segment: its own for an export handle. */
  readonly segment: number;
  epoch: number;
  phase: 'created' | 'published' | 'unpublished' | 'connected' | 'cut' | 'gone';
  mapped: boolean;
  pending: number;
  /** On their way. */
  flying: number;
  refs: number;
  /** Successful calls that got a pollfd. */
  gets: number;
  /** Posts that were meant for it. */
  posts: number;
}

/** Somebody who waits on a handle. */
export interface Waiter {
  readonly thread: number;
  /** Number of the handle. */
  readonly handle: number;
  readonly timeoutMs: number;
}

export interface KernelState {
  waiters: Waiter[];
  handles: HandleState[];
  killed: boolean[];
  link: 'up' | 'cut';
  /** What the link is to become, once somebody notices. */
  linkGoal: 'up' | 'cut';
  exhausted: boolean;
  controllers: boolean[];
}

export const ACTORS_MAX = 4;
export const processOf = (thread: number): number => (thread < 2 ? 0 : thread - 1);
const isRemote = (process: number): boolean => process === 2;

export const freshState = (): KernelState => ({
  waiters: [],
  handles: [],
  killed: [false, false, false],
  link: 'up',
  linkGoal: 'up',
  exhausted: false,
  controllers: [true, true, true],
});

export class Kernel {
  readonly state: KernelState;
  readonly decisions: Decisions;
  readonly lies: Lies;
  nowUs = 0;

  constructor(decisions: Decisions, lies: Lies, state: KernelState = freshState()) {
    this.decisions = decisions;
    this.lies = lies;
    this.state = state;
  }

  /** The handle that a process has under a name, if it may be used. */
  handle(process: number, name: string): HandleState | undefined {
    return this.state.handles.find(
      (one) => one.name === name && one.process === process && one.phase !== 'gone',
    );
  }

  exporterOf({ segment }: HandleState): HandleState {
    return this.state.handles[segment] as HandleState;
  }

  /** Connections to a segment as it is published now. */
  importersOf(exporter: HandleState): readonly HandleState[] {
    return exporter.phase !== 'published'
      ? []
      : this.state.handles.filter(
          (one) =>
            one.kind === 'import' &&
            one.segment === exporter.segment &&
            one.epoch === exporter.epoch &&
            one.phase === 'connected',
        );
  }

  staleImportsOf({ segment }: HandleState): readonly HandleState[] {
    return this.state.handles.filter(
      (one) => one.kind === 'import' && one.segment === segment && one.phase === 'cut',
    );
  }

  reaches(from: HandleState, to: HandleState): boolean {
    return this.state.link === 'up' || isRemote(from.process) === isRemote(to.process);
  }

  /** Somebody of its segment is on the other node. */
  isAcross({ segment, process }: HandleState): boolean {
    return this.state.handles.some(
      (other) => other.segment === segment && isRemote(other.process) !== isRemote(process),
    );
  }

  /** An event sets out. */
  send(target: HandleState): void {
    const count = this.lies.adds?.(target) ?? 1;
    target.posts += 1;
    if (this.decisions.draw('event on its way') === 'arrives') target.pending += count;
    else target.flying += count;
  }

  /** Everything arrives. */
  land(): void {
    this.state.link = this.state.linkGoal;
    for (const one of this.state.handles) {
      one.pending += one.flying;
      one.flying = 0;
    }
  }

  /** What is in the air may be lost when its way is cut. */
  ground(one: HandleState): void {
    if (one.flying > 0 && this.decisions.draw('event in the air when its way is cut') === 'lost')
      one.flying = 0;
  }

  /** Connections to this publication are cut off. */
  cutOff(exporter: HandleState): void {
    const { decisions, lies } = this;
    const touched = [exporter, ...this.importersOf(exporter)];
    for (const one of touched) {
      this.ground(one);
      const keeps = decisions.choice('pending@unpublish') === 'kept';
      if (!(lies.keepsPending?.(keeps, one) ?? keeps)) {
        one.pending = 0;
        one.flying = 0;
      }
      if (one.kind === 'import') one.phase = 'cut';
    }
  }
}
