import type { Body } from "../../protocol/body.ts";
import type { ReceivedRequest } from "./received_request.ts";
import { SentRequest } from "./sent_request.ts";
import type { Tables } from "./tables.ts";
import type { Clock } from "../../internal/clock.ts";

type Request<B extends Body> = SentRequest<B> | ReceivedRequest<B>;

/** How often open requests are looked through, in milliseconds. */
const PERIOD = 1000;

/**
 * Ends requests whose handles were garbage-collected. Watching a handle costs
 * about as much as the rest of a small request, and most requests are over
 * before it pays: a request holds its handle for its first second, and only
 * what is open at a sweep is watched from then on.
 */
export class HandleFinalizer<B extends Body> {
  readonly #tables: Tables<B>;
  readonly #clock: Clock;
  readonly #registry: FinalizationRegistry<Request<B>>;
  #stop: (() => void) | null = null;
  #ended = false;

  /**
   * Makes one; it begins with the first call of `watch`.
   *
   * @param ends Ends a request of this side, and one of the other side.
   */
  constructor(
    tables: Tables<B>,
    clock: Clock,
    ends: {
      abandon(request: SentRequest<B>): void;
      drop(request: ReceivedRequest<B>): void;
    },
  ) {
    this.#tables = tables;
    this.#clock = clock;
    this.#registry = new FinalizationRegistry((request) => {
      if (this.#ended) return;
      if (request instanceof SentRequest) ends.abandon(request);
      else ends.drop(request);
    });
  }

  /** To be called for each new handle; cheap. */
  watch(request: Request<B>, handle: WeakKey): void {
    request.handle = handle;
    if (this.#stop !== null || this.#ended) return;
    this.#stop = this.#clock.start(() => this.#sweep(), PERIOD);
  }

  /** Ends the sweeps. */
  stop(): void {
    this.#ended = true;
    this.#stop?.();
    this.#stop = null;
  }

  #sweep(): void {
    this.#stop = null;
    for (const request of this.#tables.sent()) this.letGo(request);
    for (const request of this.#tables.received()) this.letGo(request);
  }

  /** Lets go of a handle, and watches it from now on. */
  letGo(request: Request<B>): void {
    if (request.handle === null) return;
    this.#registry.register(request.handle, request);
    request.handle = null;
  }
}
