/**
 * Every occasion on which a conforming system is free, with all that it may do: the chooser draws from this list and
 * counts what it took. The numbers are weights; the first outcome is the calm one.
 */

/** What systems choose once, by variation point. Drawn when the chooser is opened. */
export const pointOccasions = {
  'unknown-flags@attach': ['ignored', 'refused'],
  'unknown-event@attach': ['refused', 'accepted'],
  'memory-event@attach': ['refused', 'accepted'],
  masks: ['of an attachment', 'of a line'],
} as const;

/** What is free each time anew. */
export const drawnOccasions = {
  'service threads run': { 'at once': 4, later: 3 },
  'order of service threads': { 'as in the list': 1, another: 2 },
  'interrupt while masked': { lost: 2, kept: 2 },
  'several refusals apply': { first: 1, another: 1 },
  'call without memory': { EAGAIN: 2, 'goes through': 1 },
  'exclusive beside own attachments': { refused: 1, accepted: 1 },
  'flag and vector disagree': { refused: 1, accepted: 2 },
  'vector attached to again': { unmasked: 3, 'as it was': 1 },
  'attachment to a masked interrupt': { 'masks it too': 1, 'does not mask it': 1 },
  'no unmask on an open interrupt': { 'masks it': 1, 'does not mask it': 1 },
  'delivery at detach': { sent: 1, dropped: 1 },
  'detach by another thread': { refused: 1, done: 1 },
  'call with an unknown id': { refused: 2, nothing: 1 },
  'mask of all': { refused: 1, done: 1 },
  'unmask of what is not masked': { refused: 2, nothing: 1 },
  'wait that unmasks nothing': { waits: 2, refused: 1 },
  'wait of another thread': { refused: 1, blocks: 1 },
  'level fires again': { no: 3, yes: 1 },
  'new id': { lowest: 2, higher: 1 },
} as const;
