/** System calls by number, for the processor architectures this agent knows. */

/** What is called by number: either libc has no function for it, or it has to run on a thread that knows nothing else. */
export interface SystemCallNumbers {
  readonly close: number;
  readonly getpid: number;
  readonly io_uring_setup: number;
  readonly io_uring_enter: number;
  readonly io_uring_register: number;
  readonly tgkill: number;
}

/** io_uring came after the numbers were unified: they are the same everywhere but on alpha. */
const unified = { io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427 } as const;

const tables: Readonly<Record<string, SystemCallNumbers>> = {
  x64: { ...unified, close: 3, getpid: 39, tgkill: 234 },
  arm64: { ...unified, close: 57, getpid: 172, tgkill: 131 },
};

/**
 * The numbers for this process, or nothing where no table was written. A table is only believed after it was
 * proven (probes.ts): the same number is another call on another architecture.
 */
export const systemCallNumbers = (architecture: string): SystemCallNumbers | undefined =>
  tables[architecture];
