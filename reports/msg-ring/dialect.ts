/**
 * `msg-ring` in the words of somebody who works on io_uring: liburing's names where liburing has one, the bare
 * system call where it has none, completions as queue entries.
 */

import type { Program, Result, Step } from '#spec/index';
import { knownErrno } from '#spec/msg-ring/errno';
import { type Dialect, givenArguments, outcomeLine } from '../dialect.ts';

type Value = string | number | boolean | undefined;

/** Fields of the submission entry that the prepared call never sets, in the order of the structure. */
const entryFields = [
  ['sqe_flags', 'flags'],
  ['ioprio', 'ioprio'],
  ['command', 'addr'],
  ['user_data', 'user_data'],
  ['buf_index', 'buf_index'],
  ['personality', 'personality'],
  ['file_index', 'file_index'],
  ['addr3', 'addr3'],
] as const;

const joined = (flags: Value): string => String(flags).split('|').join(' | ');

/** How each kind of descriptor is come by. */
const opening: ReadonlyMap<string, string> = new Map([
  ['pipe-read', 'pipe() [read end]'],
  ['pipe-write', 'pipe() [write end]'],
  ['eventfd', 'eventfd(0, 0)'],
  ['epoll', 'epoll_create1(0)'],
  ['timerfd', 'timerfd_create(CLOCK_MONOTONIC, 0)'],
  ['socket', 'socket()'],
  ['file', 'open() [regular file]'],
  ['directory', 'open() [directory]'],
  ['null', 'open("/dev/null")'],
  ['memfd', 'memfd_create()'],
  ['path', 'open(O_PATH)'],
]);

const literalTargets: ReadonlyMap<string, string> = new Map([
  ['@closed', '<a closed descriptor>'],
  ['@minus-one', '-1'],
  ['@out-of-range', '<larger than any descriptor>'],
]);

/** The descriptor as a step names it, with a word when nothing stands behind the name at that step. */
const descriptor = (name: Value, step: Step, program: Program): string => {
  const text = String(name);
  const literal = literalTargets.get(text);
  if (literal !== undefined) return literal;
  const before = program.steps.slice(0, Math.max(0, program.steps.indexOf(step)));
  if (!before.some((earlier) => earlier.as === text)) return `${text} <never opened>`;
  return before.some((earlier) => earlier.op === 'close' && earlier.fd === text) ? `${text} <closed>` : text;
};

const flagsOf = (value: number): string => `0x${value.toString(16)}`;

const prepared = (step: Step, program: Program): string => {
  const given = new Map<string, Value>(givenArguments(step, 'msg-ring'));
  const fd = descriptor(step.fd, step, program);
  const message = [
    `fd=${fd}`,
    ...(given.has('len') ? [`len=${given.get('len')}`] : []),
    ...(given.has('data') ? [`data=${given.get('data')}`] : []),
    ...(given.has('flags') ? [`flags=${flagsOf(Number(given.get('flags')))}`] : []),
  ].join(', ');
  const fields = entryFields.flatMap(([argument, field]) =>
    given.has(argument)
      ? [`sqe->${field} = ${argument === 'sqe_flags' ? joined(given.get(argument)) : given.get(argument)}`]
      : [],
  );
  return [`io_uring_prep_msg_ring(sqe of ${step.ring}, ${message})`, ...fields].join('; ');
};

const call = (step: Step, program: Program): string => {
  const given = new Map<string, Value>(givenArguments(step, 'msg-ring'));
  const ring = String(step.ring);
  const optional = (name: string, write: (value: Value) => string): readonly string[] =>
    given.has(name) ? [write(given.get(name))] : [];
  switch (step.op) {
    case 'setup': {
      const parameters = [
        String(step.entries ?? 8),
        ...optional('flags', joined),
        ...optional('cq_entries', (value) => `cq_entries=${value}`),
      ];
      return `${bound(step)}io_uring_setup(${parameters.join(', ')})`;
    }
    case 'enable':
      return `io_uring_enable_rings(${ring})`;
    case 'dup':
      return `${bound(step)}dup(${descriptor(step.fd, step, program)})`;
    case 'close':
      return `close(${descriptor(step.fd, step, program)})`;
    case 'open':
      return `${bound(step)}${opening.get(String(step.kind ?? 'eventfd')) ?? `open() [${step.kind}]`}`;
    case 'prep_msg_ring':
      return prepared(step, program);
    case 'submit': {
      if (given.size === 1) return `io_uring_submit(${ring})`;
      const details = [
        `to_submit=${given.get('count') ?? 'all'}`,
        ...optional('getevents', () => 'GETEVENTS'),
      ];
      return `io_uring_enter(${[ring, ...details].join(', ')})`;
    }
    case 'reap':
      return `reap ${optional('max', (value) => `at most ${value} from `).join('')}${ring} without entering the kernel`;
    case 'wait':
      return `io_uring_enter(${ring}, min_complete=${step.count ?? 1}, GETEVENTS, timeout=${step.timeout_ms ?? 1000}ms)`;
    case 'drain':
      return `enter ${ring} with GETEVENTS and reap until empty`;
    case 'exit':
      return 'the thread ends; its descriptors stay open';
    case 'memory':
      return step.state === 'exhausted'
        ? 'from here on the kernel cannot allocate memory'
        : 'from here on the kernel can allocate memory again';
    default:
      return `${bound(step)}${step.op}()`;
  }
};

const bound = (step: Step): string => (step.as === undefined ? '' : `${step.as} = `);

/** A completion carries an error number in `res` unless it carries a message that was sent with these bits. */
const isPayload = (res: number, program: Program): boolean =>
  program.steps.some((step) => step.op === 'prep_msg_ring' && (Number(step.len ?? 0) | 0) === res);

const completion = (entry: Readonly<Record<string, Value>>, program: Program): string => {
  const { user_data: userData, res, flags, ...others } = entry;
  const error = typeof res === 'number' && !isPayload(res, program) ? knownErrno(res) : undefined;
  const parts = [
    `user_data=${userData}`,
    `res=${res}${error === undefined ? '' : ` (-${error})`}`,
    `flags=${typeof flags === 'number' && flags !== 0 ? flagsOf(flags) : flags}`,
    ...Object.entries(others).map(([name, value]) => `${name}=${value}`),
  ];
  return `cqe ${parts.join(' ')}`;
};

const seen = (result: Result, step: Step | undefined, program: Program): readonly string[] => {
  const { cqes, cq_entries: cqEntries, ...rest } = result;
  const outcome = outcomeLine(rest);
  const known = new Set(['error', 'skipped', 'value']);
  const others = Object.entries(rest)
    .filter(([name, value]) => !known.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  // The size of a queue that nobody asked for would only be in the way of what was asked.
  if (cqEntries !== undefined && step?.cq_entries !== undefined) others.push(`cq_entries=${cqEntries}`);
  // Of a drain the number is what its first entry into the kernel returned, not how much was reaped.
  const entered = step?.op === 'drain' && rest.skipped === undefined ? 'enter ' : '';
  const lines = [...(outcome === null ? [] : [`${entered}${outcome}`]), ...others];
  if (Array.isArray(cqes)) {
    lines.push(
      ...(cqes.length === 0
        ? ['no cqe']
        : cqes.map((entry) =>
            typeof entry === 'object' ? completion(entry, program) : `cqe ${String(entry)}`,
          )),
    );
  }
  return lines.length === 0 ? ['ok'] : lines;
};

export const msgRingDialect: Dialect = { call, seen };
