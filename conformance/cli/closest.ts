/** The word that was probably meant, for error messages. */

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
const distance = (one: string, other: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
};

/** The candidate nearest to the word, when at most a third of the word would have to change. */
const closest = (word: string, candidates: readonly string[]): string | null => {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const changes = distance(word, candidate);
    if (changes < bestDistance) {
      best = candidate;
      bestDistance = changes;
    }
  }
  return best;
};

/** `unknown clause x; did you mean y?`, or what there is when nothing is near. */
export const unknown = (noun: string, word: string, candidates: readonly string[]): string => {
  const meant = closest(word, candidates);
  if (meant !== null) return `unknown ${noun} '${word}'; did you mean '${meant}'?`;
  return candidates.length === 0 || candidates.length > 12
    ? `unknown ${noun} '${word}'`
    : `unknown ${noun} '${word}'; there is ${candidates.join(', ')}`;
};
