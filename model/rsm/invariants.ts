/**
 * What holds in every state that the machine of remote shared memory can come to while nothing is relaxed. None of it is
 * a sentence of the page: it is what the machine's own records have to agree about, lest a sound system be accused.
 */

import type { Invariant } from '../machine.ts';
import type { Handle, State } from './state.ts';

const eachHandle = (holds: (one: Handle, s: State, number: number) => boolean) => (s: State) =>
  s.handles.every((one, number) => holds(one, s, number));

export const invariants: readonly Invariant<State>[] = [
  {
    name: 'as many events as may be there are at least as many as must, and as are on their way',
    holds: eachHandle(
      ({ pending: { low, high, flying } }) => low >= 0 && low <= high && flying >= 0 && flying <= high,
    ),
  },
  {
    name: 'a reference count is at least 0, and at most at least as high',
    holds: eachHandle(({ refLow, refHigh }) => refLow >= 0 && refLow <= refHigh),
  },
  {
    name: 'a connection belongs to a segment, and a segment to itself',
    holds: eachHandle(({ kind, segment }, s, number) =>
      kind === 'export' ? segment === number : s.handles[segment]?.kind === 'export',
    ),
  },
  {
    name: 'what is connected is connected to the segment as it is published now',
    holds: eachHandle(({ phase, segment, epoch }, s) => {
      const exporter = s.handles[segment];
      return phase !== 'connected' || (exporter?.phase === 'published' && exporter.epoch === epoch);
    }),
  },
  {
    name: 'only segments are published, and only connections are mapped',
    holds: eachHandle(({ kind, phase, mapped }) =>
      kind === 'export'
        ? !mapped && phase !== 'connected' && phase !== 'cut'
        : phase === 'connected' || phase === 'cut' || phase === 'gone',
    ),
  },
  {
    name: 'a process that was killed has nothing, and the first one is never killed',
    holds: (s) =>
      s.killed[0] === false &&
      eachHandle(({ process, phase }) => s.killed[process] !== true || phase === 'gone')(s),
  },
  {
    name: 'an interruption is for a thread inside a wait',
    holds: ({ threads }) =>
      threads.every(({ inside, interrupted }) => interrupted === 'no' || inside !== 'no'),
  },
];
