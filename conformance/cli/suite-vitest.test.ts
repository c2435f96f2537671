/** The property that vitest users declare, for real: over an honest system, and over systems with a lie. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { conforms, machineCommands, type Performer, Refusal, Tracker } from '#conformance/vitest';
import type { ClauseId, InterfaceOffer, Result, Step } from '#spec/index';

/** One program of a simulator, performed a step at a time. */
class SteppedSimulator implements Performer {
  readonly #program;
  #steps = 0;

  constructor(address: string) {
    const program = new Simulator(address).start('msg-ring');
    if (program === undefined) throw new Error(`${address} does not simulate msg-ring`);
    this.#program = program;
  }

  perform(step: Step): Result {
    const before = this.#program.events.length;
    this.#program.perform(step, this.#steps++);
    const event = this.#program.events.slice(before).find(({ event: kind }) => kind === 'ran');
    return event !== undefined && 'result' in event ? event.result : {};
  }
}

const offerOf = (address: string): InterfaceOffer =>
  new Simulator(address).description.interfaces['msg-ring'] as InterfaceOffer;

describe('the property', () => {
  for (const address of ['simulator:docs', 'simulator:chooser+seed=11'])
    conforms(address, 'msg-ring', () => new SteppedSimulator(address), {
      offer: offerOf(address),
      numRuns: 200,
      maxCommands: 30,
    });
  conforms('simulator:linux-6', 'msg-ring', () => new SteppedSimulator('simulator:linux-6'), {
    offer: offerOf('simulator:linux-6'),
    numRuns: 200,
    maxCommands: 30,
    edition: 'E2023-01',
    profile: 'linux-6',
  });
});

describe('the same property over a lie', () => {
  test.each<readonly [string, ClauseId]>([
    ['drops-messages', 'msg-ring/send/posts-completion'],
    ['len-is-16-bits', 'msg-ring/send/res-is-len'],
    ['data-is-signed', 'msg-ring/send/user-data-is-data'],
    ['accepts-flag-bit-0', 'msg-ring/flags/must-be-zero'],
    ['not-a-ring-is-EINVAL', 'msg-ring/error/not-a-ring'],
    ['success-value-varies', 'msg-ring/completion/success-value'],
  ])('%s fails with a refusal that names %s', async (mutant, clause) => {
    const address = `simulator+${mutant}`;
    const details = await fc.check(
      fc.asyncProperty(machineCommands('msg-ring', { offer: offerOf(address) }), async (commands) => {
        await fc.asyncModelRun(
          () => ({ model: new Tracker('msg-ring'), real: new SteppedSimulator(address) }),
          commands,
        );
      }),
      { seed: 1, numRuns: 2_000 },
    );
    expect(details.failed).toBe(true);
    const refusal = details.errorInstance as Refusal;
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal.clause).toBe(clause);
    expect(refusal.message).toContain(clause);
    expect(details.counterexample?.[0]?.toString()).toContain('prep_msg_ring');
  });
});
