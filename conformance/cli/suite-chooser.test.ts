/**
 * The chooser conforms and takes whatever is left open, so whoever accuses it reads more into the page than it says.
 * It must have had the chance to do everything that it may.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { chooserOccasions, Simulator } from '#adapters/index';
import { generatePrograms, judge } from '#conformance/index';
import type { InterfaceOffer, Step } from '#spec/index';
import { subjects } from './subjects/index.ts';

const seeds = 20;
const programsEach = 1_000;

describe.each(subjects)('the chooser of $name', ({ name, atLeast }) => {
  const tally = { programs: 0, overlapping: 0, inconclusive: 0 };
  const accused: string[] = [];
  const taken = new Map<string, number>();

  beforeAll(() => {
    for (let seed = 1; seed <= seeds; seed++) {
      const chooser = new Simulator(`simulator:chooser+seed=${seed}`);
      const offer = chooser.description.interfaces[name] as InterfaceOffer;
      const options = { seed, runs: programsEach, maxSteps: 32, offer };
      for (const { program, number } of generatePrograms(name, options)) {
        const answer = chooser.execute(program);
        if (answer.kind !== 'trace') throw new Error(`program ${number} of seed ${seed}: ${answer.reason}`);
        const { verdict, deviation } = judge(program, answer.events, { everyEdition: false });
        tally.programs++;
        if (program.steps.some(({ begin }) => begin !== undefined)) tally.overlapping++;
        if (verdict === 'inconclusive') tally.inconclusive++;
        if (deviation) accused.push(`program ${number} of seed ${seed}: ${deviation.signature}`);
      }
      for (const [outcome, times] of chooser.taken()) taken.set(outcome, (taken.get(outcome) ?? 0) + times);
    }
  }, 600_000);

  test('is never accused, whether calls overlap or not', () => {
    expect(tally.programs).toBe(seeds * programsEach);
    expect(tally.overlapping).toBeGreaterThan(tally.programs / 20);
    expect(tally.programs - tally.overlapping).toBeGreaterThan(tally.programs / 20);
    expect(accused).toEqual([]);
  });

  test('writes at most one program in a thousand that is too hard to judge', () => {
    const share = tally.inconclusive / tally.programs;
    console.log(
      `${name}: inconclusive: ${tally.inconclusive} of ${tally.programs} programs (${100 * share} %)`,
    );
    expect(share).toBeLessThanOrEqual(0.001);
  });

  test('is given every occasion, and takes every outcome', () => {
    const declared = chooserOccasions(name).flatMap(({ occasion, outcomes }) =>
      outcomes.map((outcome) => `${occasion}: ${outcome}`),
    );
    expect(declared.length).toBeGreaterThan(atLeast.outcomes);
    expect(declared.filter((outcome) => !taken.has(outcome))).toEqual([]);
  });
});

test('the chooser of msg-ring is not accused where no completion can be told from another', () => {
  const alike: string[] = [];
  let sends = 0;
  for (let seed = 1; seed <= 4; seed++) {
    const chooser = new Simulator(`simulator:chooser+seed=${seed}`);
    const offer = chooser.description.interfaces['msg-ring'] as InterfaceOffer;
    const options = { seed: seeds + seed, runs: programsEach, maxSteps: 24, offer };
    for (const { program, number } of generatePrograms('msg-ring', options)) {
      const steps = program.steps.map((step) => {
        if (step.op !== 'prep_msg_ring') return step;
        sends++;
        const { user_data: _, data: __, len: ___, ...rest } = step;
        return rest as Step;
      });
      const unnamed = { ...program, steps };
      const answer = chooser.execute(unnamed);
      if (answer.kind !== 'trace') throw new Error(`program ${number} of seed ${seed}: ${answer.reason}`);
      const { deviation } = judge(unnamed, answer.events, { everyEdition: false });
      if (deviation) alike.push(`program ${number} of seed ${seed}: ${deviation.signature}`);
    }
  }
  expect(sends).toBeGreaterThan(4 * programsEach);
  expect(alike).toEqual([]);
});
