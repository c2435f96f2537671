import { describe, expect, test } from 'vitest';
import { invariants } from './invariants.ts';
import { type Handle, initial, nothingPending, type Pending, type State } from './state.ts';

const exported: Handle = {
  name: 's0',
  kind: 'export',
  process: 0,
  segment: 0,
  epoch: 1,
  phase: 'published',
  mapped: false,
  pending: nothingPending,
  refLow: 0,
  refHigh: 0,
  gets: 0,
  posted: false,
  waited: false,
  refused: false,
};
const imported: Handle = { ...exported, name: 'c0', kind: 'import', process: 1, phase: 'connected' };
const sound: State = { ...initial, handles: [exported, imported] };
const exporting = (more: Partial<Handle>): State => ({
  ...sound,
  handles: [{ ...exported, ...more }, imported],
});
const importing = (more: Partial<Handle>): State => ({
  ...sound,
  handles: [exported, { ...imported, ...more }],
});
const pending = (more: Partial<Pending>): State => exporting({ pending: { ...nothingPending, ...more } });

/** States in which each of them does not hold. */
const unsound: Readonly<Record<string, readonly State[]>> = {
  'as many events as may be there are at least as many as must, and as are on their way': [
    pending({ low: 2, high: 1 }),
    pending({ flying: 1 }),
    pending({ low: -1 }),
  ],
  'a reference count is at least 0, and at most at least as high': [
    exporting({ refLow: -1 }),
    exporting({ refLow: 2, refHigh: 1 }),
  ],
  'a connection belongs to a segment, and a segment to itself': [
    exporting({ segment: 1 }),
    importing({ segment: 1 }),
    importing({ segment: 7 }),
  ],
  'what is connected is connected to the segment as it is published now': [
    importing({ epoch: 2 }),
    exporting({ phase: 'unpublished' }),
  ],
  'only segments are published, and only connections are mapped': [
    exporting({ mapped: true }),
    importing({ phase: 'published' }),
  ],
  'a process that was killed has nothing, and the first one is never killed': [
    { ...sound, killed: [false, true, false] },
    { ...initial, killed: [true, false, false] },
  ],
  'an interruption is for a thread inside a wait': [
    { ...sound, threads: sound.threads.map((one) => ({ ...one, interrupted: 'maybe' })) },
  ],
};

describe.each(invariants.map(({ name, holds }) => ({ name, holds })))('$name', ({ name, holds }) => {
  test('holds where the records agree', () => {
    expect(holds(initial)).toBe(true);
    expect(holds(sound)).toBe(true);
    expect(holds(pending({ low: 1, high: 2, flying: 1 }))).toBe(true);
  });

  test('fails where they do not', () => {
    const wrong = unsound[name] ?? [];
    expect(wrong.length).toBeGreaterThan(0);
    for (const state of wrong) expect(holds(state), JSON.stringify(state)).toBe(false);
  });
});
