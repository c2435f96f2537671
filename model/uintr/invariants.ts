/**
 * What holds in every state that uintr's machine can come to while nothing is relaxed. None of it is a sentence of the
 * pages: it is what the machine's own records have to agree about, lest a sound system be accused.
 */

import type { Invariant } from '../machine.ts';
import type { Item, Owed } from '../owing.ts';
import type { State } from './state.ts';

const itemsOf = ({ past, present, held }: Owed): readonly Item[] => [
  ...past.flatMap(({ items }) => items),
  ...present.items,
  ...held,
];

const eachThread = (holds: (owed: Owed, number: number, s: State) => boolean) => (s: State) =>
  s.threads.every(({ owed }, number) => holds(owed, number, s));

export const invariants: readonly Invariant<State>[] = [
  {
    name: 'an object counts the open descriptors that name it',
    holds: ({ endpoints, descriptors }) =>
      endpoints.every(
        ({ references }, number) =>
          references === descriptors.filter(({ endpoint, open }) => open && endpoint === number).length,
      ),
  },
  {
    name: 'a process has one descriptor under a name',
    holds: ({ descriptors }) =>
      new Set(descriptors.map(({ process, name }) => `${process} ${name}`)).size === descriptors.length,
  },
  {
    name: 'of a delivery no more than was sent is owed',
    holds: eachThread((owed) => itemsOf(owed).every(({ min, max }) => min <= max && max > 0)),
  },
  {
    name: 'nobody owes what may be lost',
    holds: eachThread((owed) => itemsOf(owed).every(({ loose, min }) => !loose || min === 0)),
  },
  {
    name: 'vectors that were pending together are owed, two at least, in falling order',
    holds: eachThread(({ past, present }) =>
      [...past, present].every(({ items, batches }) =>
        batches.every(
          (batch) =>
            batch.length > 1 &&
            batch.every(
              (vector, place) =>
                items.some((item) => item.key === vector) &&
                (place === 0 || vector < (batch[place - 1] as number)),
            ),
        ),
      ),
    ),
  },
  {
    name: 'nothing is held for a thread that receives',
    holds: (s) => s.threads.every(({ delivery, owed }) => delivery !== 'on' || owed.held.length === 0),
  },
  {
    name: 'a thread that has ended has no handler, and the first one never ends',
    holds: ({ threads }) =>
      threads[0]?.alive === true && threads.every(({ alive, handler }) => alive || !handler),
  },
  {
    name: 'there are limits for every process',
    holds: ({ limits, processes, threads }) =>
      limits.length === processes && threads.every(({ process }) => process < processes),
  },
];
