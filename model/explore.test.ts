/** Walks through small worlds: everything that can be reached is, by the shortest way, and what does not hold is found. */

import { describe, expect, test } from 'vitest';
import type { InterfaceFile, Step, TraceEvent, WorldEntry } from '#spec/index';
import { accept } from './acceptance.ts';
import { Exploration } from './explore.ts';
import { fanOut } from './invented/fan-out.test.support.ts';
import { clause, machineOf } from './invented/invention.test.support.ts';
import { receiver } from './invented/receiver.test.support.ts';
import { waiters } from './invented/waiters.test.support.ts';
import type { Machine } from './machine.ts';
import { goesOn, returns } from './outcome.ts';
import { rehearse } from './rehearsal.ts';
import { Script } from './script.ts';
import { record, whole } from './shape.ts';
import { callName, SmallWorld } from './small-world.ts';
import { Steps } from './steps.ts';
import { Seeking } from './witness.ts';

/** Operations by name, without arguments. */
const file = (...operations: readonly string[]): InterfaceFile => ({
  interface: 'invented',
  version: 1,
  title: 'Invented',
  actors: { kind: 'thread', max: 3 },
  handles: [],
  operations: operations.map((name) => ({ name, meaning: name, arguments: [], result: [] })),
  capabilities: [],
  situations: [],
});

const world = (
  operations: WorldEntry['operations'],
  actors: readonly [string, ...string[]] = ['t0'],
): WorldEntry => ({ name: 'test', meaning: 'For a test.', actors: [...actors], handles: {}, operations });

const counts = clause('counter/add/counts');
const wraps = clause('counter/add/wraps');
interface Count {
  readonly count: number;
}

/** Counts to three and starts again; a look tells how far it has come. */
const counter: Machine<Count> = machineOf({
  initial: { count: 0 },
  clauses: [counts, wraps],
  shape: record({ count: whole }),
  call: (c, s, { op }) =>
    op === 'add'
      ? [returns(c, wraps, {}, () => ({ count: (s.count + 1) % 3 }), { operation: op })]
      : [returns(c, counts, { value: s.count }, () => s, { operation: op })],
});

const explore = <S>(machine: Machine<S>, small: SmallWorld, maxSteps = 5, maxStates = 10_000) =>
  new Exploration(machine, small, { maxSteps, maxStates });

describe('a walk', () => {
  const small = new SmallWorld(file('add', 'look'), world([{ op: 'add' }, { op: 'look' }]));

  test('reaches every state by its shortest program', () => {
    const exploration = explore(counter, small);
    const found = exploration.run();
    expect(found).toMatchObject({ states: 3, byDepth: [1, 1, 1], complete: true, broken: [] });
    expect([...found.cited].sort()).toEqual([counts, wraps].sort());
    expect(exploration.bodyTo(2)).toEqual([{ op: 'add' }, { op: 'add' }]);
    expect(exploration.pathTo(2).map(({ happening }) => happening.after.state)).toEqual([
      { count: 1 },
      { count: 2 },
    ]);
  });

  test('says that it was bounded', () => {
    expect(explore(counter, small, 5, 2).run()).toMatchObject({ states: 2, complete: false });
    expect(explore(counter, small, 1).run()).toMatchObject({ states: 2, byDepth: [1, 1], complete: true });
  });

  test('ends where its visitor has seen enough', () => {
    const found = explore(counter, small).run({ state: (id) => id < 1 });
    expect(found).toMatchObject({ states: 2, complete: false });
  });

  test('names an invariant that does not hold, with the first state in which it does not', () => {
    const guarded = {
      ...counter,
      invariants: [
        { name: 'never two', holds: ({ count }: Count) => count !== 2 },
        { name: 'below three', holds: ({ count }: Count) => count < 3 },
      ],
    };
    expect(explore(guarded, small).run().broken).toEqual([{ invariant: 'never two', state: 2 }]);
  });

  test('leaves out a clause that nothing cites', () => {
    const lone = new SmallWorld(file('look'), world([{ op: 'look' }]));
    const { cited } = explore(counter, lone).run();
    expect(counter.clauses.filter((one) => !cited.has(one))).toEqual([wraps]);
  });

  test('refuses a world that the interface does not have', () => {
    expect(() => new SmallWorld(file('add'), world([{ op: 'leap' }]))).toThrow(/no operation leap/);
    expect(() => new SmallWorld(file('add'), world([{ op: 'add', with: [{ far: [1] }] }]))).toThrow(
      /no argument far/,
    );
  });
});

describe('phases and steps nobody calls', () => {
  const both = clause('pair/both');
  /** A call in two halves, each a step of its own; between them it is seen half done. */
  const halves: Machine<Count> = machineOf({
    initial: { count: 0 },
    clauses: [both],
    shape: record({ count: whole }),
    call: (c, s, { op }) =>
      op === 'look'
        ? [returns(c, both, { value: s.count }, () => s, { operation: op })]
        : c.phase === null
          ? [goesOn(both, 'half', { count: s.count + 1 })]
          : [returns(c, both, {}, () => ({ count: s.count + 1 }), { operation: op })],
  });

  test('a call that is waited for goes through its phases before the program goes on', () => {
    const small = new SmallWorld(file('go', 'look'), world([{ op: 'go' }, { op: 'look' }]));
    const exploration = explore(halves, small, 1);
    const seen = new Set<string>();
    exploration.run({
      state: (_, { moment }) => {
        seen.add(`${moment.state.count}${moment.calls.length > 0 ? ' under way' : ''}`);
        return true;
      },
    });
    expect([...seen].sort()).toEqual(['0', '0 under way', '1 under way', '2']);
  });

  test('a call that was begun is seen half done by another actor', () => {
    const small = new SmallWorld(
      file('go', 'look'),
      world(
        [
          { op: 'go', actors: ['t1'], begins: true },
          { op: 'look', actors: ['t0'] },
        ],
        ['t0', 't1'],
      ),
    );
    const looked = new Set<number>();
    explore(halves, small, 3).run({
      move: (_from, _to, { happening: { kind, result } }) => {
        if (kind === 'ran') looked.add(result?.value ?? -1);
      },
    });
    expect([...looked].sort()).toEqual([0, 1, 2]);
  });
});

/** Every trace that a walk writes down is one that the fold takes. */
describe.each([
  { name: 'receiver', invention: receiver },
  { name: 'waiters', invention: waiters },
  { name: 'fan-out', invention: fanOut },
])('walk and fold agree about $name', ({ invention }) => {
  const machine = invention.machine as Machine<unknown>;
  const operations = [...new Set(invention.steps.map(({ op }) => op))];
  const named: InterfaceFile = {
    ...file(),
    operations: operations.map((name) => ({
      name,
      meaning: name,
      result: [],
      arguments: [
        ...new Set(
          invention.steps
            .filter(({ op }) => op === name)
            .flatMap((step) => Object.keys(step).filter((key) => key !== 'op' && key !== 'actor')),
        ),
      ].map((argument) => ({ name: argument, type: 'choice' as const, meaning: argument })),
    })),
  };
  const actors = [...new Set(['t0', ...invention.steps.map(({ actor }) => actor ?? 't0')])] as [string];
  const small = new SmallWorld(
    named,
    world(
      invention.steps
        .filter(({ op }) => op !== 'settle')
        .map((step) => {
          const { op, actor = 't0', ...values } = step;
          const begins = invention.overlaps(step);
          return {
            op,
            actors: [actor],
            ...(begins && { begins }),
            with: [Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]]))],
          } as WorldEntry['operations'][number];
        }),
      actors,
    ),
  );

  test('on the path to every state', () => {
    const exploration = explore(machine, small, 4, 2_000);
    const { states } = exploration.run();
    expect(states).toBeGreaterThan(20);
    let checked = 0;
    for (let id = 0; id < states; id++) {
      const script = new Script();
      let begun = 0;
      for (const { letter, happening } of exploration.pathTo(id))
        if (letter === null) script.pass(happening);
        else {
          const step = small.step(letter);
          script.take(small.begins(letter) ? { ...step, begin: callName(begun++) } : step, happening);
        }
      // A call that is waited for and has not returned is not in the trace yet.
      const whole = script.steps.filter((_, index) => shows(script.events, script.steps, index));
      if (whole.length < script.steps.length) continue;
      expect(accept(machine, script.steps, script.events).verdict, JSON.stringify(script.steps)).toBe(
        'accepted',
      );
      expect(exploration.bodyTo(id)).toEqual(script.steps);
      checked++;
    }
    expect(checked).toBeGreaterThan(20);
  });
});

const shows = (events: readonly TraceEvent[], steps: readonly Step[], index: number): boolean =>
  steps[index]?.op === 'end' || events.some(({ step }) => step === index);

describe('a rehearsal', () => {
  const steps: readonly Step[] = [
    { op: 'post', handle: 'a' },
    { op: 'wait', handle: 'a', timeout: 5, actor: 't1', begin: 'w0' },
    { op: 'settle' },
    { op: 'end', call: 'w0' },
  ];

  test('plays a program as the machine would have it', () => {
    const { machine } = waiters;
    const script = rehearse(machine, steps, machine.points.open(), () => true);
    expect(script?.steps).toEqual(steps);
    expect(accept(machine, script?.steps ?? [], script?.events ?? []).verdict).toBe('accepted');
  });

  test('cannot play what blocks for ever', () => {
    const blocked = machineOf<Count>({
      initial: { count: 0 },
      shape: record({ count: whole }),
      call: () => [],
    });
    expect(rehearse(blocked, [{ op: 'wait' }], [], () => true)).toBeNull();
    expect(new Steps(blocked).run(new Steps(blocked).start(), { op: 'wait' })).toHaveLength(0);
  });
});

describe('a search for witnesses', () => {
  const closing = () => [{ op: 'look' }];
  const small = new SmallWorld(file('add', 'look'), world([{ op: 'add' }]));

  test('finds the shortest program that tests a clause, and what its closing tests', () => {
    const seeking = new Seeking(counter, counter.clauses, [], { closing, maxSteps: 3, maxStates: 100 });
    seeking.in(small);
    expect(seeking.isOver).toBe(true);
    expect(seeking.clauses.get(counts)?.body).toEqual([]);
    expect(seeking.clauses.get(wraps)?.body).toEqual([{ op: 'add' }]);
  });

  test('does not find what cannot be reached', () => {
    const dead = clause('counter/add/never');
    const seeking = new Seeking(counter, [dead], [], { closing, maxSteps: 3, maxStates: 100 });
    seeking.in(small);
    expect(seeking.isOver).toBe(false);
    expect(seeking.clauses.size).toBe(0);
  });

  test('takes a doubtful witness only when there is no better', () => {
    const isCertain = (body: readonly Step[]) => body.length >= 2;
    const seeking = new Seeking(counter, [wraps], [], { closing, maxSteps: 3, maxStates: 100, isCertain });
    seeking.in(small);
    expect(seeking.clauses.get(wraps)?.body).toHaveLength(2);
    const never = new Seeking(counter, [wraps], [], {
      closing,
      maxSteps: 3,
      maxStates: 100,
      isCertain: () => false,
    });
    never.in(small);
    expect(never.clauses.size).toBe(0);
    never.takeDoubtful();
    expect(never.clauses.get(wraps)?.body).toEqual([{ op: 'add' }]);
  });
});
