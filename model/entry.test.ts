import { describe, expect, test } from 'vitest';
import { choicesOf, done, type Entry, exercise, exercisedBy, keyOf, merge } from './entry.ts';
import { clause } from './invented/invention.test.support.ts';
import type { Breach } from './outcome.ts';

const [a, b, c, d] = [clause('a'), clause('b'), clause('c'), clause('d')];
const world = (parts: Partial<Entry<string>> = {}): Entry<string> => ({
  state: 's',
  choices: [1, 3],
  progress: [],
  exercised: null,
  breach: null,
  ...parts,
});
const breach: Breach = { clause: a, operation: 'go', observed: 'success', permitted: [], situation: {} };

describe('two worlds have one key', () => {
  const key = (parts: Partial<Entry<string>>, state = 's') => keyOf(world(parts), state);

  test('when they differ in their past alone', () => {
    expect(key({ exercised: exercise(null, [a]) })).toBe(key({}));
    expect(key({ breach })).toBe(key({ breach: { ...breach, operation: 'stop' } }));
  });

  test.each<readonly [string, Partial<Entry<string>>, Partial<Entry<string>>]>([
    ['choices', { choices: [1, 2] }, { choices: [1, 3] }],
    ['a call that has taken effect', { progress: [null] }, { progress: [done] }],
    ['the phase of a call', { progress: [{ left: ['x'] }] }, { progress: [{ left: ['y'] }] }],
    ['whose phase it is', { progress: ['x', null] }, { progress: [null, 'x'] }],
    ['one phase or two', { progress: ['x;', null] }, { progress: ['x', ';'] }],
    ['a phase and an effect', { progress: ['done'] }, { progress: [done] }],
    ['a breach', { breach }, {}],
  ])('but not when they differ in %s', (_name, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  test('but not when they differ in the state, whatever its key holds', () => {
    expect(key({}, 's|t')).not.toBe(key({}, 's'));
    expect(keyOf(world({ choices: [1] }), '3|s')).not.toBe(keyOf(world({ choices: [1, 3] }), 's'));
  });
});

describe('two worlds with one key, as one', () => {
  const past = exercise(exercise(null, [a]), [b]);
  const merged = (one: Entry<string>, other: Entry<string>) => [...exercisedBy([merge(one, other)])].sort();

  test('have exercised what both have', () => {
    const left = world({ exercised: exercise(past, [c]) });
    const right = world({ exercised: exercise(past, [d]) });
    expect(merged(left, right)).toEqual([a, b]);
    expect(merged(left, world({ exercised: exercise(exercise(past, [d]), [c]) }))).toEqual([a, b, c]);
    expect(merged(left, world({ exercised: exercise(null, [c, a]) }))).toEqual([a, c]);
    expect(merged(left, world())).toEqual([]);
  });

  test('are the first when it loses nothing, so that nothing is followed twice', () => {
    const known = world({ exercised: past });
    expect(merge(known, world({ exercised: exercise(past, [c]) }))).toBe(known);
    expect(merge(known, world({ exercised: exercise(exercise(null, [b]), [a]) }))).toBe(known);
    expect(merge(known, known)).toBe(known);
  });
});

describe('all worlds together', () => {
  test('exercised what each of them has', () => {
    const one = world({ exercised: exercise(exercise(null, [a]), [b, c]) });
    const other = world({ exercised: exercise(null, [c, a, d]) });
    expect([...exercisedBy([one, other])].sort()).toEqual([a, c]);
    expect([...exercisedBy([one])].sort()).toEqual([a, b, c]);
    expect(exercisedBy([])).toEqual(new Set());
  });

  test('leave possible what any of them does', () => {
    expect(choicesOf([world({ choices: [1, 2] }), world({ choices: [2, 2] })])).toEqual([3, 2]);
    expect(choicesOf([world({ choices: [1, 2] })])).toEqual([1, 2]);
    expect(choicesOf([])).toEqual([]);
  });
});
