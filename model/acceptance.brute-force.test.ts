/**
 * The fold against the definition of acceptance, on random programs of the invented machines: traces that a conforming
 * system recorded, and the same traces falsified. Both have to say the same about every one of them.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step, TraceEvent } from '#spec/index';
import { type AcceptanceOptions, accept } from './acceptance.ts';
import { choicesOf, exercisedBy } from './entry.ts';
import { attachments } from './invented/attachments.test.support.ts';
import { type Explanations, explainByForce, TooManySteps } from './invented/brute-force.test.support.ts';
import { fanOut } from './invented/fan-out.test.support.ts';
import type { Invention } from './invented/invention.test.support.ts';
import { letters } from './invented/letters.test.support.ts';
import { type Dice, perform } from './invented/performance.test.support.ts';
import { receiver } from './invented/receiver.test.support.ts';
import { waiters } from './invented/waiters.test.support.ts';

/** Each with the longest program that brute force explains in good time, and how many programs. */
const inventions = [
  ['receiver', receiver, 5, 80],
  ['waiters', waiters, 7, 80],
  ['fan-out', fanOut, 7, 200],
  ['attachments', attachments, 7, 150],
  ['letters', letters, 7, 200],
] as unknown as readonly (readonly [string, Invention<unknown>, number, number])[];

/** Time of the invented worlds: time-outs are 2 ms, events at most 1.5 ms apart. */
const limits = { granularityUs: 100, slackUs: 1_000 };
const overlapsMax = 3;

/** Numbers for a dice, drawn by fast-check so that a failure shrinks. */
const draws = (length: number) => fc.array(fc.nat(997), { minLength: length, maxLength: length });

const diceOf = (numbers: readonly number[]): Dice => {
  let next = 0;
  return (bound) => (numbers[next++ % numbers.length] as number) % bound;
};

/** A program: steps of the invention, some of them begun and ended apart, and settles. */
const programOf = (
  { steps: known, overlaps }: Invention<unknown>,
  stepsMax: number,
  dice: Dice,
): readonly Step[] => {
  const steps: Step[] = [];
  const open: Step[] = [];
  const length = stepsMax - dice(stepsMax - 2);
  while (steps.length < length) {
    const drawn = dice(known.length + 3);
    const step = known[drawn];
    if (step === undefined) {
      const [ended] = drawn === known.length && open.length > 0 ? open.splice(dice(open.length), 1) : [];
      steps.push(ended ? { op: 'end', call: ended.begin as string } : { op: 'settle' });
    } else if (!open.some(({ actor }) => actor === step.actor)) {
      const begun = overlaps(step) && open.length < overlapsMax && dice(3) > 0;
      const named = begun ? { ...step, begin: `c${steps.length}` } : step;
      if (begun) open.push(named);
      steps.push(named);
    } else steps.push({ op: 'settle' });
  }
  return dice(2) > 0 ? steps : [...steps, { op: 'settle' }];
};

/** The trace with one thing in it changed: a result, an event gone, two events in the other order, the time. */
const falsified = (
  { results }: Invention<unknown>,
  steps: readonly Step[],
  events: readonly TraceEvent[],
  dice: Dice,
): readonly TraceEvent[] => {
  const at = dice(events.length || 1);
  const event = events[at];
  const following = events[at + 1];
  const kind = dice(7);
  if (!event) return events;
  if (kind === 0 && event.event !== 'call') return events.toSpliced(at, 1);
  if (kind === 1) {
    const lateUs = dice(3_000);
    return events.map((one, index) => (index < at ? one : { ...one, at: one.at + lateUs }));
  }
  if (kind === 2 && following?.event === 'return' && following.step !== event.step)
    return events.toSpliced(at, 2, { ...following, at: event.at }, { ...event, at: following.at });
  const lies = otherResults(results, steps, events);
  return lies[dice(lies.length || 1)]?.events ?? events;
};

/** The traces in which one call returned something else, and where. */
const otherResults = (
  results: Invention<unknown>['results'],
  steps: readonly Step[],
  events: readonly TraceEvent[],
): readonly { readonly at: number; readonly events: readonly TraceEvent[] }[] =>
  events.flatMap((event, at) => {
    if (event.event !== 'ran' && event.event !== 'return') return [];
    const others = results(steps[event.step] as Step);
    return others
      .filter((result) => JSON.stringify(result) !== JSON.stringify(event.result))
      .map((result) => ({ at, events: events.with(at, { ...event, result }) }));
  });

/** The traces that differ in one observation, to their end or cut off there: a result, or a return that did not come. */
const alternatives = (
  { results }: Invention<unknown>,
  steps: readonly Step[],
  events: readonly TraceEvent[],
): readonly (readonly TraceEvent[])[] => {
  const others = otherResults(results, steps, events);
  const hanging = events.flatMap((event, at) =>
    event.event === 'return'
      ? events.flatMap(({ event: later }, settle) =>
          later === 'settle' && settle > at ? [events.slice(0, settle + 1).toSpliced(at, 1)] : [],
        )
      : [],
  );
  return [
    ...others.map((one) => one.events),
    ...others.map((one) => one.events.slice(0, one.at + 1)),
    ...hanging,
  ];
};

interface Tally {
  accepted: number;
  refused: number;
  skipped: number;
  breached: number;
  readonly exercised: Set<string>;
}

describe.each(inventions)(
  '%s: the fold says what the definition says',
  (name, invention, stepsMax, programs) => {
    const { machine } = invention;
    const tally: Tally = { accepted: 0, refused: 0, skipped: 0, breached: 0, exercised: new Set() };

    const byForce = (...question: Parameters<typeof explainByForce>): Explanations | null => {
      try {
        return explainByForce(...question);
      } catch (error) {
        if (error instanceof TooManySteps) return null;
        throw error;
      }
    };

    /** Compares the two on one trace. */
    const agree = (
      steps: readonly Step[],
      events: readonly TraceEvent[],
      options: AcceptanceOptions,
    ): void => {
      const told = byForce(invention, steps, events, options);
      if (told === null) {
        tally.skipped++;
        return;
      }
      const { verdict, entries } = accept(machine, steps, events, options);
      const words = JSON.stringify({ steps, events, options });
      expect(verdict, words).toBe(told.count > 0 ? 'accepted' : 'refused');
      expect(choicesOf(entries), words).toEqual(told.count > 0 ? told.choices : []);
      if (options.relaxed) {
        const isExact = entries.some(({ breach }) => breach === null);
        expect(isExact, words).toBe(told.exact > 0);
        for (const { breach } of entries) if (breach) expect(breach.clause, words).toBe(options.relaxed);
        if (told.count > 0 && told.exact === 0) tally.breached++;
      } else {
        expect([...exercisedBy(entries)].sort(), words).toEqual([...told.exercised].sort());
        for (const clause of told.exercised) tally.exercised.add(clause);
        if (told.count > 0) tally.accepted++;
        else tally.refused++;
      }
    };

    test('about random traces, as they are and falsified, firm and relaxed', () => {
      fc.assert(
        fc.property(draws(30), draws(60), draws(12), (forProgram, forSystem, forChange) => {
          const steps = programOf(invention, stepsMax, diceOf(forProgram));
          const honest = perform(invention, steps, diceOf(forSystem), limits);
          expect(accept(machine, steps, honest, limits).verdict).toBe('accepted');
          const dice = diceOf(forChange);
          const once = falsified(invention, steps, honest, dice);
          for (const events of [honest, once, falsified(invention, steps, once, dice)]) {
            agree(steps, events, limits);
            for (const relaxed of machine.clauses) agree(steps, events, { ...limits, relaxed });
            for (const inconstant of machine.points.ids.keys())
              agree(steps, events, { ...limits, inconstant });
          }
        }),
        { seed: 1, numRuns: programs },
      );
    });

    test('what counts as exercised could have been seen otherwise, had the clause not held', () => {
      fc.assert(
        fc.property(draws(30), draws(60), (forProgram, forSystem) => {
          const steps = programOf(invention, stepsMax, diceOf(forProgram));
          const events = perform(invention, steps, diceOf(forSystem), limits);
          const others = alternatives(invention, steps, events);
          for (const clause of exercisedBy(accept(machine, steps, events, limits).entries)) {
            const tells = others.some(
              (other) =>
                accept(machine, steps, other, limits).verdict === 'refused' &&
                accept(machine, steps, other, { ...limits, relaxed: clause }).verdict === 'accepted',
            );
            expect(tells, JSON.stringify({ clause, steps, events })).toBe(true);
          }
        }),
        { seed: 1, numRuns: programs },
      );
    });

    test('and looked at enough of them', () => {
      if (programs > 200) console.log(name, JSON.stringify({ ...tally, exercised: [...tally.exercised] }));
      expect(tally.accepted).toBeGreaterThan(programs);
      expect(tally.refused).toBeGreaterThan(programs / 2);
      expect(tally.breached).toBeGreaterThan(0);
      expect(tally.skipped).toBeLessThan(tally.accepted / 10);
    });
  },
);
