/**
 * The acceptance of traces by its definition, to hold the fold against: every step of the machine is tried at every
 * moment, in every order, one after the other. No set of worlds, no key, no look ahead, no short cut. A call may take
 * effect with any result at all, and only its return says whether that was the right one. Exponential, so for programs
 * of a few steps.
 */

import type { ClauseId, Result, Step, TraceEvent } from '#spec/index';
import type { AcceptanceOptions } from '../acceptance.ts';
import { type Choices, narrow } from '../choices.ts';
import type { Context, Phase, Successor } from '../outcome.ts';
import type { Invention } from './invention.test.support.ts';

/** What all explanations of a trace together say. */
export interface Explanations {
  /** How many there are; 0 refuses the trace. */
  readonly count: number;
  /** How many need no breach of the relaxed clause. */
  readonly exact: number;
  /** Clauses that every explanation exercised. */
  readonly exercised: ReadonlySet<ClauseId>;
  /** Values that some explanation leaves possible. */
  readonly choices: Choices;
}

/** More steps than a test should take. */
export class TooManySteps extends Error {}

const stepsMax = 60_000;

interface Call {
  readonly index: number;
  readonly beganUs: number;
  readonly alone: boolean;
  readonly phase: Phase | null;
  /** With which it has taken effect; null before. */
  readonly result: Result | null;
}

interface World<S> {
  readonly state: S;
  readonly choices: Choices;
  readonly calls: readonly Call[];
  readonly exercised: ReadonlySet<ClauseId>;
  readonly breached: boolean;
}

/** Begin and return of every call, each an event of its own. What was recorded as one began after the event before. */
const apart = (events: readonly TraceEvent[]): readonly TraceEvent[] =>
  events.flatMap((event, at) =>
    event.event === 'ran'
      ? [
          { event: 'call', step: event.step, at: events[at - 1]?.at ?? 0 },
          { ...event, event: 'return' },
        ]
      : [event],
  );

/** All explanations of a trace. */
export const explainByForce = <S>(
  { machine, results }: Invention<S>,
  steps: readonly Step[],
  trace: readonly TraceEvent[],
  options: AcceptanceOptions = {},
): Explanations => {
  const events = apart(trace);
  const { relaxed = null, states = () => true, inconstant = -1 } = options;
  const { granularityUs = 1_000, slackUs = 5_000_000, choices = machine.points.open() } = options;
  const stepAt = (index: number) => steps[index] as Step;
  const equal = (a: Result, b: Result) => JSON.stringify(a) === JSON.stringify(b);
  const returnOf = (index: number) =>
    events.findIndex((event) => event.event === 'return' && event.step === index);
  const seenFrom = (index: number): readonly Result[] => {
    const event = events[returnOf(index)];
    const known = results(stepAt(index));
    return event?.event === 'return' && !known.some((one) => equal(one, event.result))
      ? [...known, event.result]
      : known;
  };
  const spanOf = (index: number): readonly [number, number] => {
    const end = returnOf(index);
    return [
      events.findIndex((event) => event.event === 'call' && event.step === index),
      end < 0 ? events.length : end,
    ];
  };
  const isAlone = (index: number): boolean => {
    const [from, to] = spanOf(index);
    return events.every((event) => {
      if (event.event !== 'call' || event.step === index) return true;
      const [otherFrom, otherTo] = spanOf(event.step);
      return otherTo < from || otherFrom > to;
    });
  };
  let spent = 0;
  let count = 0;
  let exact = 0;
  let exercised: Set<ClauseId> | null = null;
  let possible = choices.map(() => 0);

  const contextOf = (world: World<S>, nowUs: number, call: Call | null): Context => ({
    choices: world.choices,
    relaxed,
    states,
    actor: call ? (stepAt(call.index).actor ?? 't0') : '',
    nowUs,
    beganUs: call?.beganUs ?? nowUs,
    phase: call?.phase ?? null,
    alone: call?.alone ?? false,
    granularityUs,
    slackUs,
  });

  const after = (
    world: World<S>,
    successor: Successor<S>,
    calls: readonly Call[],
    tested: readonly ClauseId[],
  ) => {
    const left = narrow(world.choices, successor.narrows, inconstant);
    return left === null
      ? []
      : [
          {
            state: successor.state,
            choices: left,
            calls,
            exercised: new Set([...world.exercised, ...tested]),
            breached: world.breached || successor.breach !== null,
          },
        ];
  };

  /** Every world one step further. */
  const moves = (world: World<S>, nowUs: number): World<S>[] => {
    const internal = machine.internal?.(contextOf(world, nowUs, null), world.state) ?? [];
    const next = internal.flatMap((step) => after(world, step, world.calls, step.exercised));
    world.calls.forEach((call, place) => {
      if (call.result !== null) return;
      const seen = returnOf(call.index) >= 0;
      for (const outcome of machine.call(contextOf(world, nowUs, call), world.state, stepAt(call.index))) {
        const become = (changed: Partial<Call>) => world.calls.with(place, { ...call, ...changed });
        if (outcome.phase !== undefined)
          for (const successor of outcome.accept({}))
            next.push(
              ...after(world, successor, become({ phase: outcome.phase }), seen ? successor.exercised : []),
            );
        else
          for (const result of seenFrom(call.index))
            for (const successor of outcome.accept(result)) {
              const missed = (successor.wakes ?? []).filter((clause) => isMissed(call.index, clause));
              const tested = seen ? [...successor.exercised, ...missed] : [];
              next.push(...after(world, successor, become({ result }), tested));
            }
      }
    });
    return next;
  };

  /** Would a settle, before the program waits for the call by name, have refused that it had not returned? */
  const missedBefore = new Map<string, boolean>();
  const isMissed = (index: number, clause: ClauseId): boolean => {
    const question = `${index} ${clause}`;
    const known = missedBefore.get(question);
    if (known !== undefined) return known;
    const name = stepAt(index).begin;
    const end = steps.findIndex((step) => step.op === 'end' && step.call === name);
    const returned = trace.findIndex((event) => event.event === 'return' && event.step === index);
    const settle = trace.findIndex((event, at) => at > returned && event.event === 'settle');
    const isInTime = settle >= 0 && (end < 0 || (trace[settle] as TraceEvent).step < end);
    const answer = (): boolean => {
      if (name === undefined || returned < 0 || !isInTime) return false;
      const without = trace.filter((_, at) => at <= settle && at !== returned);
      const hung = explainByForce({ machine, results } as Invention<S>, steps, without, {
        ...options,
        relaxed: clause,
      });
      return hung.count > 0 && hung.exact === 0;
    };
    const found = relaxed === null && answer();
    missedBefore.set(question, found);
    return found;
  };

  const record = (world: World<S>): void => {
    count++;
    if (!world.breached) exact++;
    exercised =
      exercised === null
        ? new Set(world.exercised)
        : new Set([...exercised].filter((clause) => world.exercised.has(clause)));
    possible = possible.map((mask, point) => mask | (world.choices[point] ?? 0));
  };

  /** False when something must still happen; otherwise whether the relaxed clause had to excuse a call. */
  const quiet = (world: World<S>, nowUs: number): { readonly excused: boolean } | false => {
    let excused = false;
    for (const call of world.calls) {
      if (call.result !== null) return false;
      for (const outcome of machine.call(contextOf(world, nowUs, call), world.state, stepAt(call.index))) {
        if (outcome.may) continue;
        if (relaxed === null || !outcome.clauses.includes(relaxed)) return false;
        excused = true;
      }
    }
    const left = machine.internal?.(contextOf(world, nowUs, null), world.state) ?? [];
    return left.every(({ may }) => may) && { excused };
  };

  const consume = (world: World<S>, event: TraceEvent): World<S>[] => {
    switch (event.event) {
      case 'call':
      case 'ran': {
        const begun = {
          index: event.step,
          beganUs: event.at,
          alone: isAlone(event.step),
          phase: null,
          result: null,
        };
        return [{ ...world, calls: [...world.calls, begun] }];
      }
      case 'return': {
        const call = world.calls.find(({ index }) => index === event.step);
        if (!call?.result || !equal(call.result, event.result)) return [];
        return [{ ...world, calls: world.calls.filter((other) => other !== call) }];
      }
      case 'settle': {
        const rest = quiet(world, event.at);
        if (rest === false) return [];
        return [{ ...world, state: machine.settled(world.state), breached: world.breached || rest.excused }];
      }
    }
  };

  const explore = (world: World<S>, at: number): void => {
    if (++spent > stepsMax) throw new TooManySteps();
    const event = events[at];
    if (event) {
      for (const next of moves(world, event.at)) explore(next, at);
      for (const next of consume(world, event)) explore(next, at + 1);
    } else record(world);
  };

  explore({ state: machine.initial, choices, calls: [], exercised: new Set(), breached: false }, 0);
  return { count, exact, exercised: exercised ?? new Set(), choices: possible };
};
