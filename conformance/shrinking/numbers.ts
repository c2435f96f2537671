/**
 * Numbers towards the simplest. A search knows nothing of what makes a number matter, so it tries what reasons for a
 * number are mostly made of: an edge of the range, a lower bound, a single bit.
 */

/** Asks whether a number will do; whoever asks has taken it when the answer is true. */
export type AskNumber<Question> = (value: bigint) => Generator<Question, boolean, boolean>;

/** Size of a number as a reader sees it: distance from 0, a negative number after the positive one. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -2n * value + 1n : 2n * value);

/** Most set bits of a number for which every bit is tried alone although larger groups were all needed. */
const BITS_ALONE_MAX = 8;

/**
 * Finds a smaller number that will do, of which no half, predecessor, edge or number with fewer bits will.
 *
 * @param current - A number that will do.
 * @param least - The lowest number of the range, inclusive.
 * @param edges - Numbers to try before all others.
 */
export function* lower<Question>(
  current: bigint,
  least: bigint,
  edges: readonly bigint[],
  ask: AskNumber<Question>,
): Generator<Question, bigint, boolean> {
  let best = current;
  const smaller = (value: bigint): boolean => value >= least && magnitude(value) < magnitude(best);
  const bySize = [...edges].sort((one, other) => (magnitude(one) < magnitude(other) ? -1 : 1));
  for (const edge of bySize) if (smaller(edge) && (yield* ask(edge))) best = edge;

  const floor = least > 0n ? least : 0n;
  if (best < 0n) {
    if (smaller(-best) && (yield* ask(-best))) best = -best;
    else return best;
  }
  // Halving first: a bound is then near after few questions, wherever it lies.
  const halved = best >> 1n;
  if (smaller(halved) && halved >= floor && (yield* ask(halved))) {
    best = halved;
    for (let shift = 1n; best > floor; shift *= 2n) {
      const next = best >> shift;
      const value = next < floor ? floor : next;
      if (!(smaller(value) && (yield* ask(value)))) break;
      best = value;
    }
  }
  // Then the predecessor; when it will do, the bound is below and found by doubled, then halved steps.
  let stride = 1n;
  while (best - stride >= floor && (yield* ask(best - stride))) {
    best -= stride;
    stride *= 2n;
  }
  for (stride /= 2n; stride > 0n; stride /= 2n)
    if (best - stride >= floor && (yield* ask(best - stride))) best -= stride;
  return yield* clearBits(best, floor, ask);
}

/** Clears set bits, in large groups first, down to single ones. */
function* clearBits<Question>(
  current: bigint,
  floor: bigint,
  ask: AskNumber<Question>,
): Generator<Question, bigint, boolean> {
  let best = current;
  let bits = setBits(best);
  let groups = 2;
  let cleared = false;
  while (bits.length > 1) {
    const size = Math.ceil(bits.length / Math.min(groups, bits.length));
    let taken = false;
    for (let start = 0; start < bits.length; start += size) {
      const value = bits.slice(start, start + size).reduce((rest, bit) => rest & ~(1n << bit), best);
      if (value < floor || value === best || !(yield* ask(value))) continue;
      best = value;
      taken = true;
    }
    if (taken) {
      cleared = true;
      bits = setBits(best);
      groups = 2;
      continue;
    }
    if (size === 1 || (!cleared && groups >= 4 && bits.length > BITS_ALONE_MAX)) break;
    groups *= 2;
  }
  return best;
}

/** Positions of the bits that are set, highest first. */
const setBits = (value: bigint): readonly bigint[] => {
  const bits: bigint[] = [];
  for (let bit = 0n; value >> bit > 0n; bit += 1n) if ((value >> bit) & 1n) bits.unshift(bit);
  return bits;
};
