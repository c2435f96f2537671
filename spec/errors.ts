/** What can be wrong with us or with whom uses us; a deviation of the system under test is never an error. */

/** Wrong usage: an unknown name, an unreadable or invalid file. One clear line for the user; `doorbell` exits 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** Our own description of an interface is wrong: a clause without a source, data against its schema. Stops loudly. */
export class SpecError extends Error {
  override readonly name: string = 'SpecError';
}
