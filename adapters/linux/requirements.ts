/** What a program needs of its target, by the capabilities in interface.json. */

import type { MsgRingProgram } from '#spec/index';
import interfaceFile from '#spec/msg-ring/interface.json' with { type: 'json' };

interface Needs {
  readonly always: readonly string[];
  /** For an argument, the capability that each of its values needs. */
  readonly values: readonly (readonly [argument: string, capabilities: Readonly<Record<string, string>>])[];
}

const operations: readonly {
  readonly name: string;
  readonly requires?: readonly string[];
  readonly arguments: readonly {
    readonly name: string;
    readonly requires?: Readonly<Record<string, string>>;
  }[];
}[] = interfaceFile.operations;

/** Only operations that need something. */
const needs = new Map<string, Needs>(
  operations
    .map(({ name, requires = [], arguments: entries }): [string, Needs] => [
      name,
      {
        always: requires,
        values: entries.flatMap((entry) => (entry.requires ? [[entry.name, entry.requires] as const] : [])),
      },
    ])
    .filter(([, { always, values }]) => always.length + values.length > 0),
);

/** The capabilities that a program needs; one that acts as somebody else than t0 needs threads. */
export const requirements = ({ steps }: MsgRingProgram): ReadonlySet<string> => {
  const required = new Set<string>();
  for (const step of steps) {
    if (step.actor !== undefined && step.actor !== 't0') required.add('threads');
    const { always, values } = needs.get(step.op) ?? nothing;
    for (const capability of always) required.add(capability);
    for (const [argument, capabilities] of values) {
      const given = (step as Readonly<Record<string, unknown>>)[argument];
      if (typeof given !== 'string') continue;
      for (const name of given.split('|'))
        if (capabilities[name] !== undefined) required.add(capabilities[name]);
    }
  }
  return required;
};

const nothing: Needs = { always: [], values: [] };
