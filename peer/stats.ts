import type { ConnectionState } from "./ending/connection_state.ts";
import type { ReadingStats } from "./flow/reading.ts";

/** The figures of a connection, as `stats()` gives them. */
export interface PeerStats {
  /**
   * What carries it, as addresses name it, such as `"tcp"`; `"custom"` for a transport
   * of the user's that has no `name`.
   */
  readonly transport: string;
  /** Who is at the other end: `info` of the peer. */
  readonly info: unknown;
  /** When the connection was made, in milliseconds since 1970, as Date.now(). */
  readonly since: number;
  /** Where it is on its way to its end: `"open"`, `"draining"`, `"closed"` and more. */
  readonly state: ConnectionState;
  /** Messages queued for writing so far. */
  readonly messagesSent: number;
  /** Messages read so far. */
  readonly messagesReceived: number;
  /** Bytes written so far, where the transport counts them. */
  readonly bytesSent: number;
  /** Bytes read so far, where the transport counts them. */
  readonly bytesReceived: number;
  /** Requests of this side that have no response yet, abandoned ones included. */
  readonly openSentRequests: number;
  /** Requests of the other side that have no response yet. */
  readonly openReceivedRequests: number;
  /**
   * Sends of this side that wait: for room in the queue (`writeQueueBytes`), or for the
   * response to an earlier request (`maxOpenSentRequests`).
   */
  readonly waitingSends: number;
  /** What waits to be written, as limits count it: bytes, and 256 for each message. */
  readonly queuedBytes: number;
  /** Received requests, stream messages and errors that nobody has taken yet. */
  readonly inboxMessages: number;
  /** The same as limits count it: bytes, and 256 for each message. */
  readonly inboxBytes: number;
  /** Updates of all requests that nobody has taken yet, besides those taken with `keep`. */
  readonly unreadUpdates: number;
  /** How often reading has paused. */
  readonly pauses: number;
  /** How long reading was paused, all pauses together, in milliseconds. */
  readonly pausedTime: number;
  /** Whether reading is paused, since when, and what has to be taken for it to go on. */
  readonly reading: ReadingStats;
  /** Non-fatal errors so far, delivered or not. */
  readonly errors: number;
  /** Updates that came for a request answered a moment before: a normal race. */
  readonly lateUpdates: number;
  /**
   * Requests that the peer itself answered with an error: nobody could take them,
   * too many were open, they were disposed unanswered, or this side closed.
   */
  readonly refusedRequests: number;
  /**
   * Messages that nobody got: unread at the end, refused, for an abandoned
   * request, updates skipped by `call` or unread at the response, stream
   * messages that `serve` has no handler for, or that a client of an interface
   * knows and nobody subscribed to, and what a full inbox couldn't hold
   * where nobody has ever taken a message and calls wait for their responses.
   */
  readonly droppedMessages: number;
  /**
   * Messages that were dropped for newer ones, since they were taken with `keep`.
   * They don't count as `droppedMessages`.
   */
  readonly outdatedMessages: number;
}
