/** What a target offers, less what a run may not use of it. */

import type { InterfaceName, InterfaceOffer, TargetDescription } from '#spec/index';

const harmful = new Set(['memory-fault', 'descriptor-limit']);

/**
 * The offer that programs are written for; undefined where the target does not have the interface. Faults hurt a live
 * system, so they are in it only when asked for, or when the system is our own.
 */
export const usableOffer = (
  { interfaces, selfCheck }: TargetDescription,
  name: InterfaceName,
  faults = false,
): InterfaceOffer | undefined => {
  const offer = interfaces[name];
  if (offer === undefined || faults || selfCheck) return offer;
  return { ...offer, capabilities: offer.capabilities.filter((capability) => !harmful.has(capability)) };
};
