import { type Clock, LONGEST_TIMER } from "../../internal/clock.ts";
import { onAbort } from "../../internal/abort.ts";
import { RpcError } from "../../protocol/error.ts";

/**
 * Watches the signal and the time of one request: calls back once, with the reason of
 * the signal or undefined when the time is up, unless it is stopped first.
 */
export class RequestWatch {
  #forgetSignal: (() => void) | null = null;
  #forgetTimer: (() => void) | null = null;

  /**
   * Begins to watch.
   *
   * @param signal It must not have fired yet.
   * @param deadline When the time is up, by the clock.
   */
  constructor(
    clock: Clock,
    signal: AbortSignal | undefined,
    deadline: number | undefined,
    onOver: (reason: unknown, isDeadline: boolean) => void,
  ) {
    if (signal !== undefined) {
      this.#forgetSignal = onAbort(signal, () => {
        this.stop();
        onOver(signal.reason, false);
      });
    }
    if (deadline !== undefined) {
      this.#startTimer(clock, deadline, () => {
        this.stop();
        onOver(undefined, true);
      });
    }
  }

  #startTimer(clock: Clock, at: number, onTime: () => void): void {
    const left = Math.max(0, at - clock.now());
    this.#forgetTimer = left <= LONGEST_TIMER
      ? clock.start(onTime, left)
      : clock.start(() => this.#startTimer(clock, at, onTime), LONGEST_TIMER);
  }

  /** Stops watching. Idempotent. */
  stop(): void {
    this.#forgetSignal?.();
    this.#forgetTimer?.();
    this.#forgetSignal = this.#forgetTimer = null;
  }
}

/** The error of a request whose time is up, by the clock of this side. */
export function deadlineExceeded(
  timeout: number,
  serviceId: number,
  outcome: "not-sent" | "unknown",
  requestId?: number,
): RpcError {
  return new RpcError(
    "deadline-exceeded",
    `There is no response after ${timeout} ms, which is the timeout of the request`,
    { limit: timeout, serviceId, requestId, outcome },
  );
}
