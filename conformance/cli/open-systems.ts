/** Systems that one command has open: each once, and all closed at its end. */

import type { InterfaceName, SystemUnderTest } from '#spec/index';
import { kernelTarget, open, simulatorTarget } from './targets.ts';

/** Systems that are open, each once by its address. */
export class OpenSystems {
  readonly #byAddress = new Map<string, SystemUnderTest>();
  readonly #signal: AbortSignal;

  /** @param signal - Nobody waits for a system that comes up later. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async at(address: string): Promise<SystemUnderTest> {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const system = await open(address, this.#signal);
    this.#byAddress.set(address, system);
    return system;
  }

  /** The running kernel where it offers the interface, otherwise the simulator, with the reason. */
  async byDefault(
    name: InterfaceName,
  ): Promise<{ readonly system: SystemUnderTest; readonly reason: string | null }> {
    const kernel = await this.at(kernelTarget);
    const { interfaces, reason } = kernel.description;
    if (interfaces[name] !== undefined) return { system: kernel, reason: null };
    return { system: await this.at(simulatorTarget), reason: reason ?? `it does not offer ${name}` };
  }

  /** What went wrong in closing was said where the system was used. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#byAddress.values()].map((system) => system.close()));
  }
}
