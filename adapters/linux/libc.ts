/**
 * The C library, as far as the agent needs it. Every function gives the kernel's own answer: the value, or the
 * negative errno. User addresses stay below 2^53, so numbers do and no call needs a bigint.
 */

import { createRequire } from 'node:module';

/** A value, or a negative errno. */
export type Answer = number;

/** Arguments of a system call; those left out are 0. */
type Six = readonly [number?, number?, number?, number?, number?, number?];

export interface Libc {
  /** Any system call, by number. */
  readonly call: (number: number, ...args: Six) => Answer;
  /** Maps readable and writable memory anywhere. */
  readonly mmap: (length: number, flags: number, fd: number, offset: number) => Answer;
  readonly munmap: (address: number, length: number) => Answer;
  readonly fcntl: (fd: number, command: number, argument?: number) => Answer;
  readonly close: (fd: number) => Answer;
  readonly open: (path: string, flags: number) => Answer;
  readonly read: (fd: number, into: Uint8Array) => Answer;
  readonly lseek: (fd: number, offset: number, whence: number) => Answer;
  /** Writes two descriptors, the reading end first. */
  readonly pipe2: (ends: Int32Array, flags: number) => Answer;
  readonly eventfd: (value: number, flags: number) => Answer;
  readonly epoll_create1: (flags: number) => Answer;
  readonly timerfd_create: (clock: number, flags: number) => Answer;
  readonly socket: (domain: number, type: number, protocol: number) => Answer;
  readonly memfd_create: (name: string, flags: number) => Answer;
  readonly prctl: (option: number, argument: number) => Answer;
  /** The bytes at an address; they must stay mapped for as long as anything touches the result. */
  readonly view: (address: number, length: number) => ArrayBuffer;
  /** `EBADFD` for 77; a number without a name is `E` with the number. */
  readonly errorName: (errno: number) => string;
  /** Where koffi lies, for threads that load their own. */
  readonly koffiPath: string;
}

/** The C library cannot be called here; the message says what a person can do about it. */
export class NoLibc extends Error {
  override readonly name = 'NoLibc';
}

/**
 * Loads the C library of this process.
 *
 * @throws {NoLibc} koffi is not installed, or the library is not glibc.
 */
export const loadLibc = async (): Promise<Libc> => {
  const koffi = await loadKoffi();
  const library = openLibrary(koffi);
  const errno = new Int32Array(koffi.view(library.func('void *__errno_location()')(), 4));

  /** errno is read from its own place: asking through another native call could find it overwritten. */
  const answering = <Args extends readonly unknown[]>(name: string, result: string, ...args: string[]) => {
    const native = library.func(name, result, args) as (...args: Args) => number;
    return (...given: Args): Answer => {
      const value = native(...given);
      return value === -1 ? -(errno[0] as number) : value;
    };
  };

  const syscall = answering<number[]>('syscall', 'long', ...Array<string>(7).fill('long'));
  const mmap = answering<number[]>('mmap', 'long', 'long', 'size_t', 'int', 'int', 'int', 'long');
  const fcntl = answering<number[]>('fcntl', 'int', 'int', 'int', 'long');
  const read = answering<[number, Uint8Array, number]>('read', 'long', 'int', 'void *', 'size_t');
  const prctl = answering<number[]>('prctl', 'int', 'int', 'long', 'long', 'long', 'long');
  return {
    call: (number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0) => syscall(number, a, b, c, d, e, f),
    mmap: (length, flags, fd, offset) => mmap(0, length, PROT_READ | PROT_WRITE, flags, fd, offset),
    munmap: answering('munmap', 'int', 'long', 'size_t'),
    fcntl: (fd, command, argument = 0) => fcntl(fd, command, argument),
    close: answering('close', 'int', 'int'),
    open: answering('open', 'int', 'str', 'int'),
    read: (fd, into) => read(fd, into, into.byteLength),
    lseek: answering('lseek', 'long', 'int', 'long', 'int'),
    pipe2: answering('pipe2', 'int', 'void *', 'int'),
    eventfd: answering('eventfd', 'int', 'uint', 'int'),
    epoll_create1: answering('epoll_create1', 'int', 'int'),
    timerfd_create: answering('timerfd_create', 'int', 'int', 'int'),
    socket: answering('socket', 'int', 'int', 'int', 'int'),
    memfd_create: answering('memfd_create', 'int', 'str', 'uint'),
    prctl: (option, argument) => prctl(option, argument, 0, 0, 0),
    view: (address, length) => koffi.view(BigInt(address), length),
    errorName: errorNames(koffi),
    koffiPath: createRequire(import.meta.url).resolve('koffi'),
  };
};

const PROT_READ = 1;
const PROT_WRITE = 2;

type Koffi = typeof import('koffi');

const loadKoffi = async (): Promise<Koffi> => {
  try {
    return (await import('koffi')).default as unknown as Koffi;
  } catch (cause) {
    throw new NoLibc(
      'the package koffi, which calls the system, is not installed here: run `npm install koffi` beside doorbell',
      { cause },
    );
  }
};

const openLibrary = (koffi: Koffi): ReturnType<Koffi['load']> => {
  try {
    return koffi.load('libc.so.6');
  } catch (cause) {
    throw new NoLibc('libc.so.6 cannot be loaded: this agent needs Node on glibc (musl was never tried)', {
      cause,
    });
  }
};

/** Of two names for one number, the one that the kernel's manuals prefer. */
const otherNames = new Set(['EWOULDBLOCK', 'EDEADLOCK', 'ENOTSUP']);

const errorNames = (koffi: Koffi): ((errno: number) => string) => {
  const names = new Map(
    Object.entries(koffi.os.errno)
      .filter(([name]) => !otherNames.has(name))
      .map(([name, number]) => [number, name]),
  );
  return (errno) => names.get(errno) ?? `E${errno}`;
};
