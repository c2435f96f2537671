/**
 * Trace and machine in, verdict out. Nothing in here acts on a system: a trace recorded on a machine that nobody will
 * see again can be judged later, by a better model.
 */

import {
  type Acceptance,
  type AcceptanceOptions,
  accept,
  choicesOf,
  exercisedBy,
  MalformedTrace,
} from '#model/index';
import {
  type ClauseId,
  clauseFile,
  clauses,
  type EditionEntry,
  type InterfaceName,
  interfaceNames,
  type PointId,
  type Program,
  type TraceEvent,
  UsageError,
} from '#spec/index';
import { type Deviation, explain, recognise, unexplained } from './explanation.ts';
import { machineOf } from './interfaces.ts';

/** Against what a trace is held. */
export interface JudgeOptions {
  /** Edition in force; the interface's default when absent. */
  readonly edition?: string;
  /** Presets variation points; `docs` presets none. */
  readonly profile?: string;
  /** States examined before the oracle gives up. */
  readonly budget?: number;
  /** Deviations found earlier: a trace that one of them explains is not looked into any further. */
  readonly known?: readonly Deviation[];
  /** Only this deviation is of interest: another one is not explained. */
  readonly sought?: Deviation;
  /** Judge every other edition too; default true. */
  readonly everyEdition?: boolean;
}

/** What a trace says about one variation point. */
export interface ChoiceSeen {
  readonly point: PointId;
  /** Values that the trace leaves possible. */
  readonly possible: readonly string[];
  /** True when the trace ruled some value out. */
  readonly proved: boolean;
}

/** A verdict about one trace. */
export interface Judgement {
  readonly verdict: 'conforms' | 'violates' | 'inconclusive';
  /** Why the oracle cannot tell; null unless inconclusive. */
  readonly reason: string | null;
  readonly deviation: Deviation | null;
  /** Clauses that this trace could have refuted, and did not. */
  readonly exercised: ReadonlySet<ClauseId>;
  /** Points of which some value was ruled out. */
  readonly choices: readonly ChoiceSeen[];
  /** Editions under which the trace is no violation hold `violates: false`. */
  readonly editions: readonly { readonly id: string; readonly violates: boolean }[];
  /** Largest number of states alive at once. */
  readonly widest: number;
}

const isInterface = (name: string): name is InterfaceName =>
  (interfaceNames as readonly string[]).includes(name);

/** The interface of a program, or a usage error that lists what there is. */
const interfaceOf = (program: Program): InterfaceName => {
  if (isInterface(program.interface)) return program.interface;
  throw new UsageError(`unknown interface ${program.interface}; there is ${interfaceNames.join(', ')}`);
};

/** The edition named, or the default one of the interface. */
export const editionOf = (name: InterfaceName, id?: string): EditionEntry => {
  const { editions } = clauseFile(name);
  const found =
    id === undefined
      ? (editions.find((edition) => edition.default) ?? editions[0])
      : editions.find((e) => e.id === id);
  if (!found)
    throw new UsageError(`${name} has no edition ${id}; there is ${editions.map((e) => e.id).join(', ')}`);
  return found;
};

const membership = new Map<string, ReadonlySet<string>>();

/** Does the edition contain the clause? */
export const statesOf = (name: InterfaceName, edition: string): ((clause: ClauseId) => boolean) => {
  const key = `${name} ${edition}`;
  let members = membership.get(key);
  if (!members) {
    members = new Set(
      clauses(name)
        .filter((clause) => clause.editions === undefined || clause.editions.includes(edition))
        .map(({ id }) => id),
    );
    membership.set(key, members);
  }
  const known = members;
  return (clause) => known.has(clause);
};

/** The choices that a profile presets. */
export const presetOf = (
  name: InterfaceName,
  profile = 'docs',
): Readonly<Record<string, readonly string[]>> => {
  const { profiles = [] } = clauseFile(name);
  const found = profiles.find(({ id }) => id === profile);
  if (found) return found.choices as Readonly<Record<string, readonly string[]>>;
  if (profile === 'docs') return {};
  throw new UsageError(
    `${name} has no profile ${profile}; there is ${profiles.map(({ id }) => id).join(', ')}`,
  );
};

/**
 * Holds a trace against the documents.
 *
 * @throws {MalformedTrace} The events are not those of this program.
 * @throws {UsageError} Unknown interface, edition or profile.
 */
export const judge = (
  program: Program,
  events: readonly TraceEvent[],
  options: JudgeOptions = {},
): Judgement => {
  const name = interfaceOf(program);
  const machine = machineOf(name);
  const edition = editionOf(name, options.edition);
  const unfinished = checkEvents(program, events);
  const basis = basisOf(name, edition.id, options);
  const acceptance = accept(machine, program.steps, events, basis);
  const common = { editions: [], widest: acceptance.widest };
  if (acceptance.verdict === 'exhausted')
    return {
      ...common,
      verdict: 'inconclusive',
      reason: 'the calls overlap in more ways than the oracle follows',
      deviation: null,
      exercised: new Set(),
      choices: [],
    };
  const { everyEdition = true } = options;
  const editions = everyEdition ? judgeEditions(name, program, events, basis, edition.id, acceptance) : [];
  if (acceptance.refused) {
    const evidence = {
      name,
      machine,
      program,
      events,
      basis,
      refused: acceptance.refused,
      edition,
      editions,
    };
    const { known = [], sought } = options;
    const deviation =
      sought === undefined
        ? (recognise(evidence, known) ?? explain(evidence))
        : (recognise(evidence, [sought]) ?? unexplained(evidence));
    return {
      ...common,
      verdict: 'violates',
      reason: null,
      deviation,
      exercised: new Set(),
      choices: [],
      editions,
    };
  }
  const exercised = exercisedBy(acceptance.entries);
  const choices = choicesSeen(name, acceptance);
  return {
    ...common,
    verdict: unfinished === null ? 'conforms' : 'inconclusive',
    reason: unfinished,
    deviation: null,
    exercised,
    choices,
    editions,
  };
};

const choicesSeen = (name: InterfaceName, acceptance: Acceptance<unknown>): readonly ChoiceSeen[] => {
  const { points } = machineOf(name);
  const out: ChoiceSeen[] = [];
  choicesOf(acceptance.entries).forEach((mask, point) => {
    if (mask === points.full(point)) return;
    out.push({ point: points.ids[point] as PointId, possible: points.values(point, mask), proved: true });
  });
  return out;
};

const bases = new Map<string, AcceptanceOptions>();

/** What the fold starts from; the same object for every trace of a run. */
const basisOf = (
  name: InterfaceName,
  edition: string,
  { profile, budget }: JudgeOptions,
): AcceptanceOptions => {
  const key = `${name} ${edition} ${profile} ${budget}`;
  let known = bases.get(key);
  if (!known) {
    known = {
      states: statesOf(name, edition),
      choices: machineOf(name).points.open(presetOf(name, profile)),
      ...(budget !== undefined && { budget }),
    };
    bases.set(key, known);
  }
  return known;
};

const conforming = new Map<InterfaceName, Judgement['editions']>();

/** The ordinary case, made once. */
const everyEditionConforms = (name: InterfaceName): Judgement['editions'] => {
  let known = conforming.get(name);
  if (!known) {
    known = clauseFile(name).editions.map(({ id }) => ({ id, violates: false }));
    conforming.set(name, known);
  }
  return known;
};

/** Every edition's verdict; the fold runs again only where the first one asked what its edition says. */
const judgeEditions = (
  name: InterfaceName,
  program: Program,
  events: readonly TraceEvent[],
  basis: AcceptanceOptions,
  inForce: string,
  acceptance: Acceptance<unknown>,
): Judgement['editions'] => {
  const refused = acceptance.verdict === 'refused';
  if (!refused && !acceptance.editionMattered) return everyEditionConforms(name);
  // Editions that state the same checkable clauses cannot differ.
  const verdicts = new Map([[checkedBy(name, inForce), refused]]);
  return clauseFile(name).editions.map(({ id }) => {
    const checked = checkedBy(name, id);
    let violates = acceptance.editionMattered ? verdicts.get(checked) : refused;
    if (violates === undefined) {
      const other = accept(machineOf(name), program.steps, events, { ...basis, states: statesOf(name, id) });
      violates = other.verdict === 'refused';
      verdicts.set(checked, violates);
    }
    return { id, violates };
  });
};

const checkedClauses = new Map<string, string>();

/** The clauses of an edition that a machine can check, as one text. */
const checkedBy = (name: InterfaceName, edition: string): string => {
  const key = `${name} ${edition}`;
  let known = checkedClauses.get(key);
  if (known === undefined) {
    known = machineOf(name).clauses.filter(statesOf(name, edition)).join();
    checkedClauses.set(key, known);
  }
  return known;
};

/**
 * Are these the events of this program? Returns why the trace is incomplete, or null.
 *
 * @throws {MalformedTrace} They cannot be.
 */
export const checkEvents = (program: Program, events: readonly TraceEvent[]): string | null => {
  const { steps } = program;
  let next = 0;
  let now = 0;
  let open: Set<number> | null = null;
  const skipEnds = () => {
    while (next < steps.length && steps[next]?.op === 'end') next++;
  };
  for (let index = 0; index < events.length; index++) {
    const event = events[index] as TraceEvent;
    const wrong = (why: string) => new MalformedTrace(`/events/${index}: ${why}`);
    if (event.at < now) throw wrong('time runs backwards');
    now = event.at;
    if (event.event === 'return') {
      if (!open?.delete(event.step)) throw wrong(`step ${event.step} returned, but was not under way`);
      continue;
    }
    skipEnds();
    const step = steps[event.step];
    if (!step) throw wrong(`there is no step ${event.step}`);
    if (event.step !== next) throw wrong(`step ${event.step} came where step ${next} was due`);
    next++;
    const kind = step.op === 'settle' ? 'settle' : step.begin === undefined ? 'ran' : 'call';
    if (event.event !== kind && !(kind === 'call' && event.event === 'ran'))
      throw wrong(`step ${event.step} (${step.op}) is recorded as ${event.event}, not ${kind}`);
    if (event.event === 'call') {
      open = open ?? new Set();
      open.add(event.step);
    }
  }
  skipEnds();
  return next < steps.length ? `the trace ends before step ${next}` : null;
};
