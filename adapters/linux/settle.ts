/**
 * Settling: waiting until everything that happens by itself has happened.
 *
 * A settle that says so too early makes the kernel look guilty; one that always waits makes everything slow. What
 * can be going on without a call of the program, and how each is seen to be over:
 *
 * - Ordinary messages are carried out inside the submitting call. Once every completion that they can have is
 *   visible, or a refusal accounts for its absence (ledger.ts), nothing is left: no waiting at all.
 * - A completion that is missing although no refusal accounts for it: a late kernel, or one that lost it. Only time
 *   can tell, so `patienceMs` is waited. Example: an entry that has to wait is handed to a worker; the worker cannot
 *   be started while a signal is pending, and the kernel tries again some milliseconds later. Until then nothing
 *   runs, nothing moves, and the message is not lost.
 * - Messages carried out by others: ASYNC, links and drains, a thread that ended. They run on workers of the kernel
 *   that belong to this process and are seen in /proc: over when these sleep and no queue moves.
 * - Entries taken by a polling thread (SQPOLL): it publishes the head of the queue after it has carried them out.
 * - A ring that publishes only when its owner enters (DEFER_TASKRUN), or whose queue overflowed, shows nothing by
 *   itself, so there is nothing to wait for.
 * - Calls under way: each has returned, or its thread sleeps in the kernel. A sleeper who has what it waits for, or
 *   whose time is over, gets the whole patience.
 * - Completions for a thread that sleeps outside io_uring (COOP_TASKRUN) come when it next enters the kernel: every
 *   thread makes a call that does nothing.
 * - Links, drains and ASYNC entries of a ring with DEFER_TASKRUN go on only while its owner is inside io_uring, step
 *   by step. Its owner enters, as every user of such a ring has to: no document says that these entries should wait
 *   for anything, and a target could otherwise be looked at in the middle.
 *
 * On a busy machine a sleep of 0.2 ms takes longer; what it took too long is added to the patience.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { monotonicUs, sleepMs } from './clock.ts';
import type { Ledger } from './ledger.ts';
import type { Ring } from './ring.ts';

/** What is going on while a program settles. */
export interface Unsettled {
  readonly ledger: Ledger;
  readonly rings: readonly Ring[];
  /** Calls that were begun and have not returned. */
  readonly calls: readonly CallUnderWay[];
  /** Lets every idle thread enter the kernel, and owners go on with what their rings hold. */
  readonly nudge: () => void;
  /** How long to wait for what may never come. */
  readonly patienceMs: number;
  /** Told once, before waiting for longer than a moment. */
  readonly onWaiting: () => void;
}

export interface CallUnderWay {
  readonly returned: boolean;
  /** Sleeps in the kernel. */
  readonly blocked: boolean;
  /** Has what it waits for, or its time is over: should return. */
  readonly due: boolean;
}

/** The system did not come to rest. */
class Restless extends Error {
  override readonly name = 'Restless';
}

const stepMs = 0.2;
/** Rest has to be seen for this long: the time to hand work from one thread of the kernel to the next. */
const graceMs = 1;
const restMsMax = 5_000;

/** @throws {Restless} Something still runs after five seconds. */
export const settle = (unsettled: Unsettled): void => {
  const { ledger, calls } = unsettled;
  if (calls.length === 0 && !ledger.deferred && ledger.explained) return;
  unsettled.onWaiting();
  const beganUs = monotonicUs();
  const others = new Set<string>();
  let overslept = 0;
  let seen = '';
  let quietSinceUs = beganUs;
  for (;;) {
    unsettled.nudge();
    const nowUs = monotonicUs();
    const now = progress(unsettled);
    if (now !== seen || !atRest(unsettled, others)) quietSinceUs = nowUs;
    seen = now;
    const quietMs = (nowUs - quietSinceUs) / 1e3;
    if (explained(unsettled) ? quietMs >= graceMs : quietMs >= patienceMs(unsettled) + overslept) break;
    if ((nowUs - beganUs) / 1e3 > restMsMax + overslept)
      throw new Restless('the system did not come to rest');
    sleepMs(stepMs);
    overslept += Math.max(0, (monotonicUs() - nowUs) / 1e3 - 5 * stepMs);
  }
  ledger.settled();
};

/** A worker that is still to be started may take long on a busy machine: it has many times the patience. */
const patienceMs = ({ ledger, patienceMs }: Unsettled): number =>
  ledger.deferred && !ledger.explained ? 10 * patienceMs : patienceMs;

/** Everything that moves when something happens, as one text. */
const progress = ({ rings, calls }: Unsettled): string =>
  [
    ...rings.map((ring) => `${ring.posted} ${ring.unconsumed}`),
    calls.filter((call) => call.returned).length,
  ].join();

const atRest = ({ ledger, calls }: Unsettled, others: Set<string>): boolean =>
  calls.every((call) => call.returned || call.blocked) && (!ledger.deferred || workersSleep(others));

/**
 * Whether what is missing is missing for a reason. A queue that overflowed hides completions, so that one which a
 * worker still owes cannot be told from one that is held back: then only patience helps.
 */
const explained = ({ ledger, calls, rings }: Unsettled): boolean =>
  ledger.explained &&
  !(ledger.deferred && rings.some((ring) => ring.overflowing)) &&
  rings.every((ring) => ring.unconsumed === 0) &&
  calls.every((call) => call.returned || !call.due);

/**
 * Whether the workers that the kernel runs for this process (`iou-wrk-…`) all sleep. Polling threads (`iou-sqp-…`)
 * spin for a while when there is nothing to do, so their state says nothing.
 *
 * @param others - Threads known to be no workers; their names never change.
 */
const workersSleep = (others: Set<string>): boolean => {
  for (const thread of readdirSync('/proc/self/task')) {
    if (others.has(thread)) continue;
    const stat = readStat(thread);
    if (stat === undefined) continue;
    if (!stat.includes('(iou-wrk')) others.add(thread);
    else if (stat[stat.lastIndexOf(')') + 2] !== 'S') return false;
  }
  return true;
};

/** Nothing when the thread has ended meanwhile. */
const readStat = (thread: string): string | undefined => {
  try {
    return readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
  } catch {
    return undefined;
  }
};
