import { systemClock } from "../../internal/clock.ts";
import type { Body } from "../../protocol/body.ts";
import {
  checkRequestOptions,
  type RequestOptions,
} from "../../peer/requests/request_options.ts";
import {
  deadlineExceeded,
  RequestWatch,
} from "../../peer/requests/request_watch.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import { namedError } from "./named_error.ts";

/**
 * The signal and the timeout of a call that passes interceptors: they hold for
 * all of its tries together, and for what the interceptors do between them.
 */
export class CallLimit {
  /** Fires when the call is cancelled or its time is up; undefined if neither can be. */
  readonly signal: AbortSignal | undefined;
  readonly #deadline: number = Infinity;
  readonly #watch: RequestWatch | null = null;
  #sent = false;

  /**
   * Begins to watch.
   *
   * @param defaultTimeout What it has if the options have none.
   * @throws {RangeError} If the timeout is below 1.
   * @throws The reason of the signal, if it has fired.
   */
  constructor(
    { id, fullName }: ServiceCodec,
    options: RequestOptions<Body> = {},
    defaultTimeout: number = Infinity,
  ) {
    const { signal, timeout = defaultTimeout } = options;
    signal?.throwIfAborted();
    checkRequestOptions(options);
    this.signal = signal;
    if (timeout === Infinity) return;
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#deadline = systemClock.now() + timeout;
    this.#watch = new RequestWatch(
      systemClock,
      signal,
      this.#deadline,
      (reason, isDeadline) => {
        const outcome = this.#sent ? "unknown" : "not-sent";
        controller.abort(
          isDeadline
            ? namedError(
              deadlineExceeded(timeout, id, outcome),
              fullName,
              undefined,
            )
            : reason,
        );
      },
    );
  }

  /**
   * The options of a try: what the call was given, with what is left of its time.
   *
   * @throws The reason of the signal, if it has fired: the caller was told what has
   * become of the call, so nothing may be sent after that.
   */
  next(options: RequestOptions<Body> | undefined): RequestOptions<Body> {
    this.signal?.throwIfAborted();
    this.#sent = true;
    if (this.#watch === null) return { ...options };
    const left = this.#deadline - systemClock.now();
    return { ...options, timeout: Math.max(1, left) };
  }

  /** Stops watching. */
  stop(): void {
    this.#watch?.stop();
  }
}
