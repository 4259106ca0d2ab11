/**
 * The states of a link:
 *
 * - connecting: an attempt is under way, and there is no connection yet.
 * - connected: calls are made.
 * - waiting: the next attempt begins at `retryAt`.
 * - draining: `drain()` was called; what is open finishes.
 * - closed: it has ended for good.
 */
export type LinkState =
  | "connecting"
  | "connected"
  | "waiting"
  | "draining"
  | "closed";

/** What is known of a link at a moment. */
export interface LinkStatus {
  /** Its state. */
  readonly state: LinkState;
  /**
   * Why there is no connection: what the last attempt has failed with, or what the
   * last connection has ended with. Null while there is one, and where nothing has
   * failed.
   */
  readonly error: unknown;
  /** While it waits: when the next attempt begins, in milliseconds as `Date.now()` has them. Else null. */
  readonly retryAt: number | null;
}

/** Whether two are the same. */
export function sameStatus(a: LinkStatus, b: LinkStatus): boolean {
  return a.state === b.state && a.error === b.error &&
    a.retryAt === b.retryAt;
}
