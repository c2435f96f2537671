/** Capabilities to hurt a target on request: a live system is hurt only when its user asks for it. */

import type { InterfaceName, InterfaceOffer, TargetDescription } from '#spec/index';

const faults: ReadonlySet<string> = new Set(['memory-fault', 'descriptor-limit', 'hardware-fault']);

/** Does the capability bring about a fault? */
export const isFault = (capability: string): boolean => faults.has(capability);

/**
 * The offer that programs are written for; undefined where the target does not have the interface. Faults are in it only
 * when asked for, or when the system is our own.
 */
export const usableOffer = (
  { interfaces, selfCheck }: TargetDescription,
  name: InterfaceName,
  asked = false,
): InterfaceOffer | undefined => {
  const offer = interfaces[name];
  if (offer === undefined || asked || selfCheck) return offer;
  return { ...offer, capabilities: offer.capabilities.filter((capability) => !isFault(capability)) };
};
