/** Arguments that a step leaves out, from the description of the interface. */

import interfaceFile from '#spec/msg-ring/interface.json' with { type: 'json' };

const operations: readonly {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly default?: string | number | boolean }[];
}[] = interfaceFile.operations;

type Value<Kind> = Kind extends 'number' ? number : Kind extends 'string' ? string : boolean;

/**
 * The defaults of an operation, by argument.
 *
 * @throws {TypeError} The description says otherwise: it has changed under this agent.
 */
const defaultsOf = <const Kinds extends Readonly<Record<string, 'number' | 'string' | 'boolean'>>>(
  operation: string,
  kinds: Kinds,
): { readonly [Name in keyof Kinds]: Value<Kinds[Name]> } => {
  const entries = operations.find(({ name }) => name === operation)?.arguments ?? [];
  const values = Object.entries(kinds).map(([name, kind]) => {
    const value = entries.find((entry) => entry.name === name)?.default;
    if (typeof value !== kind) throw new TypeError(`${operation} has no ${kind} ${name} by default`);
    return [name, value];
  });
  return Object.fromEntries(values);
};

export const defaults = {
  setup: defaultsOf('setup', { entries: 'number', cq_entries: 'number', flags: 'string' }),
  open: defaultsOf('open', { kind: 'string' }),
  prep_msg_ring: defaultsOf('prep_msg_ring', {
    len: 'number',
    data: 'string',
    flags: 'number',
    user_data: 'string',
    command: 'string',
    ioprio: 'number',
    buf_index: 'number',
    personality: 'number',
    addr3: 'string',
    file_index: 'number',
    sqe_flags: 'string',
  }),
  submit: defaultsOf('submit', { count: 'number', getevents: 'boolean' }),
  reap: defaultsOf('reap', { max: 'number' }),
  wait: defaultsOf('wait', { count: 'number', timeout_ms: 'number' }),
} as const;
