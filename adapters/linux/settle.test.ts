import { describe, expect, test } from 'vitest';
import { monotonicUs } from './clock.ts';
import { FakeRing } from './fixtures/fake-ring.ts';
import { Ledger } from './ledger.ts';
import { type CallUnderWay, settle, type Unsettled } from './settle.ts';

const patienceMs = 40;

/** How long a settle takes, in milliseconds, and whether it said that it waits. */
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

/** One message under way, of which the source has its completion already. */
const halfDone = (source = new FakeRing(), deferred = false) => {
  const target = new FakeRing();
  const ledger = new Ledger();
  ledger.prepared(source.ring, {
    userData: '0xa',
    data: '0xd',
    res: 1,
    target: target.ring,
    silent: false,
    deferred,
  });
  ledger.submitted(source.ring, 1);
  source.post(0, '0xa');
  return { ledger, source, target, rings: [source.ring, target.ring] };
};

describe('a settle waits for nothing', () => {
  test('when nothing was sent', () => {
    expect(settling(new Ledger())).toMatchObject({ waited: false });
  });

  test('when everything that can come is there', () => {
    const { ledger, rings, target } = halfDone();
    target.post(1, '0xd');
    expect(settling(ledger, { rings })).toMatchObject({ waited: false });
  });
});

describe('a settle waits', () => {
  test('its whole patience for a completion that is missing without a reason', () => {
    const { ledger, rings } = halfDone();
    expect(settling(ledger, { rings }).ms).toBeGreaterThanOrEqual(patienceMs);
  });

  test('only until that completion comes', () => {
    const { ledger, rings, target } = halfDone();
    let looks = 0;
    const { ms, waited } = settling(ledger, {
      rings,
      patienceMs: 2_000,
      nudge: () => {
        if (++looks === 10) target.post(1, '0xd');
      },
    });
    expect(waited).toBe(true);
    expect(looks).toBeGreaterThan(10);
    expect(ms).toBeLessThan(1_000);
  });

  test('again from the start whenever something moves', () => {
    const { ledger, rings, source } = halfDone();
    const beganUs = monotonicUs();
    const { ms } = settling(ledger, {
      rings,
      nudge: () => {
        if (source.posted === 1 && (monotonicUs() - beganUs) / 1e3 > patienceMs / 2) source.post(0, '0xb');
      },
    });
    expect(ms).toBeGreaterThanOrEqual(1.5 * patienceMs);
  });

  test('until a polling thread has taken every entry', () => {
    const { ledger, rings, source, target } = halfDone(new FakeRing('SQPOLL'));
    target.post(1, '0xd');
    source.unconsumed = 1;
    let looks = 0;
    settling(ledger, {
      rings,
      patienceMs: 2_000,
      nudge: () => {
        if (++looks === 5) source.unconsumed = 0;
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
