/**
 * What holds in every state that msg-ring's machine can come to while nothing is relaxed. None of it is a sentence of the
 * page: it is what the machine's own records have to agree about, lest a sound system be accused.
 */

import type { Invariant } from '../machine.ts';
import type { Message, Ring, State } from './state.ts';

const namesOf = ({ handles }: State, ring: number): number => {
  let names = 0;
  for (const handle of handles) if (handle.open && handle.ring === ring) names++;
  return names;
};

/** A ring that nothing names any more; a target that is no ring is none. */
const isClosed = ({ rings }: State, ring: number): boolean => rings[ring]?.references === 0;

const distinct = (names: readonly string[]): boolean =>
  names.every((name, index) => names.indexOf(name) === index);

// Loops, for `every` makes a function for each state, and a walk asks of each of a million states.
const eachRing = (holds: (ring: Ring, index: number, s: State) => boolean) => (s: State) => {
  for (let index = 0; index < s.rings.length; index++)
    if (!holds(s.rings[index] as Ring, index, s)) return false;
  return true;
};

const eachMessage = (holds: (m: Message, s: State) => boolean) => (s: State) => {
  for (const m of s.messages) if (!holds(m, s)) return false;
  return true;
};

export const invariants: readonly Invariant<State>[] = [
  {
    name: 'a ring counts the open descriptors that name it',
    holds: eachRing((ring, index, s) => ring.references === namesOf(s, index)),
  },
  {
    name: 'a name stands for one descriptor, and one of a ring for a ring that was made',
    holds: ({ handles, rings }) =>
      distinct(handles.map(({ name }) => name)) &&
      handles.every(({ ring, path }) => ring < rings.length && !(path && ring >= 0)),
  },
  {
    name: 'a ring holds no more prepared entries than it was made for',
    holds: eachRing(({ prepared, entries }) => prepared.length <= entries),
  },
  {
    name: 'a message of which nothing is owed is not kept',
    holds: eachMessage(({ own, posted }) => own === 'owed' || posted === 'unknown'),
  },
  {
    name: 'nothing is owed on a ring that is closed',
    holds: eachMessage(
      ({ own, posted, expects }, s) =>
        !(own === 'owed' && isClosed(s, expects.source)) &&
        !(posted === 'unknown' && isClosed(s, expects.target)),
    ),
  },
  {
    name: 'a refused message was not seen on its target',
    holds: eachMessage(({ fate, posted }) => !(fate === 'refused' && posted === 'seen')),
  },
  {
    name: 'a message to what is no ring arrives nowhere',
    holds: eachMessage(({ expects, posted }) => expects.target >= 0 || posted === 'absent'),
  },
  {
    name: 'a settled message is not pending',
    holds: eachMessage(({ settled, pending }) => !(settled && pending)),
  },
  {
    name: 'what is under way while memory is exhausted is known to have met that',
    holds: (s) => !s.exhausted || s.messages.every(({ starved }) => starved),
  },
  {
    name: 'what waits for a thread that has ended may be lost',
    holds: eachMessage(({ expects, posted, lossy }, s) => {
      const target = s.rings[expects.target];
      const waits = target?.mode === 'deferred' && posted === 'unknown' && s.ended.includes(target.owner);
      return !waits || lossy;
    }),
  },
  {
    name: 'the first thread never ends, and every other one ends once',
    holds: ({ ended }) => !ended.includes('t0') && distinct(ended),
  },
];
