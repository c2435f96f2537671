import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClauseId, Result } from '#spec/index';
import { narrow } from './choices.ts';
import { choiceOf, clause, pointsOf } from './invented/invention.test.support.ts';
import {
  type Context,
  classOf,
  goesOn,
  mayFail,
  type Outcome,
  permission,
  type Refusal,
  returns,
  skips,
  succeeds,
  to,
  unordered,
} from './outcome.ts';

const points = pointsOf({ letter: ['A', 'B', 'C'], pair: ['yes', 'no'] });
const [rule, other, third] = [clause('rule'), clause('other'), clause('third')];
const context = (parts: Partial<Context> = {}): Context => ({
  choices: points.open(),
  relaxed: null,
  states: () => true,
  actor: 't0',
  nowUs: 0,
  beganUs: 0,
  phase: null,
  alone: true,
  granularityUs: 0,
  slackUs: 0,
  ...parts,
});
const when = (id: string, value: string) => choiceOf(points, id, value);
/** The states that follow, of all outcomes that accept. */
const following = <S>(outcomes: readonly Outcome<S>[], seen: Result) =>
  outcomes.flatMap((outcome) => outcome.accept(seen));
const states = <S>(outcomes: readonly Outcome<S>[], seen: Result) =>
  following(outcomes, seen).map(({ state }) => state);

const OK: Result = {};
const EINVAL: Result = { error: 'EINVAL' };
const SKIPPED: Result = { skipped: 'closed' };

describe('simple outcomes', () => {
  test('a success is neither an error nor a call that was not made', () => {
    const outcome = succeeds(rule, () => [to('after')]);
    expect(states([outcome], { value: 3 })).toEqual(['after']);
    expect(states([outcome], EINVAL)).toEqual([]);
    expect(states([outcome], SKIPPED)).toEqual([]);
  });

  test('a call that no clause judges may fail, and changes nothing then', () => {
    const outcome = mayFail(rule, 'before');
    expect(outcome.may).toBe(true);
    expect(states([outcome], EINVAL)).toEqual(['before']);
    expect(states([outcome], OK)).toEqual([]);
  });

  test('a call that was not made changes nothing', () => {
    const outcome = skips(rule, 'before');
    expect(states([outcome], SKIPPED)).toEqual(['before']);
    expect(states([outcome], OK)).toEqual([]);
  });

  test('a phase looks at no result', () => {
    const outcome = goesOn(rule, 2, 'half', [when('pair', 'yes')]);
    expect(outcome).toMatchObject({ phase: 2, may: false });
    expect(outcome.accept({})).toEqual([to('half', [], [when('pair', 'yes')])]);
  });

  test('a result is classed without its values', () => {
    expect([EINVAL, SKIPPED, { value: 7 }].map(classOf)).toEqual(['EINVAL', 'not called', 'success']);
  });
});

describe('returns: exactly what the clause demands', () => {
  const outcome = (expected: Result, relaxed: ClauseId | null = null) =>
    returns(context({ relaxed }), rule, expected, () => 'after', {
      operation: 'go',
      situation: { queue: 'full' },
      before: 'before',
    });

  test.each([
    [{ value: 0 }, { value: 0 }, { value: 1 }],
    [EINVAL, EINVAL, { error: 'EBADF' }],
    [OK, { value: 5 }, EINVAL],
    [OK, OK, SKIPPED],
    [EINVAL, EINVAL, OK],
  ])('%j accepts %j and refuses %j', (expected, right, wrong) => {
    expect(following([outcome(expected)], right)).toEqual([to('after', [rule])]);
    expect(following([outcome(expected)], wrong)).toEqual([]);
  });

  test('relaxed, anything that the system returned, as a breach with its situation', () => {
    const breach = {
      clause: rule,
      operation: 'go',
      observed: 'EINVAL',
      permitted: ['0'],
      situation: { queue: 'full' },
    };
    const expected = { value: 0 };
    expect(following([outcome(expected, rule)], EINVAL)).toEqual([
      to('before', [], [], breach),
      to('after', [], [], breach),
    ]);
    expect(following([outcome(expected, rule)], { value: 1 })).toMatchObject([
      { state: 'after', breach: { observed: 'success' } },
    ]);
    expect(following([outcome(expected, rule)], { value: 0 })).toEqual([to('after', [rule])]);
    expect(following([outcome(expected, other)], EINVAL)).toEqual([]);
  });

  test('a call that was not made is no answer of the system, relaxed or not', () => {
    expect(following([outcome(OK, rule)], SKIPPED)).toEqual([]);
  });

  test('says why not without values', () => {
    expect(outcome({ value: 0 }).why({ value: 1 })).toBe('another value');
    expect(outcome({ value: 0 }).why(EINVAL)).toBe('EINVAL');
    expect(outcome(OK).why(SKIPPED)).toBe('not called');
    expect(outcome(EINVAL).why(OK)).toBe('success');
  });

  test('accepts its own sample', () => {
    for (const expected of [OK, EINVAL, { value: 3 }])
      expect(following([outcome(expected)], outcome(expected).sample?.() ?? SKIPPED)).toHaveLength(1);
  });
});

/** A refusal of any kind. */
const refusal = fc.record<Refusal>(
  {
    demands: fc.constantFrom(rule, other),
    names: fc.constantFrom(rule, other, third),
    error: fc.constantFrom('EINVAL', 'EFAULT', 'any'),
    when: fc.oneof(
      fc.integer({ min: 1, max: 7 }).map((mask) => [0, mask] as const),
      fc.integer({ min: 1, max: 3 }).map((mask) => [1, mask] as const),
    ),
    may: fc.boolean(),
  },
  { requiredKeys: ['demands', 'names', 'error'] },
);

describe('permission', () => {
  const full = points.full;
  const unless = (id: string, value: string): Refusal => ({
    demands: rule,
    names: rule,
    error: 'EINVAL',
    when: when(id, value),
  });

  test('forbids success where a refusal must come', () => {
    const must: Refusal = { demands: rule, names: other, error: 'EINVAL' };
    expect(permission(points.open(), full, []).musts).toEqual([]);
    expect(permission(points.open(), full, [must]).musts).toEqual([must]);
    expect(permission(points.open(), full, [{ ...must, may: true }]).musts).toEqual([]);
  });

  test('under a choice leaves success to the other values, and forbids it when there is none', () => {
    const refusals = [unless('letter', 'A'), unless('letter', 'B')];
    expect(permission(points.open(), full, refusals)).toEqual({ musts: [], successNarrows: [[0, 4]] });
    const choices = points.open({ letter: ['A', 'B'] });
    // Neither value is the only one left, but together the two refusals leave success none.
    expect(permission(choices, full, refusals).musts).toEqual(refusals);
    const onlyB = points.open({ letter: ['B'] });
    expect(permission(onlyB, full, refusals).musts).toEqual([refusals[1]]);
    const onlyC = points.open({ letter: ['C'] });
    expect(permission(onlyC, full, refusals).musts).toEqual([]);
  });

  test('says the same as trying every combination of choices', () => {
    const mask = (size: number) => fc.integer({ min: 1, max: (1 << size) - 1 });
    fc.assert(
      fc.property(fc.array(refusal, { maxLength: 5 }), mask(3), mask(2), (refusals, letter, pair) => {
        const choices = [letter, pair];
        const free = [1, 2, 4].flatMap((one) =>
          [1, 2].flatMap((two) => {
            const world = [one & letter, two & pair];
            const refused = refusals.some(
              ({ may, when: under }) =>
                !may && (under === undefined || ((world[under[0]] ?? 0) & under[1]) !== 0),
            );
            return world.includes(0) || refused ? [] : [world];
          }),
        );
        const { musts, successNarrows } = permission(choices, full, refusals);
        expect(musts.length === 0).toBe(free.length > 0);
        if (free.length === 0) return;
        const left = [0, 1].map((point) => free.reduce((bits, world) => bits | (world[point] ?? 0), 0));
        expect(narrow(choices, successNarrows)).toEqual(left);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('unordered: any refusal that applies, success where none must', () => {
  const attempt = (
    refusals: readonly Refusal[],
    { relaxed = null, choices = points.open() }: Partial<Pick<Context, 'relaxed' | 'choices'>> = {},
  ) =>
    unordered(context({ relaxed, choices }), {
      operation: 'go',
      situation: { target: 'self' },
      points,
      state: 'before',
      refusals,
      success: (proves) => [
        succeeds(
          third,
          () => [to('after', [third], proves)],
          () => OK,
        ),
      ],
    });
  const demanded: Refusal = { demands: rule, names: other, error: 'EINVAL' };
  const unnamed = (value: string): Refusal => ({
    demands: rule,
    names: other,
    error: value,
    binds: when('letter', value),
  });

  test('nothing refuses: success, proving nothing', () => {
    expect(following(attempt([]), OK)).toEqual([to('after', [third])]);
    expect(following(attempt([]), EINVAL)).toEqual([]);
  });

  test('a demanded refusal forbids success and changes nothing', () => {
    expect(following(attempt([demanded]), EINVAL)).toEqual([to('before', [other, rule])]);
    expect(following(attempt([demanded]), OK)).toEqual([]);
    expect(following(attempt([demanded]), { error: 'EIO' })).toEqual([]);
  });

  test('a refusal that may come forbids nothing', () => {
    const outcomes = attempt([{ ...demanded, may: true }]);
    expect(states(outcomes, EINVAL)).toEqual(['before']);
    expect(states(outcomes, OK)).toEqual(['after']);
  });

  test('any error where the documents name none', () => {
    const outcomes = attempt([{ ...demanded, error: 'any' }]);
    expect(following(outcomes, { error: 'EIO' })).toEqual([to('before', [rule])]);
    expect(following(outcomes, OK)).toEqual([]);
  });

  test('an error left to the system binds it, and a value ruled out before cannot come', () => {
    const values = ['A', 'B', 'C'].map(unnamed);
    expect(following(attempt(values), { error: 'B' })).toEqual([
      to('before', [other, rule], [when('letter', 'B')]),
    ]);
    const outcomes = attempt(values, { choices: points.open({ letter: ['B'] }) });
    expect(following(outcomes, { error: 'A' })).toEqual([]);
    expect(outcomes.map(({ permits }) => permits)).toEqual(['B']);
  });

  test('a refusal under a choice narrows it, and so does success', () => {
    const outcomes = attempt([{ ...demanded, when: when('pair', 'yes') }]);
    expect(following(outcomes, EINVAL)).toEqual([to('before', [other], [when('pair', 'yes')])]);
    expect(following(outcomes, OK)).toEqual([to('after', [third], [when('pair', 'no')])]);
  });

  test('a demand counts only where no other forbids success too', () => {
    const also: Refusal = { demands: third, names: third, error: 'EFAULT' };
    expect(following(attempt([demanded, also]), EINVAL)).toEqual([to('before', [other])]);
    expect(following(attempt([demanded, { ...also, demands: rule }]), EINVAL)).toEqual([
      to('before', [other, rule]),
    ]);
  });

  test('relaxed, the demand lets the call succeed, and the name lets another error come', () => {
    expect(following(attempt([demanded], { relaxed: rule }), OK)).toMatchObject([
      { state: 'after', exercised: [], breach: { clause: rule, observed: 'success', permitted: ['EINVAL'] } },
    ]);
    expect(following(attempt([demanded], { relaxed: rule }), { error: 'EIO' })).toEqual([]);
    expect(following(attempt([demanded], { relaxed: other }), { error: 'EIO' })).toMatchObject([
      { state: 'before', breach: { clause: other, observed: 'EIO', situation: { target: 'self' } } },
    ]);
    expect(following(attempt([demanded], { relaxed: other }), OK)).toEqual([]);
    expect(following(attempt([demanded], { relaxed: other }), SKIPPED)).toEqual([]);
    const also: Refusal = { demands: third, names: third, error: 'EFAULT' };
    expect(following(attempt([demanded, also], { relaxed: rule }), OK)).toEqual([]);
  });

  test('what is exercised is what relaxing would have let differ', () => {
    const results: readonly Result[] = [OK, ...['EINVAL', 'EFAULT', 'EIO'].map((error) => ({ error }))];
    fc.assert(
      fc.property(fc.array(refusal, { maxLength: 4 }), (refusals) => {
        const strict = attempt(refusals);
        for (const seen of results)
          for (const tested of following(strict, seen).flatMap(({ exercised }) => exercised)) {
            if (tested === third && seen === OK) continue;
            const relaxed = attempt(refusals, { relaxed: tested });
            const differs = results.some(
              (one) => following(strict, one).length === 0 && following(relaxed, one).length > 0,
            );
            expect(differs, JSON.stringify({ refusals, seen, tested })).toBe(true);
          }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
