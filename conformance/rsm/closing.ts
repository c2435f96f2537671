/**
 * How a program of remote shared memory ends: what was taken away comes back, everything settles, waits without end are
 * interrupted and calls still open are ended; then every handle is asked until it has no event left.
 */

import type { Step } from '#spec/index';

const by = (actor: string, step: Step): Step => (actor === 't0' ? step : { ...step, actor });
const processOf = (actor: string): string => (actor === 't1' ? 't0' : actor);

/** Events that a handle is asked for at the end: one more than most programs leave. */
const LOOKS = 3;

/** The closing of a body, from its steps alone. */
export const closing = (body: readonly Step[]): readonly Step[] => {
  const open = new Map<string, string>();
  const endless = new Set<string>();
  const handles = new Map<string, string>();
  const killed = new Set<string>();
  const posted = new Set<string>();
  let exhausted = false;
  let isCut = false;
  for (const step of body) {
    const actor = step.actor ?? 't0';
    if (step.begin !== undefined) {
      open.set(step.begin, actor);
      if (step.timeout_ms === -1) endless.add(step.begin);
    }
    if (step.op === 'end') open.delete(String(step.call));
    if ((step.op === 'create' || step.op === 'connect') && step.as !== undefined)
      handles.set(step.as, processOf(actor));
    if (step.op === 'post' && step.seg !== '@null') posted.add(String(step.seg));
    if (step.op === 'kill') killed.add(String(step.who));
    if (step.op === 'memory') exhausted = step.state === 'exhausted';
    if (step.op === 'link') isCut = step.state === 'cut';
  }
  const interrupted = [...open].flatMap(([call, who]): readonly Step[] =>
    endless.has(call) ? [{ op: 'interrupt', who }] : [],
  );
  const looks = [...handles]
    .filter(([, actor]) => !killed.has(actor))
    .flatMap(([seg, actor]): readonly Step[] =>
      Array.from({ length: posted.size > 0 ? LOOKS : 1 }, () =>
        by(actor, { op: 'wait', seg, timeout_ms: 0 }),
      ),
    );
  return [
    ...(exhausted ? [{ op: 'memory', state: 'restored' } as const] : []),
    ...(isCut ? [{ op: 'link', state: 'restored' } as const] : []),
    { op: 'settle' },
    ...interrupted,
    ...(interrupted.length > 0 ? [{ op: 'settle' } as const] : []),
    ...[...open.keys()].map((call): Step => ({ op: 'end', call })),
    ...looks,
  ];
};
