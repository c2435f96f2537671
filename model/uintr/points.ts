/** The variation points of the two pages, as clauses.json declares them, with their numbers looked up once. */

import { type ClauseId, clauseFile, type PointId } from '#spec/index';
import { type Narrowing, variationPoints } from '../choices.ts';
import type { Refusal } from '../outcome.ts';

export const points = variationPoints(clauseFile('uintr').points ?? []);

const prove = (id: PointId, value: string): Narrowing => [points.number(id), points.mask(id, value)];

/** What seeing one value of a point proves. */
export const proves = {
  selfRangeUnchecked: prove('vector-range@register-self', 'unchecked'),
  selfRangeChecked: prove('vector-range@register-self', 'ENOSPC'),
  selfNeedsHandler: prove('without-handler@register-self', 'refused'),
  descriptorTwiceRefused: prove('vector-in-use@create-fd', 'refused'),
  selfTwiceRefused: prove('vector-in-use@register-self', 'refused'),
  selfOfProcess: prove('index-scope@self', 'process'),
  selfOfThread: prove('index-scope@self', 'thread'),
  senderOfProcess: prove('index-scope@sender', 'process'),
  senderOfThread: prove('index-scope@sender', 'thread'),
  closedKept: prove('last-close@connection', 'kept'),
  closedFreed: prove('last-close@connection', 'freed'),
  unregistersIndex: prove('unregister-argument@sender', 'index'),
  unregistersDescriptor: prove('unregister-argument@sender', 'descriptor'),
  secondAccepted: prove('second-connection@thread', 'accepted'),
  secondRefused: prove('second-connection@thread', 'refused'),
  startsOff: prove('delivery@start', 'off'),
  startsOn: prove('delivery@start', 'on'),
} as const;

/** A refusal whose error the page leaves to the system: one for each value of the point. */
export const leftOpen = (point: PointId, clause: ClauseId): readonly Refusal[] => {
  const number = points.number(point);
  return points
    .values(number, points.full(number))
    .map((error) => ({ demands: clause, names: clause, error, binds: prove(point, error) }));
};
