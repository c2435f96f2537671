/** Errors that the `res` field of a completion can hold, by their numbers on every current Linux architecture. */
const names: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  4: 'EINTR',
  5: 'EIO',
  7: 'E2BIG',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  22: 'EINVAL',
  23: 'ENFILE',
  24: 'EMFILE',
  38: 'ENOSYS',
  53: 'EBADR',
  62: 'ETIME',
  75: 'EOVERFLOW',
  77: 'EBADFD',
  95: 'EOPNOTSUPP',
  125: 'ECANCELED',
  130: 'EOWNERDEAD',
};

/** The symbolic name of a negative `res`, when it has one. */
export const errorOf = (res: number): string | undefined => names[-res];
