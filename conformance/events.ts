/**
 * What the programs of a run consisted of, what came of them, and when something was seen for the first time. Everything
 * in it adds up, whatever part of the run it is of; nothing in it is a verdict.
 */

import type { Context } from '#model/index';
import type { EventStatistics, InterfaceName, Program, Step, TraceEvent } from '#spec/index';
import { guideOf } from './interfaces.ts';
import type { Judgement } from './oracle.ts';
import { refusalsMet } from './refusals.ts';

/** Of so many programs one is walked for the refusals that it meets: walking costs a good part of judging. */
const sampledEvery = 16;

/** How often something was seen, and by which program first. */
interface Seen {
  count: number;
  first: number;
}

/** Running totals of what was judged. */
export class Events {
  readonly #name: InterfaceName;
  readonly #states: Context['states'];
  readonly #reportedErrors: ReturnType<typeof guideOf>['reportedErrors'];
  readonly #operations = new Map<string, number>();
  readonly #outcomes = new Map<string, Map<string, Seen>>();
  readonly #clauses = new Map<string, number>();
  readonly #statesAlive: number[] = [];
  readonly #lengths: number[] = [];
  readonly #refusals: number[] = [];
  #sampled = 0;
  #until = 0;

  constructor(name: InterfaceName, states: Context['states']) {
    this.#name = name;
    this.#states = states;
    this.#reportedErrors = guideOf(name).reportedErrors;
  }

  /**
   * Takes a program in.
   *
   * @param number - Its number in the whole run, from 0.
   */
  add(number: number, program: Program, events: readonly TraceEvent[], judgement: Judgement): void {
    const { steps } = program;
    this.#until = Math.max(this.#until, number + 1);
    for (const { op } of steps) this.#operations.set(op, (this.#operations.get(op) ?? 0) + 1);
    bump(this.#lengths, bucketOf(steps.length));
    bump(this.#statesAlive, bucketOf(judgement.widest));
    for (const clause of judgement.exercised) {
      const first = this.#clauses.get(clause);
      if (first === undefined || number < first) this.#clauses.set(clause, number);
    }
    this.#readEvents(number, steps, events);
    if (number % sampledEvery !== 0) return;
    this.#sampled++;
    for (const count of refusalsMet(this.#name, program, this.#states)) bump(this.#refusals, count);
  }

  #readEvents(number: number, steps: readonly Step[], events: readonly TraceEvent[]): void {
    let open: Set<number> | null = null;
    for (const event of events) {
      const op = steps[event.step]?.op ?? '';
      switch (event.event) {
        case 'call':
          open = open ?? new Set();
          open.add(event.step);
          break;
        case 'settle':
          for (const index of open ?? []) this.#came(number, steps[index]?.op ?? '', 'blocked');
          open = null;
          break;
        default: {
          open?.delete(event.step);
          const { error, skipped } = event.result;
          this.#came(number, op, error ?? (skipped === undefined ? 'success' : 'not called'));
        }
      }
    }
    if (this.#reportedErrors)
      for (const { operation, error } of this.#reportedErrors(steps, events))
        this.#came(number, operation, error);
  }

  #came(number: number, operation: string, outcome: string): void {
    let outcomes = this.#outcomes.get(operation);
    if (!outcomes) {
      outcomes = new Map();
      this.#outcomes.set(operation, outcomes);
    }
    const seen = outcomes.get(outcome);
    if (!seen) outcomes.set(outcome, { count: 1, first: number });
    else {
      seen.count++;
      if (number < seen.first) seen.first = number;
    }
  }

  /** The totals until now, as the record has them. */
  statistics(): EventStatistics {
    const firstSeen: Record<string, number> = {};
    const outcomes: Record<string, Record<string, number>> = {};
    for (const [clause, number] of this.#clauses) firstSeen[`clause ${clause}`] = number;
    for (const [operation, seen] of this.#outcomes) {
      const counts: Record<string, number> = {};
      for (const [outcome, { count, first }] of seen) {
        counts[outcome] = count;
        firstSeen[`${operation}: ${outcome}`] = first;
      }
      outcomes[operation] = counts;
    }
    return {
      operations: Object.fromEntries(this.#operations),
      outcomes,
      statesAlive: countsBy(this.#statesAlive, bucketName),
      lengths: countsBy(this.#lengths, bucketName),
      refusals: { every: sampledEvery, programs: this.#sampled, atOnce: countsBy(this.#refusals, String) },
      firstSeen,
      until: this.#until,
    };
  }
}

const bump = (counts: number[], index: number): void => {
  while (counts.length <= index) counts.push(0);
  counts[index] = (counts[index] as number) + 1;
};

/** Buckets double: 0, 1, 2, 3 to 4, 5 to 8 and so on. */
const bucketOf = (value: number): number => (value < 2 ? value : 1 + Math.ceil(Math.log2(value)));

const bucketName = (bucket: number): string => {
  if (bucket < 3) return String(bucket);
  return `${2 ** (bucket - 2) + 1}-${2 ** (bucket - 1)}`;
};

const countsBy = (counts: readonly number[], nameOf: (index: number) => string): Record<string, number> =>
  Object.fromEntries(
    counts.flatMap((count, index) => (count === 0 ? [] : [[nameOf(index), count] as const])),
  );
