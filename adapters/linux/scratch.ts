/** Native memory that system calls read and write: every actor has a piece of its own. */

import type { Libc } from './libc.ts';

const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
const bytes = 4096;

/** Byte offsets in the piece. */
const paramsAt = 0;
const waitArgumentAt = 128;
const timespecAt = 160;
const probeAt = 512;

/** Length of struct io_uring_params, in 32-bit words. */
const paramsWords = 30;
/** Length of struct io_uring_getevents_arg, in bytes. */
export const waitArgumentBytes = 24;
/** Entries that fit the probe: sixteen bytes of head, eight each. */
export const probeEntries = 256;

/** Never unmapped: views of it live as long as the process, and one page for each thread costs nothing. */
export class Scratch {
  readonly address: number;
  /** struct io_uring_params. */
  readonly params: Uint32Array;
  /** struct io_uring_probe with its entries. */
  readonly probe: Uint8Array;
  readonly #waitArgument: Uint32Array;
  readonly #timespec: Uint32Array;

  /** @throws {Error} The process cannot have one more page. */
  constructor(libc: Libc) {
    this.address = libc.mmap(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (this.address < 0) throw new Error(`no memory for calls: ${libc.errorName(-this.address)}`);
    const memory = libc.view(this.address, bytes);
    this.params = new Uint32Array(memory, paramsAt, paramsWords);
    this.#waitArgument = new Uint32Array(memory, waitArgumentAt, waitArgumentBytes / 4);
    this.#timespec = new Uint32Array(memory, timespecAt, 4);
    this.probe = new Uint8Array(memory, probeAt, 16 + 8 * probeEntries);
    // No signal mask, no minimal wait; the pointer to the timespec never changes.
    this.#waitArgument[4] = (this.address + timespecAt) % 2 ** 32;
    this.#waitArgument[5] = Math.floor((this.address + timespecAt) / 2 ** 32);
  }

  get probeAddress(): number {
    return this.address + probeAt;
  }

  /** Address of a struct io_uring_getevents_arg with this time-out. */
  waitArgument(timeoutMs: number): number {
    this.#timespec[0] = Math.floor(timeoutMs / 1000);
    this.#timespec[2] = (timeoutMs % 1000) * 1e6;
    return this.address + waitArgumentAt;
  }
}
