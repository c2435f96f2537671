/** Opening a system under test, and keeping it interruptible. */

import type { Answer, SystemUnderTest } from '#spec/index';

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
 * @param signal - The command is being stopped: nobody waits for the target any more.
 * @throws {UsageError} Unknown scheme or name in the address.
 * @throws {HarnessError} It does not come up, or was not waited for.
 */
export const open = async (address: string, signal?: AbortSignal): Promise<SystemUnderTest> => {
  const { openTarget } = await import('#adapters/index');
  const system = await openTarget(address, signal);
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

/** Longest time, in milliseconds, that a target may take to come back once the command has been stopped. */
const graceMs = 3000;

/**
 * A target that does not come back after the command was stopped is closed under the program it runs.
 *
 * @returns Gives the target up: it is not closed any more.
 */
export const closeWhenStuck = (systems: readonly SystemUnderTest[], signal: AbortSignal): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      for (const system of systems) void system.close().catch(() => undefined);
    }, graceMs).unref();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
};

/** Runs an action on an open system, and closes it whatever happens; at the latest some time after the signal. */
export const using = async <T>(
  system: SystemUnderTest,
  action: (system: SystemUnderTest) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const release = signal === undefined ? () => {} : closeWhenStuck([system], signal);
  try {
    return await action(system);
  } finally {
    release();
    await system.close();
  }
};
