/** The submission entry of a message: struct io_uring_sqe for IORING_OP_MSG_RING. */

import { IORING_OP_MSG_RING } from './abi.ts';
import { highWord, lowWord } from './u64.ts';

/** Length of struct io_uring_sqe, in 32-bit words. */
export const sqeWords = 16;

/** The fields of a message, every one that a program can reach. */
export interface MessageEntry {
  /** Number of the target's descriptor, whatever it is. */
  readonly fd: number;
  readonly len: number;
  readonly data: string;
  /** msg_ring_flags. */
  readonly flags: number;
  readonly userData: string;
  /** addr. */
  readonly command: string;
  readonly ioprio: number;
  readonly bufIndex: number;
  readonly personality: number;
  readonly addr3: string;
  readonly fileIndex: number;
  /** IOSQE_* bits. */
  readonly sqeFlags: number;
}

/**
 * Writes all 64 bytes of an entry, from the word `start` on. Little-endian, as both architectures of this agent are.
 */
export const encode = (words: Int32Array, start: number, entry: MessageEntry): void => {
  words[start] = IORING_OP_MSG_RING | (entry.sqeFlags << 8) | (entry.ioprio << 16);
  words[start + 1] = entry.fd;
  words[start + 2] = lowWord(entry.data);
  words[start + 3] = highWord(entry.data);
  words[start + 4] = lowWord(entry.command);
  words[start + 5] = highWord(entry.command);
  words[start + 6] = entry.len;
  words[start + 7] = entry.flags;
  words[start + 8] = lowWord(entry.userData);
  words[start + 9] = highWord(entry.userData);
  words[start + 10] = entry.bufIndex | (entry.personality << 16);
  words[start + 11] = entry.fileIndex;
  words[start + 12] = lowWord(entry.addr3);
  words[start + 13] = highWord(entry.addr3);
  words[start + 14] = 0;
  words[start + 15] = 0;
};
