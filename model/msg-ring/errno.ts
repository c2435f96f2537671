/** Linux errno numbers as they appear, negative, in the res of a completion. The spelling is the system's own. */

const numbers: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
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
  ETIME: 62,
  EOVERFLOW: 75,
  EBADFD: 77,
  EOPNOTSUPP: 95,
  ECONNRESET: 104,
  ESHUTDOWN: 108,
  EALREADY: 114,
  ECANCELED: 125,
  EOWNERDEAD: 130,
};
const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));

/** The symbolic name of a negative result; `E<number>` when it has none here. */
export const errnoName = (res: number): string => names.get(-res) ?? `E${-res}`;

/** The number of a symbolic name. */
export const errnoOf = (name: string): number => numbers[name] ?? 22;
