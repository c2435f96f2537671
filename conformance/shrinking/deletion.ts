/** Fewer steps: long runs of them first, then any two or three that only go together. */

import type { Asking, Descent, Draft } from './descent.ts';
import { without } from './descent.ts';

/** Longest body of which every two steps are tried together. */
const PAIRS_MAX = 16;
/** Longest body of which every three steps are tried together. */
const TRIPLES_MAX = 9;
/** In a longer body only steps at most so far apart are tried together. */
const NEIGHBOURHOOD = 3;

const range = (start: number, end: number): ReadonlySet<number> =>
  new Set(Array.from({ length: end - start }, (_, offset) => start + offset));

/**
 * Deletes runs of steps with their dependents, from the end to the beginning: users go before what they use. A run
 * doubles while it can be deleted and halves when it cannot, so a needed step costs about as many questions as the
 * logarithm of its distance to the next.
 */
export function* deleteRuns(descent: Descent): Asking {
  let end = descent.body.length;
  let run = 2 ** Math.max(0, Math.floor(Math.log2(end / 2)));
  let growing = false;
  while (end > 0) {
    const start = Math.max(0, end - run);
    if (yield* descent.offer(without(descent.draft, range(start, end), descent.shape))) {
      end = start;
      if (growing) run *= 2;
      else run = Math.max(1, run / 2);
    } else if (end - start > 1) {
      growing = false;
      run = 2 ** Math.floor(Math.log2((end - start) / 2));
    } else {
      end -= 1;
      run = 1;
      growing = true;
    }
  }
}

/** Deletes every two steps that can only go together. */
export function* deletePairs(descent: Descent): Asking {
  let later = descent.body.length - 1;
  while (later > 0) {
    const reach = descent.body.length <= PAIRS_MAX ? later : Math.min(later, NEIGHBOURHOOD);
    let taken = false;
    for (let earlier = later - 1; earlier >= later - reach && !taken; earlier -= 1)
      taken = yield* descent.offer(without(descent.draft, new Set([earlier, later]), descent.shape));
    later = taken ? descent.body.length - 1 : later - 1;
  }
}

/** Deletes every three steps that can only go together. */
export function* deleteTriples(descent: Descent): Asking {
  while (descent.body.length <= TRIPLES_MAX) {
    let taken = false;
    for (const draft of triples(descent)) {
      taken = yield* descent.offer(draft);
      if (taken) break;
    }
    if (!taken) return;
  }
}

function* triples({ draft, shape }: Descent): Iterable<Draft> {
  const { length } = draft.body;
  for (let third = length - 1; third > 1; third -= 1)
    for (let second = third - 1; second > 0; second -= 1)
      for (let first = second - 1; first >= 0; first -= 1)
        yield without(draft, new Set([first, second, third]), shape);
}
