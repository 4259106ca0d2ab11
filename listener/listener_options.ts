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
   * Called with what handlers of `run` throw, with failed accepts, with refused
   * connections, and with errors of accepted peers that no promise carries; and with what each belongs to. Without
   * it, `console.error` gets the first error of each kind, and then their number
   * when it reaches 10, 100 and so on. It doesn't get `connection-aborted`.
   */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined;
}
