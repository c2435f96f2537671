/**
 * How a msg-ring program ends: memory comes back, everything settles, calls still open are ended, and every ring is
 * drained by the thread that may enter it.
 */

import type { Step } from '#spec/index';

interface OpenRing {
  /** Descriptors that name it and are still open. */
  readonly names: Set<string>;
  owner: string;
  disabled: boolean;
}

/** The closing of a body, from its steps alone. */
export const closing = (body: readonly Step[]): readonly Step[] => {
  const rings: OpenRing[] = [];
  const byName = new Map<string, OpenRing>();
  const open = new Map<string, string>();
  const ended = new Set<string>();
  let exhausted = false;
  for (const step of body) {
    const actor = step.actor ?? 't0';
    if (step.begin !== undefined) open.set(step.begin, actor);
    switch (step.op) {
      case 'setup': {
        if (step.as === undefined || ended.has(actor)) break;
        const disabled = String(step.flags ?? '')
          .split('|')
          .includes('R_DISABLED');
        const ring = { names: new Set([step.as]), owner: actor, disabled };
        rings.push(ring);
        byName.set(step.as, ring);
        break;
      }
      case 'enable': {
        const ring = byName.get(String(step.ring));
        if (ring?.disabled && !ended.has(actor)) {
          ring.disabled = false;
          ring.owner = actor;
        }
        break;
      }
      case 'dup': {
        const ring = byName.get(String(step.fd));
        if (ring?.names.has(String(step.fd)) && step.as !== undefined && !ended.has(actor)) {
          ring.names.add(step.as);
          byName.set(step.as, ring);
        }
        break;
      }
      case 'close':
        if (!ended.has(actor)) byName.get(String(step.fd))?.names.delete(String(step.fd));
        break;
      case 'end':
        open.delete(String(step.call));
        break;
      case 'exit':
        if (actor !== 't0') ended.add(actor);
        break;
      case 'memory':
        if (!ended.has(actor)) exhausted = step.state === 'exhausted';
        break;
    }
  }
  const steps: Step[] = [];
  if (exhausted) steps.push({ op: 'memory', state: 'restored' });
  steps.push({ op: 'settle' });
  for (const call of open.keys()) steps.push({ op: 'end', call });
  for (const { names, owner } of rings) {
    const [name] = names;
    if (name === undefined) continue;
    const step: Step = { op: 'drain', ring: name };
    steps.push(owner === 't0' || ended.has(owner) ? step : { ...step, actor: owner });
  }
  return steps;
};
