import type { SharedCount } from "../internal/shared_count.ts";
import type { QueuedBytes } from "./flow/queued_bytes.ts";

/** What the connections of a listener may hold together. */
export interface SharedLimits {
  /** What is in their queues; null where only the limits of each connection hold. */
  readonly queuedBytes: QueuedBytes | null;
  /** The requests that they have received, and not answered. */
  readonly receivedRequests: SharedCount;
}
