/**
 * Completions that only a relaxed clause explains: one too many, or one of a message that was never submitted. They
 * belong to no obligation, so they change nothing.
 */

import type { ClauseId } from '#spec/index';
import type { Breach } from '../outcome.ts';
import {
  type Completion,
  type Message,
  messageBreach,
  type Prepared,
  type State,
  targetOf,
} from './state.ts';

/** How the relaxed clause explains a completion, and what that says about a message still under way. */
export interface Surplus {
  readonly breach: Breach;
  /** Index among the messages under way. */
  readonly message?: number;
  readonly change?: Partial<Pick<Message, 'own' | 'posted' | 'fate'>>;
}

/** How the relaxed clause explains this completion, or null. */
export const surplus = (relaxed: ClauseId, s: State, ring: number, cqe: Completion): Surplus | null => {
  switch (relaxed) {
    case 'msg-ring/send/posts-at-most-one':
      return blame(
        relaxed,
        known(s, (m) => m.posted === 'seen' && isMessage(m, ring, cqe)),
        'posted again',
        'one completion',
      );
    case 'msg-ring/completion/exactly-one':
      return blame(
        relaxed,
        known(s, (m) => m.own === 'seen' && isOwn(m, ring, cqe)),
        'completed again',
        'one completion',
      );
    case 'msg-ring/send/refused-posts-nothing': {
      const refused = s.finished.find((m) => m.fate === 'refused' && isMessage(m, ring, cqe));
      return blame(relaxed, refused, 'refused, but posted', 'no completion on the target');
    }
    case 'msg-ring/send/posts-completion':
      return elsewhere(relaxed, s, ring, cqe);
    case 'msg-ring/error/in-res':
      return errorElsewhere(relaxed, s, ring, cqe);
    case 'msg-ring/prep/sends-nothing':
      return { breach: unsubmitted(relaxed, s, ring, cqe) };
    default:
      return null;
  }
};

/** The message arrived on a ring that it was not sent to. */
const elsewhere = (clause: ClauseId, s: State, ring: number, cqe: Completion): Surplus | null => {
  const mayHaveGone = ({ expects, posted, fate }: Message): boolean =>
    expects.target !== ring &&
    posted !== 'seen' &&
    fate !== 'refused' &&
    cqe.user_data === expects.data &&
    cqe.res === expects.res;
  const observed = 'posted on another ring';
  const permitted = 'one completion on the target';
  const message = s.messages.findIndex(mayHaveGone);
  // Of a message whose target was closed nothing is owed any more, and it may have gone astray all the same.
  if (message < 0) return blame(clause, s.finished.find(mayHaveGone), observed, permitted);
  const breach = messageBreach(clause, s.messages[message] as Message, observed, [permitted]);
  return { breach, message, change: { posted: 'seen', fate: 'succeeded' } };
};

/** The error was reported on the target. */
const errorElsewhere = (clause: ClauseId, s: State, ring: number, cqe: Completion): Surplus | null => {
  const message = s.messages.findIndex(
    ({ expects, own, fate }) =>
      expects.target === ring &&
      expects.source !== ring &&
      own !== 'seen' &&
      fate !== 'succeeded' &&
      cqe.res < 0,
  );
  if (message < 0) return null;
  const breach = messageBreach(clause, s.messages[message] as Message, 'reported on the target', [
    'one completion on the source',
  ]);
  return { breach, message, change: { own: 'gone', fate: 'refused', posted: 'absent' } };
};

const isMessage = ({ expects }: Message, ring: number, cqe: Completion): boolean =>
  expects.target === ring && cqe.user_data === expects.data && cqe.res === expects.res;

const isOwn = ({ expects }: Message, ring: number, cqe: Completion): boolean =>
  expects.source === ring && cqe.user_data === expects.userData;

const known = (s: State, fits: (m: Message) => boolean): Message | undefined =>
  s.messages.find(fits) ?? s.finished.find(fits);

const blame = (
  clause: ClauseId,
  m: Message | undefined,
  observed: string,
  permitted: string,
): Surplus | null => (m === undefined ? null : { breach: messageBreach(clause, m, observed, [permitted]) });

/** Nothing that was submitted explains it: it was sent before, or by nobody. */
const unsubmitted = (clause: ClauseId, s: State, ring: number, cqe: Completion): Breach => ({
  clause,
  operation: 'prep_msg_ring',
  observed: s.rings.some(({ prepared }) =>
    prepared.some((p) => isPreparedFor(s, p, ring) && cqe.user_data === p.data && cqe.res === (p.len | 0)),
  )
    ? 'sent before it was submitted'
    : 'a completion of nothing that was submitted',
  permitted: ['no completion'],
  situation: {},
});

/** A prepared entry names this ring as its target. */
export const isPreparedFor = (s: State, p: Prepared, ring: number): boolean => {
  const target = targetOf(s, p.fd);
  return target.kind === 'ring' && target.ring === ring;
};
