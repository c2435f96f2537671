import { describe, expect, test } from 'vitest';
import type { SchemaTypes } from './generated/index.ts';
import { isValid, type SchemaName, validate } from './validate.ts';

/** One value that fits each schema: the least that it demands. */
const least: { readonly [Name in SchemaName]?: SchemaTypes[Name] } = {
  agentProtocol: { type: 'bye' },
  clause: {
    interface: 'doors',
    editions: [{ id: 'E1', title: 'one', source: 'page' }],
    clauses: [
      {
        id: 'doors/ring/rings',
        strength: 'shall',
        kind: 'effect',
        statement: 'A bell rings.',
        source: { document: 'page', section: 'one' },
        checked: 'by-machine',
      },
    ],
  },
  interface: {
    interface: 'doors',
    version: 1,
    title: 'Doors',
    actors: { kind: 'thread', max: 1 },
    handles: [],
    operations: [{ name: 'ring', meaning: 'Rings.', arguments: [], result: [] }],
    capabilities: [],
    situations: [],
  },
  msgRingProgram: { interface: 'msg-ring', steps: [] },
  program: { interface: 'doors', steps: [] },
  sourcesLock: {
    schema: 1,
    documents: [{ id: 'page', title: 'A page', edition: '1', date: null, interfaces: ['doors'] }],
  },
  trace: { program: { interface: 'doors', steps: [] }, events: [] },
};

describe.each(Object.entries(least) as [SchemaName, unknown][])('%s', (name, value) => {
  test('accepts the least that it demands', () => {
    expect(validate[name](value)).toEqual([]);
    expect(isValid[name](value)).toBe(true);
  });

  test.each(Object.keys(value as object))('refuses it without %s', (member) => {
    const { [member]: _, ...rest } = value as Readonly<Record<string, unknown>>;
    expect(validate[name](rest)).toEqual([`/${member} is missing`]);
    expect(isValid[name](rest)).toBe(false);
  });

  test('refuses what is no object, and a member that it does not know', () => {
    for (const other of [null, 'text', 7, []]) expect(validate[name](other)).toEqual(['/ must be object']);
    expect(validate[name]({ ...(value as object), surprise: 1 })).toEqual(['/surprise is not a member here']);
  });
});

test('every schema has a validator', () => {
  expect(Object.keys(validate).length).toBeGreaterThan(Object.keys(least).length);
  for (const refuse of Object.values(validate)) expect(refuse(undefined)).not.toEqual([]);
});

describe('a line of the agent protocol', () => {
  const program = { interface: 'msg-ring', steps: [{ op: 'settle' }] };

  test('is judged by its type alone', () => {
    expect(validate.agentProtocol({ type: 'execute', id: 0, interface: 'msg-ring', program })).toEqual([]);
    expect(validate.agentProtocol({ type: 'execute', id: -1, interface: 'msg-ring' })).toEqual([
      '/program is missing',
      '/id must be >= 0',
    ]);
    expect(validate.agentProtocol({ type: 'trance', id: 0 })).toEqual(['/type is not known here: "trance"']);
    expect(validate.agentProtocol({ id: 0 })).toEqual(['/type is missing']);
  });

  test('carries a program or trace that fits its own schema', () => {
    const execute = (steps: unknown) => ({
      type: 'execute',
      id: 1,
      interface: 'x',
      program: { interface: 'x', steps },
    });
    expect(validate.agentProtocol(execute([{ op: 'ring', far: true }]))).toEqual([]);
    expect(validate.agentProtocol(execute([{ op: 'ring', far: null }]))).toEqual([
      '/program/steps/0/far must be string,number,boolean',
    ]);
    expect(
      validate.agentProtocol({ type: 'trace', id: 1, events: [{ event: 'settle', step: 0, at: -1 }] }),
    ).toEqual(['/events/0/at must be >= 0']);
  });

  test('names what is wrong in a hello', () => {
    const hello = {
      type: 'hello',
      protocol: 1,
      agent: { name: 'a', version: '1' },
      system: { name: 'Linux', version: '6', facts: { uid: 0, container: false, release: '6' } },
      interfaces: { 'msg-ring': { operations: { setup: 'agent' }, capabilities: [] } },
      limits: { lineBytes: 1048576 },
    };
    expect(validate.agentProtocol(hello)).toEqual([]);
    expect(validate.agentProtocol({ ...hello, protocol: 2 })).toEqual(['/protocol must be 1']);
    expect(
      validate.agentProtocol({
        ...hello,
        interfaces: { 'msg-ring': { operations: { setup: 'me' }, capabilities: [] } },
      }),
    ).toEqual(['/interfaces/msg-ring/operations/setup must be one of system, agent']);
  });
});

describe('an event of a trace', () => {
  const ran = (result: unknown) =>
    validate.trace({
      program: { interface: 'msg-ring', steps: [] },
      events: [{ event: 'ran', step: 0, at: 3, result }],
    });

  test('holds results of every kind that operations return', () => {
    const results = [
      {},
      { value: 3 },
      { error: 'EINVAL' },
      { error: 'E512', cqes: [] },
      { skipped: 'closed' },
      { cqes: [{ user_data: '0x1', res: -1, flags: 0 }] },
      { list: ['0x1', 2] },
    ];
    for (const result of results) expect(ran(result)).toEqual([]);
  });

  test('holds no other', () => {
    expect(ran({ error: 'invalid' })).toEqual([
      '/events/0/result/error must match pattern "^[A-Z][A-Z0-9_]*$"',
    ]);
    expect(ran({ value: '3' })).toEqual(['/events/0/result/value must be integer']);
    expect(ran({ cqes: [{ res: null }] })).not.toEqual([]);
    expect(ran(undefined)).toEqual(['/events/0/result is missing']);
  });
});
