import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { checkProgram, type InterfaceFile, interfaceFile, type Step } from '#spec/index';
import { ProgramShape } from './program-shape.ts';
import { Spelling } from './program-spelling.ts';
import { randomOf, randomProgram } from './shrinking/random-programs.test.support.ts';

const file = interfaceFile('msg-ring');
const spelling = new Spelling(new ProgramShape(file));

test('handles are numbered by kind, calls and actors in order of appearance', () => {
  expect(
    spelling.spell([
      { op: 'setup', as: 'target', actor: 't2' },
      { as: 'eventfd_of_mine', op: 'open' },
      { op: 'setup', as: 'source' },
      { op: 'wait', begin: 'sleep', ring: 'target', actor: 't2' },
      { op: 'prep_msg_ring', fd: 'eventfd_of_mine', ring: 'source' },
      { call: 'sleep', op: 'end' },
    ]),
  ).toEqual([
    { op: 'setup', actor: 't1', as: 'r0' },
    { op: 'open', as: 'd0' },
    { op: 'setup', as: 'r1' },
    { op: 'wait', actor: 't1', begin: 'w0', ring: 'r0' },
    { op: 'prep_msg_ring', ring: 'r1', fd: 'd0' },
    { op: 'end', call: 'w0' },
  ]);
});

test('what is the default is left out, and flags stand in the order of the interface', () => {
  expect(
    spelling.spell([
      { op: 'setup', actor: 't0', as: 'r', entries: 8, cq_entries: 1, flags: 'CQE32|R_DISABLED' },
      { op: 'submit', ring: 'r', getevents: false, count: 1 },
    ]),
  ).toEqual([
    { op: 'setup', as: 'r0', cq_entries: 1, flags: 'R_DISABLED|CQE32' },
    { op: 'submit', ring: 'r0', count: 1 },
  ]);
});

test('a handle that nothing bound stays one that nothing bound', () => {
  expect(
    spelling.spell([
      { op: 'prep_msg_ring', ring: 'late', fd: '@closed' },
      { op: 'setup', as: 'late' },
      { op: 'submit', ring: 'late' },
    ]),
  ).toEqual([
    { op: 'prep_msg_ring', ring: 'x0', fd: '@closed' },
    { op: 'setup', as: 'r0' },
    { op: 'submit', ring: 'r0' },
  ]);
});

test('what the interface does not know is kept as it is', () => {
  const strange: Step = { op: 'teleport', where: 'far' };
  expect(spelling.spell([strange, { op: 'setup', flags: 'WARP|CQE32' }])).toEqual([
    strange,
    { op: 'setup', flags: 'CQE32|WARP' },
  ]);
});

test('kinds with the same first letter have different prefixes, none of them that of calls or actors', () => {
  const kinds = ['token', 'window', 'ring', 'region'];
  const other: InterfaceFile = {
    ...file,
    handles: kinds,
    operations: kinds.map((kind) => ({ name: kind, meaning: '', binds: kind, arguments: [], result: [] })),
  };
  const steps = new Spelling(new ProgramShape(other)).spell(kinds.map((op) => ({ op, as: 'h' })));
  expect(steps.map(({ as }) => as)).toEqual(['to0', 'wi0', 'r0', 're0']);
});

describe('of any program', () => {
  const programs = fc
    .record({ seed: fc.integer(), length: fc.integer({ min: 1, max: 60 }) })
    .map(({ seed, length }) => randomProgram(file, length, randomOf(seed)));

  property.prop([programs])('the spelling is a valid program, and its own spelling', (program) => {
    const steps = spelling.spell(program.steps);
    expect(checkProgram({ ...program, steps })).toEqual([]);
    const again = spelling.spell(steps);
    expect(again.every((step, index) => step === steps[index])).toBe(true);
  });

  property.prop([programs])('other names do not change it', (program) => {
    const renamed = program.steps.map(
      (step) =>
        Object.fromEntries(
          Object.entries(step).map(([member, value]) => [
            member,
            typeof value === 'string' && /^[hc]\d+$/.test(value) ? `z${value}` : value,
          ]),
        ) as unknown as Step,
    );
    expect(spelling.spell(renamed)).toEqual(spelling.spell(program.steps));
  });
});
