/**
 * What an agent prints beside the protocol. Of a flood the beginning says what went wrong and the end how far it came,
 * so these two are kept.
 */

import { beginningOf } from './received.ts';

/** Lines kept at either end. */
const keptMax = 500;
/** Lines quoted of either end. */
const quotedMax = 3;

export class Console {
  readonly #head: string[] = [];
  #tail: string[] = [];
  #lost = 0;

  add(line: string): void {
    if (this.#head.length < keptMax) {
      this.#head.push(line);
      return;
    }
    this.#tail.push(line);
    // Cut now and then only, for cutting copies.
    if (this.#tail.length >= 2 * keptMax) this.#cut();
  }

  /** What was kept, in order; a line in between says how many were not. */
  get lines(): readonly string[] {
    this.#cut();
    const lost = this.#lost === 0 ? [] : [`… ${this.#lost} lines are left out …`];
    return [...this.#head, ...lost, ...this.#tail];
  }

  /** Adds what another one kept, which is empty afterwards. */
  takeOver(other: Console): void {
    for (const line of other.lines) this.add(line);
    other.#head.length = 0;
    other.#tail = [];
    other.#lost = 0;
  }

  #cut(): void {
    const surplus = this.#tail.length - keptMax;
    if (surplus <= 0) return;
    this.#tail = this.#tail.slice(surplus);
    this.#lost += surplus;
  }
}

/** The beginning and the end of what was printed, to stand after the reason of an error; empty when nothing was. */
export const printed = (lines: readonly string[]): string => {
  if (lines.length === 0) return '';
  const quoted =
    lines.length <= 2 * quotedMax ? lines : [...lines.slice(0, quotedMax), '…', ...lines.slice(-quotedMax)];
  return `; it printed: ${quoted.map(beginningOf).join(' | ')}`;
};
