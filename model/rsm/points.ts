/** The variation points of the page, as clauses.json declares them, with their numbers looked up once. */

import { clauseFile, type PointId } from '#spec/index';
import { type Narrowing, variationPoints } from '../choices.ts';

export const points = variationPoints(clauseFile('rsm').points ?? []);

export const prove = (id: PointId, value: string): Narrowing => [points.number(id), points.mask(id, value)];

/** What seeing one value of a point proves. */
export const proves = {
  honoured: prove('no-accumulate@post', 'honoured'),
  ignored: prove('no-accumulate@post', 'ignored'),
  ofImporter: prove('scope@no-accumulate', 'importer'),
  ofSegment: prove('scope@no-accumulate', 'segment'),
  oneEvent: prove('events@wait', 'one'),
  allEvents: prove('events@wait', 'all'),
  unpublishGated: prove('gate@unpublish', 'closed'),
  unmapGated: prove('gate@unmap', 'closed'),
  disconnectGated: prove('gate@disconnect', 'closed'),
  pollfdRefused: prove('pollfd@unpublished', 'refused'),
  pollfdGiven: prove('pollfd@unpublished', 'given'),
  countOfHandle: prove('count@pollfd', 'handle'),
  countOfSegment: prove('count@pollfd', 'segment'),
  unreachableReported: prove('unreachable@export', 'reported'),
  unreachableHidden: prove('unreachable@export', 'hidden'),
  kept: prove('pending@unpublish', 'kept'),
  dropped: prove('pending@unpublish', 'dropped'),
  pollStays: prove('event@poll', 'stays'),
  pollConsumes: prove('event@poll', 'consumed'),
  timeoutWithRivals: prove('timeout@infinite', 'with-rivals'),
  waiterReleased: prove('waiter@gone', 'released'),
  staleDeaf: prove('stale@import', 'deaf'),
  staleHears: prove('stale@import', 'hears'),
} as const;
