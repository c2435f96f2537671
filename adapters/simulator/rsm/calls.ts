/** What the calls do, but for waiting. */

import type { Result } from '#spec/index';
import { OK, skipped } from '../stepwise-program.ts';
import type { HandleState, Kernel } from './kernel.ts';

const named = new Set(['', 'NO_ACCUMULATE']);

export const post = (kernel: Kernel, on: HandleState, flags: readonly string[]): Result => {
  const { decisions, state, lies } = kernel;
  const isOdd = flags.some((one) => !named.has(one));
  if (isOdd && decisions.draw('unknown flags') === 'refused') return { error: 'BAD_ARGS_ERRORS' };
  if (state.exhausted && decisions.draw('call without memory') === 'refused')
    return { error: 'INSUFFICIENT_MEM' };
  const single = flags.includes('NO_ACCUMULATE');
  const error = on.kind === 'import' ? importerRefused(kernel, on) : exporterRefused(kernel, on);
  if (error !== null) return error === 'success' ? OK : { error };
  const honest =
    on.kind === 'import'
      ? [kernel.exporterOf(on)].filter(({ phase }) => phase === 'published')
      : kernel.importersOf(on).filter((one) => kernel.reaches(on, one));
  const targets = lies.targets?.(honest, on, kernel, single) ?? honest;
  signal(kernel, targets, single);
  if (
    on.kind === 'export' &&
    on.phase === 'published' &&
    decisions.choice('stale@import') === 'hears' &&
    honest.length > 0
  )
    for (const one of kernel.staleImportsOf(on)) kernel.send(one);
  return OK;
};

/** The error of a post on an import handle; `success` where it signals nobody and says nothing. */
const importerRefused = (kernel: Kernel, on: HandleState): string | null => {
  const { decisions } = kernel;
  const exporter = kernel.exporterOf(on);
  if (on.phase === 'cut') {
    const answer = decisions.choice('cut-off@post');
    if (answer !== 'success') return answer;
    return exporter.phase === 'published' && decisions.choice('stale@import') === 'hears' ? null : 'success';
  }
  return kernel.reaches(on, exporter) ? null : 'REMOTE_NODE_UNREACHABLE';
};

const exporterRefused = (kernel: Kernel, on: HandleState): string | null => {
  const { decisions } = kernel;
  if (on.phase === 'created') return decisions.choice('never-published@post');
  if (on.phase !== 'published')
    return decisions.draw('post to nobody') === 'success' ? 'success' : 'SEG_NOT_PUBLISHED';
  const importers = kernel.importersOf(on);
  const reached = importers.filter((one) => kernel.reaches(on, one));
  if (importers.length === 0)
    return decisions.draw('post to nobody') === 'success' ? null : 'SEG_NOT_CONNECTED';
  if (reached.length === importers.length || decisions.choice('unreachable@export') === 'hidden') return null;
  if (reached.length === 0) return 'REMOTE_NODE_UNREACHABLE';
  if (decisions.draw('post to some') === 'success') return null;
  signal(kernel, reached, false);
  return 'REMOTE_NODE_UNREACHABLE';
};

const signal = (kernel: Kernel, targets: readonly HandleState[], single: boolean): void => {
  const { decisions, lies } = kernel;
  const isHonoured = single && decisions.choice('no-accumulate@post') === 'honoured';
  const isForAll = decisions.choice('scope@no-accumulate') === 'segment';
  const isAny = targets.some(({ pending }) => pending > 0);
  const dropped = targets.map((one) => {
    const honest = isHonoured && (isForAll ? isAny : one.pending > 0);
    return single && lies.drops !== undefined ? lies.drops(honest, one, targets) : honest;
  });
  targets.forEach((one, place) => {
    if (dropped[place] !== true) kernel.send(one);
  });
};

/** Whether the reference count keeps an operation from being done. */
const isGated = (kernel: Kernel, operation: string, one: HandleState): boolean => {
  const { decisions, state, lies } = kernel;
  const counted =
    decisions.choice('count@pollfd') === 'segment'
      ? state.handles.some(
          (other) => other.segment === one.segment && other.refs > 0 && other.phase !== 'gone',
        )
      : one.refs > 0;
  const isClosed =
    operation === 'destroy' ||
    decisions.choice(`gate@${operation}` as 'gate@unpublish' | 'gate@unmap' | 'gate@disconnect') === 'closed';
  const honest = counted && isClosed;
  return lies.gate?.(honest, operation, one) ?? honest;
};

const IN_USE: Result = { error: 'POLLFD_IN_USE' };

/** Does what is asked, unless the count keeps it from being done. */
const unlessGated = (kernel: Kernel, operation: string, one: HandleState, done: () => Result): Result => {
  if (!isGated(kernel, operation, one)) return done();
  kernel.lies.afterGate?.(operation, one, kernel);
  return IN_USE;
};

export const unpublish = (kernel: Kernel, one: HandleState): Result => {
  if (one.phase !== 'published') return { error: 'SEG_NOT_PUBLISHED' };
  return unlessGated(kernel, 'unpublish', one, () => {
    kernel.cutOff(one);
    one.phase = 'unpublished';
    return OK;
  });
};

export const destroy = (kernel: Kernel, one: HandleState): Result =>
  unlessGated(kernel, 'destroy', one, () => {
    if (one.phase === 'published' && kernel.decisions.draw('destroy of a published segment') === 'refused')
      return { error: 'SEG_IN_USE' };
    kernel.cutOff(one);
    one.phase = 'gone';
    return OK;
  });

export const unmap = (kernel: Kernel, one: HandleState): Result => {
  if (!one.mapped) return { error: 'SEG_NOT_MAPPED' };
  return unlessGated(kernel, 'unmap', one, () => {
    one.mapped = false;
    return OK;
  });
};

export const disconnect = (kernel: Kernel, one: HandleState): Result => {
  if (one.mapped && kernel.decisions.draw('disconnect of a mapped segment') === 'refused')
    return { error: 'SEG_STILL_MAPPED' };
  return unlessGated(kernel, 'disconnect', one, () => {
    one.phase = 'gone';
    return OK;
  });
};

export const publish = (one: HandleState): Result => {
  if (one.phase === 'published') return { error: 'SEG_ALREADY_PUBLISHED' };
  one.phase = 'published';
  one.epoch += 1;
  return OK;
};

export const connect = (kernel: Kernel, exporter: HandleState, process: number, name: string): Result => {
  if (exporter.phase !== 'published') return { error: 'SEG_NOT_PUBLISHED' };
  const made: HandleState = {
    name,
    kind: 'import',
    process,
    segment: exporter.segment,
    epoch: exporter.epoch,
    phase: 'connected',
    mapped: false,
    pending: 0,
    flying: 0,
    refs: 0,
    gets: 0,
    posts: 0,
  };
  if (!kernel.reaches(made, exporter)) return { error: 'REMOTE_NODE_UNREACHABLE' };
  kernel.state.handles.push(made);
  kernel.lies.connected?.(made, exporter);
  return OK;
};

const POLLFD: Result = { fd: 'valid', event: 'set' };

export const getPollfd = (kernel: Kernel, one: HandleState): Result => {
  const { decisions, state } = kernel;
  if (state.exhausted && decisions.draw('call without memory') === 'refused') {
    const isPublished = one.phase === 'published' || one.phase === 'connected';
    if (isPublished && decisions.draw('pollfd counted before it failed') === 'yes') one.refs += 1;
    return { error: 'INSUFFICIENT_MEM' };
  }
  if (one.phase === 'cut' && decisions.draw('pollfd of a cut connection') === 'refused')
    return { error: 'SEG_NOT_CONNECTED' };
  const isPublished = one.phase !== 'created' && one.phase !== 'unpublished';
  if (!isPublished && decisions.choice('pollfd@unpublished') === 'refused')
    return decisions.draw('segment not published') === 'an error'
      ? { error: 'SEG_NOT_PUBLISHED' }
      : { fd: 'invalid', event: 'none' };
  count(kernel, one);
  return POLLFD;
};

const count = ({ lies }: Kernel, one: HandleState): void => {
  one.gets += 1;
  one.refs = lies.gets?.(one.refs + 1, one) ?? one.refs + 1;
};

export const releasePollfd = (kernel: Kernel, one: HandleState): Result => {
  if (one.refs === 0) {
    const answer = kernel.decisions.choice('release@zero');
    return answer === 'success' ? OK : { error: answer };
  }
  one.refs = kernel.lies.releases?.(one.refs - 1, one) ?? one.refs - 1;
  return OK;
};

export const poll = (kernel: Kernel, one: HandleState): Result => {
  if (one.refs === 0) return skipped('no pollfd');
  const { decisions, lies } = kernel;
  const honest = one.pending > 0;
  const reported = lies.reports?.(honest, one) ?? honest;
  const consumes = honest && decisions.choice('event@poll') === 'consumed';
  if (honest && (lies.pollConsumes?.(consumes, one) ?? consumes)) one.pending -= 1;
  return { value: reported ? 1 : 0 };
};
