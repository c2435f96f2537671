/** Why a command stops before its end: the user, its deadline, or a record that can no longer be written. */

/** What stopped it first. */
export type StopCause = 'interrupted' | 'deadline' | 'failure';

/** Turns signals of the operating system, and a deadline, into an AbortSignal. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onSignal: (signal: NodeJS.Signals) => void;
  readonly #endsAt: number;
  #cause: StopCause | null = null;

  static readonly signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

  /** @param deadlineMs - Longest time for the command, in milliseconds; none when absent. */
  constructor(deadlineMs?: number) {
    // The first signal ends the command in order; a second one has its usual effect, which is to kill. The listener
    // stays until then: others, who end child processes when nobody handles a signal, look whether somebody does.
    this.#onSignal = (signal) => {
      if (this.#cause === null) return this.stop('interrupted');
      this.#release();
      process.kill(process.pid, signal);
    };
    for (const signal of Interruption.signals) process.on(signal, this.#onSignal);
    this.#endsAt = performance.now() + (deadlineMs ?? Number.POSITIVE_INFINITY);
    if (deadlineMs !== undefined) this.#timer = setTimeout(() => this.stop('deadline'), deadlineMs);
    this.#timer?.unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What stopped the command; null while nothing did. */
  get cause(): StopCause | null {
    // A timer is late where nobody lets it run.
    if (this.#cause === null && performance.now() >= this.#endsAt) this.stop('deadline');
    return this.#cause;
  }

  stop(cause: StopCause): void {
    this.#cause ??= cause;
    this.#controller.abort();
  }

  #release(): void {
    for (const signal of Interruption.signals) process.off(signal, this.#onSignal);
  }

  /** Gives the signals back. */
  end(): void {
    this.#release();
    clearTimeout(this.#timer);
  }
}
