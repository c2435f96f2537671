import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { interfaceFile, type Step } from '#spec/index';
import { ProgramShape } from '../program-shape.ts';
import { drainEveryRing, randomOf, randomProgram } from './random-programs.test.support.ts';
import { Simplicity, simpler } from './simplicity.ts';

const file = interfaceFile('msg-ring');
const shape = new ProgramShape(file);
const simplicity = new Simplicity(shape);
const ring: Step = { op: 'setup', as: 'r0' };

/** Each pair: the simpler body, and one that differs in what the title says. */
const pairs: readonly [string, readonly Step[], readonly Step[]][] = [
  ['fewer steps, whatever they are', [{ op: 'setup', as: 'r0', entries: 99, actor: 't2' }], [ring, ring]],
  [
    'fewer actors',
    [ring, { op: 'submit', ring: 'r0', count: 200 }],
    [ring, { op: 'submit', actor: 't1', ring: 'r0' }],
  ],
  [
    'fewer handles',
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: '@closed', len: 77 }],
    [ring, { op: 'setup', as: 'r1' }],
  ],
  [
    'fewer arguments, however large',
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0xffffffffffffffff' }],
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0x1', len: 1 }],
  ],
  ['fewer flags', [{ op: 'setup', flags: 'SQPOLL' }], [{ op: 'setup', flags: 'R_DISABLED|IOPOLL' }]],
  [
    'smaller numbers, to the last bit of 64',
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0xfffffffffffffffe' }],
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0xffffffffffffffff' }],
  ],
  ['earlier choices', [{ op: 'open', kind: 'pipe-read' }], [{ op: 'open', kind: 'memfd' }]],
  [
    'a plain step before a begun call',
    [ring, { op: 'wait', ring: 'r0' }],
    [ring, { op: 'wait', ring: 'r0', begin: 'w0' }],
  ],
  [
    'binding steps first',
    [ring, { op: 'open', as: 'd0' }, { op: 'submit', ring: 'r0' }],
    [ring, { op: 'submit', ring: 'r0' }, { op: 'open', as: 'd0' }],
  ],
  [
    'the ring itself before another',
    [ring, { op: 'setup', as: 'r1' }, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' }],
    [ring, { op: 'setup', as: 'r1' }, { op: 'prep_msg_ring', ring: 'r0', fd: 'r1' }],
  ],
  [
    'a ring before a literal',
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' }],
    [ring, { op: 'prep_msg_ring', ring: 'r0', fd: '@closed' }],
  ],
  ['the one spelling', [ring], [{ op: 'setup', as: 'mine' }]],
];

test.each(pairs)('simpler is: %s', (_, lower, higher) => {
  expect(simplicity.compare(lower, higher)).toBeLessThan(0);
  expect(simplicity.compare(higher, lower)).toBeGreaterThan(0);
});

test('the closing does not count', () => {
  const withClosing = (steps: readonly Step[]) => {
    const program = { interface: 'msg-ring', steps };
    return { ...program, steps: [...steps, ...drainEveryRing(program)] };
  };
  const closed = withClosing([ring]);
  const longer = withClosing([{ op: 'exit' }, { op: 'exit' }]);
  expect(closed.steps.length).toBe(longer.steps.length);
  expect(simpler(closed, longer, shape, drainEveryRing)).toBe(true);
  expect(simpler(longer, closed, shape, drainEveryRing)).toBe(false);
});

describe('of any bodies', () => {
  const bodies = fc
    .record({ seed: fc.nat({ max: 40 }), length: fc.integer({ min: 0, max: 3 }) })
    .map(({ seed, length }) => randomProgram(file, length, randomOf(seed)).steps);

  property.prop([bodies, bodies, bodies])('the order is total', (a, b, c) => {
    expect(Math.sign(simplicity.compare(a, b)) + Math.sign(simplicity.compare(b, a))).toBe(0);
    if (simplicity.compare(a, b) === 0) expect(a).toEqual(b);
    if (simplicity.compare(a, b) <= 0 && simplicity.compare(b, c) <= 0)
      expect(simplicity.compare(a, c)).toBeLessThanOrEqual(0);
  });
});
