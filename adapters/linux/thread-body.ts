/**
 * What runs on the thread of an actor: nothing but the system calls it is told to make. Queues are memory of the
 * whole process, so the agent writes and reads them; only the calls have to come from this thread.
 *
 * The body is handed over as text, `(${threadBody})(require)`, and so uses nothing from outside itself: a thread that
 * starts from text in CommonJS is there in 26 ms where one that loads a module needs 45 (48 ms of processor time).
 */

/** Words of the mailbox. */
export const mailbox = { state: 0, thread: 1, words: 2 } as const;
/** Numbers of the mailbox, 64-bit floats: the call and six arguments, then what came of it. */
export const letter = { call: 0, answer: 7, returnedAtUs: 8, numbers: 9 } as const;

/** States of the mailbox; the thread sleeps in `idle` and `done`. */
export const state = { starting: 0, idle: 1, posted: 2, running: 3, done: 4, leave: 5 } as const;

/** What the thread is given at birth. */
export interface ThreadData {
  readonly koffiPath: string;
  readonly words: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

export const threadBody = (require: NodeJS.Require): void => {
  const { workerData } = require('node:worker_threads') as { workerData: ThreadData };
  const { readlinkSync } = require('node:fs') as typeof import('node:fs');
  const koffi = require(workerData.koffiPath) as typeof import('koffi');
  const words = new Int32Array(workerData.words);
  const numbers = new Float64Array(workerData.numbers);
  const library = koffi.load('libc.so.6');
  const errno = new Int32Array(koffi.view(library.func('void *__errno_location()')(), 4));
  const syscall = library.func('syscall', 'long', Array<string>(7).fill('long'));
  const argument = (index: number): number => numbers[index] as number;
  // The number of this thread, as the kernel and /proc know it.
  words[1] = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  const become = (next: number): void => {
    Atomics.store(words, 0, next);
    Atomics.notify(words, 0);
  };
  become(1);
  for (;;) {
    const now = Atomics.load(words, 0);
    if (now === 5) return;
    if (now !== 2) {
      Atomics.wait(words, 0, now);
      continue;
    }
    Atomics.store(words, 0, 3);
    const value = syscall(
      argument(0),
      argument(1),
      argument(2),
      argument(3),
      argument(4),
      argument(5),
      argument(6),
    ) as number;
    const answer = value === -1 ? -(errno[0] as number) : value;
    const [seconds, nanoseconds] = process.hrtime();
    numbers[7] = answer;
    numbers[8] = seconds * 1e6 + nanoseconds / 1e3;
    become(4);
  }
};
