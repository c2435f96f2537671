/** A snapshot is the whole state: a program that goes on from one does what it would have done anyway. */

import { describe, expect, test } from 'vitest';
import { mutants, Simulator, simulatorBehaviours } from '#adapters/index';
import { generatePrograms } from '#conformance/index';
import { type InterfaceOffer, interfaceNames, type Program, type TraceEvent } from '#spec/index';

/** Events with times from the first of them. */
const since = (events: readonly TraceEvent[]): readonly TraceEvent[] =>
  events.map((event) => ({ ...event, at: event.at - (events[0]?.at ?? 0) }));

/** Cuts a program after each of its steps; returns how many cuts were looked at. */
const cuts = (simulator: Simulator, { interface: name, steps }: Program): number => {
  const answer = simulator.execute({ interface: name, steps });
  let looked = 0;
  for (let cut = 1; cut < steps.length; cut++) {
    const straight = simulator.start(name);
    if (!straight) throw new Error('the simulator has to offer the interface');
    let goesOn = true;
    for (let index = 0; index < cut && goesOn; index++)
      goesOn = straight.perform(steps[index] as Program['steps'][number], index);
    if (!goesOn) return looked;
    const before = straight.events.length;
    const resumed = simulator.resume(name, straight.snapshot());
    expect(resumed?.snapshot()).toBe(straight.snapshot());
    for (const [index, step] of steps.entries())
      if (index >= cut && straight.perform(step, index) !== resumed?.perform(step, index))
        throw new Error(`only one of them goes on after step ${index}`);
    const { events: _, ...rest } = { events: [], ...resumed?.answer() };
    const { events: __, ...expected } = { events: [], ...answer };
    expect(rest).toEqual(expected);
    expect(since(resumed?.events ?? [])).toEqual(since(straight.events.slice(before)));
    if (straight.answer().kind === 'trace') expect(resumed?.snapshot()).toBe(straight.snapshot());
    looked++;
  }
  return looked;
};

describe.each(interfaceNames)('a snapshot of %s is complete', (name) => {
  const behaviours = simulatorBehaviours()
    .filter((behaviour) => behaviour.interface === name && behaviour.name !== 'chooser')
    .map((behaviour) => `simulator:${behaviour.name}`);
  const lies = mutants(name).map((mutant) => `simulator+${mutant.name}`);

  test('for every behaviour and every mutant', () => {
    expect(behaviours.length).toBeGreaterThan(1);
    expect(lies.length).toBeGreaterThan(30);
    for (const [index, address] of [...behaviours, ...lies].entries()) {
      const simulator = new Simulator(address);
      const offer = simulator.description.interfaces[name] as InterfaceOffer;
      const options = { seed: 1 + index, runs: index < behaviours.length ? 150 : 8, maxSteps: 24, offer };
      let looked = 0;
      for (const { program } of generatePrograms(name, options)) looked += cuts(simulator, program);
      expect(looked, address).toBeGreaterThan(20);
    }
  });

  test('of work that is still pending too, which only the chooser leaves between steps', () => {
    let pending = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const simulator = new Simulator(`simulator:chooser+seed=${seed}`);
      const offer = simulator.description.interfaces[name] as InterfaceOffer;
      for (const { program } of generatePrograms(name, { seed, runs: 60, maxSteps: 24, offer })) {
        const run = simulator.start(name);
        for (const [index, step] of program.steps.entries()) {
          if (!run?.perform(step, index)) break;
          const snapshot = run.snapshot();
          if (!snapshot.includes('"pending":[]')) pending++;
          expect(simulator.resume(name, snapshot)?.snapshot()).toBe(snapshot);
        }
      }
    }
    expect(pending).toBeGreaterThan(50);
  });
});
