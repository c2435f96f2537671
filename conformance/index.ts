/** Front door of `conformance/`: generate, run, judge, explain, shrink, replay. */

export { MalformedTrace } from '#model/index';
export { type AuditRecord, audit, type Kill, type MutantRow } from './audit.ts';
export type { Deviation, PermittedResult } from './explanation.ts';
export { type FoundTrace, investigate } from './findings.ts';
export { type Generated, type GenerateOptions, generatePrograms, type Origin } from './generate.ts';
export { guideOf, machineOf } from './interfaces.ts';
export {
  type ChoiceSeen,
  checkEvents,
  editionOf,
  type Judgement,
  type JudgeOptions,
  judge,
  presetOf,
} from './oracle.ts';
export { type Replay, type ReplayOptions, type ReplayOutcome, replay } from './replay.ts';
export { type InterfaceRun, type KeptPrograms, type RunOptions, type RunSink, run } from './run.ts';
export { type Keeps, type Shrunk, shrink } from './shrink.ts';
