import type { Body } from "../protocol/body.ts";
import { reasonText } from "../protocol/error.ts";
import { type MessageHeader, MessageType } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import { reservedId } from "../protocol/service_id.ts";
import type { Counters } from "./counters.ts";
import {
  decodeMetadata,
  type Metadata,
  timeoutOf,
} from "./requests/metadata.ts";
import type { ReceivedRequest } from "./requests/received_request.ts";
import type { Tables } from "./requests/tables.ts";
import type { Responder } from "./responder.ts";

/** What came in front of a request. */
export interface ReceivedMetadata {
  /** The texts; null if they are none, so that the request has to be refused. */
  readonly metadata: Metadata | null;
  /** How many bytes they were. */
  readonly length: number;
  /** How many milliseconds are left for the request; null if its time has no limit. */
  readonly timeout: number | null;
}

/** What the messages with reserved ids are taken with. */
export interface ReservedMessagesParts<B extends Body> {
  /** The open requests. */
  readonly tables: Tables<B>;
  /** Answers in the application's place. */
  readonly responder: Responder<B>;
  /** What is counted. */
  readonly counters: Counters;
  /** The reserved service ids whose requests are served now. */
  readonly served: ReadonlySet<number>;
  /** The other side pings. */
  onPing(requestId: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** The other side has cancelled a request of its own. */
  onCancel(request: ReceivedRequest<B>): void;
}

/**
 * Takes the messages with reserved ids, which peers of this library send each other.
 * The application never gets them.
 */
export class ReservedMessages<B extends Body> {
  readonly #parts: ReservedMessagesParts<B>;
  #requestId = 0;
  #metadata: ReceivedMetadata | null = null;

  /** Makes what takes them. */
  constructor(parts: ReservedMessagesParts<B>) {
    this.#parts = parts;
  }

  /** Whether metadata came last, which is for the next message. */
  get hasMetadata(): boolean {
    return this.#metadata !== null;
  }

  /** The metadata for a message that has come right behind it; null, and dropped, if it is for another. */
  takeMetadata({ type, requestId }: MessageHeader): ReceivedMetadata | null {
    const metadata = this.#metadata;
    this.#metadata = null;
    if (type === MessageType.Request && requestId === this.#requestId) {
      return metadata;
    }
    this.#parts.counters.droppedMessages++;
    return null;
  }

  /**
   * Whether a message with a reserved id goes the way of all others: a request that
   * something serves here, or an update for a request that the library has sent.
   */
  passes({ type, requestId, serviceId }: MessageHeader): boolean {
    const { served, tables } = this.#parts;
    if (type === MessageType.Request) return served.has(serviceId);
    return type === MessageType.ResponderUpdate &&
      tables.getSent(requestId)?.serviceId === serviceId;
  }

  /** Takes a message with a reserved id that is no response, and doesn't pass. */
  take({ header, body }: Message<B>): void {
    // Not `using`: compiled for Node 22 and browsers, it takes half a kilobyte.
    try {
      this.#take(header, body);
    } finally {
      body[Symbol.dispose]();
    }
  }

  #take({ type, requestId, serviceId }: MessageHeader, body: B): void {
    const { counters, responder } = this.#parts;
    if (type === MessageType.Request) {
      if (serviceId === reservedId.PING) {
        return this.#parts.onPing(requestId, body.data);
      }
      const text = `there is no service ${serviceId}`;
      responder.refuse(requestId, reasonText("unknown-service", text));
    } else if (
      type === MessageType.RequesterUpdate && serviceId === reservedId.CANCEL
    ) this.#cancel(requestId);
    else if (type !== MessageType.Stream) counters.droppedMessages++;
    else if (serviceId === reservedId.METADATA) {
      this.#keep(requestId, body.data);
    } else if (serviceId !== reservedId.SIGN_OF_LIFE) {
      counters.droppedMessages++;
    }
  }

  #cancel(requestId: number): void {
    const { tables, counters, onCancel } = this.#parts;
    const request = tables.getReceived(requestId);
    // It crossed the response on the wire, or came for an id that was never open: both are harmless.
    if (request === undefined) counters.lateUpdates++;
    else onCancel(request);
  }

  #keep(requestId: number, bytes: Uint8Array<ArrayBuffer>): void {
    const { length } = bytes;
    const metadata = decodeMetadata(bytes);
    const timeout = metadata === null ? null : timeoutOf(metadata);
    this.#requestId = requestId;
    this.#metadata = Number.isNaN(timeout)
      ? { metadata: null, length, timeout: null }
      : { metadata, length, timeout };
  }
}
