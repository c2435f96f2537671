/** 64-bit values: hexadecimal text in programs and traces, two 32-bit words in memory. */

/** The lower 32 bits of `0x…`. */
export const lowWord = (text: string): number => Number(text.length <= 10 ? text : `0x${text.slice(-8)}`);

/** The upper 32 bits of `0x…`. */
export const highWord = (text: string): number => (text.length <= 10 ? 0 : Number(text.slice(0, -8)));

/** `0x…` without leading zeros, from words of either sign. */
export const u64 = (low: number, high: number): string =>
  high === 0
    ? `0x${(low >>> 0).toString(16)}`
    : `0x${(high >>> 0).toString(16)}${(low >>> 0).toString(16).padStart(8, '0')}`;
