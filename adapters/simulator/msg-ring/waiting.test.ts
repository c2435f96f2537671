/** Waits: woken, not woken, out of time; and the order of events around them. */

import { expect, test } from 'vitest';
import {
  close,
  deferred,
  drain,
  enable,
  end,
  eventsOf,
  reap,
  resultsOf,
  ring,
  send,
  settle,
  wait,
} from './scenario.ts';

const two = [ring('a'), ring('b')];
const waits = (more: object = {}) => wait('b', { actor: 't1', begin: 'w0', ...more });
const kinds = (address: string, steps: Parameters<typeof eventsOf>[1]) =>
  eventsOf(address, steps).map(({ event, step }) => `${event} ${step}`);

test('a message wakes who waits on its target, right after the step that sent it: msg-ring/wait/message-wakes', () => {
  const steps = [...two, waits(), ...send('a', 'b'), settle];
  expect(kinds('simulator', steps)).toEqual([
    'ran 0',
    'ran 1',
    'call 2',
    'ran 3',
    'ran 4',
    'return 2',
    'settle 5',
  ]);
  expect(resultsOf('simulator', steps)[2]).toEqual({ value: 0 });
});

test('a settle leaves a wait that nothing ends, and end lets its time pass', () => {
  const steps = [...two, waits({ timeout_ms: 20 }), settle];
  expect(kinds('simulator', steps)).toEqual(['ran 0', 'ran 1', 'call 2', 'settle 3']);
  const events = eventsOf('simulator', [...steps, end('w0'), reap('a')]);
  expect(events.slice(-2)).toEqual([
    { event: 'return', step: 2, at: 3 + 20_000, result: { error: 'ETIME' } },
    { event: 'ran', step: 5, at: 20_004, result: { cqes: [] } },
  ]);
});

test('end of a call that has returned waits for nothing', () => {
  const steps = [...two, waits(), ...send('a', 'b'), end('w0'), reap('b')];
  expect(kinds('simulator', steps).slice(-2)).toEqual(['return 2', 'ran 6']);
});

test('two waits return in the order of their deadlines: msg-ring/wait/no-early-timeout', () => {
  const steps = [
    ...two,
    wait('a', { actor: 't2', begin: 'w1', timeout_ms: 5 }),
    waits({ timeout_ms: 2 }),
    end('w1'),
  ];
  const returns = eventsOf('simulator', steps).filter(({ event }) => event === 'return');
  expect(returns.map(({ step, at }) => [step, at])).toEqual([
    [3, 2004],
    [2, 5003],
  ]);
});

test('a wait that its own step makes is one event', () => {
  const steps = [...two, wait('b', { timeout_ms: 1 }), wait('b', { count: 0 }), wait('b', { timeout_ms: 0 })];
  expect(eventsOf('simulator', steps).slice(2)).toEqual([
    { event: 'ran', step: 2, at: 1003, result: { error: 'ETIME' } },
    { event: 'ran', step: 3, at: 1004, result: { value: 0 } },
    { event: 'ran', step: 4, at: 1005, result: { error: 'ETIME' } },
  ]);
});

test('completions that are there are not waited for, and a wait consumes none', () => {
  const steps = [...two, ...send('a', 'b'), wait('b'), wait('b'), reap('b')];
  expect(resultsOf('simulator', steps).slice(4)).toEqual([
    { value: 0 },
    { value: 0 },
    { cqes: [{ user_data: '0x0', res: 0, flags: 0 }] },
  ]);
});

test('a wait for two returns after the second message', () => {
  const steps = [...two, waits({ count: 2 }), ...send('a', 'b'), ...send('a', 'b')];
  expect(kinds('simulator', steps).slice(-3)).toEqual(['ran 5', 'ran 6', 'return 2']);
});

test('a wait for more than the queue holds is a wait for a full queue', () => {
  const steps = [ring('a'), ring('b', { entries: 1, cq_entries: 1 }), waits({ count: 8 }), ...send('a', 'b')];
  expect(kinds('simulator', steps).at(-1)).toBe('return 2');
});

test('the owner of a deferred ring is woken, others may not wait on it', () => {
  const owned = [ring('a'), deferred('b', { actor: 't1' }), waits(), ...send('a', 'b')];
  expect(kinds('simulator', owned).at(-1)).toBe('return 2');
  expect(resultsOf('simulator', [ring('a'), deferred('b'), waits()])[2]).toEqual({ error: 'EEXIST' });
});

test('a thread that waits does nothing else, and one that has ended nothing at all', () => {
  const steps = [...two, waits(), reap('b', { actor: 't1' })];
  expect(resultsOf('simulator', steps).at(-1)).toEqual({ skipped: 'actor is waiting' });
});

test('a wait keeps its ring alive when the last descriptor is closed', () => {
  const steps = [...two, waits({ timeout_ms: 1 }), close('b'), end('w0')];
  expect(resultsOf('simulator', steps)[2]).toEqual({ error: 'ETIME' });
});

test('waiting on an IOPOLL ring does not block on Linux', () => {
  const steps = [ring('b', { flags: 'IOPOLL' }), wait('b', { timeout_ms: 1 })];
  expect(resultsOf('simulator:linux-6', steps)[1]).toEqual({ value: 0 });
  expect(resultsOf('simulator:docs', steps)[1]).toEqual({ error: 'ETIME' });
});

test('any call may be begun', () => {
  expect(kinds('simulator', [...two, drain('a', { begin: 'c0' }), enable('b', { begin: 'c1' })])).toEqual([
    'ran 0',
    'ran 1',
    'call 2',
    'return 2',
    'call 3',
    'return 3',
  ]);
});

test('time never runs backwards', () => {
  const steps = [
    ...two,
    waits({ timeout_ms: 2 }),
    ...send('a', 'a'),
    end('w0'),
    settle,
    wait('b', { timeout_ms: 1 }),
  ];
  const times = eventsOf('simulator', steps).map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
