/**
 * What a program may still see: for each ring, how many completions can have become visible by now at most. When
 * they all have, nothing can come any more and a settle need not wait.
 */

import type { Completion, Ring } from './ring.ts';

/** One prepared entry, as far as it matters for what will be seen. */
export interface Expected {
  /** The ring that would receive the message, if the target is one. */
  readonly target: Ring | null;
  /** The source completion stays away on success. */
  readonly silent: boolean;
  /** The kernel may carry it out after the call that submits it has returned. */
  readonly deferred: boolean;
}

export class Ledger {
  readonly #prepared = new Map<Ring, Expected[]>();
  readonly #expected = new Map<Ring, number>();
  /** Rings that took part, whatever is expected of them. */
  readonly #rings = new Set<Ring>();
  readonly #heldByOwner = new Set<Ring>();
  #refused = 0;
  #writtenOff = 0;
  #deferred = false;

  prepared(source: Ring, entry: Expected): void {
    this.#rings.add(source);
    const queue = this.#prepared.get(source);
    if (queue) queue.push(entry);
    else this.#prepared.set(source, [entry]);
  }

  /** The kernel took the first `count` prepared entries of this ring. */
  submitted(source: Ring, count: number): void {
    const deferred = source.has('SQPOLL') || source.has('IOPOLL');
    for (const entry of this.#prepared.get(source)?.splice(0, count) ?? []) {
      if (!entry.silent) this.#expect(source);
      if (entry.target !== null) this.#expect(entry.target);
      if (deferred || entry.deferred) this.#deferred = true;
      if (entry.deferred && source.has('DEFER_TASKRUN')) this.#heldByOwner.add(source);
    }
  }

  /** Completions left a queue. */
  reaped(completions: readonly Completion[]): void {
    for (const { res } of completions) if (res < 0) this.#refused++;
  }

  /** A ring is about to go, with the failures that nobody read. */
  closing(ring: Ring): void {
    this.#refused += ring.visibleFailures;
  }

  /** Something was left to other threads of the kernel, or may be. */
  leaveToOthers(): void {
    this.#deferred = true;
  }

  /** Whether anything may happen without a call of the program. */
  get deferred(): boolean {
    return this.#deferred;
  }

  /**
   * Rings of which the kernel goes on with some entries (links, drains, ASYNC) only while their owner is inside it.
   */
  get heldByOwner(): ReadonlySet<Ring> {
    return this.#heldByOwner;
  }

  /** Everything left to others is done, and what is missing now has been waited for: nobody waits for it again. */
  settled(): void {
    this.#writtenOff = Math.max(0, this.#outstanding - this.#refusals);
    this.#deferred = false;
    this.#heldByOwner.clear();
  }

  /** Whether every completion that could still become visible by itself is missing for a reason. */
  get explained(): boolean {
    return this.#outstanding <= this.#refusals + this.#writtenOff;
  }

  /**
   * Completions that could still become visible.
   *
   * Not counted: rings that publish only when their owner enters, and rings whose queue overflowed, since nothing
   * more can be seen there without entering.
   */
  get #outstanding(): number {
    let outstanding = 0;
    for (const [ring, expected] of this.#expected)
      if (ring.mapped && !ring.has('DEFER_TASKRUN') && !ring.overflowing)
        outstanding += Math.max(0, expected - ring.posted);
    return outstanding;
  }

  /** Failures seen so far: a message that was refused has no completion on its target. */
  get #refusals(): number {
    let refusals = this.#refused;
    for (const ring of this.#rings) if (ring.mapped) refusals += ring.visibleFailures;
    return refusals;
  }

  #expect(ring: Ring): void {
    this.#expected.set(ring, (this.#expected.get(ring) ?? 0) + 1);
  }
}
