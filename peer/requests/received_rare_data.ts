import type { RpcError } from "../../protocol/error.ts";
import type { LazySignal } from "../../internal/abort.ts";
import { type Metadata, NO_METADATA } from "./metadata.ts";
import type { RequestWatch } from "./request_watch.ts";

/**
 * What few requests of the other side have. It is made when one first needs it: with
 * it a request that is open takes 100 bytes more.
 */
export class ReceivedRareData {
  /** What came with it besides its body. */
  metadata: Metadata = NO_METADATA;
  /** What that counts in the inbox, in bytes. */
  metadataCost = 0;
  /** Begins to watch its time; null where that has no limit. */
  startWatch: (() => RequestWatch) | null = null;
  /** Watches its time. */
  watch: RequestWatch | null = null;
  /** Made when somebody asks for the signal, or fires it. */
  signal: LazySignal<RpcError> | null = null;
  /** Ends its sends that wait for room; made for the first of them. */
  sends: AbortController | null = null;
  /** The update that fires its signal. */
  cancelId: number | null = null;
  /** Whether the peer has answered it in the application's place, since it was cancelled or its time was up. */
  cancelled = false;
  /** Nobody has the handle any more: if the answer is refused, nobody can give another. */
  orphaned = false;
  /** Whether its work has no end of its own, so that draining cancels it. */
  endless = false;
}
