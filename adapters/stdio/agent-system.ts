/**
 * An agent outside this process as a system under test: programs go in, answers come out, and what happens when the
 * agent dies, hangs or talks nonsense is an answer or an error, never a trace that was not seen.
 *
 * When a session ends with programs under way, the oldest unanswered one is the suspect; the others are executed
 * again on a fresh session. The suspect is repeated once, alone and announcing its steps, so that the answer names
 * the step; unless the agent was killed from outside and had already said where it was.
 */

import {
  type AgentMessage,
  type Answer,
  canonicalJson,
  type ExecuteOptions,
  HarnessError,
  type Program,
  type SystemUnderTest,
  type TargetDescription,
} from '#spec/index';
import { Console } from './console.ts';
import { deadlineMs } from './deadline.ts';
import {
  type Accident,
  type AgentAnswer,
  accidentAnswer,
  answerOf,
  checkEvents,
  endedNormally,
  type Job,
} from './job.ts';
import { ProtocolError } from './received.ts';
import { type Sequence, sequenceOf } from './sequence.ts';
import { type AgentCommand, describeEnd, executeLine, type Session, type SessionEnd } from './session.ts';
import { type Patience, type Started, Starter } from './starter.ts';

const patience: Patience = { helloMs: 10_000, byeMs: 2_000 };

/** Starts that may fail one after the other before we give up. */
const failedStartsMax = 3;
/** Programs that are remembered of a session. */
const historyMax = 20;

/**
 * Starts an agent and meets it.
 *
 * @param options - How patient we are; a signal after which nobody waits for its greeting any more.
 * @throws {HarnessError} It cannot be started, or does not say hello in time and in the protocol.
 */
export const openAgent = async (
  address: string,
  command: AgentCommand,
  { wait = patience, signal }: { readonly wait?: Patience; readonly signal?: AbortSignal | undefined } = {},
): Promise<SystemUnderTest> => {
  const starter = new Starter(address, command, wait);
  const stop = () => starter.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return new AgentSystem(starter, await starter.start(), wait);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
};

class AgentSystem implements SystemUnderTest {
  readonly description: TargetDescription;
  readonly #starter: Starter;
  readonly #wait: Patience;
  #session: Session | undefined;
  #starting: Promise<void> | undefined;
  #closing = false;
  #nextId = 0;
  #failedStarts = 0;
  /** Said outside the protocol when no program was there to be told. */
  #unheard: ProtocolError | undefined;
  #dead: HarnessError | undefined;
  /** Programs that were under way when we closed: their answers may still come, and nobody asks. */
  readonly #abandoned = new Set<number>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Job[] = [];
  /** Sent and unanswered, oldest first. */
  readonly #underWay = new Map<number, Job>();
  readonly #idleConsole: Console;
  /** The last programs that the session has answered, oldest first. */
  #history: Program[] = [];
  /** The programs that have the session for themselves now. */
  #sequence: Sequence | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(starter: Starter, first: Started, wait: Patience) {
    this.description = first.description;
    this.#starter = starter;
    this.#session = first.session;
    this.#wait = wait;
    this.#idleConsole = starter.console;
    starter.listener = this;
  }

  execute(program: Program, options: ExecuteOptions = {}): Promise<Answer> {
    const refusal = this.#refusal(program);
    if (refusal !== undefined) return Promise.resolve({ kind: 'unsupported', reason: refusal });
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        id: this.#nextId++,
        program,
        options,
        resolve,
        reject,
        console: new Console(),
        step: undefined,
      });
      this.#advance();
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#starter.stop();
    for (const id of this.#underWay.keys()) this.#abandoned.add(id);
    this.#rejectAll(new HarnessError('the target was closed with programs under way'));
    await Promise.all([...this.#ending, this.#starting, this.#session?.close(this.#wait.byeMs)]);
    this.#session = undefined;
    if (this.#unheard) throw this.#unheard;
  }

  onConsole(text: string): void {
    const [oldest] = this.#underWay.values();
    (oldest?.console ?? this.#idleConsole).add(text);
  }

  onMessage(session: Session, message: AgentMessage): void {
    if (session !== this.#session) return;
    switch (message.type) {
      case 'step':
        this.#announced(message);
        return;
      case 'trace':
      case 'unsupported':
      case 'failed':
        this.#answered(message);
        return;
      case 'hello':
      case 'execute':
      case 'bye':
        throw new ProtocolError(`the agent said ${message.type}, which only a runner says`);
    }
  }

  onFault(session: Session, fault: ProtocolError): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    this.#dismiss(session);
    if (this.#underWay.size === 0) this.#unheard = fault;
    this.#rejectUnderWay(fault);
    this.#advance();
  }

  onEnd(session: Session, end: SessionEnd): void {
    if (session !== this.#session || this.#closing) return;
    this.#session = undefined;
    this.#accident({
      kind: 'died',
      how: describeEnd(end),
      killed: end.signal !== null && fromOutside.has(end.signal),
    });
  }

  /** Ends a session that is of no use any more, beside whatever comes next. */
  #dismiss(session: Session): void {
    session.kill();
    const ending: Promise<void> = session.close(this.#wait.byeMs).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Why a program is not sent at all. */
  #refusal(program: Program): string | undefined {
    const { interfaces, limits, reason, agent } = this.description;
    if (!Object.hasOwn(interfaces, program.interface))
      return reason ?? `${agent.name} does not offer ${program.interface}`;
    if (program.steps.length > limits.steps)
      return `the program has ${program.steps.length} steps, ${agent.name} takes ${limits.steps}`;
    return undefined;
  }

  /** Sends what can be sent, on a session that is started if need be. */
  #advance(): void {
    const end = this.#closing ? new HarnessError('the target was closed') : this.#dead;
    if (end) this.#rejectAll(end);
    if (this.#unheard && this.#waiting.length > 0) {
      const fault = this.#unheard;
      this.#unheard = undefined;
      this.#waiting.shift()?.reject(fault);
    }
    if (this.#waiting.length === 0) return;
    if (!this.#session) {
      this.#starting ??= this.#restart();
      return;
    }
    for (let job = this.#waiting[0]; job && this.#hasRoomFor(job); job = this.#waiting[0]) {
      if (isUnprepared(job) && !this.#session.fresh) {
        this.#starting ??= this.#renew(this.#session);
        return;
      }
      this.#waiting.shift();
      if (isUnprepared(job)) this.#prepare(job, job.options.after);
      else this.#send(this.#session, job);
    }
  }

  /** Puts the programs of a sequence in front of everything that waits. */
  #prepare(asked: Job, predecessors: readonly Program[]): void {
    const jobs = sequenceOf(asked, predecessors, {
      nextId: () => this.#nextId++,
      over: (sequence) => {
        if (this.#sequence === sequence) this.#sequence = undefined;
        const others = this.#waiting.filter((job) => job.sequence !== sequence);
        this.#waiting.splice(0, Number.POSITIVE_INFINITY, ...others);
      },
    });
    this.#sequence = jobs[0]?.sequence;
    this.#waiting.unshift(...jobs);
  }

  /** Ends a session in peace and starts another. */
  async #renew(session: Session): Promise<void> {
    this.#session = undefined;
    await session.close(this.#wait.byeMs);
    await this.#restart();
  }

  /** A repetition runs alone: nothing else may be blamed, and nothing else is put at risk. */
  #hasRoomFor(job: Job): boolean {
    const [oldest] = this.#underWay.values();
    if (this.#sequence !== undefined) return oldest === undefined && job.sequence === this.#sequence;
    if (job.before || oldest?.before || isUnprepared(job)) return oldest === undefined;
    return this.#underWay.size < this.description.limits.inFlight;
  }

  #send(session: Session, job: Job): void {
    const { id, program } = job;
    const events = job.before ? 'each' : (job.options.events ?? 'end');
    const line = executeLine({ type: 'execute', id, interface: program.interface, events, program });
    const { lineBytes } = this.description.limits;
    if (Buffer.byteLength(line) - 1 > lineBytes) {
      job.resolve({
        kind: 'unsupported',
        reason: `the program is longer than ${lineBytes} bytes on its line`,
      });
      return;
    }
    job.console.takeOver(this.#idleConsole);
    this.#underWay.set(id, job);
    session.ask(line);
    if (this.#underWay.size === 1) this.#watch();
  }

  async #restart(): Promise<void> {
    try {
      const { session, description } = await this.#starter.start();
      this.#failedStarts = 0;
      const before = canonicalJson(this.description.interfaces);
      if (canonicalJson(description.interfaces) !== before)
        this.#dead = new HarnessError('the agent offers something else after it was started again');
      if (this.#closing || this.#dead) await session.close(this.#wait.byeMs);
      else {
        this.#session = session;
        this.#history = [];
      }
    } catch (error) {
      if (++this.#failedStarts >= failedStartsMax)
        this.#dead = new HarnessError(
          `the agent could not be started again, ${failedStartsMax} times: ${(error as Error).message}`,
          { cause: error },
        );
    } finally {
      this.#starting = undefined;
    }
    this.#advance();
  }

  #announced({ id, step, phase }: Extract<AgentMessage, { type: 'step' }>): void {
    const job = this.#underWay.get(id);
    if (this.#abandoned.has(id)) return;
    if (!job) throw new ProtocolError(`the agent announced a step of program ${id}, which is not under way`);
    if (step >= job.program.steps.length)
      throw new ProtocolError(`the agent announced step ${step} of a program of ${job.program.steps.length}`);
    if (phase === 'before') job.step = step;
  }

  #answered(message: AgentAnswer): void {
    const job = this.#underWay.get(message.id);
    if (this.#abandoned.has(message.id)) return;
    if (!job)
      throw new ProtocolError(
        message.id < this.#nextId
          ? `the agent answered program ${message.id} again, or one it was not asked for any more`
          : `the agent answered program ${message.id}, which it was never asked for`,
      );
    if (message.type !== 'unsupported' && message.events) checkEvents(message.events, job.program);
    this.#underWay.delete(message.id);
    this.#watch();
    this.#history.push(job.program);
    if (this.#history.length > historyMax) this.#history.shift();
    job.resolve(job.before ? accidentAnswer(job, endedNormally) : answerOf(message, job));
    this.#advance();
  }

  /** Gives the oldest program its time, from now on. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    const [oldest] = this.#underWay.values();
    if (!oldest) return;
    const ms = deadlineMs(oldest.program, oldest.options);
    this.#watchdog = setTimeout(() => this.#hang(ms), ms);
  }

  #hang(ms: number): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#dismiss(session);
    this.#accident({ kind: 'hung', how: `it did not answer within ${ms} ms`, killed: false });
  }

  /** The session is over: the oldest program is answered or repeated, the others start again. */
  #accident({ kind, how, killed }: Pick<Accident, 'kind' | 'how' | 'killed'>): void {
    clearTimeout(this.#watchdog);
    const [suspect, ...others] = this.#underWay.values();
    this.#underWay.clear();
    for (const other of others) other.step = undefined;
    this.#waiting.unshift(...others);
    if (suspect?.before) suspect.resolve(accidentAnswer(suspect, how));
    else if (suspect) {
      const before: Accident = {
        kind,
        how,
        killed,
        step: suspect.step,
        console: suspect.console.lines,
        precededBy: this.#history.slice(),
      };
      const repetition: Job = {
        ...suspect,
        id: this.#nextId++,
        console: new Console(),
        step: undefined,
        before,
      };
      if ((killed && suspect.step !== undefined) || suspect.sequence)
        suspect.resolve(accidentAnswer(repetition));
      else this.#waiting.unshift(repetition);
    }
    this.#advance();
  }

  #rejectUnderWay(error: HarnessError): void {
    clearTimeout(this.#watchdog);
    const jobs = [...this.#underWay.values()];
    this.#underWay.clear();
    for (const job of jobs) job.reject(error);
  }

  #rejectAll(error: HarnessError): void {
    this.#rejectUnderWay(error);
    for (const job of this.#waiting.splice(0)) job.reject(error);
  }
}

/** A program that asks for a fresh session, which it has not been given yet. */
const isUnprepared = (job: Job): job is Job & { readonly options: { readonly after: readonly Program[] } } =>
  job.options.after !== undefined && job.sequence === undefined;

/** Signals that somebody sent: a process that goes wrong by itself ends by others. */
const fromOutside: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
]);
