/** Flags that programs may use, as bits, by the names that programs use (include/uapi/linux/io_uring.h). */

/** Flags of io_uring_setup. */
export const IORING_SETUP = {
  IOPOLL: 1 << 0,
  SQPOLL: 1 << 1,
  R_DISABLED: 1 << 6,
  COOP_TASKRUN: 1 << 8,
  CQE32: 1 << 11,
  SINGLE_ISSUER: 1 << 12,
  DEFER_TASKRUN: 1 << 13,
} as const;

/** Flags of a submission entry. */
export const IOSQE = {
  FIXED_FILE: 1 << 0,
  IO_DRAIN: 1 << 1,
  IO_LINK: 1 << 2,
  IO_HARDLINK: 1 << 3,
  ASYNC: 1 << 4,
  CQE_SKIP_SUCCESS: 1 << 6,
} as const;
