/**
 * What the machine knows about a process with rings. Only what the page speaks of, or what its sentences need to be
 * read, is here: which descriptors are rings, what was sent to whom, and what is therefore still owed.
 */

import type { ClauseId } from '#spec/index';
import type { Breach, Refusal } from '../outcome.ts';
import {
  bag,
  flag,
  list,
  names,
  nullable,
  oneOf,
  plain,
  record,
  type Shape,
  shared,
  text,
  whole,
} from '../shape.ts';

/** How a ring publishes messages, as far as the page's silence about ring modes makes a difference. */
type Mode = 'direct' | 'deferred' | 'iopoll';

export interface Ring {
  readonly mode: Mode;
  /** The kernel submits by itself, in its own time. */
  readonly polled: boolean;
  /** Only the owner may enter it. */
  readonly single: boolean;
  readonly enabled: boolean;
  /** The thread that may enter a single-issuer ring and receives a deferred ring's messages. */
  readonly owner: string;
  readonly entries: number;
  readonly cqEntries: number;
  /** Open descriptors that name it. */
  readonly references: number;
  /** Entries filled in and not yet submitted, in order. */
  readonly prepared: readonly Prepared[];
  /** Completions may be held back because the queue was full, until the kernel is entered. */
  readonly overflowed: boolean;
  /** What a complete look at this ring (a settle, then a drain) will have tested, as bits (completions.ts). */
  readonly watched: number;
}

/** What `fd` denotes, at the moment the message is taken. */
export type Target =
  | { readonly kind: 'ring'; readonly ring: number }
  | { readonly kind: 'not-a-ring' }
  /** The situation of the variation point `non-descriptor@…`. */
  | { readonly kind: 'non-descriptor'; readonly how: 'closed' | 'minus-one' | 'out-of-range' | 'path' };

/** A submission entry as prepared. */
export interface Prepared {
  readonly fd: string;
  readonly len: number;
  readonly data: string;
  readonly flags: number;
  readonly userData: string;
  readonly command: string;
  /** A field that the prepared call leaves alone is not zero. */
  readonly foreign: boolean;
  readonly fileIndex: number;
  readonly sqeFlags: ReadonlySet<string>;
}

/** What a finding says about where a message was going. */
export type MessageSituation = Readonly<
  Record<'target' | 'owner' | 'flags' | 'fields' | 'memory' | 'queue', string>
>;

/** What the page says about one message, fixed when it is taken. Shared by all worlds. */
export interface Expectation {
  readonly source: number;
  /** The ring that will hold it; -1 when there is none. */
  readonly target: number;
  readonly userData: string;
  readonly data: string;
  /** `len` as the signed value of res. */
  readonly res: number;
  /** Flags of the target completion; null where the page is silent. */
  readonly flags: number | null;
  readonly refusals: readonly Refusal[];
  /** The sentence that forbids refusing it although nothing is wrong. */
  readonly grants: ClauseId;
  /** Exactly the entry that the page's call prepares. */
  readonly plain: boolean;
  /** The command field was used: what arrives is not the page's message. */
  readonly commanded: boolean;
  /** The entry behind it belongs to the same chain. */
  readonly links: boolean;
  /** Waits for everything before it, and holds up everything behind it. */
  readonly drains: boolean;
  /** The source asked for no completion on success. */
  readonly skipsSuccess: boolean;
  readonly situation: MessageSituation;
}

/** One message under way: an obligation on its source and, if it succeeds, on its target. */
export interface Message {
  readonly expects: Expectation;
  /** Settled by whichever of its two completions is read first. */
  readonly fate: 'open' | 'succeeded' | 'refused';
  /** The source completion: still owed, read, or no longer to be expected. */
  readonly own: 'owed' | 'seen' | 'gone';
  /** The target completion: unknown, read, or known not to be there. */
  readonly posted: 'unknown' | 'seen' | 'absent';
  /** The system has had time for everything it does by itself. */
  readonly settled: boolean;
  /** The kernel may not have looked at it yet. */
  readonly pending: boolean;
  /** Only entering its ring lets it go on, perhaps several times over: a settle alone does not finish it. */
  readonly late: boolean;
  /** Something it depends on changed while it was pending. */
  readonly raced: boolean;
  /** It may be lost without a word: kernel memory was exhausted, or its receiver has ended. */
  readonly lossy: boolean;
  /** Memory was exhausted while it was under way. */
  readonly starved: boolean;
  /** Somebody who waited on its target has returned since: the page speaks of waking someone, not everyone. */
  readonly woke: boolean;
}

/** A completion as the trace holds it. */
export interface Completion {
  readonly user_data: string;
  readonly res: number;
  readonly flags: number;
}

/** A breach about one message. */
export const messageBreach = (
  clause: ClauseId,
  m: Message,
  observed: string,
  permitted: readonly string[],
): Breach => ({ clause, operation: 'prep_msg_ring', observed, permitted, situation: m.expects.situation });

/** A name that the program gave to a descriptor. */
export interface Handle {
  readonly name: string;
  /** The ring that it denotes; -1 for every other file. */
  readonly ring: number;
  /** Opened with O_PATH: a descriptor that nothing can be done with. */
  readonly path: boolean;
  readonly open: boolean;
}

export interface State {
  /** In the order of their first use. */
  readonly handles: readonly Handle[];
  readonly rings: readonly Ring[];
  readonly messages: readonly Message[];
  /** Messages of which nothing is owed any more; kept only while a clause about surplus is relaxed. */
  readonly finished: readonly Message[];
  readonly ended: readonly string[];
  readonly exhausted: boolean;
}

export const initial: State = {
  handles: [],
  rings: [],
  messages: [],
  finished: [],
  ended: [],
  exhausted: false,
};

/** A copy that nobody else has seen yet: its members may still be written. */
export type Draft<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * Copies are written member by member. An object spread would say it in a word, but lays out its result anew at each
 * place where it is written, and an engine that meets a hundred layouts of a state is ten times slower with all of them.
 */
export const draftOf = (s: State): Draft<State> => ({
  handles: s.handles,
  rings: s.rings,
  messages: s.messages,
  finished: s.finished,
  ended: s.ended,
  exhausted: s.exhausted,
});

export const draftOfRing = (r: Ring): Draft<Ring> => ({
  mode: r.mode,
  polled: r.polled,
  single: r.single,
  enabled: r.enabled,
  owner: r.owner,
  entries: r.entries,
  cqEntries: r.cqEntries,
  references: r.references,
  prepared: r.prepared,
  overflowed: r.overflowed,
  watched: r.watched,
});

export const draftOfMessage = (m: Message): Draft<Message> => ({
  expects: m.expects,
  fate: m.fate,
  own: m.own,
  posted: m.posted,
  settled: m.settled,
  pending: m.pending,
  late: m.late,
  raced: m.raced,
  lossy: m.lossy,
  starved: m.starved,
  woke: m.woke,
});

/** The state with one ring replaced. */
export const withRing = (s: State, index: number, ring: Ring): State => {
  const next = draftOf(s);
  const rings = s.rings.slice();
  rings[index] = ring;
  next.rings = rings;
  return next;
};

/** The state with other messages. */
export const withMessages = (s: State, messages: readonly Message[]): State => {
  const next = draftOf(s);
  next.messages = messages;
  return next;
};

/** Drops messages of which nobody owes anything any more; a relaxed clause may still ask what became of them. */
export const tidy = (s: State, relaxed: ClauseId | null): State => {
  const over = (m: Message) => m.own !== 'owed' && m.posted !== 'unknown';
  if (!s.messages.some(over)) return s;
  const next = draftOf(s);
  next.messages = s.messages.filter((m) => !over(m));
  if (relaxed !== null) next.finished = [...s.finished, ...s.messages.filter(over)];
  return next;
};

/** The open descriptor behind a name, if there is one. */
export const handleOf = (s: State, name: string): Handle | null => {
  for (const handle of s.handles) if (handle.name === name) return handle.open ? handle : null;
  return null;
};

/** The state in which a name denotes this. */
export const withHandle = (s: State, handle: Handle): State => {
  const handles = s.handles.slice();
  const known = handles.findIndex(({ name }) => name === handle.name);
  if (known < 0) handles.push(handle);
  else handles[known] = handle;
  const next = draftOf(s);
  next.handles = handles;
  return next;
};

/** The ring that a name denotes; -1 if it denotes none, or is not open. */
export const ringOf = (s: State, name: string): number => handleOf(s, name)?.ring ?? -1;

/** What a target argument denotes now. */
export const targetOf = (s: State, fd: string): Target => {
  if (fd === '@minus-one') return { kind: 'non-descriptor', how: 'minus-one' };
  if (fd === '@out-of-range') return { kind: 'non-descriptor', how: 'out-of-range' };
  const handle = handleOf(s, fd);
  if (handle === null) return { kind: 'non-descriptor', how: 'closed' };
  if (handle.ring >= 0) return { kind: 'ring', ring: handle.ring };
  return handle.path ? { kind: 'non-descriptor', how: 'path' } : { kind: 'not-a-ring' };
};

const handle: Shape<Handle> = record({ name: text, ring: whole, path: flag, open: flag });

const prepared: Shape<Prepared> = shared(
  record({
    fd: text,
    len: whole,
    data: text,
    flags: whole,
    userData: text,
    command: text,
    foreign: flag,
    fileIndex: whole,
    sqeFlags: names,
  }),
);

const ring: Shape<Ring> = shared(
  record({
    mode: oneOf('direct', 'deferred', 'iopoll'),
    polled: flag,
    single: flag,
    enabled: flag,
    owner: text,
    entries: whole,
    cqEntries: whole,
    references: whole,
    prepared: list(prepared),
    overflowed: flag,
    watched: whole,
  }),
);

const expectation: Shape<Expectation> = shared(
  record({
    source: whole,
    target: whole,
    userData: text,
    data: text,
    res: whole,
    flags: nullable(whole),
    refusals: list(plain<Refusal>()),
    grants: text as Shape<ClauseId>,
    plain: flag,
    commanded: flag,
    links: flag,
    drains: flag,
    skipsSuccess: flag,
    situation: record<MessageSituation>({
      target: text,
      owner: text,
      flags: text,
      fields: text,
      memory: text,
      queue: text,
    }),
  }),
);

const message: Shape<Message> = shared(
  record({
    expects: expectation,
    fate: oneOf('open', 'succeeded', 'refused'),
    own: oneOf('owed', 'seen', 'gone'),
    posted: oneOf('unknown', 'seen', 'absent'),
    settled: flag,
    pending: flag,
    late: flag,
    raced: flag,
    lossy: flag,
    starved: flag,
    woke: flag,
  }),
);

/** The order of messages under way means nothing. */
export const shape: Shape<State> = record({
  handles: shared(list(handle)),
  rings: list(ring),
  messages: bag(message),
  finished: bag(message),
  ended: shared(list(text)),
  exhausted: flag,
});
