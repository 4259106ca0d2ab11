/**
 * The Peer: runs a transport, multiplexes requests over it, and gives the
 * handles that send and receive.
 *
 * @module
 */
export type { Authorize } from "./authorize.ts";
export type { CallOptions } from "./call.ts";
export type { SignalOptions } from "./handle_options.ts";
export type { PeerOptions } from "./options.ts";
export { Peer, type PeerConnectOptions } from "./peer.ts";
export { PeerCloseHandle } from "./peer_close_handle.ts";
export { PeerHandle } from "./peer_handle.ts";
export { PeerReadHandle } from "./peer_read_handle.ts";
export { PeerWriteHandle } from "./peer_write_handle.ts";
export type { ReceivedMessage } from "./received_message.ts";
export { ReceivedRequestHandle } from "./received_request_handle.ts";
export { ReceivedRequestWriteHandle } from "./received_request_write_handle.ts";
export { SentRequestHandle } from "./sent_request_handle.ts";
export { SentRequestWriteHandle } from "./sent_request_write_handle.ts";
export type {
  RequestHandler,
  ServeContext,
  ServeHandlers,
  ServeOptions,
  StreamHandler,
} from "./serve.ts";
export type { PeerStats } from "./stats.ts";
