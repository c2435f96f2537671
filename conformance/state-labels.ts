/**
 * What a person needs to know of a state to find it again in a diagram: how many there are in every list that is not as
 * at the start, and the flags that are not. Read from the members that the machine's shape declares, so that no
 * interface has to say it again.
 */

import type { Machine, Place } from '#model/index';

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Set);

const sizeOf = (value: unknown): number | null =>
  Array.isArray(value) ? value.length : value instanceof Set ? value.size : null;

/** Labels for the states of one walk. What is usual for the items of a list is told by the first one that is met. */
export class StateLabels<S> {
  readonly #machine: Machine<S>;
  readonly #open: readonly number[];
  /** The first item of every list, by the way to it. */
  readonly #usual = new Map<string, unknown>();

  constructor(machine: Machine<S>) {
    this.#machine = machine;
    this.#open = machine.points.open();
  }

  /** A few short facts; none where everything is as at the start. */
  of({ moment }: Place<S>): readonly string[] {
    const decided = moment.choices.filter((mask, point) => mask !== this.#open[point]).length;
    return [
      ...this.#differences('', moment.state, this.#machine.initial),
      ...(moment.calls.length === 0 ? [] : [`calls under way ${moment.calls.length}`]),
      ...(decided === 0 ? [] : [`choices decided ${decided}`]),
    ];
  }

  #differences(path: string, value: unknown, start: unknown): readonly string[] {
    if (!isMembers(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => {
      const way = path === '' ? name : `${path}.${name}`;
      const before = isMembers(start) ? start[name] : undefined;
      const size = sizeOf(member);
      if (size !== null)
        return size === (sizeOf(before) ?? 0) ? [] : [`${way} ${size}${this.#itemsText(way, member)}`];
      if (typeof member === 'boolean') return member === (before ?? false) ? [] : [flagText(way, member)];
      return this.#differences(way, member, before);
    });
  }

  /** What is unusual about the items of a list: full lists of their own, flags that the first one did not have. */
  #itemsText(way: string, items: unknown): string {
    if (!Array.isArray(items)) return '';
    const counts = new Map<string, number>();
    for (const item of items as readonly unknown[]) {
      if (!isMembers(item)) continue;
      if (!this.#usual.has(way)) this.#usual.set(way, item);
      for (const fact of unusual(item, this.#usual.get(way))) counts.set(fact, (counts.get(fact) ?? 0) + 1);
    }
    const facts = [...counts].map(([fact, count]) => (count === 1 ? fact : `${fact} ×${count}`));
    return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  }
}

const flagText = (name: string, value: boolean): string => (value ? name : `not ${name}`);

const unusual = (item: Members, usual: unknown): readonly string[] =>
  Object.entries(item).flatMap(([name, member]) => {
    const before = isMembers(usual) ? usual[name] : undefined;
    const size = sizeOf(member);
    if (size !== null) return size === sizeOf(before) ? [] : [`${name} ${size}`];
    return typeof member === 'boolean' && member !== before ? [flagText(name, member)] : [];
  });
