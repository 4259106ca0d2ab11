import { CliError, exitCode } from "./exit_code.ts";

/** Ends a call that shows no progress for too long. */
export class ProgressTimer implements Disposable {
  readonly #timeout: number;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins; 0 is without end. */
  constructor(timeout: number) {
    this.#timeout = timeout;
    this.restart();
  }

  /** Fires when the time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** There was progress. */
  restart(): void {
    clearTimeout(this.#timer);
    if (this.#timeout === 0) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(
        new CliError(
          exitCode.DEADLINE,
          `No update and no response within ${
            this.#timeout / 1000
          } s: --progress-timeout gives it more`,
        ),
      );
    }, this.#timeout);
  }

  /** Stops it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
