/**
 * One life of an agent: from its start over the greeting to its end, which comes when it is told, when it breaks the
 * protocol, or by itself. Knows lines and processes, not programs; `agent-system.ts` starts another when one is over.
 */

import { type AgentMessage, type Execute, HarnessError, type Hello } from '#spec/index';
import { LineReader, type OverlongLine } from './line-reader.ts';
import { type Child, killGroup, startGroup } from './process-group.ts';
import { beginningOf, ProtocolError, read } from './received.ts';

/** How a session ended. */
export interface SessionEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** We ended it ourselves. */
  readonly killedByUs: boolean;
}

/** Who listens to a session. */
export interface SessionListener {
  readonly onMessage: (message: AgentMessage) => void;
  readonly onConsole: (text: string) => void;
  /** The agent spoke outside the protocol; the session is being ended. */
  readonly onFault: (fault: ProtocolError) => void;
  readonly onEnd: (end: SessionEnd) => void;
}

/** How an agent is started. */
export interface AgentCommand {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** Longest line before the agent has said how long its lines are. */
const greetingBytesMax = 1024 * 1024;
/** How long output may still come when the process is gone. */
const lastWordsMs = 500;
const consoleBytesMax = 4096;

export class Session {
  readonly #child: Child;
  readonly #listener: SessionListener;
  readonly #reader: LineReader;
  readonly #ended: Promise<SessionEnd>;
  #greet: ((hello: Hello) => void) | undefined;
  #asked = false;
  #over = false;
  #faulty = false;
  #killed = false;

  constructor({ command, env }: AgentCommand, listener: SessionListener) {
    this.#listener = listener;
    this.#child = startGroup(command, env);
    this.#reader = new LineReader(
      greetingBytesMax,
      (line) => this.#hear(() => this.#onLine(line)),
      (line) => this.#hear(() => tooLong(line, this.#reader.bytesMax)),
    );
    this.#child.stdout.on('data', (chunk: Buffer) => this.#reader.feed(chunk));
    const errors = new LineReader(
      consoleBytesMax,
      ({ text }) => listener.onConsole(text),
      ({ beginning }) => listener.onConsole(`${beginning}…`),
    );
    this.#child.stderr.on('data', (chunk: Buffer) => errors.feed(chunk));
    // A line that cannot be sent is answered by the end of the session, which says more than EPIPE does.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = this.#end(() => {
      this.#reader.end();
      errors.end();
    });
  }

  /**
   * Greets the agent and waits for its answer.
   *
   * @param deadlineMs - Milliseconds from now.
   * @param signal - Nobody waits for the answer any more.
   * @throws {HarnessError} It does not answer, answers something else, or cannot be started.
   */
  async greet(deadlineMs: number, signal: AbortSignal): Promise<Hello> {
    let timer: NodeJS.Timeout | undefined;
    let stop = (): void => {};
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new HarnessError(`the agent did not say hello within ${deadlineMs} ms`)),
        deadlineMs,
      );
      stop = () => reject(new HarnessError('the agent had not said hello when we stopped waiting'));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
    });
    const dead = this.#ended.then((end) => {
      throw new HarnessError(`the agent ended before it said hello: ${describeEnd(end)}`);
    });
    const hello = new Promise<Hello>((resolve) => {
      this.#greet = (message) => {
        this.#greet = undefined;
        resolve(message);
      };
    });
    try {
      this.#write({ type: 'hello', protocol: 1 });
      return await Promise.race([hello, late, dead]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Allows lines of this many bytes from now on. */
  allowLines(bytesMax: number): void {
    this.#reader.bytesMax = bytesMax;
  }

  /** No program has been asked for yet. */
  get fresh(): boolean {
    return !this.#asked;
  }

  /** Asks for a program. */
  ask(line: string): void {
    this.#asked = true;
    this.#child.stdin.write(line);
  }

  /** Ends the agent and whatever it started, at once. */
  kill(): void {
    if (this.#over) return;
    this.#killed = true;
    killGroup(this.#child);
  }

  /**
   * Ends the session in peace if the agent follows, else by force. A process that hangs in the kernel is left behind:
   * it ends when the kernel lets it.
   *
   * @param patienceMs - Milliseconds for each of the two.
   */
  async close(patienceMs: number): Promise<void> {
    if (!this.#over && !this.#killed) {
      this.#write({ type: 'bye' });
      this.#child.stdin.end();
      if (await this.#endsWithin(patienceMs)) return;
    }
    this.kill();
    if (await this.#endsWithin(patienceMs)) return;
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
  }

  async #endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const ended = await Promise.race([this.#ended.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  #write(message: AgentMessage): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Whatever a line makes us throw is the agent's fault and ends the session; nothing is heard after that. */
  #hear(listen: () => void): void {
    if (this.#faulty) return;
    try {
      listen();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#faulty = true;
      this.#listener.onFault(error);
      this.kill();
    }
  }

  #onLine(line: Parameters<typeof read>[0]): void {
    const received = read(line);
    if (received.kind === 'console') {
      if (received.text !== '') this.#listener.onConsole(received.text);
      return;
    }
    const { message } = received;
    if (message.type === 'hello' && this.#greet) this.#greet(message);
    else if (message.type === 'hello' || !this.#asked)
      throw new ProtocolError(`the agent said ${message.type} unasked: ${beginningOf(line.text)}`);
    else this.#listener.onMessage(message);
  }

  /** The end of the process, after its last words. */
  async #end(onLastWords: () => void): Promise<SessionEnd> {
    const child = this.#child;
    const { code, signal } = await new Promise<Pick<SessionEnd, 'code' | 'signal'>>((resolve) => {
      child.once('error', (error) => {
        this.#listener.onConsole(error.message);
        resolve({ code: null, signal: null });
      });
      child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    });
    killGroup(child);
    await lastWords(child);
    onLastWords();
    this.#over = true;
    const end: SessionEnd = { code, signal, killedByUs: this.#killed };
    this.#listener.onEnd(end);
    return end;
  }
}

const tooLong = ({ beginning }: OverlongLine, bytesMax: number): never => {
  throw new ProtocolError(`a line of the agent is longer than ${bytesMax} bytes: ${beginningOf(beginning)}`);
};

/** Waits for the output to end; a process that left the group may hold it open for ever. */
const lastWords = (child: Child): Promise<void> =>
  new Promise((resolve) => {
    const open = [child.stdout, child.stderr].filter((stream) => !stream.closed && !stream.destroyed);
    let left = open.length;
    const timer = setTimeout(resolve, left === 0 ? 0 : lastWordsMs);
    for (const stream of open)
      stream.once('close', () => {
        if (--left > 0) return;
        clearTimeout(timer);
        resolve();
      });
  });

/** The end of a process in words: `it was ended by SIGSEGV`. */
export const describeEnd = ({ code, signal, killedByUs }: SessionEnd): string => {
  if (killedByUs) return 'we ended it';
  if (signal !== null) return `it was ended by ${signal}`;
  return code === null ? 'it could not be started' : `it ended with exit code ${code}`;
};

/** The line that asks for a program. */
export const executeLine = (message: Execute): string => `${JSON.stringify(message)}\n`;
