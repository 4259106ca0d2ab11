import type { RpcError } from "../../protocol/error.ts";
import type { LazySignal } from "../../internal/abort.ts";
import type { Counters } from "../counters.ts";
import type { ErrorPeer } from "../error_context.ts";
import type { FlowControl } from "../flow/flow_control.ts";
import type { Moment } from "../moment.ts";
import type { UnclaimedDescriptors } from "./unclaimed_descriptors.ts";

/** What all requests of a connection share. */
export interface RequestContext {
  /** Counts the updates that wait. */
  readonly flow: FlowControl;
  /** What came with messages that nobody has taken. */
  readonly unclaimed: UnclaimedDescriptors;
  /** Fires when the connection begins to drain. */
  readonly draining: LazySignal<RpcError>;
  /** Tells when they begin. */
  readonly moment: Pick<Moment, "ms">;
  /** What is counted. */
  readonly counters: Counters;
  /** The connection, as others see it. */
  peer(): ErrorPeer;
  /** Called with errors that have nobody else to go to. */
  report(error: unknown): void;
  /** What the connection has ended with, or null. */
  readonly end: RpcError | null;
}
