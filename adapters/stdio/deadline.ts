/** How long a program may take. */

import { type ExecuteOptions, interfaceFile, isInterfaceName, type Program } from '#spec/index';

const deadlineMsDefault = 10_000;

/**
 * The deadline of a program, in milliseconds: what was allowed, and the time that it asks for itself. Arguments in
 * milliseconds are called so in every interface (`timeout_ms`).
 */
export const deadlineMs = (program: Program, options: ExecuteOptions): number => {
  let ms = options.deadlineMs ?? deadlineMsDefault;
  for (const step of program.steps)
    for (const [name, byDefault] of timesOf(program.interface, step.op))
      ms += Number(step[name] ?? byDefault);
  return Math.min(ms, timerMsMax);
};

/** The arguments of an operation that are times, with what they are when they are left out. */
const timesOf = (interfaceName: string, operation: string): readonly Time[] => {
  let known = times.get(interfaceName);
  if (!known) {
    const operations = isInterfaceName(interfaceName) ? interfaceFile(interfaceName).operations : [];
    known = new Map(
      operations.map(({ name, arguments: entries }) => [
        name,
        entries
          .filter((entry) => entry.name.endsWith('_ms'))
          .map((entry) => [entry.name, Number(entry.default ?? 0)]),
      ]),
    );
    times.set(interfaceName, known);
  }
  return known.get(operation) ?? [];
};

type Time = readonly [name: string, byDefault: number];
const times = new Map<string, ReadonlyMap<string, readonly Time[]>>();

/** Longest time that a timer of Node can measure. */
const timerMsMax = 2 ** 31 - 1;
