/** The table of descriptors of one program. Numbers only rise, so that a closed one stays closed. */

import { Ring } from './ring.ts';

/** An open file that is not a ring. `path` files have no operations of their own (O_PATH). */
export class PlainFile {
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }
}

export type OpenFile = Ring | PlainFile;

/** Ways of a number to be no descriptor; each is a variation point of its own. */
export type NonDescriptor = 'closed' | 'minus-one' | 'out-of-range' | 'path';

export const MINUS_ONE = -1;
export const OUT_OF_RANGE = 0x7fff_ffff;
/** Number behind `@closed` and names that nothing bound: never opened, because the table grows from 3. */
export const NEVER_OPEN = 1;

const FIRST = 3;

export class DescriptorTable {
  private readonly files: (OpenFile | null)[] = [];

  /** Takes a new number for a file. The caller counts the reference of a ring. */
  add(file: OpenFile): number {
    return this.files.push(file) + FIRST - 1;
  }

  /** The open file behind a number, or null. */
  at(number: number): OpenFile | null {
    return this.files[number - FIRST] ?? null;
  }

  /** Frees a number. */
  remove(number: number): void {
    this.files[number - FIRST] = null;
  }

  /** The lowest number that denotes a file. */
  first(file: OpenFile): number {
    return this.files.indexOf(file) + FIRST;
  }

  /** Every number taken so far, with its file or null. */
  get all(): readonly (OpenFile | null)[] {
    return this.files;
  }
}

/** The ring that a file is, or null. */
export const ringOf = (file: OpenFile | null): Ring | null => (file instanceof Ring ? file : null);

/** In which way a number is no descriptor, given that nothing usable is behind it. */
export const nonDescriptorKind = (number: number, file: OpenFile | null): NonDescriptor => {
  if (file !== null) return 'path';
  if (number === MINUS_ONE) return 'minus-one';
  return number === OUT_OF_RANGE ? 'out-of-range' : 'closed';
};
