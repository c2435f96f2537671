import { expect, test } from 'vitest';
import { interfaceFile, type Step } from '#spec/index';
import { bodyOf, closingOf, ProgramShape, partsOf } from './program-shape.ts';

const shape = new ProgramShape(interfaceFile('msg-ring'));

const program: readonly Step[] = [
  { op: 'setup', as: 'a' },
  { op: 'setup', as: 'b', actor: 't1' },
  { op: 'dup', as: 'c', fd: 'b' },
  { op: 'wait', actor: 't1', begin: 'call', ring: 'b' },
  { op: 'prep_msg_ring', ring: 'a', fd: 'c' },
  { op: 'submit', ring: 'a' },
  { op: 'end', call: 'call' },
  { op: 'prep_msg_ring', ring: 'a', fd: '@closed' },
  { op: 'close', fd: 'never' },
];

test('a step binds what its operation binds, if it has a name for it', () => {
  expect(shape.bindings(program)).toEqual([
    { name: 'a', kind: 'ring', index: 0 },
    { name: 'b', kind: 'ring', index: 1 },
    { name: 'c', kind: 'descriptor', index: 2 },
  ]);
  expect(shape.bindings([{ op: 'setup' }, { op: 'submit', ring: 'a', as: 'r' }])).toEqual([]);
});

test('a step uses the handles it names, bound or not, but no literal', () => {
  const names = program.map((step) => shape.uses(step).map(({ name }) => name));
  expect(names).toEqual([[], [], ['b'], ['b'], ['a', 'c'], ['a'], [], ['a'], ['never']]);
  expect(shape.usesHandle({ op: 'prep_msg_ring', ring: 'a', fd: 'c' }, 'c')).toBe(true);
  expect(shape.usesHandle({ op: 'prep_msg_ring', ring: 'a', fd: 'c', data: '0x1' }, '0x1')).toBe(false);
});

test('who acts is the first actor unless the step says otherwise', () => {
  expect(shape.actors(program)).toEqual(['t0', 't1']);
  expect(shape.actor({ op: 'settle' })).toBe('t0');
});

test('with a binding step goes what uses the handle, and what uses what that binds', () => {
  expect([...shape.dependents(program, new Set([1]))]).toEqual([2, 3, 4, 6]);
  expect([...shape.dependents(program, new Set([5]))]).toEqual([]);
  expect(shape.without(program, new Set([1])).map(({ op }) => op)).toEqual([
    'setup',
    'submit',
    'prep_msg_ring',
    'close',
  ]);
});

test('with the beginning of a call goes its end, but not the other way', () => {
  expect([...shape.dependents(program, new Set([3]))]).toEqual([6]);
  expect([...shape.dependents(program, new Set([6]))]).toEqual([]);
});

test('a name that is bound again means the later handle from there on', () => {
  const twice: readonly Step[] = [
    { op: 'setup', as: 'a' },
    { op: 'setup', as: 'a' },
    { op: 'submit', ring: 'a' },
  ];
  expect([...shape.dependents(twice, new Set([0]))]).toEqual([]);
  expect([...shape.dependents(twice, new Set([1]))]).toEqual([2]);
});

test.each<[string, readonly Step[], boolean]>([
  ['an ordinary program', program, true],
  ['a call that is never ended', program.filter(({ op }) => op !== 'end'), true],
  ['an end of nothing', [{ op: 'end', call: 'w0' }], false],
  [
    'an end twice',
    [
      { op: 'wait', begin: 'w0', ring: 'a' },
      { op: 'end', call: 'w0' },
      { op: 'end', call: 'w0' },
    ],
    false,
  ],
  [
    'somebody who acts during a call',
    [
      { op: 'wait', actor: 't1', begin: 'w0', ring: 'a' },
      { op: 'reap', actor: 't1', ring: 'a' },
    ],
    false,
  ],
  [
    'a handle bound twice',
    [
      { op: 'setup', as: 'a' },
      { op: 'open', as: 'a' },
    ],
    false,
  ],
])('%s is well formed: %s', (_, steps, expected) => {
  expect(shape.isWellFormed(steps)).toBe(expected);
});

const closing = ({ steps }: { readonly steps: readonly Step[] }): readonly Step[] => [
  { op: 'settle' },
  ...steps.flatMap(({ op, as }) => (op === 'setup' && as !== undefined ? [{ op: 'drain', ring: as }] : [])),
];

test('a program is cut where its closing begins', () => {
  const steps = [...program, ...closing({ steps: program })];
  expect(partsOf({ interface: 'msg-ring', steps }, closing)).toEqual({
    body: program,
    closing: [{ op: 'settle' }, { op: 'drain', ring: 'a' }, { op: 'drain', ring: 'b' }],
    derived: true,
  });
});

test('a body that settles and drains by itself keeps what is not its closing', () => {
  const body: readonly Step[] = [
    { op: 'setup', as: 'a' },
    { op: 'settle' },
    { op: 'drain', ring: 'a' },
    { op: 'settle' },
  ];
  const steps = [...body, ...closing({ steps: body })];
  expect(bodyOf({ interface: 'msg-ring', steps }, closing)).toEqual(body);
});

test('without a closing that fits, the last steps that settle or drain are the closing', () => {
  const last: readonly Step[] = [{ op: 'settle' }, { op: 'drain', ring: 'b' }];
  const whole = { interface: 'msg-ring', steps: [...program, ...last] };
  expect(partsOf(whole, closing)).toEqual({ body: program, closing: last, derived: false });
  expect(closingOf(whole)).toEqual(last);
  expect(closingOf({ interface: 'msg-ring', steps: program })).toEqual([]);
});
