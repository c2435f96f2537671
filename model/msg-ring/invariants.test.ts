import { describe, expect, test } from 'vitest';
import { invariants } from './invariants.ts';
import { type Expectation, type Handle, initial, type Message, type Ring, type State } from './state.ts';

const ring = (more: Partial<Ring> = {}): Ring => ({
  mode: 'direct',
  polled: false,
  single: false,
  enabled: true,
  owner: 't0',
  entries: 2,
  cqEntries: 4,
  references: 1,
  prepared: [],
  overflowed: false,
  watched: 0,
  ...more,
});

const handle = (name: string, of: number, more: Partial<Handle> = {}): Handle => ({
  name,
  ring: of,
  path: false,
  open: true,
  ...more,
});

const expects: Expectation = {
  source: 0,
  target: 1,
  userData: '0xa1',
  data: '0xd1',
  res: 0,
  flags: null,
  refusals: [],
  grants: 'msg-ring/send/posts-completion',
  plain: true,
  commanded: false,
  links: false,
  drains: false,
  skipsSuccess: false,
  situation: {
    target: 'direct',
    owner: 'alive',
    flags: 'none',
    fields: 'prepared',
    memory: 'available',
    queue: 'room',
  },
};

const message = (more: Partial<Message> = {}, expected: Partial<Expectation> = {}): Message => ({
  expects: { ...expects, ...expected },
  fate: 'open',
  own: 'owed',
  posted: 'unknown',
  settled: false,
  pending: false,
  late: false,
  raced: false,
  lossy: false,
  starved: false,
  woke: false,
  ...more,
});

const prepared = {
  fd: 'r1',
  len: 0,
  data: '0xd1',
  flags: 0,
  userData: '0xa1',
  command: '0x0',
  foreign: false,
  fileIndex: 0,
  sqeFlags: new Set<string>(),
};

/** Two rings and a message from the first to the second: nothing is wrong with it. */
const sound: State = {
  ...initial,
  handles: [handle('r0', 0), handle('r1', 1)],
  rings: [ring(), ring()],
  messages: [message()],
};

const withMessage = (m: Message, more: Partial<State> = {}): State => ({ ...sound, messages: [m], ...more });
const closed: Partial<State> = {
  handles: [handle('r0', 0), handle('r1', 1, { open: false })],
  rings: [ring(), ring({ references: 0 })],
};

/** States that are wrong, and what does not hold in them. */
const wrong: readonly (readonly [invariant: string, what: string, state: State])[] = [
  [
    'a ring counts the open descriptors that name it',
    'two counted, one there',
    { ...sound, rings: [ring(), ring({ references: 2 })] },
  ],
  [
    'a ring counts the open descriptors that name it',
    'closed ones counted',
    { ...sound, handles: [handle('r0', 0), handle('r1', 1, { open: false })], messages: [] },
  ],
  [
    'a name stands for one descriptor, and one of a ring for a ring that was made',
    'a name twice',
    { ...sound, handles: [handle('r0', 0), handle('r0', 1)] },
  ],
  [
    'a name stands for one descriptor, and one of a ring for a ring that was made',
    'a ring that is not there',
    { ...sound, handles: [...sound.handles, handle('r2', 2)] },
  ],
  [
    'a name stands for one descriptor, and one of a ring for a ring that was made',
    'a ring opened with O_PATH',
    { ...sound, handles: [handle('r0', 0), handle('r1', 1, { path: true })] },
  ],
  [
    'a ring holds no more prepared entries than it was made for',
    'three of two',
    { ...sound, rings: [ring({ prepared: [prepared, prepared, prepared] }), ring()] },
  ],
  [
    'a message of which nothing is owed is not kept',
    'both read',
    withMessage(message({ own: 'seen', posted: 'seen', fate: 'succeeded' })),
  ],
  ['nothing is owed on a ring that is closed', 'a target that is closed', withMessage(message(), closed)],
  [
    'nothing is owed on a ring that is closed',
    'a source that is closed',
    withMessage(message({ posted: 'absent' }, { source: 1, target: 0 }), closed),
  ],
  [
    'a refused message was not seen on its target',
    'refused and seen',
    withMessage(message({ fate: 'refused', posted: 'seen' })),
  ],
  [
    'a message to what is no ring arrives nowhere',
    'perhaps arrived',
    withMessage(message({}, { target: -1 })),
  ],
  ['a settled message is not pending', 'both', withMessage(message({ settled: true, pending: true }))],
  [
    'what is under way while memory is exhausted is known to have met that',
    'not starved',
    { ...sound, exhausted: true },
  ],
  [
    'what waits for a thread that has ended may be lost',
    'firm',
    {
      ...sound,
      rings: [ring(), ring({ mode: 'deferred', owner: 't1' })],
      ended: ['t1'],
    },
  ],
  [
    'the first thread never ends, and every other one ends once',
    'the first ended',
    { ...sound, ended: ['t0'] },
  ],
  [
    'the first thread never ends, and every other one ends once',
    'one ended twice',
    { ...sound, ended: ['t1', 't1'] },
  ],
];

const brokenIn = (state: State): readonly string[] =>
  invariants.filter(({ holds }) => !holds(state)).map(({ name }) => name);

describe('the invariants', () => {
  test('hold where nothing is wrong', () => {
    expect(brokenIn(initial)).toEqual([]);
    expect(brokenIn(sound)).toEqual([]);
  });

  test.each(wrong)('%s: not with %s', (name, _what, state) => {
    expect(brokenIn(state)).toEqual([name]);
  });

  test('can all fail', () => {
    expect(new Set(wrong.map(([name]) => name))).toEqual(new Set(invariants.map(({ name }) => name)));
  });
});
