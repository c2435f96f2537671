/** Values of options that may be meant for one interface alone: `--target linux`, `--target msg-ring=linux`. */

import { type InterfaceName, interfaceNames, isInterfaceName, UsageError } from '#spec/index';
import { unknown } from './closest.ts';

/** The value for each interface. */
export type Scoped = (name: InterfaceName) => string | undefined;

/** An interface's name and an equals sign, which no address of a target begins with. */
const scope = /^([a-z][a-z0-9-]*)=(.*)$/s;

/**
 * Reads the values of a repeatable option. A value for one interface goes before a value for all.
 *
 * @throws {UsageError} Unknown interface, an empty value, or two values for the same interface.
 */
export const scoped = (option: string, values: readonly string[] = []): Scoped => {
  const byInterface = new Map<InterfaceName | 'all', string>();
  for (const text of values) {
    const [, name, own] = scope.exec(text) ?? [];
    const value = own ?? text;
    if (name !== undefined && !isInterfaceName(name))
      throw new UsageError(`${option} ${text}: ${unknown('interface', name, interfaceNames)}`);
    if (value === '') throw new UsageError(`${option} ${text}: the value is empty`);
    const key = name ?? 'all';
    const earlier = byInterface.get(key);
    if (earlier !== undefined && earlier !== value)
      throw new UsageError(
        `${option} is given twice${name === undefined ? '' : ` for ${name}`}: ${earlier} and ${value}`,
      );
    byInterface.set(key, value);
  }
  return (name) => byInterface.get(name) ?? byInterface.get('all');
};

/**
 * The interfaces that were named, in their fixed order; all of them when none was.
 *
 * @throws {UsageError} Unknown interface.
 */
export const namedInterfaces = (names: readonly string[]): readonly InterfaceName[] => {
  for (const name of names)
    if (!isInterfaceName(name)) throw new UsageError(unknown('interface', name, interfaceNames));
  return names.length === 0 ? interfaceNames : interfaceNames.filter((name) => names.includes(name));
};
