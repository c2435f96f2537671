// Generated from the schemas by `npm run generate`. Do not edit.

import type { AgentMessage } from './agent-protocol.ts';
import type { ClauseFile } from './clause.ts';
import type { ExpectationFile } from './expectation.ts';
import type { InterfaceFile } from './interface.ts';
import type { Program } from './program.ts';
import type { Summary } from './run-record.ts';
import type { SourcesLock } from './sources-lock.ts';
import type { Trace } from './trace.ts';
import type { WorldFile } from './worlds.ts';
import type { MsgRingProgram } from './msg-ring.program.ts';
import type { QnxInterruptProgram } from './qnx-interrupt.program.ts';
import type { RsmProgram } from './rsm.program.ts';
import type { UintrProgram } from './uintr.program.ts';

export type * from './agent-protocol.ts';
export type * from './clause.ts';
export type * from './expectation.ts';
export type * from './interface.ts';
export type * from './program.ts';
export type * from './run-record.ts';
export type * from './sources-lock.ts';
export type * from './trace.ts';
export type * from './worlds.ts';
export type * from './msg-ring.program.ts';
export type * from './qnx-interrupt.program.ts';
export type * from './rsm.program.ts';
export type * from './uintr.program.ts';
export * from './names.ts';

/** The type that each schema describes, by the name of its validator. */
export interface SchemaTypes {
  readonly agentProtocol: AgentMessage;
  readonly clause: ClauseFile;
  readonly expectation: ExpectationFile;
  readonly interface: InterfaceFile;
  readonly program: Program;
  readonly runRecord: Summary;
  readonly sourcesLock: SourcesLock;
  readonly trace: Trace;
  readonly worlds: WorldFile;
  readonly msgRingProgram: MsgRingProgram;
  readonly qnxInterruptProgram: QnxInterruptProgram;
  readonly rsmProgram: RsmProgram;
  readonly uintrProgram: UintrProgram;
}
