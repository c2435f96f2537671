/** All mutants of this interface, by the kind of their lie. */

import { completionMutants } from './completion.ts';
import { controls } from './controls.ts';
import { deepMutants } from './deep.ts';
import { deliveryMutants } from './delivery.ts';
import type { MsgRingMutant } from './mutant.ts';
import { payloadMutants } from './payload.ts';
import { refusalMutants } from './refusals.ts';
import { systemMutants } from './system.ts';
import { waitingMutants } from './waiting.ts';

export type { MsgRingMutant } from './mutant.ts';

export const msgRingMutants: readonly MsgRingMutant[] = [
  ...deliveryMutants,
  ...payloadMutants,
  ...completionMutants,
  ...refusalMutants,
  ...waitingMutants,
  ...deepMutants,
  ...systemMutants,
  ...controls,
];
