/** The door for data from outside: each schema as a function that lists what is wrong with a value. */

import type { SchemaTypes } from './generated/index.ts';
import * as generated from './generated/validators.ts';
import type { Validator, ValidatorComplaint } from './validator.ts';

/** Name of a schema, as a member of `validate` and `isValid`. */
export type SchemaName = keyof SchemaTypes;

const validators: Readonly<Record<SchemaName, Validator>> = generated;
const schemaNames = Object.keys(validators) as readonly SchemaName[];

const forEachSchema = <T>(make: (validator: Validator) => T): Readonly<Record<SchemaName, T>> =>
  Object.fromEntries(schemaNames.map((name) => [name, make(validators[name])])) as Record<SchemaName, T>;

/**
 * What is wrong with a value, each error led by the JSON pointer of the offending part:
 * `/steps/0/flags must be >= 0`. Empty when the value fits the schema.
 */
export const validate: Readonly<Record<SchemaName, (value: unknown) => readonly string[]>> = forEachSchema(
  (validator) => (value: unknown) => (validator(value) ? [] : errorsOf(validator.errors ?? [])),
);

/** Whether a value fits the schema, for the compiler too. */
export const isValid = forEachSchema((validator) => (value: unknown) => validator(value)) as {
  readonly [Name in SchemaName]: (value: unknown) => value is SchemaTypes[Name];
};

const errorsOf = (complaints: readonly ValidatorComplaint[]): readonly string[] => [
  ...new Set(complaints.map(sentence)),
];

/** One complaint as a line. The validator's own message leaves out what would have been right. */
const sentence = ({ instancePath, keyword, message, params }: ValidatorComplaint): string => {
  const at = (member?: unknown): string =>
    member === undefined ? instancePath || '/' : `${instancePath}/${String(member)}`;
  switch (keyword) {
    case 'required':
      return `${at(params.missingProperty)} is missing`;
    case 'additionalProperties':
      return `${at(params.additionalProperty)} is not a member here`;
    case 'enum':
      return `${at()} must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}`;
    case 'const':
      return `${at()} must be ${JSON.stringify(params.allowedValue)}`;
    case 'discriminator':
      return `${at(params.tag)} ${params.tagValue === undefined ? 'is missing' : `is not known here: ${JSON.stringify(params.tagValue)}`}`;
    case 'minItems':
      return `${at()} must not be empty`;
    default:
      return `${at()} ${message ?? `breaks the rule ${keyword}`}`;
  }
};
