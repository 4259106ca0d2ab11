import type { AuthorizeOptions } from "../peer/authorize.ts";
import type { PeerOptions } from "../peer/options.ts";

/** The options of a listener, besides those of its transport. */
export interface ListenerOptions<I = unknown>
  extends Omit<PeerOptions, "onError">, AuthorizeOptions<I> {
  /**
   * Decides whether to take a connection, before a byte of it is read. Other
   * connections don't wait for it, however many wait for their answers.
   */
  authorize?: AuthorizeOptions<I>["authorize"];
  /**
   * Called with what handlers of `run` throw, with failed accepts, with refused
   * connections, and with the errors that accepted peers have nobody else for.
   * Without it, `console.error` gets the first of each kind, and then how many
   * there are, at 10, 100 and so on; but not that a connection was cut off
   * (`connection-aborted`).
   */
  onError?: ((error: unknown) => void) | undefined;
}
