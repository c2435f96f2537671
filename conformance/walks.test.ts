import { describe, expect, test } from 'vitest';
import type { Machine, SmallWorld } from '#model/index';
import { type ClauseId, clauseFile, interfaceFile, interfaceNames } from '#spec/index';
import { generatePrograms } from './generate.ts';
import { Walk } from './generation/walk.ts';
import { machineOf } from './interfaces.ts';
import { GraphBuilder } from './state-graph.ts';
import { unreached, walkOf } from './walks.ts';
import { worldsOf } from './worlds.ts';

const fewLetters = 9;

describe.each(interfaceNames)('the machine of %s', (name) => {
  /** Worlds of few letters are walked further. */
  const boundsOf = (world: SmallWorld) => ({
    maxSteps: world.size <= fewLetters ? 7 : 5,
    maxStates: 100_000,
  });

  test.each(clauseFile(name).editions.map(({ id }) => id))(
    'under %s reaches every clause that demands something, and breaks no invariant',
    (edition) => {
      const reached = new Set<ClauseId>();
      for (const world of worldsOf(name)) {
        const sought = unreached(name, edition, reached).dead;
        const walked = walkOf(name, world, { ...boundsOf(world), edition, sought });
        expect(walked.explored.complete, world.name).toBe(true);
        expect(walked.explored.states, world.name).toBeGreaterThan(100);
        expect(walked.broken, world.name).toEqual([]);
        for (const clause of walked.reached) reached.add(clause);
      }
      expect(unreached(name, edition, reached).dead).toEqual([]);
      // One that is not reached any more is told.
      const [first] = [...reached].filter((clause) => demands(name, clause));
      const less = new Set([...reached].filter((clause) => clause !== first));
      expect(unreached(name, edition, less).dead).toEqual([first]);
    },
  );

  test('has at least five invariants, which hold along generated programs', () => {
    const { invariants = [] } = machineOf(name);
    expect(invariants.length).toBeGreaterThanOrEqual(5);
    const file = interfaceFile(name);
    const offer = {
      operations: Object.fromEntries(file.operations.map((entry) => [entry.name, 'system' as const])),
      capabilities: file.capabilities.map((entry) => entry.name),
    };
    const machine = machineOf(name);
    let states = 0;
    for (const { program } of generatePrograms(name, { seed: 5, runs: 300, maxSteps: 32, offer })) {
      const walk = new Walk(machine, file, offer, () => true);
      for (const step of program.steps) {
        walk.push(step);
        states++;
        for (const { name: invariant, holds } of invariants)
          if (!holds(walk.state)) expect.fail(`${invariant}: ${JSON.stringify(program.steps)}`);
      }
    }
    expect(states).toBeGreaterThan(2_000);
  });
});

const demands = (name: (typeof interfaceNames)[number], clause: ClauseId): boolean =>
  machineOf(name).clauses.includes(clause) &&
  clauseFile(name).clauses.some(({ id, strength }) => id === clause && strength !== 'unspecified');

describe('a machine that is wrong', () => {
  const [name] = interfaceNames;
  const machine: Machine<unknown> = machineOf(name);
  const [world] = worldsOf(name);
  if (!world) throw new Error('there is no world');

  test('is shown with the shortest program that breaks the invariant', () => {
    const limit = 40;
    let states = 0;
    const wrong = {
      ...machine,
      invariants: [{ name: 'few states', holds: () => ++states < limit }],
    };
    const { broken } = walkOf(name, world, { maxSteps: 4, maxStates: 10_000, machine: wrong });
    expect(broken).toMatchObject([{ invariant: 'few states' }]);
    expect(broken[0]?.program.steps.length).toBeGreaterThan(2);
  });
});

describe('the graph of a walk', () => {
  const [name] = interfaceNames;
  const [world] = worldsOf(name);
  if (!world) throw new Error('there is no world');
  const drawn = (statesMax: number) => {
    const builder = new GraphBuilder(machineOf(name), world, statesMax);
    const { explored } = walkOf(
      name,
      world,
      { maxSteps: 4, maxStates: 10_000 },
      {
        state: (id, place, depth) => {
          builder.state(id, place, depth);
          return true;
        },
        move: (from, to, turn) => builder.move(from, to, turn),
      },
    );
    return { explored, graph: builder.graph() };
  };

  test('has every state, each reached from one before it', () => {
    const { explored, graph } = drawn(10_000);
    expect(graph.states).toHaveLength(explored.states);
    expect(graph.statesLeftOut).toBe(0);
    expect(graph.states[0]).toMatchObject({ number: 0, depth: 0, facts: [] });
    for (const { number, facts } of graph.states.slice(1)) {
      expect(graph.moves.some(({ from, to }) => to === number && from < number)).toBe(true);
      expect(facts.length).toBeGreaterThan(0);
    }
    expect(graph.moves.flatMap(({ labels }) => labels)).toContain('setup as r0');
  });

  test('says how many states it leaves out', () => {
    const { explored, graph } = drawn(20);
    expect(graph.states).toHaveLength(20);
    expect(graph.statesLeftOut).toBe(explored.states - 20);
    for (const { from, to } of graph.moves) expect(Math.max(from, to)).toBeLessThan(20);
  });
});
