import type { ErrorContext, ErrorPeer } from "../peer/error_context.ts";
import type { RpcError } from "../protocol/error.ts";
import type { MessageType } from "../protocol/header.ts";

/** What `fizyr-rpc:connect` publishes: a connection begins to run, on either side. */
export interface ConnectMessage {
  /** The connection: the same object in all messages about it. It keeps nothing open. */
  readonly peer: ErrorPeer;
}

/** What `fizyr-rpc:close` publishes: nothing is left of a connection. */
export interface CloseMessage extends ConnectMessage {
  /** What has ended it; null for a clean end. */
  readonly error: RpcError | null;
}

/** What `fizyr-rpc:call:start` publishes: a request of this side is queued. */
export interface CallStartMessage {
  /** The connection. */
  readonly peer: ErrorPeer;
  /** The id of the request, which is free again after its response. */
  readonly requestId: number;
  /** The service asked for. */
  readonly serviceId: number;
}

/** What `fizyr-rpc:call:end` publishes, in the object of its `call:start`. */
export interface CallEndMessage extends CallStartMessage {
  /**
   * - `"response"`: it has come
   * - `"error"`: it has come, and is an error response
   * - `"failed"`: the connection ended first, or the transport refused a message
   * - `"cancelled"`: its signal has fired or its time is up
   * - `"abandoned"`: its handle was released, and nobody waits for it
   */
  readonly outcome: "response" | "error" | "failed" | "cancelled" | "abandoned";
  /** What the call fails with; null for a response. For a signal, its reason. */
  readonly error: unknown;
  /** How long it took, in milliseconds. */
  readonly duration: number;
}

/** What `fizyr-rpc:handler:start` publishes: `serve` is about to call a handler. */
export interface HandlerStartMessage {
  /** The connection. */
  readonly peer: ErrorPeer;
  /** The id that the other side has given the request. */
  readonly requestId: number;
  /** The service asked for. */
  readonly serviceId: number;
  /** The name of the interface; missing where handlers are given by id. */
  readonly interface: string | undefined;
  /** The name of its service. */
  readonly service: string | undefined;
}

/** What `fizyr-rpc:handler:end` publishes, in the object of its `handler:start`. */
export interface HandlerEndMessage extends HandlerStartMessage {
  /**
   * The text of the error response. It begins with a reason where the library has
   * given one, as in `canceled: The other side has cancelled the request`; where the
   * connection has ended first, with `connection-lost: `. Null for a response.
   */
  readonly errorText: string | null;
  /** How long it took from the handler's call to the response, in milliseconds. */
  readonly duration: number;
}

/** What `fizyr-rpc:message` publishes: a message was queued for writing, or read. */
export interface MessageMessage {
  /** The connection. */
  readonly peer: ErrorPeer;
  /** Whether this side has sent it. */
  readonly direction: "sent" | "received";
  /** What kind it is. */
  readonly type: MessageType;
  /** The id of its request; of no meaning in stream messages. */
  readonly requestId: number;
  /** The id of the service, update or stream; reserved ones are the library's. */
  readonly serviceId: number;
  /** The length of its body, in bytes. */
  readonly length: number;
}

/** What `fizyr-rpc:error` publishes: what `onError` gets. */
export interface ErrorMessage {
  /** The error. */
  readonly error: unknown;
  /** What it belongs to, as far as that is known. */
  readonly context: ErrorContext;
}

/** The channels, and what each publishes. */
export interface DiagnosticsMessages {
  /** A connection begins to run. */
  "fizyr-rpc:connect": ConnectMessage;
  /** Nothing is left of a connection. */
  "fizyr-rpc:close": CloseMessage;
  /** A request of this side is queued. */
  "fizyr-rpc:call:start": CallStartMessage;
  /** It has got its response, or failed. */
  "fizyr-rpc:call:end": CallEndMessage;
  /** A handler is about to be called. */
  "fizyr-rpc:handler:start": HandlerStartMessage;
  /** The request that it was called for has its response. */
  "fizyr-rpc:handler:end": HandlerEndMessage;
  /** A message was queued or read. */
  "fizyr-rpc:message": MessageMessage;
  /** An error went to `onError`. */
  "fizyr-rpc:error": ErrorMessage;
}
