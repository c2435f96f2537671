/** The variation points of the page, as clauses.json declares them, with their numbers looked up once. */

import { clauseFile } from '#spec/index';
import { type Narrowing, variationPoints } from '../choices.ts';

export const points = variationPoints(clauseFile('msg-ring').points ?? []);

const prove = (id: Parameters<typeof points.number>[0], value: string): Narrowing => [
  points.number(id),
  points.mask(id, value),
];

/** What seeing one value of a point proves. */
export const proves = {
  successIsZero: prove('success-value@message', 'zero'),
  successIsPositive: prove('success-value@message', 'positive'),
  flagsAreZero: prove('target-flags@plain', 'zero'),
  flagsAreSet: prove('target-flags@plain', 'nonzero'),
  directDisabledRefused: prove('disabled-target@direct', 'EBADFD'),
  deferredDisabledRefused: prove('disabled-target@deferred', 'EBADFD'),
  badDescriptor: {
    closed: [prove('non-descriptor@closed', 'EBADF'), prove('non-descriptor@closed', 'EBADFD')],
    'minus-one': [prove('non-descriptor@minus-one', 'EBADF'), prove('non-descriptor@minus-one', 'EBADFD')],
    'out-of-range': [
      prove('non-descriptor@out-of-range', 'EBADF'),
      prove('non-descriptor@out-of-range', 'EBADFD'),
    ],
    path: [prove('non-descriptor@path', 'EBADF'), prove('non-descriptor@path', 'EBADFD')],
  },
} as const;
