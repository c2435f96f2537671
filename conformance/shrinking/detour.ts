/**
 * Uphill once, to go further down: a program may show the same with fewer steps when one argument is less simple, or one
 * step stands elsewhere. A queue of the default size overflows after seventeen messages, a queue of one after two; a
 * message is refused without any preparation when its flags are wrong; what is made after an event need not be put
 * right after it.
 */

import type { ArgumentEntry, Scalar, Step } from '#spec/index';
import { type ProgramShape, SETTLE } from '../program-shape.ts';
import { deletePairs, deleteRuns } from './deletion.ts';
import {
  type Asking,
  type Descent,
  type Draft,
  type Pass,
  type Proposals,
  withMember,
  without,
  withStep,
} from './descent.ts';
import { unitedHandles } from './handles.ts';
import { needs } from './order.ts';

/** Longest body in which every argument is tried with every value of note. */
const ANY_ARGUMENT_MAX = 10;

/** Longest body in which a step is tried in other places. */
const MOVED_MAX = 8;

/** Longest body in which an object of another size is tried together with fewer steps. */
const RESIZED_MAX = 14;

/** Tries other sizes of the objects that a program makes, and deletes what is then not needed any more. */
export const resizeObjects: Pass = (descent) =>
  detours(descent, resized, function* (detour, length) {
    yield* deleteRuns(detour);
    if (detour.body.length === length) yield* deletePairs(detour);
  });

/**
 * Drafts in which one object is of another size, and one step is gone with all that depends on it; or the first ones of
 * several steps of one kind that stand together, as it takes fewer of them to fill the object.
 */
export const resizedStepsLess: Proposals = function* (draft, shape) {
  if (draft.body.length > RESIZED_MAX) return;
  for (const other of resized(draft, shape))
    for (const [first, step] of other.body.entries()) {
      const gone = new Set<number>();
      for (let index = first; index < other.body.length; index += 1) {
        const next = other.body[index];
        if (next?.op !== step.op || next !== draft.body[index]) break;
        gone.add(index);
        yield without(other, gone, shape);
      }
    }
};

/** Tries other values of any argument, and takes away steps or handles that are then not needed any more. */
export const changeArguments: Pass = (descent) =>
  detours(descent, changed, function* (detour, length) {
    yield* deleteRuns(detour);
    if (detour.body.length < length) return;
    for (const draft of unitedHandles(detour.draft, detour.shape)) if (yield* detour.offer(draft)) return;
  });

/** Moves a step that makes something, or waits, and takes away steps that are then not needed any more. */
export const moveSteps: Pass = (descent) => detours(descent, moved, deleteRuns);

/** Goes down from every draft that shows the finding, and takes the first way that ends below where it began. */
function* detours(
  descent: Descent,
  proposals: Proposals,
  goDown: (detour: Descent, length: number) => Asking,
): Asking {
  let taken = true;
  while (taken) {
    taken = false;
    for (const draft of proposals(descent.draft, descent.shape)) {
      const detour = descent.from(draft);
      if (!(yield detour.draft)) continue;
      yield* goDown(detour, descent.body.length);
      taken = descent.adopt(detour);
      if (taken) break;
    }
  }
}

/** Drafts in which one number of a binding step is another one, beside its other arguments or in their place. */
function* resized(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  for (const [index, step] of draft.body.entries()) {
    if (shape.boundKind(step) === undefined) continue;
    const plain = withDefaults(step, shape);
    for (const argument of shape.operation(step)?.arguments ?? []) {
      if (argument.type !== 'integer') continue;
      for (const size of new Set([...otherValues(argument, step), ...halves(argument, step)])) {
        yield withStep(draft, index, withMember(step, argument.name, size));
        yield withStep(draft, index, withMember(plain, argument.name, size));
      }
    }
  }
}

/** The half of a size and the quarter: an object of the default size may be larger than it has to be. */
const halves = ({ name, default: usual, min = 0 }: ArgumentEntry, step: Step): readonly number[] => {
  const present = Number(step[name] ?? usual ?? 0);
  return [present >> 1, present >> 2].filter((size) => size > Number(min) && size !== present);
};

/** Drafts in which one argument has another value of note; of the edges of a number the first and the last. */
function* changed(draft: Draft, shape: ProgramShape): Iterable<Draft> {
  if (draft.body.length > ANY_ARGUMENT_MAX) return;
  for (const [index, step] of draft.body.entries())
    for (const argument of shape.operation(step)?.arguments ?? []) {
      const values = otherValues(argument, step);
      const isNumber = argument.type === 'integer' || argument.type === 'u64';
      for (const value of isNumber ? new Set([...values.slice(0, 1), ...values.slice(-1)]) : values)
        yield withStep(draft, index, withMember(step, argument.name, value));
    }
}

/** Drafts in which one step that makes something, or waits, stands elsewhere; it passes nothing that needs it. */
function* moved({ body, tail }: Draft, shape: ProgramShape): Iterable<Draft> {
  if (body.length > MOVED_MAX) return;
  for (const [from, step] of body.entries()) {
    if (shape.boundKind(step) === undefined && step.op !== SETTLE) continue;
    const others = body.toSpliced(from, 1);
    const to = (place: number): Draft => ({ body: others.toSpliced(place, 0, step), tail });
    for (let place = from; place > 0 && !needs(step, others[place - 1] as Step, shape); place -= 1)
      yield to(place - 1);
    for (let place = from; place < others.length && !needs(others[place] as Step, step, shape); place += 1)
      yield to(place + 1);
  }
}

/** Edges, choices and single flags that an argument does not have in a step. */
const otherValues = (argument: ArgumentEntry, step: Step): readonly Scalar[] => {
  const present = step[argument.name] ?? argument.default;
  return valuesOfNote(argument, present).filter((value) => value !== present);
};

const valuesOfNote = (argument: ArgumentEntry, present: Scalar | undefined): readonly Scalar[] => {
  switch (argument.type) {
    case 'integer':
    case 'u64':
      return argument.edges ?? [];
    case 'choice':
      return argument.values ?? [];
    case 'flags': {
      const flags = String(present ?? '').split('|');
      return (argument.values ?? [])
        .filter((flag) => !flags.includes(flag))
        .map((flag) => [...flags, flag].filter((name) => name !== '').join('|'));
    }
    case 'boolean':
      return [true, false];
    default:
      return [];
  }
};

const withDefaults = (step: Step, shape: ProgramShape): Step =>
  (shape.operation(step)?.arguments ?? [])
    .filter((argument) => argument.default !== undefined)
    .reduce((changing, { name }) => withMember(changing, name, undefined), step);
