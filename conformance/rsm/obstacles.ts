/** What keeps a call from being made although all that it names is there. */

import type { Step } from '#spec/index';
import type { MadeCall } from '../unmade-calls.ts';

const processOf = (actor: string | undefined): string =>
  actor === undefined || actor === 't1' ? 't0' : actor;

const goes = new Set(['destroy', 'disconnect']);

/** Whether an agent may leave out the call, after others that were made. */
export const obstructed = (step: Step, before: readonly MadeCall[]): boolean => {
  const process = processOf(step.actor);
  const done = before.filter(({ result }) => result.error === undefined && result.skipped === undefined);
  if (done.some((one) => one.step.op === 'kill' && processOf(String(one.step.who)) === process)) return true;
  switch (step.op) {
    case 'kill':
      return true;
    case 'connect':
      return done.some((one) => goes.has(one.step.op) && one.step.seg === step.to);
    case 'wait':
      if (step.timeout_ms === -1) return true;
      break;
    case 'poll':
      if (isWithoutPollfd(step, done)) return true;
      break;
  }
  if (step.seg === undefined) return false;
  const maker = before.find((one) => one.step.as === step.seg);
  if (maker === undefined) return false;
  return (
    processOf(maker.step.actor) !== process ||
    done.some((one) => goes.has(one.step.op) && one.step.seg === step.seg)
  );
};

/** Every pollfd that was given has been released. */
const isWithoutPollfd = (step: Step, done: readonly MadeCall[]): boolean => {
  const count = (op: string): number =>
    done.filter((one) => one.step.op === op && one.step.seg === step.seg).length;
  return count('get_pollfd') <= count('release_pollfd');
};
