/** New warnings of the kernel's own log, read from /dev/kmsg where that is permitted. */

import type { Libc } from './libc.ts';

const O_RDONLY = 0;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const SEEK_END = 2;
/** Longest record that the kernel writes. */
const recordBytesMax = 8192;
/** Records looked at after one program; a machine that logs more is not talking about us alone. */
const recordsMax = 1000;
/** Level 4 is "warning"; lower is worse. */
const warningLevel = 4;
/** Marks of the kernel's own checkers, at whatever level they are printed. */
const alarming =
  /\b(WARNING|BUG|Oops|KASAN|KCSAN|KMSAN|UBSAN|lockdep|general protection fault|blocked for more than)\b/;

export class KernelLog {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #record = Buffer.alloc(recordBytesMax);

  /** Opens the log at its end; where it cannot be read, there are never any warnings. */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#fd = libc.open('/dev/kmsg', O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (this.#fd >= 0) libc.lseek(this.#fd, 0, SEEK_END);
  }

  /** The warnings that appeared since the last call. */
  newWarnings(): readonly string[] {
    if (this.#fd < 0) return [];
    const warnings: string[] = [];
    for (let records = 0; records < recordsMax; records++) {
      const length = this.#libc.read(this.#fd, this.#record);
      const missed = length < 0 && this.#libc.errorName(-length) === 'EPIPE';
      if (length <= 0 && !missed) break;
      if (missed) continue;
      const warning = warningOf(this.#record.toString('utf8', 0, length));
      if (warning !== undefined) warnings.push(warning);
    }
    return warnings;
  }
}

/**
 * The text of a record that warns. A record is `priority,sequence,time,flags;text`, with the level in the lower
 * three bits of the priority, followed by lines of properties.
 */
export const warningOf = (record: string): string | undefined => {
  const [head = '', ...rest] = record.split(';');
  const text = rest.join(';').split('\n', 1)[0] ?? '';
  const level = Number.parseInt(head, 10) & 7;
  return level <= warningLevel || alarming.test(text) ? text : undefined;
};
