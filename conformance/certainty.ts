/**
 * What a program tests whatever the system chooses. A witness is one honest trace of it; where the document leaves a
 * choice, another honest trace may test less.
 */

import { accept, type Choices, type Context, choicesOf, exercisedBy, rehearse } from '#model/index';
import type { ClauseId, InterfaceName, PointId, Step } from '#spec/index';
import { guideOf, machineOf } from './interfaces.ts';
import { presetOf } from './oracle.ts';

/** What a body tests under these choices, those of the default profile when none are given, as the machine would have it, and also where the system chooses the last value of every point. */
export const certainlyTested = (
  name: InterfaceName,
  body: readonly Step[],
  states: Context['states'],
  preset: Choices = machineOf(name).points.open(presetOf(name)),
): ReadonlySet<ClauseId | PointId> => {
  const machine = machineOf(name);
  const { points } = machine;
  const steps = [...body, ...guideOf(name).closing(body)];
  const testedBy = (choices: Choices): ReadonlySet<ClauseId | PointId> | null => {
    const script = rehearse(machine, steps, choices, states);
    if (!script) return null;
    const { verdict, entries } = accept(machine, script.steps, script.events, {
      states,
      choices: preset,
    });
    if (verdict !== 'accepted') return null;
    const left = choicesOf(entries);
    const decides = points.ids.filter((_, point) => left[point] !== preset[point]);
    return new Set<ClauseId | PointId>([...exercisedBy(entries), ...decides]);
  };
  const usual = testedBy(preset);
  const unusual = testedBy(preset.map((mask) => 1 << (31 - Math.clz32(mask))));
  return new Set([...(usual ?? [])].filter((target) => unusual?.has(target) ?? true));
};
