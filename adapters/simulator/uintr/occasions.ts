/**
 * Every occasion on which a conforming system is free, with all that it may do: the chooser draws from this list and
 * counts what it took. The numbers are weights; the first outcome is the calm one.
 */

/** What systems choose once, by variation point. Drawn when the chooser is opened. */
export const pointOccasions = {
  'no-hardware@create-fd': ['EOPNOTSUPP', 'ENOSYS'],
  'without-handler@create-fd': ['EINVAL', 'EFAULT', 'ENXIO'],
  'vector-range@create-fd': ['ENOSPC', 'EINVAL', 'ERANGE'],
  'without-handler@register-self': ['refused', 'accepted'],
  'vector-in-use@create-fd': ['accepted', 'refused'],
  'vector-in-use@register-self': ['accepted', 'refused'],
  'index-scope@sender': ['process', 'thread'],
  'last-close@connection': ['freed', 'kept'],
  'unregister-argument@sender': ['index', 'descriptor'],
  'second-connection@thread': ['accepted', 'refused'],
  'delivery@start': ['off', 'on'],
} as const;

/** What is free each time anew. */
export const drawnOccasions = {
  notification: { 'at-once': 4, later: 3 },
  delivery: { 'at-once': 4, later: 2 },
  'send of a vector that waits': { merged: 3, counted: 1 },
  'several refusals apply': { first: 1, another: 1 },
  'call without memory': { ENOMEM: 2, 'goes through': 1 },
  'vector of a closed descriptor': { free: 2, refused: 1 },
  'send to nobody': { lost: 2, kept: 2, fault: 1 },
  'what waits when a handler is given up': { lost: 1, kept: 1 },
  'what waits when the last descriptor is closed': { delivered: 1, dropped: 1 },
  'connection to nobody': { refused: 1, accepted: 1 },
  'fault of an instruction': { SIGSEGV: 2, SIGILL: 1 },
  'send from a child of fork': { fault: 1, raises: 1 },
  'receiver of a process': { registrant: 2, another: 1 },
  'new index': { lowest: 2, higher: 1 },
  'delivery in a child': { off: 1, on: 1 },
  'end of a wait': { interrupted: 2, 'at once': 1, 'in time': 1 },
} as const;
