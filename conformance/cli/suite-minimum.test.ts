/**
 * The search for the shortest counterexample takes situations for what they are. Looking at every program, which knows
 * nothing of situations, finds the same findings at the same lengths.
 */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type Attempt, attempt, shown } from '#conformance/attempt';
import { guideOf } from '#conformance/index';
import { counterexampleWorld } from '#conformance/minimum/counterexample-world';
import { minimumOf } from '#conformance/minimum/minimum';
import { Search } from '#conformance/minimum/search';
import { ProgramShape } from '#conformance/program-shape';
import { SmallWorld, type Standing } from '#model/index';
import { interfaceFile, type Program, type Step } from '#spec/index';

const file = interfaceFile('msg-ring');
const shape = new ProgramShape(file);
const worldOf = (steps: readonly Step[]): SmallWorld =>
  new SmallWorld(file, counterexampleWorld(steps, shape));
const closed = (body: readonly Step[]): Program => ({
  interface: 'msg-ring',
  version: file.version,
  steps: [...body, ...guideOf('msg-ring').closing(body)],
});

const tiny = { op: 'setup', as: 'r1', entries: 1, cq_entries: 1 };
const prep = (more: Partial<Step> = {}): Step =>
  ({ op: 'prep_msg_ring', ring: 'r0', fd: 'r1', ...more }) as Step;
const submit: Step = { op: 'submit', ring: 'r0' };
const wait: Step = { op: 'wait', actor: 't1', ring: 'r1', begin: 'w0', timeout_ms: 5 };

/** Worlds by what happens in them, as programs made of all their letters. */
const worlds: Readonly<Record<string, readonly Step[]>> = {
  queues: [{ op: 'setup', as: 'r0' }, tiny, prep(), submit, { op: 'close', fd: 'r0' }],
  refusals: [{ op: 'setup', as: 'r0' }, prep({ fd: '@closed' }), prep({ fd: 'r0', flags: 1 }), submit],
  waits: [{ op: 'setup', as: 'r1' }, wait, prep({ ring: 'r1' }), { op: 'end', call: 'w0' }, submit],
};

const depth = 4;

/** Shortest length of every finding, from every program of the world. */
const everyFinding = (system: Simulator, world: SmallWorld): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  let programs = 0;
  const visit = (body: readonly Step[], standing: Standing, open: readonly string[], begun: number): void => {
    programs++;
    const tried = attempt(system, closed(body), { everyEdition: false });
    if (tried instanceof Promise) throw new Error('the simulator answers at once');
    const finding = shown(tried);
    if (finding !== null && finding !== 'unknown')
      found.set(finding, Math.min(body.length, found.get(finding) ?? Number.POSITIVE_INFINITY));
    if (body.length === depth) return;
    open.forEach((call, place) => {
      visit([...body, { op: 'end', call }], world.ended(standing, place), open.toSpliced(place, 1), begun);
    });
    for (const letter of world.letters(standing)) {
      const step = world.step(letter);
      const after = world.after(standing, letter);
      if (world.begins(letter))
        visit([...body, { ...step, begin: `w${begun}` }], after, [...open, `w${begun}`], begun + 1);
      else visit([...body, step], after, open, begun);
    }
  };
  visit([], world.start, [], 0);
  expect(programs).toBeGreaterThan(50);
  return found;
};

describe('the search on situations agrees with a look at every program to depth 4', () => {
  test.each([
    ['drops-messages', 'queues'],
    ['posts-twice-when-full', 'queues'],
    ['dies-of-overflow', 'queues'],
    ['completion-lost-when-full', 'queues'],
    ['closing-takes-message-back', 'queues'],
    ['error-is-positive', 'refusals'],
    ['closed-error-varies', 'refusals'],
    ['refused-is-posted', 'refusals'],
    ['wake-lost', 'waits'],
    ['times-out-at-half', 'waits'],
    ['settling-ends-time', 'waits'],
  ])('about %s among %s', (mutant, name) => {
    const system = new Simulator(`simulator+${mutant}`);
    const world = worldOf(worlds[name] ?? []);
    const every = everyFinding(system, world);
    const options = { stepsMax: depth, situationsMax: 100_000 };
    const shortest = new Search('msg-ring', system, world, options).run();
    expect(shortest.complete).toBe(true);
    expect(shortest.body?.length ?? null).toBe(every.size === 0 ? null : Math.min(...every.values()));
    for (const [finding, length] of every) {
      const shows = (tried: Attempt) => shown(tried) === finding;
      const searched = new Search('msg-ring', system, world, { ...options, shows }).run();
      expect({ finding, length: searched.body?.length }).toEqual({ finding, length });
    }
  });

  test('and some of these have findings within that depth', () => {
    const system = new Simulator('simulator+posts-twice');
    expect(everyFinding(system, worldOf(worlds.queues ?? [])).size).toBeGreaterThan(1);
  });
});

describe('the minimum of a counterexample', () => {
  const detour: readonly Step[] = [
    { op: 'setup', as: 'r0' },
    { op: 'setup', as: 'r1' },
    { op: 'submit', ring: 'r1' },
    prep({ data: '0x1' }),
    { op: 'reap', ring: 'r0' },
    submit,
  ];

  test('is what is left when nothing can be left out', () => {
    const system = new Simulator('simulator+drops-messages');
    const tried = attempt(system, closed(detour), {});
    const finding = String(shown(tried as Awaited<typeof tried>));
    const shows = (again: Attempt) => shown(again) === finding;
    const { steps, exact } = minimumOf('msg-ring', system, closed(detour), shows, { situationsMax: 5_000 });
    expect({ steps, exact }).toEqual({ steps: 4, exact: true });
  });

  test('is only a bound when the search has to give up', () => {
    const system = new Simulator('simulator+drops-messages');
    const minimum = minimumOf('msg-ring', system, closed(detour), () => false, { situationsMax: 5 });
    expect(minimum).toMatchObject({ steps: 6, exact: false });
  });

  test('is not found where there is none: an honest system gives nothing away', () => {
    const system = new Simulator('simulator');
    const world = worldOf(worlds.queues ?? []);
    const { body, complete, programs, situations } = new Search('msg-ring', system, world, {
      stepsMax: 5,
      situationsMax: 100_000,
    }).run();
    expect({ body, complete }).toEqual({ body: null, complete: true });
    expect(situations).toBeGreaterThan(100);
    expect(programs).toBeGreaterThan(situations);
  });
});
