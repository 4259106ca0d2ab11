import type { Body, BodyInput } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { MessageHeader } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/message_type.ts";
import type { Semaphore } from "../internal/semaphore.ts";
import type { Counters } from "./counters.ts";
import type { WriteQueue } from "./flow/write_queue.ts";
import { checkUnchanged, type MessageFactory } from "./message_factory.ts";
import type { ReceivedRequest } from "./requests/received_request.ts";
import type { RequestContext } from "./requests/request_context.ts";
import { SentRequest } from "./requests/sent_request.ts";
import type { Tables } from "./requests/tables.ts";

/** What the sending half of a connection works with. */
export interface SenderParts<B extends Body> {
  /** Makes messages. */
  readonly messages: MessageFactory<B>;
  /** Where messages go. */
  readonly queue: WriteQueue<B>;
  /** The open requests. */
  readonly tables: Tables<B>;
  /** A permit for each request that may be open. */
  readonly permits: Semaphore;
  /** What all requests share. */
  readonly context: RequestContext;
  /** What is counted. */
  readonly counters: Counters;
  /** Called with errors that have nobody else to go to. */
  report(error: unknown): void;
}

/** What a message belongs to. */
interface Owner {
  /** The error that a send which begins now gives, or null. */
  readonly closed: RpcError | null;
  /** The error that a send which began before gives now, or null. */
  readonly over: RpcError | null;
}

/** What a send gives that was done at once. */
const SENT: Promise<void> = Promise.resolve();

/**
 * Sends what this side begins: requests, updates and stream messages. It checks,
 * waits for a permit and for room, and queues. Nothing is queued of what fails.
 */
export class Sender<B extends Body> {
  readonly #parts: SenderParts<B>;
  #closed: RpcError | null = null;

  /** Makes the sending half. */
  constructor(parts: SenderParts<B>) {
    this.#parts = parts;
  }

  /** What new sends fail with, or null. */
  get closed(): RpcError | null {
    return this.#closed;
  }

  /** What sends that wait fail with, or null. */
  get over(): RpcError | null {
    return this.#closed;
  }

  /** Refuses what begins from now on. Idempotent. */
  close(error: RpcError): void {
    if (this.#closed !== null) return;
    this.#closed = error;
    this.#parts.permits.fail(error);
  }

  /** Takes an error that has nobody else to go to. */
  report(error: unknown): void {
    this.#parts.report(error);
  }

  /**
   * Sends a request. Gives it at once where nothing has to be waited for, which
   * spares the hot path a promise; throws at once too.
   */
  startRequest(
    serviceId: number,
    input: BodyInput<B>,
    signal?: AbortSignal,
  ): SentRequest<B> | Promise<SentRequest<B>> {
    signal?.throwIfAborted();
    const { messages, permits, queue, tables } = this.#parts;
    // If it doesn't have to wait, this becomes its id.
    const id = tables.nextId;
    const message = messages.make(MessageType.Request, id, serviceId, input);
    if (this.#closed !== null) throw this.#closed;
    const permitted = permits.tryAcquire();
    if (!permitted || queue.full) {
      return this.#waitForRequest(message, permitted, signal);
    }
    try {
      return this.#openRequest(message);
    } catch (error) {
      permits.release();
      throw error;
    }
  }

  async #waitForRequest(
    message: Message<B>,
    permitted: boolean,
    signal: AbortSignal | undefined,
  ): Promise<SentRequest<B>> {
    const { permits, queue } = this.#parts;
    const { length } = message.body.data;
    if (!permitted) await permits.acquire(signal);
    let request: SentRequest<B> | Promise<SentRequest<B>> | null = null;
    try {
      await queue.whenRoom(() => {
        if (this.#closed !== null) throw this.#closed;
        checkUnchanged(message, length);
        request = this.#openRequest(message);
        return null;
      }, signal);
    } catch (error) {
      if (request === null) permits.release();
      throw error;
    }
    return request!;
  }

  /** Opens a request, for which a permit has been taken, and queues it. */
  #openRequest(
    message: Message<B>,
  ): SentRequest<B> | Promise<SentRequest<B>> {
    const { tables, context } = this.#parts;
    const { header } = message;
    const id = tables.takeId();
    const request = new SentRequest<B>(id, header.serviceId, context);
    tables.openSent(id, request);
    context.flow.callBegins();
    const sent = this.#push(
      id === header.requestId ? message : withId(message, id),
    );
    return sent === null ? request : this.#whenSent(request, sent);
  }

  async #whenSent(
    request: SentRequest<B>,
    sent: Promise<void>,
  ): Promise<SentRequest<B>> {
    try {
      await sent;
    } catch (error) {
      // It was never written, so no response will give the permit back.
      if (this.#parts.tables.closeSent(request.id)) {
        this.#parts.permits.release();
      }
      throw error;
    }
    return request;
  }

  /** Sends a stream message; resolves when its body is no longer needed. */
  sendStream(
    serviceId: number,
    input: BodyInput<B>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#send(MessageType.Stream, 0, serviceId, input, signal, this);
  }

  /**
   * Sends the stream message whose body `take` gives once there is room for it; null
   * sends nothing. So it is the newest one then, and no older one waits in the queue.
   * Resolves when it is written.
   */
  sendNewest(
    serviceId: number,
    take: () => BodyInput<B> | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { queue, messages } = this.#parts;
    if (this.#closed !== null) return Promise.reject(this.#closed);
    return queue.whenRoom(() => {
      if (this.#closed !== null) throw this.#closed;
      const input = take();
      if (input === null) return null;
      const message = messages.make(MessageType.Stream, 0, serviceId, input);
      return this.#push(message) ?? queue.written();
    }, signal);
  }

  /** Sends an update for a request of this side. */
  sendRequesterUpdate(
    request: SentRequest<B>,
    serviceId: number,
    input: BodyInput<B>,
    signal?: AbortSignal,
  ): Promise<void> {
    const type = MessageType.RequesterUpdate;
    return this.#send(type, request.id, serviceId, input, signal, request);
  }

  /** Sends an update for a request of the other side. */
  sendResponderUpdate(
    request: ReceivedRequest<B>,
    serviceId: number,
    input: BodyInput<B>,
    signal?: AbortSignal,
  ): Promise<void> {
    const type = MessageType.ResponderUpdate;
    const waits = this.#parts.queue.full;
    const { id } = request;
    const sent = this.#send(type, id, serviceId, input, signal, request);
    if (!waits) return sent;
    // A response that is sent meanwhile has to go behind it.
    request.waitingSends++;
    return sent.finally(() => request.waitingSends--);
  }

  /** Drops the updates that have come and that will come for a request of this side. */
  skipUpdates(request: SentRequest<B>): void {
    this.#parts.counters.droppedMessages += request.skip();
  }

  /** Drops what has come and what will come for a request of this side. */
  abandon(request: SentRequest<B>): void {
    this.#parts.counters.droppedMessages += request.abandon();
  }

  /** Sends a message when there is room; `owner` has the errors that it may fail with. */
  #send(
    type: MessageType,
    requestId: number,
    serviceId: number,
    input: BodyInput<B>,
    signal: AbortSignal | undefined,
    owner: Owner,
  ): Promise<void> {
    try {
      signal?.throwIfAborted();
      if (owner.closed !== null) throw owner.closed;
      const { messages, queue } = this.#parts;
      const message = messages.make(type, requestId, serviceId, input);
      if (!queue.full) return this.#push(message) ?? SENT;
      const { length } = message.body.data;
      return queue.whenRoom(() => {
        // It may have ended while it waited.
        if (owner.over !== null) throw owner.over;
        checkUnchanged(message, length);
        return this.#push(message);
      }, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #push(message: Message<B>): Promise<void> | null {
    this.#parts.counters.messagesSent++;
    return this.#parts.queue.push(message, "own");
  }
}

/** The same message with another id: while it waited, others have got its own. */
function withId<B extends Body>(
  { header: { type, serviceId }, body }: Message<B>,
  id: number,
): Message<B> {
  return new Message(new MessageHeader(type, id, serviceId), body);
}
