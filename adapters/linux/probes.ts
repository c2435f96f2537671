/**
 * What this kernel can do, found out by trying. Nothing is concluded from a version: kernels are patched, and
 * sandboxes answer in a kernel's name.
 */

import { readlinkSync } from 'node:fs';
import { IORING_SETUP } from '#spec/msg-ring/flags';
import {
  IO_URING_OP_SUPPORTED,
  IORING_ENTER_GETEVENTS,
  IORING_FEAT_EXT_ARG,
  IORING_FEAT_SINGLE_MMAP,
  IORING_OP_MSG_RING,
  IORING_REGISTER_PROBE,
} from './abi.ts';
import type { Actor } from './actor.ts';
import type { SystemCallNumbers } from './architecture.ts';
import { enter, setUp } from './calls.ts';
import { type Facts, ioUringDisabled, known } from './facts.ts';
import type { Libc } from './libc.ts';
import type { MessageEntry } from './message.ts';
import { featuresOf, type Ring } from './ring.ts';
import { probeEntries } from './scratch.ts';

/** io_uring or its messages are not to be had here; the message says why, and what a person can do about it. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** Who asks. */
export interface Prober {
  readonly libc: Libc;
  readonly numbers: SystemCallNumbers;
  readonly actor: Actor;
}

interface OpenRing {
  readonly fd: number;
  readonly ring: Ring;
}

/**
 * Proves the numbers of the system calls, and that there are rings and messages.
 *
 * @throws {NotOffered} One of them is missing.
 */
export const proveMessages = (prober: Prober): void => {
  const { libc, numbers, actor } = prober;
  if (actor.call(numbers.getpid) !== process.pid)
    throw new NotOffered('system calls have other numbers here than on this architecture elsewhere');
  const made = setUp(libc, numbers, actor, plainRing);
  if (typeof made === 'number') throw new NotOffered(whyNoRing(libc.errorName(-made)));
  try {
    const features = featuresOf(actor.scratch.params);
    const name = readlinkSync(`/proc/self/fd/${made.fd}`);
    if (!name.includes('io_uring'))
      throw new NotOffered(
        `system call ${numbers.io_uring_setup} is not io_uring_setup here: it made ${name}`,
      );
    if (enter(numbers, actor, made.fd, 0, IORING_ENTER_GETEVENTS) !== 0)
      throw new NotOffered('io_uring_enter does not answer as it should on a new ring');
    if (!(features & IORING_FEAT_SINGLE_MMAP) || !(features & IORING_FEAT_EXT_ARG))
      throw new NotOffered('io_uring of this kernel is too old: messages need Linux 5.18');
    proveOpcode(prober, made.fd);
  } finally {
    discard(libc, made);
  }
};

const proveOpcode = ({ numbers, actor }: Prober, fd: number): void => {
  const { probe, probeAddress } = actor.scratch;
  probe.fill(0);
  const answer = actor.call(numbers.io_uring_register, fd, IORING_REGISTER_PROBE, probeAddress, probeEntries);
  if (answer < 0)
    throw new NotOffered('this io_uring cannot tell which operations it has: messages need Linux 5.18');
  // A head of 16 bytes that begins with the last opcode; entries of 8 with the flags in the third.
  const last = probe[0] as number;
  const flags = probe[16 + 8 * IORING_OP_MSG_RING + 2] as number;
  if (last < IORING_OP_MSG_RING || !(flags & IO_URING_OP_SUPPORTED))
    throw new NotOffered('io_uring of this kernel has no messages: they came with Linux 5.18');
};

/** What a refusal of io_uring_setup means to a person. */
export const whyNoRing = (error: string): string => {
  switch (error) {
    case 'ENOSYS':
      return 'this kernel, or the sandbox around it, has no io_uring (ENOSYS)';
    case 'EPERM':
    case 'EACCES':
      return forbidden(error);
    case 'ENOMEM':
      return 'no memory for a ring (ENOMEM): raise the limit of locked memory (ulimit -l) or of the control group';
    case 'EMFILE':
    case 'ENFILE':
      return `no descriptor for a ring (${error}): raise the limit of open files (ulimit -n)`;
    default:
      return `io_uring_setup answers ${error}`;
  }
};

const forbidden = (error: string): string => {
  const disabled = ioUringDisabled();
  if (disabled === 2)
    return `io_uring is switched off (${error}): sysctl kernel.io_uring_disabled is 2; root can set it to 0`;
  if (disabled === 1)
    return `io_uring is reserved (${error}): sysctl kernel.io_uring_disabled is 1; root can set it to 0, or put you into the group kernel.io_uring_group`;
  return `io_uring is forbidden (${error}) by a seccomp filter or the profile of a container; with docker: --security-opt seccomp=unconfined`;
};

/** Capabilities that need a flag of io_uring_setup, by their names in interface.json. */
const flagged: Readonly<Record<string, number>> = {
  sqpoll: IORING_SETUP.SQPOLL,
  iopoll: IORING_SETUP.IOPOLL,
  'single-issuer': IORING_SETUP.SINGLE_ISSUER,
  'defer-taskrun': IORING_SETUP.SINGLE_ISSUER | IORING_SETUP.DEFER_TASKRUN,
};

/** The capabilities of msg-ring that this kernel grants; memory cannot be made to fail on a live system. */
export const capabilities = ({ libc, numbers, actor }: Prober): readonly string[] => [
  'threads',
  ...Object.entries(flagged)
    .filter(([, flags]) => {
      const made = setUp(libc, numbers, actor, { ...plainRing, flags });
      if (typeof made === 'number') return false;
      discard(libc, made);
      return true;
    })
    .map(([name]) => name),
];

/** What this kernel makes of messages that the first edition does not know. */
export const messageProbes = (prober: Prober): Facts => {
  const passes = tried(prober, 0, { flags: 2 });
  const command = tried(prober, 0, { command: '0x1' });
  const disabled = tried(prober, IORING_SETUP.R_DISABLED, {});
  const name = (res: number) => (res < 0 ? prober.libc.errorName(-res) : String(res));
  return known({
    'probes.msgRing.opcode': true,
    'probes.msgRing.flagsPass': passes === undefined ? undefined : passes >= 0,
    // The command asks for a descriptor that was never registered: who understands it says so, who does not says EINVAL.
    'probes.msgRing.sendFd':
      command === undefined
        ? undefined
        : command >= 0 || name(command) === 'EBADF'
          ? true
          : name(command) === 'EINVAL'
            ? false
            : undefined,
    'probes.msgRing.disabledTarget': disabled === undefined ? undefined : name(disabled),
  });
};

/** Result of one message from a plain ring to another with these flags; nothing when it could not be tried. */
const tried = (
  { libc, numbers, actor }: Prober,
  targetFlags: number,
  fields: Partial<MessageEntry>,
): number | undefined => {
  const source = setUp(libc, numbers, actor, plainRing);
  if (typeof source === 'number') return undefined;
  const target = setUp(libc, numbers, actor, { ...plainRing, flags: targetFlags });
  try {
    if (typeof target === 'number') return undefined;
    source.ring.prepare({ ...plainMessage, fd: target.fd, ...fields });
    source.ring.publish(1);
    enter(numbers, actor, source.fd, 1, IORING_ENTER_GETEVENTS);
    return source.ring.reap(1)[0]?.res;
  } finally {
    discard(libc, source);
    if (typeof target !== 'number') discard(libc, target);
  }
};

const plainRing = { entries: 4, cqEntries: 0, flags: 0, sqIdleMs: 1 } as const;

const plainMessage: Omit<MessageEntry, 'fd'> = {
  len: 0,
  data: '0x0',
  flags: 0,
  userData: '0x0',
  command: '0x0',
  ioprio: 0,
  bufIndex: 0,
  personality: 0,
  addr3: '0x0',
  fileIndex: 0,
  sqeFlags: 0,
};

const discard = (libc: Libc, { fd, ring }: OpenRing): void => {
  ring.unmap();
  libc.close(fd);
};
