/** The door for data from outside: each schema as a function that lists what is wrong with a value. */

import { complaintsOf } from './complaints.ts';
import type { SchemaTypes } from './generated/index.ts';
import { validators } from './generated/validators.ts';
import type { Validator } from './validator.ts';

/** Name of a schema, as a member of `validate` and `isValid`. */
export type SchemaName = keyof SchemaTypes;

const forEachSchema = <T>(make: (validator: Validator) => T): Readonly<Record<SchemaName, T>> =>
  Object.fromEntries(
    Object.entries(validators).map(([name, validator]) => [name, make(validator)]),
  ) as Record<SchemaName, T>;

/**
 * What is wrong with a value, each error led by the JSON pointer of the offending part:
 * `/steps/0/flags must be >= 0`. Empty when the value fits the schema.
 */
export const validate: Readonly<Record<SchemaName, (value: unknown) => readonly string[]>> =
  /* @__PURE__ */ forEachSchema((validator) => (value: unknown) => complaintsOf(validator, value));

/** Whether a value fits the schema, for the compiler too. */
export const isValid = /* @__PURE__ */ forEachSchema((validator) => (value: unknown) => validator(value)) as {
  readonly [Name in SchemaName]: (value: unknown) => value is SchemaTypes[Name];
};
