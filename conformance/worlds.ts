/** The small worlds of the interfaces, ready to be walked. */

import { SmallWorld } from '#model/index';
import { type InterfaceName, interfaceFile, UsageError } from '#spec/index';
import { worldFileOf } from './interfaces.ts';

export { worldFileOf } from './interfaces.ts';

const made = new Map<InterfaceName, readonly SmallWorld[]>();

/** Every small world of an interface; the first one is what is meant when none is named. */
export const worldsOf = (name: InterfaceName): readonly SmallWorld[] => {
  let worlds = made.get(name);
  if (!worlds) {
    const file = interfaceFile(name);
    worlds = worldFileOf(name).worlds.map((entry) => new SmallWorld(file, entry));
    made.set(name, worlds);
  }
  return worlds;
};

/**
 * The world of this name; the first one without a name.
 *
 * @throws {UsageError} There is no such world.
 */
export const worldOf = (name: InterfaceName, world?: string): SmallWorld => {
  const worlds = worldsOf(name);
  const found = world === undefined ? worlds[0] : worlds.find((each) => each.name === world);
  if (found) return found;
  throw new UsageError(
    `${name} has no world ${world}; there is ${worlds.map((each) => each.name).join(', ')}`,
  );
};
