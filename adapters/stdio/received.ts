/** What a line from an agent is: a message, or something that was printed beside the protocol. */

import { type AgentMessage, HarnessError, isValid, validate } from '#spec/index';
import type { Line } from './line-reader.ts';

/** The agent spoke outside the protocol; the message shows where, and the beginning of what it said. */
export class ProtocolError extends HarnessError {
  override readonly name = 'ProtocolError';
}

export type Received =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  | { readonly kind: 'console'; readonly text: string };

const beginningMax = 160;

/** The beginning of a line, for people. */
export const beginningOf = (text: string): string =>
  text.length > beginningMax ? `${text.slice(0, beginningMax)}…` : text;

/**
 * Reads one line. Only JSON objects are messages; kernels and libraries print whatever they like in between.
 *
 * @throws {ProtocolError} An object that is no message, or a message that was cut or garbled on its way.
 */
export const read = (line: Line): Received => {
  const value = objectIn(line.text);
  if (value === undefined) {
    if (line.text.startsWith('{"type":'))
      throw new ProtocolError(`a message of the agent cannot be read: ${beginningOf(line.text)}`);
    return { kind: 'console', text: line.text };
  }
  if (line.garbled) throw new ProtocolError(`a message of the agent is not UTF-8: ${beginningOf(line.text)}`);
  if (!isValid.agentProtocol(value)) {
    const complaints = validate.agentProtocol(value).join('; ');
    throw new ProtocolError(
      `a message of the agent breaks the protocol: ${complaints}: ${beginningOf(line.text)}`,
    );
  }
  return { kind: 'message', message: value };
};

const objectIn = (text: string): object | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Not JSON, hence not a message: the caller tells what it is.
    return undefined;
  }
};
