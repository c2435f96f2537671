/** Fewer objects: one handle stands for two, or a step uses another that is there anyway. */

import type { ArgumentEntry, Step } from '#spec/index';
import { type Binding, isLiteral, type ProgramShape } from '../program-shape.ts';
import { type Draft, mapSteps, type Proposals, withMember, without, withStep } from './descent.ts';

/** With more handles than this, a handle is united with the first of its kind only. */
const UNITED_WITH_ALL_MAX = 12;

/** Longest body in which a union of handles is tried together with the removal of any step. */
const ONE_STEP_LESS_MAX = 12;

const fits = ({ of }: ArgumentEntry, kind: string): boolean => of?.includes(kind) ?? true;

/** How the steps of a handle that goes are placed among those of the handle that takes them over. */
type Placement = 'as they stand' | 'with the first' | 'with the last';

/** Drafts in which two handles are one: whatever used the one uses the other, and the step that bound it is gone. */
export const unitedHandles: Proposals = (draft, shape) => everyUnion(draft, shape, ['as they stand']);

/** The same, with the steps of the handle that goes gathered in one place: two queues need an order to become one. */
export const gatheredHandles: Proposals = (draft, shape) =>
  everyUnion(draft, shape, ['with the last', 'with the first']);

/** The same, without one step more: of two descriptors of one object, each had its own end. */
export const unitedHandlesOneStepLess: Proposals = function* (draft, shape) {
  if (draft.body.length > ONE_STEP_LESS_MAX) return;
  for (const united of everyUnion(draft, shape, ['as they stand']))
    for (const index of united.body.keys()) yield without(united, new Set([index]), shape);
};

function* everyUnion(draft: Draft, shape: ProgramShape, placements: readonly Placement[]): Iterable<Draft> {
  const bindings = shape.bindings(draft.body);
  for (const gone of [...bindings].reverse()) {
    const others =
      bindings.length <= UNITED_WITH_ALL_MAX
        ? bindings
        : bindings.filter(({ kind }) => kind === gone.kind).slice(0, 1);
    for (const other of others)
      if (other !== gone)
        for (const placement of placements) yield* union(draft, gone, other, placement, shape);
  }
}

function* union(
  draft: Draft,
  gone: Binding,
  other: Binding,
  placement: Placement,
  shape: ProgramShape,
): Iterable<Draft> {
  const goneStep = draft.body[gone.index];
  const otherStep = draft.body[other.index];
  if (goneStep === undefined || otherStep === undefined) return;
  const substitute = (step: Step): Step | undefined => replaced(step, gone.name, other, shape);
  const joined = (binder: Step): Draft | undefined => {
    const moving = new Set<Step>();
    const misfits = new Set<Step>();
    const body = draft.body.flatMap((step, index) => {
      // What one of them binds is there where the first of them was bound.
      if (index === Math.min(gone.index, other.index)) return substitute(binder) ?? binder;
      if (index === gone.index || index === other.index) return [];
      const substituted = substitute(step);
      const result = substituted ?? step;
      if (substituted === undefined) misfits.add(step);
      else if (substituted !== step) moving.add(result);
      return result;
    });
    const placed = gathered(body, moving, placement);
    if (!bindsBeforeUse(placed, shape)) return undefined;
    const tail = draft.tail.flatMap((step) => substitute(step) ?? []);
    const unfit = placed.flatMap((step, index) => (misfits.has(step) ? [index] : []));
    return without({ body: placed, tail: onlyOnce(tail) }, new Set(unfit), shape);
  };
  const plain = joined(otherStep);
  if (plain !== undefined) yield plain;
  if (goneStep.op !== otherStep.op) return;
  // What the one was made with and the other left open: both properties may be needed, of one object.
  const { as: _, ...attributes } = goneStep;
  if (Object.keys(attributes).every((name) => otherStep[name] !== undefined)) return;
  const together = joined({ ...attributes, ...otherStep });
  if (together !== undefined) yield together;
}

/** The steps with some of them moved into one place. */
const gathered = (
  steps: readonly Step[],
  moving: ReadonlySet<Step>,
  placement: Placement,
): readonly Step[] => {
  if (placement === 'as they stand' || moving.size < 2) return steps;
  const places = steps.flatMap((step, index) => (moving.has(step) ? [index] : []));
  const place = (placement === 'with the first' ? places[0] : places.at(-1)) ?? 0;
  const standing = (part: readonly Step[]): readonly Step[] => part.filter((step) => !moving.has(step));
  return [...standing(steps.slice(0, place)), ...moving, ...standing(steps.slice(place))];
};

/** Whether no step uses a handle that is bound only later. */
const bindsBeforeUse = (steps: readonly Step[], shape: ProgramShape): boolean => {
  const later = new Set(shape.bindings(steps).map(({ name }) => name));
  return steps.every((step) => {
    const early = shape.uses(step).some(({ name }) => later.has(name));
    if (step.as !== undefined) later.delete(step.as);
    return !early;
  });
};

/** The step with one handle for another; undefined when the other is of a kind that does not fit. */
const replaced = (step: Step, from: string, to: Binding, shape: ProgramShape): Step | undefined => {
  let changed = step;
  for (const { argument, name } of shape.uses(step)) {
    if (name !== from) continue;
    if (!fits(argument, to.kind)) return undefined;
    changed = withMember(changed, argument.name, to.name);
  }
  return changed;
};

const onlyOnce = (steps: readonly Step[]): readonly Step[] => {
  const seen = new Set<string>();
  return steps.filter((step) => {
    const text = JSON.stringify(step);
    return !seen.has(text) && seen.add(text);
  });
};

/**
 * Drafts in which one step uses another handle or a literal: without what the former handle was there for, with it,
 * or with another argument at its default, which the handle may have come to stand for.
 */
export const substitutedHandles: Proposals = function* (draft, shape) {
  const bindings = shape.bindings(draft.body);
  for (const [index, step] of draft.body.entries())
    for (const argument of shape.handleArguments(step)) {
      const name = step[argument.name];
      const former = bindings.find((binding) => binding.name === name);
      for (const other of alternatives(argument, bindings, index)) {
        if (other === name) continue;
        const substituted = withMember(step, argument.name, other);
        if (former !== undefined)
          yield without(withStep(draft, index, substituted), new Set([former.index]), shape);
        yield withStep(draft, index, substituted);
        for (const { name: plain } of optionalArguments(step, shape))
          yield withStep(draft, index, withMember(substituted, plain, undefined));
      }
    }
};

/** Drafts in which every step that uses a handle in one argument, or in any, uses one that was bound earlier. */
export const loweredHandles: Proposals = function* (draft, shape) {
  const bindings = shape.bindings(draft.body);
  for (const former of bindings) {
    const used = new Set(
      draft.body.flatMap((step) =>
        shape.uses(step).flatMap(({ argument, name }) => (name === former.name ? argument.name : [])),
      ),
    );
    for (const other of bindings) {
      if (other.index >= former.index) break;
      for (const names of [[...used], ...[...used].map((name) => [name])])
        yield mapSteps(draft, (step) => {
          let changed = step;
          for (const { argument, name } of shape.uses(step))
            if (name === former.name && names.includes(argument.name) && fits(argument, other.kind))
              changed = withMember(changed, argument.name, other.name);
          return changed;
        });
    }
  }
};

/** Handles bound before a step that fit an argument, the earliest first, then the literals that do. */
export const alternatives = (
  argument: ArgumentEntry,
  bindings: readonly Binding[],
  index: number,
): readonly string[] => [
  ...bindings.filter((other) => other.index < index && fits(argument, other.kind)).map((other) => other.name),
  ...(argument.others ?? []).filter(isLiteral),
];

const optionalArguments = (step: Step, shape: ProgramShape): readonly ArgumentEntry[] =>
  (shape.operation(step)?.arguments ?? []).filter(
    (argument) => argument.default !== undefined && step[argument.name] !== undefined,
  );

/** Drafts in which every use of one handle becomes a literal, and what brought the handle into being is gone. */
export const literalHandles: Proposals = function* (draft, shape) {
  for (const gone of shape.bindings(draft.body))
    for (const literal of literalsOf(shape)) {
      const substituted = mapSteps(draft, (step) => {
        let changed = step;
        for (const { argument, name } of shape.uses(step))
          if (name === gone.name && argument.others?.includes(literal))
            changed = withMember(changed, argument.name, literal);
        return changed;
      });
      yield without(substituted, new Set([gone.index]), shape);
    }
};

const literalsOf = ({ interfaceFile }: ProgramShape): ReadonlySet<string> =>
  new Set(
    interfaceFile.operations.flatMap((operation) =>
      operation.arguments.flatMap((argument) => (argument.others ?? []).filter(isLiteral)),
    ),
  );
