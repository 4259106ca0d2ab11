import { type Body, type BodyInput, toStreamBody } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { MessageHeader } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/message_type.ts";
import { checkServiceId, serviceId as ids } from "../protocol/service_id.ts";
import type { Transport } from "../transports/transport.ts";
import type { Counters } from "./counters.ts";
import { cutUtf8 } from "./requests/cut_utf8.ts";
import { DONE } from "./done.ts";
import type { Semaphore } from "../internal/semaphore.ts";
import type { ReadGate } from "./flow/read_gate.ts";
import type { ReceivedRequest } from "./requests/received_request.ts";
import type { RequestTracker } from "./requests/request_tracker.ts";
import { SentRequest } from "./requests/sent_request.ts";
import type { UpdateLimits } from "./flow/update_inbox.ts";
import type { WriteQueue } from "./flow/write_queue.ts";

/** The tables of open requests of a connection. */
export type Tables<B extends Body> = RequestTracker<
  SentRequest<B>,
  ReceivedRequest<B>
>;

/** What the sending half of a connection works with. */
export interface SenderParts<B extends Body> {
  /** Makes bodies and knows the limits. */
  readonly transport: Transport<B>;
  /** Where messages go. */
  readonly queue: WriteQueue<B>;
  /** The open requests. */
  readonly tables: Tables<B>;
  /** One place for each request that may be open. */
  readonly places: Semaphore;
  /** Shut while the updates of a request are not taken. */
  readonly gate: ReadGate;
  /** How many updates of a request may wait. */
  readonly updateLimits: UpdateLimits;
  /** What is counted. */
  readonly counters: Counters;
  /** Called with errors that have nobody else to go to. */
  readonly onError: ((error: unknown) => void) | undefined;
  /** Called when a received request has got its response. */
  onAnswered(): void;
  /** Called when a received request is open again, for its response was refused. */
  onReopened(request: ReceivedRequest<B>): void;
  /** Called when a reply was queued in the application's place. */
  onRefused(): void;
}

/** What a message belongs to. */
interface Owner {
  /** The error that a send which begins now gives, or null. */
  readonly closed: RpcError | null;
  /** The error that a send which began before gives now, or null. */
  readonly over: RpcError | null;
}

const encoder = new TextEncoder();

/**
 * The sending half of a connection: checks, waits for a free place and for room,
 * and queues. Nothing is queued of what fails.
 */
export class Sender<B extends Body> {
  readonly #parts: SenderParts<B>;
  #ended: RpcError | null = null;

  /** Makes the sending half. */
  constructor(parts: SenderParts<B>) {
    this.#parts = parts;
  }

  /** What new sends fail with, or null. */
  get closed(): RpcError | null {
    return this.#ended;
  }

  /** What sends that wait fail with, or null. */
  get over(): RpcError | null {
    return this.#ended;
  }

  /** Refuses what begins from now on, but for replies to open requests. Idempotent. */
  end(error: RpcError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#parts.places.fail(error);
  }

  /** Takes an error that has nobody else to go to. */
  report(error: unknown): void {
    this.#parts.onError?.(error);
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
    // Its id comes later; the limits don't depend on it.
    const message = this.#prepare(MessageType.Request, 0, serviceId, input);
    if (this.#ended !== null) throw this.#ended;
    const { places, queue } = this.#parts;
    const placed = places.tryTake();
    if (!placed || queue.full) {
      return this.#waitForRequest(message, placed, signal);
    }
    try {
      return this.#openRequest(message);
    } catch (error) {
      places.free();
      throw error;
    }
  }

  async #waitForRequest(
    message: Message<B>,
    placed: boolean,
    signal: AbortSignal | undefined,
  ): Promise<SentRequest<B>> {
    const { places, queue } = this.#parts;
    if (!placed) await places.wait(signal);
    let request: SentRequest<B> | Promise<SentRequest<B>> | null = null;
    try {
      await queue.turn(() => {
        if (this.#ended !== null) throw this.#ended;
        request = this.#openRequest(message);
        return null;
      }, signal);
    } catch (error) {
      if (request === null) places.free();
      throw error;
    }
    return request!;
  }

  /** Opens a request, for which a place has been taken, and queues it. */
  #openRequest(
    message: Message<B>,
  ): SentRequest<B> | Promise<SentRequest<B>> {
    const { tables, updateLimits, gate } = this.#parts;
    const id = tables.nextId();
    const { serviceId } = message.header;
    const request = new SentRequest<B>(id, serviceId, updateLimits, gate);
    tables.openSent(id, request);
    setRequestId(message.header, id);
    const sent = this.#push(message);
    return sent === null ? request : this.#whenSent(request, sent);
  }

  async #whenSent(
    request: SentRequest<B>,
    sent: Promise<void>,
  ): Promise<SentRequest<B>> {
    try {
      await sent;
    } catch (error) {
      // It was never written, so no response will free the place.
      if (this.#parts.tables.closeSent(request.id)) this.#parts.places.free();
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
    const sent = this.#send(
      type,
      request.id,
      serviceId,
      input,
      signal,
      request,
    );
    if (!waits) return sent;
    // A response that is sent meanwhile has to go behind it.
    request.waitingSends++;
    return sent.finally(() => request.waitingSends--);
  }

  /**
   * Answers a request of the other side. Doesn't wait for room, so that a server
   * which awaits each response goes on reading; but goes behind updates of the
   * request that do wait.
   */
  respond(
    request: ReceivedRequest<B>,
    serviceId: number,
    input: BodyInput<B>,
  ): Promise<void> {
    try {
      if (request.closed !== null) throw request.closed;
      const type = MessageType.Response;
      const message = this.#prepare(type, request.id, serviceId, input);
      if (request.waitingSends === 0) {
        return this.#answer(request, message) ?? DONE;
      }
      request.answering();
      return this.#parts.queue.turn(() => this.#answer(request, message));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #answer(
    request: ReceivedRequest<B>,
    message: Message<B>,
  ): Promise<void> | null {
    const { tables, counters } = this.#parts;
    counters.droppedMessages += request.answer();
    tables.closeReceived(request.id);
    const sent = this.#push(message)?.catch((error) => {
      this.#onResponseRefused(request, error);
      throw error;
    }) ?? null;
    this.#parts.onAnswered();
    return sent;
  }

  /** The kernel, or a body that was given away, has kept a response from being written. */
  #onResponseRefused(request: ReceivedRequest<B>, error: unknown): void {
    if (!(error instanceof RpcError) || error.fatal) return;
    if (this.#ended !== null || request.orphaned) {
      // The last one may be what closing waits for.
      this.refuse(request.id, `${error.code}: ${error.message}`);
    } else if (this.#parts.tables.openReceived(request.id, request)) {
      request.reopen();
      this.#parts.onReopened(request);
    }
  }

  /** Answers a request of the other side with an error text, cut to fit. */
  respondError(request: ReceivedRequest<B>, text: string): Promise<void> {
    return this.respond(request, ids.ERROR, this.#fit(request.id, text));
  }

  /** Answers a request that was dropped without an answer. */
  drop(request: ReceivedRequest<B>): void {
    if (request.closed !== null) {
      request.orphaned = true;
      this.#parts.counters.droppedMessages += request.dropUpdates();
      return;
    }
    this.#parts.counters.droppedMessages += request.answer();
    this.#parts.tables.closeReceived(request.id);
    this.refuse(request.id, "The request was dropped without an answer");
    this.#parts.onAnswered();
  }

  /** Drops the updates that have come and that will come for a request of this side. */
  skipUpdates(request: SentRequest<B>): void {
    this.#parts.counters.droppedMessages += request.skip();
  }

  /** Drops what has come and what will come for a request of this side. */
  abandon(request: SentRequest<B>): void {
    this.#parts.counters.droppedMessages += request.abandon();
  }

  /** Answers in the application's place, without waiting for anything. */
  refuse(requestId: number, text: string): void {
    this.#parts.counters.refusedRequests++;
    const header = new MessageHeader(
      MessageType.Response,
      requestId,
      ids.ERROR,
    );
    const body = this.#toBody(this.#fit(requestId, text));
    this.#parts.tables.noteReceived(requestId);
    // It fails when the connection does, and then nobody waits for it.
    this.#push(new Message(header, body))?.catch(() => {});
    this.#parts.onRefused();
  }

  /** Sends what waits for room. `owner` tells what it fails with, when it comes to that. */
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
      const message = this.#prepare(type, requestId, serviceId, input);
      const { queue } = this.#parts;
      if (!queue.full) return this.#push(message) ?? DONE;
      return queue.turn(() => {
        // It may have ended while it waited.
        if (owner.over !== null) throw owner.over;
        return this.#push(message);
      }, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** All checks that can be made before anything waits. */
  #prepare(
    type: MessageType,
    requestId: number,
    serviceId: number,
    input: BodyInput<B>,
  ): Message<B> {
    checkServiceId(serviceId);
    const body = this.#toBody(input);
    const header = new MessageHeader(type, requestId, serviceId);
    const message = new Message(header, body);
    const error = this.#parts.transport.check(message);
    if (error !== null) throw error;
    return message;
  }

  #toBody(input: BodyInput<B>): B {
    const { transport } = this.#parts;
    if (transport.toBody !== undefined) return transport.toBody(input);
    // Without toBody, B is StreamBody: see Transport.
    return toStreamBody(input as BodyInput) as unknown as B;
  }

  #push(message: Message<B>): Promise<void> | null {
    this.#parts.counters.messagesSent++;
    return this.#parts.queue.push(message);
  }

  /** An error text that the writing limit lets pass. */
  #fit(requestId: number, text: string): Uint8Array<ArrayBuffer> {
    const bytes = encoder.encode(text);
    const header = new MessageHeader(
      MessageType.Response,
      requestId,
      ids.ERROR,
    );
    const message = new Message(header, this.#toBody(bytes));
    const error = this.#parts.transport.check(message);
    return error === null ? bytes : cutUtf8(bytes, error.limit ?? 0);
  }
}

/** A header that nobody else has seen yet gets its id, which spares a second one. */
function setRequestId(
  header: { -readonly [K in keyof MessageHeader]: MessageHeader[K] },
  id: number,
): void {
  header.requestId = id;
}
