/**
 * What a system and the machine have come to after the same steps: nothing that a program does from there on can tell two
 * equal situations apart, neither by the verdict nor by the name of the finding. A finding has its name from the clauses
 * whose breach explains the trace, so a situation holds what the machine has come to under every such reading.
 */

import { createHash } from 'node:crypto';
import { type AcceptanceOptions, accept, Codec, type Machine, type Standing } from '#model/index';
import type { Step, TraceEvent } from '#spec/index';

/** A body that a system has run, and what it showed. */
export interface Ran {
  readonly body: readonly Step[];
  readonly closing: readonly Step[];
  readonly events: readonly TraceEvent[];
  readonly snapshot: string;
  readonly standing: Standing;
}

/** Makes keys of situations; equal situations have equal keys. Keys mean something only to whoever made them. */
export class SituationKeys {
  readonly #machine: Machine<unknown>;
  readonly #readings: readonly AcceptanceOptions[];
  readonly #codec: Codec<unknown>;

  /** @param basis - Against what programs are held. */
  constructor(machine: Machine<unknown>, basis: AcceptanceOptions) {
    this.#machine = machine;
    this.#readings = [
      basis,
      ...machine.points.ids.map((_, inconstant) => ({ ...basis, inconstant })),
      ...machine.clauses.map((relaxed) => ({ ...basis, relaxed })),
    ];
    this.#codec = new Codec(machine.shape);
  }

  of({ body, closing, events, snapshot, standing }: Ran): string {
    const quiet = quietUntil(events);
    const before = events.slice(0, quiet);
    const worlds = this.#readings.map((reading) => this.#worlds(body, before, reading));
    const { at: now = 0 } = events.at(-1) ?? {};
    const since = events.slice(quiet).map((event) => [body[event.step], { ...event, at: now - event.at }]);
    const text = JSON.stringify([closing, snapshot, standing, worlds, since]);
    return createHash('sha256').update(text).digest('base64');
  }

  /** Every world that is left under one reading, or where the trace left the last of them. */
  #worlds(body: readonly Step[], events: readonly TraceEvent[], reading: AcceptanceOptions): unknown {
    const { verdict, entries, refused } = accept(this.#machine, body, events, reading);
    if (refused !== null) return [body[refused.step]?.op, refused.permitted[0]];
    if (verdict !== 'accepted') return events;
    return entries
      .map(({ state, choices, breach }) => {
        const { operation, observed, situation } = breach ?? {};
        return JSON.stringify([choices, this.#codec.pack(state), operation, observed, situation]);
      })
      .sort();
  }
}

/**
 * Events until the last moment at which no call was under way. How a call under way may have taken effect depends on what
 * it will return, so whatever happened since it began is a part of the situation as it happened.
 */
const quietUntil = (events: readonly TraceEvent[]): number => {
  const open = new Set<number>();
  let quiet = 0;
  events.forEach(({ event, step }, index) => {
    if (event === 'call') open.add(step);
    else if (event === 'return') open.delete(step);
    if (open.size === 0) quiet = index + 1;
  });
  return quiet;
};
