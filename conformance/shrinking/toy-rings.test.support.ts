/**
 * A toy of message rings, so that the shrinker meets findings that depend on state: a program shows a lie of the toy
 * when the lying toy answers otherwise than the honest one. It is no model of anything real.
 */

import type { InterfaceFile, Program, Step } from '#spec/index';
import { ProgramShape } from '../program-shape.ts';

const source: Step = { op: 'setup', as: 'r0' };
const target: Step = { op: 'setup', as: 'r1' };
const toItself: Step = { op: 'prep_msg_ring', ring: 'r0', fd: 'r0' };
const toTarget: Step = { op: 'prep_msg_ring', ring: 'r0', fd: 'r1' };
const submit: Step = { op: 'submit', ring: 'r0' };

/** What a toy does wrong, and a program with the fewest steps (before the closing) that show it. */
export const lies = {
  'accepts unknown flag bits': [source, { ...toItself, flags: 1 }, submit],
  'clears the top bit of len': [source, { ...toItself, len: 2147483648 }, submit],
  'posts to a disabled ring': [source, { ...target, flags: 'R_DISABLED' }, toTarget, submit],
  'a closed target still gets the message': [source, target, toTarget, { op: 'close', fd: 'r1' }, submit],
  'loses the second overflowed message': [{ ...source, cq_entries: 1 }, toItself, toItself, submit],
  'forgets data in a reused slot': [{ ...source, entries: 1 }, toItself, submit, toItself, submit],
  'drops the message of the third actor': [
    source,
    toItself,
    submit,
    toItself,
    { ...submit, actor: 't1' },
    toItself,
    { ...submit, actor: 't2' },
  ],
  'drops what comes after the owner exited': [
    { ...source, actor: 't1' },
    { op: 'exit', actor: 't1' },
    toItself,
    submit,
  ],
  'swaps the second of two pending messages': [source, target, toItself, toTarget, submit],
  'links go on after a refusal': [
    source,
    { ...toItself, fd: '@closed', sqe_flags: 'IO_LINK' },
    toItself,
    submit,
  ],
  'reap with max takes one too many': [source, toItself, submit, { op: 'reap', ring: 'r0', max: 1 }],
  'a waiter that began before the message gets it twice': [
    source,
    toItself,
    { op: 'wait', actor: 't1', begin: 'w0', ring: 'r0' },
    submit,
  ],
  'exhausted memory refuses without overflow': [
    { ...source, flags: 'SINGLE_ISSUER|DEFER_TASKRUN' },
    toItself,
    { op: 'memory', state: 'exhausted' },
    submit,
  ],
  'a duplicate outlives the ring': [
    source,
    target,
    { op: 'dup', as: 'd0', fd: 'r1' },
    { ...toItself, fd: 'd0' },
    { op: 'close', fd: 'r1' },
    { op: 'close', fd: 'd0' },
    submit,
  ],
  'equal data twice is one message': [
    source,
    { ...toItself, data: '0x1' },
    { ...toItself, data: '0x1' },
    submit,
  ],
  'the third ring is deaf': [source, target, { op: 'setup', as: 'r2' }, { ...toItself, fd: 'r2' }, submit],
} as const satisfies Readonly<Record<string, readonly Step[]>>;

export type Lie = keyof typeof lies;

interface Completion {
  readonly data: bigint;
  readonly res: number;
}

interface Entry {
  readonly target: Ring | 'not-a-ring' | 'closed';
  readonly viaDuplicate: boolean;
  readonly step: Step;
  readonly slotUses: number;
}

interface Ring {
  readonly number: number;
  readonly entries: number;
  readonly capacity: number;
  readonly owner: string;
  readonly deferred: boolean;
  disabled: boolean;
  open: number;
  visible: Completion[];
  overflow: Completion[];
  prepared: Entry[];
  submitted: number;
  waiters: number;
  lostOnce: boolean;
  lastData: bigint | undefined;
}

interface Handle {
  readonly ring: Ring | undefined;
  readonly duplicate: boolean;
  open: boolean;
}

const numberOf = (step: Step, name: string, fallback: number): number => Number(step[name] ?? fallback);
const flagsOf = (step: Step, name: string): readonly string[] => String(step[name] ?? '').split('|');

/** What the toy answers, a text for every step. */
const answersOf = (program: Program, interfaceFile: InterfaceFile, lie?: Lie): readonly string[] => {
  const shape = new ProgramShape(interfaceFile);
  const handles = new Map<string, Handle>();
  const dead = new Set<string>();
  const senders = new Set<string>();
  const calls = new Map<string, Ring>();
  let rings = 0;
  let exhausted = false;

  const post = (ring: Ring, completion: Completion): boolean => {
    const ended = dead.has(ring.owner);
    if (lie === 'drops what comes after the owner exited' && ended) return true;
    if (ring.visible.length < ring.capacity && ring.overflow.length === 0) {
      ring.visible.push(completion);
      if (lie === 'a waiter that began before the message gets it twice' && ring.waiters > 0)
        ring.visible.push(completion);
      return true;
    }
    if (exhausted) return false;
    if (lie === 'loses the second overflowed message' && ring.overflow.length === 1 && !ring.lostOnce) {
      ring.lostOnce = true;
      return true;
    }
    ring.overflow.push(completion);
    return true;
  };

  const send = (source: Ring, entry: Entry, position: number, actor: string): number => {
    const { step, target } = entry;
    const flags = numberOf(step, 'flags', 0);
    if (flags !== 0 && lie !== 'accepts unknown flag bits') return -22;
    if (target === 'not-a-ring') return -77;
    if (target === 'closed') return -9;
    if (target.open === 0 && !(lie === 'a closed target still gets the message')) {
      if (!(lie === 'a duplicate outlives the ring' && entry.viaDuplicate)) return -9;
    }
    if (target.disabled && lie !== 'posts to a disabled ring') return -77;
    if (exhausted && lie === 'exhausted memory refuses without overflow' && target.deferred) return -12;
    let data = BigInt(step.data ?? 0);
    let res = numberOf(step, 'len', 0) | 0;
    if (lie === 'clears the top bit of len') res &= 0x7fffffff;
    if (lie === 'forgets data in a reused slot' && entry.slotUses > 0) data = 0xdeadn;
    if (lie === 'swaps the second of two pending messages' && position === 1 && target !== source) data ^= 1n;
    senders.add(actor);
    if (lie === 'drops the message of the third actor' && senders.size > 2) return 0;
    if (lie === 'the third ring is deaf' && target.number === 2) return 0;
    const twice = lie === 'equal data twice is one message' && target.lastData === data && data !== 0n;
    target.lastData = data;
    if (twice) return 0;
    return post(target, { data, res }) ? 0 : -75;
  };

  const take = (ring: Ring, count: number): string => {
    const taken = ring.visible.splice(0, count);
    return taken.map(({ data, res }) => `${data}:${res}`).join(' ');
  };
  const flush = (ring: Ring): void => {
    while (ring.overflow.length > 0 && ring.visible.length < ring.capacity)
      ring.visible.push(ring.overflow.shift() as Completion);
  };

  const perform = (step: Step): string => {
    const actor = shape.actor(step);
    if (step.op === 'settle') return 'settled';
    if (step.op === 'end') {
      const ring = calls.get(String(step.call));
      if (ring) ring.waiters -= 1;
      return 'ended';
    }
    if (dead.has(actor)) return 'actor has exited';
    const named = (name: string): Handle | undefined => handles.get(String(step[name]));
    const ringOf = (): Ring | undefined => {
      const handle = named('ring');
      return handle?.open ? handle.ring : undefined;
    };
    switch (step.op) {
      case 'setup': {
        const flags = flagsOf(step, 'flags');
        const asked = numberOf(step, 'cq_entries', 0);
        const entries = 2 ** Math.ceil(Math.log2(numberOf(step, 'entries', 8)));
        const deferred = flags.includes('DEFER_TASKRUN');
        if (deferred && !flags.includes('SINGLE_ISSUER')) return 'EINVAL';
        const ring: Ring = {
          number: rings,
          entries,
          capacity: asked === 0 ? 2 * entries : asked,
          owner: actor,
          deferred,
          disabled: flags.includes('R_DISABLED'),
          open: 1,
          visible: [],
          overflow: [],
          prepared: [],
          submitted: 0,
          waiters: 0,
          lostOnce: false,
          lastData: undefined,
        };
        rings += 1;
        if (step.as !== undefined) handles.set(step.as, { ring, duplicate: false, open: true });
        return `ring of ${ring.capacity}`;
      }
      case 'open':
        if (step.as !== undefined) handles.set(step.as, { ring: undefined, duplicate: false, open: true });
        return 'opened';
      case 'dup': {
        const original = named('fd');
        if (!original?.open) return 'no such handle';
        if (original.ring) original.ring.open += 1;
        if (step.as !== undefined) handles.set(step.as, { ring: original.ring, duplicate: true, open: true });
        return 'duplicated';
      }
      case 'close': {
        const handle = named('fd');
        if (!handle?.open) return 'no such handle';
        handle.open = false;
        if (handle.ring) handle.ring.open -= 1;
        return 'closed';
      }
      case 'enable': {
        const ring = ringOf();
        if (!ring?.disabled) return 'refused';
        ring.disabled = false;
        return 'enabled';
      }
      case 'prep_msg_ring': {
        const ring = ringOf();
        if (!ring) return 'no such handle';
        if (ring.prepared.length === ring.entries) return 'queue full';
        const handle = named('fd');
        const target = handle?.open ? (handle.ring ?? 'not-a-ring') : 'closed';
        const uses = ring.submitted + ring.prepared.length;
        const slotUses = Math.floor(uses / ring.entries);
        ring.prepared.push({ target, viaDuplicate: handle?.duplicate ?? false, step, slotUses });
        return 'prepared';
      }
      case 'submit': {
        const ring = ringOf();
        if (!ring || ring.disabled) return 'refused';
        const count = numberOf(step, 'count', 0);
        const batch = ring.prepared.splice(0, count === 0 ? ring.prepared.length : count);
        ring.submitted += batch.length;
        let cancelled = false;
        for (const [position, entry] of batch.entries()) {
          const res: number = cancelled ? -125 : send(ring, entry, position, actor);
          const linked = flagsOf(entry.step, 'sqe_flags').includes('IO_LINK');
          cancelled = linked && (cancelled || res < 0) && lie !== 'links go on after a refusal';
          post(ring, { data: BigInt(entry.step.user_data ?? 0), res });
        }
        if (step.getevents === true) flush(ring);
        return `submitted ${batch.length}`;
      }
      case 'reap': {
        const ring = ringOf();
        if (!ring) return 'no such handle';
        const max = numberOf(step, 'max', 0);
        const more = lie === 'reap with max takes one too many' ? 1 : 0;
        return take(ring, max === 0 ? ring.visible.length : max + more);
      }
      case 'wait': {
        const ring = ringOf();
        if (!ring) return 'no such handle';
        flush(ring);
        if (step.begin !== undefined) {
          ring.waiters += 1;
          calls.set(step.begin, ring);
        }
        return 'waited';
      }
      case 'drain': {
        const ring = ringOf();
        if (!ring) return 'no such handle';
        const seen: string[] = [];
        do {
          flush(ring);
          seen.push(take(ring, ring.visible.length));
        } while (ring.overflow.length > 0);
        return seen.join(' ');
      }
      case 'exit':
        if (actor !== shape.firstActor) dead.add(actor);
        return 'exited';
      case 'memory':
        exhausted = step.state === 'exhausted';
        return 'memory';
      default:
        return 'unknown';
    }
  };
  return program.steps.map(perform);
};

/** Where the answers of a lying toy part from those of the honest one: the operation, or undefined when nowhere. */
export const showsLie = (program: Program, interfaceFile: InterfaceFile, lie: Lie): boolean => {
  const honest = answersOf(program, interfaceFile);
  const lying = answersOf(program, interfaceFile, lie);
  return honest.some((answer, index) => answer !== lying[index]);
};
