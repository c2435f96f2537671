import { describe, expect, test } from 'vitest';
import type { Item, Owed } from '../owing.ts';
import { invariants } from './invariants.ts';
import { type Descriptor, type Endpoint, initial, nothingOwed, type State, withThread } from './state.ts';

const endpoint: Endpoint = { thread: 0, handlers: 1, vector: 5, references: 1, closed: 'never' };
const descriptor: Descriptor = {
  name: 'f0',
  process: 0,
  endpoint: 0,
  open: true,
  closeOnExec: true,
  came: 'created',
};
const item: Item = { key: 5, min: 1, max: 1, firm: false, loose: false, by: [] };
const sound: State = { ...initial, endpoints: [endpoint], descriptors: [descriptor] };
const owing = (owed: Partial<Owed>, more: Parameters<typeof withThread>[2] = {}): State =>
  withThread(sound, 0, { ...more, owed: { ...nothingOwed, ...owed } });
const present = (items: readonly Item[], batches: readonly (readonly number[])[] = []): State =>
  owing({ present: { items, batches } });

/** States in which each of them does not hold. */
const unsound: Readonly<Record<string, readonly State[]>> = {
  'an object counts the open descriptors that name it': [
    { ...sound, endpoints: [{ ...endpoint, references: 2 }] },
    { ...sound, descriptors: [{ ...descriptor, open: false }] },
  ],
  'a process has one descriptor under a name': [
    { ...sound, endpoints: [{ ...endpoint, references: 2 }], descriptors: [descriptor, descriptor] },
  ],
  'of a delivery no more than was sent is owed': [
    present([{ ...item, min: 2 }]),
    present([{ ...item, min: 0, max: 0 }]),
  ],
  'nobody owes what may be lost': [present([{ ...item, loose: true }])],
  'vectors that were pending together are owed, two at least, in falling order': [
    present([item], [[5]]),
    present([item], [[7, 5]]),
    present([item, { ...item, key: 7 }], [[5, 7]]),
  ],
  'nothing is held for a thread that receives': [owing({ held: [item] }, { delivery: 'on' })],
  'a thread that has ended has no handler, and the first one never ends': [
    withThread(sound, 0, { alive: false }),
    withThread(sound, 1, { alive: false, handler: true }),
  ],
  'there are limits for every process': [{ ...sound, limits: [] }, withThread(sound, 2, { process: 1 })],
};

describe.each(invariants.map(({ name, holds }) => ({ name, holds })))('$name', ({ name, holds }) => {
  test('holds where the records agree', () => {
    expect(holds(initial)).toBe(true);
    expect(holds(present([item, { ...item, key: 7 }], [[7, 5]]))).toBe(true);
  });

  test('fails where they do not', () => {
    const wrong = unsound[name] ?? [];
    expect(wrong.length).toBeGreaterThan(0);
    for (const state of wrong) expect(holds(state), JSON.stringify(state)).toBe(false);
  });
});
