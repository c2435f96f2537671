import { describe, expect, test } from 'vitest';
import { checkProgram, interfaceFile, interfaceNames, UsageError, validate } from '#spec/index';
import { guideOf, worldFileOf } from './interfaces.ts';
import { worldOf, worldsOf } from './worlds.ts';

describe.each(interfaceNames)('the small worlds of %s', (name) => {
  test('fit their schema, and are about it', () => {
    const file = worldFileOf(name);
    expect(validate.worlds(file)).toEqual([]);
    expect(file.interface).toBe(name);
    expect(file.worlds.length).toBeGreaterThan(0);
  });

  test('have names of their own, and the first is meant when none is named', () => {
    const names = worldsOf(name).map((world) => world.name);
    expect(new Set(names).size).toBe(names.length);
    expect(worldOf(name)).toBe(worldsOf(name)[0]);
    for (const world of names) expect(worldOf(name, world).name).toBe(world);
    expect(() => worldOf(name, 'no-such-world')).toThrow(UsageError);
  });

  test.each(worldFileOf(name).worlds.map((entry) => entry.name))(
    '%s: every letter makes a program that can be run',
    (worldName) => {
      const world = worldOf(name, worldName);
      const { version } = interfaceFile(name);
      expect(world.size).toBeGreaterThan(3);
      for (let letter = 0; letter < world.size; letter++) {
        const body = world.steps([letter]);
        const steps = [...body, ...guideOf(name).closing(body)];
        expect(checkProgram({ interface: name, version, steps }), JSON.stringify(body)).toEqual([]);
      }
    },
  );

  test.each(worldFileOf(name).worlds.map((entry) => entry.name))(
    '%s: every letter is written in some program',
    (worldName) => {
      const world = worldOf(name, worldName);
      const reached = new Set<number>();
      const seen = new Set<string>();
      const queue = [world.start];
      for (let standing = queue.pop(); standing; standing = queue.pop()) {
        const key = JSON.stringify(standing);
        if (seen.has(key)) continue;
        seen.add(key);
        for (const letter of world.letters(standing)) {
          reached.add(letter);
          queue.push(world.after(standing, letter));
        }
        standing.open.forEach((_, place) => {
          queue.push(world.ended(standing, place));
        });
      }
      expect(reached.size).toBe(world.size);
    },
  );
});
