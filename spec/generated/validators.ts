// Generated from the schemas by `npm run generate`. Do not edit.

import { validator as agentProtocolValidator } from './agent-protocol.validator.ts';
import { validator as clauseValidator } from './clause.validator.ts';
import { validator as expectationValidator } from './expectation.validator.ts';
import { validator as interfaceValidator } from './interface.validator.ts';
import { validator as programValidator } from './program.validator.ts';
import { validator as runRecordValidator } from './run-record.validator.ts';
import { validator as sourcesLockValidator } from './sources-lock.validator.ts';
import { validator as traceValidator } from './trace.validator.ts';
import { validator as worldsValidator } from './worlds.validator.ts';
import { validator as msgRingProgramValidator } from './msg-ring.program.validator.ts';
import { validator as qnxInterruptProgramValidator } from './qnx-interrupt.program.validator.ts';
import { validator as rsmProgramValidator } from './rsm.program.validator.ts';
import { validator as uintrProgramValidator } from './uintr.program.validator.ts';
import type { Validator } from '../validator.ts';
import type { SchemaTypes } from './index.ts';

export const validators: Readonly<Record<keyof SchemaTypes, Validator>> = {
  agentProtocol: agentProtocolValidator,
  clause: clauseValidator,
  expectation: expectationValidator,
  interface: interfaceValidator,
  program: programValidator,
  runRecord: runRecordValidator,
  sourcesLock: sourcesLockValidator,
  trace: traceValidator,
  worlds: worldsValidator,
  msgRingProgram: msgRingProgramValidator,
  qnxInterruptProgram: qnxInterruptProgramValidator,
  rsmProgram: rsmProgramValidator,
  uintrProgram: uintrProgramValidator,
};
