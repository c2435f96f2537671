/**
 * How a state is put together, declared once. From the declaration come the key that tells states apart and the packed
 * form in which an explorer keeps a million of them: parts that recur (a ring, a message, a name) are written down once
 * and referred to by number.
 *
 * A packed form is a string of 16-bit units and means something only to the codec that made it.
 */

import { SpecificationGap } from './choices.ts';

/** Writes values of one type as units, and reads them back. Equal values have equal units. */
export interface Shape<T> {
  readonly pack: (value: T, to: Packer) => void;
  readonly unpack: (from: Unpacker) => T;
  /** Every value, where there are few: a record writes all such members as one number. */
  readonly values?: readonly T[];
}

/** Parts that were seen, each once. */
interface Table {
  readonly byContent: Map<string, number>;
  readonly values: unknown[];
  /** Numbers of parts met before, by identity: states share their parts. */
  readonly byIdentity: WeakMap<object, number>;
}

/** What a codec has learnt: a table for each shape that shares its values. */
class Tables {
  readonly #tables = new Map<unknown, Table>();

  of(shape: unknown): Table {
    let table = this.#tables.get(shape);
    if (!table) {
      table = { byContent: new Map(), values: [], byIdentity: new WeakMap() };
      this.#tables.set(shape, table);
    }
    return table;
  }
}

/** Units above this one announce a longer number. */
const plainMax = 0xfffd;
const longer = 0xfffe;

/** Receives units. */
class Packer {
  readonly tables: Tables;
  #units = new Uint16Array(256);
  #length = 0;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a whole number of at most 32 bits, signed or not. */
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
  cut(from: number): string {
    const text = this.#text(from);
    this.#length = from;
    return text;
  }

  append(units: string): void {
    while (this.#length + units.length > this.#units.length) this.#grow();
    for (let at = 0; at < units.length; at++) this.#units[this.#length++] = units.charCodeAt(at);
  }

  #text(from: number): string {
    const most = 4_096;
    if (this.#length - from <= most)
      return String.fromCharCode.apply(null, this.#units.subarray(from, this.#length) as unknown as number[]);
    let text = '';
    for (let at = from; at < this.#length; at += most)
      text += String.fromCharCode.apply(
        null,
        this.#units.subarray(at, Math.min(at + most, this.#length)) as unknown as number[],
      );
    return text;
  }

  #grow(): void {
    const units = new Uint16Array(2 * this.#units.length);
    units.set(this.#units);
    this.#units = units;
  }
}

/** Gives units back. */
class Unpacker {
  readonly tables: Tables;
  readonly #text: string;
  #at = 0;

  constructor(tables: Tables, text: string) {
    this.tables = tables;
    this.#text = text;
  }

  whole(): number {
    const unit = this.#text.charCodeAt(this.#at++);
    if (unit <= plainMax) return unit;
    const low = this.#text.charCodeAt(this.#at++);
    const value = (this.#text.charCodeAt(this.#at++) << 16) | low;
    return unit === longer ? value : value >>> 0;
  }
}

/** Packs states of one shape; equal states get equal strings, different states different ones. */
export class Codec<S> {
  readonly #shape: Shape<S>;
  readonly #tables = new Tables();
  readonly #packer = new Packer(this.#tables);

  constructor(shape: Shape<S>) {
    this.#shape = shape;
  }

  pack(state: S): string {
    this.#shape.pack(state, this.#packer);
    return this.#packer.cut(0);
  }

  unpack(text: string): S {
    return this.#shape.unpack(new Unpacker(this.#tables, text));
  }
}

/** True or false. */
export const flag: Shape<boolean> = {
  pack: (value, to) => to.whole(value ? 1 : 0),
  unpack: (from) => from.whole() === 1,
  values: [false, true],
};

/** A whole number of at most 32 bits. */
export const whole: Shape<number> = {
  pack: (value, to) => to.whole(value),
  unpack: (from) => from.whole(),
};

/** One of a few words. */
export const oneOf = <const T extends string>(...words: readonly T[]): Shape<T> => ({
  pack: (value, to) => to.whole(indexIn(words, value)),
  unpack: (from) => words[from.whole()] as T,
  values: words,
});

const indexIn = <T>(values: readonly T[], value: T): number => {
  const index = values.indexOf(value);
  if (index < 0) throw new SpecificationGap(`${value} is none of ${values.join(', ')}`);
  return index;
};

/** A text, written down once. */
export const text: Shape<string> = {
  pack: (value, to) => to.whole(numberOf(to.tables.of(text), value, value)),
  unpack: (from) => from.tables.of(text).values[from.whole()] as string,
};

const numberOf = (table: Table, content: string, value: unknown): number => {
  const known = table.byContent.get(content);
  if (known !== undefined) return known;
  const number = table.values.push(value) - 1;
  table.byContent.set(content, number);
  return number;
};

/** A value or null. */
export const nullable = <T>(of: Shape<T>): Shape<T | null> => ({
  pack: (value, to) => {
    to.whole(value === null ? 0 : 1);
    if (value !== null) of.pack(value, to);
  },
  unpack: (from) => (from.whole() === 0 ? null : of.unpack(from)),
});

/** Values in their order. */
export const list = <T>(of: Shape<T>): Shape<readonly T[]> => ({
  pack: (values, to) => {
    to.whole(values.length);
    for (const value of values) of.pack(value, to);
  },
  unpack: (from) => {
    const length = from.whole();
    const values: T[] = [];
    for (let index = 0; index < length; index++) values.push(of.unpack(from));
    return values;
  },
});

/** Values whose order means nothing. */
export const bag = <T>(of: Shape<T>): Shape<readonly T[]> => {
  const ordered = list(of);
  return {
    pack: (values, to) => {
      if (values.length < 2) return ordered.pack(values, to);
      const start = to.length;
      const items = values.map((value) => {
        of.pack(value, to);
        return to.cut(start);
      });
      to.whole(values.length);
      for (const item of items.sort()) to.append(item);
    },
    unpack: ordered.unpack,
  };
};

/** Names whose order means nothing, each once. */
export const names: Shape<ReadonlySet<string>> = {
  pack: (value, to) => {
    to.whole(value.size);
    for (const name of [...value].sort()) text.pack(name, to);
  },
  unpack: (from) => {
    const size = from.whole();
    const value = new Set<string>();
    for (let index = 0; index < size; index++) value.add(text.unpack(from));
    return value;
  },
};

/** An object with these members. */
export const record = <T extends object>(members: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> => {
  const entries = Object.entries(members) as [keyof T, Shape<T[keyof T]>][];
  const few: (readonly [name: keyof T, values: readonly T[keyof T][]])[] = [];
  const many: (readonly [name: keyof T, shape: Shape<T[keyof T]>])[] = [];
  for (const [name, shape] of entries)
    if (shape.values === undefined) many.push([name, shape]);
    else few.push([name, shape.values]);
  const combinations = few.reduce((product, [, values]) => product * values.length, 1);
  if (combinations > plainMax)
    throw new SpecificationGap(`${few.length} members of few values have ${combinations} combinations`);
  return {
    pack: (value, to) => {
      let number = 0;
      for (const [name, values] of few) number = number * values.length + indexIn(values, value[name]);
      if (few.length > 0) to.whole(number);
      for (const [name, shape] of many) shape.pack(value[name], to);
    },
    unpack: (from) => {
      let left = few.length > 0 ? from.whole() : 0;
      let radix = combinations;
      const value: Partial<T> = {};
      // In the order of their declaration, so that all values of the type are laid out alike.
      for (const [name, shape] of entries) {
        if (shape.values === undefined) {
          value[name] = shape.unpack(from);
          continue;
        }
        radix /= shape.values.length;
        value[name] = shape.values[Math.floor(left / radix)] as T[keyof T];
        left %= radix;
      }
      return value as T;
    },
  };
};

/** Values by name; the order of the names means nothing. */
export const table = <T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> => {
  const entries = bag(record<{ name: string; value: T }>({ name: text, value: of }));
  return {
    pack: (values, to) =>
      entries.pack(
        Object.entries(values).map(([name, value]) => ({ name, value })),
        to,
      ),
    unpack: (from) =>
      Object.fromEntries(entries.unpack(from).map(({ name, value }) => [name, value] as const)),
  };
};

/** An object that many states share: written down once, and referred to by number. */
export const shared = <T extends object>(of: Shape<T>): Shape<T> => {
  const shape: Shape<T> = {
    pack: (value, to) => {
      const table = to.tables.of(shape);
      let number = table.byIdentity.get(value);
      if (number === undefined) {
        const start = to.length;
        of.pack(value, to);
        number = numberOf(table, to.cut(start), value);
        table.byIdentity.set(value, number);
      }
      to.whole(number);
    },
    unpack: (from) => from.tables.of(shape).values[from.whole()] as T,
  };
  return shape;
};

/** Data without functions, compared by its JSON text; members in their order. For parts that need no better shape. */
export const plain = <T>(): Shape<T> => {
  const shape: Shape<T> = {
    pack: (value, to) => {
      to.whole(numberOf(to.tables.of(shape), JSON.stringify(value), value));
    },
    unpack: (from) => from.tables.of(shape).values[from.whole()] as T,
  };
  return shape;
};
