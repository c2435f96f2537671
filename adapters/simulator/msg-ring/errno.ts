/** Error numbers of Linux that this simulator can report. */

export const errno = {
  EPERM: 1,
  ENOENT: 2,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EEXIST: 17,
  EINVAL: 22,
  EBADR: 53,
  ETIME: 62,
  EOVERFLOW: 75,
  EBADFD: 77,
  EOPNOTSUPP: 95,
  ECANCELED: 125,
  EOWNERDEAD: 130,
} as const;

/** The symbolic name of an error. */
export type Errno = keyof typeof errno;
