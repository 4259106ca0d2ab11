import { onAbort } from "../internal/abort.ts";
import type { Clock } from "../internal/clock.ts";
import { isInstance } from "../internal/errors.ts";
import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { withOutcome } from "../peer/ending/connection_state.ts";
import {
  checkRequestOptions,
  type RequestOptions,
} from "../peer/requests/request_options.ts";
import {
  deadlineExceeded,
  RequestWatch,
} from "../peer/requests/request_watch.ts";
import { Backoff, type ResolvedBackoff } from "./backoff.ts";
import type { LinkedPeer } from "./linked_peer.ts";
import { retryDecision } from "./retry_decision.ts";
import type { RetryBudget } from "./retry_budget.ts";

/** What the calls of a link work with. */
export interface LinkCallsParts<B extends Body, I> {
  readonly clock: Clock;
  readonly backoff: ResolvedBackoff;
  readonly random: () => number;
  readonly budget: RetryBudget;
  /** Whether the other side is known to be a peer of this library, where a call doesn't say so. */
  readonly extensions: boolean;
  /** A connection for a call, if there is one. Throws what the link has ended with. */
  pick(): LinkedPeer<B, I> | null;
  /** Waits until `pick` may give one. Rejects with what the link ends with. */
  whenReady(signal: AbortSignal | undefined): Promise<void>;
  /** Uses a connection for new calls no more. */
  leave(linked: LinkedPeer<B, I>, error: unknown): void;
  /** Counts a call that is made again. */
  onRetry(): void;
}

/** One try of a call over one connection, with what is left of its time. */
export type Try<B extends Body, I, T> = (
  linked: LinkedPeer<B, I>,
  options: RequestOptions<B> | undefined,
) => Promise<T>;

/** A call, across all of its tries. */
export interface CallState {
  /** When its time is up, by the clock; Infinity if it has no limit. */
  readonly deadline: number;
  /** The time that it was given, in milliseconds. */
  readonly timeout: number;
  /** The waits between its tries; null before the first one. */
  backoff: Backoff | null;
  /** Whether a try before the present one may have run. */
  mayHaveRun: boolean;
}

/** Makes calls over the connections of a link, and makes them again where that is safe. */
export class LinkCalls<B extends Body, I> {
  readonly #parts: LinkCallsParts<B, I>;
  /** Ends the pause of a call before its next try, for each that waits in one. */
  readonly #pauses = new Set<(reason: unknown) => void>();

  /** Makes none yet. */
  constructor(parts: LinkCallsParts<B, I>) {
    this.#parts = parts;
  }

  /**
   * Begins a call: its time runs.
   *
   * @throws {RangeError} If the timeout is below 1.
   * @throws The reason of the signal, if it has fired.
   */
  begin(
    options: RequestOptions<B> | undefined,
    defaultTimeout: number,
  ): CallState {
    if (options !== undefined) {
      options.signal?.throwIfAborted();
      checkRequestOptions(options);
    }
    const timeout = options?.timeout ?? defaultTimeout;
    return {
      timeout,
      deadline: timeout === Infinity
        ? Infinity
        : this.#parts.clock.now() + timeout,
      backoff: null,
      mayHaveRun: false,
    };
  }

  /**
   * Tries until a try succeeds, or fails for good.
   *
   * @param isWhole Whether a try that succeeds is a call that has succeeded.
   */
  async run<T>(
    serviceId: number,
    options: RequestOptions<B> | undefined,
    state: CallState,
    attempt: Try<B, I, T>,
    isWhole: boolean,
  ): Promise<T> {
    for (;;) {
      let linked: LinkedPeer<B, I>;
      try {
        linked = this.#parts.pick() ??
          await this.#whenReady(serviceId, options ?? {}, state);
      } catch (error) {
        throw outcomeOf(error, state);
      }
      try {
        const rest = this.#optionsFor(linked, options, state);
        const value = await attempt(linked, rest);
        if (isWhole) this.onSuccess();
        return value;
      } catch (error) {
        const failed = new FailedTry(error, linked);
        if (await this.retry(failed, serviceId, options ?? {}, state)) continue;
        throw this.#final(error, serviceId, state);
      }
    }
  }

  /** Whether a call may be tried again, when it has waited as long as it has to. */
  async retry(
    { error, linked }: FailedTry<B, I>,
    serviceId: number,
    options: RequestOptions<B>,
    state: CallState,
  ): Promise<boolean> {
    const { idempotent = false } = options;
    const { leave, again, wait } = retryDecision(error, idempotent);
    if (leave) this.#parts.leave(linked, error);
    // All failures count, also those of calls that aren't made again.
    const allowed = again === "free" ||
      (leave && this.#parts.budget.onFailure());
    if (again === "never" || !allowed) return false;
    if ((error as RpcError).outcome === "unknown") state.mayHaveRun = true;
    this.#parts.onRetry();
    if (wait) await this.#pause(serviceId, options, state);
    return true;
  }

  /** Fails all calls that pause before their next try. */
  end(reason: unknown): void {
    for (const end of this.#pauses) end(reason);
  }

  /** Counts a call that has succeeded. */
  onSuccess(): void {
    this.#parts.budget.onSuccess();
  }

  /** What a call fails with: by what is known of all of its tries. */
  #final(error: unknown, serviceId: number, state: CallState): unknown {
    if (
      !isInstance(error, RpcError) || error.side !== "local" ||
      error.code !== "deadline-exceeded"
    ) return outcomeOf(error, state);
    // Of its timeout only the rest was left for this try.
    const outcome = error.outcome === "not-sent" ? "not-sent" : "unknown";
    const { timeout } = state;
    return outcomeOf(
      deadlineExceeded(timeout, serviceId, outcome, error.requestId),
      state,
    );
  }

  #optionsFor(
    { token, writer }: LinkedPeer<B, I>,
    options: RequestOptions<B> | undefined,
    { deadline }: CallState,
  ): RequestOptions<B> | undefined {
    const unlimited = deadline === Infinity && writer.callTimeout === Infinity;
    // A call without options is sent faster.
    if (unlimited && token === null) return options;
    const left = deadline - this.#parts.clock.now();
    const extensions = options?.extensions ?? this.#parts.extensions;
    return {
      ...options,
      timeout: Math.max(1, left),
      ...(token !== null && extensions && {
        metadata: { token, ...options?.metadata },
      }),
    };
  }

  /** Waits for a connection. */
  async #whenReady(
    serviceId: number,
    options: RequestOptions<B>,
    state: CallState,
  ): Promise<LinkedPeer<B, I>> {
    const { pick, whenReady } = this.#parts;
    return await this.#limited(serviceId, options, state, async (signal) => {
      for (;;) {
        signal?.throwIfAborted();
        await whenReady(signal);
        // Others may have found out meanwhile that it is of no use.
        const linked = pick();
        if (linked !== null) return linked;
      }
    });
  }

  /** Waits for the backoff. */
  async #pause(
    serviceId: number,
    options: RequestOptions<B>,
    state: CallState,
  ): Promise<void> {
    const { backoff, random } = this.#parts;
    state.backoff ??= new Backoff(backoff, random);
    const ms = state.backoff.next();
    try {
      await this.#limited(
        serviceId,
        options,
        state,
        (signal) => this.#wait(ms, signal),
      );
    } catch (error) {
      throw outcomeOf(error, state);
    }
  }

  /** Waits. The signal, which must not have fired, ends that: it rejects with its reason. */
  #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = this.#parts.clock.start(resolve, ms, true);
    const forget = signal && onAbort(signal, () => reject(signal.reason));
    this.#pauses.add(reject);
    return promise.finally(() => {
      stop();
      forget?.();
      this.#pauses.delete(reject);
    });
  }

  /** Waits within the time of the call. */
  async #limited<T>(
    serviceId: number,
    { signal }: RequestOptions<B>,
    { deadline, timeout }: CallState,
    wait: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    if (deadline === Infinity) return await wait(signal);
    const controller = new AbortController();
    const watch = new RequestWatch(
      this.#parts.clock,
      signal,
      deadline,
      (reason, isDeadline) =>
        controller.abort(
          isDeadline
            ? deadlineExceeded(timeout, serviceId, "not-sent")
            : reason,
        ),
    );
    try {
      return await wait(controller.signal);
    } finally {
      watch.stop();
    }
  }
}

/** A try that has failed, and the connection that it was made over. */
export class FailedTry<B extends Body, I> {
  /** What it has failed with. */
  readonly error: unknown;
  /** The connection. */
  readonly linked: LinkedPeer<B, I>;

  /** Made of both. */
  constructor(error: unknown, linked: LinkedPeer<B, I>) {
    this.error = error;
    this.linked = linked;
  }
}

/** An error that says what is known of all tries of a call together. */
function outcomeOf(error: unknown, { mayHaveRun }: CallState): unknown {
  if (!mayHaveRun || !isInstance(error, RpcError)) return error;
  return error.outcome === "unknown" ? error : withOutcome(error, "unknown");
}
