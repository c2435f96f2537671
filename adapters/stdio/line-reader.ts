/** Cuts a stream of bytes into lines of a limited length. */

import { isUtf8 } from 'node:buffer';

/** One line, without its end. */
export interface Line {
  readonly text: string;
  /** The bytes were no UTF-8: what could not be read is U+FFFD in the text. */
  readonly garbled: boolean;
}

/** A line is longer than agreed. Only its beginning was kept. */
export interface OverlongLine {
  readonly beginning: string;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const keptOfOverlong = 200;

export class LineReader {
  readonly #onLine: (line: Line) => void;
  readonly #onOverlong: (line: OverlongLine) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #overlong = false;
  /** Longest line, in bytes without its end; may be changed at any time. */
  bytesMax: number;

  constructor(bytesMax: number, onLine: (line: Line) => void, onOverlong: (line: OverlongLine) => void) {
    this.bytesMax = bytesMax;
    this.#onLine = onLine;
    this.#onOverlong = onOverlong;
  }

  feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The stream is over; what has no line end is a line all the same. */
  end(): void {
    if (this.#pendingBytes > 0) this.#finish();
  }

  #keep(piece: Buffer): void {
    if (this.#overlong || piece.length === 0) return;
    this.#pending.push(piece);
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes <= this.bytesMax) return;
    this.#overlong = true;
    this.#onOverlong({ beginning: this.#take().subarray(0, keptOfOverlong).toString('utf8') });
  }

  #finish(): void {
    const bytes = this.#take();
    if (this.#overlong) {
      this.#overlong = false;
      return;
    }
    const length = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    this.#onLine({ text: bytes.toString('utf8', 0, length), garbled: !isUtf8(bytes.subarray(0, length)) });
  }

  #take(): Buffer {
    const [first] = this.#pending;
    const bytes = this.#pending.length === 1 && first ? first : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return bytes;
  }
}
