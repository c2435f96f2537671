import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, HarnessError, type Program, type SystemUnderTest, UsageError } from '#spec/index';
import { systemContract } from '../contract.ts';
import { openAgent } from './agent-system.ts';
import { wordsOf } from './command.ts';
import { stdioAdapter } from './index.ts';
import { type Line, LineReader, type OverlongLine } from './line-reader.ts';
import { ProtocolError } from './received.ts';
import type { Patience } from './starter.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

systemContract('an honest agent behind the protocol', () =>
  stdioAdapter.open(`stdio:'${process.execPath}' '${fixture('simulator-agent.mjs')}'`),
);

let scratch: string;
let opened: SystemUnderTest[];

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'doorbell-stdio-'));
  opened = [];
});

afterEach(async () => {
  // Some of these agents cannot be closed in peace, which has its own test.
  await Promise.allSettled(opened.map((system) => system.close()));
  rmSync(scratch, { recursive: true });
});

/** Opens an agent that lies. */
const open = async (lie: string, wait: Partial<Patience> = {}): Promise<SystemUnderTest> => {
  const command = [process.execPath, fixture('lying-agent.mjs'), lie, join(scratch, 'lives')] as const;
  const system = await openAgent(
    `stdio:${lie}`,
    { command },
    {
      wait: { helloMs: 10_000, byeMs: 1_000, ...wait },
    },
  );
  opened.push(system);
  return system;
};

const program: Program = {
  interface: 'msg-ring',
  steps: ['r0', 'r1', 'r2'].map((ring) => ({ op: 'reap', ring })),
};

const errorOf = async (failing: Promise<unknown>): Promise<Error> =>
  failing.then(
    () => {
      throw new Error('nothing went wrong');
    },
    (error: Error) => error,
  );

const hasProc = existsSync('/proc/self/cmdline');

/** Processes that run this agent with this lie, where that can be seen. */
const running = (lie: string): readonly number[] =>
  (hasProc ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('lying-agent.mjs') && command.includes(`\0${lie}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);

describe('a greeting', () => {
  test.each([
    ['never-greets', /did not say hello within 700 ms; it printed: waiting for the licence server/],
    ['greets-late', /did not say hello within 700 ms/],
    ['leaves-at-once', /ended before it said hello: it ended with exit code 3; it printed: no such board/],
    ['speaks-version-2', /\/protocol must be 1.*"protocol":2/],
    ['greets-without-a-name', /lacks its agent, its system or its interfaces/],
    ['answers-unasked', /said failed unasked: \{"type":"failed","id":0/],
  ])('by an agent that %s is a harness error', async (lie, message) => {
    const error = await errorOf(open(lie, { helloMs: 700 }));
    expect(error).toBeInstanceOf(HarnessError);
    expect(error.message).toMatch(message);
    expect(running(lie)).toEqual([]);
  });

  test('by a command that does not exist is a harness error', async () => {
    const error = await errorOf(stdioAdapter.open(`stdio:${join(scratch, 'no-such-agent')}`));
    expect(error).toBeInstanceOf(HarnessError);
    expect(error.message).toMatch(/could not be started.*ENOENT/);
  });

  test('by an agent that offers nothing makes every program unsupported, for its reason', async () => {
    const system = await open('offers-nothing');
    expect(await system.execute(program)).toEqual({ kind: 'unsupported', reason: 'the board has no rings' });
  });

  test('says what the agent stands; what it leaves out is assumed', async () => {
    const { description } = await open('honest');
    expect(description.limits).toEqual({ inFlight: 4, lineBytes: 4096, steps: 50, actors: 16 });
    expect(description.selfCheck).toBe(false);
  });
});

describe('an answer', () => {
  test.each([
    ['cuts-its-answer', /cannot be read: \{"type":"trace","id":0,"even$/],
    ['garbles-its-answer', /is not UTF-8: \{"type":"failed"/],
    ['answers-another-program', /answered program 1000, which it was never asked for/],
    ['breaks-the-schema', /\/events\/0\/at must be >= 0: \{"type":"trace","id":0/],
    ['invents-a-type', /\/type is not known here: "verdict": \{"type":"verdict"/],
    ['invents-a-step', /\/events\/0\/step is 99, and the program has 3 steps/],
    ['turns-back-time', /\/events\/1\/at is 4, after 5/],
    ['talks-without-end', /longer than 4096 bytes: xxxxx/],
    ['announces-a-step-that-is-not', /step 99 of a program of 3/],
    ['greets-again', /said hello unasked/],
  ])('by an agent that %s is a harness error', async (lie, message) => {
    const error = await errorOf((await open(lie)).execute(program) as Promise<unknown>);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toBeInstanceOf(HarnessError);
    expect(error.message).toMatch(message);
  });

  test('given twice is a harness error of the next program', async () => {
    const system = await open('answers-twice');
    expect(await system.execute(program)).toMatchObject({ kind: 'trace' });
    const error = await errorOf(system.execute(program) as Promise<unknown>);
    expect(error.message).toMatch(/answered program 0 again/);
    // After that it is another life of the agent, with other programs to answer twice.
    expect(await system.execute(program)).toMatchObject({ kind: 'trace' });
  });

  test('given twice to the last program is told when the target is closed', async () => {
    const system = await open('answers-twice');
    expect(await system.execute(program)).toMatchObject({ kind: 'trace' });
    expect((await errorOf(system.close())).message).toMatch(/answered program 0 again/);
  });

  test('that nobody asked for is told to the next program, and ends the session', async () => {
    const system = await open('answers-unasked-later');
    await sleep(500);
    const error = await errorOf(system.execute(program) as Promise<unknown>);
    expect(error.message).toMatch(/said failed unasked/);
  });

  test('keeps what was printed meanwhile', async () => {
    const system = await open('prints-between');
    const answer = await system.execute(program);
    expect(answer.kind).toBe('trace');
    expect('console' in answer && [...(answer.console ?? [])].sort()).toEqual([
      '42',
      '[1, 2]',
      'and on standard error',
      'kernel: something happened',
    ]);
  });

  test('that never comes, with garbage in its place, is a program that hung; the garbage is kept', async () => {
    const system = await open('prints-garbage');
    expect(await system.execute(program, { deadlineMs: 200 })).toEqual({
      kind: 'hung',
      reason:
        'it did not answer within 200 ms; repeated alone, it did not answer within 200 ms; it printed: \ufffd\ufffd\0 | <html>502 Bad Gateway</html> | \ufffd\ufffd\0 | <html>502 Bad Gateway</html>',
      console: [
        '\ufffd\ufffd\0',
        '<html>502 Bad Gateway</html>',
        '\ufffd\ufffd\0',
        '<html>502 Bad Gateway</html>',
      ],
    });
  });

  test('that never comes, because the agent talked and went, quotes how the talk began and ended', async () => {
    const system = await open('talks-and-goes');
    const answer = await system.execute(program);
    expect(answer).toMatchObject({
      kind: 'died',
      reason:
        'the agent ended: it ended with exit code 7; repeated alone, it ended with exit code 7; it printed: line 0 | line 1 | line 2 | … | line 1497 | line 1498 | line 1499',
    });
    // Of each life the first and the last lines are kept.
    const { console = [] } = answer as { readonly console?: readonly string[] };
    expect(console).toHaveLength(2 * 1001);
    expect(console.slice(499, 502)).toEqual(['line 499', '… 500 lines are left out …', 'line 1000']);
  });

  test('is not waited for when the program is more than the agent stands', async () => {
    const system = await open('honest');
    const steps = Array.from({ length: 51 }, () => ({ op: 'reap', ring: 'r0' }));
    expect(await system.execute({ interface: 'msg-ring', steps })).toEqual({
      kind: 'unsupported',
      reason: 'the program has 51 steps, lying-agent takes 50',
    });
    const note = 'x'.repeat(5000);
    expect(await system.execute({ ...program, note })).toMatchObject({
      kind: 'unsupported',
      reason: /4096 bytes/,
    });
    expect(await system.execute(program)).toMatchObject({ kind: 'trace' });
  });
});

describe('an agent that', () => {
  test('never answers is hung, and where is not known', async () => {
    const system = await open('never-answers');
    expect(await system.execute(program, { deadlineMs: 150 })).toEqual({
      kind: 'hung',
      reason: 'it did not answer within 150 ms; repeated alone, it did not answer within 150 ms',
    });
  });

  test('hangs in a step is hung there', async () => {
    const system = await open('hangs-at-step-2');
    expect(await system.execute(program, { deadlineMs: 300 })).toEqual({
      kind: 'hung',
      step: 2,
      reason:
        'it did not answer within 300 ms, at /steps/2 (reap); repeated alone, it did not answer within 300 ms',
    });
  });

  test('crashes in a step died there', async () => {
    const system = await open('crashes-at-step-1');
    expect(await system.execute(program)).toEqual({
      kind: 'died',
      step: 1,
      reason:
        'the agent ended: it was ended by SIGSEGV, at /steps/1 (reap); repeated alone, it was ended by SIGSEGV',
    });
  });

  test('crashes once died, though the repetition went well', async () => {
    const system = await open('crashes-once');
    expect(await system.execute(program)).toEqual({
      kind: 'died',
      reason: 'the agent ended: it was ended by SIGSEGV; repeated alone, it ended normally',
    });
    expect(await system.execute(program)).toMatchObject({ kind: 'trace' });
  });

  test('ends by itself died, with its exit code', async () => {
    const system = await open('gives-up');
    expect(await system.execute(program)).toMatchObject({ kind: 'died', reason: /exit code 7/ });
  });

  test('crashes takes no other program with it', async () => {
    const system = await open('crashes-on-note');
    const crashing = { ...program, note: 'crash' };
    const answers = await Promise.all(
      [program, crashing, program, program, program].map((p) => system.execute(p)),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['trace', 'died', 'trace', 'trace', 'trace']);
  });

  describe('crashes only after another program', () => {
    const noted = (note: string): Program => ({ ...program, note });

    test('died, with what ran before it in that session', async () => {
      const system = await open('remembers-a-note');
      for (const note of ['prime', 'one']) await system.execute(noted(note));
      expect(await system.execute(noted('crash'))).toEqual({
        kind: 'died',
        reason: 'the agent ended: it was ended by SIGSEGV; repeated alone, it ended normally',
        precededBy: [noted('prime'), noted('one')],
      });
      // The next session has another past, of which no more than twenty programs are told.
      await system.execute(noted('prime'));
      for (let index = 0; index < 30; index++) await system.execute(noted(`${index}`));
      const { precededBy } = (await system.execute(noted('crash'))) as { precededBy: readonly Program[] };
      expect(precededBy.map(({ note }) => note)).toEqual(
        Array.from({ length: 20 }, (_, index) => `${index + 10}`),
      );
    });

    test('is repeated after the programs that are named, beside no other', async () => {
      const system = await open('remembers-a-note');
      const kinds = async (...asked: readonly (Answer | Promise<Answer>)[]) =>
        (await Promise.all(asked)).map(({ kind }) => kind);
      const crash = noted('crash');
      expect(
        await kinds(
          system.execute(noted('prime')),
          system.execute(crash, { after: [] }),
          system.execute(noted('prime')),
          system.execute(crash, { after: [noted('one'), noted('prime'), noted('two')] }),
          system.execute(crash, { after: [noted('one')] }),
          system.execute(noted('one')),
          system.execute(crash, { after: [noted('prime'), crash, noted('two')] }),
          system.execute(crash),
        ),
      ).toEqual(['trace', 'trace', 'trace', 'died', 'trace', 'trace', 'died', 'trace']);
    });

    test('is closed in the middle of them', async () => {
      const system = await open('remembers-a-note');
      const asked = errorOf(system.execute(noted('crash'), { after: [noted('one')] }) as Promise<unknown>);
      await system.close();
      expect((await asked).message).toMatch(/closed/);
    });
  });

  test('is killed from outside in a step that it announced was killed there, and not repeated', async () => {
    const system = await open('is-killed-waiting');
    expect(await system.execute(program)).toEqual({
      kind: 'died',
      killed: true,
      step: 1,
      reason: 'the agent ended: it was ended by SIGKILL, at /steps/1 (reap)',
    });
  });

  test('is killed from outside without having said where is repeated', async () => {
    const system = await open('is-killed-silently');
    expect(await system.execute(program)).toEqual({
      kind: 'died',
      killed: true,
      reason: 'the agent ended: it was ended by SIGKILL; repeated alone, it was ended by SIGKILL',
    });
  });

  test('cannot be started again is a harness error, now and later', async () => {
    const system = await open('starts-only-once');
    const error = await errorOf(system.execute(program) as Promise<unknown>);
    expect(error.message).toMatch(/could not be started again, 3 times.*exit code 9/);
    expect(await errorOf(system.execute(program) as Promise<unknown>)).toBe(error);
  });

  test('offers something else when it comes back is a harness error', async () => {
    const system = await open('comes-back-different');
    const error = await errorOf(system.execute(program) as Promise<unknown>);
    expect(error.message).toMatch(/offers something else/);
  });
});

describe('nobody waits for an agent', () => {
  test('that has not greeted when the signal comes, before it or after it', async () => {
    const never = [process.execPath, fixture('lying-agent.mjs'), 'never-greets'] as const;
    const began = Date.now();
    const opening = openAgent('stdio:never', { command: never }, { signal: AbortSignal.timeout(300) });
    const error = await errorOf(opening);
    expect(error).toBeInstanceOf(HarnessError);
    expect(error.message).toMatch(/had not said hello when we stopped waiting; it printed: waiting for the/);
    await errorOf(openAgent('stdio:never', { command: never }, { signal: AbortSignal.abort() }));
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(running('never-greets')).toEqual([]);
  });

  test('that does not come back when the target is closed', async () => {
    const system = await open('never-comes-back');
    const asked = errorOf(system.execute(program) as Promise<unknown>);
    await sleep(500);
    const began = Date.now();
    await system.close();
    expect(Date.now() - began).toBeLessThan(3_000);
    expect((await asked).message).toMatch(/closed with programs under way/);
    expect(running('never-comes-back')).toEqual([]);
  });
});

describe.runIf(hasProc)('the process of an agent', () => {
  test('is gone when the target was closed', async () => {
    const system = await open('honest');
    expect(running('honest')).toHaveLength(1);
    await system.close();
    expect(running('honest')).toEqual([]);
  });

  test('is ended when it does not go by itself', async () => {
    const system = await open('ignores-bye', { byeMs: 100 });
    await system.execute(program);
    await system.close();
    expect(running('ignores-bye')).toEqual([]);
  });

  test('is gone when it broke the protocol', async () => {
    const system = await open('invents-a-type');
    await errorOf(system.execute(program) as Promise<unknown>);
    await system.close();
    expect(running('invents-a-type')).toEqual([]);
  });

  test('is gone when a program hung, and programs under way are told that the target was closed', async () => {
    const system = await open('never-answers');
    const asked = errorOf(system.execute(program) as Promise<unknown>);
    await system.close();
    expect((await asked).message).toMatch(/closed with programs under way/);
    expect(running('never-answers')).toEqual([]);
    expect((await errorOf(system.execute(program) as Promise<unknown>)).message).toMatch(/closed/);
  });
});

describe('a command', () => {
  test.each([
    ['./agent', ['./agent']],
    ['  a  b\tc ', ['a', 'b', 'c']],
    [`'a b' "c d" e' 'f`, ['a b', 'c d', 'e f']],
    [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]],
    [`sh -c 'a | b' ''`, ['sh', '-c', 'a | b', '']],
  ])('%s has its words', (command, words) => {
    expect(wordsOf(command)).toEqual(words);
  });

  test.each(['', '   ', `a 'b`, 'a "b'])('%j is refused', (command) => {
    expect(() => wordsOf(command)).toThrow(UsageError);
  });
});

describe('a stream of bytes', () => {
  const read = (chunks: readonly (string | Buffer)[], bytesMax = 100) => {
    const lines: Line[] = [];
    const overlong: OverlongLine[] = [];
    const reader = new LineReader(
      bytesMax,
      (line) => lines.push(line),
      (line) => overlong.push(line),
    );
    for (const chunk of chunks) reader.feed(Buffer.from(chunk as string));
    reader.end();
    return { lines, overlong };
  };

  test('is the same lines however it was cut', () => {
    const text = 'one\ntwo ✓\r\n\nthree';
    const bytes = Buffer.from(text);
    const whole = read([text]).lines;
    expect(whole.map((line) => line.text)).toEqual(['one', 'two ✓', '', 'three']);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)]).lines).toEqual(whole);
    expect(read([...bytes].map((byte) => Buffer.from([byte]))).lines).toEqual(whole);
  });

  test('may hold a line of the greatest length, and not one byte more', () => {
    expect(read(['x'.repeat(100), '\nnext\n'])).toMatchObject({
      lines: [{}, { text: 'next' }],
      overlong: [],
    });
    expect(read(['x'.repeat(101), '\nnext\n'])).toMatchObject({ lines: [{ text: 'next' }], overlong: [{}] });
    expect(read(['x'.repeat(99), 'xx', 'xx', '\n']).overlong).toHaveLength(1);
  });

  test('that is not UTF-8 is marked', () => {
    expect(read([Buffer.from([0x61, 0xff, 0x0a, 0x62, 0x0a])]).lines).toEqual([
      { text: 'a\ufffd', garbled: true },
      { text: 'b', garbled: false },
    ]);
  });
});
