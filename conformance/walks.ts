/** The small worlds of an interface, walked: what is reached, what never is, and whether what has to hold does. */

import { Exploration, type Explored, type Machine, type SmallWorld, type Visitor } from '#model/index';
import { Rehearsal } from '#model/rehearsal';
import { type Happening, Steps } from '#model/steps';
import { type ClauseId, clauses, type InterfaceName, interfaceFile, type Program } from '#spec/index';
import { guideOf, machineOf } from './interfaces.ts';
import { editionOf, statesOf } from './oracle.ts';

export interface WalkOptions {
  readonly edition?: string;
  /** Longest program, in steps. */
  readonly maxSteps: number;
  /** States to keep of one world before its walk ends. */
  readonly maxStates: number;
  /** Clauses of which it matters whether they are reached. */
  readonly sought?: readonly ClauseId[];
  /** A machine in place of the interface's own. */
  readonly machine?: Machine<unknown>;
}

/** The walk of one world. */
export interface Walked {
  readonly explored: Explored;
  /** Time of the walk itself, in milliseconds. */
  readonly durationMs: number;
  /** Clauses that some move cites or tests; of those that were sought, some step of a closing too. */
  readonly reached: ReadonlySet<ClauseId>;
  /** The shortest program after which something does not hold that has to. */
  readonly broken: readonly { readonly invariant: string; readonly program: Program }[];
}

/**
 * Walks one world. Every program is closed when it is run; closings are looked at as far as clauses that are sought were
 * not reached without.
 */
export const walkOf = (
  name: InterfaceName,
  world: SmallWorld,
  { edition, maxSteps, maxStates, sought = [], machine = machineOf(name) }: WalkOptions,
  visitor: Visitor<unknown> = {},
): Walked => {
  const states = statesOf(name, editionOf(name, edition).id);
  const exploration = new Exploration(machine, world, { maxSteps, maxStates, states });
  const reached = new Set<ClauseId>();
  const note = ({ clauses: cited, exercised, wakes }: Happening<unknown>): void => {
    for (const clause of cited) reached.add(clause);
    for (const clause of exercised) reached.add(clause);
    for (const clause of wakes) reached.add(clause);
  };
  const began = performance.now();
  const explored = exploration.run({
    ...visitor,
    move: (from, to, turn) => {
      note(turn.happening);
      visitor.move?.(from, to, turn);
    },
  });
  const durationMs = performance.now() - began;
  const { closing } = guideOf(name);
  const steps = new Steps(machine, states);
  const isMissing = () => sought.some((clause) => !reached.has(clause));
  for (let id = 0; id < explored.states && isMissing(); id++) {
    const { moment } = exploration.place(id);
    const body = exploration.bodyTo(id);
    const look = (happening: Happening<unknown>): boolean => {
      note(happening);
      return false;
    };
    if (moment.calls.every(({ awaited }) => !awaited))
      new Rehearsal(steps, moment, body, look, null).play(closing(body));
  }
  const broken = explored.broken.map(({ invariant, state }) => {
    const body = exploration.bodyTo(state);
    const { version } = interfaceFile(name);
    return { invariant, program: { interface: name, version, steps: [...body, ...closing(body)] } };
  });
  return { explored, durationMs, reached, broken };
};

/**
 * The clauses that no walk reached, of those that the machine has and the edition states: dead ones, which demand
 * something that nothing can refute, and those that demand nothing by themselves.
 */
export const unreached = (
  name: InterfaceName,
  edition: string | undefined,
  reached: ReadonlySet<ClauseId>,
): { readonly dead: readonly ClauseId[]; readonly open: readonly ClauseId[] } => {
  const states = statesOf(name, editionOf(name, edition).id);
  const never = machineOf(name).clauses.filter((clause) => states(clause) && !reached.has(clause));
  const leftOpen = new Set<string>(
    clauses(name)
      .filter(({ strength }) => strength === 'unspecified')
      .map(({ id }) => id),
  );
  return {
    dead: never.filter((clause) => !leftOpen.has(clause)),
    open: never.filter((clause) => leftOpen.has(clause)),
  };
};
