import { describe, expect, test } from 'vitest';
import { FakeRing } from './fixtures/fake-ring.ts';
import { Ledger, type Message } from './ledger.ts';

const EINVAL = -22;
const EBADF = -9;

/** A message that nothing is special about, to a ring or to none. */
const message = (target: FakeRing | null, more: Partial<Message> = {}): Message => ({
  userData: '0xa',
  data: '0xd',
  res: 1,
  target: target?.ring ?? null,
  silent: false,
  deferred: false,
  ...more,
});

const submitted = (source: FakeRing, ...messages: readonly Message[]): Ledger => {
  const ledger = new Ledger();
  for (const each of messages) ledger.prepared(source.ring, each);
  ledger.submitted(source.ring, messages.length);
  return ledger;
};

const rings = (): readonly [FakeRing, FakeRing] => [new FakeRing(), new FakeRing()];

describe('what is missing is explained', () => {
  test('when nothing is missing', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target));
    expect(ledger.explained).toBe(false);
    source.post(0, '0xa');
    expect(ledger.explained).toBe(false);
    target.post(1, '0xd');
    expect(ledger.explained).toBe(true);
  });

  test('when it was not submitted', () => {
    const ledger = new Ledger();
    ledger.prepared(new FakeRing().ring, message(null));
    expect(ledger.explained).toBe(true);
  });

  test('when the message was refused, whether that was read or not', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target));
    source.post(EINVAL, '0xa');
    expect(ledger.explained).toBe(true);
    ledger.reaped(source.ring, source.completions);
    source.peek = () => [];
    expect(ledger.explained).toBe(true);
  });

  test('when its ring shows nothing by itself', () => {
    for (const hidden of [
      new FakeRing('DEFER_TASKRUN'),
      Object.assign(new FakeRing(), { overflowing: true }),
    ]) {
      const source = new FakeRing();
      const ledger = submitted(source, message(hidden));
      source.post(0, '0xa');
      expect(ledger.explained).toBe(true);
    }
  });

  test('when a silent message reached its target', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target, { silent: true, deferred: true }));
    expect(ledger.explained).toBe(false);
    target.post(1, '0xd');
    expect(ledger.explained).toBe(true);
  });

  test('when it was waited for once', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target));
    source.post(0, '0xa');
    ledger.settled();
    expect(ledger.explained).toBe(true);
    // But not what is sent afterwards.
    ledger.prepared(source.ring, message(target));
    ledger.submitted(source.ring, 1);
    expect(ledger.explained).toBe(false);
  });

  test('when the failure was still unread as its ring was closed', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target));
    source.post(EINVAL, '0xa');
    ledger.closing(source.ring);
    source.completions = [];
    Object.assign(source, { mapped: false });
    expect(ledger.explained).toBe(true);
  });
});

describe('what is missing is not explained', () => {
  const later = { deferred: true };

  test('by the refusal of a message that was for no ring, though nothing seems to be left to others', () => {
    const source = new FakeRing();
    const ledger = submitted(source, message(null), message(null, { userData: '0xa2' }));
    source.post(EBADF, '0xa');
    expect(ledger.explained).toBe(false);
    source.post(EBADF, '0xa2');
    expect(ledger.explained).toBe(true);
  });

  test('by refusals of messages that were for no ring', () => {
    // A message to the ring itself waits for a worker; two others were refused at once.
    const source = new FakeRing('IOPOLL');
    const ledger = submitted(
      source,
      message(source, { userData: '0x0', data: '0x0', res: 0 }),
      message(null, { userData: '0x0' }),
      message(null, { userData: '0x0' }),
    );
    source.post(EBADF, '0x0');
    source.post(EBADF, '0x0');
    expect(ledger.explained).toBe(false);
    source.post(0, '0x0');
    source.post(0, '0x0');
    expect(ledger.explained).toBe(true);
  });

  test('by the refusal of another message', () => {
    const [source, target] = rings();
    const ledger = submitted(
      source,
      message(null, { userData: '0xa1' }),
      message(target, { userData: '0xa2', ...later }),
    );
    source.post(EBADF, '0xa1');
    expect(ledger.explained).toBe(false);
    source.post(EINVAL, '0xa2');
    expect(ledger.explained).toBe(true);
  });

  test('by a message that looks like a refusal', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target, later));
    const back = message(source, { userData: '0xb', data: '0xa', res: EINVAL, ...later });
    ledger.prepared(target.ring, back);
    ledger.submitted(target.ring, 1);
    source.post(EINVAL, '0xa');
    target.post(0, '0xb');
    expect(ledger.explained).toBe(false);
  });

  test('by a completion that looks like a silent message', () => {
    const [source, target] = rings();
    const ledger = submitted(source, message(target, { silent: true, ...later }));
    ledger.prepared(target.ring, message(null, { userData: '0xd' }));
    ledger.submitted(target.ring, 1);
    target.post(1, '0xd');
    expect(ledger.explained).toBe(false);
  });
});

test('what a deferred source holds is named until it is settled, and waited for', () => {
  const source = new FakeRing('DEFER_TASKRUN');
  const ledger = submitted(source, message(null, { deferred: true }));
  expect([...ledger.heldByOwner]).toEqual([source]);
  expect(ledger.explained).toBe(false);
  source.post(EBADF, '0xa');
  expect(ledger.explained).toBe(true);
  ledger.settled();
  expect([...ledger.heldByOwner]).toEqual([]);
});
