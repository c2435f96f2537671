import { describe, expect, test } from 'vitest';
import type { ClauseId, Program, Result, Step, TraceEvent } from '#spec/index';
import { Events } from './events.ts';
import type { Judgement } from './oracle.ts';
import { refusalsMet } from './refusals.ts';
import { mergeUnobserved, unobservedOf } from './unobserved.ts';

const every = () => true;

const judgement = (more: Partial<Judgement> = {}): Judgement => ({
  verdict: 'conforms',
  reason: null,
  deviation: null,
  exercised: new Set(),
  choices: [],
  editions: [],
  widest: 1,
  ...more,
});

const program = (...steps: readonly Step[]): Program => ({ interface: 'msg-ring', version: 1, steps });

const ran = (step: number, result: Result = {}): TraceEvent => ({ event: 'ran', step, at: step, result });

const setup: Step = { op: 'setup', as: 'r0' };

describe('what came of the calls', () => {
  test('is told by operation', () => {
    const events = new Events('msg-ring', every);
    events.add(
      0,
      program(setup, setup, { op: 'reap', ring: 'r9' }, { op: 'settle' }),
      [ran(0), ran(1, { error: 'ENOMEM' }), ran(2, { skipped: 'gone' }), { event: 'settle', step: 3, at: 9 }],
      judgement(),
    );
    const { operations, outcomes } = events.statistics();
    expect(operations).toEqual({ setup: 2, reap: 1, settle: 1 });
    expect(outcomes).toEqual({ setup: { success: 1, ENOMEM: 1 }, reap: { 'not called': 1 } });
  });

  test('blocks where a settle finds it under way, and comes to something later', () => {
    const events = new Events('msg-ring', every);
    events.add(
      0,
      program(
        setup,
        { op: 'wait', ring: 'r0', actor: 't1', begin: 'w0' },
        { op: 'settle' },
        { op: 'end', call: 'w0' },
      ),
      [
        ran(0),
        { event: 'call', step: 1, at: 2 },
        { event: 'settle', step: 2, at: 3 },
        { event: 'return', step: 1, at: 4, result: { error: 'ETIME' } },
      ],
      judgement(),
    );
    expect(events.statistics().outcomes.wait).toEqual({ blocked: 1, ETIME: 1 });
  });

  test('includes errors that a completion reports, and no number that a message carries', () => {
    const events = new Events('msg-ring', every);
    const completion = (user_data: string, res: number) => ({ user_data, res, flags: 0 });
    events.add(
      0,
      program(
        setup,
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', user_data: '0xa1', data: '0xd1' },
        { op: 'submit', ring: 'r0' },
        { op: 'drain', ring: 'r0' },
      ),
      [
        ran(0),
        ran(1),
        ran(2, { value: 1 }),
        ran(3, {
          value: 0,
          cqes: [completion('0xa1', -22), completion('0xd1', -22), completion('0xa1', -1_000_000)],
        }),
      ],
      judgement(),
    );
    expect(events.statistics().outcomes.submit).toEqual({ success: 1, EINVAL: 1 });
  });
});

describe('distributions', () => {
  test('are told in buckets that double', () => {
    const events = new Events('msg-ring', every);
    [1, 2, 3, 4, 5, 8, 9, 17].forEach((length, number) => {
      const steps = Array.from({ length }, (): Step => ({ op: 'settle' }));
      events.add(number, program(...steps), [], judgement({ widest: length }));
    });
    const { lengths, statesAlive } = events.statistics();
    expect(lengths).toEqual({ '1': 1, '2': 1, '3-4': 2, '5-8': 2, '9-16': 1, '17-32': 1 });
    expect(statesAlive).toEqual(lengths);
  });

  test('of refusals say how many met in one call', () => {
    const send = (more: Readonly<Record<string, string | number>>): readonly Step[] => [
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', ...more },
      { op: 'submit', ring: 'r0' },
    ];
    const pipe: Step = { op: 'open', kind: 'pipe-write', as: 'f0' };
    const of = (...steps: readonly Step[]) => refusalsMet('msg-ring', program(setup, pipe, ...steps), every);
    expect(of(...send({}))).toEqual([0]);
    expect(of(...send({ flags: 4 }))).toEqual([1]);
    expect(of(...send({ flags: 4, fd: 'f0' }))).toEqual([2]);
    expect(of(...send({}), ...send({ flags: 4 }))).toEqual([0, 1]);
    expect(of()).toEqual([]);
  });
});

describe('what is seen first', () => {
  const first = 'msg-ring/target/self' as ClauseId;

  test('has the smallest number, whenever it comes', () => {
    const events = new Events('msg-ring', every);
    events.add(7, program(setup), [ran(0)], judgement({ exercised: new Set([first]) }));
    events.add(3, program(setup), [ran(0)], judgement({ exercised: new Set([first]) }));
    events.add(5, program(setup), [ran(0, { error: 'EINVAL' })], judgement());
    expect(events.statistics()).toMatchObject({
      firstSeen: { [`clause ${first}`]: 3, 'setup: success': 3, 'setup: EINVAL': 5 },
      until: 8,
    });
  });
});

describe('what was never seen', () => {
  const of = (spokenFor: readonly (readonly [string, readonly string[]])[], errors: readonly string[]) =>
    unobservedOf('msg-ring', {}, new Map(spokenFor.map(([point, values]) => [point, new Set(values)])), {
      submit: Object.fromEntries(errors.map((error) => [error, 1])),
    });

  test('is every value and error that nothing spoke for', () => {
    const nothing = of([], []);
    const total = [...Object.values(nothing.values), ...Object.values(nothing.errors)].flat().length;
    expect(nothing.permitted).toBe(total);
    expect(nothing.errors.submit).toEqual(['ENOMEM', 'EINVAL', 'EBADFD', 'EOVERFLOW']);
    const some = of([['non-descriptor@closed', ['EBADF']]], ['EINVAL', 'EBADFD']);
    expect(some.values['non-descriptor@closed']).toEqual(['EBADFD']);
    expect(some.errors.submit).toEqual(['ENOMEM', 'EOVERFLOW']);
  });

  test('leaves out what the edition in force does not leave open', () => {
    const closed = unobservedOf('msg-ring', { edition: 'E2023-01' }, new Map(), {});
    expect(closed.values).not.toHaveProperty('disabled-target@direct');
    expect(of([], []).values).toHaveProperty('disabled-target@direct');
  });

  test('by several parts is what none of them saw', () => {
    const a = of([['non-descriptor@closed', ['EBADF']]], ['EINVAL']);
    const b = of([['non-descriptor@closed', ['EBADFD']]], ['EBADFD']);
    const c = of([], []);
    const merged = mergeUnobserved([a, b, c]);
    expect(merged?.values).not.toHaveProperty('non-descriptor@closed');
    expect(merged?.errors.submit).toEqual(['ENOMEM', 'EOVERFLOW']);
    const [ab, bc] = [mergeUnobserved([a, b]), mergeUnobserved([b, c])];
    expect(mergeUnobserved([...(ab ? [ab] : []), c])).toEqual(merged);
    expect(mergeUnobserved([a, ...(bc ? [bc] : [])])).toEqual(merged);
    expect(mergeUnobserved([])).toBeUndefined();
  });
});
