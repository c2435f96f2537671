/** The form of a generated validator, as ajv writes it. */

/** One complaint of a validator. */
export interface ValidatorComplaint {
  /** JSON pointer to the offending value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Tells whether a value fits a schema, and leaves its complaints in `errors`. */
export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly ValidatorComplaint[] | null;
}
