/** The calls that programs are about: who makes them is an actor, what they do to queues is memory (ring.ts). */

import {
  IORING_ENTER_EXT_ARG,
  IORING_ENTER_GETEVENTS,
  IORING_REGISTER_ENABLE_RINGS,
  IORING_SETUP_CQSIZE,
} from './abi.ts';
import type { Actor } from './actor.ts';
import type { SystemCallNumbers } from './architecture.ts';
import type { Answer, Libc } from './libc.ts';
import { Ring, type RingWish, writeWish } from './ring.ts';
import { waitArgumentBytes } from './scratch.ts';

/** Makes a ring. The actor owns it, as far as the kernel gives rings owners. */
export const setUp = (
  libc: Libc,
  numbers: SystemCallNumbers,
  actor: Actor,
  wish: RingWish,
): Answer | { readonly fd: number; readonly ring: Ring } => {
  const { scratch } = actor;
  writeWish(scratch.params, wish, IORING_SETUP_CQSIZE);
  const fd = actor.call(numbers.io_uring_setup, wish.entries, scratch.address);
  if (fd < 0) return fd;
  const ring = Ring.map(libc, fd, scratch.params);
  if (typeof ring === 'number') libc.close(fd);
  return typeof ring === 'number' ? ring : { fd, ring };
};

/** Enters the kernel without waiting. */
export const enter = (
  numbers: SystemCallNumbers,
  actor: Actor,
  fd: number,
  toSubmit: number,
  flags: number,
): Answer => actor.call(numbers.io_uring_enter, fd, toSubmit, 0, flags);

/** Arguments of the io_uring_enter that waits for `count` completions, at most `timeoutMs`. */
export const waitArguments = (
  actor: Actor,
  fd: number,
  count: number,
  timeoutMs: number,
): readonly number[] => [
  fd,
  0,
  count,
  IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
  actor.scratch.waitArgument(timeoutMs),
  waitArgumentBytes,
];

/** Enables a ring that was set up disabled. */
export const enable = (numbers: SystemCallNumbers, actor: Actor, fd: number): Answer =>
  actor.call(numbers.io_uring_register, fd, IORING_REGISTER_ENABLE_RINGS);
