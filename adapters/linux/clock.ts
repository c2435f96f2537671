/** The monotonic clock, the same for every thread of the process. */

/** Microseconds of CLOCK_MONOTONIC; unlike `performance.now()` it has one origin for all threads. */
export const monotonicUs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
};

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread. The kernel adds its timer slack, about 50 microseconds. */
export const sleepMs = (ms: number): void => {
  Atomics.wait(nobody, 0, 0, ms);
};
