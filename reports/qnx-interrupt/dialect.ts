/** `qnx-interrupt` in the words of somebody who writes drivers for QNX: the calls of C, with their arguments. */

import type { Program, Result, Step } from '#spec/index';
import { type Dialect, outcomeLine } from '../dialect.ts';

const states: ReadonlyMap<string, string> = new Map([
  ['memory exhausted', 'from here on the kernel cannot allocate memory'],
  ['memory restored', 'from here on the kernel can allocate memory again'],
  ['entries exhausted', 'from here on all interrupt entries of the kernel are in use'],
  ['entries restored', 'from here on interrupt entries are there again'],
]);

const abilities: ReadonlyMap<unknown, string> = new Map([
  ['interrupt', 'PROCMGR_AID_INTERRUPT'],
  ['thread', 'PROCMGR_AID_SIGEV_THREAD'],
]);

const vectorOf = ({ vector = 'edge' }: Step): string =>
  vector === 'invalid' ? '<no interrupt>' : `<${vector}>`;

const flagsOf = ({ flags = '' }: Step, prefix: string): string =>
  flags === ''
    ? '0'
    : String(flags)
        .split('|')
        .map((flag) => (flag.startsWith('BIT_') ? `1u << ${flag.slice(4)}` : `${prefix}${flag}`))
        .join(' | ');

const eventOf = ({ event = 'PULSE' }: Step): string =>
  event === 'unreadable' ? '<nowhere>' : event === 'unknown' ? '<no such type>' : `SIGEV_${event}`;

const idOf = ({ id }: Step): string =>
  id === '@all' ? '-1' : id === '@unused' ? '<an id that nobody was given>' : String(id);

const call = (step: Step, _program: Program): string => {
  const bound = step.as === undefined ? '' : `${step.as} = `;
  const flags = flagsOf(step, '_NTO_INTR_FLAGS_');
  const r = step.form === 'r' ? '_r' : '';
  switch (step.op) {
    case 'attach': {
      const { call: name = 'InterruptAttachEvent', prio = 20 } = step;
      const priority = String(name).includes('Priority') ? `${prio}, ` : '';
      return `${bound}${name}(${vectorOf(step)}, ${eventOf(step)}, ${priority}${flags})`;
    }
    case 'attach_many':
      return `InterruptAttachEvent(${vectorOf(step)}, SIGEV_SEM, 0) until it fails`;
    case 'attach_thread':
      return `${bound}InterruptAttachThread(${vectorOf(step)}, ${flags})`;
    case 'detach':
      return `InterruptDetach${r}(${idOf(step)})`;
    case 'mask':
      return `InterruptMask(0, ${idOf(step)})`;
    case 'unmask':
      return `InterruptUnmask(0, ${idOf(step)})`;
    case 'wait':
      return `InterruptWait(${flagsOf(step, '_NTO_INTR_WAIT_FLAGS_')}, NULL) [at most ${step.timeout_ms ?? 20} ms]`;
    case 'raise':
      return `the source of ${vectorOf(step)} fires`;
    case 'acknowledge':
      return 'the source of <level> is acknowledged';
    case 'collect':
      return 'what arrived since the last look';
    case 'ability':
      return `${abilities.get(step.which ?? 'interrupt')} is ${step.state === 'dropped' ? 'given up' : 'held again'}`;
    case 'runmask':
      return `the thread may run on ${step.processors === 'one' ? 'one processor' : 'every processor'}`;
    default:
      return states.get(`${step.op} ${step.state ?? 'restored'}`) ?? step.op;
  }
};

const words: Readonly<Record<string, (value: unknown) => string | null>> = {
  id: (id) => `= ${id}`,
  last: (error) => `then ${error}`,
  events: (names) => (Array.isArray(names) && names.length > 0 ? names.join(', ') : 'nothing'),
  returned: (how) =>
    how === 'minus-one' ? 'returned -1' : how === 'negative' ? 'returned the negative' : `returned ${how}`,
  errno: (errno) => (errno === 'kept' ? 'errno as before' : `errno ${errno}`),
  threads: (count) => `${count} new thread${count === 1 ? '' : 's'}`,
  priority: (priority) => `priority ${priority}`,
  affinity: (processors) => (processors === 'one' ? 'on one processor' : null),
  caller: (priority) => (priority === 'kept' ? null : 'priority of the caller changed'),
};

const seen = (result: Result): readonly string[] => {
  const outcome = outcomeLine(result);
  const parts = Object.entries(words).flatMap(([member, word]) =>
    result[member] === undefined ? [] : (word(result[member]) ?? []),
  );
  const lines = [...(outcome === null ? [] : [outcome]), ...(parts.length > 0 ? [parts.join(', ')] : [])];
  return lines.length === 0 ? ['ok'] : lines;
};

export const qnxInterruptDialect: Dialect = { call, seen };
