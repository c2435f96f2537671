/**
 * What the page on QNX interrupts promises, as properties in a sentence each, on the simulator; and which behaviour keeps
 * to which profile. The machine is not asked here, but where a property says so.
 */

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { judge, run } from '#conformance/index';
import type { Result, Step } from '#spec/index';

const settle: Step = { op: 'settle' };
const collect: Step = { op: 'collect' };
const attach = (as: string, more: Partial<Step> = {}): Step => ({ op: 'attach', as, ...more }) as Step;
const raise = (vector = 'edge'): Step => ({ op: 'raise', vector });
const unmask = (id: string): Step => ({ op: 'unmask', id });
const by = (actor: string, step: Step): Step => ({ ...step, actor });

/** What each step returned; the trace conforms, too. */
const played = (steps: readonly Step[], address = 'simulator'): readonly Result[] => {
  const program = { interface: 'qnx-interrupt', steps };
  const answer = new Simulator(address).execute(program);
  if (answer.kind !== 'trace') throw new Error(`${answer.kind}: ${answer.reason}`);
  expect(judge(program, answer.events).deviation).toBeNull();
  return answer.events.map((event) => ('result' in event ? event.result : {}));
};
const last = (steps: readonly Step[], address?: string): Result => played(steps, address).at(-1) as Result;
const eventsIn = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ events }) => (Array.isArray(events) ? (events as string[]) : []));

const calls = [
  'InterruptAttachEvent',
  'InterruptAttachEvent_r',
  'InterruptAttachEventPriority',
  'InterruptAttachEventPriority_r',
] as const;
const sinks = fc.constantFrom('PULSE', 'SEM', 'SIGNAL', 'SIGNAL_CODE', 'THREAD');
const kinds = fc.array(sinks, { minLength: 1, maxLength: 5 });
const chooser = fc.integer({ min: 1, max: 40 }).map((seed) => `simulator:chooser+seed=${seed}`);
const all = (events: readonly string[], more: Partial<Step> = {}): readonly Step[] =>
  events.map((event, number) => attach(`a${number}`, { event, ...more } as Partial<Step>));
const names = (events: readonly unknown[]): readonly string[] => events.map((_, number) => `a${number}`);

describe('qnx-interrupt', () => {
  property.prop([kinds, fc.integer({ min: 1, max: 5 }), chooser])(
    '1: between two unmasks an attachment is given one event at most',
    (events, interrupts, address) => {
      const raises = Array.from({ length: interrupts }, () => [raise(), settle]).flat();
      const { events: seen } = last([...all(events), ...raises, collect], address);
      expect([...(seen as string[])].sort()).toEqual([...names(events)]);
    },
  );

  property.prop([kinds, fc.integer({ min: 1, max: 4 })])(
    '2: after n rounds of interrupt, delivery and unmasking every sink was given n events',
    (events, rounds) => {
      const round = [raise(), settle, collect, ...names(events).map(unmask)];
      const seen = eventsIn(played([...all(events), ...Array.from({ length: rounds }, () => round).flat()]));
      for (const name of names(events)) expect(seen.filter((one) => one === name)).toHaveLength(rounds);
    },
  );

  property.prop([
    kinds,
    fc.constantFrom('NONE', 'UNBLOCK', 'SIGNAL_THREAD', 'unreadable'),
    fc.constantFrom(...calls),
    chooser,
  ])('3: a call that fails changes nothing', (events, event, call, address) => {
    const failing = attach('a9', { event, call } as Partial<Step>);
    const body = [...all(events), raise(), settle, failing, raise(), settle, failing, collect];
    const results = played(body, address);
    expect(results[events.length + 2]).toHaveProperty('error');
    expect([...eventsIn(results)].sort()).toEqual([...names(events)]);
    expect(last([failing, failing, { op: 'attach_many' }], address)).toEqual({ value: 32, last: 'EAGAIN' });
  });

  property.prop([fc.constantFrom('t1', 't2', 't3'), fc.boolean(), chooser])(
    '4: what is held exclusively is shared with nobody, until it is detached',
    (other, first, address) => {
      const alone = attach('a0', { flags: 'EXCLUSIVE' });
      const [one, two] = first ? [alone, attach('a1')] : [attach('a0'), attach('a1', { flags: 'EXCLUSIVE' })];
      const results = played(
        [one, by(other, two), { op: 'detach', id: 'a0' }, by(other, attach('a2'))],
        address,
      );
      expect(results[1]).toMatchObject({ error: 'EBUSY' });
      expect(results[3]).toHaveProperty('id');
    },
  );

  property.prop([fc.integer({ min: 0, max: 6 }), chooser])(
    '5: an interrupt has room for thirty-two, and living attachments of a process have ids of their own',
    (before, address) => {
      const some = names(Array.from({ length: before }));
      const results = played(
        [...some.map((name) => attach(name)), { op: 'attach_many' }, attach('a9')],
        address,
      );
      expect(results[before]).toEqual({ value: 32 - before, last: 'EAGAIN' });
      expect(results[before + 1]).toMatchObject({ error: 'EAGAIN' });
      const ids = results.slice(0, before).map(({ id }) => id);
      expect(new Set(ids).size).toBe(before);
    },
  );

  property.prop([
    fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }),
    fc.integer({ min: 0, max: 300 }),
    chooser,
  ])(
    '6: on one processor at one priority the newest comes first, and those put at the end in their order last',
    (ends, prio, address) => {
      const made = ends.map((isEnd, number) =>
        attach(`a${number}`, {
          call: 'InterruptAttachEventPriority',
          prio: Math.min(prio, 253),
          vector: 'local',
          flags: isEnd ? 'END|CPU_LOCAL' : 'CPU_LOCAL',
        }),
      );
      const { events } = last(
        [{ op: 'runmask', processors: 'one' }, ...made, raise('local'), settle, collect],
        address,
      );
      const fronts = names(ends).filter((_, number) => ends[number] === false);
      const rest = names(ends).filter((_, number) => ends[number] === true);
      expect(events).toEqual([...fronts.toReversed(), ...rest]);
    },
  );

  property.prop([fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(calls[2], calls[3])])(
    '7: a priority is taken as it is asked for between 1 and that of the clock, and the nearer bound beyond',
    (prio, call) => {
      const { priority } = last([attach('a0', { call, prio })]);
      expect(priority).toBe(Math.min(Math.max(1, prio), 254));
    },
  );

  property.prop([fc.constantFrom(...calls), fc.constantFrom('NONE', 'UNBLOCK', 'unreadable')])(
    '8: plain forms return -1 and set errno, _r forms return the negative and leave it',
    (call, event) => {
      const error = event === 'unreadable' ? 'EFAULT' : 'EINVAL';
      const seen = last([attach('a0', { call, event } as Partial<Step>)]);
      expect(seen).toMatchObject(
        call.endsWith('_r')
          ? { error, returned: 'negative', errno: 'kept' }
          : { error, returned: 'minus-one', errno: error },
      );
    },
  );

  property.prop([fc.constantFrom('edge', 'second', 'third'), chooser])(
    '9: a thread serves one interrupt at a time, and is free again once that is detached',
    (vector, address) => {
      const results = played(
        [
          attach('a0', { event: 'INTR' }),
          attach('a1', { event: 'INTR', vector }),
          { op: 'detach', id: 'a0' },
          attach('a2', { event: 'INTR', vector }),
        ],
        address,
      );
      expect(results[1]).toMatchObject({ error: 'EBUSY' });
      expect(results[3]).toHaveProperty('id');
    },
  );

  property.prop([fc.integer({ min: 0, max: 5 })])(
    '10: what was masked k times needs k unmasks, and one more is refused',
    (times) => {
      const masks = Array.from({ length: times }, (): Step => ({ op: 'mask', id: 'a0' }));
      const unmasks = masks.flatMap(() => [raise(), settle, collect, unmask('a0')]);
      const results = played([attach('a0'), ...masks, ...unmasks, unmask('a0')]);
      expect(results.at(-1)).toEqual({ error: 'EAGAIN' });
      expect(eventsIn(results)).toEqual([]);
      expect(
        last([attach('a0'), ...masks, ...masks.map(() => unmask('a0')), raise(), settle, collect]).events,
      ).toEqual(['a0']);
    },
  );
});

describe('each behaviour keeps to its own profile, and departs from others where they differ', () => {
  test.each([
    ['docs', 'docs', []],
    ['docs', 'qnx-8.0', []],
    ['qnx-8.0', 'qnx-8.0', []],
    ['qnx-8.0', 'docs', ['priority/as-given', 'priority/high-is-clock']],
  ] as const)('%s under %s departs in %j', async (behaviour, profile, departs) => {
    const options = { seed: 1, runs: 600, maxSteps: 32, profile, repetitions: 1 };
    const { findings, failures, record } = await run(
      'qnx-interrupt',
      new Simulator(`simulator:${behaviour}`),
      options,
    );
    expect(failures).toEqual([]);
    expect(record.programs).toBe(600);
    const clauses = findings.map(({ finding }) =>
      finding.signature.split(' ')[0]?.replace('qnx-interrupt/', ''),
    );
    expect([...new Set(clauses)].sort()).toEqual([...departs]);
  });
});
