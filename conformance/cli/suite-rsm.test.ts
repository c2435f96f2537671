/**
 * What the page on event operations promises, as properties in a sentence each, on the simulator; which behaviour keeps
 * to which profile; and the run that finds, unaided, where illumos departs from the page.
 */

import { readFileSync } from 'node:fs';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Simulator } from '#adapters/index';
import { judge, run } from '#conformance/index';
import { renderReport } from '#reports/index';
import type { Result, Step, Summary } from '#spec/index';

const settle: Step = { op: 'settle' };
const segment = (as = 's0'): readonly Step[] => [
  { op: 'create', as },
  { op: 'publish', seg: as },
];
const connect = (as: string, actor: string): Step => ({ op: 'connect', to: 's0', as, actor });
const post = (seg: string, actor = 't0', flags = ''): Step => ({ op: 'post', seg, actor, flags });
const wait = (seg: string, actor = 't0', timeout_ms = 0): Step => ({ op: 'wait', seg, actor, timeout_ms });
const get = (seg: string, actor = 't0'): Step => ({ op: 'get_pollfd', seg, actor });
const release = (seg: string, actor = 't0'): Step => ({ op: 'release_pollfd', seg, actor });
const times = (count: number, ...steps: readonly Step[]): readonly Step[] =>
  Array.from({ length: count }, () => steps).flat();

interface Played {
  readonly results: readonly Result[];
  readonly at: readonly number[];
}

/** What each step returned, and when; the trace conforms, too. */
const played = (steps: readonly Step[], address = 'simulator'): Played => {
  const program = { interface: 'rsm', steps };
  const answer = new Simulator(address).execute(program);
  if (answer.kind !== 'trace') throw new Error(`${answer.kind}: ${answer.reason}`);
  expect(judge(program, answer.events).deviation).toBeNull();
  const results: Result[] = [];
  const at: number[] = [];
  for (const event of answer.events) {
    if ('result' in event) results[event.step] = event.result;
    at[event.step] = event.at;
  }
  return { results, at };
};

/** How many of the results from one step on are successes. */
const successes = (results: readonly Result[], from: number): number =>
  results
    .slice(from)
    .filter((one) => one !== undefined && one.error === undefined && one.skipped === undefined).length;

const chooser = fc.integer({ min: 1, max: 40 }).map((seed) => `simulator:chooser+seed=${seed}`);
const side = fc.constantFrom(['s0', 't0', 'c0', 't2'] as const, ['c0', 't2', 's0', 't0'] as const);
const two = [...segment(), connect('c0', 't2')];
const count = fc.integer({ min: 0, max: 6 });

describe('rsm', () => {
  property.prop([side, count, fc.integer({ min: 0, max: 8 }), chooser])(
    '1: of each handle, the waits that succeed and what is left are the posts that were made to it',
    ([from, poster, to, waiter], posts, waits, address) => {
      const body = [...two, ...times(posts, post(from, poster)), settle, ...times(waits, wait(to, waiter))];
      const { results } = played(body, address);
      expect(successes(results, body.length - waits)).toBe(Math.min(posts, waits));
    },
  );

  property.prop([side, count, fc.integer({ min: 1, max: 4 }), chooser])(
    '2: NO_ACCUMULATE never leaves more than one event where there was none, and never more than before where there were',
    ([from, poster, to, waiter], before, flagged, address) => {
      const body = [
        ...two,
        ...times(before, post(from, poster)),
        settle,
        ...times(flagged, post(from, poster, 'NO_ACCUMULATE'), settle),
        ...times(before + flagged + 1, wait(to, waiter)),
      ];
      const { results } = played(body, address);
      expect(successes(results, body.length - before - flagged - 1)).toBe(Math.max(before, 1));
    },
  );

  property.prop([side, count, chooser])(
    '3: a wait with time 0 returns at once, with 0 or TIMEOUT',
    ([from, poster, to, waiter], posts, address) => {
      const { results } = played([...two, ...times(posts, post(from, poster)), wait(to, waiter)], address);
      expect([undefined, 'TIMEOUT']).toContain(results.at(-1)?.error);
      expect(results.at(-1)?.skipped).toBeUndefined();
    },
  );

  property.prop([fc.integer({ min: 1, max: 4 }), chooser])(
    '4: posts on a connection change no connection, and posts on a segment do not change the segment',
    (posts, address) => {
      const importers = [...two, connect('c1', 't3')];
      const byImporter = [
        ...importers,
        ...times(posts, post('c0', 't2')),
        settle,
        wait('c0', 't2'),
        wait('c1', 't3'),
      ];
      expect(successes(played(byImporter, address).results, byImporter.length - 2)).toBe(0);
      const byExporter = [...importers, ...times(posts, post('s0')), settle, wait('s0')];
      expect(successes(played(byExporter, address).results, byExporter.length - 1)).toBe(0);
    },
  );

  property.prop([fc.integer({ min: 1, max: 4 }), fc.constantFrom('unpublish', 'destroy'), chooser])(
    '5: as many releases as gets open the gates, one less does not, and what failed changed nothing',
    (gets, op, address) => {
      const closed = [
        ...two,
        ...times(gets, get('s0')),
        ...times(gets - 1, release('s0')),
        { op, seg: 's0' },
        post('c0', 't2'),
        settle,
        wait('s0'),
        release('s0'),
        { op: 'unpublish', seg: 's0' },
      ];
      const { results } = played(closed, address);
      const failed = two.length + 2 * gets - 1;
      expect(results[failed]).toHaveProperty('error');
      expect(results[failed + 3]).toEqual({});
      expect(results.at(-1)).toEqual({});
    },
  );

  property.prop([count, chooser])('6: a new handle has no event and no count', (posts, address) => {
    const body = [
      ...two,
      ...times(posts, post('s0'), post('c0', 't2')),
      settle,
      connect('c1', 't3'),
      wait('c1', 't3'),
    ];
    expect(played(body, address).results.at(-1)).toEqual({ error: 'TIMEOUT' });
    expect(played([...segment(), { op: 'unpublish', seg: 's0' }], address).results.at(-1)).toEqual({});
  });

  property.prop([fc.shuffledSubarray(['t1', 't2', 't3'], { minLength: 3 }), chooser])(
    '7: posts by different importers to one exporter commute',
    (order, address) => {
      const importers = ['t1', 't2', 't3'].map((actor, number) => connect(`c${number}`, actor));
      const posts = order.map((actor) => post(`c${['t1', 't2', 't3'].indexOf(actor)}`, actor));
      const body = [...segment(), ...importers, ...posts, settle, ...times(4, wait('s0'))];
      expect(successes(played(body, address).results, body.length - 4)).toBe(3);
    },
  );

  property.prop([fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 60 }), chooser])(
    '8: a wait ends no sooner than its time, and an event that comes is never lost by a TIMEOUT',
    (timeout, delay, address) => {
      const { at, results } = played([...two, wait('s0', 't0', timeout)], address);
      expect(results.at(-1)).toEqual({ error: 'TIMEOUT' });
      expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBeGreaterThanOrEqual(1_000 * timeout - 1_000);
      const body: readonly Step[] = [
        ...two,
        { op: 'wait', seg: 's0', actor: 't1', begin: 'w0', timeout_ms: timeout },
        settle,
        { op: 'pause', ms: delay },
        post('c0', 't2'),
        settle,
        { op: 'end', call: 'w0' },
        wait('s0'),
      ];
      const raced = played(body, address).results;
      expect([raced[two.length], raced.at(-1)].filter((one) => one?.error === undefined)).toHaveLength(1);
    },
  );
});

describe('each behaviour keeps to its own profile, and departs from others where they differ', () => {
  test.each([
    ['docs', 'docs', false],
    ['illumos', 'illumos', false],
    ['docs', 'illumos', true],
    ['illumos', 'docs', true],
  ] as const)('%s under %s: departs %s', async (behaviour, profile, departs) => {
    const options = { seed: 1, runs: 600, maxSteps: 32, profile, repetitions: 1 };
    const { findings, failures, record } = await run('rsm', new Simulator(`simulator:${behaviour}`), options);
    expect(failures).toEqual([]);
    expect(record.programs).toBe(600);
    expect(findings.length > 0, findings.map(({ finding }) => finding.signature).join('\n')).toBe(departs);
  });
});

describe('illumos, held against the page', () => {
  const folder = new URL('../rsm/illumos/', import.meta.url);
  const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
  const summary = JSON.parse(read('summary.json')) as Summary;

  test('departs where its source says so, each found unaided and named by its clause', async () => {
    const options = { seed: 1, runs: 1_000, maxSteps: 32 };
    const { findings, failures } = await run('rsm', new Simulator('simulator:illumos'), options);
    expect(failures).toEqual([]);
    expect(findings.map(({ finding }) => finding.signature).sort()).toEqual(
      summary.findings.map(({ signature }) => signature).sort(),
    );
    expect([...new Set(findings.map(({ finding }) => finding.clause))].sort()).toEqual([
      'rsm/gate/unmap',
      'rsm/gate/unpublish',
      'rsm/pollfd/needs-published',
      'rsm/post/no-accumulate',
      'rsm/post/unreachable',
      'rsm/wait/rival-timeout',
    ]);
  });

  test('its report is the one that is kept', () => {
    expect(renderReport(summary, 'markdown')).toBe(read('report.md'));
  });
});
