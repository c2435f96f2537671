/** How numbers are written for people: grouped thousands, a noun in its number, shares that never round to nothing. */

/** 31254 → `31,254`. */
export const count = (n: number): string => n.toLocaleString('en-US');

/** 1 → `1 program`, 2000 → `2,000 programs`. */
export const quantity = (n: number, noun: string, plural = `${noun}s`): string =>
  `${count(n)} ${n === 1 ? noun : plural}`;

/** `part` of `whole` as a percentage; a share above zero is never written as zero, one below all never as all. */
export const percent = (part: number, whole: number): string => {
  if (part <= 0 || whole <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return 'below 0.1 %';
  if (share > 99.9) return 'above 99.9 %';
  return `${share.toFixed(share < 10 ? 1 : 0)} %`;
};

/** Milliseconds → `640 ms`, `12.3 s`, `4 min 10 s`. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/** Microseconds of an agent's clock → `640 us`, `19.998 ms`: exact, because a wait may be early by little. */
export const elapsed = (us: number): string => {
  if (us < 1000) return `${us} us`;
  return us < 1_000_000 ? `${(us / 1000).toFixed(3)} ms` : `${(us / 1_000_000).toFixed(3)} s`;
};
