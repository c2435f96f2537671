/** Front door of `model/`: what may happen next, and whether a trace stayed inside it. */

export {
  type Acceptance,
  type AcceptanceOptions,
  accept,
  type PermittedHere,
  type Refused,
} from './acceptance.ts';
export { type Choices, narrow, type Points, SpecificationGap, variationPoints } from './choices.ts';
export { choicesOf, exercisedBy } from './entry.ts';
export { Exploration, type Explored, type Place, type Turn, type Visitor } from './explore.ts';
export type { HandleInfo, Machine } from './machine.ts';
export { MalformedTrace } from './malformed-trace.ts';
export { msgRing } from './msg-ring/machine.ts';
export type { Breach, Context, Outcome, Successor } from './outcome.ts';
export { qnxInterrupt } from './qnx-interrupt/machine.ts';
export { rehearse } from './rehearsal.ts';
export { rsm } from './rsm/machine.ts';
export { Codec } from './shape.ts';
export { callName, SmallWorld, type Standing } from './small-world.ts';
export { uintr } from './uintr/machine.ts';
