/** Every mutant lies where it says: a short program tells it from the honest simulator, and another does not. */

import { expect, test } from 'vitest';
import { clauseFile, clauses, type Step } from '#spec/index';
import { Simulator } from '../../simulator.ts';
import { behaviours } from '../behaviours.ts';
import {
  answerOf,
  close,
  deferred,
  drain,
  dup,
  end,
  exit,
  memory,
  open,
  prep,
  reap,
  ring,
  send,
  settle,
  submit,
  wait,
} from '../scenario.ts';
import { msgRingMutants } from './index.ts';

const BIG = 0xffff_fff0;
const HUGE = '0x8000000012345678';
const two = [ring('a'), ring('b')];
const three = [...two, ring('c')];
const tiny = [ring('a'), ring('b', { entries: 1, cq_entries: 1 })];
const done = [settle, drain('a'), drain('b')];
const waits = wait('b', { actor: 't1', begin: 'w0', timeout_ms: 20 });
const pair = [prep('a', 'b', { len: 1, data: '0x1' }), prep('a', 'b', { len: 2, data: '0x2' }), submit('a')];
const one = send('a', 'b', { len: 5, data: '0x7', user_data: '0x9' });
const big = [...two, ...send('a', 'b', { len: BIG, data: HUGE, user_data: '0x9' }), ...done];
const flagged = (flags: number) => [...two, ...send('a', 'b', { flags, data: '0x7' }), ...done];
const asynchronous = { sqe_flags: 'ASYNC', data: '0x7' };

/** For each mutant a program on which its trace differs from the truth. */
const witnesses: Readonly<Record<string, readonly Step[]>> = {
  'sends-when-prepared': [...two, prep('a', 'b'), ...done],
  'sends-one-too-many': [...two, ...pair.slice(0, 2), submit('a', { count: 1 }), ...done],
  'drops-messages': [...two, ...one, ...done],
  'drops-one-of-batch': [...two, ...pair, ...done],
  'drops-when-full': [...tiny, ...pair, ...done],
  'drops-after-overflow': [...tiny, ...pair, ...done, ...one, ...done],
  'drops-asynchronous': [...two, ...send('a', 'b', asynchronous), ...done],
  'overflow-loses-newest': [ring('a'), ring('b', { entries: 1, cq_entries: 2 }), ...pair, ...pair, ...done],
  'overflow-repeats-oldest': [...tiny, ...pair, ...done],
  'posts-twice': [...two, ...one, ...done],
  'posts-twice-when-deferred': [ring('a'), deferred('b'), ...one, ...done],
  'posts-twice-when-full': [...tiny, ...pair, ...done],
  'third-ring-confused': [...three, ...send('a', 'c'), ...done, drain('c')],
  'goes-to-previous-target': [...three, ...one, ...send('a', 'c'), ...done, drain('c')],
  'message-from-nowhere': [...two, ...one, settle, drain('b')],
  'closing-takes-message-back': [...two, ...one, settle, close('a'), drain('b')],
  'exit-empties-overflow': [...tiny, ...pair, exit('t1'), ...done],
  'len-loses-top-bit': big,
  'len-saturates': big,
  'len-is-16-bits': big,
  'len-of-previous-message': [...two, ...pair, ...done],
  'len-lost-when-deferred': [ring('a'), deferred('b'), ...one, ...done],
  'data-loses-high-half': big,
  'data-loses-top-bit': big,
  'data-is-signed': big,
  'data-lost-on-duplicate': [...two, dup('b', 'c'), ...send('a', 'c', { data: '0x7' }), ...done],
  'data-lost-on-asynchronous-self': [ring('a'), ...send('a', 'a', asynchronous), settle, drain('a')],
  'user-data-swapped': [...two, ...one, ...done],
  'target-flags-vary': [...two, ...pair, ...done],
  'passed-flags-lost-when-deferred': [
    ring('a'),
    deferred('b'),
    ...send('a', 'b', { flags: 2, file_index: 66 }),
    ...done,
  ],
  'never-completes': [...two, ...one, ...done],
  'completion-lost-when-full': [ring('a', { entries: 1, cq_entries: 1 }), ring('b'), ...one, ...one, ...done],
  'self-completes-once': [ring('a'), ...send('a', 'a'), settle, drain('a')],
  'completes-twice': [...two, ...one, ...done],
  'refusal-completes-twice': flagged(1),
  'completes-with-data': [...two, ...one, ...done],
  'success-value-varies': [...two, ...pair, ...done],
  'accepts-pipe': [ring('a'), open('b', 'pipe-write'), ...one, settle, drain('a')],
  'accepts-closed-descriptor': [ring('a'), ...send('a', '@closed'), settle, drain('a')],
  'directory-is-EBADF': [ring('a'), open('b', 'directory'), ...one, settle, drain('a')],
  'not-a-ring-is-EINVAL': [ring('a'), open('b', 'socket'), ...one, settle, drain('a')],
  'minus-one-is-ENOENT': [ring('a'), ...send('a', '@minus-one'), settle, drain('a')],
  'closed-error-varies': [
    ring('a'),
    prep('a', '@closed'),
    prep('a', '@closed'),
    submit('a'),
    settle,
    drain('a'),
  ],
  'closed-error-by-mode': [deferred('a'), ...send('a', '@closed'), settle, drain('a')],
  'accepts-flag-bit-0': flagged(1),
  'accepts-top-flag': flagged(0x8000_0000),
  'flags-are-EOPNOTSUPP': flagged(4),
  'flag-bit-1-refused': flagged(2),
  'foreign-field-is-EPERM': [...two, ...send('a', 'b', { ioprio: 1 }), ...done],
  'large-len-is-EINVAL': big,
  'refuses-rings-of-others': [ring('a'), ring('b', { actor: 't1' }), ...one, ...done],
  'refuses-duplicates': [...two, dup('b', 'c'), ...send('a', 'c'), ...done],
  'refuses-third-ring': [...three, ...send('a', 'c'), ...done],
  'refuses-self': [ring('a'), ...send('a', 'a'), settle, drain('a')],
  'disabled-varies': [ring('a'), ring('b', { flags: 'R_DISABLED' }), ...pair, settle, drain('a')],
  'accepts-disabled': [ring('a'), ring('b', { flags: 'R_DISABLED' }), ...one, settle, drain('a')],
  'full-is-EOVERFLOW': [...tiny, ...pair, ...done],
  'full-is-EBADFD': [...tiny, ...pair, ...done],
  'overflow-is-EAGAIN': [...tiny, memory('exhausted'), ...pair, ...done],
  'no-memory-is-EAGAIN': [ring('a'), deferred('b'), memory('exhausted'), ...one, ...done],
  'no-memory-with-memory': [ring('a'), deferred('b'), ...pair, ...one, ...done],
  'refused-is-posted': flagged(1),
  'overflow-refused-is-posted': [...tiny, memory('exhausted'), ...pair, memory('restored'), ...done],
  'error-is-positive': flagged(1),
  'error-on-target': flagged(1),
  'error-from-submit': flagged(1),
  'wake-lost': [...two, waits, ...one, settle],
  'second-wake-lost': [...two, waits, ...one, settle, reap('b'), { ...waits, begin: 'w1' }, ...one, settle],
  'wake-lost-when-deferred': [ring('a'), deferred('b', { actor: 't1' }), waits, ...one, settle],
  'wakes-one-message-late': [...two, waits, ...one, settle],
  'wake-lost-across-threads': [...two, waits, ...one, settle],
  'times-out-at-once': [...two, waits, settle],
  'times-out-at-half': [...two, waits, end('w0')],
  'settling-ends-time': [...two, waits, settle],
  'last-of-full-batch-loses-data': [
    ring('a', { entries: 4 }),
    ring('b'),
    ...[1, 2, 3, 4].map((data) => prep('a', 'b', { data: `0x${data}` })),
    submit('a'),
    ...done,
  ],
  'last-place-loses-len': [
    ring('a'),
    ring('b', { entries: 8, cq_entries: 8 }),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((len) => prep('a', 'b', { len })),
    submit('a'),
    ...done,
  ],
  'ring-made-after-close-is-deaf': [ring('a'), ring('c'), close('c'), ring('b'), ...one, ...done],
  'other-descriptor-closes-too': [...two, dup('b', 'c'), close('b'), ...send('a', 'c'), settle, drain('c')],
  'second-overflow-is-lost': [...tiny, ...pair, ...done, ...pair, ...done],
  'overflow-refusal-sticks': [
    ...tiny,
    memory('exhausted'),
    ...pair,
    memory('restored'),
    drain('b'),
    ...one,
    ...done,
  ],
  'second-pending-loses-len': [ring('a'), deferred('b'), ...pair, ...done],
  'linked-pair-shares-len': [
    ...two,
    prep('a', 'b', { len: 1, sqe_flags: 'IO_LINK' }),
    prep('a', 'b', { len: 2 }),
    submit('a'),
    ...done,
  ],
  'nth-message-posted-twice': [...two, ...pair, ...pair, ...one, ...done],
  'drops-among-three-owners': [
    ring('a'),
    ring('b', { actor: 't1' }),
    ring('c', { actor: 't2' }),
    ...one,
    settle,
    drain('b', { actor: 't1' }),
  ],
  'message-wakes-only-one': [
    ...two,
    waits,
    wait('b', { actor: 't2', begin: 'w1', timeout_ms: 20 }),
    ...one,
    settle,
  ],
  'dies-of-overflow': [...tiny, ...pair, ...one, ...done],
  'hangs-on-deferred-self': [deferred('a'), ...send('a', 'a'), settle, drain('a')],
  'warns-of-large-len': big,
  'leaks-third-ring': [...three, ...done],
  'newest-first': [...two, ...pair, ...done],
  'success-is-one': [...two, ...one, ...done],
  'target-flags-set': [...two, ...one, ...done],
};

const truth = (mutant: { readonly behaviour?: string }) => `simulator:${mutant.behaviour ?? 'docs'}`;

test.each(msgRingMutants)('$name lies where a program looks', (mutant) => {
  const steps = witnesses[mutant.name] ?? [];
  expect(steps.length).toBeGreaterThan(0);
  expect(answerOf(`simulator+${mutant.name}`, steps)).not.toEqual(answerOf(truth(mutant), steps));
});

/** A program that sends nothing. */
const harmless = [ring('a', { actor: 't1' }), exit('t2')];

test.each(msgRingMutants)('$name tells the truth where it has nothing to lie about', (mutant) => {
  expect(answerOf(`simulator+${mutant.name}`, harmless)).toEqual(answerOf(truth(mutant), harmless));
});

test('every mutant has a witness, and no witness is left over', () => {
  expect(Object.keys(witnesses).sort()).toEqual(msgRingMutants.map(({ name }) => name).sort());
});

test('a mutant breaks something unless it is a control, and names behaviours and editions that exist', () => {
  const editions = clauseFile('msg-ring').editions.map(({ id }) => id);
  for (const { name, breaks, control, behaviour = 'docs', edition = editions[0] } of msgRingMutants) {
    expect(breaks.length > 0, name).toBe(control !== true);
    expect(new Set(breaks).size, name).toBe(breaks.length);
    expect(behaviours.map((known) => known.name)).toContain(behaviour);
    expect(editions).toContain(edition);
  }
});

/** Clauses that say what is open: whatever a system does there, it breaks another clause or none. */
const unbreakable: readonly string[] = [
  'msg-ring/fields/commands',
  'msg-ring/modes/sqe-flags',
  'msg-ring/modes/ring-modes',
  'msg-ring/lifetime/dead-owner',
  'msg-ring/lifetime/in-flight-changes',
  'msg-ring/order/open',
  'msg-ring/overflow/loss-without-memory',
  'msg-ring/wait/spurious',
];

test('every clause that a run can check is the first that some mutant breaks, or cannot be broken', () => {
  const checked = clauses('msg-ring').filter((clause) => clause.checked !== 'static');
  const firsts = new Set<string | undefined>(msgRingMutants.map(({ breaks }) => breaks[0]));
  expect(checked.length).toBeGreaterThan(30);
  expect(checked.map(({ id }) => id).filter((id) => !firsts.has(id) && !unbreakable.includes(id))).toEqual(
    [],
  );
  expect(unbreakable.filter((id) => firsts.has(id))).toEqual([]);
});

test('an argument moves the lie', () => {
  const steps = [...two, ...pair, reap('b')];
  const first = answerOf('simulator+drops-one-of-batch=1', steps);
  expect(first).not.toEqual(answerOf('simulator+drops-one-of-batch', steps));
  expect(answerOf('simulator+drops-one-of-batch=2', steps)).toEqual(
    answerOf('simulator+drops-one-of-batch', steps),
  );
});

test('a flaky mutant lies in about as many programs as told, the same ones for the same seed', () => {
  const lies = (address: string) => {
    const simulator = new Simulator(address);
    const steps = [...two, ...one, reap('b')];
    return Array.from({ length: 400 }, () => {
      const answer = simulator.execute({ interface: 'msg-ring', steps });
      const event = answer.kind === 'trace' ? answer.events.at(-1) : undefined;
      return (
        event !== undefined && 'result' in event && (event.result.cqes as readonly unknown[]).length === 0
      );
    });
  };
  const drawn = lies('simulator+drops-messages+flaky=0.3');
  const share = drawn.filter(Boolean).length / drawn.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.4);
  expect(lies('simulator+drops-messages+flaky=0.3')).toEqual(drawn);
  expect(lies('simulator+drops-messages+flaky=0.3+seed=2')).not.toEqual(drawn);
  expect(lies('simulator+drops-messages+flaky=0')).not.toContain(true);
});
