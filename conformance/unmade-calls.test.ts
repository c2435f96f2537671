import { describe, expect, test } from 'vitest';
import type { InterfaceOffer, Result, Step, TraceEvent } from '#spec/index';
import { UnmadeCalls } from './unmade-calls.ts';

const offer: InterfaceOffer = {
  operations: {
    setup: 'agent',
    dup: 'agent',
    close: 'agent',
    open: 'agent',
    prep_msg_ring: 'system',
    submit: 'system',
    reap: 'system',
    wait: 'system',
    drain: 'system',
    exit: 'agent',
  },
  capabilities: [],
};

const skipped: Result = { skipped: 'just so' };

/** What is counted of a program in which every step was made but the last, which was skipped. */
const counted = (steps: readonly Step[], results: Readonly<Record<number, Result>> = {}) => {
  const calls = new UnmadeCalls('msg-ring', offer);
  const events = steps.map((_, step): TraceEvent => {
    const result = step === steps.length - 1 ? skipped : (results[step] ?? {});
    return { event: 'ran', step, at: step, result };
  });
  calls.add({ interface: 'msg-ring', steps }, events);
  return calls;
};

const setup: Step = { op: 'setup', as: 'r0' };

describe('a call that was left out', () => {
  test.each<readonly [string, readonly Step[]]>([
    ['on a live ring', [setup, { op: 'reap', ring: 'r0' }]],
    [
      'on another name of it',
      [setup, { op: 'dup', fd: 'r0', as: 'r1' }, { op: 'close', fd: 'r0' }, { op: 'dup', fd: 'r1' }],
    ],
    ['that needs nothing', [setup]],
    ['with room in the queue', [setup, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' }]],
    [
      'with room again',
      [
        { ...setup, entries: 1 },
        { op: 'prep_msg_ring', ring: 'r0', fd: '@closed' },
        { op: 'submit', ring: 'r0' },
        { op: 'prep_msg_ring', ring: 'r0', fd: '@closed' },
      ],
    ],
    ['by an actor that may end', [{ op: 'exit', actor: 't1' }]],
  ])('%s is counted', (_, steps) => {
    const calls = counted(steps, { 2: { value: 1 } });
    expect(calls.skipped).toEqual({ [steps.at(-1)?.op ?? '']: 1 });
  });

  test.each<readonly [string, readonly Step[]]>([
    ['whose ring was never bound', [setup, { op: 'reap', ring: 'r7' }]],
    ['whose ring was closed', [setup, { op: 'close', fd: 'r0' }, { op: 'reap', ring: 'r0' }]],
    [
      'on something that is no ring',
      [
        { op: 'open', as: 'd0' },
        { op: 'reap', ring: 'd0' },
      ],
    ],
    [
      'by an actor that is gone',
      [setup, { op: 'exit', actor: 't1' }, { op: 'reap', ring: 'r0', actor: 't1' }],
    ],
    ['by t0, which never ends', [{ op: 'exit' }]],
    [
      'with a full queue',
      [
        { ...setup, entries: 1 },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
      ],
    ],
    ['of an operation that was not declared', [setup, { op: 'enable', ring: 'r0' }]],
  ])('%s is not', (_, steps) => {
    expect(counted(steps).skipped).toEqual({});
  });

  test('whose ring could not be made is not', () => {
    const calls = counted([setup, { op: 'reap', ring: 'r0' }], { 0: { error: 'ENOMEM' } });
    expect(calls.skipped).toEqual({});
  });

  test('by an actor inside a call is not counted, and after it is', () => {
    const calls = new UnmadeCalls('msg-ring', offer);
    const steps: readonly Step[] = [
      setup,
      { op: 'wait', ring: 'r0', begin: 'c0', actor: 't1' },
      { op: 'reap', ring: 'r0', actor: 't1' },
      { op: 'end', call: 'c0' },
      { op: 'reap', ring: 'r0', actor: 't1' },
    ];
    calls.add({ interface: 'msg-ring', steps }, [
      { event: 'ran', step: 0, at: 0, result: {} },
      { event: 'call', step: 1, at: 1 },
      { event: 'ran', step: 2, at: 2, result: skipped },
      { event: 'return', step: 1, at: 3, result: { value: 0 } },
      { event: 'ran', step: 4, at: 4, result: skipped },
    ]);
    expect(calls.skipped).toEqual({ reap: 1 });
  });
});

test('an operation that was made once was not left out altogether', () => {
  const calls = counted([setup, { op: 'reap', ring: 'r0' }]);
  expect(calls.neverMade()).toEqual([{ op: 'reap', words: 'just so' }]);
  calls.add({ interface: 'msg-ring', steps: [setup, { op: 'reap', ring: 'r0' }] }, [
    { event: 'ran', step: 0, at: 0, result: {} },
    { event: 'ran', step: 1, at: 1, result: { cqes: [] } },
  ]);
  expect(calls.neverMade()).toEqual([]);
  expect(calls.skipped).toEqual({ reap: 1 });
});

test('drains are counted, those that failed apart', () => {
  const steps: readonly Step[] = [setup, { op: 'drain', ring: 'r0' }, { op: 'drain', ring: 'r0' }, setup];
  const { drains, failedDrains } = counted(steps, { 1: { error: 'EEXIST' }, 2: { value: 0, cqes: [] } });
  expect({ drains, failedDrains }).toEqual({ drains: 2, failedDrains: 1 });
});
