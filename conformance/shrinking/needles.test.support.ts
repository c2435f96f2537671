/**
 * Findings that are a pattern: a few steps, anywhere in a program and in this order, on the same objects. The fewest steps
 * that hold a pattern are known, so that what a shrinker leaves can be measured.
 */

import type { InterfaceFile, Program, Scalar, Step } from '#spec/index';
import { ProgramShape } from '../program-shape.ts';

/** A pattern, written as the body of a program. */
export type Needle = readonly Step[];

/** Whether a step has the values that the pattern gives; handles are compared by whoever asks. */
const hasValues = (step: Step, wanted: Step, shape: ProgramShape): boolean =>
  (shape.operation(wanted)?.arguments ?? []).every(
    ({ name, type, default: usual }) =>
      type === 'handle' || wanted[name] === undefined || (step[name] ?? usual) === wanted[name],
  );

/** Whether a program holds a pattern. Handles of the pattern may coincide; its steps may not. */
export const holds = (program: Program, needle: Needle, interfaceFile: InterfaceFile): boolean => {
  const shape = new ProgramShape(interfaceFile);
  const binders = new Map(
    needle.flatMap((step) => (step.as === undefined ? [] : [[step.as, step] as const])),
  );
  const bound = new Map(
    program.steps.flatMap((step) => (step.as === undefined ? [] : [[step.as, step] as const])),
  );
  const asks = needle.filter((step) => step.as === undefined);

  type Mapping = ReadonlyMap<string, string>;
  const bind = (wanted: string, found: string, mapping: Mapping): Mapping | undefined => {
    const known = mapping.get(wanted);
    if (known !== undefined) return known === found ? mapping : undefined;
    const [binder, step] = [binders.get(wanted), bound.get(found)];
    if (!binder || !step || binder.op !== step.op || !hasValues(step, binder, shape)) return undefined;
    return uses(binder, step, new Map([...mapping, [wanted, found]]));
  };
  const uses = (wanted: Step, step: Step, mapping: Mapping): Mapping | undefined =>
    shape.uses(wanted).reduce<Mapping | undefined>((current, { argument, name }) => {
      const found = step[argument.name];
      return current && typeof found === 'string' ? bind(name, found, current) : undefined;
    }, mapping);

  const search = (position: number, from: number, mapping: Mapping): boolean => {
    const wanted = asks[position];
    if (wanted === undefined) return everyHandle(mapping);
    const live = new Set(program.steps.slice(0, from).flatMap(({ as }) => as ?? []));
    for (let index = from; index < program.steps.length; index += 1) {
      const step = program.steps[index] as Step;
      const usable = step.op === wanted.op && hasValues(step, wanted, shape);
      const usesLive = shape.uses(step).every(({ name }) => live.has(name));
      if (step.as !== undefined) live.add(step.as);
      const next = usable && usesLive ? uses(wanted, step, mapping) : undefined;
      if (next && search(position + 1, index + 1, next)) return true;
    }
    return false;
  };
  // Handles that no step of the pattern uses must be there all the same.
  const everyHandle = (mapping: Mapping): boolean => {
    const missing = [...binders.keys()].find((name) => !mapping.has(name));
    if (missing === undefined) return true;
    return [...bound.keys()].some((found) => {
      const next = bind(missing, found, mapping);
      return next !== undefined && everyHandle(next);
    });
  };
  return search(0, 0, new Map());
};

/** The fewest steps of any program that holds a pattern: its handles made one wherever one object can serve for both. */
export const fewestSteps = (needle: Needle, interfaceFile: InterfaceFile): number => {
  const shape = new ProgramShape(interfaceFile);
  let fewest = needle.length;
  const seen = new Set<string>();
  const visit = (steps: Needle): void => {
    const text = JSON.stringify(steps);
    if (seen.has(text)) return;
    seen.add(text);
    fewest = Math.min(fewest, steps.length);
    const binders = steps.filter((step) => step.as !== undefined);
    for (const [place, one] of binders.entries())
      for (const other of binders.slice(place + 1))
        if (canBeOne(one, other, shape)) visit(madeOne(steps, one, other, shape));
  };
  visit(needle);
  return fewest;
};

const canBeOne = (one: Step, other: Step, shape: ProgramShape): boolean =>
  one.op === other.op &&
  !shape.uses(other).some(({ name }) => name === one.as) &&
  Object.keys(one).every(
    (member) => member === 'as' || other[member] === undefined || other[member] === one[member],
  );

const madeOne = (steps: Needle, one: Step, other: Step, shape: ProgramShape): Needle =>
  steps
    .filter((step) => step !== other)
    .map((step) => {
      const changed: Record<string, Scalar | undefined> = step === one ? { ...other, ...one } : { ...step };
      for (const { argument, name } of shape.uses(step))
        if (name === other.as) changed[argument.name] = String(one.as);
      return changed as unknown as Step;
    });

/** The program with the steps of a pattern strewn into it, under names of their own. */
export const hide = (
  program: Program,
  needle: Needle,
  interfaceFile: InterfaceFile,
  random: () => number,
): Program => {
  const shape = new ProgramShape(interfaceFile);
  const steps = [...program.steps];
  let from = 0;
  needle.forEach((step, position) => {
    const renamed: Record<string, Scalar | undefined> = { ...step };
    const names = ['as', 'begin', 'call', ...shape.uses(step).map(({ argument }) => argument.name)];
    for (const member of names) if (step[member] !== undefined) renamed[member] = `hidden_${step[member]}`;
    const room = steps.length - from;
    from += Math.floor((random() * room) / (needle.length - position)) + (position === 0 ? 0 : 1);
    steps.splice(Math.min(from, steps.length), 0, renamed as unknown as Step);
  });
  return { ...program, steps };
};
