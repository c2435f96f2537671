/** Totality: what cannot be done is skipped with a reason, what cannot be read is answered as failed. */

import { expect, test } from 'vitest';
import { checkProgram, interfaceFile, type Program, type Step } from '#spec/index';
import { Simulator } from '../simulator.ts';
import { answerOf, close, dup, exit, open, prep, reap, resultsOf, ring, submit } from './scenario.ts';

test('a name that nothing bound, a closed handle and a handle that is no ring are skipped', () => {
  const steps = [
    ring('a'),
    open('x', 'null'),
    close('a'),
    reap('a'),
    reap('b'),
    reap('x'),
    dup('a', 'c'),
    close('a'),
    close('b'),
  ];
  expect(resultsOf('simulator', steps).slice(3)).toEqual([
    { skipped: 'closed' },
    { skipped: 'no such handle' },
    { skipped: 'not a ring' },
    { skipped: 'closed' },
    { skipped: 'closed' },
    { skipped: 'no such handle' },
  ]);
});

test('an actor that has ended does nothing, and the first never ends', () => {
  const steps = [exit('t1'), ring('a', { actor: 't1' }), exit('t1'), exit('t0')];
  expect(resultsOf('simulator', steps)).toEqual([
    {},
    { skipped: 'actor has exited' },
    { skipped: 'actor has exited' },
    { skipped: 't0 never ends' },
  ]);
});

test('a queue without free entries takes none', () => {
  const steps = [ring('a', { entries: 1 }), prep('a', 'a'), prep('a', 'a'), submit('a'), prep('a', 'a')];
  expect(resultsOf('simulator', steps).slice(1)).toEqual([{}, { skipped: 'queue full' }, { value: 1 }, {}]);
});

test.each([
  [{ op: 'fly' }, 'op: there is no operation fly'],
  [{ op: 'setup', entries: 0 }, 'entries: 0 is out of range'],
  [{ op: 'setup', entries: 1.5 }, 'entries: 1.5 is out of range'],
  [{ op: 'setup', flags: 'NO_SUCH' }, 'flags: NO_SUCH is out of range'],
  [{ op: 'setup', flags: 'IOPOLL|IOPOLL' }, 'flags: IOPOLL|IOPOLL is out of range'],
  [{ op: 'setup', ring: 'a' }, 'ring: setup takes no such argument'],
  [{ op: 'setup', colour: 'red' }, 'colour: setup takes no such argument'],
  [{ op: 'setup', actor: 't3' }, 'actor: t3 is out of range'],
  [{ op: 'reap' }, 'op: reap needs ring'],
  [{ op: 'prep_msg_ring', ring: 'a' }, 'op: prep_msg_ring needs fd'],
  [prep('a', 'b', { data: '0x00' }), 'data: 0x00 is out of range'],
  [prep('a', 'b', { data: '0xAB' }), 'data: 0xAB is out of range'],
  [prep('a', 'b', { data: '0x10000000000000000' }), 'data: 0x10000000000000000 is out of range'],
  [prep('a', 'b', { len: 4_294_967_296 }), 'len: 4294967296 is out of range'],
  [prep('a', 'b', { len: '1' }), 'len: 1 is out of range'],
  [submit('a', { getevents: 'yes' }), 'getevents: yes is out of range'],
  [{ op: 'memory', state: 'low' }, 'state: low is out of range'],
  [{ op: 'open', kind: 'door' }, 'kind: door is out of range'],
] as const)('%j is not executed', (step, reason) => {
  const answer = answerOf('simulator', [ring('a'), step as Step]);
  expect(answer).toMatchObject({ kind: 'failed', reason: `/steps/1/${reason}` });
  expect(answer.kind === 'failed' ? answer.events : []).toHaveLength(1);
});

/** A step for each argument of each operation with one value, beside what the operation needs. */
const stepsWith = (value: (argument: Argument) => readonly unknown[]): readonly Step[] =>
  interfaceFile('msg-ring').operations.flatMap(({ name: op, arguments: list }) => {
    const needed = Object.fromEntries(
      list.filter(({ type }) => type === 'handle').map(({ name }) => [name, 'a']),
    );
    return list.flatMap((argument) =>
      value(argument).map((given) => ({ op, ...needed, [argument.name]: given }) as Step),
    );
  });
type Argument = ReturnType<typeof interfaceFile>['operations'][number]['arguments'][number];

const edges = ({ type, min = 0, max = 0, edges: listed = [], values = [], others = [] }: Argument) =>
  type === 'integer'
    ? [min, max, min - 1, max + 1, min + 0.5, 'text', true, ...listed]
    : type === 'u64'
      ? [...listed, '0x', '0x01', '12', 12, '0xG', '0x1ffffffffffffffff']
      : type === 'flags'
        ? ['', ...values, values.slice(0, 2).join('|'), 'NONE', 3, true]
        : type === 'choice'
          ? [...values, 'none', 0]
          : type === 'boolean'
            ? [true, false, 0, 'true']
            : ['a', ...others, 5];

test('what is read is what the interface allows, no more and no less', () => {
  const simulator = new Simulator('simulator');
  const steps = stepsWith(edges);
  const unlike = steps.filter((step) => {
    const program = { interface: 'msg-ring', steps: [step] } as Program;
    return (checkProgram(program).length === 0) !== (simulator.execute(program).kind === 'trace');
  });
  expect(steps.length).toBeGreaterThan(150);
  expect(unlike).toEqual([]);
});

test('every operation of the interface is known', () => {
  const kinds = interfaceFile('msg-ring').operations.map(({ name, arguments: list }) => {
    const needed = Object.fromEntries(
      list.filter(({ type }) => type === 'handle').map(({ name: argument }) => [argument, 'a']),
    );
    return answerOf('simulator', [{ op: name, ...needed } as Step]).kind;
  });
  expect(kinds).toEqual(kinds.map(() => 'trace'));
});
