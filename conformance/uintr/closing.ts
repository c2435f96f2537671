/**
 * How a uintr program ends: what was taken away comes back, everything settles, calls still open are ended and logs are
 * looked at; then every thread receives, and is looked at again.
 */

import type { Step } from '#spec/index';

const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });

/** The closing of a body, from its steps alone. */
export const closing = (body: readonly Step[]): readonly Step[] => {
  const open = new Map<string, string>();
  const ended = new Set<string>();
  const received = new Set<string>();
  let exhausted = false;
  let missing = false;
  for (const step of body) {
    const actor = step.actor ?? 't0';
    if (ended.has(actor)) continue;
    if (step.begin !== undefined) open.set(step.begin, actor);
    if (step.op === 'end') open.delete(String(step.call));
    if (step.op === 'register_handler') received.add(actor);
    if (step.op === 'exit' && actor !== 't0') ended.add(actor);
    if (step.op === 'memory') exhausted = step.state === 'exhausted';
    if (step.op === 'hardware') missing = step.state === 'missing';
  }
  const logs = [...received].sort().map((of): Step => ({ op: 'log', of }));
  return [
    ...(exhausted ? [{ op: 'memory', state: 'restored' } as const] : []),
    ...(missing ? [{ op: 'hardware', state: 'present' } as const] : []),
    { op: 'settle' },
    ...[...open.keys()].map((call): Step => ({ op: 'end', call })),
    ...logs,
    ...[...received]
      .sort()
      .filter((actor) => !ended.has(actor))
      .map((actor) => by(actor, { op: 'stui' })),
    { op: 'settle' },
    ...logs,
  ];
};
