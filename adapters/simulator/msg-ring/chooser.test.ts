/** The chooser: it conforms, cannot be predicted, can be repeated, and takes whatever is left open. */

import { describe, expect, test } from 'vitest';
import { clauseFile, type Program, type Step } from '#spec/index';
import { Random } from '../random.ts';
import { Simulator } from '../simulator.ts';
import { behaviours } from './behaviours.ts';
import { chooserOccasions } from './occasions.ts';
import type { Completion } from './ring.ts';
import {
  close,
  deferred,
  drain,
  end,
  exit,
  memory,
  open,
  prep,
  reap,
  ring,
  settle,
  submit,
  wait,
} from './scenario.ts';

const PROGRAMS = 3000;

const execute = (simulator: Simulator, steps: readonly Step[]) => {
  const answer = simulator.execute({ interface: 'msg-ring', steps });
  if (answer.kind !== 'trace') throw new Error(answer.reason);
  return answer.events;
};

/** Programs that go wherever something is left open, by seed. */
const programs = (seed: number): readonly Program[] => {
  const random = new Random();
  const of = <Value>(...values: readonly Value[]): Value => values[random.below(values.length)] as Value;
  const message = (): Step =>
    prep(
      of('a', 'b', 'c'),
      of('a', 'b', 'c', 'd', 'd', 'd', of('x', 'p', '@closed', '@minus-one', '@out-of-range')),
      {
        data: `0x${random.below(99).toString(16)}`,
        ...of({}, {}, {}, { flags: 1 }, { ioprio: 1 }, { command: '0x1' }),
        ...of(
          {},
          {},
          { sqe_flags: of('FIXED_FILE', 'IO_LINK', 'IO_HARDLINK', 'ASYNC', 'CQE_SKIP_SUCCESS|IO_LINK') },
        ),
      },
    );
  const call = (begin: string): Step =>
    of<() => Step>(
      () => submit(of('a', 'a', 'b', 'c'), { getevents: of(true, false) }),
      () => submit(of('a', 'b'), { actor: of('t1', 't2') }),
      () => of(exit('t1'), exit('t2'), close('a'), close('b')),
      () => reap(of('a', 'b', 'c', 'd')),
      () => drain(of('a', 'b', 'c'), { actor: of('t0', 't1') }),
      () => wait(of('a', 'b', 'c'), { actor: of('t1', 't2'), begin, timeout_ms: of(1, 5), count: of(1, 2) }),
      () => wait('a', { timeout_ms: 1, count: 2 }),
      () => memory(of('exhausted', 'exhausted', 'restored')),
      () => memory('exhausted'),
      () => settle,
      () => ring('e'),
    )();
  return Array.from({ length: PROGRAMS }, (_, stream) => {
    random.restart(seed, stream);
    const steps = [
      ring('a', { flags: of('', 'IOPOLL'), entries: 4, cq_entries: 4 }),
      deferred('b', { actor: 't1', entries: 1, cq_entries: 1 }),
      deferred('c', { entries: 2, cq_entries: 2 }),
      ring('d', {
        flags: of('', 'R_DISABLED', 'R_DISABLED|SINGLE_ISSUER|DEFER_TASKRUN'),
        entries: 1,
        cq_entries: 1,
      }),
      open('x', 'null'),
      open('p', 'path'),
    ];
    for (let index = 0; index < 20; index += 1) {
      const begin = `w${index}`;
      const step = of(true, false) ? message() : call(begin);
      steps.push(step);
      if (step.op === 'prep_msg_ring' && of(true, false))
        steps.push(submit(String(step.ring), { actor: step.ring === 'b' ? 't1' : 't0' }));
      if (step.begin === begin && of(true, false)) steps.push(settle, end(begin));
    }
    return { interface: 'msg-ring', steps: [...steps, settle, drain('a'), drain('c')] };
  });
};

test('every outcome of every occasion is taken by two consecutive seeds', () => {
  const taken = new Map<string, number>();
  for (const seed of [2, 3]) {
    const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
    for (const { steps } of programs(seed)) execute(simulator, steps);
    for (const [outcome, count] of simulator.taken()) taken.set(outcome, (taken.get(outcome) ?? 0) + count);
  }
  const declared = chooserOccasions.flatMap(({ occasion, outcomes }) =>
    outcomes.map((outcome) => `${occasion}: ${outcome}`),
  );
  expect(declared.length).toBeGreaterThan(80);
  expect(declared.filter((outcome) => !taken.has(outcome))).toEqual([]);
  expect([...taken.keys()].filter((outcome) => !declared.includes(outcome))).toEqual([]);
});

test('the same seed answers the same programs alike, another seed does not', () => {
  const answers = (seed: number) => {
    const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
    return programs(7)
      .slice(0, 50)
      .map(({ steps }) => execute(simulator, steps));
  };
  expect(answers(4)).toEqual(answers(4));
  expect(answers(4)).not.toEqual(answers(5));
});

test('what is drawn in a program does not depend on the programs before it', () => {
  const [first, second, third] = programs(7) as [Program, Program, Program];
  const one = new Simulator('simulator:chooser+seed=9');
  const other = new Simulator('simulator:chooser+seed=9');
  execute(one, first.steps);
  execute(other, second.steps);
  expect(execute(one, third.steps)).toEqual(execute(other, third.steps));
});

test('an instance chooses once at every variation point', () => {
  for (const seed of [1, 2, 3, 4]) {
    const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
    for (const { steps } of programs(seed).slice(0, 200)) execute(simulator, steps);
    for (const { occasion } of chooserOccasions.filter(({ once }) => once))
      expect(
        [...simulator.taken().keys()].filter((key) => key.startsWith(`${occasion}:`)).length,
      ).toBeLessThan(2);
  }
});

test('the variation points are those of the interface, with all their values', () => {
  const points = clauseFile('msg-ring').points ?? [];
  expect(
    chooserOccasions.filter(({ once }) => once).map(({ occasion, outcomes }) => [occasion, outcomes]),
  ).toEqual(points.map(({ id, values }) => [id, values]));
  for (const { choices } of behaviours)
    expect(Object.keys(choices).sort()).toEqual(points.map(({ id }) => id).sort());
});

describe('what conformance demands of it', () => {
  /** Plain messages between rings that can do nothing odd, told apart by their data. */
  const plain = (seed: number): readonly Step[] => {
    const random = new Random();
    random.restart(seed, 0);
    const rings = ['a', 'b', 'c'];
    const any = () => rings[random.below(3)] as string;
    const messages = Array.from({ length: 12 }, (_, index) => [
      prep(any(), any(), {
        data: `0x${(index + 1).toString(16)}`,
        user_data: `0x${(index + 101).toString(16)}`,
      }),
      ...(random.below(3) === 0 ? [submit(any())] : []),
      ...(random.below(5) === 0 ? [reap(any())] : []),
    ]).flat();
    return [ring('a'), ring('b', { entries: 1, cq_entries: 1 }), deferred('c'), ...messages];
  };

  /** Submits until nothing is prepared, because a submission may take fewer entries than it is offered. */
  const flush = ['a', 'b', 'c'].flatMap((name) => Array.from({ length: 12 }, () => submit(name)));
  const finish = [...flush, settle, drain('a'), drain('b'), drain('c')];

  test.each([...Array(60).keys()])(
    'every message arrives once and every request completes once (%i)',
    (seed) => {
      const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
      const steps = [...plain(seed), ...finish];
      const events = execute(simulator, steps);
      const seen: string[] = [];
      const expected: string[] = [];
      for (const event of events) {
        if (!('result' in event)) continue;
        const step = steps[event.step] as Step;
        for (const { user_data } of (event.result.cqes ?? []) as readonly Completion[])
          seen.push(`${step.ring} ${user_data}`);
        if (step.op === 'prep_msg_ring' && event.result.skipped === undefined)
          expected.push(`${step.fd} ${step.data}`, `${step.ring} ${step.user_data}`);
      }
      expect(seen.sort()).toEqual(expected.sort());
    },
  );

  test('a settle leaves nobody asleep who has what it waits for', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
      const steps = [
        ring('a'),
        ring('b', { actor: 't1' }),
        wait('b', { actor: 't1', begin: 'w0' }),
        prep('a', 'b'),
        submit('a'),
        settle,
      ];
      const events = execute(simulator, steps).map(({ event, step }) => `${event} ${step}`);
      expect(events.indexOf('return 2')).toBeGreaterThan(0);
      expect(events.indexOf('return 2')).toBeLessThan(events.indexOf('settle 5'));
    }
  });
});
