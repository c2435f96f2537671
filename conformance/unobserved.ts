/** What the documents permit and nothing in a run showed. */

import {
  clauseFile,
  type EventStatistics,
  type InterfaceName,
  interfaceFile,
  type Unobserved,
} from '#spec/index';
import { editionOf, presetOf, statesOf } from './oracle.ts';

/**
 * Values of variation points that nothing spoke for, and errors named for an operation that did not come.
 *
 * @param spokenFor - By point, the values that some program left possible when it ruled out others.
 */
export const unobservedOf = (
  name: InterfaceName,
  { edition, profile }: { readonly edition?: string; readonly profile?: string },
  spokenFor: ReadonlyMap<string, ReadonlySet<string>>,
  outcomes: EventStatistics['outcomes'],
): Unobserved => {
  const states = statesOf(name, editionOf(name, edition).id);
  const preset = presetOf(name, profile);
  const points = (clauseFile(name).points ?? [])
    .filter(({ clause }) => states(clause as Parameters<typeof states>[0]))
    .map(({ id, values }) => ({ id, values: values.filter((value) => preset[id]?.includes(value) ?? true) }));
  const operations = interfaceFile(name).operations.filter(({ errors }) => errors !== undefined);
  const seen = (id: string, value: string) => spokenFor.get(id)?.has(value) === true;
  return {
    permitted:
      points.reduce((total, { values }) => total + values.length, 0) +
      operations.reduce((total, { errors = [] }) => total + errors.length, 0),
    values: withSome(points.map(({ id, values }) => [id, values.filter((value) => !seen(id, value))])),
    errors: withSome(
      operations.map(({ name: operation, errors = [] }) => [
        operation,
        errors.filter((error) => outcomes[operation]?.[error] === undefined),
      ]),
    ),
  };
};

/** What none of these saw. */
export const mergeUnobserved = (all: readonly Unobserved[]): Unobserved | undefined => {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const inAll = (member: 'values' | 'errors') =>
    withSome(
      Object.entries(first[member]).map(([name, some]) => [
        name,
        some.filter((one) => others.every((other) => other[member][name]?.includes(one) ?? false)),
      ]),
    );
  return { permitted: first.permitted, values: inAll('values'), errors: inAll('errors') };
};

const withSome = (
  entries: readonly (readonly [name: string, some: readonly string[]])[],
): Readonly<Record<string, string[]>> =>
  Object.fromEntries(entries.flatMap(([name, some]) => (some.length === 0 ? [] : [[name, [...some]]])));
