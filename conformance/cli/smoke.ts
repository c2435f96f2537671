/** `doorbell smoke`: does this adapter work? Every operation once, deadlines, absent handles, what it must refuse. */

import { checkEvents, judge } from '#conformance/index';
import {
  type Answer,
  doorbellVersion,
  HarnessError,
  type InterfaceName,
  type InterfaceOffer,
  interfaceFile,
  type OperationEntry,
  type Program,
  type Result,
  type SystemUnderTest,
  type TraceEvent,
} from '#spec/index';
import { EXIT, type ExitCode, exitOf } from './exit.ts';
import { Interruption } from './interruption.ts';
import { columns, print, printJson } from './output.ts';
import { namedInterfaces, scoped } from './scoped.ts';
import { missing, onLiveHandles, onNothing, unknownOperation, waitMs } from './smoke-programs.ts';
import { orStopped } from './stopped.ts';
import { kernelTarget, open, using } from './targets.ts';

interface SmokeOptions {
  readonly target?: readonly string[];
  /** Milliseconds. */
  readonly deadline?: number;
  readonly json?: true;
}

/** One thing that was tried. */
interface Check {
  readonly name: string;
  readonly status: 'works' | 'not offered' | 'fails';
  readonly detail: string;
}

/** A waiting call may return this much later than it was asked, in milliseconds, on a busy machine. */
const lateMs = 1000;

/**
 * Tries an adapter.
 *
 * @throws {UsageError} Unknown interface or target.
 * @throws {HarnessError} The target does not come up.
 */
export const smoke = async (names: readonly string[], options: SmokeOptions): Promise<ExitCode> => {
  const wanted = namedInterfaces(names);
  const target = scoped('--target', options.target);
  const [first] = wanted as readonly [InterfaceName];
  const interruption = new Interruption(options.deadline);
  const address = target(first) ?? kernelTarget;
  try {
    return await orStopped(interruption, async () => {
      const system = await open(address, interruption.signal);
      return using(system, () => trySystem(system, wanted, options, interruption), interruption.signal);
    });
  } finally {
    interruption.end();
  }
};

const trySystem = async (
  system: SystemUnderTest,
  wanted: readonly InterfaceName[],
  options: SmokeOptions,
  interruption: Interruption,
): Promise<ExitCode> => {
  const { description } = system;
  const offered = wanted.filter((name) => description.interfaces[name] !== undefined);
  const checks: Record<string, readonly Check[]> = {};
  for (const name of offered) checks[name] = await checksOf(name, system, interruption.signal);
  // Known only now.
  const { cause } = interruption;
  const all = Object.values(checks).flat();
  const exit = exitOf([
    ...(cause === 'interrupted' ? [EXIT.interrupted] : []),
    ...(cause === 'deadline' ? [EXIT.deadline] : []),
    ...(all.some(({ status }) => status === 'fails') ? [EXIT.failure] : []),
    all.some(({ status }) => status === 'works') ? EXIT.ok : EXIT.nothing,
  ]);
  await (options.json
    ? printJson({ schema: 1, doorbell: doorbellVersion, target: description, checks, exit })
    : print(textOf(system, checks, wanted)));
  return exit;
};

const checksOf = async (
  name: InterfaceName,
  system: SystemUnderTest,
  signal: AbortSignal,
): Promise<readonly Check[]> => {
  const offer = system.description.interfaces[name] as InterfaceOffer;
  const trials: (() => Promise<Check>)[] = [
    ...interfaceFile(name).operations.map((operation) => () => tryOperation(name, operation, offer, system)),
    ...interfaceFile(name)
      .operations.filter(
        ({ blocks, arguments: all }) => blocks && all.some((each) => each.name.endsWith('_ms')),
      )
      .map((operation) => () => tryDeadline(name, operation, offer, system)),
    () => tryNothing(name, offer, system),
    () => tryUnknown(name, system),
    () => tryTwice(name, offer, system),
  ];
  const checks: Check[] = [];
  for (const trial of trials) {
    if (signal.aborted) break;
    const check = await trial();
    // What the target was closed under tells nothing about the target.
    if (!signal.aborted || check.status !== 'fails') checks.push(check);
  }
  return checks;
};

/** The events, or why there are none. */
const traceOf = async (
  system: SystemUnderTest,
  program: Program,
): Promise<{ readonly events: readonly TraceEvent[] } | { readonly wrong: string }> => {
  const answer = await answerOf(system, program);
  if (answer.kind !== 'trace') return { wrong: `${answer.kind}: ${answer.reason}` };
  const leaks = answer.leaks ?? [];
  if (leaks.length > 0) return { wrong: `left behind: ${leaks.join(', ')}` };
  try {
    const unfinished = checkEvents(program, answer.events);
    return unfinished === null ? { events: answer.events } : { wrong: unfinished };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
};

const answerOf = async (system: SystemUnderTest, program: Program): Promise<Answer> => {
  try {
    return await system.execute(program);
  } catch (error) {
    if (error instanceof HarnessError) return { kind: 'failed', reason: error.message };
    throw error;
  }
};

const resultOf = (events: readonly TraceEvent[], step: number): Result | undefined => {
  const event = events.find((each) => each.step === step && 'result' in each);
  return event !== undefined && 'result' in event ? event.result : undefined;
};

const tryOperation = async (
  name: InterfaceName,
  operation: OperationEntry,
  offer: InterfaceOffer,
  system: SystemUnderTest,
): Promise<Check> => {
  const absent = missing(operation, offer);
  if (absent.length > 0) return { name: operation.name, status: 'not offered', detail: absent.join(', ') };
  const { program, step } = onLiveHandles(name, operation);
  const trace = await traceOf(system, program);
  if ('wrong' in trace) return { name: operation.name, status: 'fails', detail: trace.wrong };
  const result = resultOf(trace.events, step);
  if (result === undefined)
    return { name: operation.name, status: 'fails', detail: 'its step has no result' };
  if (result.skipped !== undefined)
    return { name: operation.name, status: 'fails', detail: `was not made: ${result.skipped}` };
  const { verdict } = judge(program, trace.events, { everyEdition: false });
  const deviates = verdict === 'violates' ? '; what was seen deviates from the document' : '';
  return { name: operation.name, status: 'works', detail: `${JSON.stringify(result)}${deviates}` };
};

const tryDeadline = async (
  name: InterfaceName,
  operation: OperationEntry,
  offer: InterfaceOffer,
  system: SystemUnderTest,
): Promise<Check> => {
  const title = `${operation.name} for ${waitMs} ms`;
  const absent = missing(operation, offer);
  if (absent.length > 0) return { name: title, status: 'not offered', detail: absent.join(', ') };
  const { program, step } = onLiveHandles(name, operation);
  const trace = await traceOf(system, program);
  if ('wrong' in trace) return { name: title, status: 'fails', detail: trace.wrong };
  const end = trace.events.find((event) => event.step === step)?.at ?? 0;
  const begin = trace.events.find((event) => event.step === step - 1)?.at ?? 0;
  const tookMs = (end - begin) / 1000;
  const detail = `took ${tookMs.toFixed(1)} ms`;
  return {
    name: title,
    status: tookMs >= waitMs - 1 && tookMs <= waitMs + lateMs ? 'works' : 'fails',
    detail,
  };
};

const tryNothing = async (
  name: InterfaceName,
  offer: InterfaceOffer,
  system: SystemUnderTest,
): Promise<Check> => {
  const title = 'absent handles';
  const program = onNothing(name, offer);
  const trace = await traceOf(system, program);
  if ('wrong' in trace) return { name: title, status: 'fails', detail: trace.wrong };
  const made = program.steps.filter((_, step) => resultOf(trace.events, step)?.skipped === undefined);
  return made.length === 0
    ? {
        name: title,
        status: 'works',
        detail: `${program.steps.length} operations are not made, each has a result`,
      }
    : { name: title, status: 'fails', detail: `made all the same: ${made.map(({ op }) => op).join(', ')}` };
};

const tryUnknown = async (name: InterfaceName, system: SystemUnderTest): Promise<Check> => {
  const title = 'unknown operation';
  const answer = await answerOf(system, unknownOperation(name));
  return answer.kind === 'unsupported' || answer.kind === 'failed'
    ? { name: title, status: 'works', detail: `refused: ${answer.reason}` }
    : {
        name: title,
        status: 'fails',
        detail: `answered with ${answer.kind}; it has to be unsupported or failed`,
      };
};

/** A program finds nothing of the one before. */
const tryTwice = async (
  name: InterfaceName,
  offer: InterfaceOffer,
  system: SystemUnderTest,
): Promise<Check> => {
  const title = 'same program twice';
  const operation = interfaceFile(name).operations.find((each) => missing(each, offer).length === 0);
  if (operation === undefined) return { name: title, status: 'not offered', detail: 'no operation' };
  const { program } = onLiveHandles(name, operation);
  const results: string[] = [];
  for (let time = 0; time < 2; time++) {
    const trace = await traceOf(system, program);
    if ('wrong' in trace) return { name: title, status: 'fails', detail: trace.wrong };
    results.push(
      JSON.stringify(trace.events.map((event) => ('result' in event ? event.result : event.event))),
    );
  }
  const [one, other] = results;
  return one === other
    ? { name: title, status: 'works', detail: 'the same results' }
    : { name: title, status: 'fails', detail: `first ${one}, then ${other}` };
};

const textOf = (
  { description }: SystemUnderTest,
  checks: Readonly<Record<string, readonly Check[]>>,
  wanted: readonly InterfaceName[],
): string => {
  const { address, agent, system, limits, reason, interfaces } = description;
  const head = [
    `${address}: ${system.name} ${system.version}, through ${agent.name} ${agent.version}`,
    ...Object.entries(system.facts).map(([fact, value]) => `  ${fact} ${value}`),
    `  limits: ${Object.entries(limits)
      .map(([limit, value]) => `${limit} ${value}`)
      .join(', ')}`,
  ];
  const bodies = wanted.flatMap((name) => {
    const own = checks[name];
    if (own === undefined) return ['', `${name}: not offered${reason === undefined ? '' : `: ${reason}`}`];
    const offer = interfaces[name] as InterfaceOffer;
    return [
      '',
      `${name}: ${offer.capabilities.length === 0 ? 'no capabilities' : offer.capabilities.join(', ')}`,
      columns(
        own.map(({ name: title, status, detail }) => [
          `  ${title}`,
          status === 'fails' ? 'FAILS' : status,
          detail,
        ]),
      ).trimEnd(),
    ];
  });
  return [...head, ...bodies].map((line) => `${line}\n`).join('');
};
