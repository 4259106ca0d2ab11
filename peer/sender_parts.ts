import type { Body } from "../protocol/body.ts";
import type { Clock } from "../internal/clock.ts";
import type { Semaphore } from "../internal/waiters.ts";
import type { Counters } from "./counters.ts";
import type { WriteQueue } from "./flow/write_queue.ts";
import type { MessageFactory } from "./message_factory.ts";
import type { RequestContext } from "./requests/request_context.ts";
import type { Tables } from "./requests/tables.ts";

/** What the sending half of a connection works with. */
export interface SenderParts<B extends Body> {
  /** Makes messages. */
  readonly messages: MessageFactory<B>;
  /** Where messages go. */
  readonly queue: WriteQueue<B>;
  /** The open requests. */
  readonly tables: Tables<B>;
  /** A permit for each request that may be open. */
  readonly permits: Semaphore;
  /** What all requests share. */
  readonly context: RequestContext;
  /** What is counted. */
  readonly counters: Counters;
  /** Times requests. */
  readonly clock: Clock;
  /** Whether the other side is known to be a peer of ours, unless a request says so itself. */
  readonly extensions: boolean;
  /** Called when a request of this side is over here before its response. */
  onRequestEnd(): void;
  /** The body of pings. */
  readonly pingBody: Uint8Array<ArrayBuffer>;
  /** Called with errors that have nobody else to go to. */
  report(error: unknown): void;
}
