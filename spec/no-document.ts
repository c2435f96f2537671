/** The source of what every system owes without a document saying so: to stay up, to answer, to leave nothing behind. */

/** Stands where a source names its document. */
export const noDocument = 'none';
