/** What keeps a call from being made although all that it names is there: who never ends, and who is somebody already. */

import type { Step } from '#spec/index';
import type { MadeCall } from '../unmade-calls.ts';

const actorOf = (step: Step): string => step.actor ?? 't0';

/** Whether an agent may leave out the call, after others that were made. */
export const obstructed = (step: Step, before: readonly MadeCall[]): boolean => {
  const actor = actorOf(step);
  const forks = before.filter((one) => one.step.op === 'fork' && one.result.error === undefined);
  const isChild = (name: string): boolean => forks.some((one) => one.step.child === name);
  /** The actor that began the process of another. */
  const familyOf = (name: string): string => (isChild(name) ? name : 't0');
  switch (step.op) {
    case 'exit':
      return actor === 't0';
    case 'exec':
      return familyOf(actor) !== actor;
    case 'fork':
      return (
        step.child === 't0' ||
        step.child === actor ||
        isChild(String(step.child)) ||
        before.some((one) => actorOf(one.step) === step.child)
      );
    case 'pass':
      return familyOf(String(step.to)) === familyOf(actor);
    default:
      return false;
  }
};
