/** Opening systems under test: which one when none is named, and how to keep it interruptible. */

import type { Answer, InterfaceName, SystemUnderTest } from '#spec/index';

/** The running kernel, and the reference implementation that serves where nothing else can. */
export const kernelTarget = 'linux';
export const simulatorTarget = 'simulator';

/** Longest time, in milliseconds, in which signals and timers wait for a system that answers at once. */
const breathMs = 25;

/**
 * A system that answers at once would keep signals and timers waiting for the whole run, so it answers late from time
 * to time. One program at a time, so that the order of answers stays the order of programs.
 */
const breathing = (system: SystemUnderTest): SystemUnderTest => {
  let last = performance.now();
  return {
    description: { ...system.description, limits: { ...system.description.limits, inFlight: 1 } },
    execute: (program, options) => {
      if (performance.now() - last < breathMs) return system.execute(program, options);
      return new Promise<Answer>((resolve, reject) => {
        setImmediate(() => {
          last = performance.now();
          Promise.resolve()
            .then(() => system.execute(program, options))
            .then(resolve, reject);
        });
      });
    },
    close: () => system.close(),
  };
};

/**
 * Opens a target.
 *
 * @throws {UsageError} Unknown scheme or name in the address.
 * @throws {HarnessError} It does not come up.
 */
export const open = async (address: string): Promise<SystemUnderTest> => {
  const { openTarget } = await import('#adapters/index');
  const system = await openTarget(address);
  return closedOnce(system.description.selfCheck ? breathing(system) : system);
};

/** Several may want to see it closed; all of them wait for the one closing. */
const closedOnce = (system: SystemUnderTest): SystemUnderTest => {
  let closing: Promise<void> | null = null;
  return {
    description: system.description,
    execute: (program, options) => system.execute(program, options),
    close: () => {
      closing ??= system.close();
      return closing;
    },
  };
};

/** The running kernel where it offers the interface, otherwise the simulator, with the reason. */
export const openDefault = async (
  name: InterfaceName,
): Promise<{ readonly system: SystemUnderTest; readonly reason: string | null }> => {
  const kernel = await open(kernelTarget);
  if (kernel.description.interfaces[name] !== undefined) return { system: kernel, reason: null };
  const reason = kernel.description.reason ?? `it does not offer ${name}`;
  await kernel.close();
  return { system: await open(simulatorTarget), reason };
};

/** Runs an action on an open system, and closes it whatever happens. */
export const using = async <T>(
  system: SystemUnderTest,
  action: (system: SystemUnderTest) => Promise<T>,
): Promise<T> => {
  try {
    return await action(system);
  } finally {
    await system.close();
  }
};
