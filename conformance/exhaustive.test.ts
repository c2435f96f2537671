/**
 * The programs of exhaustive mode against a count that knows nothing of how they are made: every sequence of steps with
 * every name is written, spelt in all ways in which its names can be exchanged, and kept once.
 */

import { describe, expect, test } from 'vitest';
import {
  checkProgram,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  interfaceNames,
  type Scalar,
  type Step,
  UsageError,
  type WorldEntry,
} from '#spec/index';
import { EveryProgram } from './exhaustive.ts';
import { guideOf, worldFileOf } from './interfaces.ts';
import { worldOf } from './worlds.ts';

const everything = (name: InterfaceName): InterfaceOffer => ({
  operations: Object.fromEntries(interfaceFile(name).operations.map((entry) => [entry.name, 'system'])),
  capabilities: interfaceFile(name).capabilities.map((entry) => entry.name),
});

/** Every way to take one of each. */
const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (all, list) => all.flatMap((some) => list.map((value) => [...some, value])),
    [[]],
  );

const permutations = (names: readonly string[]): readonly (readonly string[])[] =>
  names.length < 2
    ? [names]
    : names.flatMap((name) =>
        permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]),
      );

/** The steps that the world writes down, read from it without the alphabet that is tested. */
const writtenSteps = (name: InterfaceName, world: WorldEntry): readonly Step[] => [
  { op: 'settle' },
  ...world.operations.flatMap(({ op, actors = world.actors, begins, with: groups = [{}] }) => {
    const operation = interfaceFile(name).operations.find((entry) => entry.name === op);
    if (!operation) throw new Error(`no operation ${op}`);
    const results = operation.binds === undefined ? [undefined] : (world.handles[operation.binds] ?? []);
    return groups.flatMap((group: Readonly<Record<string, readonly Scalar[]>>) => {
      const given = operation.arguments.flatMap(({ name: argument, type, of = [] }) => {
        const names = type === 'handle' ? of.flatMap((kind) => world.handles[kind] ?? []) : undefined;
        const values = group[argument] ?? names;
        return values ? [values.map((value) => [argument, value] as const)] : [];
      });
      return product(given).flatMap((values) =>
        actors.flatMap((actor) =>
          results.map(
            (as) =>
              ({
                op,
                ...(actor !== 't0' && { actor }),
                ...Object.fromEntries(values),
                ...(as !== undefined && { as }),
                ...(begins && { begin: '?' }),
              }) as Step,
          ),
        ),
      );
    });
  }),
];

type Renaming = ReadonlyMap<string, string>;

/** Handles of one kind may be exchanged, and actors but for the one that is there from the beginning. */
const renamings = ({ actors, handles }: WorldEntry): readonly Renaming[] => {
  const groups = [actors.slice(1), ...Object.values(handles)];
  return product(groups.map(permutations)).map(
    (chosen) => new Map(groups.flatMap((group, at) => group.map((name, n) => [name, chosen[at]?.[n] ?? '']))),
  );
};

const renamed = (step: Step, renaming: Renaming): Step =>
  Object.fromEntries(
    Object.entries(step).map(([key, value]) => [
      key,
      key === 'op' || typeof value !== 'string' ? value : (renaming.get(value) ?? value),
    ]),
  ) as unknown as Step;

/** Members in one order, calls without their names. */
const spelling = (step: Step): string =>
  JSON.stringify(Object.entries(step).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What a sequence has come to, told from its steps alone; null when it is no program of such a world. */
const check = (steps: readonly Step[], names: ReadonlySet<string>): readonly Step[] | null => {
  const bound = new Set<string>();
  let open: readonly Step[] = [];
  for (const step of steps) {
    if (step.op === 'end') {
      open = open.filter(({ begin }) => begin !== step.call);
      continue;
    }
    if (step.op === 'settle') continue;
    const actor = step.actor ?? 't0';
    if (open.some((busy) => (busy.actor ?? 't0') === actor)) return null;
    for (const [key, value] of Object.entries(step))
      if (key !== 'as' && key !== 'actor' && key !== 'begin' && names.has(String(value)))
        if (!bound.has(String(value))) return null;
    if (step.as !== undefined) {
      if (bound.has(step.as)) return null;
      bound.add(step.as);
    }
    if (step.begin !== undefined) open = [...open, step];
    if (open.length > 3) return null;
  }
  return open;
};

/** Are names first given, and actors first seen, in the order in which the world lists them? */
const inOrder = (steps: readonly Step[], { actors, handles }: WorldEntry): boolean => {
  const given = [...new Set(steps.flatMap(({ as }) => as ?? []))];
  const seen = [...new Set(['t0', ...steps.flatMap(({ op, actor }) => (op === 'end' ? [] : (actor ?? [])))])];
  const startsWith = (list: readonly string[], some: readonly string[]) =>
    some.every((name, index) => list[index] === name);
  return (
    startsWith(actors, seen) &&
    Object.values(handles).every((names) =>
      startsWith(
        names,
        given.filter((one) => names.includes(one)),
      ),
    )
  );
};

/** Every program of a world up to so many steps, each class of programs that differ in names alone as one spelling. */
const countedApart = (name: InterfaceName, world: WorldEntry, maxSteps: number): ReadonlySet<string> => {
  const all = renamings(world);
  const names = new Set(Object.values(world.handles).flat());
  const written = writtenSteps(name, world);
  const own = new Set(written.map(spelling));
  const alphabet = new Map<string, Step>();
  for (const step of written)
    for (const renaming of all) {
      const other = renamed(step, renaming);
      alphabet.set(spelling(other), other);
    }
  const classes = new Set<string>();
  const extend = (steps: readonly Step[], open: readonly Step[]): void => {
    const ways = all.map((renaming) => steps.map((step) => renamed(step, renaming)));
    const fits = ways.some(
      (way) =>
        inOrder(way, world) &&
        way.every(
          (step) => step.op === 'end' || own.has(spelling(step.begin ? { ...step, begin: '?' } : step)),
        ),
    );
    if (steps.length > 0 && fits)
      classes.add(ways.map((way) => way.map(spelling).join()).sort()[0] as string);
    if (steps.length === maxSteps) return;
    const begun = steps.filter(({ begin }) => begin !== undefined).length;
    const next = [
      ...[...alphabet.values()].map((step) => (step.begin ? { ...step, begin: `w${begun}` } : step)),
      ...open.map(({ begin }) => ({ op: 'end', call: begin as string })),
    ];
    for (const step of next) {
      const longer = [...steps, step];
      const still = check(longer, names);
      if (still) extend(longer, still);
    }
  };
  extend([], []);
  return classes;
};

/** Longer where the world is small enough for the slow way. */
const lengthsOf = ({ handles, actors }: WorldEntry): readonly number[] =>
  Object.keys(handles).length + actors.length > 2 ? [1, 2, 3] : [1, 2, 3, 4];

describe.each(interfaceNames)('every program of %s', (name) => {
  const { closing } = guideOf(name);
  const cases = worldFileOf(name).worlds.flatMap((world) =>
    lengthsOf(world).map((maxSteps) => ({ world, maxSteps, title: world.name })),
  );

  test.each(cases)(
    'over $title up to $maxSteps steps: as many as there are, each once',
    ({ world, maxSteps }) => {
      const every = new EveryProgram(name, { world: world.name, maxSteps }, everything(name));
      const all = renamings(world);
      const told = new Set<string>();
      let programs = 0;
      let longest = 0;
      for (const { program, number, body } of every.programs()) {
        expect(number).toBe(programs++);
        if (programs % 17 === 0) expect(checkProgram(program)).toEqual([]);
        expect(program.steps).toEqual([...body, ...closing(body)]);
        expect(body.length).toBeGreaterThanOrEqual(longest);
        longest = body.length;
        told.add(
          all.map((way) => body.map((step) => spelling(renamed(step, way))).join()).sort()[0] as string,
        );
      }
      const apart = countedApart(name, world, maxSteps);
      expect(longest).toBe(maxSteps);
      expect(told.size).toBe(programs);
      expect(every.total).toBe(programs);
      expect(every.total).toBe(apart.size);
      expect([...told].filter((one) => !apart.has(one))).toEqual([]);
    },
  );

  test('are the same programs in parts, whatever their number', () => {
    const every = new EveryProgram(name, { world: worldOf(name).name, maxSteps: 3 }, everything(name));
    const whole = [...every.programs()].map(({ program }) => JSON.stringify(program));
    for (const count of [1, 2, 7]) {
      const parts = Array.from({ length: count }, (_, index) => [...every.programs({ index, count })]);
      parts.forEach((part, index) => {
        expect(part).toHaveLength(every.share({ index, count }));
      });
      const joined = parts.flat().sort((one, other) => one.number - other.number);
      expect(joined.map(({ program }) => JSON.stringify(program))).toEqual(whole);
    }
  });

  test('that the target cannot run are counted apart', () => {
    const { operations, capabilities } = everything(name);
    for (const world of worldFileOf(name).worlds) {
      const [unwanted] = world.operations.slice(-1);
      const offer = {
        operations: Object.fromEntries(Object.entries(operations).filter(([op]) => op !== unwanted?.op)),
        capabilities,
      };
      const every = new EveryProgram(name, { world: world.name, maxSteps: 3 }, offer);
      const programs = [...every.programs()];
      expect(programs).toHaveLength(every.offered);
      expect(every.offered).toBeLessThan(every.total);
      const all = [
        ...new EveryProgram(name, { world: world.name, maxSteps: 3 }, everything(name)).programs(),
      ];
      expect(all.filter(({ body }) => body.every(({ op }) => op !== unwanted?.op))).toHaveLength(
        every.offered,
      );
    }
  });

  test('of very many are counted at once, and too many are refused', () => {
    const world = worldOf(name).name;
    const many = new EveryProgram(name, { world, maxSteps: 14 }, everything(name));
    expect(many.total).toBeGreaterThan(1e9);
    const [first] = many.programs();
    expect(first?.number).toBe(0);
    expect(() => new EveryProgram(name, { world, maxSteps: 400 }, everything(name))).toThrow(UsageError);
  });
});
