/** The known name that a misspelt one was probably meant to be. */

/** Returns the name with the fewest edits to `asked`, unless even that is far away. */
export const nearest = (asked: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((name) => ({ name, edits: editsBetween(asked, name) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(2, Math.floor(asked.length / 3))
    ? best.name
    : undefined;
};

/** Letters to insert, remove or replace (Levenshtein distance). */
const editsBetween = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries())
      next.push(
        Math.min(
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
        ),
      );
    row = next;
  }
  return row[to.length] ?? 0;
};
