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
  type Machine,
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
  type Step,
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

/** The edition named, or else that of the profile, or else the default one of the interface. */
export const editionOf = (name: InterfaceName, asked?: string, profile?: string): EditionEntry => {
  const { editions, profiles = [] } = clauseFile(name);
  const id = asked ?? profiles.find((one) => one.id === profile)?.edition;
  const found =
    id === undefined
      ? (editions.find((edition) => edition.default) ?? editions[0])
      : editions.find((e) => e.id === id);
  if (!found)
    throw new UsageError(`${name} has no edition ${id}; there is ${editions.map((e) => e.id).join(', ')}`);
  return found;
};

/** Does the edition contain the clause? */
export const statesOf = (name: InterfaceName, edition: string): ((clause: ClauseId) => boolean) => {
  const members = new Set<string>(
    clauses(name)
      .filter((clause) => clause.editions === undefined || clause.editions.includes(edition))
      .map(({ id }) => id),
  );
  return (clause) => members.has(clause);
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
  const standard = standardOf(name, options);
  const { machine, edition, basis } = standard;
  const unfinished = checkEvents(program, events);
  const acceptance = accept(machine, program.steps, events, basis);
  const { widest } = acceptance;
  if (acceptance.verdict === 'exhausted')
    return {
      verdict: 'inconclusive',
      reason: 'the calls overlap in more ways than the oracle follows',
      deviation: null,
      exercised: new Set(),
      choices: [],
      editions: [],
      widest,
    };
  const { everyEdition = true } = options;
  const editions = everyEdition ? judgeEditions(standard, program, events, acceptance) : [];
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
      verdict: 'violates',
      reason: null,
      deviation,
      exercised: new Set(),
      choices: [],
      editions,
      widest,
    };
  }
  const exercised = exercisedBy(acceptance.entries);
  const choices = choicesSeen(machine, acceptance);
  return {
    verdict: unfinished === null ? 'conforms' : 'inconclusive',
    reason: unfinished,
    deviation: null,
    exercised,
    choices,
    editions,
    widest,
  };
};

const choicesSeen = (
  { points }: Machine<unknown>,
  acceptance: Acceptance<unknown>,
): readonly ChoiceSeen[] => {
  const out: ChoiceSeen[] = [];
  choicesOf(acceptance.entries).forEach((mask, point) => {
    if (mask === points.full(point)) return;
    out.push({ point: points.ids[point] as PointId, possible: points.values(point, mask), proved: true });
  });
  return out;
};

/** What traces are held against under one edition and profile. */
interface Standard {
  readonly name: InterfaceName;
  readonly asked: JudgeOptions;
  readonly machine: Machine<unknown>;
  /** The edition in force. */
  readonly edition: EditionEntry;
  readonly basis: AcceptanceOptions;
  readonly editions: readonly {
    readonly id: string;
    readonly basis: AcceptanceOptions;
    /** The clauses that a machine can check, as one text: editions that state the same ones cannot differ. */
    readonly checked: string;
  }[];
  /** What most traces say of the editions. */
  readonly everyEditionConforms: Judgement['editions'];
}

let latest: Standard | null = null;

/** A run asks for the same standard again and again: the latest one is kept. */
const standardOf = (name: InterfaceName, asked: JudgeOptions): Standard => {
  if (
    latest === null ||
    latest.name !== name ||
    latest.asked.edition !== asked.edition ||
    latest.asked.profile !== asked.profile ||
    latest.asked.budget !== asked.budget
  )
    latest = makeStandard(name, asked);
  return latest;
};

const makeStandard = (name: InterfaceName, { edition: id, profile, budget }: JudgeOptions): Standard => {
  const machine = machineOf(name);
  const edition = editionOf(name, id, profile);
  const choices = machine.points.open(presetOf(name, profile));
  const basisOf = (states: (clause: ClauseId) => boolean): AcceptanceOptions => ({
    states,
    choices,
    ...(budget !== undefined && { budget }),
  });
  const editions = clauseFile(name).editions.map((entry) => {
    const states = statesOf(name, entry.id);
    return { id: entry.id, basis: basisOf(states), checked: machine.clauses.filter(states).join() };
  });
  return {
    name,
    asked: {
      ...(id !== undefined && { edition: id }),
      ...(profile !== undefined && { profile }),
      ...(budget !== undefined && { budget }),
    },
    machine,
    edition,
    basis: basisOf(statesOf(name, edition.id)),
    editions,
    everyEditionConforms: editions.map((entry) => ({ id: entry.id, violates: false })),
  };
};

/** Every edition's verdict; the fold runs again only from where the first one asked what its edition says. */
const judgeEditions = (
  { machine, edition, editions, everyEditionConforms }: Standard,
  program: Program,
  events: readonly TraceEvent[],
  acceptance: Acceptance<unknown>,
): Judgement['editions'] => {
  const refused = acceptance.verdict === 'refused';
  const { editionsPart: from } = acceptance;
  if (!refused && from === null) return everyEditionConforms;
  if (from === null) return editions.map(({ id }) => ({ id, violates: refused }));
  const verdicts = new Map<string, boolean>();
  for (const { id, checked } of editions) if (id === edition.id) verdicts.set(checked, refused);
  return editions.map(({ id, basis, checked }) => {
    let violates = verdicts.get(checked);
    if (violates === undefined) {
      violates = accept(machine, program.steps, events, { ...basis, from }).verdict === 'refused';
      verdicts.set(checked, violates);
    }
    return { id, violates };
  });
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
  for (let index = 0; index < events.length; index++) {
    const event = events[index] as TraceEvent;
    if (event.at < now) throw malformed(index, 'time runs backwards');
    now = event.at;
    if (event.event === 'return') {
      if (!open?.delete(event.step))
        throw malformed(index, `step ${event.step} returned, but was not under way`);
      continue;
    }
    next = afterEnds(steps, next);
    const step = steps[event.step];
    if (!step) throw malformed(index, `there is no step ${event.step}`);
    if (event.step !== next) throw malformed(index, `step ${event.step} came where step ${next} was due`);
    next++;
    const kind = step.op === 'settle' ? 'settle' : step.begin === undefined ? 'ran' : 'call';
    if (event.event !== kind && !(kind === 'call' && event.event === 'ran'))
      throw malformed(index, `step ${event.step} (${step.op}) is recorded as ${event.event}, not ${kind}`);
    if (event.event === 'call') {
      open = open ?? new Set();
      open.add(event.step);
    }
  }
  next = afterEnds(steps, next);
  return next < steps.length ? `the trace ends before step ${next}` : null;
};

/** The next step that an event has to be about: the ends of calls leave no event of their own. */
const afterEnds = (steps: readonly Step[], from: number): number => {
  let next = from;
  while (next < steps.length && steps[next]?.op === 'end') next++;
  return next;
};

const malformed = (index: number, why: string): MalformedTrace =>
  new MalformedTrace(`/events/${index}: ${why}`);
