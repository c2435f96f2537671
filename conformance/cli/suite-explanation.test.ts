/**
 * What is said about a trace is true: a clause counts as exercised only where another observation would have been
 * refused by it and by nothing else, and a finding has one name however often and however far it is shrunk.
 */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { editionOf, type FoundTrace, generatePrograms, judge, machineOf, run } from '#conformance/index';
import { statesOf } from '#conformance/oracle';
import { type AcceptanceOptions, accept } from '#model/index';
import type { ClauseId, InterfaceOffer, Program, Step, TraceEvent } from '#spec/index';

interface Cqe {
  readonly user_data: string;
  readonly res: number;
  readonly flags: number;
}

/** A trace with one observation changed, and the index of the event at which it can be cut off. */
interface Variant {
  readonly events: readonly TraceEvent[];
  readonly at: number;
}

/** -EINVAL, -EBADF, -EBADFD, -ENOMEM, -EOVERFLOW, -EPERM. */
const refusals = [-22, -9, -77, -12, -75, -1];
const flags = [0, 1, 2, 66];

const cqesOf = (event: TraceEvent | undefined): readonly Cqe[] | null =>
  event !== undefined && 'result' in event && Array.isArray(event.result.cqes)
    ? (event.result.cqes as unknown as readonly Cqe[])
    : null;

const withCqes = (events: readonly TraceEvent[], at: number, cqes: readonly Cqe[]): Variant => {
  const event = events[at] as Extract<TraceEvent, { event: 'ran' }>;
  return {
    at,
    events: events.with(at, { ...event, result: { ...event.result, cqes } } as unknown as TraceEvent),
  };
};

/** The two completions that each prepared entry asks for. */
const wantedBy = ({ steps }: Program): readonly Cqe[] =>
  steps
    .filter(({ op }) => op === 'prep_msg_ring')
    .flatMap(({ data = '0x0', len = 0, user_data = '0x0' }: Step) => [
      { user_data: data as string, res: Number(len) | 0, flags: 0 },
      { user_data: user_data as string, res: 0, flags: 0 },
    ]);

/** One completion lost, repeated, changed, or one more; a wait that did not return, or said too early that it was over. */
function* otherwise(program: Program, events: readonly TraceEvent[]): Generator<Variant> {
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as TraceEvent;
    if (event.event === 'return') yield* otherReturns(events, at, event);
    const cqes = cqesOf(event);
    if (cqes === null) continue;
    const change = (list: readonly Cqe[]) => withCqes(events, at, list);
    for (const [place, cqe] of cqes.entries()) {
      yield change(cqes.toSpliced(place, 1));
      yield change([...cqes, cqe]);
      for (const res of [...refusals, 0, 1, cqe.res + 1]) yield change(cqes.with(place, { ...cqe, res }));
      yield change(cqes.with(place, { ...cqe, user_data: '0xbad' }));
      for (const other of flags) yield change(cqes.with(place, { ...cqe, flags: other }));
    }
    for (const extra of wantedBy(program)) yield change([...cqes, extra]);
  }
}

function* otherReturns(
  events: readonly TraceEvent[],
  at: number,
  event: Extract<TraceEvent, { event: 'return' }>,
): Generator<Variant> {
  const without = events.toSpliced(at, 1);
  const settle = without.findIndex((later, index) => index >= at && later.event === 'settle');
  if (settle >= 0) yield { events: without, at: settle };
  const begin = without.findIndex((earlier) => earlier.event === 'call' && earlier.step === event.step);
  const early: TraceEvent = { ...event, at: (without[begin] as TraceEvent).at, result: { error: 'ETIME' } };
  yield { events: without.toSpliced(begin + 1, 0, early), at: begin + 1 };
}

/** Also with a completion fewer or more elsewhere: a message that succeeds posts, and one that is refused does not. */
function* twice(program: Program, events: readonly TraceEvent[]): Generator<Variant> {
  const messages = wantedBy(program).filter((_, index) => index % 2 === 0);
  for (const first of otherwise(program, events))
    for (const [place, event] of first.events.entries()) {
      const cqes = cqesOf(event);
      if (cqes === null) continue;
      const at = Math.max(first.at, place);
      for (const message of messages) yield { ...withCqes(first.events, place, [...cqes, message]), at };
      for (const index of cqes.keys())
        yield { ...withCqes(first.events, place, cqes.toSpliced(index, 1)), at };
    }
}

const machine = machineOf('msg-ring');

/** Is there an observation that this clause alone forbids? */
const couldRefute = (
  clause: ClauseId,
  program: Program,
  events: readonly TraceEvent[],
  basis: AcceptanceOptions,
): boolean => {
  const { steps } = program;
  const tells = (other: readonly TraceEvent[]) =>
    accept(machine, steps, other, basis).verdict === 'refused' &&
    accept(machine, steps, other, { ...basis, relaxed: clause }).verdict === 'accepted';
  for (const variants of [otherwise, twice])
    for (const variant of variants(program, events))
      if (tells(variant.events) || tells(variant.events.slice(0, variant.at + 1))) return true;
  return false;
};

describe.each([
  { address: 'simulator:docs', edition: 'E2022-03' },
  { address: 'simulator:linux-6', edition: 'E2023-01' },
  { address: 'simulator:chooser+seed=5', edition: 'E2022-03' },
])('of a trace of $address under $edition', ({ address, edition }) => {
  test('every clause that counts as exercised could have been refuted', () => {
    const system = new Simulator(address);
    const offer = system.description.interfaces['msg-ring'] as InterfaceOffer;
    const basis = { states: statesOf('msg-ring', editionOf('msg-ring', edition).id) };
    const idle: string[] = [];
    let marks = 0;
    for (const { program } of generatePrograms('msg-ring', {
      seed: 5,
      runs: 130,
      maxSteps: 14,
      edition,
      offer,
    })) {
      const answer = system.execute(program);
      if (answer.kind !== 'trace') throw new Error(answer.reason);
      const { verdict, exercised } = judge(program, answer.events, { edition, everyEdition: false });
      expect(verdict).toBe('conforms');
      for (const clause of exercised) {
        marks++;
        if (!couldRefute(clause, program, answer.events, basis))
          idle.push(`${clause}: ${JSON.stringify(program.steps)}`);
      }
    }
    expect(marks).toBeGreaterThan(500);
    expect(idle).toEqual([]);
  });
});

describe.each(['drops-messages', 'refuses-third-ring', 'wake-lost', 'success-value-varies'])(
  'findings about %s',
  (mutant) => {
    const findings = async (): Promise<readonly FoundTrace[]> => {
      const system = new Simulator(`simulator+${mutant}`);
      return (await run('msg-ring', system, { seed: 1, runs: 150, maxSteps: 20, repetitions: 1 })).findings;
    };

    test('have names of eight digits, the same each time, without values', async () => {
      const [once, again] = [await findings(), await findings()];
      expect(once.length).toBeGreaterThan(0);
      expect(again.map(({ finding }) => finding.id)).toEqual(once.map(({ finding }) => finding.id));
      for (const { finding } of once) {
        expect(finding.id).toMatch(/^[0-9a-f]{8}$/);
        expect(finding.signature).not.toMatch(/0x|"|\b[rdfw][0-9]\b|[{}[\]]/);
      }
    });

    test('keep their names when what was shrunk is shrunk again', async () => {
      const found = await findings();
      expect(found.length).toBeGreaterThan(0);
      for (const { finding } of found) {
        const system = new Simulator(`simulator+${mutant}`);
        const { findings: later } = await run('msg-ring', system, {
          seed: 1,
          runs: 1,
          maxSteps: 20,
          programs: [finding.program],
          repetitions: 1,
        });
        expect(later.map(({ finding: { id, program } }) => ({ id, program }))).toEqual([
          { id: finding.id, program: finding.program },
        ]);
      }
    });
  },
);
