import { StreamBody } from "../protocol/body.ts";
import { reasonText, RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/header.ts";
import { reservedId, serviceId as ids } from "../protocol/service_id.ts";
import type {
  InterfaceCodec,
  ServiceCodec,
} from "../interface/codecs/interface_codec.ts";
import type {
  NatsMessage,
  NatsSubscription,
} from "../transports/nats/nats_connection.ts";
import { natsError } from "../transports/nats/nats_error.ts";
import type { NatsLink } from "../transports/nats/nats_link.ts";
import { newInbox } from "../transports/nats/session.ts";
import { errorTextOf, METADATA, toAscii, UPDATES } from "./error_headers.ts";
import { bodyOf, NatsChannel } from "./nats_channel.ts";
import {
  readReplyPart,
  type SubjectNames,
  type UpdatePart,
  updateSuffix,
} from "./subject_names.ts";

/** A request of this side that has no response yet. */
interface OpenRequest {
  readonly service: ServiceCodec;
  /** How many updates have come. */
  received: number;
  /** How many were sent. */
  sent: number;
  /** Where its updates go; null until an instance has taken it. */
  instance: string | null;
  /** Updates that wait for that. */
  waiting: Message[];
  waitingLen: number;
}

/** What a client over NATS is made with. */
export interface RequesterOptions {
  /** What the subject for responses begins with. */
  readonly inboxPrefix?: string | undefined;
  /** How many bytes may have come and not been read; updates beyond that are lost. */
  readonly maxUnreadBytes: number;
}

/**
 * How long a call without updates may take, unless an option says otherwise, in
 * milliseconds: one whose answer is lost has no other end.
 */
export const CALL_TIMEOUT = 10_000;

/** What is said of such a call: nothing, as a header costs a tenth of a request. */
const BY_DEFAULT = `{"timeout-ms":"${CALL_TIMEOUT}"}`;

/** What may be sent before the server of NATS has read it. */
const MAX_UNFLUSHED = 1024 * 1024;

/** What may wait until an instance has taken a request. */
const MAX_WAITING = 1024 * 1024;

const decoder = new TextDecoder();

/** Requests to whatever instance of a service takes them, each as a message of NATS. */
export class RequesterChannel extends NatsChannel {
  readonly #names: SubjectNames;
  readonly #codec: InterfaceCodec;
  readonly #inbox: string;
  readonly #maxUnread: number;
  readonly #subscriptions: NatsSubscription[] = [];
  readonly #streams = new Set<number>();
  readonly #open = new Map<number, OpenRequest>();
  /** The metadata of the request right behind it. */
  #metadata: string | null = null;

  /** Begins to receive. */
  constructor(
    link: NatsLink,
    names: SubjectNames,
    codec: InterfaceCodec,
    { inboxPrefix, maxUnreadBytes }: RequesterOptions,
  ) {
    super(link, MAX_UNFLUSHED);
    this.#names = names;
    this.#codec = codec;
    this.#maxUnread = maxUnreadBytes;
    this.#inbox = `${newInbox(inboxPrefix)}.`;
    this.#subscribe(`${this.#inbox}>`, (message) => this.#onReply(message));
  }

  /** Receives a stream of the server from now on. */
  receiveStream(id: number, name: string): void {
    if (this.#streams.has(id)) return;
    this.#streams.add(id);
    this.#subscribe(this.#names.member(name), (message) => {
      // As for any reader that is too slow: what comes now is lost.
      if (this.unread >= this.#maxUnread) return;
      this.deliver(MessageType.Stream, 0, id, bodyOf(message));
    });
  }

  protected refuse({ header }: Message): RpcError | null {
    // Whoever ends a request must not fail for that; it isn't sent then.
    const isCancel = header.type === MessageType.RequesterUpdate &&
      header.serviceId === reservedId.CANCEL;
    return this.link.connected || isCancel ? null : this.notConnected();
  }

  protected publish(message: Message): void {
    const { type, requestId, serviceId } = message.header;
    if (type === MessageType.Request) return this.#request(message);
    if (type === MessageType.RequesterUpdate) {
      if (serviceId === reservedId.CANCEL) this.#cancel(requestId);
      else this.#update(message);
    } else if (type === MessageType.Stream) {
      if (serviceId === reservedId.METADATA) {
        this.#metadata = decoder.decode(message.body.data);
      } else this.#stream(message);
    }
  }

  protected unsent(message: Message): void {
    // Updates and cancels are of requests that have failed, here or when the connection
    // was lost. Stream messages may be lost.
    if (message.header.type !== MessageType.Request) return;
    this.#metadata = null;
    this.refused(message);
  }

  protected unsubscribe(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  protected onLost(): void {
    for (const requestId of [...this.#open.keys()]) {
      this.#fail(
        requestId,
        "The connection to NATS is lost, and with it the answer",
      );
    }
  }

  #subscribe(subject: string, take: (message: NatsMessage) => void): void {
    this.#subscriptions.push(this.link.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) return take(message);
        const refused = natsError(error, `Cannot receive ${subject}`);
        this.deliverError(
          new RpcError("connection-aborted", String(refused), {
            fatal: true,
            cause: refused,
          }),
        );
      },
    }));
  }

  #request({ header: { requestId, serviceId }, body }: Message): void {
    const metadata = this.#metadata;
    this.#metadata = null;
    const service = this.#codec.services.get(serviceId);
    if (service === undefined) {
      const text = `there is no service ${serviceId}`;
      return this.#answer(requestId, reasonText("unknown-service", text));
    }
    this.#open.set(requestId, {
      service,
      ...{ received: 0, sent: 0, waitingLen: 0 },
      instance: null,
      waiting: [],
    });
    this.send(
      this.#names.member(service.name),
      body.data,
      this.#inbox + requestId,
      metadata === null || metadata === BY_DEFAULT
        ? []
        : [[METADATA, toAscii(metadata)]],
    );
  }

  #cancel(requestId: number): void {
    const request = this.#open.get(requestId);
    if (request === undefined) return;
    this.#tellCancel(requestId, request);
    this.#open.delete(requestId);
    // The Peer gives the id free by the response, and what comes later goes nowhere.
    this.#answer(requestId, reasonText("canceled", "it was cancelled here"));
  }

  #tellCancel(requestId: number, { service }: OpenRequest): void {
    if (!this.link.connected) return;
    const subject = this.#names.cancel(service.name);
    this.send(subject, new Uint8Array(0), this.#inbox + requestId);
  }

  #update(message: Message): void {
    const { requestId, serviceId } = message.header;
    const request = this.#open.get(requestId);
    if (request === undefined) return;
    const { data } = message.body;
    if (request.instance !== null) {
      const suffix = updateSuffix(request.sent++, serviceId);
      return this.send(`${request.instance}.${suffix}`, data, "");
    }
    request.waitingLen += data.length;
    if (request.waitingLen > MAX_WAITING) {
      return this.#giveUp(
        requestId,
        request,
        `Over ${MAX_WAITING} bytes of updates wait until an instance takes the request`,
      );
    }
    request.waiting.push(message);
  }

  #stream({ header: { serviceId }, body }: Message): void {
    const stream = this.#codec.streams.byId.get(serviceId);
    if (stream === undefined) return;
    this.send(this.#names.member(stream.name), body.data, "");
  }

  #onReply(message: NatsMessage): void {
    const part = readReplyPart(message.subject.slice(this.#inbox.length));
    // Else it has been answered, was cancelled, or isn't of this library.
    const request = part === null ? undefined : this.#open.get(part.id);
    if (part === null || request === undefined) return;
    switch (part.kind) {
      case "taken":
        request.instance = decoder.decode(message.data);
        for (const update of request.waiting) this.#update(update);
        request.waiting = [];
        return;
      case "update":
        return this.#onUpdate(part, request, message);
      case "response":
        return this.#onResponse(part.id, request, message);
    }
  }

  #onUpdate(
    { id, number, serviceId }: UpdatePart,
    request: OpenRequest,
    message: NatsMessage,
  ): void {
    if (this.unread >= this.#maxUnread) {
      return this.#giveUp(
        id,
        request,
        `Updates came faster than they were taken: over ${this.#maxUnread} bytes wait (maxUnreadBytes)`,
      );
    }
    if (number !== request.received++) {
      return this.#giveUp(id, request, "NATS has lost an update");
    }
    this.deliver(
      MessageType.ResponderUpdate,
      id,
      serviceId,
      bodyOf(message),
    );
  }

  #onResponse(id: number, request: OpenRequest, message: NatsMessage): void {
    const { headers, data } = message;
    const { service } = request;
    if (headers?.code === 503 && data.length === 0) {
      this.#open.delete(id);
      const text = `nobody serves ${service.fullName} on NATS`;
      return this.#answer(id, reasonText("unavailable", text));
    }
    const text = errorTextOf(headers, () => decoder.decode(data));
    const updates = Number(headers?.get(UPDATES) || 0);
    if (updates !== request.received) {
      return this.#fail(id, "NATS has lost an update");
    }
    this.#open.delete(id);
    if (text !== null) return this.#answer(id, text);
    this.deliver(MessageType.Response, id, service.id, bodyOf(message));
  }

  /** Fails a request, and tells the instance that works on it. */
  #giveUp(id: number, request: OpenRequest, text: string): void {
    this.#tellCancel(id, request);
    this.#fail(id, text);
  }

  #fail(requestId: number, text: string): void {
    this.#open.delete(requestId);
    this.deliverError(
      new RpcError("connection-aborted", text, {
        side: "remote",
        requestId,
        messageType: MessageType.Response,
      }),
    );
  }

  #answer(requestId: number, text: string): void {
    this.deliver(
      MessageType.Response,
      requestId,
      ids.ERROR,
      new StreamBody(text),
    );
  }
}
