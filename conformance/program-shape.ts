/**
 * The shape of a program: which steps bind, use, begin and end what, read from interface.json alone. Everything that
 * cuts, joins or rearranges programs stands on it, so none of that knows an interface.
 */

import type { ArgumentEntry, InterfaceFile, OperationEntry, Program, Step } from '#spec/index';

/** A handle that a step brings into being. */
export interface Binding {
  readonly name: string;
  readonly kind: string;
  /** Index of the step that binds it. */
  readonly index: number;
}

/** A handle named by a step, in one of its arguments; nothing may have bound it. */
export interface HandleUse {
  readonly argument: ArgumentEntry;
  readonly name: string;
}

/** Waits for everything that happens by itself; every interface has it. */
export const SETTLE = 'settle';
/** Waits for a call that was begun; every interface has it. */
export const END = 'end';

/** Literals such as `@closed` stand where handles stand, but name none. */
export const isLiteral = (name: string): boolean => name.startsWith('@');

/** How the steps of one interface hang together. */
export class ProgramShape {
  readonly interfaceFile: InterfaceFile;
  readonly actorPrefix: string;
  /** The actor of a step that names none. */
  readonly firstActor: string;
  readonly #operations: ReadonlyMap<string, OperationEntry>;
  readonly #handleArguments: ReadonlyMap<string, readonly ArgumentEntry[]>;

  constructor(interfaceFile: InterfaceFile) {
    this.interfaceFile = interfaceFile;
    this.actorPrefix = interfaceFile.actors.prefix ?? 't';
    this.firstActor = `${this.actorPrefix}0`;
    this.#operations = new Map(interfaceFile.operations.map((operation) => [operation.name, operation]));
    this.#handleArguments = new Map(
      interfaceFile.operations.map((operation) => [
        operation.name,
        operation.arguments.filter(({ type }) => type === 'handle'),
      ]),
    );
  }

  /** The operation of a step; undefined for `settle`, `end` and what the interface does not know. */
  operation(step: Step): OperationEntry | undefined {
    return this.#operations.get(step.op);
  }

  actor(step: Step): string {
    return step.actor ?? this.firstActor;
  }

  /** Kind of the handle that a step binds. */
  boundKind(step: Step): string | undefined {
    return step.as === undefined ? undefined : this.operation(step)?.binds;
  }

  /** The arguments of a step's operation that take handles. */
  handleArguments(step: Step): readonly ArgumentEntry[] {
    return this.#handleArguments.get(step.op) ?? [];
  }

  /** Handles that a step names, bound or not, literals left out. */
  uses(step: Step): readonly HandleUse[] {
    const found: HandleUse[] = [];
    for (const argument of this.handleArguments(step)) {
      const name = step[argument.name];
      if (typeof name === 'string' && !isLiteral(name)) found.push({ argument, name });
    }
    return found;
  }

  usesHandle(step: Step, name: string): boolean {
    for (const { name: argument } of this.handleArguments(step)) if (step[argument] === name) return true;
    return false;
  }

  /** Every handle that the steps bind, in order. */
  bindings(steps: readonly Step[]): readonly Binding[] {
    return steps.flatMap((step, index) => {
      const kind = this.boundKind(step);
      return kind === undefined || step.as === undefined ? [] : [{ name: step.as, kind, index }];
    });
  }

  /** Everybody who acts or is named as an actor, in order of appearance. */
  actors(steps: readonly Step[]): readonly string[] {
    const found = new Set<string>();
    for (const step of steps) {
      found.add(this.actor(step));
      for (const argument of this.operation(step)?.arguments ?? []) {
        const value = step[argument.name];
        if (argument.type === 'actor' && typeof value === 'string') found.add(value);
      }
    }
    return [...found];
  }

  /** The steps that cannot stay when some go: users of what those bind, ends of what those begin, and so on. */
  dependents(steps: readonly Step[], gone: ReadonlySet<number>): ReadonlySet<number> {
    const removed = new Set(gone);
    const names = new Set<string>();
    const calls = new Set<string>();
    steps.forEach((step, index) => {
      const orphaned =
        (step.op === END && calls.has(String(step.call))) ||
        this.uses(step).some(({ name }) => names.has(name));
      if (orphaned) removed.add(index);
      if (removed.has(index)) {
        if (step.as !== undefined) names.add(step.as);
        if (step.begin !== undefined) calls.add(step.begin);
      } else if (step.as !== undefined) names.delete(step.as);
    });
    for (const index of gone) removed.delete(index);
    return removed;
  }

  /** The steps that are left when some go with all that depends on them. */
  without(steps: readonly Step[], gone: ReadonlySet<number>): readonly Step[] {
    const dependents = this.dependents(steps, gone);
    return steps.filter((_, index) => !gone.has(index) && !dependents.has(index));
  }

  /**
   * Whether names are given once, each `end` ends a call under way, and nobody acts while a call of theirs is open.
   * Handles that nothing bound are in order: operations are total over them.
   */
  isWellFormed(steps: readonly Step[]): boolean {
    const handles = new Set<string>();
    const calls = new Set<string>();
    const open = new Map<string, string>();
    for (const step of steps) {
      if (step.op === END) {
        if (!open.delete(String(step.call))) return false;
        continue;
      }
      if (step.op === SETTLE) continue;
      const actor = this.actor(step);
      for (const busy of open.values()) if (busy === actor) return false;
      if (step.as !== undefined) {
        if (handles.has(step.as)) return false;
        handles.add(step.as);
      }
      if (step.begin !== undefined) {
        if (calls.has(step.begin)) return false;
        calls.add(step.begin);
        open.set(step.begin, actor);
      }
    }
    return true;
  }
}

/** The steps with which a program must end, as a function of the steps before them. */
export type Closing = (body: Program) => readonly Step[];

/** A program cut in two: what is tried, and the closing that makes its effects seen. */
export interface ProgramParts {
  readonly body: readonly Step[];
  readonly closing: readonly Step[];
  /** Whether the closing is what the given function says of the body, so that it can be computed again. */
  readonly derived: boolean;
}

/** A longer closing is not looked for: the search costs its length times that of the program. */
const CLOSING_MAX = 512;

const sameSteps = (some: readonly Step[], others: readonly Step[]): boolean =>
  some.length === others.length && some.every((step, index) => sameStep(step, others[index]));

const sameStep = (one: Step, other: Step | undefined): boolean => {
  if (other === undefined) return false;
  const members = Object.keys(one);
  return (
    members.length === Object.keys(other).length && members.every((member) => one[member] === other[member])
  );
};

const isClosingStep = ({ op }: Step): boolean => op === SETTLE || op === 'drain';

/**
 * Cuts a program before the longest ending that is the closing of what stands before it. Where no ending is, or no
 * closing is given, the last steps that settle or drain are the closing.
 */
export const partsOf = (program: Program, closing?: Closing): ProgramParts => {
  const { steps } = program;
  if (closing !== undefined) {
    for (let length = Math.max(0, steps.length - CLOSING_MAX); length <= steps.length; length += 1) {
      const body = steps.slice(0, length);
      const ending = steps.slice(length);
      if (sameSteps(closing({ ...program, steps: body }), ending))
        return { body, closing: ending, derived: true };
    }
  }
  const length = steps.findLastIndex((step) => !isClosingStep(step)) + 1;
  return { body: steps.slice(0, length), closing: steps.slice(length), derived: false };
};

/** The steps of a program before its closing. */
export const bodyOf = (program: Program, closing?: Closing): readonly Step[] =>
  partsOf(program, closing).body;

/** The closing steps of a program. */
export const closingOf = (program: Program, closing?: Closing): readonly Step[] =>
  partsOf(program, closing).closing;
