/**
 * What holds in every state that the machine of QNX interrupts can come to while nothing is relaxed. None of it is a
 * sentence of the page: it is what the machine's own records have to agree about, lest a sound system be accused.
 */

import type { Invariant } from '../machine.ts';
import { attachedTo, LINE_MAX, type State, sizeOf, vectors } from './state.ts';

export const invariants: readonly Invariant<State>[] = [
  {
    name: 'a line holds the living attachments of its vector, each once',
    holds: (s) =>
      s.lines.every(({ order }, place) => {
        const living = s.attachments.flatMap((one, number) =>
          one.live && one.vector === vectors[place] ? [number] : [],
        );
        return order.length === living.length && living.every((number) => order.includes(number));
      }),
  },
  {
    name: 'a line never holds more than it may',
    holds: (s) => s.lines.every((line) => line.uncounted || sizeOf(line) <= LINE_MAX),
  },
  {
    name: 'an attachment is masked at least 0 times, and at most at least as often',
    holds: (s) => s.attachments.every(({ low, high }) => low >= 0 && low <= high),
  },
  {
    name: 'ids of living attachments in one process differ',
    holds: (s) =>
      s.attachments.every(
        (one, number) =>
          !one.live ||
          one.id < 0 ||
          s.attachments.every(
            (other, place) =>
              place === number || !other.live || other.process !== one.process || other.id !== one.id,
          ),
      ),
  },
  {
    name: 'a thread serves a living attachment that it made',
    holds: (s) =>
      s.threads.every(({ serves }, number) => {
        if (serves < 0) return true;
        const one = s.attachments[serves];
        return one?.live === true && one.kind === 'intr' && one.caller === number;
      }),
  },
  {
    name: 'only what has a name is watched for',
    holds: (s) =>
      s.kept.every(({ key }) => {
        const one = s.attachments[key];
        return one !== undefined && one.name !== '';
      }),
  },
  {
    name: 'an attachment that holds its line exclusively is not joined by that of another thread',
    holds: (s) =>
      s.lines.every((line) => {
        const all = attachedTo(s, line);
        return (
          !all.some(({ exclusive }) => exclusive) || all.every(({ caller }) => caller === all[0]?.caller)
        );
      }),
  },
];
