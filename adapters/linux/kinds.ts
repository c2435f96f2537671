/** Descriptors that are no rings: what a message may wrongly be sent to. */

import type { Answer, Libc } from './libc.ts';

const O_RDONLY = 0;
const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const CLOCK_MONOTONIC = 1;
const CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;

/** One end of a pipe; the other is closed, since nothing is ever written. */
const pipeEnd =
  (kept: 0 | 1) =>
  (libc: Libc): Answer => {
    const ends = new Int32Array(2);
    const answer = libc.pipe2(ends, O_CLOEXEC);
    if (answer < 0) return answer;
    libc.close(ends[1 - kept] as number);
    return ends[kept] as number;
  };

/** How each kind is opened. Nothing is created in a file system; what is read is never written. */
export const openKind: Readonly<Record<string, (libc: Libc) => Answer>> = {
  'pipe-read': pipeEnd(0),
  'pipe-write': pipeEnd(1),
  eventfd: (libc) => libc.eventfd(0, CLOEXEC),
  epoll: (libc) => libc.epoll_create1(CLOEXEC),
  timerfd: (libc) => libc.timerfd_create(CLOCK_MONOTONIC, CLOEXEC),
  socket: (libc) => libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
  file: (libc) => libc.open('/proc/self/exe', O_RDONLY | O_CLOEXEC),
  directory: (libc) => libc.open('/', O_RDONLY | O_CLOEXEC),
  null: (libc) => libc.open('/dev/null', O_RDWR | O_CLOEXEC),
  memfd: (libc) => libc.memfd_create('doorbell', MFD_CLOEXEC),
  path: (libc) => libc.open('/', O_PATH | O_CLOEXEC),
};
