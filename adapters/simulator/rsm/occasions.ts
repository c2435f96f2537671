/**
 * Every occasion on which a conforming system is free, with all that it may do: the chooser draws from this list and
 * counts what it took. The numbers are weights; the first outcome is the calm one.
 */

/** What systems choose once, by variation point. Drawn when the chooser is opened. */
export const pointOccasions = {
  'scope@no-accumulate': ['importer', 'segment'],
  'gate@disconnect': ['closed', 'open'],
  'count@pollfd': ['handle', 'segment'],
  'release@zero': ['success', 'BAD_SEG_HNDL'],
  'never-published@post': ['success', 'BAD_SEG_HNDL', 'SEG_NOT_PUBLISHED'],
  'cut-off@post': ['success', 'BAD_SEG_HNDL', 'CONN_ABORTED', 'REMOTE_NODE_UNREACHABLE', 'SEG_NOT_CONNECTED'],
  'pending@unpublish': ['kept', 'dropped'],
  'event@poll': ['stays', 'consumed'],
  'waiter@gone': ['stays', 'released'],
  'stale@import': ['deaf', 'hears'],
} as const;

/** What is free each time anew. */
export const drawnOccasions = {
  'event on its way': { arrives: 3, 'is late': 2 },
  'waiter that is woken': { 'goes on': 3, 'is late': 1 },
  'which of several waiters': { first: 1, last: 1 },
  'event and deadline together': { success: 1, TIMEOUT: 1 },
  'interruption of a wait with an end': { INTERRUPTED: 1, 'goes on': 1 },
  'interruption and event together': { success: 1, INTERRUPTED: 1 },
  'post to nobody': { success: 2, refused: 1 },
  'post to some': { success: 1, REMOTE_NODE_UNREACHABLE: 1 },
  'link changes': { 'at once': 1, later: 1 },
  'event in the air when its way is cut': { lost: 1, arrives: 1 },
  'segment not published': { 'an error': 2, 'an invalid pollfd': 1 },
  'call without memory': { refused: 1, 'goes through': 1 },
  'pollfd counted before it failed': { no: 1, yes: 1 },
  'unknown flags': { ignored: 2, refused: 1 },
  'destroy of a published segment': { done: 2, refused: 1 },
  'disconnect of a mapped segment': { refused: 2, done: 1 },
  'pollfd of a cut connection': { given: 1, refused: 1 },
} as const;
