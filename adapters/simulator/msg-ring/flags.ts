/** The flags of the interface as bits, spelt as in the foreign headers. */

/** IORING_MSG_RING_*: modifiers of a message; the page of 2022 knows none. */
export const messageFlag = { CQE_SKIP: 1 << 0, FLAGS_PASS: 1 << 1 } as const;

/** Entry fields that the prepared call never sets, as bits of {@link Request.foreign}. */
export const foreignField = {
  ioprio: 1 << 0,
  buf_index: 1 << 1,
  personality: 1 << 2,
  addr3: 1 << 3,
  file_index: 1 << 4,
} as const;

/** Reads `A|B` into bits; remembers every text it has seen, because programs repeat few of them. */
export class FlagReader {
  private readonly known = new Map<string, number>([['', 0]]);
  private readonly bits: Readonly<Record<string, number>>;

  constructor(bits: Readonly<Record<string, number>>) {
    this.bits = bits;
  }

  /** The bits that a text names, or undefined when it names something else or one flag twice. */
  read(text: string): number | undefined {
    return this.known.get(text) ?? this.learn(text);
  }

  private learn(text: string): number | undefined {
    let mask = 0;
    for (const name of text.split('|')) {
      const bit = Object.hasOwn(this.bits, name) ? this.bits[name] : undefined;
      if (bit === undefined || (mask & bit) !== 0) return undefined;
      mask |= bit;
    }
    this.known.set(text, mask);
    return mask;
  }
}
