import { RpcError, type RpcErrorOutcome } from "../../protocol/error.ts";

/**
 * The states of a connection:
 *
 * - open: both sides may send.
 * - draining: new requests of the other side are refused; open ones finish.
 * - half-closed: the other side has ended; what it asked can still be answered.
 * - write-failed: a write has failed; what the other side sent before is read.
 * - closing: this side ends; what it has accepted is written.
 * - lingering: all is written and the end is told; the other side's end is awaited.
 * - ended: all that waited is settled; the transport closes.
 * - closed: nothing is left.
 */
export type ConnectionState =
  | "open"
  | "draining"
  | "half-closed"
  | "write-failed"
  | "closing"
  | "lingering"
  | "ended"
  | "closed";

/**
 * What happens to a connection:
 *
 * - drain: this side takes no new requests any more.
 * - close: this side closes, or its last handle is released.
 * - remote-end: the other side has ended cleanly.
 * - answered: no received request is open any more.
 * - idle: no request of either side is open any more.
 * - written: all that was accepted is written.
 * - read-failed, write-failed: what the transport says.
 * - stalled: the other side makes no progress, or gives no sign of life.
 * - quiet: nothing has come for a while.
 * - late: `closeTimeout` is over.
 * - released: the transport is closed.
 */
export type ConnectionEvent =
  | "drain"
  | "close"
  | "remote-end"
  | "answered"
  | "idle"
  | "written"
  | "read-failed"
  | "write-failed"
  | "stalled"
  | "quiet"
  | "late"
  | "released";

type Transitions = {
  readonly [S in ConnectionState]: {
    readonly [E in ConnectionEvent]?: ConnectionState;
  };
};

/** What isn't in the table changes nothing: it comes too late. */
const TRANSITIONS: Transitions = {
  "open": {
    "drain": "draining",
    "close": "closing",
    "remote-end": "half-closed",
    "read-failed": "ended",
    "write-failed": "write-failed",
    "stalled": "ended",
  },
  "draining": {
    "close": "closing",
    "idle": "closing",
    "remote-end": "half-closed",
    "read-failed": "ended",
    "write-failed": "write-failed",
    "stalled": "ended",
  },
  "half-closed": {
    "close": "closing",
    "answered": "closing",
    "write-failed": "ended",
    "stalled": "ended",
  },
  "write-failed": {
    "close": "ended",
    "remote-end": "ended",
    "read-failed": "ended",
    "quiet": "ended",
  },
  "closing": {
    "written": "lingering",
    "write-failed": "ended",
    "stalled": "ended",
    "late": "ended",
  },
  "lingering": {
    "remote-end": "ended",
    "read-failed": "ended",
    "quiet": "ended",
    "late": "ended",
  },
  "ended": { "released": "closed" },
  "closed": {},
};

/** The state after an event; null where the event changes nothing. */
export function nextState(
  state: ConnectionState,
  event: ConnectionEvent,
): ConnectionState | null {
  return TRANSITIONS[state][event] ?? null;
}

/** An error as a request gets it: it says what is known of the request. */
export function withOutcome(
  error: RpcError,
  outcome: RpcErrorOutcome,
): RpcError {
  const { code, message, cause, responseText } = error;
  const options = { ...error, responseText, outcome };
  return new RpcError(
    code,
    message,
    cause === undefined ? options : { ...options, cause },
  );
}

/**
 * What a connection has ended with. Its requests fail with that, or, if they were
 * not sent, with an error that says so.
 */
export class EndError {
  /** The error of the connection, and of requests that the other side may have. */
  readonly error: RpcError;
  #notSent: RpcError | null = null;

  /** Made of the error of the connection. */
  constructor(error: RpcError) {
    this.error = error;
  }

  /** For requests that no write has taken. */
  get notSent(): RpcError {
    return this.#notSent ??= withOutcome(this.error, "not-sent");
  }

  /** Whether something that was thrown is this end. */
  is(error: unknown): boolean {
    return error === this.error ||
      (error !== null && error === this.#notSent);
  }
}
