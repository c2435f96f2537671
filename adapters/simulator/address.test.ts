/** Addresses of the simulator, and what is said of those it does not understand. */

import { describe, expect, test } from 'vitest';
import { UsageError } from '#spec/index';
import { optionsFor, readAddress } from './address.ts';
import { msgRingSimulator } from './msg-ring/index.ts';
import { nearest } from './nearest.ts';
import { Simulator } from './simulator.ts';

const read = (address: string) => readAddress(address, [msgRingSimulator]);

test.each([
  ['simulator', { seed: 1, flaky: 1 }],
  ['simulator:linux-6', { behaviour: 'linux-6', seed: 1, flaky: 1 }],
  ['simulator:chooser+seed=7', { behaviour: 'chooser', seed: 7, flaky: 1 }],
  ['simulator+posts-twice', { seed: 1, flaky: 1, mutant: { name: 'posts-twice' } }],
  [
    'simulator:linux-6+drops-one-of-batch=3+flaky=0.25+seed=0',
    { behaviour: 'linux-6', seed: 0, flaky: 0.25, mutant: { name: 'drops-one-of-batch', argument: 3 } },
  ],
])('%s is understood', (address, options) => {
  expect(read(address)).toEqual(options);
});

test.each([
  ['simulator', 'docs', undefined],
  ['simulator:linux-6', 'linux-6', undefined],
  ['simulator+accepts-disabled', 'linux-6', 'accepts-disabled'],
  ['simulator:linux-5.18+accepts-disabled', 'linux-5.18', 'accepts-disabled'],
])('%s behaves like %s', (address, behaviour, mutant) => {
  const options = optionsFor(read(address), msgRingSimulator);
  expect(options.behaviour).toBe(behaviour);
  expect(options.mutant?.name).toBe(mutant);
});

test('what an interface does not know is meant for another', () => {
  const other = { ...msgRingSimulator, behaviours: [], mutants: [] };
  const options = optionsFor(read('simulator:linux-6+posts-twice+seed=4'), other);
  expect(options).toEqual({ behaviour: 'docs', seed: 4, flaky: 1 });
});

describe('what is not understood is wrong usage', () => {
  test.each([
    ['simulator:linux', 'unknown behaviour "linux" (did you mean linux-6?); known: docs, linux-6'],
    ['simulator:', 'unknown behaviour ""'],
    [
      'simulator+post-twice',
      'unknown mutant "post-twice" (did you mean posts-twice?); known: sends-when-prepared',
    ],
    ['simulator+', 'unknown mutant ""'],
    ['simulator+posts-twice+wake-lost', 'one mutant at a time, not posts-twice and wake-lost'],
    ['simulator+seed=x', 'seed takes a whole number from 0 to'],
    ['simulator+seed=1.5', 'seed takes a whole number from 0 to'],
    ['simulator+seed', 'seed takes a whole number from 0 to'],
    ['simulator+posts-twice+flaky=2', 'flaky takes a number from 0 to 1'],
    ['simulator+flaky=0.5', 'flaky=P says how often a mutant lies, and no mutant is named'],
    ['simulator+drops-one-of-batch=0', 'drops-one-of-batch takes a whole number from 1 to'],
    ['simulator+seed=1=2', 'has more than one ='],
    ['simulate', 'is no address of the simulator'],
  ])('%s', (address, message) => {
    expect(() => read(address)).toThrow(UsageError);
    expect(() => read(address)).toThrow(message);
  });

  test('an argument for a mutant that takes none', () => {
    expect(() => new Simulator('simulator+posts-twice=2')).toThrow(
      'the mutant posts-twice takes no argument',
    );
  });
});

test('the nearest name is offered only when it is near', () => {
  expect(nearest('wake-list', ['wake-lost', 'posts-twice'])).toBe('wake-lost');
  expect(nearest('elephant', ['wake-lost', 'posts-twice'])).toBeUndefined();
});
