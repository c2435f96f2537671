/** The door for expectation files: a path, or the name of one that comes with the tool. */

import { checkExpectations } from '#conformance/expectations';
import { type ExpectationFile, UsageError } from '#spec/index';
import { readDocuments } from './documents.ts';
import { refusal } from './programs.ts';

/**
 * Reads and checks an expectation file.
 *
 * @param name - A path, or `mainline`.
 * @throws {UsageError} It cannot be read, or names what does not exist.
 */
export const readExpectations = async (name: string): Promise<ExpectationFile> => {
  const value = name === 'mainline' ? (await import('#conformance/mainline')).mainline : onlyDocument(name);
  const complaints = checkExpectations(value);
  if (complaints.length > 0) throw refusal(name, complaints);
  return value as ExpectationFile;
};

const onlyDocument = (path: string): unknown => {
  const documents = readDocuments(path);
  if (documents.length !== 1) throw new UsageError(`${path} is not one expectation file`);
  return documents[0]?.value;
};
