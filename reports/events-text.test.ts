import { describe, expect, test } from 'vitest';
import type { EventStatistics } from '#spec/index';
import { eventsLines, eventsTable, isPlateau } from './events-text.ts';

const events: EventStatistics = {
  operations: { settle: 9, setup: 4 },
  outcomes: { setup: { EINVAL: 1, success: 3 } },
  statesAlive: { '1': 7, '2': 3 },
  lengths: { '17-32': 1, '3-4': 2 },
  refusals: { every: 16, programs: 2, atOnce: { '0': 3, '2': 1 } },
  firstSeen: { 'setup: success': 0, 'setup: EINVAL': 59 },
  until: 90,
  unobserved: { permitted: 4, values: { 'a@b': ['x', 'y'] }, errors: {} },
};

describe('a plateau', () => {
  test('is a last third in which nothing was new', () => {
    expect(isPlateau(events)).toBe(true);
    expect(isPlateau({ ...events, firstSeen: { 'setup: EINVAL': 60 } })).toBe(false);
    expect(isPlateau({ ...events, firstSeen: {} })).toBe(true);
  });

  test('is told with the last program that showed something new', () => {
    expect(eventsLines(events)).toContain(
      'No clause and no outcome was new in the last third of the programs; the last new one came with program 60 of 90.',
    );
    expect(eventsLines({ ...events, firstSeen: { x: 80 } }).join(' ')).toContain(
      'still new at program 81 of 90',
    );
  });
});

test('distributions are in the order of their numbers', () => {
  expect(eventsLines(events)[0]).toBe('Programs by their steps: 3-4: 2, 17-32: 1.');
});

test('what never came is counted and named', () => {
  expect(eventsLines(events).at(-1)).toBe(
    'Of 4 values and errors that the document permits, 2 (50 %) never came: `a@b` `x` or `y`.',
  );
  const all = { ...events, unobserved: { permitted: 4, values: {}, errors: {} } };
  expect(eventsLines(all).at(-1)).toContain('all were seen');
});

test('operations that come to nothing of their own are in no table', () => {
  expect(eventsTable(events)).toContain('| `setup` | 4 | success 3, EINVAL 1 |');
  expect(eventsTable(events)).not.toContain('settle');
  expect(eventsTable({ ...events, outcomes: {} })).toBe('');
});
