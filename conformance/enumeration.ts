/**
 * Every word over a small world up to a length: how many there are, counted over what words have come to and not one by
 * one, and each of them, shortest first and in the order of the alphabet. Nothing is kept of a word that was told.
 */

import type { SmallWorld, Standing } from '#model/index';
import { UsageError } from '#spec/index';

/** Words that may go on alike. */
interface Node {
  readonly standing: Standing;
  /** Moves of the world that fit here, and where they lead. Made when first asked for. */
  edges: readonly Edge[] | null;
  /** How many ways there are to go on for so many moves. */
  readonly counts: number[];
}

interface Edge {
  readonly move: number;
  readonly to: Node;
}

/** The words of at least one and at most `maxSteps` moves, written with the letters that are allowed. */
export class Enumeration {
  readonly #world: SmallWorld;
  readonly #maxSteps: number;
  readonly #allows: (letter: number) => boolean;
  readonly #nodes = new Map<string, Node>();
  readonly #start: Node;

  constructor(world: SmallWorld, maxSteps: number, allows: (letter: number) => boolean = () => true) {
    this.#world = world;
    this.#maxSteps = maxSteps;
    this.#allows = allows;
    this.#start = this.#node(world.start);
  }

  /**
   * How many words there are.
   *
   * @throws {UsageError} More than a number can say.
   */
  count(): number {
    let total = 0;
    for (let length = 1; length <= this.#maxSteps; length++) total += this.#count(this.#start, length);
    if (!Number.isSafeInteger(total))
      throw new UsageError(
        `there are more programs of ${this.#maxSteps} steps in the world ${this.#world.name} than can be counted`,
      );
    return total;
  }

  /** Each word once. The list is used again: what is needed later has to be copied. */
  *words(): Generator<readonly number[]> {
    for (let length = 1; length <= this.#maxSteps; length++) yield* this.#wordsOf(length);
  }

  *#wordsOf(length: number): Generator<readonly number[]> {
    const word = new Array<number>(length).fill(0);
    /** By place in the word: where it stands before the move, and which of the edges is next. */
    const nodes: Node[] = [this.#start];
    const next = new Array<number>(length).fill(0);
    for (let at = 0; at >= 0; ) {
      const edge = this.#edges(nodes[at] as Node)[next[at] as number];
      if (!edge) {
        at--;
        continue;
      }
      next[at] = (next[at] as number) + 1;
      word[at] = edge.move;
      if (at === length - 1) {
        yield word;
        continue;
      }
      at++;
      nodes[at] = edge.to;
      next[at] = 0;
    }
  }

  #count(node: Node, length: number): number {
    if (length === 0) return 1;
    let count = node.counts[length];
    if (count === undefined) {
      count = 0;
      for (const { to } of this.#edges(node)) count += this.#count(to, length - 1);
      node.counts[length] = count;
    }
    return count;
  }

  #node(standing: Standing): Node {
    const key = `${standing.named} ${standing.open.join()}`;
    let node = this.#nodes.get(key);
    if (!node) {
      node = { standing, edges: null, counts: [] };
      this.#nodes.set(key, node);
    }
    return node;
  }

  #edges(node: Node): readonly Edge[] {
    if (node.edges === null) {
      const { standing } = node;
      node.edges = [
        ...this.#world
          .letters(standing)
          .filter(this.#allows)
          .map((move) => ({ move, to: this.#node(this.#world.after(standing, move)) })),
        ...standing.open.map((_, place) => ({
          move: this.#world.size + place,
          to: this.#node(this.#world.ended(standing, place)),
        })),
      ];
    }
    return node.edges;
  }
}
