/** There are more explanations than the oracle follows: the program is inconclusive, neither accepted nor refused. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted';
}
