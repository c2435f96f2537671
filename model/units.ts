/** Whole numbers as 16-bit units: most take one, larger ones and negative ones three. */

import { SpecificationGap } from './choices.ts';

/** Units above this one announce a longer number. */
export const plainMax = 0xfffd;
const longer = 0xfffe;

/** Receives numbers. */
export class Packer {
  #units = new Uint16Array(128);
  #length = 0;

  /** What was written is in the first `length` of these. The array is replaced when it grows. */
  get units(): Uint16Array {
    return this.#units;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Appends a whole number of at most 32 bits, signed or not.
   *
   * @throws {SpecificationGap} It is none.
   */
  whole(value: number): void {
    if (this.#length + 3 > this.#units.length) this.#grow();
    if ((value & 0xffff) === value && value <= plainMax) {
      this.#units[this.#length++] = value;
      return;
    }
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff)
      throw new SpecificationGap(`${value} is no number of a state`);
    this.#units[this.#length++] = value < 0 ? longer : longer + 1;
    this.#units[this.#length++] = value & 0xffff;
    this.#units[this.#length++] = (value >>> 16) & 0xffff;
  }

  /** Takes back what was written from this place on. */
  cutTo(length: number): void {
    this.#length = length;
  }

  #grow(): void {
    const units = new Uint16Array(2 * this.#units.length);
    units.set(this.#units);
    this.#units = units;
  }
}

/** Gives numbers back. */
export class Unpacker {
  #units: Uint16Array = new Uint16Array(0);
  #at = 0;

  /** Reads from this place on. */
  from(units: Uint16Array, at: number): this {
    this.#units = units;
    this.#at = at;
    return this;
  }

  whole(): number {
    const units = this.#units;
    const unit = units[this.#at++] as number;
    if (unit <= plainMax) return unit;
    const value = ((units[this.#at + 1] as number) << 16) | (units[this.#at] as number);
    this.#at += 2;
    return unit === longer ? value : value >>> 0;
  }
}

/** Runs of units, each kept once, one behind the other: an explorer keeps a million of them. */
export class Runs {
  #units: Uint16Array = new Uint16Array(64);
  /** Where each run starts; one more than there are runs, the last being the end of all. */
  #starts: Uint32Array = new Uint32Array(16);
  /** Number of a run plus one, at the place of its hash or behind it; 0 where there is none. */
  #slots = new Int32Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Where these are, and where each starts, for whoever reads them back. */
  get units(): Uint16Array {
    return this.#units;
  }

  startOf(number: number): number {
    return this.#starts[number] as number;
  }

  /** The number of the run from one place to another: an old one's, or the next when it is new. */
  numberOf(units: Uint16Array, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(units, from, to) & mask;
    for (;;) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0) break;
      if (this.#equals(number, units, from, to)) return number;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, units, from, to);
  }

  #equals(number: number, units: Uint16Array, from: number, to: number): boolean {
    const start = this.#starts[number] as number;
    const length = to - from;
    if ((this.#starts[number + 1] as number) - start !== length) return false;
    const mine = this.#units;
    for (let index = 0; index < length; index++)
      if (mine[start + index] !== units[from + index]) return false;
    return true;
  }

  #add(slot: number, units: Uint16Array, from: number, to: number): number {
    const number = this.#size++;
    const start = this.#starts[number] as number;
    const end = start + to - from;
    while (end > this.#units.length) this.#units = grown(this.#units, Uint16Array);
    for (let index = from; index < to; index++) this.#units[start + index - from] = units[index] as number;
    if (number + 2 > this.#starts.length) this.#starts = grown(this.#starts, Uint32Array);
    this.#starts[number + 1] = end;
    this.#slots[slot] = number + 1;
    if (2 * this.#size > this.#slots.length) this.#spread();
    return number;
  }

  /** Twice as many slots. */
  #spread(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = hash(this.#units, this.#starts[number] as number, this.#starts[number + 1] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

const grown = <A extends Uint16Array | Uint32Array>(array: A, Kind: new (length: number) => A): A => {
  const larger = new Kind(2 * array.length);
  larger.set(array);
  return larger;
};

/** FNV-1a over units, with its high bits mixed into the low ones, which alone choose a slot. */
const hash = (units: Uint16Array, from: number, to: number): number => {
  let value = 0x811c9dc5 | 0;
  for (let at = from; at < to; at++) value = Math.imul(value ^ (units[at] as number), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) & 0x7fff_ffff;
};
