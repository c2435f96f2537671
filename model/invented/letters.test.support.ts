/**
 * Letters that arrive or are returned, which is seen in two places: the sender asks what became of one, the receiver
 * looks whether it is there. The machine owes both looks and leaves open which it was until one of them is read. A
 * second machine says the same with one state for each fate, to measure what obligations save.
 */

import type { ClauseId, Step } from '#spec/index';
import { variationPoints } from '../choices.ts';
import type { Machine } from '../machine.ts';
import { type Breach, type Context, classOf, type Outcome, type Successor, to } from '../outcome.ts';
import { plain } from '../shape.ts';
import { clause, type Invention, unvisited } from './invention.test.support.ts';

export const letterClauses = {
  told: clause('letters/sender/is-told'),
  agree: clause('letters/both/agree'),
  scaffold: clause('letters/scaffold'),
} as const;
const { told, agree, scaffold } = letterClauses;

type Fate = 'open' | 'arrived' | 'refused';

interface Letter {
  readonly id: string;
  readonly fate: Fate;
  /** It has had time to arrive. */
  readonly settled: boolean;
  readonly atSender: 'owed' | 'read';
  readonly atReceiver: 'unread' | 'read';
}

type State = readonly Letter[];

const send = (s: State, step: Step, fates: readonly Fate[]): Outcome<State> => ({
  clauses: [scaffold],
  permits: 'success',
  may: false,
  accept: (seen) =>
    seen.error === undefined
      ? fates.map((fate) =>
          to([
            ...s,
            { id: String(step.letter), fate, settled: false, atSender: 'owed', atReceiver: 'unread' },
          ]),
        )
      : [],
  why: classOf,
  sample: () => ({}),
});

const disagree = (observed: string): Breach => ({
  clause: agree,
  operation: 'send',
  observed,
  permitted: ['the same fate in both places'],
  situation: {},
});

/** A look that finds the letter arrived (1) or not (0), at either place. */
const look = (
  c: Context,
  s: State,
  step: Step,
  permits: (letter: Letter, value: number) => Fate | null,
  read: Partial<Letter>,
): Outcome<State> => {
  const { relaxed } = c;
  const index = s.findIndex(({ id }) => id === step.letter);
  const letter = s[index];
  const become = (change: Partial<Letter>): State =>
    s.map((one, place) => (place === index ? { ...one, ...change } : one));
  const successors = (value: number): readonly Successor<State>[] => {
    if (letter === undefined) return value === 0 ? [to(s)] : [];
    const fate = permits(letter, value);
    // Nothing is there yet, and that says nothing.
    if (fate === 'open') return [to(s)];
    const claimed = value === 1 ? 'arrived' : 'refused';
    const exercised: readonly ClauseId[] =
      letter.fate === claimed && permits(letter, 1 - value) === null ? [agree] : [];
    if (fate !== null) return [to(become({ ...read, fate }), exercised)];
    return relaxed === agree && letter.fate !== 'open' && letter.fate !== claimed
      ? [to(become(read), [], [], disagree(claimed))]
      : [];
  };
  return {
    clauses: [told],
    permits: 'its fate',
    may: false,
    accept: (seen) => (seen.value === undefined ? [] : successors(seen.value)),
    why: classOf,
    sample: () => ({ value: letter?.fate === 'arrived' ? 1 : 0 }),
  };
};

/** The sender is told once; who asks again, or about a letter nobody sent, hears 0. */
const atSender = (letter: Letter, value: number): Fate | null => {
  if (letter.atSender === 'read') return value === 0 ? 'open' : null;
  const claimed = value === 1 ? 'arrived' : 'refused';
  return letter.fate === 'open' || letter.fate === claimed ? claimed : null;
};

/** The receiver finds it once. Before a settle it may be on its way. */
const atReceiver = (letter: Letter, value: number): Fate | null => {
  if (value === 1) return letter.fate === 'refused' || letter.atReceiver === 'read' ? null : 'arrived';
  if (letter.atReceiver === 'read' || !letter.settled) return 'open';
  return letter.fate === 'arrived' ? null : 'refused';
};

const machine = (fates: readonly Fate[]): Machine<State> => ({
  interface: 'letters',
  points: variationPoints([]),
  clauses: [agree],
  initial: [],
  call: (c, s, step) =>
    step.op === 'send'
      ? [send(s, step, fates)]
      : [
          step.op === 'ask'
            ? look(c, s, step, atSender, { atSender: 'read' })
            : look(c, s, step, atReceiver, { atReceiver: 'read' }),
        ],
  settled: (s) => s.map((letter) => ({ ...letter, settled: true })),
  shape: plain(),
  ...unvisited,
});

export const letters: Invention<State> = {
  machine: machine(['open']),
  steps: ['send', 'ask', 'find'].map((op) => ({ op, letter: 'x' })),
  overlaps: ({ op }) => op === 'send' || op === 'find',
  results: ({ op }) => (op === 'send' ? [{}, { error: 'EIO' }] : [{ value: 0 }, { value: 1 }]),
};

/** One state for each fate, from the beginning. */
export const enumeratedLetters: Machine<State> = machine(['arrived', 'refused']);
