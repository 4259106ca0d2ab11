import { Queue } from "../internal/queue.ts";
import { StreamBody } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { MessageHeader, type MessageType } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import type { ChannelEvents } from "../transports/channel.ts";
import type { CheckedChannel } from "../transports/channel_transport.ts";
import type { NatsMessage } from "../transports/nats/nats_connection.ts";
import type { NatsLink } from "../transports/nats/nats_link.ts";
import type { Incoming } from "../transports/transport.ts";

/** What is left free in a message of NATS, for headers: metadata has 8 KiB at most. */
const HEADERS_LEN = 10 * 1024;

/** So many messages are handed on in one batch. */
const MAX_BATCH = 1024;

/** The headers of a message, as they are made here. */
export type HeaderList = readonly (readonly [string, string])[];

/** The part of `@nats-io/nats-core` that is used. */
interface NatsCore {
  headers(): { append(name: string, value: string): void };
}

/**
 * Moves single messages between a Peer and subjects of NATS: each message of the Peer
 * is one of NATS. It outlives a loss of the connection to NATS, and loses what was open.
 */
export abstract class NatsChannel implements CheckedChannel<StreamBody> {
  readonly losesOnClose = false;
  readonly partial = false;
  received = 0;
  written = 0;
  /** The connection to NATS. */
  protected readonly link: NatsLink;
  readonly #maxUnflushed: number;
  readonly #incoming = new Queue<Incoming>();
  #incomingLen = 0;
  readonly #outgoing = new Queue<Message>();
  #unflushed = 0;
  #core: NatsCore | null = null;
  #events: ChannelEvents | null = null;
  #reader: PromiseWithResolvers<void> | null = null;
  #ended = false;
  #closed: Promise<void> | null = null;
  readonly #forget: () => void;

  /**
   * Uses a connection.
   *
   * @param maxUnflushed How many bytes are sent before the server of NATS has to have
   * read some of them.
   */
  constructor(link: NatsLink, maxUnflushed: number) {
    this.link = link;
    this.#maxUnflushed = maxUnflushed;
    link.use();
    this.#forget = link.onLost(() => {
      this.onLost();
      if (link.connection.isClosed()) this.end();
    });
  }

  /** The connection to NATS is lost, and with it the answers to what is open. */
  protected abstract onLost(): void;

  /** Sends a message. */
  protected abstract publish(message: Message): void;

  /** A message that was queued isn't sent, as the connection to NATS was lost meanwhile. */
  protected abstract unsent(message: Message): void;

  /** Ends receiving. */
  protected abstract unsubscribe(): void;

  /** Why such a message can't be sent; null if it can. */
  protected abstract refuse(message: Message): RpcError | null;

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  check(message: Message): RpcError | null {
    const { length } = message.body.data;
    const limit = this.link.maxPayload - HEADERS_LEN;
    if (length > limit) {
      return new RpcError(
        "payload-too-large",
        `A body of ${length} bytes is over the limit of ${limit}, which is max_payload of the server of NATS less ${HEADERS_LEN} for headers`,
        { limit, actual: length },
      );
    }
    return this.refuse(message);
  }

  async read(): Promise<Incoming[] | null> {
    while (this.#incoming.length === 0) {
      if (this.#ended) return null;
      this.#reader = Promise.withResolvers();
      await this.#reader.promise;
    }
    const batch: Incoming[] = [];
    while (batch.length < MAX_BATCH) {
      const item = this.#incoming.shift();
      if (item === undefined) break;
      batch.push(item);
    }
    for (const item of batch) {
      if (!(item instanceof RpcError)) this.#incomingLen -= costOf(item);
    }
    return batch;
  }

  copies(): boolean {
    return true;
  }

  push({ header, body }: Message): void {
    // The NATS client keeps what it is given until the end of the turn.
    this.#outgoing.push(new Message(header, new StreamBody(body.data.slice())));
  }

  get empty(): boolean {
    return this.#outgoing.length === 0;
  }

  /** Loads what headers are made with; `send` with headers takes it. */
  async load(): Promise<void> {
    this.#core ??= await import("@nats-io/nats-core") as unknown as NatsCore;
  }

  async write(): Promise<void> {
    if (this.#core === null) await this.load();
    for (;;) {
      const message = this.#outgoing.shift();
      if (message === undefined) break;
      // While there is no server, the NATS client would keep it, and send it too late.
      if (!this.link.connected) {
        this.unsent(message);
        continue;
      }
      this.publish(message);
      const cost = costOf(message);
      this.written += cost;
      this.#unflushed += cost;
    }
    if (this.#unflushed < this.#maxUnflushed) return;
    this.#unflushed = 0;
    await this.link.flush();
  }

  closeWrite(): Promise<void> {
    // There is no other side that could end its half.
    this.end();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  /** Why nothing is sent while there is no connection to NATS. */
  protected notConnected(): RpcError {
    return new RpcError(
      "connection-aborted",
      `There is no connection to NATS (${this.link.server}): nothing was sent`,
      { outcome: "not-sent" },
    );
  }

  /** Tells the Peer that a message which it has queued isn't sent. */
  protected refused({ header }: Message): void {
    this.#events?.onRefused(header, this.notConnected());
  }

  /** Nothing comes any more. */
  protected end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** How many bytes have come and aren't read. */
  protected get unread(): number {
    return this.#incomingLen;
  }

  /** Hands on a message to the Peer. */
  protected deliver(
    type: MessageType,
    requestId: number,
    serviceId: number,
    body: StreamBody,
  ): void {
    const header = new MessageHeader(type, requestId, serviceId);
    const message = new Message(header, body);
    const cost = costOf(message);
    this.received += cost;
    this.#incomingLen += cost;
    this.#incoming.push(message);
    this.#wake();
  }

  /** Hands on an error in the place of a message. */
  protected deliverError(error: RpcError): void {
    this.#incoming.push(error);
    this.#wake();
  }

  /** Publishes a body, with headers if there are some. */
  protected send(
    subject: string,
    data: Uint8Array,
    reply: string,
    headers: HeaderList = [],
  ): void {
    if (headers.length === 0) {
      this.link.connection.publish(subject, data, { reply });
      return;
    }
    const list = this.#core!.headers();
    for (const [name, value] of headers) list.append(name, value);
    this.link.connection.publish(subject, data, { reply, headers: list });
  }

  async #close(): Promise<void> {
    this.#forget();
    this.end();
    this.unsubscribe();
    await this.link.release();
  }

  #wake(): void {
    this.#reader?.resolve();
    this.#reader = null;
  }
}

/** What a message counts: its bytes, and what objects take. */
function costOf({ body }: Message): number {
  return 256 + body.data.length;
}

/** A body that has come, without the methods of Node's Buffer. */
export function bodyOf({ data }: NatsMessage): StreamBody {
  return new StreamBody(
    new Uint8Array(
      data.buffer as ArrayBuffer,
      data.byteOffset,
      data.length,
    ),
  );
}
