/**
 * Writing values of one type as units and reading them back. For objects the code is written for their members: reading
 * a member by a name that is a value takes several times as long, and states are packed a million times.
 */

import { SpecificationGap } from './choices.ts';
import { type Packer, plainMax, type Unpacker } from './units.ts';

/** Writes values of one type as units, and reads them back. Equal values have equal units. */
export interface Coder<T> {
  readonly pack: (value: T, to: Packer) => void;
  readonly unpack: (from: Unpacker) => T;
  /** Every value, where there are few: an object's members of few values are written as one number. */
  readonly values?: readonly T[];
  /** The one number that a value is written as, where that is all that is written. */
  readonly numberOf?: (value: T, packer: Packer) => number;
}

/** @throws {SpecificationGap} It is none of them. */
export const indexIn = <T>(values: readonly T[], value: T): number => {
  const index = values.indexOf(value);
  if (index < 0) throw new SpecificationGap(`${value} is none of ${values.join(', ')}`);
  return index;
};

interface Member {
  readonly name: string;
  readonly coder: Coder<unknown>;
}

/** Makes the coder of objects with these members. */
type Factory = (members: readonly Member[], refuse: typeof indexIn) => Coder<never>;

/**
 * Objects with these members, laid out in this order. The code is written when the first coder is made.
 *
 * @throws {SpecificationGap} Members of few values have more combinations than one unit has values.
 */
export const recordCoders = <T extends object>(): ((members: readonly Member[]) => Coder<T>) => {
  let factory: Factory | null = null;
  return (members) => {
    factory ??= factoryFor(members);
    return factory(members, indexIn) as unknown as Coder<T>;
  };
};

const factoryFor = (members: readonly Member[]): Factory => {
  const few = members.filter(({ coder }) => coder.values !== undefined);
  const combinations = few.reduce((product, { coder }) => product * (coder.values?.length ?? 1), 1);
  if (combinations > plainMax)
    throw new SpecificationGap(`${few.length} members of few values have ${combinations} combinations`);
  return new Function('members', 'indexIn', sourceOf(members, combinations)) as Factory;
};

/** The body of a function that gives the coder. */
const sourceOf = (members: readonly Member[], combinations: number): string => {
  const locals: string[] = [];
  const read: string[] = [];
  const written: string[] = [];
  const packs: string[] = [];
  const unpacks: string[] = [];
  let radix = combinations;
  for (const [place, { name, coder }] of members.entries()) {
    const key = JSON.stringify(name);
    const { values } = coder;
    if (values === undefined) {
      locals.push(`const { pack: pack${place}, unpack: unpack${place} } = members[${place}].coder;`);
      packs.push(`pack${place}(value[${key}], to);`);
      unpacks.push(`${key}: unpack${place}(from)`);
      continue;
    }
    const indexes = values.map((_, index) => `one${place} === values${place}[${index}] ? ${index} : `);
    const below = radix / values.length;
    locals.push(`const { values: values${place} } = members[${place}].coder;`);
    read.push(`const one${place} = value[${key}];`);
    written.push(`${below} * (${indexes.join('')}indexIn(values${place}, one${place}))`);
    unpacks.push(`${key}: values${place}[Math.floor((few % ${radix}) / ${below})]`);
    radix = below;
  }
  if (written.length > 0) packs.unshift(...read, `to.whole(${written.join(' + ')});`);
  return `
    ${locals.join('\n')}
    return {
      pack: (value, to) => { ${packs.join('\n')} },
      unpack: (from) => {
        ${written.length > 0 ? 'const few = from.whole();' : ''}
        return { ${unpacks.join(', ')} };
      },
    };`;
};
