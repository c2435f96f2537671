/** Capabilities to hurt a target on request: a live system is hurt only when its user asks for it. */

import type { InterfaceOffer } from '#spec/index';

const faults: ReadonlySet<string> = new Set(['memory-fault', 'descriptor-limit', 'hardware-fault']);

/** Does the capability bring about a fault? */
export const isFault = (capability: string): boolean => faults.has(capability);

/** What a target offers, with its faults only where they are asked for. */
export const withoutFaults = (offer: InterfaceOffer, asked: boolean): InterfaceOffer =>
  asked ? offer : { ...offer, capabilities: offer.capabilities.filter((capability) => !isFault(capability)) };
