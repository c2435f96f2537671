import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { checkProgram, interfaceFile, type Program, type Step } from '#spec/index';
import { ProgramShape } from './program-shape.ts';
import { likelyKeeps } from './reliability.ts';
import { type Keeps, type ShrinkOptions, type Shrunk, shrink, simpler } from './shrink.ts';
import { fewestSteps, hide, holds, type Needle } from './shrinking/needles.test.support.ts';
import { drainEveryRing, randomOf, randomProgram } from './shrinking/random-programs.test.support.ts';
import { type Lie, lies, showsLie } from './shrinking/toy-rings.test.support.ts';

const file = interfaceFile('msg-ring');
const shape = new ProgramShape(file);
const options: ShrinkOptions = { interfaceFile: file, closing: drainEveryRing };

const programOf = (body: readonly Step[]): Program => ({ interface: 'msg-ring', steps: body });
const closed = (program: Program): Program => ({
  ...program,
  steps: [...program.steps, ...drainEveryRing(program)],
});
/** What stands before the last settle: with `drainEveryRing` that is the body, found faster than `bodyOf` does. */
const body = ({ steps }: Program): readonly Step[] =>
  steps.slice(
    0,
    steps.findLastIndex(({ op }) => op === 'settle'),
  );

/** A program of 60 to 200 steps and its closing. */
const longProgram = (seed: number, needle: Needle = []): Program => {
  const random = randomOf(seed);
  const program = randomProgram(file, 60 + Math.floor(random() * 140), random);
  return closed(hide(program, needle, file, random));
};

interface Census {
  readonly programs: number;
  /** Programs by the number of steps above the minimum. */
  readonly over: Readonly<Record<number, number>>;
  readonly tried: number;
  readonly triedMost: number;
}

/** Shrinks programs and counts how far above the minimum they end. */
const census = async (
  cases: Iterable<{ readonly program: Program; readonly keeps: Keeps; readonly minimum: number }>,
): Promise<Census> => {
  const over: Record<number, number> = {};
  const tries: number[] = [];
  for (const { program, keeps, minimum } of cases) {
    const result = await shrink(program, keeps, options);
    const above = body(result.program).length - minimum;
    over[above] = (over[above] ?? 0) + 1;
    tries.push(result.tried);
    expect(result.exhausted).toBe(false);
    expect(await keeps(result.program)).toBe(true);
  }
  const tried = tries.reduce((sum, count) => sum + count, 0) / tries.length;
  return { programs: tries.length, over, tried, triedMost: Math.max(...tries) };
};

/** The minimum in at least 95 of 100 programs, and never more than a step above it. */
const expectMinimal = ({ programs, over, triedMost }: Census, least: number): void => {
  expect(programs).toBeGreaterThanOrEqual(least);
  expect(Object.keys(over).filter((above) => above !== '0' && above !== '1')).toEqual([]);
  expect((over[0] ?? 0) / programs).toBeGreaterThanOrEqual(0.95);
  expect(triedMost).toBeLessThan(2000);
};

/** What a property of programs reads: rings as they were made, and where handles lead. */
interface Reading {
  readonly setup: (name: unknown) => Step | undefined;
  readonly kindOf: (name: unknown) => unknown;
  readonly before: (index: number, op: string) => readonly Step[];
}

const readingOf = (steps: readonly Step[]): Reading => {
  const binder = (name: unknown): Step | undefined => {
    const step = steps.find(({ as }) => as !== undefined && as === name);
    return step?.op === 'dup' ? binder(step.fd) : step;
  };
  return {
    setup: (name) => {
      const step = binder(name);
      return step?.op === 'setup' ? step : undefined;
    },
    kindOf: (name) => {
      const step = binder(name);
      return step?.op === 'open' ? (step.kind ?? 'eventfd') : undefined;
    },
    before: (index, op) => steps.slice(0, index).filter((step) => step.op === op),
  };
};

const anyMessage = (
  program: Program,
  matters: (message: Step, index: number, reading: Reading, steps: readonly Step[]) => boolean,
): boolean => {
  const steps = body(program);
  const reading = readingOf(steps);
  return steps.some(
    (step, index) =>
      step.op === 'prep_msg_ring' &&
      reading.setup(step.ring) !== undefined &&
      reading.before(index, 'setup').some(({ as }) => as === step.ring) &&
      matters(step, index, reading, steps),
  );
};

interface Invented {
  readonly title: string;
  readonly keeps: (program: Program) => boolean;
  readonly needle: Needle;
  readonly minimum: readonly Step[];
}

/** Properties of programs whose shortest and simplest program is known, and something that has the property. */
const inventions: readonly Invented[] = [
  {
    title: 'a message of 2^31 or more to a ring with a queue of one, after two dups',
    keeps: (program) =>
      anyMessage(
        program,
        ({ len, fd }, index, { setup, before }) =>
          Number(len ?? 0) >= 0x80000000 &&
          setup(fd)?.cq_entries === 1 &&
          before(index, 'dup').filter((step) => setup(step.fd) ?? step.as).length >= 2,
      ),
    needle: [
      { op: 'open', as: 'd1', kind: 'socket' },
      { op: 'setup', as: 'r1', cq_entries: 1, entries: 2, flags: 'CQE32', actor: 't1' },
      { op: 'setup', as: 'r2', entries: 4 },
      { op: 'dup', as: 'd2', fd: 'd1' },
      { op: 'dup', as: 'd3', fd: 'r1' },
      { op: 'prep_msg_ring', ring: 'r2', fd: 'd3', len: 3000000019, data: '0xabc', ioprio: 9, actor: 't2' },
    ],
    minimum: [
      { op: 'setup', as: 'r0', cq_entries: 1 },
      { op: 'dup', as: 'd0', fd: 'r0' },
      { op: 'dup', as: 'd1', fd: 'r0' },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', len: 2147483648 },
    ],
  },
  {
    title: 'two messages that carry the same data, whatever it is, but none',
    keeps: (program) =>
      anyMessage(
        program,
        ({ data }, index, _, steps) =>
          data !== undefined &&
          data !== '0x0' &&
          steps.slice(index + 1).some((other) => other.op === 'prep_msg_ring' && other.data === data),
      ),
    needle: [
      { op: 'setup', as: 'r1' },
      { op: 'prep_msg_ring', ring: 'r1', fd: 'r1', data: '0xdeadbeefcafef00d', len: 5 },
      { op: 'prep_msg_ring', ring: 'r1', fd: '@closed', data: '0xdeadbeefcafef00d', user_data: '0x7' },
    ],
    minimum: [
      { op: 'setup', as: 'r0' },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0x1' },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', data: '0x1' },
    ],
  },
  {
    title: 'a message to a socket with three flags of its entry and a personality above 1000',
    keeps: (program) =>
      anyMessage(program, ({ fd, sqe_flags, personality }, _, { kindOf }) => {
        const flags = String(sqe_flags ?? '').split('|');
        return (
          kindOf(fd) === 'socket' &&
          ['IO_LINK', 'ASYNC', 'CQE_SKIP_SUCCESS'].every((flag) => flags.includes(flag)) &&
          Number(personality ?? 0) > 1000
        );
      }),
    needle: [
      { op: 'setup', as: 'r1', entries: 64 },
      { op: 'open', as: 'd1', kind: 'socket', actor: 't1' },
      { op: 'dup', as: 'd2', fd: 'd1' },
      {
        op: 'prep_msg_ring',
        ring: 'r1',
        fd: 'd2',
        sqe_flags: 'FIXED_FILE|IO_LINK|IO_HARDLINK|ASYNC|CQE_SKIP_SUCCESS',
        personality: 40000,
        flags: 2147483648,
      },
    ],
    minimum: [
      { op: 'setup', as: 'r0' },
      { op: 'open', as: 'd0', kind: 'socket' },
      {
        op: 'prep_msg_ring',
        ring: 'r0',
        fd: 'd0',
        personality: 1001,
        sqe_flags: 'IO_LINK|ASYNC|CQE_SKIP_SUCCESS',
      },
    ],
  },
  {
    title: 'a ring that another actor drains while its owner waits on it',
    keeps: (program) => {
      const steps = body(program);
      return steps.some((drain, index) => {
        const made = steps.slice(0, index).find(({ op, as }) => op === 'setup' && as === drain.ring);
        const waiting = steps
          .slice(0, index)
          .findLast(({ op, begin, ring }) => op === 'wait' && begin !== undefined && ring === drain.ring);
        return (
          drain.op === 'drain' &&
          made !== undefined &&
          waiting !== undefined &&
          !steps.slice(0, index).some(({ op, call }) => op === 'end' && call === waiting.begin) &&
          (waiting.actor ?? 't0') === (made.actor ?? 't0') &&
          (drain.actor ?? 't0') !== (made.actor ?? 't0')
        );
      });
    },
    needle: [
      { op: 'setup', as: 'r1', actor: 't2' },
      { op: 'wait', ring: 'r1', begin: 'sleep', actor: 't2', count: 2, timeout_ms: 20 },
      { op: 'drain', ring: 'r1' },
      { op: 'end', call: 'sleep' },
    ],
    minimum: [
      { op: 'setup', as: 'r0' },
      { op: 'wait', begin: 'w0', ring: 'r0' },
      { op: 'drain', actor: 't1', ring: 'r0' },
    ],
  },
];

describe('invented findings are shrunk to the one simplest program', () => {
  test.each(inventions)('$title', async ({ keeps, needle, minimum }) => {
    const programs = Array.from({ length: 16 }, (_, seed) => longProgram(seed + 1, needle)).filter(keeps);
    expectMinimal(await census(programs.map((program) => ({ program, keeps, minimum: minimum.length }))), 14);
    for (const program of programs)
      expect(body((await shrink(program, keeps, options)).program)).toEqual(minimum);
  });
});

describe('lies of a toy are shrunk to the fewest steps that show them', () => {
  const names = Object.keys(lies) as Lie[];

  test.each(names)('%s', async (lie) => {
    const keeps = (program: Program): boolean => showsLie(program, file, lie);
    const minimum = lies[lie].length;
    const random = Array.from({ length: 20 }, (_, seed) => longProgram(1000 + seed));
    const planted = Array.from({ length: 15 }, (_, seed) => longProgram(2000 + seed, lies[lie]));
    const programs = [...random, ...planted].filter(keeps);
    expectMinimal(await census(programs.map((program) => ({ program, keeps, minimum }))), 5);
  });

  test('no program of three steps shows what is said to need more', () => {
    const named = names.flatMap((lie): readonly Step[] => lies[lie]);
    const alphabet = [...new Map(named.map((step) => [JSON.stringify(step), step])).values()];
    const tooShort: string[] = [];
    for (const first of alphabet.filter(({ op }) => op === 'setup'))
      for (const second of alphabet)
        for (const third of alphabet) {
          const steps = [first, second, third];
          if (!shape.isWellFormed(steps)) continue;
          const program = closed(programOf(steps));
          for (const lie of names)
            if (lies[lie].length > 3 && showsLie(program, file, lie))
              tooShort.push(`${lie}: ${JSON.stringify(steps)}`);
        }
    expect(alphabet.length).toBeGreaterThan(20);
    expect(tooShort).toEqual([]);
  });
});

describe('patterns are shrunk to the fewest steps that hold them', () => {
  test('two to twelve steps, hidden in 60 to 200', async () => {
    const cases = Array.from({ length: 60 }, (_, seed) => {
      const random = randomOf(seed * 104729 + 1);
      const needle = randomNeedle(2 + Math.floor(random() * 11), random);
      const keeps = (program: Program): boolean => holds(programOf(body(program)), needle, file);
      return {
        program: longProgram(seed + 3000, needle),
        keeps,
        minimum: fewestSteps(needle, file),
        needle,
      };
    }).filter(({ needle }) => needle.length > 1);
    expect(cases.filter(({ program, keeps }) => !keeps(program))).toEqual([]);
    expectMinimal(await census(cases), 50);
  });

  /** Steps of one actor, without overlapping calls and literals. */
  const randomNeedle = (length: number, random: () => number): Needle =>
    randomProgram(file, length, random)
      .steps.filter(
        (step) =>
          step.begin === undefined &&
          step.op !== 'end' &&
          !Object.values(step).some((value) => typeof value === 'string' && value.startsWith('@')),
      )
      .map(({ actor: _, ...step }) => step as Step);
});

/** Oracles that answer by the text of a program: they have no reason, and never change their minds. */
const capricious = fc
  .record({ seed: fc.integer(), share: fc.double({ min: 0.05, max: 0.95, noNaN: true }) })
  .map(({ seed, share }) => (program: Program): boolean => {
    let hash = seed;
    for (const character of JSON.stringify(program.steps))
      hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
    return randomOf(hash)() < share;
  });
const someProgram = fc
  .record({ seed: fc.integer(), length: fc.integer({ min: 0, max: 30 }) })
  .map(({ seed, length }) => closed(randomProgram(file, length, randomOf(seed))));
const aLie = fc.constantFrom(...(Object.keys(lies) as Lie[]));

/** The settings of the properties below: reproducible, and together about ten seconds. */
const runs = { seed: 20220324, numRuns: 60 };

describe('whatever the oracle says', () => {
  property.prop([someProgram, capricious], runs)(
    'the result is no less simple, and kept',
    async (program, keeps) => {
      const result = await shrink(program, keeps, { ...options, budget: 400 });
      expect(simpler(program, result.program, shape, drainEveryRing)).toBe(false);
      if (JSON.stringify(result.program) !== JSON.stringify(program))
        expect(keeps(result.program)).toBe(true);
    },
  );

  property.prop([someProgram, capricious], runs)(
    'every candidate is valid, closed and new',
    async (program, keeps) => {
      const seen = new Set([JSON.stringify(program.steps)]);
      const wrong: string[] = [];
      const watched: Keeps = (candidate) => {
        const text = JSON.stringify(candidate.steps);
        wrong.push(...checkProgram(candidate));
        if (seen.has(text)) wrong.push(`twice: ${text}`);
        if (text !== JSON.stringify(closed(programOf(body(candidate))).steps))
          wrong.push(`not closed: ${text}`);
        seen.add(text);
        return keeps(candidate);
      };
      const { tried } = await shrink(program, watched, { ...options, budget: 400 });
      expect(wrong).toEqual([]);
      expect(tried).toBe(seen.size - 1);
    },
  );

  property.prop([someProgram, capricious], runs)(
    'shrinking again finds nothing more',
    async (program, keeps) => {
      const once = await shrink(program, keeps, { ...options, budget: 1_000_000 });
      const again = await shrink(once.program, keeps, { ...options, budget: 1_000_000 });
      expect(once.exhausted).toBe(false);
      expect(again.program).toEqual(once.program);
    },
  );

  property.prop([someProgram, capricious], runs)(
    'an answer given later is as good as one at once',
    async (program, keeps) => {
      const at = (answer: Keeps): Promise<Shrunk> => shrink(program, answer, { ...options, budget: 300 });
      expect(await at(async (candidate) => keeps(candidate))).toEqual(await at(keeps));
    },
  );

  property.prop([fc.nat({ max: 500 }), aLie], runs)(
    'a finding of a toy is kept, shrunk once and for all',
    async (seed, lie) => {
      const program = longProgram(seed, lies[lie]);
      const keeps = (candidate: Program): boolean => showsLie(candidate, file, lie);
      fc.pre(keeps(program));
      const once = await shrink(program, keeps, options);
      expect(keeps(once.program)).toBe(true);
      expect(await shrink(once.program, keeps, options)).toMatchObject({ program: once.program });
    },
  );

  test('yes to everything leaves the closing of nothing', async () => {
    const result = await shrink(longProgram(7), () => true, options);
    expect(result.program.steps).toEqual([{ op: 'settle' }]);
  });

  test('no to everything leaves the program as it is', async () => {
    const program = longProgram(8);
    const result = await shrink(program, () => false, options);
    expect(result.program).toEqual(program);
  });
});

describe('the closing', () => {
  const keeps = (program: Program): boolean => showsLie(program, file, 'clears the top bit of len');
  const small: readonly Step[] = [
    { op: 'setup', as: 'r0' },
    { op: 'prep_msg_ring', ring: 'r0', fd: 'r0', len: 2147483648 },
    { op: 'submit', ring: 'r0' },
  ];

  test('is computed again for what is left of the rings', async () => {
    const { program } = await shrink(longProgram(11, lies['clears the top bit of len']), keeps, options);
    expect(program.steps).toEqual([...small, { op: 'settle' }, { op: 'drain', ring: 'r0' }]);
  });

  test('stays, as far as its handles exist, when nothing computes it', async () => {
    const written: readonly Step[] = [
      { op: 'setup', as: 'mine', entries: 4 },
      { op: 'setup', as: 'yours' },
      { op: 'setup', as: 'unused' },
      { op: 'prep_msg_ring', ring: 'mine', fd: 'yours', len: 2147483650 },
      { op: 'submit', ring: 'mine' },
      { op: 'settle' },
      { op: 'drain', ring: 'unused' },
      { op: 'drain', ring: 'yours' },
    ];
    const { program } = await shrink(programOf(written), keeps, { interfaceFile: file });
    expect(program.steps).toEqual([...small, { op: 'settle' }, { op: 'drain', ring: 'r0' }]);
  });

  test('that is another than the one computed stays too', async () => {
    const last: readonly Step[] = [{ op: 'settle' }, { op: 'drain', actor: 't1', ring: 'r0' }];
    const steps = [...small, ...last];
    const { program } = await shrink(programOf(steps), keeps, options);
    expect(program.steps).toEqual(steps);
  });

  test('what else a program says of itself is kept', async () => {
    const program = { ...longProgram(11, lies['clears the top bit of len']), version: 1, note: 'seen once' };
    const result = await shrink(program, keeps, options);
    expect(result.program).toMatchObject({ interface: 'msg-ring', version: 1, note: 'seen once' });
  });
});

describe('a program from a file', () => {
  test('that breaks the rules of form is shrunk all the same', async () => {
    const steps: readonly Step[] = [
      { op: 'end', call: 'never_begun' },
      { op: 'teleport', where: 'far' },
      ...lies['accepts unknown flag bits'],
      { op: 'setup', as: 'r0' },
    ];
    const keeps = (program: Program): boolean =>
      program.steps.some(({ op, where }) => op === 'teleport' && where === 'far') &&
      program.steps.some(({ flags }) => flags === 1);
    const { program } = await shrink(programOf(steps), keeps, options);
    expect(body(closed(program)).map(({ op }) => op)).toEqual(['setup', 'prep_msg_ring', 'teleport']);
  });
});

describe('a detour', () => {
  /** Shown by the second completion that does not fit, of a queue that is as large as its ring was asked for. */
  const overflows = (program: Program): boolean =>
    showsLie(program, file, 'loses the second overflowed message');
  const nineMessages: readonly Step[] = [
    { op: 'setup', as: 'r0', entries: 16, cq_entries: 16 },
    ...Array.from({ length: 9 }, (): Step => ({ op: 'prep_msg_ring', ring: 'r0', fd: 'r0' })),
    { op: 'submit', ring: 'r0' },
  ];

  test('makes an object of another size, when that takes steps away', async () => {
    const { program } = await shrink(closed(programOf(nineMessages)), overflows, options);
    expect(body(program)).toEqual(lies['loses the second overflowed message']);
  });

  test('moves a step, when what follows it is then not needed', async () => {
    const steps: readonly Step[] = [
      { op: 'setup', as: 'r0' },
      { op: 'setup', as: 'r1' },
      { op: 'submit', ring: 'r0' },
      { op: 'submit', ring: 'r1' },
    ];
    /** Two rings and a submission; whoever is there when the first one submits has to submit too. */
    const keeps = (program: Program): boolean => {
      const first = body(program).findIndex(({ op }) => op === 'submit');
      const early = body(program).filter(({ op }, index) => op === 'setup' && index < first);
      const submitters = new Set(body(program).flatMap(({ op, ring }) => (op === 'submit' ? [ring] : [])));
      const setups = body(program).filter(({ op }) => op === 'setup');
      return setups.length === 2 && early.every(({ as }) => submitters.has(as)) && submitters.size > 0;
    };
    const { program } = await shrink(closed(programOf(steps)), keeps, options);
    expect(body(program).map(({ op }) => op)).toEqual(['setup', 'submit', 'setup']);
  });

  test('is not made where it is not wanted', async () => {
    const steps: readonly Step[] = [
      { op: 'setup', as: 'r0' },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
      { op: 'submit', ring: 'r0' },
      { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' },
      { op: 'submit', ring: 'r0' },
    ];
    /** Two messages that can be told apart: by a second submit, or by what is written on them. */
    const differs = (program: Program): boolean => {
      const messages = body(program).filter(({ op }) => op === 'prep_msg_ring');
      const tags = new Set(messages.map(({ user_data }) => user_data ?? '0x0'));
      const submits = body(program).filter(({ op }) => op === 'submit');
      return messages.length > 1 && (tags.size > 1 || submits.length > 1) && submits.length > 0;
    };
    const shrunk = async (detours: boolean): Promise<number> =>
      body((await shrink(closed(programOf(steps)), differs, { ...options, detours })).program).length;
    expect(await shrunk(false)).toBe(5);
    expect(await shrunk(true)).toBe(4);
  });
});

describe('the search ends', () => {
  const program = longProgram(11, lies['clears the top bit of len']);
  const keeps = (candidate: Program): boolean => showsLie(candidate, file, 'clears the top bit of len');

  test('when its budget is spent, with the best so far', async () => {
    const result = await shrink(program, keeps, { ...options, budget: 30 });
    expect(result).toMatchObject({ tried: 30, exhausted: true });
    expect(result.program.steps.length).toBeLessThan(program.steps.length);
    expect(keeps(result.program)).toBe(true);
  });

  test('when it is told to, with the best so far', async () => {
    const controller = new AbortController();
    let asked = 0;
    const watched: Keeps = (candidate) => {
      asked += 1;
      if (asked === 20) controller.abort();
      return keeps(candidate);
    };
    const result = await shrink(program, watched, { ...options, signal: controller.signal });
    expect(result).toMatchObject({ tried: 20, exhausted: true });
    expect(keeps(result.program)).toBe(true);
  });

  test('when the oracle throws: a harness that failed has said nothing about the program', async () => {
    const broken = new Error('the target went away');
    await expect(
      shrink(
        program,
        () => {
          throw broken;
        },
        options,
      ),
    ).rejects.toBe(broken);
  });
});

describe('a finding that comes and goes', () => {
  /** Shrinks with an oracle that shows the lie at a rate, asking as often as is needed to be sure. */
  const shrinkFlaky = async (
    rate: number,
    seed: number,
  ): Promise<{ readonly steps: number; readonly attempts: number; readonly shown: boolean }> => {
    const lie: Lie = 'swaps the second of two pending messages';
    const random = randomOf(seed);
    let attempts = 0;
    const keeps: Keeps = (candidate) => {
      const isPossible = showsLie(candidate, file, lie);
      return likelyKeeps(
        () => {
          attempts += 1;
          return isPossible && random() < rate ? 'same' : 'conforms';
        },
        { rate },
      );
    };
    const { program } = await shrink(longProgram(seed, lies[lie]), keeps, { ...options, detours: false });
    return { steps: body(program).length, attempts, shown: showsLie(program, file, lie) };
  };

  test.each([
    [0.3, 5_000],
    [0.05, 30_000],
  ])('at a rate of %f is shrunk, in fewer than %i attempts', async (rate, attemptsMax) => {
    const seeds = Array.from({ length: 25 }, (_, seed) => seed + 1).filter((seed) =>
      showsLie(
        longProgram(seed, lies['swaps the second of two pending messages']),
        file,
        'swaps the second of two pending messages',
      ),
    );
    const results = await Promise.all(seeds.map((seed) => shrinkFlaky(rate, seed)));
    expect(results.length).toBeGreaterThan(15);
    expect(results.every(({ shown }) => shown)).toBe(true);
    expect(Math.max(...results.map(({ attempts }) => attempts))).toBeLessThan(attemptsMax);
    const steps = results.map((result) => result.steps).sort((one, other) => one - other);
    expect(steps[Math.floor(steps.length / 2)]).toBe(5);
    expect(steps.at(-1)).toBeLessThanOrEqual(6);
  });
});

test('a program of 200 steps is shrunk in well under 300 ms and 2,000 candidates', async () => {
  const lie: Lie = 'accepts unknown flag bits';
  const programs = Array.from({ length: 20 }, (_, seed) => {
    const random = randomOf(seed + 500);
    return closed(hide(randomProgram(file, 197, random), lies[lie], file, random));
  });
  const keeps = (program: Program): boolean => program.steps.some(({ flags }) => flags === 1);
  const times: number[] = [];
  for (const program of programs.filter(keeps)) {
    const begun = performance.now();
    const { tried } = await shrink(program, keeps, options);
    times.push(performance.now() - begun);
    expect(tried).toBeLessThan(2000);
  }
  expect(times.length).toBeGreaterThan(10);
  expect(times.sort((one, other) => one - other)[Math.floor(times.length / 2)]).toBeLessThan(300);
});
