/** Queues that fill, overflow and surface again, with and without memory. */

import { expect, test } from 'vitest';
import { errno } from '#spec/msg-ring/errno';
import {
  cqe,
  deferred,
  drain,
  lastCompletions,
  memory,
  prep,
  reap,
  resultsOf,
  ring,
  send,
  settle,
  submit,
  wait,
} from './scenario.ts';

const small = [ring('a', { entries: 8 }), ring('b', { entries: 1, cq_entries: 1 })];
const batch = (count: number) => [
  ...Array.from({ length: count }, (_, index) => prep('a', 'b', { data: `0x${index + 1}` })),
  submit('a'),
];

test('a full queue keeps what comes, visible to who enters for events: msg-ring/overflow/full-is-no-error', () => {
  expect(lastCompletions('simulator', [...small, ...batch(3), reap('a')])).toEqual(
    Array(3).fill(cqe('0x0', 0)),
  );
  expect(lastCompletions('simulator', [...small, ...batch(3), reap('b')])).toEqual([cqe('0x1', 0)]);
  expect(lastCompletions('simulator', [...small, ...batch(3), reap('b'), reap('b')])).toEqual([]);
  expect(lastCompletions('simulator', [...small, ...batch(3), drain('b')])).toEqual([
    cqe('0x1', 0),
    cqe('0x2', 0),
    cqe('0x3', 0),
  ]);
  const entered = [...small, ...batch(3), reap('b'), wait('b', { count: 0 }), reap('b')];
  expect(lastCompletions('simulator', entered)).toEqual([cqe('0x2', 0)]);
});

test('reap takes no more than it is told', () => {
  const steps = [ring('a'), ring('b'), ...batch(3), reap('b', { max: 2 })];
  expect(lastCompletions('simulator', steps)).toEqual([cqe('0x1', 0), cqe('0x2', 0)]);
  expect(lastCompletions('simulator', [...steps, reap('b')])).toEqual([cqe('0x3', 0)]);
});

test('sizes are powers of two, and a completion queue below the entries is refused', () => {
  const size = (more: object) => resultsOf('simulator', [ring('a', more as never)])[0];
  expect(size({ entries: 5 })).toEqual({ cq_entries: 16 });
  expect(size({ entries: 4, cq_entries: 9 })).toEqual({ cq_entries: 16 });
  expect(size({ entries: 8, cq_entries: 4 })).toEqual({ error: 'EINVAL' });
});

test('a full target without memory is EOVERFLOW, a target with room is not: msg-ring/error/overflow', () => {
  const steps = [...small, memory('exhausted'), ...batch(2)];
  expect(lastCompletions('simulator', [...steps, reap('a')])).toEqual([
    cqe('0x0', 0),
    cqe('0x0', -errno.EOVERFLOW),
  ]);
  expect(lastCompletions('simulator', [...steps, memory('restored'), drain('b')])).toEqual([cqe('0x1', 0)]);
});

test('a target still in overflow without memory is EOVERFLOW although its queue was reaped', () => {
  const steps = [...small, ...batch(2), reap('b'), memory('exhausted'), ...batch(1), drain('a')];
  expect(lastCompletions('simulator', steps).at(-1)).toEqual(cqe('0x0', -errno.EOVERFLOW));
});

test('a deferred target without memory is ENOMEM: msg-ring/error/no-memory', () => {
  const steps = [ring('a'), deferred('b'), memory('exhausted'), ...send('a', 'b'), reap('a')];
  expect(lastCompletions('simulator', steps)).toEqual([cqe('0x0', -errno.ENOMEM)]);
});

test('Linux loses a source completion that finds neither room nor memory, and says so', () => {
  const steps = [
    ring('a', { entries: 2, cq_entries: 2 }),
    ring('b'),
    memory('exhausted'),
    ...send('a', 'b'),
    ...send('a', 'b'),
    ...send('a', 'b'),
  ];
  const end = [reap('a'), wait('a', { timeout_ms: 1 }), wait('a', { timeout_ms: 1 })];
  expect(resultsOf('simulator:linux-6', [...steps, ...end]).slice(-3)).toEqual([
    { cqes: [cqe('0x0', 0), cqe('0x0', 0)] },
    { error: 'EBADR' },
    { error: 'ETIME' },
  ]);
  expect(lastCompletions('simulator:docs', [...steps, settle, drain('a')])).toHaveLength(3);
});

test('without memory no ring is made', () => {
  expect(resultsOf('simulator', [memory('exhausted'), ring('a'), reap('a')]).slice(1)).toEqual([
    { error: 'ENOMEM' },
    { skipped: 'no such handle' },
  ]);
});
