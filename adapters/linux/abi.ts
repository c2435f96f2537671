/** Constants of the kernel's interface to io_uring programs, under their own names (include/uapi/linux/io_uring.h). */

export const IORING_SETUP_CQSIZE = 1 << 3;

export const IORING_OP_MSG_RING = 40;

export const IORING_FEAT_SINGLE_MMAP = 1 << 0;
export const IORING_FEAT_EXT_ARG = 1 << 8;

export const IORING_OFF_SQES = 0x10000000;

export const IORING_ENTER_GETEVENTS = 1 << 0;
export const IORING_ENTER_SQ_WAKEUP = 1 << 1;
export const IORING_ENTER_EXT_ARG = 1 << 3;

export const IORING_SQ_NEED_WAKEUP = 1 << 0;
export const IORING_SQ_CQ_OVERFLOW = 1 << 1;

export const IORING_REGISTER_PROBE = 8;
export const IORING_REGISTER_ENABLE_RINGS = 12;
export const IO_URING_OP_SUPPORTED = 1 << 0;

/** Joined flag names (`A|B`) as bits; a name that the table lacks is an error of the caller. */
export const bitsOf = (table: Readonly<Record<string, number>>): ((names: string) => number) => {
  const known = new Map<string, number>([['', 0]]);
  return (names) => {
    const found = known.get(names);
    if (found !== undefined) return found;
    let bits = 0;
    for (const name of names.split('|')) {
      const bit = table[name];
      if (bit === undefined) throw new RangeError(`no flag is called ${name}`);
      bits |= bit;
    }
    known.set(names, bits);
    return bits;
  };
};
