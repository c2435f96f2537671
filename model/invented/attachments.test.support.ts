/**
 * A list of attachments to one line, after the manner of an interrupt attach call, with everything that a document can
 * leave to the system: an order chosen once, an error demanded and not named, a refusal that only some systems give.
 */

import type { Step } from '#spec/index';
import { narrow } from '../choices.ts';
import type { Machine } from '../machine.ts';
import { type Context, classOf, type Outcome, type Refusal, returns, to, unordered } from '../outcome.ts';
import { list, record, text } from '../shape.ts';
import { choiceOf, clause, type Invention, pointsOf, unvisited } from './invention.test.support.ts';

export const attachmentClauses = {
  attaches: clause('attachments/attach/succeeds'),
  nothing: clause('attachments/attach/nothing'),
  unnamed: clause('attachments/error/unnamed'),
  room: clause('attachments/attach/room'),
  full: clause('attachments/error/full'),
  again: clause('attachments/attach/again'),
  memory: clause('attachments/error/memory'),
  each: clause('attachments/fire/each-in-order'),
  scaffold: clause('attachments/scaffold'),
} as const;
const { attaches, nothing, unnamed, room, full, again, memory, each, scaffold } = attachmentClauses;

export const attachmentPoints = pointsOf({
  'order@fire': ['front-first', 'back-first'],
  'error@nothing': ['EINVAL', 'EFAULT', 'ESRCH'],
  'again@attach': ['EBUSY', 'accepted'],
});
const points = attachmentPoints;

/** Longest list. */
const attachmentsMax = 2;

interface State {
  readonly attached: readonly string[];
  /** Emissions not yet read. */
  readonly emitted: readonly string[];
}

const errorOfNothing = (value: string): Refusal => ({
  demands: nothing,
  names: unnamed,
  error: value,
  binds: choiceOf(points, 'error@nothing', value),
});

const refusals = (s: State, who: string): readonly Refusal[] => [
  ...(who === 'nothing' ? ['EINVAL', 'EFAULT', 'ESRCH'].map(errorOfNothing) : []),
  ...(s.attached.length >= attachmentsMax ? [{ demands: room, names: full, error: 'EAGAIN' }] : []),
  ...(s.attached.includes(who)
    ? [{ demands: again, names: again, error: 'EBUSY', when: choiceOf(points, 'again@attach', 'EBUSY') }]
    : []),
  { demands: memory, names: memory, error: 'ENOMEM', may: true },
];

const attach = (c: Context, s: State, who: string): readonly Outcome<State>[] =>
  unordered(c, {
    operation: 'attach',
    situation: { list: s.attached.length === 0 ? 'empty' : 'some' },
    points,
    state: s,
    refusals: refusals(s, who),
    success: (proves) => [
      returns(c, attaches, {}, () => ({ ...s, attached: [who, ...s.attached] }), {
        operation: 'attach',
        narrows: proves,
        before: s,
      }),
    ],
  });

/** Every attachment, in the one order or the other. With fewer than two nobody can tell. */
const fire = (c: Context, s: State): Outcome<State> => {
  const inOrder = (value: string, names: readonly string[]) =>
    to({ ...s, emitted: [...s.emitted, ...names] }, [], [choiceOf(points, 'order@fire', value)]);
  const { choices } = c;
  const orders = [inOrder('front-first', s.attached), inOrder('back-first', s.attached.toReversed())];
  return {
    clauses: [each],
    permits: 'success',
    may: false,
    accept: (seen) =>
      seen.error !== undefined
        ? []
        : s.attached.length < 2
          ? [to({ ...s, emitted: [...s.emitted, ...s.attached] })]
          : orders.filter(({ narrows }) => narrow(choices, narrows) !== null),
    why: classOf,
    sample: () => ({}),
  };
};

const call = (c: Context, s: State, step: Step): readonly Outcome<State>[] => {
  switch (step.op) {
    case 'attach':
      return attach(c, s, String(step.who));
    case 'detach':
      return [
        returns(c, scaffold, {}, () => ({ ...s, attached: s.attached.filter((one) => one !== step.who) }), {
          operation: 'detach',
        }),
      ];
    case 'fire':
      return [fire(c, s)];
    default:
      return [emissions(s)];
  }
};

const emissions = (s: State): Outcome<State> => ({
  clauses: [each],
  permits: s.emitted.join(),
  may: false,
  accept: (seen) => (String(seen.names) === s.emitted.join() ? [to({ ...s, emitted: [] })] : []),
  why: (seen) => (seen.error === undefined ? 'other emissions' : classOf(seen)),
  sample: () => ({ names: s.emitted }),
});

const machine: Machine<State> = {
  interface: 'attachments',
  points,
  clauses: [attaches, nothing, unnamed, room, full, again, memory],
  initial: { attached: [], emitted: [] },
  call,
  settled: (s) => s,
  shape: record({ attached: list(text), emitted: list(text) }),
  ...unvisited,
};

const lists = [[], ['a'], ['b'], ['a', 'b'], ['b', 'a'], ['a', 'a']] as const;

export const attachments: Invention<State> = {
  machine,
  steps: [
    { op: 'attach', who: 'a' },
    { op: 'attach', who: 'b' },
    { op: 'attach', who: 'nothing' },
    { op: 'detach', who: 'a' },
    { op: 'fire' },
    { op: 'emissions' },
  ],
  overlaps: ({ op }) => op === 'attach' || op === 'fire',
  results: ({ op }) =>
    op === 'attach'
      ? [{}, ...['EINVAL', 'EFAULT', 'ESRCH', 'EAGAIN', 'EBUSY', 'ENOMEM', 'EIO'].map((error) => ({ error }))]
      : op === 'emissions'
        ? lists.map((names) => ({ names }))
        : [{}, { error: 'EIO' }],
};
