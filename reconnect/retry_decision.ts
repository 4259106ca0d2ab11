import { isInstance } from "../internal/errors.ts";
import { RpcError, saysClosedAtWork, saysDraining } from "../protocol/error.ts";

/** What a link does about a try that has failed. */
export interface RetryDecision {
  /** Whether its connection can't be used for new calls any more. */
  readonly leave: boolean;
  /**
   * - never: the call fails.
   * - free: it can't have run, and the server hasn't seen it: it is made again.
   * - budgeted: it is made again if the budget allows it.
   */
  readonly again: "never" | "free" | "budgeted";
  /** Whether the backoff of the call comes before. */
  readonly wait: boolean;
}

const FAIL: RetryDecision = { leave: false, again: "never", wait: false };

/**
 * Decides by what is known of the call: what may have run is never made again, unless
 * it may run twice.
 */
export function retryDecision(
  error: unknown,
  idempotent: boolean,
): RetryDecision {
  if (!isInstance(error, RpcError)) return FAIL;
  const { outcome } = error;
  if (isConnectionEnd(error)) {
    if (outcome === "not-sent") {
      return { leave: true, again: "free", wait: false };
    }
    const again = idempotent ? "budgeted" : "never";
    return { leave: true, again, wait: false };
  }
  if (!isRefusal(error)) return FAIL;
  const again = outcome === "refused" || idempotent ? "budgeted" : "never";
  return { leave: true, again, wait: true };
}

/** Whether the other side takes no more requests over the connection. */
export function isRefusal(error: RpcError): boolean {
  const { reason, outcome, responseText } = error;
  if (reason !== "unavailable") return false;
  // Where the other side isn't known to be a peer of this library, its text may be
  // anybody's, such as that of a camera that is switched off: only what a peer of this
  // library says when it drains is plain.
  return outcome === "refused" || saysDraining(responseText);
}

/** Whether it is the connection that has ended, or that the other side has begun to close. */
export function isConnectionEnd({ fatal, responseText }: RpcError): boolean {
  return fatal || saysClosedAtWork(responseText);
}
