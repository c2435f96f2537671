import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Program, Step, TraceEvent } from '#spec/index';
import { besideLayout, listing, mailLayout } from './listing.ts';

const program = (...steps: Step[]): Program => ({ interface: 'msg-ring', steps });
const texts = (given: Program): readonly string[] => listing(given, [], null).map(({ text }) => text);

describe('steps of msg-ring read like what one would write', () => {
  test('only what is not the default is said', () => {
    expect(
      texts(
        program(
          { op: 'setup', as: 'r0' },
          { op: 'setup', as: 'r1', entries: 4, cq_entries: 2, flags: 'R_DISABLED|CQE32' },
          { op: 'enable', ring: 'r1' },
          { op: 'dup', as: 'd0', fd: 'r1' },
          { op: 'open', as: 'p0', kind: 'pipe-write' },
          { op: 'prep_msg_ring', ring: 'r0', fd: 'd0' },
          {
            op: 'prep_msg_ring',
            ring: 'r0',
            fd: 'd0',
            len: 16,
            data: '0x1234',
            flags: 2147483648,
            user_data: '0x7',
          },
          {
            op: 'prep_msg_ring',
            ring: 'r0',
            fd: 'p0',
            sqe_flags: 'IO_LINK|ASYNC',
            command: '0x1',
            ioprio: 1,
          },
          { op: 'submit', ring: 'r0' },
          { op: 'submit', ring: 'r0', count: 1, getevents: true },
          { op: 'reap', ring: 'r0' },
          { op: 'reap', ring: 'r0', max: 1 },
          { op: 'wait', ring: 'r1', count: 2, timeout_ms: 20 },
          { op: 'drain', ring: 'r1' },
          { op: 'memory', state: 'exhausted' },
          { op: 'memory' },
          { op: 'settle' },
        ),
      ),
    ).toEqual([
      'r0 = io_uring_setup(8)',
      'r1 = io_uring_setup(4, R_DISABLED | CQE32, cq_entries=2)',
      'io_uring_enable_rings(r1)',
      'd0 = dup(r1)',
      'p0 = pipe() [write end]',
      'io_uring_prep_msg_ring(sqe of r0, fd=d0)',
      'io_uring_prep_msg_ring(sqe of r0, fd=d0, len=16, data=0x1234, flags=0x80000000); sqe->user_data = 0x7',
      'io_uring_prep_msg_ring(sqe of r0, fd=p0); sqe->flags = IO_LINK | ASYNC; sqe->ioprio = 1; sqe->addr = 0x1',
      'io_uring_submit(r0)',
      'io_uring_enter(r0, to_submit=1, GETEVENTS)',
      'reap r0 without entering the kernel',
      'reap at most 1 from r0 without entering the kernel',
      'io_uring_enter(r1, min_complete=2, GETEVENTS, timeout=20ms)',
      'enter r1 with GETEVENTS and reap until empty',
      'from here on the kernel cannot allocate memory',
      'from here on the kernel can allocate memory again',
      'settle: wait for all asynchronous work',
    ]);
  });

  test('a target says whether anything stands behind it', () => {
    const steps: Step[] = [
      { op: 'setup', as: 'r0' },
      { op: 'close', fd: 'r0' },
      ...['r0', '@closed', '@minus-one', '@out-of-range', 'r9', 'constructor'].map((fd) => ({
        op: 'prep_msg_ring',
        ring: 'r0',
        fd,
      })),
    ];
    expect(texts(program(...steps)).slice(2)).toEqual([
      'io_uring_prep_msg_ring(sqe of r0, fd=r0 <closed>)',
      'io_uring_prep_msg_ring(sqe of r0, fd=<a closed descriptor>)',
      'io_uring_prep_msg_ring(sqe of r0, fd=-1)',
      'io_uring_prep_msg_ring(sqe of r0, fd=<larger than any descriptor>)',
      'io_uring_prep_msg_ring(sqe of r0, fd=r9 <never opened>)',
      'io_uring_prep_msg_ring(sqe of r0, fd=constructor <never opened>)',
    ]);
  });

  test('the actor is named only where there are several', () => {
    expect(texts(program({ op: 'exit', actor: 't1' }, { op: 'submit', ring: 'r0' }))).toEqual([
      't1: the thread ends; its descriptors stay open',
      't0: io_uring_submit(r0)',
    ]);
  });
});

describe('what was seen stands beside its step', () => {
  const seen = (step: Step, result: Extract<TraceEvent, { event: 'ran' }>['result'], before: Step[] = []) =>
    listing(program(...before, step), [{ event: 'ran', step: before.length, at: 1, result }], null)[
      before.length
    ]?.seen;

  test('refusals, values and calls that were not made', () => {
    expect(seen({ op: 'submit', ring: 'r0' }, { value: 1 })).toEqual(['= 1']);
    expect(seen({ op: 'wait', ring: 'r0' }, { error: 'ETIME' })).toEqual(['= -1 ETIME after 1 us']);
    expect(seen({ op: 'reap', ring: 'r0' }, { skipped: 'closed' })).toEqual(['not made: closed']);
    expect(seen({ op: 'prep_msg_ring', ring: 'r0', fd: 'r0' }, {})).toEqual(['ok']);
    expect(seen({ op: 'setup' }, { cq_entries: 16 })).toEqual(['ok']);
    expect(seen({ op: 'setup', cq_entries: 3 }, { cq_entries: 4 })).toEqual(['cq_entries=4']);
    expect(seen({ op: 'reap', ring: 'r0' }, { cqes: [], surprise: true })).toEqual([
      'surprise=true',
      'no cqe',
    ]);
  });

  test('an error number is named, unless a message carries these bits', () => {
    const result = { value: 0, cqes: [{ user_data: '0x1', res: -22, flags: 0 }] };
    expect(seen({ op: 'drain', ring: 'r0' }, result)).toEqual([
      'enter = 0',
      'cqe user_data=0x1 res=-22 (-EINVAL) flags=0',
    ]);
    const message = { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', len: 4294967274 };
    expect(seen({ op: 'drain', ring: 'r0' }, result, [message])).toEqual([
      'enter = 0',
      'cqe user_data=0x1 res=-22 flags=0',
    ]);
  });
});

describe('calls that overlap', () => {
  const steps: Step[] = [
    { op: 'wait', actor: 't1', begin: 'w0', ring: 'r0' },
    { op: 'submit', ring: 'r1' },
    { op: 'settle' },
    { op: 'end', call: 'w0' },
  ];
  const call: TraceEvent = { event: 'call', step: 0, at: 100 };
  const submit: TraceEvent = { event: 'ran', step: 1, at: 200, result: { value: 1 } };
  const settle: TraceEvent = { event: 'settle', step: 2, at: 30_000 };
  const back = (at: number): TraceEvent => ({ event: 'return', step: 0, at, result: { value: 0 } });
  const rows = (events: TraceEvent[], broken: number | null = null) =>
    listing(program(...steps), events, broken).map(
      ({ number, text, seen, broke }) => `${broke ? '>' : ''}${number ?? ''} ${text}: ${seen.join('; ')}`,
    );

  test('a return stands where it happened', () => {
    expect(rows([call, submit, back(250), settle], 0)).toEqual([
      '1 t1: begin w0: io_uring_enter(r0, min_complete=1, GETEVENTS, timeout=1000ms): under way',
      '2 t0: io_uring_submit(r1): = 1',
      '> w0 returns: = 0 after 150 us',
      '3 settle: wait for all asynchronous work: settled',
      '4 wait until w0 returns: ',
    ]);
  });

  test('a return that the program waited for stands beside the wait', () => {
    expect(rows([call, submit, settle, back(50_100)], 0).slice(2)).toEqual([
      '3 settle: wait for all asynchronous work: w0 still blocks',
      '>4 wait until w0 returns: = 0 after 50.000 ms',
    ]);
  });

  test('a call that never returns is marked where it began', () => {
    expect(rows([call, submit, settle], 0)[0]).toMatch(/^>1 .*: under way$/);
  });
});

test('an interface without a dialect is written as calls', () => {
  const [row] = listing(
    { interface: 'constructor', steps: [{ op: 'post', as: 'h', vector: 3, mode: 'now' }] },
    [{ event: 'ran', step: 0, at: 1, result: { value: 0, list: [1, 2], items: [{ a: 1, b: 'x' }] } }],
    0,
  );
  expect(row).toEqual({
    number: 1,
    text: 'h = post(vector=3, mode=now)',
    seen: ['= 0', 'list=[1, 2]', 'items=[{a=1 b=x}]'],
    broke: true,
  });
});

test('both layouts lose nothing, and the mail keeps its width', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 120 });
  const rows = fc.array(
    fc.record({
      number: fc.option(fc.integer({ min: 1, max: 10_000 })),
      text,
      seen: fc.array(text, { maxLength: 3 }),
      broke: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(rows, (given) => {
      for (const line of mailLayout(given)) expect(line.length).toBeLessThanOrEqual(72);
      const page = besideLayout(given);
      expect(page.length).toBeGreaterThanOrEqual(given.length);
      expect(page.filter((line) => line.startsWith('>>> '))).toHaveLength(
        given.filter(({ broke }) => broke).length,
      );
    }),
  );
});
