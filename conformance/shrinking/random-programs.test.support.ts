/** Random programs for the tests of the shrinker: long, lively, and a function of a seed. */

import type { ArgumentEntry, InterfaceFile, Program, Scalar, Step } from '#spec/index';
import { ProgramShape } from '../program-shape.ts';

/** Numbers from 0 (inclusive) to 1 (exclusive), a function of the seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** A program of the interface, without a closing: three in four steps use what earlier ones bound. */
export const randomProgram = (
  interfaceFile: InterfaceFile,
  length: number,
  random: () => number,
): Program => {
  const shape = new ProgramShape(interfaceFile);
  const below = (count: number): number => Math.floor(random() * count);
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  // What takes more arguments has more to go wrong.
  const weighted = interfaceFile.operations.flatMap((operation) =>
    Array.from({ length: 1 + Math.min(3, operation.arguments.length) }, () => operation),
  );
  const bound: { name: string; kind: string }[] = [];
  const open = new Map<string, string>();
  const steps: Step[] = [];
  let names = 0;

  const handle = (argument: ArgumentEntry): string | undefined => {
    const fitting = bound.filter(({ kind }) => argument.of?.includes(kind));
    if (argument.others && random() < 0.05) return one(argument.others);
    // Recent handles more often than old ones.
    const recent = fitting.slice(-6);
    return fitting.length === 0 ? undefined : one(random() < 0.6 ? recent : fitting).name;
  };
  const value = (argument: ArgumentEntry): Scalar | undefined => {
    if (argument.type === 'handle') return handle(argument);
    if (argument.default !== undefined && random() < 0.6) return undefined;
    switch (argument.type) {
      case 'integer': {
        const { min = 0, max = 100, edges = [] } = argument;
        return random() < 0.7 && edges.length > 0
          ? Number(one(edges))
          : min + below(Math.min(max - min, 1000) + 1);
      }
      case 'u64':
        return random() < 0.6
          ? String(one(argument.edges ?? ['0x0']))
          : `0x${(below(2 ** 32) + 1).toString(16)}`;
      case 'flags':
        return (argument.values ?? []).filter(() => random() < 0.25).join('|');
      case 'choice':
        return one(argument.values ?? []);
      case 'boolean':
        return random() < 0.5;
      default:
        return undefined;
    }
  };

  while (steps.length < length) {
    if (open.size > 0 && random() < 0.15) {
      const call = one([...open.keys()]);
      open.delete(call);
      steps.push({ op: 'end', call });
      continue;
    }
    const operation = one(weighted);
    // Few objects and few ends leave time for what happens between.
    if (operation.binds !== undefined && bound.length > 3 && random() < 0.8) continue;
    if (operation.name === 'exit' && random() < 0.8) continue;
    if (operation.name === 'close' && random() < 0.7) continue;
    const busy = new Set(open.values());
    const actors = Array.from(
      { length: interfaceFile.actors.max },
      (_, index) => `${shape.actorPrefix}${index}`,
    );
    const free = actors.filter((actor) => !busy.has(actor));
    if (free.length === 0) continue;
    const step: Record<string, Scalar> = { op: operation.name };
    const actor = random() < 0.5 && free.includes(shape.firstActor) ? shape.firstActor : one(free);
    if (actor !== shape.firstActor) step.actor = actor;
    let fits = true;
    for (const argument of operation.arguments) {
      const given = value(argument);
      if (given !== undefined) step[argument.name] = given;
      else if (argument.default === undefined) fits = false;
    }
    if (!fits) continue;
    if (operation.binds !== undefined) {
      names += 1;
      step.as = `h${names}`;
      bound.push({ name: `h${names}`, kind: operation.binds });
    }
    if (operation.blocks && open.size < 2 && actor !== shape.firstActor && random() < 0.5) {
      names += 1;
      step.begin = `c${names}`;
      open.set(`c${names}`, actor);
    }
    steps.push(step as unknown as Step);
  }
  return { interface: interfaceFile.interface, steps };
};

/** Settles, ends the calls still open, then drains every ring: the closing of a message program. */
export const drainEveryRing = ({ steps }: Program): readonly Step[] => {
  const ended = new Set(steps.flatMap(({ op, call }) => (op === 'end' ? [call] : [])));
  return [
    { op: 'settle' },
    ...steps.flatMap(({ begin }) =>
      begin === undefined || ended.has(begin) ? [] : [{ op: 'end', call: begin }],
    ),
    ...steps.flatMap(({ op, as }) => (op === 'setup' && as !== undefined ? [{ op: 'drain', ring: as }] : [])),
  ];
};
