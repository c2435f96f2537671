/**
 * Every occasion on which a conforming system is free, with all that it may do: the chooser draws from this list and
 * counts what it took. The numbers are weights; the first outcome is the calm one.
 */

import type { ChooserOccasion } from '../interface-simulator.ts';

/** What systems choose once, by variation point. Drawn when the chooser is opened. */
export const pointOccasions = {
  'target-flags@plain': ['zero', 'nonzero'],
  'success-value@message': ['zero', 'positive'],
  'disabled-target@direct': ['accepted', 'EBADFD'],
  'disabled-target@deferred': ['accepted', 'EBADFD'],
  'non-descriptor@closed': ['EBADF', 'EBADFD'],
  'non-descriptor@minus-one': ['EBADF', 'EBADFD'],
  'non-descriptor@out-of-range': ['EBADF', 'EBADFD'],
  'non-descriptor@path': ['EBADF', 'EBADFD'],
} as const;

/** What is free each time anew. */
export const drawnOccasions = {
  /** Order, delay and visibility. */
  'message to a direct ring': { 'at-once': 6, later: 1, held: 1 },
  'message to a deferred ring': { held: 4, later: 1, 'at-once': 1 },
  'source completion': { 'at-once': 6, later: 1, held: 1 },
  'place among visible completions': { last: 3, overtakes: 1 },
  'room after an overflow': { 'filled-on-entry': 1, 'filled-at-once': 1 },
  'pending work when a step ends': { pending: 2, done: 1 },

  /** Submission. */
  'entries offered': { 'all-taken': 7, 'fewer-taken': 1 },
  'entry with message flags': { 'checked-late': 1, 'checked-first': 1 },
  'batch after a faulty entry': { 'goes-on': 1, stops: 1 },
  'several refusals apply': { 'first-check': 1, 'another-check': 1 },
  'drained or linked entry': { 'sent-at-once': 2, 'sent-by-worker': 1 },
  'message from an IOPOLL ring to itself': { 'sent-at-once': 1, 'sent-by-worker': 1 },

  /** Fields and flags that the page does not describe. */
  'field that is never set': { ignored: 1, EINVAL: 1 },
  'entry with a command': { EINVAL: 2, EBADF: 1, ignored: 1, 'other-command': 1 },
  'submission flag': { 'has-effect': 7, EINVAL: 1 },
  'registered file': { EBADF: 2, EINVAL: 1, EBADFD: 1 },
  'no completion on success': { honoured: 1, ignored: 1 },
  'chain with a faulty entry': { 'fails-in-turn': 1, 'fails-whole': 1 },
  'chain after a failure': { 'rest-cancelled': 3, 'rest-goes-on': 1 },
  'chain cancelled behind a silent entry': { 'rest-completes': 1, 'rest-silent': 1 },
  'chain on a deferred ring': { 'goes-on': 1, 'waits-for-owner': 1 },

  /** Memory exhausted. */
  'direct ring with room, without memory': { accepted: 3, ENOMEM: 1 },
  'direct ring full, without memory': { EOVERFLOW: 1, ENOMEM: 1, accepted: 1 },
  'deferred ring with room, without memory': { ENOMEM: 1, accepted: 1, lost: 1 },
  'deferred ring full, without memory': { ENOMEM: 1, accepted: 1, lost: 1, EOVERFLOW: 1 },
  'set up without memory': { ENOMEM: 1, made: 1 },

  /** Threads that end, rings that are closed. */
  'message to a ring whose owner has ended': { delivered: 1, lost: 1, EOWNERDEAD: 1 },
  'work left when an owner ends': { published: 1, 'left-behind': 1 },
  'request on a worker when its thread or ring ends': { finished: 1, cancelled: 1 },

  /** Waiting. */
  'wait with too little there': { blocks: 15, 'returns-early': 1 },
  'waiter with enough there': { 'returns-at-once': 2, 'returns-later': 1 },
  'time over with fewer there': { success: 1, ETIME: 1 },
  'end of a time': { punctual: 1, late: 1 },
  'wait on an IOPOLL ring': { blocks: 1, 'returns-at-once': 1 },
} as const;

export type PointOccasion = keyof typeof pointOccasions;
export type DrawnOccasion = keyof typeof drawnOccasions;
export type OutcomeOf<Name extends DrawnOccasion> = string & keyof (typeof drawnOccasions)[Name];

export const chooserOccasions: readonly ChooserOccasion[] = [
  ...Object.entries(pointOccasions).map(([occasion, outcomes]) => ({ occasion, outcomes, once: true })),
  ...Object.entries(drawnOccasions).map(([occasion, weights]) => ({
    occasion,
    outcomes: Object.keys(weights),
    once: false,
  })),
];
