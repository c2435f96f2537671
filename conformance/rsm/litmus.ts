/** Hand-written programs of remote shared memory, one idea each (litmus.json), closed like any other program when they are run. */

import type { Step } from '#spec/index';
import type { Litmus } from '../generation/guide.ts';
import bodies from './litmus.json' with { type: 'json' };

const written = bodies as unknown as readonly (Omit<Litmus, 'body'> & { readonly steps: readonly Step[] })[];

export const litmus: readonly Litmus[] = written.map(({ name, clauses, steps }) => ({
  name,
  clauses,
  body: steps,
}));
