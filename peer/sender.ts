import type { Body, BodyInput } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import { MessageType } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import { EndError } from "./ending/connection_state.ts";
import { checkUnchanged } from "./message_factory.ts";
import { Pinger } from "./liveness/pinger.ts";
import type { SenderParts } from "./sender_parts.ts";
import { RequestSender } from "./request_sender.ts";
import type { ReceivedRequest } from "./requests/received_request.ts";
import type { SentRequest } from "./requests/sent_request.ts";

/** What a message belongs to. */
interface Owner {
  /** The id of the request; 0 for what belongs to none. */
  readonly id: number;
  /** The service id of the request, which its messages may have whatever it is. */
  readonly serviceId: number | null;
  /** The error that a send which begins now gives, or null. */
  readonly closed: RpcError | null;
  /** The error that a send which began before gives now, or null. */
  readonly over: RpcError | null;
  /** Fires with that error. Null where the connection alone ends sends. */
  readonly overSignal: AbortSignal | null;
}

/** What a send gives that was done at once. */
const SENT: Promise<void> = Promise.resolve();

/**
 * Sends what this side begins: requests, updates and stream messages. It checks,
 * waits for a permit and for room, and queues. A send that fails queues nothing.
 */
export class Sender<B extends Body> {
  /** Sends the requests. */
  readonly requests: RequestSender<B>;
  /** Pings the other side. */
  readonly pinger: Pinger<B>;
  readonly #parts: SenderParts<B>;
  #end: EndError | null = null;

  /** Makes the sending half. */
  constructor(parts: SenderParts<B>) {
    this.#parts = parts;
    this.requests = new RequestSender(parts);
    this.pinger = new Pinger(parts);
  }

  /** Stream messages have no request. */
  get id(): 0 {
    return 0;
  }

  /** Stream messages have no request. */
  get serviceId(): null {
    return null;
  }

  /** What the connection has ended with, or null. */
  get end(): EndError | null {
    return this.#end;
  }

  /** What new sends fail with, or null. */
  get closed(): RpcError | null {
    return this.#end === null ? null : this.#end.error;
  }

  /** What sends that wait fail with, or null. */
  get over(): RpcError | null {
    return this.closed;
  }

  /** Sends that wait are failed by the queue, which ends with the connection. */
  get overSignal(): null {
    return null;
  }

  /** Refuses what begins from now on, and gives what it fails with: the first one given. */
  close(error: RpcError): EndError {
    if (this.#end !== null) return this.#end;
    this.#end = new EndError(error);
    this.requests.close(this.#end);
    this.pinger.close(this.#end);
    return this.#end;
  }

  /** Takes an error that has nobody else to go to. */
  report(error: unknown): void {
    this.#parts.report(error);
  }

  /** Sends a stream message; resolves when its body is no longer needed. */
  sendStream(
    serviceId: number,
    input: BodyInput<B>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#send(MessageType.Stream, serviceId, input, signal, this);
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
    if (this.closed !== null) return Promise.reject(this.closed);
    return queue.whenRoom(() => {
      if (this.closed !== null) throw this.closed;
      const input = take();
      if (input === null) return null;
      const message = messages.make(MessageType.Stream, 0, serviceId, input);
      return queue.push(message, "own") ?? queue.written();
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
    return this.#send(type, serviceId, input, signal, request);
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
    const sent = this.#send(type, serviceId, input, signal, request);
    if (!waits) return sent;
    // A response that is sent meanwhile has to go behind it.
    request.waitingSends++;
    return sent.finally(() => request.waitingSends--);
  }

  /** Sends a message when there is room; `owner` has the errors that it may fail with. */
  #send(
    type: MessageType,
    serviceId: number,
    input: BodyInput<B>,
    signal: AbortSignal | undefined,
    owner: Owner,
  ): Promise<void> {
    try {
      signal?.throwIfAborted();
      if (owner.closed !== null) throw owner.closed;
      const { messages, queue } = this.#parts;
      const message = messages.makeFor(type, owner, serviceId, input);
      if (!queue.full) return queue.push(message, "own") ?? SENT;
      return this.#sendLater(message, signal, owner);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  // By itself: a function with a closure takes memory for what that captures, at
  // each call.
  #sendLater(
    message: Message<B>,
    signal: AbortSignal | undefined,
    owner: Owner,
  ): Promise<void> {
    const { queue } = this.#parts;
    const { length } = message.body.data;
    return queue.whenRoom(
      () => {
        // It may have ended while it waited.
        if (owner.over !== null) throw owner.over;
        checkUnchanged(message, length);
        return queue.push(message, "own");
      },
      signal,
      owner.overSignal,
    );
  }
}
