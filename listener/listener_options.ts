import type { AuthorizeOptions } from "../peer/authorize.ts";
import type { ErrorContext } from "../peer/error_context.ts";
import type { PeerOptions } from "../peer/options.ts";

/** The options of a listener, besides those of its transport. */
export interface ListenerOptions<I = unknown>
  extends Omit<PeerOptions, "onError">, AuthorizeOptions<I> {
  /**
   * Decides whether to take a connection, before a byte of it is read. Connections
   * don't wait for each other's decisions.
   */
  authorize?: AuthorizeOptions<I>["authorize"];
  /**
   * How many connections may be open at once, with those that wait for `authorize`.
   * Further ones are closed at once, and `onError` is told (`limit-exceeded`). Those
   * that are open stay. Default: Infinity.
   */
  maxConnections?: number | undefined;
  /**
   * How many requests all connections together may have open. Further ones get an
   * error response (`limit-exceeded`), whoever sends them. Default: Infinity.
   */
  maxTotalOpenRequests?: number | undefined;
  /**
   * How many bytes the queues of all connections may hold together: what waits to be
   * taken and what waits to be written. Beyond that, the connection that holds the
   * most ends with `limit-exceeded`, and then the next one, until it isn't so any more.
   * Default: Infinity.
   */
  maxTotalQueuedBytes?: number | undefined;
  /**
   * Called with what handlers of `run` throw, with failed accepts, with refused
   * connections, and with errors of accepted peers that no promise carries; and with what each belongs to. Without
   * it, `console.error` gets the first error of each kind, and then their number
   * when it reaches 10, 100 and so on. It doesn't get `connection-aborted`.
   */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined;
}
