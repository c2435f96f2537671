import { describe, expect, test } from 'vitest';
import { invariants } from './invariants.ts';
import { type Attachment, initial, LINE_MAX, type State, withLine, withThread } from './state.ts';

const attachment: Attachment = {
  name: 'a0',
  process: 0,
  caller: 0,
  id: 1,
  kind: 'pulse',
  vector: 'edge',
  priority: -1,
  bound: false,
  exclusive: false,
  atEnd: false,
  low: 0,
  high: 0,
  maskedBy: 'qnx-interrupt/masking/masked-at-delivery',
  posted: 'no',
  live: true,
};
const sound: State = withLine({ ...initial, attachments: [attachment] }, 'edge', { order: [0], used: true });
const with1 = (more: Partial<Attachment>): State => ({ ...sound, attachments: [{ ...attachment, ...more }] });
const with2 = (more: Partial<Attachment>): State =>
  withLine({ ...sound, attachments: [attachment, { ...attachment, name: 'a1', id: 2, ...more }] }, 'edge', {
    order: [0, 1],
  });

/** States in which each of them does not hold. */
const unsound: Readonly<Record<string, readonly State[]>> = {
  'a line holds the living attachments of its vector, each once': [
    with1({ live: false }),
    with1({ vector: 'second' }),
    withLine(sound, 'edge', { order: [0, 0] }),
  ],
  'a line never holds more than it may': [
    withLine(sound, 'edge', { crowd: { size: LINE_MAX, caller: 0, masked: 'no' } }),
  ],
  'an attachment is masked at least 0 times, and at most at least as often': [
    with1({ low: -1 }),
    with1({ low: 2, high: 1 }),
  ],
  'ids of living attachments in one process differ': [with2({ id: 1 })],
  'a thread serves a living attachment that it made': [
    withThread(sound, 0, { serves: 0 }),
    withThread(with1({ kind: 'intr', caller: 1 }), 0, { serves: 0 }),
    withThread(sound, 0, { serves: 7 }),
  ],
  'only what has a name is watched for': [
    { ...with1({ name: '' }), kept: [{ key: 0, by: attachment.maskedBy, firm: true }] },
  ],
  'an attachment that holds its line exclusively is not joined by that of another thread': [
    with2({ exclusive: true, caller: 1 }),
  ],
};

describe.each(invariants.map(({ name, holds }) => ({ name, holds })))('$name', ({ name, holds }) => {
  test('holds where the records agree', () => {
    expect(holds(initial)).toBe(true);
    expect(holds(sound)).toBe(true);
    expect(holds(with2({}))).toBe(true);
    expect(holds(withThread(with1({ kind: 'intr' }), 0, { serves: 0 }))).toBe(true);
  });

  test('fails where they do not', () => {
    const wrong = unsound[name] ?? [];
    expect(wrong.length).toBeGreaterThan(0);
    for (const state of wrong) expect(holds(state), JSON.stringify(state)).toBe(false);
  });
});
