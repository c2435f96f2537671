/** One step read into the arguments of a call, checked against what `interface.json` allows. */

import type { MsgRingOperation, Step } from '#spec/index';
import { IORING_SETUP, IOSQE } from '#spec/msg-ring/flags';
import { FlagReader, foreignField } from './flags.ts';

/** Operations of this interface, and the two steps that every interface has. */
export type CallName = MsgRingOperation | 'settle' | 'end';

const argument = {
  actor: 1 << 0,
  as: 1 << 1,
  begin: 1 << 2,
  call: 1 << 3,
  entries: 1 << 4,
  cq_entries: 1 << 5,
  flags: 1 << 6,
  ring: 1 << 7,
  fd: 1 << 8,
  kind: 1 << 9,
  len: 1 << 10,
  data: 1 << 11,
  user_data: 1 << 12,
  command: 1 << 13,
  fields: 1 << 14,
  sqe_flags: 1 << 15,
  count: 1 << 16,
  getevents: 1 << 17,
  max: 1 << 18,
  timeout_ms: 1 << 19,
  state: 1 << 20,
} as const;

interface Signature {
  /** Arguments that may be given, and those that must. */
  readonly allowed: number;
  readonly required: number;
}

const takes = (required: number, optional = 0): Signature => ({
  required,
  allowed: argument.actor | argument.begin | required | optional,
});

const signatures: ReadonlyMap<string, Signature> = new Map<CallName, Signature>([
  ['setup', takes(0, argument.as | argument.entries | argument.cq_entries | argument.flags)],
  ['enable', takes(argument.ring)],
  ['dup', takes(argument.fd, argument.as)],
  ['close', takes(argument.fd)],
  ['open', takes(0, argument.as | argument.kind)],
  [
    'prep_msg_ring',
    takes(
      argument.ring | argument.fd,
      argument.len |
        argument.data |
        argument.flags |
        argument.user_data |
        argument.command |
        argument.fields |
        argument.sqe_flags,
    ),
  ],
  ['submit', takes(argument.ring, argument.count | argument.getevents)],
  ['reap', takes(argument.ring, argument.max)],
  ['wait', takes(argument.ring, argument.count | argument.timeout_ms)],
  ['drain', takes(argument.ring)],
  ['exit', takes(0)],
  ['memory', takes(0, argument.state)],
  ['settle', { required: 0, allowed: argument.actor }],
  ['end', { required: argument.call, allowed: argument.actor | argument.call }],
]);

const setupFlags = new FlagReader(IORING_SETUP);
const sqeFlags = new FlagReader(IOSQE);

const FILE_KINDS: ReadonlySet<string> = new Set([
  'pipe-read',
  'pipe-write',
  'eventfd',
  'epoll',
  'timerfd',
  'socket',
  'file',
  'directory',
  'null',
  'memfd',
  'path',
]);

const UINT16_MAX = 0xffff;
const UINT32_MAX = 0xffff_ffff;
const NULL_HANDLE = '';

/**
 * The arguments of the step last read; one object serves all steps, because a step is over when the next is read.
 * Arguments that a step does not give hold the defaults of `interface.json`.
 */
export class Call {
  op: CallName = 'settle';
  actor = 0;
  as = NULL_HANDLE;
  begin = NULL_HANDLE;
  call = NULL_HANDLE;
  entries = 8;
  cqEntries = 0;
  /** IORING_SETUP_* of `setup`, message flags of `prep_msg_ring`. */
  flags = 0;
  ring = NULL_HANDLE;
  fd = NULL_HANDLE;
  kind = 'eventfd';
  len = 0;
  data = '0x0';
  userData = '0x0';
  command = '0x0';
  /** Which of the fields that the prepared call never sets are not zero. */
  foreign = 0;
  fileIndex = 0;
  sqeFlags = 0;
  count = 0;
  getevents = false;
  max = 0;
  timeoutMs = 1000;
  exhausts = false;
  private readonly actors: number;

  /** @param actors - Threads that programs may have. */
  constructor(actors: number) {
    this.actors = actors;
  }

  /** Reads a step; returns what is wrong with it, or null. */
  read(step: Step): string | null {
    const signature = signatures.get(step.op);
    if (signature === undefined) return `op: there is no operation ${step.op}`;
    this.reset(step.op as CallName);
    let given = 0;
    for (const name in step) {
      if (name === 'op') continue;
      const value = step[name];
      if (value === undefined) continue;
      const bit = typeof value === 'string' ? this.readText(name, value) : this.readOther(name, value);
      if (bit === OUT_OF_RANGE) return `${name}: ${String(value)} is out of range`;
      if (bit === UNKNOWN || (bit & ~signature.allowed) !== 0)
        return `${name}: ${step.op} takes no such argument`;
      given |= bit;
    }
    const missing = signature.required & ~given;
    return missing === 0 ? null : `op: ${step.op} needs ${argumentNames(missing)}`;
  }

  private reset(op: CallName): void {
    this.op = op;
    this.actor = 0;
    this.as = NULL_HANDLE;
    this.begin = NULL_HANDLE;
    switch (op) {
      case 'setup':
        this.entries = 8;
        this.cqEntries = 0;
        this.flags = 0;
        break;
      case 'prep_msg_ring':
        this.len = 0;
        this.data = '0x0';
        this.flags = 0;
        this.userData = '0x0';
        this.command = '0x0';
        this.foreign = 0;
        this.fileIndex = 0;
        this.sqeFlags = 0;
        break;
      case 'submit':
        this.count = 0;
        this.getevents = false;
        break;
      case 'wait':
        this.count = 1;
        this.timeoutMs = 1000;
        break;
      default:
        this.kind = 'eventfd';
        this.max = 0;
        this.exhausts = false;
    }
  }

  private readText(name: string, value: string): number {
    switch (name) {
      case 'ring':
        this.ring = value;
        return argument.ring;
      case 'fd':
        this.fd = value;
        return argument.fd;
      case 'data':
        this.data = value;
        return isU64(value) ? argument.data : OUT_OF_RANGE;
      case 'user_data':
        this.userData = value;
        return isU64(value) ? argument.user_data : OUT_OF_RANGE;
      case 'actor':
        this.actor = value.charCodeAt(1) - ZERO;
        return value.length === 2 && value.startsWith('t') && this.actor >= 0 && this.actor < this.actors
          ? argument.actor
          : OUT_OF_RANGE;
      case 'as':
        this.as = value;
        return argument.as;
      case 'begin':
        this.begin = value;
        return argument.begin;
      case 'call':
        this.call = value;
        return argument.call;
      case 'flags':
        return this.op === 'setup' ? this.readSetupFlags(value) : OUT_OF_RANGE;
      case 'sqe_flags':
        return this.readSqeFlags(value);
      case 'command':
        this.command = value;
        return isU64(value) ? argument.command : OUT_OF_RANGE;
      case 'addr3':
        if (value !== '0x0') this.foreign |= foreignField.addr3;
        return isU64(value) ? argument.fields : OUT_OF_RANGE;
      case 'kind':
        this.kind = value;
        return FILE_KINDS.has(value) ? argument.kind : OUT_OF_RANGE;
      case 'state':
        this.exhausts = value === 'exhausted';
        return this.exhausts || value === 'restored' ? argument.state : OUT_OF_RANGE;
      default:
        return isArgument(name) ? OUT_OF_RANGE : UNKNOWN;
    }
  }

  private readOther(name: string, value: number | boolean): number {
    if (typeof value === 'boolean') {
      this.getevents = value;
      return name === 'getevents' ? argument.getevents : isArgument(name) ? OUT_OF_RANGE : UNKNOWN;
    }
    switch (name) {
      case 'len':
        this.len = value;
        return within(value, 0, UINT32_MAX, argument.len);
      case 'flags':
        this.flags = value;
        return this.op === 'prep_msg_ring' ? within(value, 0, UINT32_MAX, argument.flags) : OUT_OF_RANGE;
      case 'count':
        this.count = value;
        return within(value, 0, this.op === 'wait' ? 8 : 256, argument.count);
      case 'timeout_ms':
        this.timeoutMs = value;
        return within(value, 0, 60_000, argument.timeout_ms);
      case 'max':
        this.max = value;
        return within(value, 0, 512, argument.max);
      case 'entries':
        this.entries = value;
        return within(value, 1, 256, argument.entries);
      case 'cq_entries':
        this.cqEntries = value;
        return within(value, 0, 512, argument.cq_entries);
      case 'ioprio':
      case 'buf_index':
      case 'personality':
        if (value !== 0) this.foreign |= foreignField[name];
        return within(value, 0, UINT16_MAX, argument.fields);
      case 'file_index':
        this.fileIndex = value;
        if (value !== 0) this.foreign |= foreignField.file_index;
        return within(value, 0, UINT32_MAX, argument.fields);
      default:
        return isArgument(name) ? OUT_OF_RANGE : UNKNOWN;
    }
  }

  private readSetupFlags(text: string): number {
    const bits = setupFlags.read(text);
    this.flags = bits ?? 0;
    return bits === undefined ? OUT_OF_RANGE : argument.flags;
  }

  private readSqeFlags(text: string): number {
    const bits = sqeFlags.read(text);
    this.sqeFlags = bits ?? 0;
    return bits === undefined ? OUT_OF_RANGE : argument.sqe_flags;
  }
}

/** Answers of a reader that are no argument bit. */
const OUT_OF_RANGE = -1;
const UNKNOWN = -2;

const ZERO = 0x30;
const LOWER_A = 0x61;

const isArgument = (name: string): boolean =>
  Object.hasOwn(argument, name) || Object.hasOwn(foreignField, name);

const argumentNames = (bits: number): string =>
  Object.entries(argument)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(', ');

const within = (value: number, min: number, max: number, bit: number): number =>
  value >= min && value <= max && Number.isInteger(value) ? bit : OUT_OF_RANGE;

/** Whether a text is a 64-bit value in its one spelling: 0x, lower case, no leading zeros. */
const isU64 = (text: string): boolean => {
  const { length } = text;
  if (length < 3 || length > 18 || text.charCodeAt(0) !== ZERO || text.charCodeAt(1) !== 0x78) return false;
  if (length > 3 && text.charCodeAt(2) === ZERO) return false;
  for (let index = 2; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (!(code >= ZERO && code <= ZERO + 9) && !(code >= LOWER_A && code <= LOWER_A + 5)) return false;
  }
  return true;
};
