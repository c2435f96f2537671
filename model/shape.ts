/**
 * How a state is put together, declared once. From the declaration come the key that tells states apart and the packed
 * form in which an explorer keeps a million of them: parts that recur (a ring, a message, a name) are written down once
 * and referred to by number.
 *
 * A packed form is a run of 16-bit units and means something only to the codec that made it.
 */

import { type Coder, indexIn, recordCoders } from './coder.ts';
import { Packer, Runs, Unpacker } from './units.ts';

/** How values of one type are put together. */
export type Shape<T> = (codec: Coders) => Coder<T>;

/** The coders of one codec: one for each shape, because what a coder has learnt is numbered. */
class Coders {
  readonly #coders = new Map<unknown, unknown>();

  of<T>(shape: Shape<T>): Coder<T> {
    let coder = this.#coders.get(shape) as Coder<T> | undefined;
    if (coder === undefined) {
      coder = shape(this);
      this.#coders.set(shape, coder);
    }
    return coder;
  }
}

/** Packs states of one shape; equal states get equal forms, different states different ones. */
export class Codec<S> {
  readonly #coder: Coder<S>;
  readonly #packer = new Packer();
  readonly #unpacker = new Unpacker();
  readonly #kept = new Runs();

  constructor(shape: Shape<S>) {
    this.#coder = new Coders().of(shape);
  }

  /** The packed form, as a string. */
  pack(state: S): string {
    this.#write(state);
    return textOf(this.#packer);
  }

  unpack(text: string): S {
    const units = new Uint16Array(text.length);
    for (let at = 0; at < units.length; at++) units[at] = text.charCodeAt(at);
    return this.#coder.unpack(this.#unpacker.from(units, 0));
  }

  /** Keeps a state in its packed form, once. Returns its number; a new one has the next. */
  keep(state: S): number {
    this.#write(state);
    return this.#kept.numberOf(this.#packer.units, 0, this.#packer.length);
  }

  /** How many states are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** The state that was kept under a number. */
  at(number: number): S {
    return this.#coder.unpack(this.#unpacker.from(this.#kept.units, this.#kept.startOf(number)));
  }

  #write(state: S): void {
    this.#packer.cutTo(0);
    this.#coder.pack(state, this.#packer);
  }
}

const textOf = (packer: Packer): string => {
  const most = 4_096;
  const units = packer.units.subarray(0, packer.length);
  let text = '';
  for (let at = 0; at < units.length; at += most)
    text += String.fromCharCode.apply(null, units.subarray(at, at + most) as unknown as number[]);
  return text;
};

/** True or false. */
export const flag: Shape<boolean> = () => ({
  pack: (value, to) => to.whole(value ? 1 : 0),
  unpack: (from) => from.whole() === 1,
  values: [false, true],
});

/** A whole number of at most 32 bits. */
export const whole: Shape<number> = () => ({
  pack: (value, to) => to.whole(value),
  unpack: (from) => from.whole(),
});

/** One of a few words. */
export const oneOf =
  <const T extends string>(...words: readonly T[]): Shape<T> =>
  () => ({
    pack: (value, to) => to.whole(indexIn(words, value)),
    unpack: (from) => words[from.whole()] as T,
    values: words,
  });

/** Values that are known by a text, written down once. */
const numbered = <T>(
  contentOf: (value: T) => string,
): Coder<T> & { readonly numberOf: (value: T) => number } => {
  const numbers = new Map<string, number>();
  const values: T[] = [];
  const numberOf = (value: T): number => {
    const content = contentOf(value);
    const known = numbers.get(content);
    if (known !== undefined) return known;
    const number = values.push(value) - 1;
    numbers.set(content, number);
    return number;
  };
  return {
    pack: (value, to) => to.whole(numberOf(value)),
    unpack: (from) => values[from.whole()] as T,
    numberOf,
  };
};

/** A text, written down once. */
export const text: Shape<string> = () => numbered((value) => value);

/** Data without functions, compared by its JSON text; members in their order. For parts that need no better shape. */
export const plain =
  <T>(): Shape<T> =>
  () => {
    const { numberOf, unpack } = numbered<T>((value) => JSON.stringify(value));
    /** Objects that were met lately: most are handed from state to state. */
    const met = new Lately<T>();
    const numberFor = (value: T): number => {
      if (typeof value !== 'object' || value === null) return numberOf(value);
      const known = met.get(value);
      if (known !== undefined) return known;
      const number = numberOf(value);
      met.set(value, number);
      return number;
    };
    return { pack: (value, to) => to.whole(numberFor(value)), unpack, numberOf: numberFor };
  };

/** A value or null. */
export const nullable =
  <T>(of: Shape<T>): Shape<T | null> =>
  (codec) => {
    const { pack, unpack } = codec.of(of);
    return {
      pack: (value, to) => {
        to.whole(value === null ? 0 : 1);
        if (value !== null) pack(value, to);
      },
      unpack: (from) => (from.whole() === 0 ? null : unpack(from)),
    };
  };

/** Values in their order. */
export const list =
  <T>(of: Shape<T>): Shape<readonly T[]> =>
  (codec) => {
    const { pack, unpack } = codec.of(of);
    return {
      pack: (values, to) => {
        to.whole(values.length);
        for (let index = 0; index < values.length; index++) pack(values[index] as T, to);
      },
      unpack: (from) => {
        const length = from.whole();
        const values: T[] = [];
        for (let index = 0; index < length; index++) values.push(unpack(from));
        return values;
      },
    };
  };

/**
 * A value that many states share: written down once, and referred to by number. It comes back as the one that was met
 * first.
 */
export const shared =
  <T>(of: Shape<T>): Shape<T> =>
  (codec) =>
    interned(codec.of(of));

/**
 * The same for a large part that one state hands to the next as it is: each object is looked into once, whether its
 * content is new or not.
 */
export const handedOn =
  <T extends object>(of: Shape<T>): Shape<T> =>
  (codec) =>
    interned(codec.of(of), true);

interface NumberedCoder<T> extends Coder<T> {
  readonly numberOf: (value: T, packer: Packer) => number;
}

/** Numbers of values by identity, as long as there are not too many of them. */
class Lately<T> implements Known<T> {
  readonly #numbers = new Map<T, number>();

  get(value: T): number | undefined {
    return this.#numbers.get(value);
  }

  set(value: T, number: number): void {
    if (this.#numbers.size === latelyMax) this.#numbers.clear();
    this.#numbers.set(value, number);
  }
}

const latelyMax = 4_096;

/** Which numbers values have that were met before, by identity. */
interface Known<T> {
  get(value: T): number | undefined;
  set(value: T, number: number): unknown;
}

/** @param every - Remember each object that is met, and not the first of its content alone. */
const interned = <T>({ pack }: Coder<T>, every = false): NumberedCoder<T> => {
  let runs: Runs | undefined;
  const values: T[] = [];
  /** The number of a value that came from here: states share their parts. */
  const numbers: Known<T> = every ? new Lately<T>() : new Map();
  const numberOf = (value: T, packer: Packer): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const start = packer.length;
    pack(value, packer);
    // Most codecs of one trace never meet most parts.
    runs ??= new Runs();
    const number = runs.numberOf(packer.units, start, packer.length);
    packer.cutTo(start);
    if (number === values.length) numbers.set(value, values.push(value) - 1);
    else if (every) numbers.set(value, number);
    return number;
  };
  return {
    pack: (value, to) => to.whole(numberOf(value, to)),
    unpack: (from) => values[from.whole()] as T,
    numberOf,
  };
};

/** Into numbers that rise: they are few. */
const insert = (numbers: number[], number: number): void => {
  let at = numbers.length;
  for (; at > 0 && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
  numbers[at] = number;
};

/** Values whose order means nothing. */
export const bag =
  <T>(of: Shape<T>): Shape<readonly T[]> =>
  (codec) => {
    const part = codec.of(of);
    const { numberOf, unpack } = part.numberOf === undefined ? interned(part) : (part as NumberedCoder<T>);
    return {
      pack: (values, to) => {
        to.whole(values.length);
        const numbers: number[] = [];
        for (let index = 0; index < values.length; index++) insert(numbers, numberOf(values[index] as T, to));
        for (let index = 0; index < numbers.length; index++) to.whole(numbers[index] as number);
      },
      unpack: (from) => {
        const length = from.whole();
        const values: T[] = [];
        for (let index = 0; index < length; index++) values.push(unpack(from));
        return values;
      },
    };
  };

/** Names whose order means nothing, each once. */
export const names: Shape<ReadonlySet<string>> = (codec) => {
  const { pack, unpack } = codec.of(list(text));
  return {
    pack: (value, to) => pack([...value].sort(), to),
    unpack: (from) => new Set(unpack(from)),
  };
};

/** An object with these members. */
export const record = <T extends object>(
  members: {
    readonly [K in keyof T]: Shape<T[K]>;
  },
): Shape<T> => {
  const shapes = Object.entries(members) as [string, Shape<unknown>][];
  const coderOf = recordCoders<T>();
  return (codec) => coderOf(shapes.map(([name, shape]) => ({ name, coder: codec.of(shape) })));
};

/** Values by name; the order of the names means nothing. */
export const table = <T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> => {
  const entriesShape = bag(record<{ name: string; value: T }>({ name: text, value: of }));
  return (codec) => {
    const entries = codec.of(entriesShape);
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
};
