import type { RpcError } from "../../protocol/error.ts";
import type { KeepOptions } from "../../internal/check_options.ts";
import type { SignalOptions } from "../handles/signal_options.ts";

/** The options of `subscribe`. A signal ends the subscription; the iteration throws its reason. */
export interface SubscribeOptions extends SignalOptions, KeepOptions {
  /**
   * Called over a link of `./reconnect` when the subscription has begun again on a new
   * connection, before its first message is given: with the error that the last
   * connection has ended with, or null. What was sent meanwhile is missed. What it
   * throws goes to `onError`. A peer, which has one connection, never calls it.
   */
  onRestart?: ((error: RpcError | null) => void) | undefined;
}

/**
 * The messages of one stream, from `subscribe`: an iteration that ends with the
 * connection.
 *
 * - Order: as the other side sent them. Not in order with requests and other
 *   streams, which wait elsewhere.
 * - Backpressure: without `keep`, reading pauses, for the whole connection, while
 *   more than `maxRequestInboxMessages` or `maxRequestInboxBytes` of them aren't
 *   taken. With `keep` it never does.
 * - Ending: leaving a loop, `return()`, `using` and the signal end the
 *   subscription; what it hasn't given is dropped. End one that nobody takes from
 *   any more: without `keep` it would hold up the connection. When the connection
 *   ends, what has come can still be taken; then the iteration ends, or throws the
 *   error that the connection ended with.
 */
export interface StreamSubscription<T>
  extends AsyncIterableIterator<T>, Disposable {
  /** The id of the stream. */
  readonly serviceId: number;
  /** How many messages `keep` has dropped so far. */
  readonly dropped: number;
  /** Takes the next message; done when the subscription or the connection has ended. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Ends the subscription. Idempotent. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Itself. */
  [Symbol.asyncIterator](): StreamSubscription<T>;
  /** Ends the subscription. Idempotent. */
  [Symbol.dispose](): void;
}
