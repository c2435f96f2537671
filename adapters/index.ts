/** Front door of `adapters/`: how to reach a system. */

import { type Adapter, type SystemUnderTest, UsageError } from '#spec/index';
import { linuxAdapter } from './linux/index.ts';
import { simulatorAdapter } from './simulator/index.ts';
import { stdioAdapter } from './stdio/index.ts';

export * from './simulator/index.ts';

/** Every way to reach a system, the default one first. */
export const adapters: readonly Adapter[] = [simulatorAdapter, linuxAdapter, stdioAdapter];

/**
 * Opens a system by its address: `simulator:docs`, `linux`, `stdio:./my-agent`.
 *
 * @throws {UsageError} No adapter has this scheme, or the adapter does not understand the rest.
 * @throws {HarnessError} The system cannot be reached, or `signal` said that nobody waits for it any more.
 */
export const openTarget = async (address: string, signal?: AbortSignal): Promise<SystemUnderTest> => {
  const scheme = /^[a-z-]*/.exec(address)?.[0] ?? '';
  const adapter = adapters.find((candidate) => candidate.scheme === scheme);
  if (!adapter)
    throw new UsageError(
      `no target is called ${address}: write ${adapters.map((known) => known.scheme).join(', ')}, for example stdio:./my-agent`,
    );
  return adapter.open(address, signal);
};
