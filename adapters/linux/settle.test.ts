import { describe, expect, test } from 'vitest';
import { monotonicUs } from './clock.ts';
import { Ledger } from './ledger.ts';
import type { Ring } from './ring.ts';
import { type CallUnderWay, settle, type Unsettled } from './settle.ts';

/** A ring as a settle sees it: counters that the kernel moves. */
interface Counters {
  posted: number;
  visibleFailures: number;
  unconsumed: number;
  overflowing: boolean;
  readonly flags: readonly string[];
}

const ring = (...flags: string[]): Counters & Ring => {
  const counters: Counters = { posted: 0, visibleFailures: 0, unconsumed: 0, overflowing: false, flags };
  return Object.assign(counters, { mapped: true, has: (flag: string) => flags.includes(flag) }) as never;
};

const patienceMs = 40;

/** How long a settle takes, in milliseconds; `meanwhile` happens at each look. */
const settling = (
  ledger: Ledger,
  more: Partial<Unsettled> = {},
): { readonly ms: number; readonly waited: boolean } => {
  let waited = false;
  const beganUs = monotonicUs();
  settle({
    ledger,
    rings: [],
    calls: [],
    nudge: () => undefined,
    patienceMs,
    onWaiting: () => {
      waited = true;
    },
    ...more,
  });
  return { ms: (monotonicUs() - beganUs) / 1e3, waited };
};

const sent = (
  source: Ring,
  target: Ring | null,
  more: { silent?: boolean; deferred?: boolean } = {},
): Ledger => {
  const ledger = new Ledger();
  ledger.prepared(source, { target, silent: false, deferred: false, ...more });
  ledger.submitted(source, 1);
  return ledger;
};

describe('a settle waits for nothing', () => {
  test('when nothing was sent', () => {
    expect(settling(new Ledger())).toMatchObject({ waited: false });
  });

  test('when everything that can come is there', () => {
    const [source, target] = [ring(), ring()];
    source.posted = target.posted = 1;
    expect(settling(sent(source, target))).toMatchObject({ waited: false });
  });

  test('when a refusal accounts for what is missing', () => {
    const [source, target] = [ring(), ring()];
    source.posted = source.visibleFailures = 1;
    expect(settling(sent(source, target))).toMatchObject({ waited: false });
  });

  test('when a refusal that was read before accounts for it', () => {
    const [source, target] = [ring(), ring()];
    source.posted = 1;
    const ledger = sent(source, target);
    ledger.reaped([{ user_data: '0x0', res: -22, flags: 0 }]);
    expect(settling(ledger)).toMatchObject({ waited: false });
  });

  test('for a ring that publishes when its owner enters', () => {
    const [source, target] = [ring(), ring('DEFER_TASKRUN')];
    source.posted = 1;
    expect(settling(sent(source, target))).toMatchObject({ waited: false });
  });

  test('for a ring whose queue overflowed', () => {
    const [source, target] = [ring(), ring()];
    source.posted = 1;
    target.overflowing = true;
    expect(settling(sent(source, target))).toMatchObject({ waited: false });
  });
});

describe('a settle waits', () => {
  test('its whole patience for a completion that is missing without a reason', () => {
    const [source, target] = [ring(), ring()];
    source.posted = 1;
    expect(settling(sent(source, target)).ms).toBeGreaterThanOrEqual(patienceMs);
  });

  test('only until that completion comes', () => {
    const [source, target] = [ring(), ring()];
    source.posted = 1;
    let looks = 0;
    const { ms, waited } = settling(sent(source, target), {
      rings: [source, target],
      patienceMs: 2_000,
      nudge: () => {
        if (++looks === 10) target.posted = 1;
      },
    });
    expect(waited).toBe(true);
    expect(looks).toBeGreaterThan(10);
    expect(ms).toBeLessThan(1_000);
  });

  test('again from the start whenever something moves', () => {
    const [source, target] = [ring(), ring()];
    const beganUs = monotonicUs();
    const ms = () => (monotonicUs() - beganUs) / 1e3;
    const { ms: took } = settling(sent(source, null), {
      rings: [source, target],
      nudge: () => {
        if (ms() > patienceMs / 2 && target.posted === 0) target.posted = 1;
      },
    });
    expect(took).toBeGreaterThanOrEqual(1.5 * patienceMs);
  });

  test('until a polling thread has taken every entry', () => {
    const source = ring('SQPOLL');
    source.unconsumed = 1;
    let looks = 0;
    settling(sent(source, null), {
      rings: [source],
      patienceMs: 2_000,
      nudge: () => {
        if (++looks === 5) {
          source.unconsumed = 0;
          source.posted = 1;
        }
      },
    });
    expect(looks).toBeGreaterThan(5);
  });

  const call = (state: Partial<CallUnderWay>): CallUnderWay => ({
    returned: false,
    blocked: true,
    due: false,
    ...state,
  });

  test('for a moment when a call sleeps', () => {
    const { ms, waited } = settling(new Ledger(), { calls: [call({})], patienceMs: 2_000 });
    expect(waited).toBe(true);
    expect(ms).toBeLessThan(1_000);
  });

  test('its whole patience for a call that sleeps and should not', () => {
    expect(settling(new Ledger(), { calls: [call({ due: true })] }).ms).toBeGreaterThanOrEqual(patienceMs);
  });

  test('for a call that is neither asleep nor back', () => {
    const state = { returned: false, blocked: false, due: false };
    let looks = 0;
    settling(new Ledger(), {
      calls: [state],
      nudge: () => {
        if (++looks === 10) state.returned = true;
      },
    });
    expect(looks).toBeGreaterThan(10);
  });
});

test('what a deferred source holds is asked for until the settle is over', () => {
  const source = ring('DEFER_TASKRUN');
  const ledger = sent(source, null, { deferred: true });
  expect([...ledger.heldByOwner]).toEqual([source]);
  settling(ledger, { rings: [source] });
  expect([...ledger.heldByOwner]).toEqual([]);
});
