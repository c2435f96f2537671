/**
 * A system that does what an invented machine permits, and nothing else: it performs a program by drawing, at every
 * moment, one of the things that may happen next. What it records is a trace that must be accepted.
 */

import type { Result, Step, TraceEvent } from '#spec/index';
import { type Choices, narrow } from '../choices.ts';
import type { Context, Phase, Successor } from '../outcome.ts';
import type { Invention } from './invention.test.support.ts';

/** Draws a whole number from 0 up to, and not including, the bound. */
export type Dice = (bound: number) => number;

interface Call {
  readonly index: number;
  readonly step: Step;
  readonly beganUs: number;
  readonly phase: Phase | null;
  readonly result: Result | null;
}

/** Longest time between two events, in microseconds; time-outs of the invented machines are of that size. */
const strideUs = 1_500;

/** Performs the program. Where it would wait for ever the trace ends, as if it had been cut off. */
export const perform = <S>(
  { machine, results }: Invention<S>,
  steps: readonly Step[],
  dice: Dice,
  limits: { readonly granularityUs: number; readonly slackUs: number },
): readonly TraceEvent[] => {
  const events: TraceEvent[] = [];
  let { initial: state } = machine;
  let choices: Choices = machine.points.open();
  let calls: readonly Call[] = [];
  let nowUs = 0;

  const contextOf = (call: Call | null): Context => ({
    ...limits,
    choices,
    relaxed: null,
    states: () => true,
    actor: call ? (call.step.actor ?? 't0') : '',
    nowUs,
    beganUs: call?.beganUs ?? nowUs,
    phase: call?.phase ?? null,
    alone: calls.length <= 1,
  });

  /** Everything that may happen next without the program doing anything, and whether it must. */
  const moves = (): { readonly must: boolean; readonly go: () => void }[] => {
    const into = (successor: Successor<S>, left: Choices, change: () => void) => () => {
      state = successor.state;
      choices = left;
      change();
    };
    const out = (machine.internal?.(contextOf(null), state) ?? []).flatMap((step) => {
      const left = narrow(choices, step.narrows);
      return left === null ? [] : [{ must: !step.may, go: into(step, left, () => undefined) }];
    });
    for (const call of calls) {
      if (call.result !== null) continue;
      const replace = (change: Partial<Call>) => () => {
        calls = calls.map((one) => (one === call ? { ...call, ...change } : one));
      };
      for (const outcome of machine.call(contextOf(call), state, call.step))
        for (const result of outcome.phase === undefined ? results(call.step) : [{}])
          for (const successor of outcome.accept(result)) {
            const left = narrow(choices, successor.narrows);
            if (left === null) continue;
            const change = replace(outcome.phase === undefined ? { result } : { phase: outcome.phase });
            out.push({ must: !outcome.may, go: into(successor, left, change) });
          }
    }
    return out;
  };

  const returnNow = (call: Call): void => {
    calls = calls.filter((other) => other !== call);
    events.push({ event: 'return', step: call.index, at: nowUs, result: call.result as Result });
  };

  /** One thing that may happen, if there is one. Nothing returns in the middle of a step that is recorded as one. */
  const happen = (only: 'any' | 'musts', mayReturn = true): boolean => {
    const effects = moves().filter(({ must }) => must || only === 'any');
    const returning = calls.filter(({ result }) => mayReturn && result !== null);
    const drawn = dice(effects.length + returning.length || 1);
    const effect = effects[drawn];
    const call = returning[drawn - effects.length];
    if (effect) effect.go();
    else if (call) returnNow(call);
    return effect !== undefined || call !== undefined;
  };

  const isDone = (index: number) => calls.find((call) => call.index === index)?.result ?? null;

  for (const [index, step] of steps.entries()) {
    nowUs += dice(strideUs);
    for (let chances = dice(3); chances > 0; chances--) happen('any');
    if (step.op === 'settle') {
      while (happen('musts'));
      events.push({ event: 'settle', step: index, at: nowUs });
    } else if (step.op === 'end') {
      const open = () => calls.find((call) => call.step.begin === step.call);
      for (let patience = 12; open() && patience > 0; patience--) {
        if (!happen('any')) nowUs += strideUs;
      }
      if (open()) return events;
    } else {
      calls = [...calls, { index, step, beganUs: nowUs, phase: null, result: null }];
      if (step.begin !== undefined) {
        events.push({ event: 'call', step: index, at: nowUs });
        continue;
      }
      for (let patience = 12; isDone(index) === null; patience--)
        if (patience === 0) return events;
        else if (!happen('any', false)) nowUs += strideUs;
      const result = isDone(index) as Result;
      calls = calls.filter((call) => call.index !== index);
      events.push({ event: 'ran', step: index, at: nowUs, result });
    }
  }
  return events;
};
