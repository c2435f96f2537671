/** What a validator has to say about a value, as lines that a person can act on. */

import type { Validator, ValidatorComplaint } from './validator.ts';

/**
 * What is wrong with a value, each error led by the JSON pointer of the offending part. Empty when nothing is.
 */
export const complaintsOf = (validator: Validator, value: unknown): readonly string[] =>
  validator(value) ? [] : [...new Set((validator.errors ?? []).map(sentence))];

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
