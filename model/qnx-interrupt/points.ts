/** The variation points of the page, as clauses.json declares them, with their numbers looked up once. */

import { clauseFile, type PointId } from '#spec/index';
import { type Narrowing, variationPoints } from '../choices.ts';

export const points = variationPoints(clauseFile('qnx-interrupt').points ?? []);

const prove = (id: PointId, value: string): Narrowing => [points.number(id), points.mask(id, value)];

/** What seeing one value of a point proves. */
export const proves = {
  unknownFlagsRefused: prove('unknown-flags@attach', 'refused'),
  unknownEventRefused: prove('unknown-event@attach', 'refused'),
  memoryEventRefused: prove('memory-event@attach', 'refused'),
  signalThreadRefused: prove('signal-thread@attach', 'refused'),
  highestIs254: prove('highest@priority', '254'),
  highestIs253: prove('highest@priority', '253'),
} as const;
