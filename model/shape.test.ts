/** Packed forms: what goes in comes out, equal values are packed alike and different ones are not. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interfaceFile, type WorldEntry } from '#spec/index';
import { Exploration } from './explore.ts';
import { msgRing } from './msg-ring/machine.ts';
import type { State } from './msg-ring/state.ts';
import {
  bag,
  Codec,
  flag,
  list,
  names,
  nullable,
  oneOf,
  plain,
  record,
  type Shape,
  shared,
  table,
  text,
  whole,
} from './shape.ts';
import { SmallWorld } from './small-world.ts';

const part = record({ size: whole, colour: oneOf('red', 'green', 'blue'), open: flag });
const everything = record({
  parts: list(shared(part)),
  loose: bag(part),
  named: table(whole),
  tags: names,
  last: nullable(part),
  note: plain<{ readonly of: string } | null>(),
  title: text,
});

type Part = { size: number; colour: 'red' | 'green' | 'blue'; open: boolean };
const parts: fc.Arbitrary<Part> = fc.record({
  size: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-0x8000_0000, 0xffff_ffff, 0xfffd, 0xfffe)),
  colour: fc.constantFrom('red', 'green', 'blue'),
  open: fc.boolean(),
});
const word = fc.constantFrom('', 'a', 'b', 'ab', '\ufffe');
const values = fc.record({
  parts: fc.array(parts, { maxLength: 3 }),
  loose: fc.array(parts, { maxLength: 3 }),
  named: fc.dictionary(word, fc.nat({ max: 2 }), { maxKeys: 2, noNullPrototype: true }),
  tags: fc.array(word, { maxLength: 2 }).map((tags) => new Set(tags)),
  last: fc.option(parts),
  note: fc.option(fc.record({ of: word })),
  title: word,
});

/** The value as text, with what has no order put into one. */
const canonical = (value: typeof values extends fc.Arbitrary<infer V> ? V : never): string =>
  JSON.stringify([
    value.parts,
    value.loose.map((one) => JSON.stringify(one)).sort(),
    Object.entries(value.named).sort(),
    [...value.tags].sort(),
    value.last,
    value.note,
    value.title,
  ]);

describe('a codec', () => {
  test('gives back what it packed', () => {
    fc.assert(
      fc.property(values, (value) => {
        const codec = new Codec(everything);
        const back = codec.unpack(codec.pack(value));
        expect(canonical({ ...back, loose: [...back.loose], parts: [...back.parts] } as typeof value)).toBe(
          canonical(value),
        );
      }),
    );
  });

  test('packs equal values alike and different values differently', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 2, maxLength: 30 }), (some) => {
        const codec = new Codec(everything);
        const packed = some.map((value) => codec.pack(value));
        const copies = some.map((value) => codec.pack(structuredClone(value)));
        expect(copies).toEqual(packed);
        expect(new Set(packed).size).toBe(new Set(some.map(canonical)).size);
      }),
    );
  });

  test('writes members of few values as one number', () => {
    const codec = new Codec(record({ a: flag, b: oneOf('x', 'y', 'z'), c: flag }));
    expect(codec.pack({ a: true, b: 'z', c: false })).toHaveLength(1);
    expect(codec.unpack(codec.pack({ a: true, b: 'z', c: false }))).toEqual({ a: true, b: 'z', c: false });
  });

  test('keeps a part that states share as the one object', () => {
    const codec = new Codec(list(shared(part)));
    const one: Part = { size: 1, colour: 'red', open: true };
    expect(codec.unpack(codec.pack([one, { ...one }]))).toEqual([one, one]);
    expect(codec.unpack(codec.pack([{ ...one }]))[0]).toBe(one);
  });

  test('packs lists that are longer than one piece', () => {
    const codec = new Codec(list(whole));
    const long = Array.from({ length: 20_000 }, (_, index) => index * 7);
    expect(codec.unpack(codec.pack(long))).toEqual(long);
  });

  test.each([
    ['a fraction', whole, 1.5],
    ['a number of more than 32 bits', whole, 2 ** 32],
    ['an unknown word', oneOf('a') as Shape<string>, 'b'],
  ])('refuses %s', (_, shape, value) => {
    expect(() => new Codec(shape as Shape<unknown>).pack(value)).toThrow();
  });
});

describe('the shape of msg-ring', () => {
  const world: WorldEntry = {
    name: 'test',
    meaning: 'Everything that a state can hold.',
    actors: ['t0', 't1'],
    handles: { ring: ['r0', 'r1'], descriptor: ['f0'] },
    operations: [
      { op: 'setup', with: [{ flags: ['', 'R_DISABLED', 'IOPOLL'] }] },
      { op: 'open', with: [{ kind: ['path'] }] },
      {
        op: 'prep_msg_ring',
        with: [{ sqe_flags: ['', 'IO_LINK|ASYNC'], user_data: ['0x1'], flags: [0, 2] }],
      },
      { op: 'submit' },
      { op: 'drain' },
      { op: 'exit', actors: ['t1'] },
      { op: 'memory', with: [{ state: ['exhausted'] }] },
    ],
  };

  /** A state without the codec: as text, messages in any order. */
  const immutable = (s: State): string =>
    JSON.stringify({ ...s, messages: s.messages.map((m) => JSON.stringify(m, sets)).sort() }, sets);
  const sets = (_: string, value: unknown) => (value instanceof Set ? [...value].sort() : value);

  test('tells states apart exactly as the immutable form does, and gives it back', () => {
    const exploration = new Exploration(msgRing, new SmallWorld(interfaceFile('msg-ring'), world), {
      maxSteps: 6,
      maxStates: 4_000,
    });
    const codec = new Codec(msgRing.shape);
    const packed = new Map<string, string>();
    const spelt = new Set<string>();
    let states = 0;
    exploration.run({
      state: (_, { moment: { state } }) => {
        const form = codec.pack(state);
        const text = immutable(state);
        expect(packed.get(form) ?? text).toBe(text);
        expect(immutable(codec.unpack(form))).toBe(text);
        packed.set(form, text);
        spelt.add(text);
        states++;
        return true;
      },
    });
    expect(states).toBe(4_000);
    expect(packed.size).toBe(spelt.size);
    expect(packed.size).toBeGreaterThan(500);
  });
});
