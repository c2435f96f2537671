/**
 * What the rest of a trace tells about a call that is still under way at some event: what it will return, whom it
 * overlaps, when the program would have missed its return. The fold is lazy because it knows this much of the future.
 */

import type { Result, Step, TraceEvent } from '#spec/index';

/** A trace, looked at from its end. Events are meant by their index. */
export class Hindsight {
  /** The last settle; -1 when there is none. */
  readonly lastSettle: number;
  readonly #steps: readonly Step[];
  readonly #events: readonly TraceEvent[];
  readonly #returns = new Map<number, number>();

  constructor(steps: readonly Step[], events: readonly TraceEvent[]) {
    this.#steps = steps;
    this.#events = events;
    let lastSettle = -1;
    events.forEach(({ event, step }, at) => {
      if (event === 'return') this.#returns.set(step, at);
      else if (event === 'settle') lastSettle = at;
    });
    this.lastSettle = lastSettle;
  }

  /** Where the call of this step returned, if the trace says so. */
  returnOf(step: number): number | undefined {
    return this.#returns.get(step);
  }

  /** What the call of this step returned, if the trace says so. */
  resultOf(step: number): Result | undefined {
    const event = this.#events[this.#returns.get(step) ?? -1];
    return event?.event === 'return' ? event.result : undefined;
  }

  /** Did another call begin while the one that began here was under way? */
  isOverlapped(at: number, step: number): boolean {
    const end = this.#returns.get(step) ?? this.#events.length;
    for (let between = at + 1; between < end; between++) {
      const event = this.#events[between]?.event;
      if (event === 'call' || event === 'ran') return true;
    }
    return false;
  }

  /** The first settle after the return of this step's call for which the program had not waited for it by name. */
  settleThatMisses(step: number): number | undefined {
    const name = this.#steps[step]?.begin;
    const returned = this.#returns.get(step);
    if (name === undefined || returned === undefined) return undefined;
    const waited = this.#steps.findIndex(({ op, call }) => op === 'end' && call === name);
    for (let at = returned + 1; at < this.#events.length; at++) {
      const event = this.#events[at] as TraceEvent;
      if (event.event === 'settle') return waited < 0 || event.step < waited ? at : undefined;
    }
    return undefined;
  }

  /** The trace up to this event, as it would have been had the call of this step not returned. */
  without(step: number, upTo: number): readonly TraceEvent[] {
    return this.#events.slice(0, upTo + 1).filter((event) => event.event !== 'return' || event.step !== step);
  }
}
