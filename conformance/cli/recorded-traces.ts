/** Traces from files: whole ones, or programs and the answers to them, joined by their ids. */

import { isValid, type Program, type TraceEvent, UsageError, validate } from '#spec/index';
import type { Document } from './documents.ts';
import { checkedProgram, isRecord, refusal } from './programs.ts';

/** A program with what became of it. */
export interface RecordedTrace {
  readonly at: string;
  /** Id that joined program and answer; null for a whole trace. */
  readonly id: number | null;
  readonly program: Program;
  /** Null when there is no trace; `reason` says why. */
  readonly events: readonly TraceEvent[] | null;
  readonly reason: string | null;
}

interface Asked {
  readonly at: string;
  readonly program: Program;
}

type Answered = { readonly at: string } & (
  | { readonly events: readonly TraceEvent[] }
  | { readonly reason: string }
);

/** Messages of the protocol that say nothing about a program. */
const silent = new Set(['hello', 'bye', 'step']);

/**
 * Reads values as traces.
 *
 * @throws {UsageError} A value is none of what is read, an answer answers nothing, an id is used twice.
 */
export const recordedTraces = (documents: readonly Document[]): readonly RecordedTrace[] => {
  const traces: RecordedTrace[] = [];
  const asked = new Map<number, Asked>();
  const answered = new Map<number, Answered>();
  for (const document of documents.flatMap(listed)) {
    const { at, value } = document;
    if (!isRecord(value)) throw new UsageError(`${at} is neither a trace nor a line of the agent protocol`);
    if (value.type === undefined) traces.push(wholeTrace(document));
    else readMessage(document, asked, answered);
  }
  for (const [id, { at }] of answered)
    if (!asked.has(id)) throw new UsageError(`${at} answers program ${id}, which no execute line asks`);
  return [...traces, ...[...asked].map(([id, { at, program }]) => join(id, at, program, answered.get(id)))];
};

const listed = ({ at, value }: Document): readonly Document[] =>
  Array.isArray(value)
    ? value.map((item, index) => ({ at: `${at}[${index}]`, value: item }))
    : [{ at, value }];

const wholeTrace = ({ at, value }: Document): RecordedTrace => {
  if (!isRecord(value) || !('events' in value))
    throw new UsageError(`${at} is neither a trace (program and events) nor a line of the agent protocol`);
  const program = checkedProgram(at, value.program, '/program');
  const complaints = validate.trace(value);
  if (complaints.length > 0) throw refusal(at, complaints);
  return { at, id: null, program, events: value.events as readonly TraceEvent[], reason: null };
};

const readMessage = (
  { at, value }: Document,
  asked: Map<number, Asked>,
  answered: Map<number, Answered>,
): void => {
  if (!isValid.agentProtocol(value)) throw refusal(at, validate.agentProtocol(value));
  if (silent.has(value.type)) return;
  switch (value.type) {
    case 'execute': {
      const known = asked.get(value.id);
      if (known !== undefined) throw new UsageError(`${at} asks program ${value.id}, as ${known.at} does`);
      asked.set(value.id, { at, program: checkedProgram(at, value.program, '/program') });
      if (value.program.interface !== value.interface)
        throw new UsageError(
          `${at}: /interface is ${value.interface}, /program/interface ${value.program.interface}`,
        );
      return;
    }
    case 'trace':
    case 'unsupported':
    case 'failed': {
      const known = answered.get(value.id);
      if (known !== undefined) throw new UsageError(`${at} answers program ${value.id}, as ${known.at} does`);
      answered.set(
        value.id,
        value.type === 'trace'
          ? { at, events: value.events }
          : { at, reason: `${value.type}: ${value.reason}` },
      );
    }
  }
};

const join = (id: number, at: string, program: Program, answer: Answered | undefined): RecordedTrace => {
  if (answer === undefined) return { at, id, program, events: null, reason: 'it was not answered' };
  return 'events' in answer
    ? { at: answer.at, id, program, events: answer.events, reason: null }
    : { at: answer.at, id, program, events: null, reason: answer.reason };
};
