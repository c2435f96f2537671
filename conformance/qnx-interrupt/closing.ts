/**
 * How a program of QNX interrupts ends: what was used up comes back, everything settles, calls still open are ended, and
 * what arrived is looked at.
 */

import type { Step } from '#spec/index';

/** The closing of a body, from its steps alone. */
export const closing = (body: readonly Step[]): readonly Step[] => {
  const open = new Set<string>();
  let exhausted = false;
  let usedUp = false;
  for (const step of body) {
    if (step.begin !== undefined) open.add(step.begin);
    if (step.op === 'end') open.delete(String(step.call));
    if (step.op === 'memory') exhausted = step.state === 'exhausted';
    if (step.op === 'entries') usedUp = step.state === 'exhausted';
  }
  return [
    ...(exhausted ? [{ op: 'memory', state: 'restored' } as const] : []),
    ...(usedUp ? [{ op: 'entries', state: 'restored' } as const] : []),
    { op: 'settle' },
    ...[...open].map((call): Step => ({ op: 'end', call })),
    { op: 'collect' },
  ];
};
