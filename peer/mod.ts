/**
 * The Peer: runs a transport, multiplexes requests over it, and gives the
 * handles that send and receive.
 *
 * @module
 */
export type { Authorize, AuthorizeOptions } from "./authorize.ts";
export type { CallOptions } from "./handles/call.ts";
export type { Caller, CallerRequest } from "./handles/caller.ts";
export type { RequestOptions } from "./requests/request_options.ts";
export type { DrainOptions } from "./handles/drain_options.ts";
export type { SignalOptions } from "./handles/signal_options.ts";
export type { UpdatesOptions } from "./handles/updates_options.ts";
export type { Keep, KeepOptions } from "../internal/check_options.ts";
export type { HeartbeatOptions } from "./liveness/heartbeat.ts";
export type { PeerOptions } from "./options.ts";
export type { ErrorContext, ErrorPeer } from "./error_context.ts";
export { Peer, type PeerConnectOptions } from "./peer.ts";
export { PeerCloseHandle } from "./handles/peer_close_handle.ts";
export { PeerHandle } from "./handles/peer_handle.ts";
export { PeerReadHandle } from "./handles/peer_read_handle.ts";
export { PeerWriteHandle } from "./handles/peer_write_handle.ts";
export type { ReceivedMessage } from "./handles/received_message.ts";
export { ReceivedRequestHandle } from "./handles/received_request_handle.ts";
export { ReceivedRequestWriteHandle } from "./handles/received_request_write_handle.ts";
export { SentRequestHandle } from "./handles/sent_request_handle.ts";
export { SentRequestWriteHandle } from "./handles/sent_request_handle.ts";
export type {
  RequestHandler,
  ServeContext,
  ServeHandlers,
  ServeOptions,
  StreamHandler,
} from "./handles/serve.ts";
export type {
  StreamSubscription,
  SubscribeOptions,
} from "./streams/stream_subscription.ts";
export type { PauseReason, ReadingStats } from "./flow/reading.ts";
export type { PeerStats } from "./stats.ts";
export type { ConnectionState } from "./ending/connection_state.ts";
export type { OpenRequest, OpenRequestsOptions } from "./open_request.ts";
