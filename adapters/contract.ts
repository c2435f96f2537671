/**
 * What every adapter must do, as tests: one suite, called from each adapter's own test file. It asks nothing that a
 * document about a system says; a system that breaks every clause passes, as long as it is reached and recorded.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  type Program,
  type Step,
  type SystemUnderTest,
  type TraceEvent,
  validate,
} from '#spec/index';

const program = (...steps: readonly Step[]): Program => ({ interface: 'msg-ring', steps });

type TraceAnswer = Extract<Answer, { readonly kind: 'trace' }>;

const setup = (as: string, more: Readonly<Record<string, string>> = {}): Step => ({
  op: 'setup',
  as,
  ...more,
});
const send = (
  ring: string,
  fd: string,
  more: Readonly<Record<string, string | number>> = {},
): readonly Step[] => [
  { op: 'prep_msg_ring', ring, fd, ...more },
  { op: 'submit', ring },
];
const settle: Step = { op: 'settle' };
const drain = (ring: string, actor = 't0'): Step => ({ op: 'drain', ring, actor });
const wait = (ring: string, more: Readonly<Record<string, string | number>>): Step => ({
  op: 'wait',
  ring,
  ...more,
});

/** A program whose results depend on nothing but the system's own choices. */
const oneMessage = program(
  setup('r0'),
  setup('r1'),
  ...send('r0', 'r1', { len: 7, data: '0xfeed', user_data: '0x5' }),
  settle,
  drain('r0'),
  drain('r1'),
);

/** Another actor waits, is woken, waits again in vain. */
const oneWaiter = program(
  setup('r0'),
  setup('r1', { actor: 't1' }),
  wait('r1', { actor: 't1', begin: 'w0', timeout_ms: 5_000 }),
  settle,
  ...send('r0', 'r1'),
  { op: 'end', call: 'w0' },
  drain('r1', 't1'),
  wait('r1', { actor: 't1', begin: 'w1', timeout_ms: 30 }),
  { op: 'end', call: 'w1' },
  settle,
  drain('r0'),
  drain('r1', 't1'),
);

/**
 * The suite.
 *
 * @param title - What is opened, as a noun.
 * @param open - Opens it; called once for the suite, and for the tests of closing.
 */
export const systemContract = (title: string, open: () => Promise<SystemUnderTest>): void => {
  describe(`${title} keeps the contract of adapters:`, () => {
    let system: SystemUnderTest;

    beforeAll(async () => {
      system = await open();
    });

    afterAll(async () => {
      await system?.close();
    });

    const trace = async (asked: Program, events?: 'end' | 'each'): Promise<TraceAnswer> => {
      const answer = await system.execute(asked, { ...(events && { events }) });
      if (answer.kind !== 'trace') throw new Error(`${answer.kind}: ${answer.reason}`);
      return answer;
    };

    test('it says what it is and what it offers', () => {
      const { description } = system;
      expect(description.agent.name).not.toBe('');
      expect(description.system.name).not.toBe('');
      expect(Object.keys(description.interfaces)).toContain('msg-ring');
      expect(Object.keys(description.interfaces['msg-ring']?.operations ?? {})).toContain('submit');
      for (const limit of Object.values(description.limits)) expect(limit).toBeGreaterThan(0);
    });

    test('a trace fits its schema, and its events are those of the steps, in order', async () => {
      const { events } = await trace(oneMessage);
      expect(validate.trace({ program: oneMessage, events })).toEqual([]);
      expect(events.map(({ event, step }) => [event, step])).toEqual(
        oneMessage.steps.map(({ op }, index) => [op === 'settle' ? 'settle' : 'ran', index]),
      );
      expectTimeToPass(events);
    });

    test('an empty program has an empty trace', async () => {
      expect((await trace(program())).events).toEqual([]);
    });

    test('a message is seen with everything that was sent', async () => {
      const { events } = await trace(oneMessage);
      const [own, posted] = events.slice(-2).map(resultOf);
      expect(own?.cqes).toEqual([expect.objectContaining({ user_data: '0x5' })]);
      expect(posted?.cqes).toEqual([expect.objectContaining({ user_data: '0xfeed', res: 7 })]);
    });

    test('64-bit values pass unchanged, and 32-bit results keep their sign', async () => {
      const values = ['0x0', '0x1', '0xffffffff', '0x100000000', '0x7fffffffffffffff', '0xffffffffffffffff'];
      const { events } = await trace(
        program(
          setup('r0'),
          setup('r1'),
          ...values.flatMap((data) => send('r0', 'r1', { data, user_data: data, len: 0xffff_ffff })),
          settle,
          drain('r0'),
          drain('r1'),
        ),
      );
      const posted = resultOf(events.at(-1) as TraceEvent)?.cqes as readonly Record<string, unknown>[];
      expect(posted.map(({ user_data }) => user_data)).toEqual(values);
      for (const { res } of posted) expect(res).toBe(-1);
    });

    test('the same program gives the same results, whatever ran in between', async () => {
      const results = async () => (await trace(oneMessage)).events.map(resultOf);
      const before = await results();
      await trace(oneWaiter);
      await trace(program(setup('r0'), ...send('r0', 'r0'), { op: 'close', fd: 'r0' }));
      expect(await results()).toEqual(before);
    });

    test('a program finds nothing of the one before', async () => {
      await trace(program(setup('r0'), setup('r1'), ...send('r0', 'r1')));
      const { events } = await trace(
        program({ op: 'reap', ring: 'r1' }, { op: 'close', fd: 'r0' }, setup('r1'), drain('r1')),
      );
      expect(events.map(resultOf)).toMatchObject([
        { skipped: 'no such handle' },
        { skipped: 'no such handle' },
        {},
        { cqes: [] },
      ]);
    });

    test('nothing is left behind by programs that close nothing', async () => {
      for (let time = 0; time < 20; time++) {
        const { leaks } = await trace(
          program(
            setup('r0'),
            { op: 'open', kind: 'pipe-read', as: 'd0' },
            { op: 'dup', fd: 'r0', as: 'd1' },
          ),
        );
        expect(leaks ?? []).toEqual([]);
      }
    });

    test('every operation has a result on a name that was never bound', async () => {
      const steps: readonly Step[] = [
        { op: 'enable', ring: 'x' },
        { op: 'dup', fd: 'x', as: 'y' },
        { op: 'close', fd: 'x' },
        { op: 'prep_msg_ring', ring: 'x', fd: 'x' },
        { op: 'submit', ring: 'x' },
        { op: 'reap', ring: 'x' },
        wait('x', { count: 1, timeout_ms: 10 }),
        drain('x'),
      ];
      const { events } = await trace(program(...steps, settle));
      expect(events.slice(0, -1).map(resultOf)).toEqual(steps.map(() => ({ skipped: 'no such handle' })));
    });

    test('every operation has a result on a handle that was closed', async () => {
      const steps: readonly Step[] = [
        { op: 'enable', ring: 'r0' },
        { op: 'dup', fd: 'r0', as: 'y' },
        { op: 'close', fd: 'r0' },
        { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
        { op: 'submit', ring: 'r0' },
        { op: 'reap', ring: 'r0' },
        wait('r0', { count: 1, timeout_ms: 10 }),
        drain('r0'),
      ];
      const { events } = await trace(program(setup('r0'), { op: 'close', fd: 'r0' }, ...steps, settle));
      expect(events.slice(2, -1).map(resultOf)).toEqual(steps.map(() => ({ skipped: 'closed' })));
    });

    test('a message to a closed handle, or to no handle at all, is sent nevertheless', async () => {
      const targets = ['r1', 'nobody', '@closed', '@minus-one', '@out-of-range'];
      const { events } = await trace(
        program(
          setup('r0'),
          setup('r1'),
          { op: 'close', fd: 'r1' },
          // A new descriptor must not take the number of the closed one.
          { op: 'open', kind: 'eventfd', as: 'd0' },
          setup('r2'),
          ...targets.flatMap((fd) => send('r0', fd)),
          settle,
          drain('r0'),
          drain('r2'),
        ),
      );
      const submitted = events.filter(
        (_, index) => index >= 5 && index < 5 + 2 * targets.length && index % 2 === 0,
      );
      for (const event of submitted) expect(resultOf(event)).toEqual({ value: 1 });
      expect(resultOf(events.at(-1) as TraceEvent)?.cqes).toEqual([]);
    });

    test('a ring lives as long as one of its descriptors', async () => {
      const { events } = await trace(
        program(
          setup('r0'),
          setup('r1'),
          { op: 'dup', fd: 'r1', as: 'd1' },
          { op: 'close', fd: 'r1' },
          ...send('r0', 'd1', { data: '0xa' }),
          settle,
          drain('d1'),
        ),
      );
      expect(resultOf(events.at(-1) as TraceEvent)?.cqes).toMatchObject([{ user_data: '0xa' }]);
    });

    test('a queue takes as many entries as it has, and says when it is full', async () => {
      const prepare: Step = { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' };
      const { events } = await trace(
        program(
          { op: 'setup', as: 'r0', entries: 2 },
          prepare,
          prepare,
          prepare,
          { op: 'submit', ring: 'r0' },
          prepare,
        ),
      );
      expect(events.slice(1).map(resultOf)).toEqual([{}, {}, { skipped: 'queue full' }, { value: 2 }, {}]);
    });

    test('a name that is no ring is not used as one', async () => {
      const { events } = await trace(
        program({ op: 'open', kind: 'pipe-read', as: 'd0' }, { op: 'submit', ring: 'd0' }),
      );
      expect(resultOf(events[1] as TraceEvent)).toEqual({ skipped: 'not a ring' });
    });

    test('a waiter that is woken returns after the message, and one that is not after its time', async () => {
      const { events } = await trace(oneWaiter);
      expect(validate.trace({ program: oneWaiter, events })).toEqual([]);
      expectTimeToPass(events);
      const at = (kind: TraceEvent['event'], step: number) =>
        events.findIndex(({ event, step: index }) => event === kind && index === step);
      const [first, submitted, second] = [2, 5, 8];
      expect(at('call', first)).toBeGreaterThanOrEqual(0);
      expect(at('return', first)).toBeGreaterThan(at('ran', submitted));
      expect(at('return', second)).toBeGreaterThan(at('call', second));
      expect(resultOf(events[at('return', first)] as TraceEvent)).toEqual({ value: 0 });
      expect(resultOf(events[at('return', second)] as TraceEvent)).toEqual({ error: 'ETIME' });
      const waitedUs =
        (events[at('return', second)] as TraceEvent).at - (events[at('call', second)] as TraceEvent).at;
      expect(waitedUs).toBeGreaterThanOrEqual(30_000);
    });

    test('a call that never returns is left open, and the next program runs', async () => {
      const open60s = wait('r1', { actor: 't1', begin: 'w0', timeout_ms: 60_000 });
      const { events } = await trace(program(setup('r1', { actor: 't1' }), open60s, settle));
      expect(events.map(({ event }) => event)).toEqual(['ran', 'call', 'settle']);
      expect((await trace(oneMessage)).events).toHaveLength(oneMessage.steps.length);
    });

    test('an actor that is in a call does nothing else', async () => {
      const { events } = await trace(
        program(
          setup('r1', { actor: 't1' }),
          wait('r1', { actor: 't1', begin: 'w0', timeout_ms: 100 }),
          { op: 'reap', ring: 'r1', actor: 't1' },
          { op: 'end', call: 'w0' },
          { op: 'reap', ring: 'r1', actor: 't1' },
        ),
      );
      const reaped = events.filter(({ event, step }) => event === 'ran' && step > 0).map(resultOf);
      expect(reaped).toEqual([{ skipped: 'actor is waiting' }, { cqes: [] }]);
    });

    test('the first actor can wait while others go on', async () => {
      const { events } = await trace(
        program(
          setup('r0', { actor: 't1' }),
          setup('r1'),
          wait('r1', { begin: 'w0', timeout_ms: 5_000 }),
          { op: 'prep_msg_ring', ring: 'r0', fd: 'r1', actor: 't1' },
          { op: 'submit', ring: 'r0', actor: 't1' },
          { op: 'end', call: 'w0' },
          drain('r1'),
        ),
      );
      expect(events.map(({ event }) => event)).toEqual(['ran', 'ran', 'call', 'ran', 'ran', 'return', 'ran']);
    });

    test('an actor that has exited does nothing, and its descriptors stay', async () => {
      const { events } = await trace(
        program(
          setup('r0'),
          setup('r1', { actor: 't1' }),
          { op: 'exit', actor: 't1' },
          { op: 'reap', ring: 'r1', actor: 't1' },
          wait('r1', { actor: 't1', begin: 'w0' }),
          { op: 'exit', actor: 't1' },
          { op: 'exit' },
          ...send('r0', 'r1', { data: '0xb' }),
          settle,
          drain('r1'),
        ),
      );
      const exited = { skipped: 'actor has exited' };
      expect(
        events.slice(2, 8).map(({ event, ...rest }) => [event, 'result' in rest ? rest.result : null]),
      ).toEqual([
        ['ran', {}],
        ['ran', exited],
        ['call', null],
        ['return', exited],
        ['ran', exited],
        ['ran', { skipped: 't0 never ends' }],
      ]);
      expect(resultOf(events.at(-1) as TraceEvent)?.cqes).toMatchObject([{ user_data: '0xb' }]);
    });

    test('a program that announces its steps gives the same results', async () => {
      expect((await trace(oneMessage, 'each')).events.map(resultOf)).toEqual(
        (await trace(oneMessage)).events.map(resultOf),
      );
    });

    test('programs under way at once do not disturb each other', async () => {
      const marks = Array.from({ length: 30 }, (_, index) => `0x${(index + 1).toString(16)}`);
      const seen = await Promise.all(
        marks.map(async (data) => {
          const { events } = await trace(
            program(setup('r0'), ...send('r0', 'r0', { data, user_data: data }), settle, drain('r0')),
          );
          return resultOf(events.at(-1) as TraceEvent)?.cqes;
        }),
      );
      expect(seen).toMatchObject(marks.map((user_data) => [{ user_data }, { user_data }]));
    });

    test('the time that a program asks for itself does not count as hanging', async () => {
      // All but one of the waits do not say how long; the interface does.
      const unsaid = Array.from({ length: 4 }, () => wait('r0', {}));
      const asked = program(setup('r0'), wait('r0', { timeout_ms: 300 }), ...unsaid);
      const answer = await system.execute(asked, { deadlineMs: 200 });
      expect(answer.kind).toBe('trace');
    });

    test('an interface that it does not know is unsupported, with a reason', async () => {
      const answer = await system.execute({ interface: 'no-such-interface', steps: [] });
      expect(answer).toEqual({ kind: 'unsupported', reason: expect.stringMatching(/\w/) });
    });

    test('a program that needs what is not offered is unsupported, with a reason', async () => {
      const offered = system.description.interfaces['msg-ring']?.capabilities ?? [];
      const needy: Readonly<Record<string, Step>> = {
        'memory-fault': { op: 'memory', state: 'exhausted' },
        sqpoll: setup('r0', { flags: 'SQPOLL' }),
        iopoll: setup('r0', { flags: 'IOPOLL' }),
        'single-issuer': setup('r0', { flags: 'SINGLE_ISSUER' }),
      };
      for (const [capability, step] of Object.entries(needy)) {
        const answer = await system.execute(program(setup('r9'), step));
        if (offered.includes(capability)) expect(answer.kind).toBe('trace');
        else expect(answer).toEqual({ kind: 'unsupported', reason: expect.stringContaining(capability) });
      }
    });

    test('a step that the interface does not have is refused, and not executed', async () => {
      for (const step of [
        { op: 'format_disk' },
        { op: 'setup', entries: 100_000 },
        { op: 'close', fd: 17 },
      ]) {
        const answer = await system.execute(program(setup('r0'), step));
        expect(['failed', 'unsupported']).toContain(answer.kind);
      }
      expect((await trace(oneMessage)).kind).toBe('trace');
    });

    test('closing twice is closing once', async () => {
      const another = await open();
      expect((await another.execute(oneMessage)).kind).toBe('trace');
      await another.close();
      await another.close();
    });
  });
};

const resultOf = (event: TraceEvent) => ('result' in event ? event.result : undefined);

const expectTimeToPass = (events: readonly TraceEvent[]): void => {
  const times = events.map(({ at }) => at);
  expect(times).toEqual([...times].sort((one, other) => one - other));
};
