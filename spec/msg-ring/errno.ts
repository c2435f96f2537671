/** Errors of Linux as they appear, negative, in the res of a completion: the same numbers on every current architecture. */

export const errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  ENOSYS: 38,
  EBADR: 53,
  ETIME: 62,
  EOVERFLOW: 75,
  EBADFD: 77,
  EOPNOTSUPP: 95,
  ECONNRESET: 104,
  ESHUTDOWN: 108,
  EALREADY: 114,
  ECANCELED: 125,
  EOWNERDEAD: 130,
} as const;

/** The symbolic name of an error. */
export type Errno = keyof typeof errno;

const names = new Map<number, string>(Object.entries(errno).map(([name, number]) => [number, name]));

/** The symbolic name of a negative result, when the table has one. */
export const knownErrno = (res: number): string | undefined => names.get(-res);

/** The symbolic name of a negative result; `E<number>` when the table has none. */
export const errnoName = (res: number): string => names.get(-res) ?? `E${-res}`;

/** The number of a symbolic name; that of EINVAL for a word that names no error, such as `any`. */
export const errnoOf = (name: string): number =>
  (errno as Readonly<Record<string, number>>)[name] ?? errno.EINVAL;
