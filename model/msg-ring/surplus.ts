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

/** The breach that explains this completion under the relaxed clause, or null. */
export const surplus = (relaxed: ClauseId, s: State, ring: number, cqe: Completion): Breach | null => {
  switch (relaxed) {
    case 'msg-ring/send/posts-at-most-one':
      return blame(
        relaxed,
        known(s, (m) => m.posted === 'seen' && isMessage(m, ring, cqe)),
        'posted again',
      );
    case 'msg-ring/completion/exactly-one':
      return blame(
        relaxed,
        known(s, (m) => m.own === 'seen' && isOwn(m, ring, cqe)),
        'completed again',
      );
    case 'msg-ring/send/refused-posts-nothing':
      return blame(
        relaxed,
        s.finished.find((m) => m.fate === 'refused' && isMessage(m, ring, cqe)),
        'refused, but posted',
      );
    case 'msg-ring/prep/sends-nothing':
      return unsubmitted(relaxed, s, ring, cqe);
    default:
      return null;
  }
};

const isMessage = ({ expects }: Message, ring: number, cqe: Completion): boolean =>
  expects.target === ring && cqe.user_data === expects.data && cqe.res === expects.res;

const isOwn = ({ expects }: Message, ring: number, cqe: Completion): boolean =>
  expects.source === ring && cqe.user_data === expects.userData;

const known = (s: State, fits: (m: Message) => boolean): Message | undefined =>
  s.messages.find(fits) ?? s.finished.find(fits);

const blame = (clause: ClauseId, m: Message | undefined, observed: string): Breach | null =>
  m === undefined
    ? null
    : messageBreach(clause, m, observed, [
        clause === 'msg-ring/send/refused-posts-nothing' ? 'no completion on the target' : 'one completion',
      ]);

const unsubmitted = (clause: ClauseId, s: State, ring: number, cqe: Completion): Breach | null =>
  s.rings.some(({ prepared }) =>
    prepared.some((p) => isPreparedFor(s, p, ring) && cqe.user_data === p.data && cqe.res === (p.len | 0)),
  )
    ? {
        clause,
        operation: 'prep_msg_ring',
        observed: 'sent before it was submitted',
        permitted: ['no completion anywhere'],
        situation: {},
      }
    : null;

/** A prepared entry names this ring as its target. */
export const isPreparedFor = (s: State, p: Prepared, ring: number): boolean => {
  const target = targetOf(s, p.fd);
  return target.kind === 'ring' && target.ring === ring;
};
