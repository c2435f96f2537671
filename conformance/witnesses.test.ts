/**
 * The witnesses that are kept are those that walking the small worlds finds today; `npm run generate` writes them. What
 * no walk reaches is listed with its reason, so a clause that can no longer be reached fails here.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { accept } from '#model/index';
import {
  type ClauseId,
  clauses,
  type InterfaceName,
  interfaceNames,
  type PointId,
  type WorldFile,
} from '#spec/index';
import { guideOf, machineOf } from './interfaces.ts';
import { withChanges } from './lie.ts';
import { editionOf, presetOf, statesOf } from './oracle.ts';
import { type Sought, seekWitnesses } from './witnesses.ts';

/** Clauses that no observation refutes, with the reason. */
const unreachable: Readonly<Record<InterfaceName, Readonly<Partial<Record<ClauseId | PointId, string>>>>> = {
  'msg-ring': {
    'msg-ring/send/target-flags': 'its point is decided instead',
    'msg-ring/completion/success-value': 'its point is decided instead',
    'msg-ring/fields/foreign': 'permits an error beside what other clauses demand',
    'msg-ring/fields/commands': 'permits every result',
    'msg-ring/modes/sqe-flags': 'permits errors beside what other clauses demand',
    'msg-ring/modes/ring-modes': 'permits errors beside what other clauses demand',
    'msg-ring/lifetime/dead-owner': 'permits every result',
    'msg-ring/lifetime/in-flight-changes': 'permits every result',
    'msg-ring/order/open': 'permits every result',
    'msg-ring/overflow/loss-without-memory': 'permits a loss beside what other clauses demand',
    'msg-ring/wait/spurious': 'permits every return',
  },
  'qnx-interrupt': {
    'qnx-interrupt/flags/unknown': 'its point is decided instead',
    'qnx-interrupt/errors/event-unknown': 'its point is decided instead',
  },
  rsm: {},
  uintr: {
    'uintr/fd/vector-in-use': 'its point is decided instead',
    'uintr/self/vector-in-use': 'its point is decided instead',
    'uintr/self/without-handler': 'its point is decided instead',
  },
};

describe.each(interfaceNames)('the witnesses of %s', (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, import.meta.url), 'utf8');
  const worlds = JSON.parse(read('worlds.json')) as WorldFile;
  const { closing } = guideOf(name);
  const machine = machineOf(name);
  let sought: Sought | undefined;
  const found = (): Sought => {
    sought ??= seekWitnesses(name, worlds);
    return sought;
  };

  test('are those that the small worlds hold', async () => {
    await expect(`${JSON.stringify(found().witnesses, null, 2)}\n`).toMatchFileSnapshot(
      `${name}/generated/witnesses.json`,
    );
  });

  test('leave out what nothing can refute, and nothing else', () => {
    expect([...found().missing].sort()).toEqual(Object.keys(unreachable[name]).sort());
    const shall = clauses(name).filter(({ id, strength }) => {
      const reason = unreachable[name][id as ClauseId];
      return reason !== undefined && strength !== 'unspecified' && strength !== 'may';
    });
    expect(shall.map(({ id }) => id)).toEqual([]);
  });

  test('tell the machine from the one with their clause relaxed: a trace that one takes and the other refuses', () => {
    let told = 0;
    for (const { edition, profile, steps: body, honest, lies } of found().witnesses) {
      const states = statesOf(name, editionOf(name, edition).id);
      const basis = { states, ...(profile && { choices: machine.points.open(presetOf(name, profile)) }) };
      const steps = [...body, ...closing(body)];
      expect(accept(machine, steps, honest, basis).verdict).toBe('accepted');
      for (const [clause, lie] of Object.entries(lies)) {
        expect(lie, `${clause}: nothing is a lie about it`).not.toBeNull();
        if (!lie) continue;
        const events = withChanges(honest, lie);
        const relaxed = accept(machine, steps, events, { ...basis, relaxed: clause as ClauseId });
        expect([accept(machine, steps, events, basis).verdict, relaxed.verdict], clause).toEqual([
          'refused',
          'accepted',
        ]);
        told++;
      }
    }
    expect(told).toBeGreaterThan(10);
  });
});
