/** Systems that are wrong on purpose: at least one for each clause that an observation can refute. */

import type { ClauseId } from '#spec/index';
import type { LyingMutant } from '../drawing-simulator.ts';
import type { Choices } from './behaviours.ts';
import type { HandleState, Kernel } from './kernel.ts';
import type { Lies } from './lies.ts';

type RsmMutant = LyingMutant<Lies, Choices>;
type Name<Id extends string> = Id extends `rsm/${infer Rest}` ? Rest : never;
type Details = Partial<Pick<RsmMutant, 'deep' | 'control' | 'behaviour' | 'choices'>>;

const mutant = (
  name: string,
  lie: string,
  breaks: readonly Name<ClauseId>[],
  lies: Lies,
  details: Details = {},
): RsmMutant => ({
  name,
  interface: 'rsm',
  lie,
  breaks: breaks.map((one): ClauseId => `rsm/${one}`),
  lies,
  ...details,
});

const DEEP = { deep: true } as const;

/** Another result of one call, where it would be this one. */
const says = (
  call: string,
  error: string | undefined,
  instead: string | undefined,
  when: (handle: HandleState | null, kernel: Kernel) => boolean = () => true,
): Lies => ({
  returned: (honest, asked, handle, kernel) =>
    asked === call && honest.error === error && when(handle, kernel)
      ? instead === undefined
        ? {}
        : { error: instead }
      : honest,
});

const isNull = (handle: HandleState | null): boolean => handle === null;
const isExport = (handle: HandleState | null): boolean => handle?.kind === 'export';

const posts = [
  mutant(
    'post-takes-no-export',
    'A post on an export handle is refused as invalid.',
    ['post/either-handle', 'post/returns-zero'],
    says('post', undefined, 'BAD_SEG_HNDL', (handle) => isExport(handle) && handle?.phase === 'published'),
  ),
  mutant(
    'exporter-not-signalled',
    'A post on an import handle signals nobody.',
    ['post/import-signals-exporter'],
    { targets: (honest, { kind }) => (kind === 'import' ? [] : honest) },
  ),
  mutant(
    'remote-importer-not-heard',
    'A post from another node does not arrive.',
    ['post/import-signals-exporter'],
    { targets: (honest, { kind, process }) => (kind === 'import' && process === 2 ? [] : honest) },
    DEEP,
  ),
  mutant(
    'importers-not-signalled',
    'A post on an export handle signals nobody.',
    ['post/export-signals-importers'],
    { targets: (honest, { kind }) => (kind === 'export' ? [] : honest) },
  ),
  mutant(
    'third-importer-not-signalled',
    'Of several importers only two are signalled.',
    ['post/export-signals-importers'],
    { targets: (honest, { kind }) => (kind === 'export' ? honest.slice(0, 2) : honest) },
    DEEP,
  ),
  mutant(
    'siblings-signalled',
    'A post on an import handle signals the other importers, too.',
    ['post/siblings-silent'],
    {
      targets: (honest, on, kernel) =>
        on.kind === 'import'
          ? [...honest, ...kernel.importersOf(kernel.exporterOf(on)).filter((one) => one !== on)]
          : honest,
    },
  ),
  mutant(
    'poster-signalled',
    'A post on an export handle signals that handle, too.',
    ['post/own-handle-silent'],
    {
      targets: (honest, on) => (on.kind === 'export' ? [...honest, on] : honest),
    },
  ),
  mutant(
    'late-importer-signalled',
    'An importer that connects finds the events of earlier posts.',
    ['post/later-importers-silent'],
    {
      connected: (made, exporter) => {
        if (exporter.posts > 0) made.pending = 1;
      },
    },
  ),
  mutant(
    'flag-ignored',
    'NO_ACCUMULATE is ignored.',
    ['post/no-accumulate'],
    {},
    {
      choices: { 'no-accumulate@post': 'ignored' },
    },
  ),
  mutant(
    'flag-judged-on-wrong-importer',
    'With NO_ACCUMULATE an event is dropped if the next importer has one.',
    ['post/no-accumulate', 'post/no-accumulate-first'],
    {
      drops: (honest, target, targets) =>
        targets.length < 2
          ? honest
          : (targets[(targets.indexOf(target) + 1) % targets.length] as HandleState).pending > 0,
    },
    DEEP,
  ),
  mutant(
    'flag-drops-always',
    'With NO_ACCUMULATE nothing is ever posted.',
    ['post/no-accumulate-first', 'post/import-signals-exporter', 'post/export-signals-importers'],
    { drops: () => true },
  ),
  mutant('one-event-at-most', 'Events do not accumulate.', ['post/accumulates'], {
    adds: ({ pending, flying }) => (pending + flying > 0 ? 0 : 1),
  }),
  mutant(
    'third-event-lost',
    'At most two events accumulate.',
    ['post/accumulates', 'pollfd/poll-consumes'],
    { adds: ({ pending, flying }) => (pending + flying > 1 ? 0 : 1) },
    DEEP,
  ),
  mutant(
    'post-reports-pending',
    'A post for which an event is pending already says so, and is done.',
    ['post/returns-zero'],
    says(
      'post',
      undefined,
      'SEG_IN_USE',
      (handle, kernel) => handle?.kind === 'import' && kernel.exporterOf(handle).pending > 1,
    ),
  ),
  mutant(
    'post-null-is-fine',
    'A post on a null handle succeeds.',
    ['post/null-handle'],
    says('post', 'BAD_SEG_HNDL', undefined, isNull),
  ),
  mutant(
    'unreachable-is-silent',
    'A post on an import handle whose node cannot be reached succeeds.',
    ['post/unreachable'],
    says('post', 'REMOTE_NODE_UNREACHABLE', undefined, (handle) => handle?.phase === 'connected'),
  ),
  mutant(
    'unreachable-is-aborted',
    'A post whose node cannot be reached says that the connection was aborted.',
    ['post/unreachable'],
    says('post', 'REMOTE_NODE_UNREACHABLE', 'CONN_ABORTED', (handle) => handle?.phase !== 'cut'),
  ),
] as const;

const waits = [
  mutant(
    'wait-takes-no-import',
    'A wait on an import handle is refused as invalid.',
    ['wait/either-handle'],
    {
      available: (honest, { kind }) => (kind === 'import' ? 0 : honest),
      lasts: (honest, { kind }) => (kind === 'import' ? 0 : honest),
      ends: (honest, { kind }) => (kind === 'import' ? { error: 'BAD_SEG_HNDL' } : honest),
    },
  ),
  mutant('wait-too-short', 'A wait lasts half its time.', ['wait/timeout'], {
    lasts: (honest) => (honest < 1_000_000 ? Math.floor(honest / 2) : honest),
  }),
  mutant(
    'wait-too-short-on-import',
    'A wait on an import handle ends at once.',
    ['wait/timeout'],
    { lasts: (honest, { kind }) => (kind === 'import' && honest < 1_000_000 ? 0 : honest) },
    DEEP,
  ),
  mutant(
    'endless-wait-ends',
    'A wait without end times out after a second.',
    ['wait/infinite', 'wait/rival-timeout'],
    {
      lasts: (honest) => Math.min(honest, 1_000_000),
    },
  ),
  mutant(
    'endless-wait-not-woken',
    'A wait without end is not woken by an event.',
    ['wait/infinite', 'wait/success'],
    { wakes: (_, timeoutMs) => timeoutMs >= 0 },
  ),
  mutant(
    'waiters-not-woken',
    'A wait that has begun is not woken by an event.',
    ['wait/success', 'wait/infinite'],
    {
      wakes: () => false,
    },
  ),
  mutant(
    'wait-needs-time',
    'A wait with time 0 never finds an event.',
    ['wait/success', 'pollfd/poll-consumes'],
    {
      available: (honest, _, timeoutMs) => (timeoutMs === 0 ? 0 : honest),
    },
  ),
  mutant(
    'timer-says-interrupted',
    'A wait whose time is over says that it was interrupted.',
    ['wait/timer-expired'],
    {
      ends: (honest) => (honest.error === 'TIMEOUT' ? { error: 'CONN_ABORTED' } : honest),
    },
  ),
  mutant(
    'interrupted-is-EINTR',
    'A wait that is interrupted says so by another number.',
    ['wait/interrupted'],
    {
      ends: (honest) => (honest.error === 'INTERRUPTED' ? { error: 'CTLR_NOT_PRESENT' } : honest),
    },
  ),
  mutant(
    'interruption-ignored',
    'A wait without end cannot be interrupted.',
    ['wait/interrupted', 'wait/infinite'],
    {
      interrupts: () => false,
    },
  ),
  mutant(
    'wait-null-times-out',
    'A wait on a null handle times out.',
    ['wait/null-handle'],
    says('wait', 'BAD_SEG_HNDL', 'TIMEOUT', isNull),
  ),
  mutant(
    'wait-takes-all',
    'A wait takes all events that are there.',
    ['wait/consumes'],
    {},
    {
      choices: { 'events@wait': 'all' },
    },
  ),
  mutant(
    'wait-takes-two-of-three',
    'A wait takes two events where there are three.',
    ['wait/consumes', 'post/accumulates', 'pollfd/poll-consumes'],
    { consumes: (honest, { pending }) => (pending > 2 ? 2 : honest) },
    DEEP,
  ),
  mutant('wait-succeeds-idle', 'A wait with time 0 succeeds without an event.', ['wait/only-events'], {
    available: (honest, _, timeoutMs) => (timeoutMs === 0 ? 1 : honest),
  }),
  mutant(
    'event-stays',
    'A wait on an import handle leaves its event there.',
    ['wait/only-events', 'wait/consumes'],
    { consumes: (honest, { kind }) => (kind === 'import' ? 0 : honest) },
  ),
  mutant(
    'rivals-time-out',
    'Where another waiter took the event a wait without end times out.',
    ['wait/rival-timeout'],
    {},
    {
      choices: { 'timeout@infinite': 'with-rivals' },
    },
  ),
  mutant(
    'timeout-takes-event',
    'A wait whose time is over just when an event comes takes the event, and says TIMEOUT.',
    ['wait/keeps-event'],
    {
      wakesLate: true,
      coincides: (handle) => {
        handle.pending -= 1;
      },
    },
    DEEP,
  ),
] as const;

const pollfds = [
  mutant('pollfd-without-event', 'The pollfd of an import handle names no event.', ['pollfd/filled'], {
    returned: (honest, call, handle) =>
      call === 'get_pollfd' && handle?.kind === 'import' && honest.error === undefined
        ? { ...honest, event: 'none' }
        : honest,
  }),
  mutant('second-pollfd-refused', 'A second pollfd of one handle is refused.', ['pollfd/filled'], {
    returned: (honest, call, handle) =>
      call === 'get_pollfd' && (handle?.gets ?? 0) > 1 && honest.error === undefined
        ? { error: 'POLLFD_IN_USE' }
        : honest,
    gets: (honest, { gets }) => (gets > 1 ? honest - 1 : honest),
  }),
  mutant(
    'poll-reports-nothing',
    'Poll never reports the event of an export handle.',
    ['pollfd/poll-reports'],
    {
      reports: (honest, { kind }) => honest && kind === 'import',
    },
  ),
  mutant('poll-reports-always', 'Poll reports an event from the second get on.', ['pollfd/only-events'], {
    reports: (honest, { gets }) => honest || gets > 1,
  }),
  mutant(
    'pollfd-when-created',
    'A segment that was never published has a pollfd.',
    ['pollfd/needs-published'],
    {},
    {
      choices: { 'pollfd@unpublished': 'given' },
    },
  ),
  mutant(
    'gets-not-counted',
    'A second get does not add to the count.',
    ['pollfd/counted'],
    { gets: (honest) => Math.min(honest, 1) },
    DEEP,
  ),
  mutant('get-null-is-fine', 'A pollfd for a null handle is given.', ['pollfd/null-handle'], {
    returned: (honest, call, handle) =>
      call === 'get_pollfd' && handle === null ? { fd: 'valid', event: 'set' } : honest,
  }),
  mutant(
    'release-does-not-count',
    'A release takes nothing off the count of an export handle.',
    ['release/counts-down', 'gate/reopens'],
    { releases: (honest, { kind }) => (kind === 'export' ? honest + 1 : honest) },
  ),
  mutant(
    'release-forgets-all',
    'A release sets the count to zero.',
    ['release/counts-down', 'pollfd/counted', 'gate/unpublish', 'gate/destroy', 'gate/unmap'],
    { releases: () => 0 },
    DEEP,
  ),
  mutant(
    'release-refused-on-import',
    'A pollfd of an import handle cannot be released.',
    ['release/counts-down'],
    says('release_pollfd', undefined, 'BAD_SEG_HNDL', (handle) => handle?.kind === 'import'),
  ),
  mutant(
    'release-null-is-fine',
    'A release for a null handle succeeds.',
    ['release/null-handle'],
    says('release_pollfd', 'BAD_SEG_HNDL', undefined, isNull),
  ),
] as const;

const gates = [
  mutant(
    'unpublish-not-gated',
    'A segment whose pollfd is in use can be unpublished.',
    ['gate/unpublish'],
    {},
    {
      choices: { 'gate@unpublish': 'open' },
    },
  ),
  mutant('destroy-not-gated', 'A segment whose pollfd is in use can be destroyed.', ['gate/destroy'], {
    gate: (honest, operation) => honest && operation !== 'destroy',
  }),
  mutant(
    'unmap-not-gated',
    'A segment whose pollfd is in use can be unmapped.',
    ['gate/unmap'],
    {},
    {
      choices: { 'gate@unmap': 'open' },
    },
  ),
  mutant(
    'gate-never-reopens',
    'What failed for the count once fails for ever.',
    ['gate/reopens', 'release/counts-down'],
    { gate: (honest, _, { gets, refs }) => honest || (gets > 0 && refs === 0) },
  ),
  mutant(
    'gate-reopens-once',
    'From the second pollfd on the gate stays closed.',
    ['gate/reopens', 'release/counts-down'],
    { gate: (honest, _, { gets }) => honest || gets > 1 },
    DEEP,
  ),
  mutant(
    'failing-unpublish-cuts',
    'An unpublish that fails cuts the connections off.',
    ['gate/changes-nothing'],
    {
      afterGate: (operation, handle, kernel) => {
        if (operation !== 'unpublish') return;
        kernel.cutOff(handle);
        handle.phase = 'unpublished';
      },
    },
  ),
  mutant(
    'failing-destroy-drops',
    'A destroy that fails drops what is pending.',
    ['gate/changes-nothing', 'post/import-signals-exporter', 'pollfd/poll-consumes'],
    {
      afterGate: (operation, handle) => {
        if (operation === 'destroy') handle.pending = 0;
      },
    },
    DEEP,
  ),
  mutant(
    'republish-drops',
    'Republishing drops what is pending.',
    ['post/import-signals-exporter', 'post/accumulates', 'wait/success'],
    {
      republished: (handle) => {
        handle.pending = 0;
      },
    },
    DEEP,
  ),
] as const;

const inconsistent = [
  mutant(
    'cut-off-varies',
    'What a post on a connection that was cut off returns depends on the process.',
    ['post/peer-gone'],
    {
      returned: (honest, call, handle) =>
        call === 'post' && handle?.phase === 'cut' && handle.process === 0
          ? { error: 'BAD_SEG_HNDL' }
          : honest,
    },
  ),
  mutant(
    'never-published-varies',
    'What a post on a segment that was never published returns depends on what else there is.',
    ['post/unpublished'],
    {
      returned: (honest, call, handle) =>
        call === 'post' && handle?.phase === 'created' && handle.segment > 0
          ? { error: 'BAD_SEG_HNDL' }
          : honest,
    },
  ),
  mutant(
    'release-at-zero-varies',
    'What a release at count zero returns depends on the kind of the handle.',
    ['release/at-zero'],
    {
      returned: (honest, call, handle) =>
        call === 'release_pollfd' && honest.error === 'BAD_SEG_HNDL' && handle?.kind === 'import'
          ? {}
          : honest,
    },
  ),
] as const;

const system = [
  mutant('dies-at-third-importer', 'The system dies when a third importer connects.', ['system/crash'], {
    incident: ({ state }) =>
      state.handles.filter(({ phase }) => phase === 'connected').length > 2
        ? { kind: 'died', text: 'panic in the list of importers' }
        : null,
  }),
  mutant('hangs-at-two-waiters', 'The system hangs when two threads wait on one handle.', ['system/hang'], {
    incident: ({ state }) =>
      state.waiters.some((one) => state.waiters.some((other) => other !== one && other.handle === one.handle))
        ? { kind: 'hung', text: 'no answer' }
        : null,
  }),
  mutant('warns-at-cut-link', 'Cutting the link leaves a warning in the log.', ['system/warning'], {
    incident: ({ state }) =>
      state.linkGoal === 'cut' ? { kind: 'warning', text: 'rsm: path down with connections' } : null,
  }),
  mutant('leaks-pollfd', 'A pollfd is left behind when its connection is closed.', ['system/leak'], {
    incident: ({ state }) =>
      state.handles.some(({ phase, gets }) => phase === 'gone' && gets > 0)
        ? { kind: 'leak', text: 'one descriptor' }
        : null,
  }),
] as const;

const controls = [
  mutant(
    'poll-consumes',
    'Poll consumes what it reports.',
    [],
    {},
    {
      control: true,
      choices: { 'event@poll': 'consumed' },
    },
  ),
  mutant(
    'count-of-the-segment',
    'There is one reference count for all handles of a segment.',
    [],
    {},
    {
      control: true,
      choices: { 'count@pollfd': 'segment' },
    },
  ),
  mutant(
    'hears-when-cut-off',
    'A connection that was cut off has a part in later events.',
    [],
    {},
    {
      control: true,
      choices: { 'stale@import': 'hears' },
    },
  ),
] as const;

export const rsmMutants: readonly RsmMutant[] = [
  ...posts,
  ...waits,
  ...pollfds,
  ...gates,
  ...inconsistent,
  ...system,
  ...controls,
];
