import type { WebSocketConfig } from "./web_socket_transport.ts";

/** The options of `connect` over a WebSocket, besides those of a peer. */
export interface WebSocketConnectOptions extends WebSocketConfig {
  /**
   * What the server's `authorize` gets as `token`. It travels as a subprotocol, which
   * servers and proxies don't log as they do addresses; over `ws://` anybody on the way
   * can read it, so use `wss://` beyond this machine.
   */
  token?: string | undefined;
  /**
   * Whether the server isn't of this library, and knows none of its subprotocols: then
   * none is offered. Default: false.
   */
  plain?: boolean | undefined;
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** What programs outside of browsers may say of TLS. */
export interface WebSocketTlsOptions {
  /** For `wss://`: the certificates to trust in place of the system's, as PEM. */
  caCerts?: readonly string[] | undefined;
  /** For `wss://`: this side's certificate, as PEM. */
  cert?: string | undefined;
  /** For `wss://`: the key of `cert`, as PEM. */
  key?: string | undefined;
}

/** Opens a WebSocket and makes a transport of it. */
export interface OpenRequest {
  /** Where to. */
  readonly url: URL;
  /** The subprotocols to offer. */
  readonly offer: readonly string[];
  /** Limits, signal and certificates. */
  readonly options: WebSocketConnectOptions & WebSocketTlsOptions;
}
