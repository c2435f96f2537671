/**
 * What the two pages on user interrupts promise, as properties in a sentence each, on the simulator; and which behaviour
 * keeps to which profile. The machine is not asked here, but where a property says so.
 */

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { judge, run } from '#conformance/index';
import type { Result, Step } from '#spec/index';

const hex = (vector: number | bigint): string => `0x${vector.toString(16)}`;
const handler: Step = { op: 'register_handler' };
const off: Step = { op: 'clui' };
const on: Step = { op: 'stui' };
const settle: Step = { op: 'settle' };
const log = (of = 't0'): Step => ({ op: 'log', of });
const send = (index: string): Step => ({ op: 'senduipi', index });
const by = (actor: string, step: Step): Step => ({ ...step, actor });
const self = (vector: number | bigint, as: string, flags = 0): Step => ({
  op: 'register_self',
  vector: hex(vector),
  flags,
  as,
});
const create = (vector: number | bigint, as: string, flags = 0): Step => ({
  op: 'create_fd',
  vector: hex(vector),
  flags,
  as,
});
const sender = (fd: string, as: string): Step => ({ op: 'register_sender', fd, as });

/** What each step returned; the trace conforms, too. */
const played = (steps: readonly Step[], address = 'simulator'): readonly Result[] => {
  const program = { interface: 'uintr', steps };
  const answer = new Simulator(address).execute(program);
  if (answer.kind !== 'trace') throw new Error(`${answer.kind}: ${answer.reason}`);
  expect(judge(program, answer.events).deviation).toBeNull();
  return answer.events.map((event) => ('result' in event ? event.result : {}));
};
const last = (steps: readonly Step[], address?: string): Result => played(steps, address).at(-1) as Result;

const vectors = fc.integer({ min: 0, max: 63 });
const distinct = fc.uniqueArray(vectors, { minLength: 1, maxLength: 6 });
const flagValues = fc.oneof(
  fc.integer({ min: 0, max: 31 }).map((bit) => 2 ** bit),
  fc.integer({ min: 1, max: 0xffff_ffff }),
);
const wide = fc.bigInt({ min: 64n, max: 2n ** 64n - 1n });
const chooser = fc.integer({ min: 1, max: 40 }).map((seed) => `simulator:chooser+seed=${seed}`);

/** One connection of t0 with itself for each vector: i0, i1 … */
const connected = (list: readonly number[]): readonly Step[] =>
  list.map((vector, number) => self(vector, `i${number}`));

describe('uintr', () => {
  property.prop([flagValues])(
    'P1: flags other than 0 are refused with EINVAL, whichever bits they are',
    (flags) => {
      expect(last([handler, create(1, 'f0', flags)])).toEqual({ error: 'EINVAL' });
      expect(last([handler, self(1, 'i0', flags)])).toEqual({ error: 'EINVAL' });
    },
  );

  property.prop([vectors, wide])('P2: vectors are accepted exactly from 0 to 63', (inside, beyond) => {
    expect(last([handler, create(inside, 'f0')])).toEqual({});
    expect(last([handler, self(inside, 'i0')])).toHaveProperty('index');
    expect(last([handler, create(beyond, 'f0')])).toHaveProperty('error');
    expect(last([handler, self(beyond, 'i0')])).toEqual({ error: 'ENOSPC' });
  });

  property.prop([distinct, fc.infiniteStream(fc.nat()), chooser])(
    'P3: what was sent with delivery off, once it is quiet, is delivered in falling order and complete',
    (list, stream, address) => {
      const order = list
        .map((_, number) => number)
        .toSorted(() => ((stream.next().value ?? 0) % 2 === 0 ? 1 : -1));
      const body = [handler, off, ...connected(list), ...order.map((number) => send(`i${number}`)), settle];
      const results = played([...body, on, settle, log()], address);
      expect(results.at(-1)?.vectors).toEqual(list.toSorted((one, other) => other - one));
    },
  );

  property.prop([vectors, fc.integer({ min: 1, max: 6 })])(
    'P4: sends of a vector that waits are one delivery where they are merged, and never more than there were sends',
    (vector, count) => {
      const sends = Array.from({ length: count }, () => send('i0'));
      const body = [handler, off, self(vector, 'i0'), ...sends, settle, on, settle, log()];
      expect(last(body).vectors).toEqual([vector]);
      for (const seed of [1, 2]) {
        const { vectors: seen } = last(body, `simulator:chooser+seed=${seed}`);
        expect((seen as readonly number[]).length).toBeGreaterThanOrEqual(1);
        expect((seen as readonly number[]).length).toBeLessThanOrEqual(count);
      }
    },
  );

  property.prop([vectors, fc.constantFrom('dup', 'fork', 'pass'), chooser])(
    'P5: only the thread that created the descriptor receives, however the sender came by it',
    (vector, way, address) => {
      const receivers = [handler, on, by('t1', handler), by('t1', on), create(vector, 'f0')];
      const ways: Readonly<Record<string, readonly Step[]>> = {
        dup: [{ op: 'dup', fd: 'f0', as: 'd0' }, by('t1', sender('d0', 'i0')), by('t1', send('i0'))],
        fork: [{ op: 'fork', child: 't3' }, by('t3', sender('f0', 'i0')), by('t3', send('i0'))],
        pass: [
          { op: 'fork', child: 't3' },
          { op: 'pass', fd: 'f0', to: 't3', as: 'p0' },
          by('t3', sender('p0', 'i0')),
          by('t3', send('i0')),
        ],
      };
      const results = played([...receivers, ...(ways[way] ?? []), settle, log('t1'), log('t0')], address);
      expect(results.slice(-2).map((one) => one.vectors)).toEqual([[], [vector]]);
    },
  );

  property.prop([vectors, fc.integer({ min: 1, max: 5 }), chooser])(
    'P6: many senders through one descriptor produce its vector alone, once at least and once each at most',
    (vector, count, address) => {
      const actors = Array.from({ length: count }, (_, number) => `t${1 + (number % 2)}`);
      const senders = [...new Set(actors)];
      const { vectors: seen } = last(
        [
          handler,
          on,
          create(vector, 'f0'),
          ...senders.map((actor) => by(actor, sender('f0', `i${actor.slice(1)}`))),
          ...actors.map((actor) => by(actor, send(`i${actor.slice(1)}`))),
          settle,
          log(),
        ],
        address,
      );
      expect(new Set(seen as readonly number[])).toEqual(new Set([vector]));
      expect((seen as readonly number[]).length).toBeLessThanOrEqual(count);
    },
  );

  property.prop([vectors, fc.integer({ min: 1, max: 3 })])(
    'P7: deliveries go on until the last descriptor is closed, and stop then where closing frees',
    (vector, copies) => {
      const dups = Array.from(
        { length: copies },
        (_, number): Step => ({ op: 'dup', fd: 'f0', as: `d${number}` }),
      );
      const steps: Step[] = [handler, on, create(vector, 'f0'), ...dups, sender('f0', 'i0')];
      for (const fd of ['f0', ...dups.slice(0, -1).map(({ as }) => String(as))]) {
        steps.push({ op: 'close', fd }, send('i0'), settle, log());
        expect(last(steps).vectors).toEqual([vector]);
      }
      steps.push({ op: 'close', fd: `d${copies - 1}` }, send('i0'));
      expect(last(steps)).toEqual({ error: 'SIGSEGV' });
      expect(last(steps, 'simulator:intel-gen2')).toEqual({});
    },
  );

  property.prop([vectors])('P8: close-on-exec is set right after the call, and exec closes', (vector) => {
    expect(last([handler, create(vector, 'f0'), { op: 'getfd', fd: 'f0' }])).toEqual({ value: 1 });
    expect(last([handler, create(vector, 'f0'), { op: 'exec' }, { op: 'getfd', fd: 'f0' }])).toEqual({
      error: 'EBADF',
    });
  });

  property.prop([fc.array(fc.tuple(vectors, fc.boolean()), { minLength: 1, maxLength: 10 }), chooser])(
    'P9: indexes in use differ from each other',
    (calls, address) => {
      const live = new Map<string, number>();
      const steps: Step[] = [handler];
      calls.forEach(([vector, gives], number) => {
        steps.push(self(vector, `i${number}`));
        const { index } = last(steps, address);
        if (typeof index === 'number') live.set(`i${number}`, index);
        const [first] = live.keys();
        if (!gives || first === undefined) return;
        steps.push({ op: 'unregister_sender', target: first });
        if (last(steps, address).error === undefined) live.delete(first);
      });
      expect(new Set(live.values()).size).toBe(live.size);
    },
  );

  property.prop([distinct])('P10: a connection to oneself does what a descriptor and a sender do', (list) => {
    const sends = list.map((_, number) => send(`i${number}`));
    const tail = [off, ...sends, settle, on, settle, log()];
    const short = last([handler, ...connected(list), ...tail]);
    const long = last([
      handler,
      ...list.flatMap((vector, number) => [create(vector, `f${number}`), sender(`f${number}`, `i${number}`)]),
      ...tail,
    ]);
    expect(long).toEqual(short);
  });

  property.prop([vectors, chooser])('P11: two threads use one vector without meeting', (vector, address) => {
    const results = played(
      [
        handler,
        on,
        by('t1', handler),
        by('t1', on),
        create(vector, 'f0'),
        by('t1', create(vector, 'f1')),
        by('t1', sender('f0', 'i0')),
        by('t1', send('i0')),
        settle,
        log('t0'),
        log('t1'),
      ],
      address,
    );
    expect(results.slice(-2).map((one) => one.vectors)).toEqual([[vector], []]);
  });

  property.prop([vectors, flagValues, wide, chooser])(
    'P12: calls that fail change nothing: what waits is delivered, and indexes stay',
    (vector, flags, beyond, address) => {
      const failing = [
        create(1, 'f8', flags),
        create(beyond, 'f9'),
        self(1, 'i8', flags),
        self(beyond, 'i9'),
      ];
      const body = (calls: readonly Step[]) => [
        handler,
        self(vector, 'i0'),
        off,
        send('i0'),
        settle,
        ...calls,
        on,
        settle,
        log(),
      ];
      expect(last(body(failing), address)).toEqual(last(body([]), address));
    },
  );

  property.prop([vectors])('P13: without a handler there is no descriptor', (vector) => {
    expect(last([create(vector, 'f0')])).toHaveProperty('error');
    expect(last([handler, { op: 'unregister_handler' }, create(vector, 'f0')])).toHaveProperty('error');
  });

  property.prop([vectors, fc.constantFrom('t0', 't1', 't2')])(
    'P14: every thread of the process can use an index of the process, where indexes do not belong to threads',
    (vector, actor) => {
      const body = [handler, on, self(vector, 'i0'), by(actor, send('i0'))];
      expect(last([...body, settle, log()]).vectors).toEqual([vector]);
      const foreign = new Simulator('simulator:driver').execute({ interface: 'uintr', steps: body });
      if (foreign.kind !== 'trace') throw new Error(foreign.reason);
      expect(foreign.events.at(-1)).toMatchObject({ result: actor === 't0' ? {} : { error: 'SIGSEGV' } });
    },
  );

  property.prop([fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), chooser])(
    'P15: the error of a call with several faults is one of those that apply',
    (bare, flagged, beyond, starved, missing, address) => {
      fc.pre(bare || flagged || beyond || missing);
      const steps: Step[] = [
        ...(bare ? [] : [handler]),
        ...(starved ? [{ op: 'memory', state: 'exhausted' } as const] : []),
        ...(missing ? [{ op: 'hardware', state: 'missing' } as const] : []),
        self(beyond ? 64 : 1, 'i0', flagged ? 1 : 0),
      ];
      const permitted = [
        ...(flagged ? ['EINVAL'] : []),
        ...(beyond ? ['ENOSPC'] : []),
        ...(missing ? ['ENOSYS'] : []),
        ...(starved ? ['ENOMEM'] : []),
        // What a thread without a handler is told is open.
        ...(bare ? ['EINVAL', undefined] : []),
      ];
      expect(permitted).toContain(last(steps, address).error);
    },
  );

  property.prop([distinct, chooser])('P16: no handler runs inside another', (list, address) => {
    const sends = list.map((_, number) => send(`i${number}`));
    expect(last([handler, on, ...connected(list), ...sends, settle, log()], address).nested).toBe(0);
  });

  property.prop([distinct, chooser])('P17: between CLUI and STUI nothing is delivered', (list, address) => {
    const sends = list.map((_, number) => send(`i${number}`));
    const { vectors: seen } = last([handler, off, ...connected(list), ...sends, settle, log()], address);
    expect(seen).toEqual([]);
  });

  property.prop([vectors, chooser])(
    'P18: a child of fork can use the descriptor, and has no handler',
    (vector, address) => {
      const body = [handler, on, create(vector, 'f0'), { op: 'fork', child: 't3' } as const];
      expect(last([...body, by('t3', sender('f0', 'i0'))], address)).toHaveProperty('index');
      expect(last([...body, by('t3', create(vector, 'f1'))], address)).toHaveProperty('error');
    },
  );
});

/** Points in which a behaviour departs from a profile, by the finding that says so; none where it keeps to it. */
const pairs: readonly (readonly [behaviour: string, profile: string, departs: boolean])[] = [
  ['docs', 'docs', false],
  ['docs', 'intel-gen1', true],
  ['docs', 'intel-gen2', true],
  ['docs', 'driver', true],
  ['intel-gen1', 'docs', false],
  ['intel-gen1', 'intel-gen1', false],
  ['intel-gen1', 'intel-gen2', true],
  ['intel-gen1', 'driver', true],
  ['intel-gen2', 'docs', false],
  ['intel-gen2', 'intel-gen1', true],
  ['intel-gen2', 'intel-gen2', false],
  ['intel-gen2', 'driver', true],
  ['driver', 'docs', true],
  ['driver', 'intel-gen1', true],
  ['driver', 'intel-gen2', true],
  ['driver', 'driver', false],
];

describe('each behaviour keeps to its own profile, and departs from others where they differ', () => {
  test.each(pairs)('%s under %s: departs %s', async (behaviour, profile, departs) => {
    const options = { seed: 1, runs: 600, maxSteps: 32, profile, repetitions: 1 };
    const { findings, failures, record } = await run(
      'uintr',
      new Simulator(`simulator:${behaviour}`),
      options,
    );
    expect(failures).toEqual([]);
    expect(record.programs).toBe(600);
    expect(findings.length > 0, findings.map(({ finding }) => finding.signature).join('\n')).toBe(departs);
  });
});
