/**
 * A walk written down: the program that its moves make, and the trace that a system would leave which did what the walk
 * says. Fold and walk must agree about such a trace; tests hold them to it.
 */

import type { Step, TraceEvent } from '#spec/index';
import { type Happening, longUs } from './steps.ts';

/** Time between two events, in microseconds. */
const tickUs = 10;

interface Begun {
  readonly index: number;
  /** Name of the call; null where the program waits for it at once. */
  readonly name: string | null;
}

/** Program and trace of a walk, move by move. */
export class Script {
  readonly steps: Step[] = [];
  readonly events: TraceEvent[] = [];
  #calls: Begun[] = [];
  #atUs = 0;

  /** Writes a step that the program takes, with what came of it. */
  take(step: Step, { kind, result, after }: Happening<unknown>): void {
    this.#atUs += tickUs;
    const index = this.steps.length;
    const at = this.#atUs;
    if (kind === 'settle') {
      this.steps.push(step);
      this.events.push({ event: 'settle', step: index, at });
    } else if (kind === 'ran') {
      this.steps.push(step);
      this.events.push({ event: 'ran', step: index, at, result: result ?? {} });
    } else if (after.calls.at(-1)?.awaited) {
      this.steps.push(step);
      this.#calls.push({ index, name: null });
    } else {
      this.steps.push(step);
      this.events.push({ event: 'call', step: index, at });
      this.#calls.push({ index, name: step.begin ?? null });
    }
  }

  /** Writes what happens without a step of its own, and the step that ends a call. */
  pass({ kind, place, result, after }: Happening<unknown>): void {
    this.#atUs += kind === 'time' ? longUs : tickUs;
    if (kind === 'end') {
      const [{ name }] = this.#calls.splice(place, 1) as [Begun];
      this.steps.push({ op: 'end', call: name ?? '' });
    }
    if (kind !== 'return') return;
    const { index, name } = this.#calls[place] as Begun;
    const event = name === null ? 'ran' : 'return';
    this.events.push({ event, step: index, at: this.#atUs, result: result ?? {} });
    // A call that is waited for at once is over with its return.
    if (after.calls.length < this.#calls.length) this.#calls.splice(place, 1);
  }
}
