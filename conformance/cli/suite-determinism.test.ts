/** A run is a function of what it is given: same key and same behaviour, same record, times apart. */

import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { type Generated, type GenerateOptions, generatePrograms, run } from '#conformance/index';
import type { BatchLine, InterfaceName, InterfaceOffer, Program } from '#spec/index';
import { subjects } from './subjects/index.ts';

const runOf = async (name: InterfaceName, address: string) => {
  const batches: BatchLine[] = [];
  const result = await run(
    name,
    new Simulator(address),
    { seed: 7, runs: 300, maxSteps: 20, repetitions: 2 },
    { batch: (line) => batches.push(line) },
  );
  return { ...result, batches };
};

const repeated = subjects.flatMap(({ name, repeated: all }) => all.map((address) => ({ name, address })));

describe.each(repeated)('two runs of $name on $address with one seed', ({ name, address }) => {
  test('have the same record, to the last batch and finding', async () => {
    const [one, other] = [await runOf(name, address), await runOf(name, address)];
    expect(one.record.programs).toBe(300);
    expect(one.batches.length).toBeGreaterThanOrEqual(3);
    expect(other).toEqual(one);
  });
});

const whole: GenerateOptions = {
  seed: 1,
  runs: 400,
  maxSteps: 32,
  offer: new Simulator('simulator:docs').description.interfaces['msg-ring'] as InterfaceOffer,
};

test('another seed writes other programs', () => {
  const programs = (seed: number) => [...generatePrograms('msg-ring', { ...whole, seed })].slice(-50);
  expect(programs(1)).toEqual(programs(1));
  expect(programs(1)).not.toEqual(programs(2));
});

describe('shards', () => {
  test.each([1, 2, 3, 7])('cut in %i write together the programs of the whole, each once', (count) => {
    const shards = Array.from({ length: count }, (_, index): readonly Generated[] => [
      ...generatePrograms('msg-ring', { ...whole, shard: { index, count } }),
    ]);
    const together = shards.flat().toSorted((a, b) => a.number - b.number);
    expect(together.length).toBe(400);
    expect(together).toEqual([...generatePrograms('msg-ring', whole)]);
  });
});

test('what a target answers steers nothing: whoever refuses all programs is asked the same ones', async () => {
  const asked = async (answer: Simulator['execute']): Promise<readonly Program[]> => {
    const { description } = new Simulator('simulator:docs');
    const programs: Program[] = [];
    const execute = (program: Program) => {
      programs.push(program);
      return answer(program);
    };
    await run('msg-ring', { description, execute, close: async () => undefined }, { ...whole });
    return programs;
  };
  const docs = new Simulator('simulator:docs');
  const generated = [...generatePrograms('msg-ring', whole)].map(({ program }) => program);
  expect(await asked((program) => docs.execute(program))).toEqual(generated);
  expect(await asked(() => ({ kind: 'unsupported', reason: 'not today' }))).toEqual(generated);
});
