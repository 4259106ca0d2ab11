import { StreamBody } from "../protocol/body.ts";
import { reasonText, RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/header.ts";
import { reservedId, serviceId as ids } from "../protocol/service_id.ts";
import type {
  MessageCodec,
  ServiceCodec,
} from "../interface/codecs/interface_codec.ts";
import type {
  NatsMessage,
  NatsSubscription,
} from "../transports/nats/nats_connection.ts";
import type { NatsLink } from "../transports/nats/nats_link.ts";
import { newInbox } from "../transports/nats/session.ts";
import type { EndpointStats } from "./endpoint_stats.ts";
import { errorParts, METADATA, UPDATES } from "./error_headers.ts";
import { bodyOf, type HeaderList, NatsChannel } from "./nats_channel.ts";
import {
  readReplyPart,
  TAKEN,
  type UpdatePart,
  updateSuffix,
} from "./subject_names.ts";

/** A request that has come and isn't answered. */
interface OpenRequest {
  readonly service: ServiceCodec;
  readonly stats: EndpointStats;
  /** Where the response goes. */
  readonly reply: string;
  readonly since: number;
  /** How many updates were sent, and have come. */
  sent: number;
  received: number;
}

/** What a service over NATS is made with. */
export interface ResponderOptions {
  /** What the subject for updates begins with. */
  readonly inboxPrefix?: string | undefined;
  /** How many bytes of requests may have come and not been read. */
  readonly maxUnreadBytes: number;
}

/** What may be sent before the server of NATS has read it. */
const MAX_UNFLUSHED = 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Requests from whoever sends them to a subject, each as a message of NATS. */
export class ResponderChannel extends NatsChannel {
  readonly #inbox: string;
  readonly #maxUnread: number;
  readonly #open = new Map<number, OpenRequest>();
  #subscription: NatsSubscription | null = null;
  #nextId = 0;

  /** Begins with nothing: requests come by `onRequest`. */
  constructor(
    link: NatsLink,
    { inboxPrefix, maxUnreadBytes }: ResponderOptions,
  ) {
    super(link, MAX_UNFLUSHED);
    this.#maxUnread = maxUnreadBytes;
    this.#inbox = `${newInbox(inboxPrefix)}.`;
  }

  /** Receives the updates of requesters, which come on a subject of this instance. */
  receiveUpdates(): void {
    this.#subscription ??= this.link.connection.subscribe(`${this.#inbox}>`, {
      callback: (error, message) => {
        if (error === null) this.#onUpdate(message);
      },
    });
  }

  /** A request for a service has come. */
  onRequest(
    service: ServiceCodec,
    stats: EndpointStats,
    message: NatsMessage,
  ): void {
    const { reply = "", headers } = message;
    stats.requests++;
    // Nobody waits for an answer, and nobody could cancel it.
    if (reply === "") return;
    const request: OpenRequest = {
      ...{ service, stats, reply, sent: 0, received: 0 },
      since: performance.now(),
    };
    if (this.unread >= this.#maxUnread) {
      const text = `over ${this.#maxUnread} bytes of requests wait here`;
      this.#sendError(request, reasonText("limit-exceeded", text));
      return;
    }
    const id = this.#takeId();
    this.#open.set(id, request);
    if (service.requestUpdates.byId.size > 0) {
      const subject = `${reply}.${TAKEN}`;
      this.send(subject, encoder.encode(this.#inbox + id), "");
    }
    const metadata = headers?.get(METADATA) ?? "";
    if (metadata !== "") {
      this.deliver(
        MessageType.Stream,
        id,
        reservedId.METADATA,
        new StreamBody(metadata),
      );
    }
    this.deliver(MessageType.Request, id, service.id, bodyOf(message));
  }

  /** Whoever has asked waits no longer. All instances hear that, and one has the request. */
  onCancel({ reply }: NatsMessage): void {
    for (const [id, request] of this.#open) {
      if (request.reply === reply) return this.#cancel(id);
    }
  }

  /** A stream message of a client has come. */
  onStream({ id }: MessageCodec, message: NatsMessage): void {
    if (this.unread >= this.#maxUnread) return;
    this.deliver(MessageType.Stream, 0, id, bodyOf(message));
  }

  protected refuse({ header: { type } }: Message): RpcError | null {
    if (type === MessageType.Response) return null;
    if (type === MessageType.ResponderUpdate) return null;
    return new RpcError(
      "connection-closed",
      "A service over NATS has no connection to those who ask: it sends them responses and updates. Streams go by publisher()",
      { outcome: "not-sent" },
    );
  }

  protected publish({ header, body }: Message): void {
    const { type, requestId, serviceId } = header;
    const request = this.#open.get(requestId);
    // It was cancelled, or the connection was lost: nobody waits.
    if (request === undefined) return;
    if (type === MessageType.ResponderUpdate) {
      const suffix = updateSuffix(request.sent++, serviceId);
      return this.send(`${request.reply}.${suffix}`, body.data, "");
    }
    this.#open.delete(requestId);
    if (serviceId === ids.ERROR) {
      return this.#sendError(request, decoder.decode(body.data));
    }
    request.stats.add(request.since, null);
    this.send(request.reply, body.data, "", updatesHeader(request));
  }

  protected unsent(): void {
    // Its request was cancelled when the connection was lost: nobody waits for it.
  }

  protected unsubscribe(): void {
    this.#subscription?.unsubscribe();
  }

  protected onLost(): void {
    for (const id of [...this.#open.keys()]) this.#cancel(id);
  }

  #onUpdate(message: NatsMessage): void {
    const part = readReplyPart(message.subject.slice(this.#inbox.length));
    if (part?.kind !== "update") return;
    const request = this.#open.get(part.id);
    if (request !== undefined) this.#takeUpdate(part, request, message);
  }

  #takeUpdate(
    { id, number, serviceId }: UpdatePart,
    request: OpenRequest,
    message: NatsMessage,
  ): void {
    if (number === request.received++ && this.unread < this.#maxUnread) {
      const type = MessageType.RequesterUpdate;
      return this.deliver(type, id, serviceId, bodyOf(message));
    }
    this.#cancel(id);
    const text =
      "an update was lost on its way, or came faster than it was taken";
    this.#sendError(request, reasonText("failed", text));
  }

  /** Ends the work on a request; what the handler gives goes nowhere. */
  #cancel(id: number): void {
    const request = this.#open.get(id);
    this.#open.delete(id);
    request?.stats.add(request.since, null);
    this.deliver(
      MessageType.RequesterUpdate,
      id,
      reservedId.CANCEL,
      new StreamBody(),
    );
  }

  #sendError(request: OpenRequest, text: string): void {
    const { headers, rest } = errorParts(text);
    request.stats.add(request.since, text);
    this.send(
      request.reply,
      encoder.encode(rest),
      "",
      [...headers, ...updatesHeader(request)],
    );
  }

  #takeId(): number {
    // After 2^32 requests an old one may still be open.
    while (this.#open.has(this.#nextId)) this.#nextId = this.#nextId + 1 >>> 0;
    const id = this.#nextId;
    this.#nextId = id + 1 >>> 0;
    return id;
  }
}

function updatesHeader({ sent }: OpenRequest): HeaderList {
  return sent === 0 ? [] : [[UPDATES, `${sent}`]];
}
