/** What went wrong, as a fixed set of strings; see {@linkcode RpcError}. */
export type RpcErrorCode =
  | "connection-closed"
  | "connection-aborted"
  | "message-too-short"
  | "invalid-message-type"
  | "payload-too-large"
  | "too-many-fds"
  | "invalid-shared-memory"
  | "duplicate-request-id"
  | "unknown-request-id"
  | "unexpected-message-type"
  | "unexpected-service-id"
  | "no-free-request-id"
  | "request-closed"
  | "encode-failed"
  | "decode-failed"
  | "remote-error"
  | "deadline-exceeded"
  | "limit-exceeded";

/**
 * What is known of a request that failed:
 *
 * - `not-sent`: no write has taken its message, so the other side can't have run it.
 * - `refused`: the other side, which is known to be a peer of this library, said that
 *   it never began: see {@linkcode ErrorReason}.
 * - `unknown`: it may have run, to the end or in part.
 */
export type RpcErrorOutcome = "not-sent" | "refused" | "unknown";

/** The details of an {@linkcode RpcError}; which are set depends on the code. */
export interface RpcErrorOptions {
  /** Whether the connection is unusable after it. Default: false. */
  fatal?: boolean | undefined;
  /** Which side caused it. Default: `"local"`. */
  side?: "local" | "remote" | undefined;
  /** The error behind this one. */
  cause?: unknown;
  /** The limit that was passed: bytes, descriptors, requests or milliseconds. */
  limit?: number | undefined;
  /** The value that passed the limit or was refused. */
  actual?: number | undefined;
  /** The request that it is about. */
  requestId?: number | undefined;
  /** The service id of the message that it is about. */
  serviceId?: number | undefined;
  /** The type of the message that it is about, as on the wire. */
  messageType?: number | undefined;
  /** The service or stream of a typed interface that was called. */
  service?: string | undefined;
  /** Why the other side answered with an error. */
  reason?: string | null | undefined;
  /** What is known of the request that failed. Default: `"unknown"` where it is fatal. */
  outcome?: RpcErrorOutcome | undefined;
  /** The body of a declared error. */
  data?: unknown;
  /** The whole text of an error response. */
  responseText?: string | undefined;
}

/**
 * The one error class of this library, told apart by `code`.
 *
 * | code | fatal | when | fields |
 * |---|---|---|---|
 * | `connection-closed` | yes | the connection has ended cleanly, on this or the other side | `actual`: so many requests of this side the other one left unanswered |
 * | `connection-aborted` | yes | cut off inside a message, reset, or another I/O error; or the other side gave no sign of life for a `heartbeat` | `cause` (I/O), `limit` (heartbeat), `actual` (cut off: how many bytes of the message had come) |
 * | `message-too-short` | yes | a message below 12 bytes | `limit`, `actual` |
 * | `invalid-message-type` | yes | a message type above 4 | `actual` |
 * | `payload-too-large` | reading from a byte stream: yes; else no | a body over `maxBodyLenRead` or `maxBodyLenWrite`, or one that the kernel doesn't take | `limit`, `actual` |
 * | `too-many-fds` | no | more descriptors than `maxFdsRead`, `maxFdsWrite` or the system allow | `limit`, `actual` |
 * | `invalid-shared-memory` | no | a descriptor that isn't safe to map | `limit`, `actual` |
 * | `invalid-shared-memory` | yes | the other side refuses the rings of a `unix+shm:` connection, or breaks their rules | `actual` |
 * | `duplicate-request-id` | no | a request with an id that is open | `requestId`, `serviceId` |
 * | `unknown-request-id` | no | an update or response for an id that isn't open | `requestId`, `serviceId`, `messageType` |
 * | `unexpected-message-type` | no | `recvResponse()` while an update is unread | `requestId` |
 * | `unexpected-service-id` | no | a typed interface doesn't know what came | `serviceId` |
 * | `no-free-request-id` | no | 100 ids in a row are in use | `limit` |
 * | `request-closed` | no | the request has been answered or disposed | `requestId` |
 * | `encode-failed` | no | a typed body doesn't encode; on a Unix seqpacket socket also: a body or descriptor was given away before its send had resolved | |
 * | `decode-failed` | no | a typed body doesn't decode or validate | |
 * | `remote-error` | no | the other side sent an error response; the message is its text without the reason | `requestId`, `serviceId`, `reason`, `responseText`, `data` |
 * | `deadline-exceeded` | no | the `timeout` of a request was over: here (`side` is local), or by the other side's clock (remote) | `limit` (local), `requestId`, `serviceId`, `reason` (remote) |
 * | `limit-exceeded` | yes | the other side made no progress for `stallTimeout` | `limit` |
 * | `limit-exceeded` | yes | the queues of this connection held the most when all of a listener's were over `maxTotalQueuedBytes` | `limit`, `actual` |
 * | `limit-exceeded` | yes | over a WebSocket, a MessagePort or NATS the other side sent a longer message than it may, or more than it may before this side has taken it | `limit`, `actual` |
 * | `limit-exceeded` | no | given to `onError`: reading is paused while calls wait (`limit`), stream messages are dropped since nobody takes any, or a connection is over `maxConnections` (`limit`, `actual`) | |
 * | `limit-exceeded` | no | all memory of a SharedMemoryPool is lent, or over a `unix+shm:` connection the other side holds as many frames as it may | `limit`, `actual` |
 *
 * An error that a request has failed with has an `outcome`, which says whether the
 * other side can have run it.
 *
 * Wrong arguments are `TypeError` or `RangeError` and no `RpcError`; an abort
 * rejects with the signal's reason.
 *
 * @example Telling a clean end from a lost connection
 * ```ts
 * import { RpcError } from "jsr:@fizyr/rpc";
 *
 * const error = new RpcError("connection-closed", "The other side has closed the connection", {
 *   fatal: true,
 *   side: "remote",
 * });
 * console.log(error.code, error.fatal, error.side);
 * ```
 */
export class RpcError extends Error {
  /** Always `"RpcError"`. */
  override readonly name: string = "RpcError";
  /** What went wrong. */
  readonly code: RpcErrorCode;
  /** Whether the connection is unusable after it. */
  readonly fatal: boolean;
  /** Which side caused it. */
  readonly side: "local" | "remote";
  /** The limit that was passed: bytes, descriptors, requests or milliseconds. */
  declare readonly limit: number | undefined;
  /** The value that passed the limit or was refused. */
  declare readonly actual: number | undefined;
  /** The request that it is about. */
  declare readonly requestId: number | undefined;
  /** The service id of the message that it is about. */
  declare readonly serviceId: number | undefined;
  /** The type of the message that it is about, as on the wire. */
  declare readonly messageType: number | undefined;
  /** The service or stream of a typed interface that was called, as in `Camera.record`. */
  declare readonly service: string | undefined;
  /**
   * Why the other side answered with an error: an {@linkcode ErrorReason}, the name of a
   * declared error, or null where its text has no reason that is known here.
   */
  declare readonly reason: string | null | undefined;
  /**
   * Whether the other side can have run the request that failed with this. A fatal
   * error says `unknown`, unless it is of a request that wasn't sent.
   */
  declare readonly outcome: RpcErrorOutcome | undefined;
  /** The body of a declared error. */
  declare readonly data: unknown;
  /** The whole text of an error response, as it came; not shown by `console.log`. */
  declare readonly responseText: string | undefined;

  /**
   * Makes an error of a code.
   *
   * @param code What went wrong.
   * @param message The text for people.
   * @param options The details; see the table above.
   */
  constructor(
    code: RpcErrorCode,
    message: string,
    options: RpcErrorOptions = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.fatal = options.fatal ?? false;
    this.side = options.side ?? "local";
    // Fields that don't belong to the code aren't there: they would be shown.
    for (const name of DETAILS) {
      if (options[name] !== undefined) define(this, name, options[name], true);
    }
    // Requests that were open may have run, as far as is known.
    if (this.fatal && options.outcome === undefined) {
      define(this, "outcome", "unknown", true);
    }
    const { responseText } = options;
    if (responseText !== undefined) {
      define(this, "responseText", responseText, false);
    }
  }
}

const DETAILS = [
  "limit",
  "actual",
  "requestId",
  "serviceId",
  "messageType",
  "service",
  "reason",
  "outcome",
  "data",
] as const;

function define(
  error: RpcError,
  name: string,
  value: unknown,
  enumerable: boolean,
): void {
  Object.defineProperty(error, name, {
    value,
    enumerable,
    configurable: true,
  });
}

/**
 * Why the other side answered with an error, in words that a program can act on.
 * A declared error of a typed interface has its own name instead.
 *
 * | reason | meaning | did the handler begin? |
 * |---|---|---|
 * | `unavailable` | closing, draining, not taken yet at shutdown, or nobody takes requests there | no |
 * | `unknown-service` | no handler for this service id | no |
 * | `invalid-request` | the body doesn't decode or validate | no |
 * | `limit-exceeded` | too many open requests; a body too large to be read, or with too many descriptors | no |
 * | `canceled` | the request was cancelled | perhaps |
 * | `deadline-exceeded` | its time was up | perhaps |
 * | `failed` | the handler threw, or dropped the request, or its response was refused | yes |
 */
export type ErrorReason =
  | "unavailable"
  | "unknown-service"
  | "invalid-request"
  | "limit-exceeded"
  | "canceled"
  | "deadline-exceeded"
  | "failed";

/** Whether the handler may have begun. */
const MAY_HAVE_BEGUN: { readonly [R in ErrorReason]: boolean } = {
  "unavailable": false,
  "unknown-service": false,
  "invalid-request": false,
  "limit-exceeded": false,
  "canceled": true,
  "deadline-exceeded": true,
  "failed": true,
};

/** A text that a reader would take for one with a reason. */
const LOOKS_LIKE_REASON = /^[a-z][A-Za-z0-9-]*:/;

/** An error text with a reason. */
const WITH_REASON = /^([a-z][A-Za-z0-9-]*): (.*)$/s;

/** What the name of a declared error looks like. */
const DECLARED_NAME = /^[a-z][A-Za-z0-9]*$/;

/** Whether a word is one of the reasons. */
export function isErrorReason(word: string): word is ErrorReason {
  return Object.hasOwn(MAY_HAVE_BEGUN, word);
}

/** Whether a reason says that the request was never handed to the application. */
export function saysNotBegun(reason: string): boolean {
  return isErrorReason(reason) && !MAY_HAVE_BEGUN[reason];
}

/** Whether a word, such as one of an error text, may be the name of a declared error. */
export function isDeclaredErrorName(word: string): boolean {
  return DECLARED_NAME.test(word) && !isErrorReason(word);
}

/** The text of an error response with a reason. */
export function reasonText(reason: string, message: string): string {
  return `${reason}: ${message.replace(/\r?\n/g, " ")}`;
}

/**
 * The text of an error response for what a handler has thrown. It never reads as
 * one with a reason other than `failed`, whatever was thrown.
 */
export function thrownText(message: string): string {
  if (!LOOKS_LIKE_REASON.test(message)) return message;
  return reasonText("failed", message);
}

/** What a closing side answers what is still open with. */
export const CLOSED_MESSAGE = "The connection was closed";

/**
 * Whether an error text is that for a request whose handler was at work when its side
 * closed the connection. No handler can throw what reads so.
 */
export function saysClosedAtWork(text: string | undefined): boolean {
  return text === reasonText("failed", CLOSED_MESSAGE);
}

/** What a side that drains refuses requests with. */
export const DRAINING_MESSAGE =
  "The connection takes no new requests: it is draining";

/** Whether an error text is that for a request to a side that drains. No handler can throw what reads so. */
export function saysDraining(text: string | undefined): boolean {
  const draining = reasonText("unavailable", DRAINING_MESSAGE);
  return text !== undefined && text.startsWith(draining);
}

/** The word in front of an error text that may be its reason, and the text behind it. */
export function splitErrorText(
  text: string,
): { readonly word: string | null; readonly message: string } {
  const parts = WITH_REASON.exec(text);
  if (parts === null) return { word: null, message: text };
  return { word: parts[1]!, message: parts[2]! };
}
