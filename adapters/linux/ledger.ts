/**
 * What a program may still see.
 *
 * A message has at most two completions: its own on the source (none on success if it is silent), and one on the
 * target if that is a ring and the message was not refused. When all that can be there are there, nothing can come
 * any more and a settle need not wait. When some are missing, they may be missing for a reason that was seen: this
 * file counts the reasons, and where two messages look alike it counts less rather than more. A refusal of one
 * message must not excuse the absence of another: then a settle would be over while a worker is still busy.
 */

import type { Completion, Ring } from './ring.ts';

/** A message, as far as it matters for what will be seen. */
export interface Message {
  readonly userData: string;
  readonly data: string;
  /** What the target shows as result. */
  readonly res: number;
  /** The ring that would receive it, if the target is one. */
  readonly target: Ring | null;
  /** It has no completion of its own on success. */
  readonly silent: boolean;
  /** The kernel may carry it out after the call that submits it has returned. */
  readonly deferred: boolean;
}

/** Everything about one ring. */
interface Account {
  readonly ring: Ring;
  readonly prepared: Message[];
  /** Submitted on this ring. */
  readonly sent: Message[];
  /** Submitted to this ring. */
  readonly due: Message[];
  /** Completions that left the queue. */
  readonly read: Completion[];
  /** Completions that there can be. */
  most: number;
}

export class Ledger {
  readonly #accounts = new Map<Ring, Account>();
  readonly #heldByOwner = new Set<Ring>();
  #writtenOff = 0;
  #deferred = false;

  prepared(source: Ring, message: Message): void {
    this.#account(source).prepared.push(message);
  }

  /** The kernel took the first `count` prepared entries of this ring. */
  submitted(source: Ring, count: number): void {
    const account = this.#account(source);
    const handedOver = source.has('SQPOLL') || source.has('IOPOLL');
    for (const taken of account.prepared.splice(0, count)) {
      const message = handedOver ? { ...taken, deferred: true } : taken;
      account.sent.push(message);
      // One that is silent and was carried out at once is settled: if it was refused, that is there already.
      if (!message.silent || message.deferred) account.most++;
      if (message.target) {
        const target = this.#account(message.target);
        target.due.push(message);
        target.most++;
      }
      if (message.deferred) this.#deferred = true;
      if (taken.deferred && source.has('DEFER_TASKRUN')) this.#heldByOwner.add(source);
    }
  }

  /** Completions left a queue. */
  reaped(ring: Ring, completions: readonly Completion[]): void {
    this.#account(ring).read.push(...completions);
  }

  /** A ring is about to go, with the completions that nobody read. */
  closing(ring: Ring): void {
    this.reaped(ring, ring.peek());
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

  /** Whether every completion that could still become visible by itself is missing for a reason. */
  get explained(): boolean {
    const missing = this.#missing;
    return missing <= this.#writtenOff || missing <= this.#writtenOff + this.#reasons;
  }

  /** Everything left to others is done, and what is missing now has been waited for: nobody waits for it again. */
  settled(): void {
    const missing = this.#missing;
    this.#writtenOff = missing === 0 ? 0 : Math.max(0, missing - this.#reasons);
    this.#deferred = false;
    this.#heldByOwner.clear();
  }

  get #missing(): number {
    let missing = 0;
    for (const { ring, most } of this.#accounts.values())
      if (this.#shows(ring)) missing += Math.max(0, most - ring.posted);
    return missing;
  }

  get #reasons(): number {
    let reasons = 0;
    for (const account of this.#accounts.values()) {
      const { ring, read } = account;
      const seen = ring.mapped ? [...read, ...ring.peek()] : read;
      reasons += refused(account, seen, (target) => this.#shows(target)) + silentlyDelivered(account, seen);
    }
    return reasons;
  }

  /**
   * Whether completions of a ring become visible during a settle: not when it publishes only while its owner is
   * inside the kernel, unless a settle makes the owner enter; and not when its queue overflowed.
   */
  #shows(ring: Ring): boolean {
    return ring.mapped && !ring.overflowing && (!ring.has('DEFER_TASKRUN') || this.#heldByOwner.has(ring));
  }

  #account(ring: Ring): Account {
    const known = this.#accounts.get(ring);
    if (known) return known;
    const account: Account = { ring, prepared: [], sent: [], due: [], read: [], most: 0 };
    this.#accounts.set(ring, account);
    return account;
  }
}

/** How many messages sent from a ring to rings that show their completions were refused, at least. */
const refused = (
  { sent, due }: Account,
  seen: readonly Completion[],
  shows: (ring: Ring) => boolean,
): number => {
  const failures = new Map<string, number>();
  for (const { user_data, res } of seen) {
    const message = res < 0 && due.some((other) => other.data === user_data && other.res === res);
    if (res < 0 && !message) failures.set(user_data, (failures.get(user_data) ?? 0) + 1);
  }
  let refusals = 0;
  for (const [userData, count] of failures) {
    const alike = sent.filter((message) => message.userData === userData);
    const toRings = alike.filter(({ target }) => target !== null && shows(target)).length;
    refusals += Math.max(0, Math.min(toRings, count - (alike.length - toRings)));
  }
  return refusals;
};

/** How many silent messages reached a ring, at least: each has no completion of its own. */
const silentlyDelivered = ({ sent, due }: Account, seen: readonly Completion[]): number => {
  let delivered = 0;
  for (const key of new Set(due.map(keyOf))) {
    const alike = due.filter((message) => keyOf(message) === key);
    const silent = alike.filter((message) => message.silent && message.deferred).length;
    if (silent === 0) continue;
    const arrivals = seen.filter(({ user_data, res }) => `${user_data} ${res}` === key).length;
    const others =
      alike.length - silent + sent.filter(({ userData }) => key.startsWith(`${userData} `)).length;
    delivered += Math.max(0, Math.min(silent, arrivals - others));
  }
  return delivered;
};

/** What a message looks like on its target. */
const keyOf = ({ data, res }: Message): string => `${data} ${res}`;
