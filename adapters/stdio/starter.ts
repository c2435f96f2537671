/** Starts agents and meets them. */

import { HarnessError, type Hello, type TargetDescription } from '#spec/index';
import { Console, printed } from './console.ts';
import { ProtocolError } from './received.ts';
import { type AgentCommand, Session, type SessionListener } from './session.ts';

/** How patient we are. */
export interface Patience {
  /** Milliseconds until the agent has to have said hello. */
  readonly helloMs: number;
  /** Milliseconds for the agent to end when it is asked to. */
  readonly byeMs: number;
}

/** An agent that was met. */
export interface Started {
  readonly session: Session;
  readonly description: TargetDescription;
}

/** Who listens to whatever session there is. */
export interface SessionsListener {
  readonly onMessage: (session: Session, message: Parameters<SessionListener['onMessage']>[0]) => void;
  readonly onConsole: (text: string) => void;
  readonly onFault: (session: Session, fault: ProtocolError) => void;
  readonly onEnd: (session: Session, end: Parameters<SessionListener['onEnd']>[0]) => void;
}

/** What an agent is assumed to stand when it does not say. */
const limitsDefault: TargetDescription['limits'] = {
  lineBytes: 1024 * 1024,
  inFlight: 1,
  steps: 10_000,
  actors: 16,
};

/** Starts sessions. Whoever listens is told afterwards, so that nothing said in between is lost. */
export class Starter {
  readonly #address: string;
  readonly #command: AgentCommand;
  readonly #wait: Patience;
  listener: SessionsListener | undefined;
  /** What was printed while nobody listened. */
  readonly console = new Console();
  readonly #stopped = new AbortController();

  constructor(address: string, command: AgentCommand, wait: Patience) {
    this.#address = address;
    this.#command = command;
    this.#wait = wait;
  }

  onConsole(text: string): void {
    this.console.add(text);
  }

  /** Nobody wants an agent any more: one that is being met is ended. */
  stop(): void {
    this.#stopped.abort();
  }

  /**
   * @throws {HarnessError} The agent cannot be started, does not say hello in time and in the protocol, or is not wanted
   * any more.
   */
  async start(): Promise<Started> {
    let fault: ProtocolError | undefined;
    const session: Session = new Session(this.#command, {
      onMessage: (message) => this.listener?.onMessage(session, message),
      onConsole: (text) => (this.listener ?? this).onConsole(text),
      onFault: (found) => {
        fault = found;
        this.listener?.onFault(session, found);
      },
      onEnd: (end) => this.listener?.onEnd(session, end),
    });
    try {
      const hello = await session.greet(this.#wait.helloMs, this.#stopped.signal);
      if (fault !== undefined) throw fault;
      const description = describe(this.#address, hello);
      session.allowLines(description.limits.lineBytes);
      return { session, description };
    } catch (error) {
      session.kill();
      await session.close(this.#wait.byeMs);
      throw withConsole(fault ?? error, this.console.lines);
    }
  }
}

/** An error of the start with what the agent printed, which is where its own explanation stands. */
const withConsole = (error: unknown, console: readonly string[]): HarnessError => {
  const message = `${(error as Error).message}${printed(console)}`;
  return error instanceof ProtocolError
    ? new ProtocolError(message, { cause: error })
    : new HarnessError(message, { cause: error });
};

const describe = (address: string, hello: Hello): TargetDescription => {
  if (!hello.agent || !hello.system || !hello.interfaces)
    throw new ProtocolError('the hello of the agent lacks its agent, its system or its interfaces');
  return {
    address,
    agent: hello.agent,
    system: hello.system,
    interfaces: hello.interfaces,
    ...(hello.reason !== undefined && { reason: hello.reason }),
    limits: { ...limitsDefault, ...hello.limits },
    selfCheck: false,
  };
};
