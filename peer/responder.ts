import type { Body, BodyInput } from "../protocol/body.ts";
import { CLOSED_MESSAGE, reasonText, RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/header.ts";
import type { Counters } from "./counters.ts";
import type { WriteQueue } from "./flow/write_queue.ts";
import {
  checkUnchanged,
  type DeclaredErrorText,
  type MessageFactory,
} from "./message_factory.ts";
import { probe } from "./probe.ts";
import type { ReceivedRequest } from "./requests/received_request.ts";
import type { Tables } from "./requests/tables.ts";

/** What answers the requests of the other side. */
export interface ResponderParts<B extends Body> {
  /** Makes messages. */
  readonly messages: MessageFactory<B>;
  /** Where messages go. */
  readonly queue: WriteQueue<B>;
  /** The open requests. */
  readonly tables: Tables<B>;
  /** What is counted. */
  readonly counters: Counters;
  /** Whether the connection ends, so that a response that is refused can't be given again. */
  isEnding(): boolean;
  /** Called when a received request has got its response. */
  onAnswered(): void;
  /** Called when a received request is open again, since its response was refused. */
  onReopened(request: ReceivedRequest<B>): void;
  /** Called when the transport refuses an answer that nobody else would give. */
  onRefused(error: unknown): void;
}

/** Answers the requests of the other side: for the application, and in its place. */
export class Responder<B extends Body> {
  readonly #parts: ResponderParts<B>;

  /** Makes the answering half. */
  constructor(parts: ResponderParts<B>) {
    this.#parts = parts;
  }

  /**
   * Answers a request of the other side. Doesn't wait for room, so that a server
   * which awaits each response goes on reading; but goes behind updates of the
   * request that do wait.
   *
   * @returns Null where it was done at once, which spares a promise.
   */
  respond(
    request: ReceivedRequest<B>,
    serviceId: number,
    input: BodyInput<B>,
  ): Promise<void> | null {
    try {
      if (request.closed !== null) throw request.closed;
      const { messages } = this.#parts;
      const type = MessageType.Response;
      return this.#send(
        request,
        messages.makeFor(type, request, serviceId, input),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Answers a request of the other side with an error text, cut to fit. */
  respondError(
    request: ReceivedRequest<B>,
    text: string,
  ): Promise<void> | null {
    if (request.closed !== null) return Promise.reject(request.closed);
    try {
      const message = this.#parts.messages.makeError(request.id, text);
      return this.#send(request, message);
    } catch (error) {
      // The `toBody` of a transport may refuse it.
      return Promise.reject(error);
    }
  }

  /**
   * Answers a request of the other side with a declared error.
   *
   * @throws {RpcError} `payload-too-large` if its body doesn't fit; it rejects as
   * `respondError` does.
   */
  respondDeclared(
    request: ReceivedRequest<B>,
    text: DeclaredErrorText,
  ): Promise<void> | null {
    if (request.closed !== null) return Promise.reject(request.closed);
    const { messages } = this.#parts;
    return this.#send(request, messages.makeDeclaredError(request.id, text));
  }

  /** Answers a request that was dropped without an answer. */
  drop(request: ReceivedRequest<B>): void {
    if (request.closed === null) {
      const text = "The request was dropped without an answer";
      return this.refuseOpen(request, endText(request, text));
    }
    request.orphan();
    this.#parts.counters.droppedMessages += request.dropUpdates();
  }

  /** Answers an open request in the application's place. */
  refuseOpen(request: ReceivedRequest<B>, text: string): void {
    const { counters, tables } = this.#parts;
    counters.droppedMessages += request.answer(text);
    tables.closeReceived(request.id);
    this.#refuse(request.id, text);
    this.#parts.onAnswered();
    if (probe !== null) probe.handlerEnded(request, text);
  }

  /** Answers an open request that was cancelled or whose time is up, and fires its signal. */
  cancel(
    request: ReceivedRequest<B>,
    reason: "canceled" | "deadline-exceeded",
    error: RpcError,
  ): void {
    request.cancel();
    this.refuseOpen(request, reasonText(reason, error.message));
    request.abort(error);
  }

  /** Answers an open request that has no end of its own, since the connection drains. */
  cancelAtDrain(request: ReceivedRequest<B>): void {
    const { id, serviceId } = request;
    const error = new RpcError(
      "request-closed",
      "The connection is draining, and the request would not end by itself",
      { side: "local", requestId: id, serviceId, reason: "canceled" },
    );
    this.cancel(request, "canceled", error);
  }

  /** Answers a request of a connection that closes. One that nobody has taken is handed over to nobody: it is said never to have begun. */
  refuseAtClose(request: ReceivedRequest<B>): void {
    if (!request.handedOver) {
      request.cancel();
      this.#parts.counters.droppedMessages += request.dropUpdates();
    }
    this.refuse(request.id, endText(request, CLOSED_MESSAGE));
  }

  /** Answers a request that isn't in the table, without waiting for anything. */
  refuse(requestId: number, text: string): void {
    this.#parts.tables.noteReceived(requestId);
    this.#refuse(requestId, text);
  }

  /** The same for one that the table has noted already. */
  #refuse(requestId: number, text: string): void {
    const { counters, messages, queue } = this.#parts;
    counters.refusedRequests++;
    let message: Message<B>;
    try {
      message = messages.makeError(requestId, text);
    } catch (error) {
      // The `toBody` of a transport may refuse it.
      return this.#parts.onRefused(error);
    }
    // It fails when the connection does, and then nobody waits for it.
    queue.push(message, "refusal")?.catch(() => {});
  }

  #send(
    request: ReceivedRequest<B>,
    message: Message<B>,
  ): Promise<void> | null {
    if (request.waitingSends === 0) return this.#answer(request, message);
    return this.#sendBehind(request, message);
  }

  /** Behind updates that wait for room. By itself: see `Sender`. */
  #sendBehind(
    request: ReceivedRequest<B>,
    message: Message<B>,
  ): Promise<void> {
    const { length } = message.body.data;
    request.answering();
    return this.#parts.queue.whenRoom(() => {
      try {
        // It may have been cancelled while it waited.
        if (request.over !== null) throw request.over;
        checkUnchanged(message, length);
      } catch (error) {
        request.stopAnswering();
        throw error;
      }
      return this.#answer(request, message);
    }, request.overSignal);
  }

  #answer(
    request: ReceivedRequest<B>,
    message: Message<B>,
  ): Promise<void> | null {
    const { tables, counters, queue } = this.#parts;
    const isAsked = request.onEnd !== null || probe !== null;
    const isError = isAsked && message.isError;
    const errorText = isError ? message.text() : null;
    counters.droppedMessages += request.answer(errorText);
    tables.closeReceived(request.id);
    const pushed = queue.push(message, "reply");
    const sent = pushed === null ? null : this.#watchSent(request, pushed);
    this.#parts.onAnswered();
    if (probe !== null) probe.handlerEnded(request, errorText);
    return sent;
  }

  #watchSent(
    request: ReceivedRequest<B>,
    sent: Promise<void>,
  ): Promise<void> {
    return sent.catch((error) => {
      this.#onResponseRefused(request, error);
      throw error;
    });
  }

  /** The kernel, or a body that was given away, has kept a response from being written. */
  #onResponseRefused(request: ReceivedRequest<B>, error: unknown): void {
    if (!(error instanceof RpcError) || error.fatal) return;
    const { tables, isEnding, onReopened } = this.#parts;
    if (isEnding() || request.orphaned) {
      // The last one may be what closing waits for.
      this.#refuse(request.id, reasonText("failed", error.message));
    } else if (tables.openReceived(request.id, request)) {
      request.reopen();
      onReopened(request);
    }
  }
}

/** The text for a request that the application hasn't answered: it says whether the application had it. */
function endText(request: ReceivedRequest<Body>, text: string): string {
  return reasonText(request.handedOver ? "failed" : "unavailable", text);
}
