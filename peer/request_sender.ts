import type { Body, BodyInput } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { MessageHeader, MessageType } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import { reservedId } from "../protocol/service_id.ts";
import { isInstance } from "../internal/errors.ts";
import { type EndError, withOutcome } from "./ending/connection_state.ts";
import { checkUnchanged } from "./message_factory.ts";
import { probe } from "./probe.ts";
import { encodeMetadata, TIMEOUT_KEY, traceOf } from "./requests/metadata.ts";
import {
  type RequestOptions,
  type RequestTerms,
  requestTerms,
} from "./requests/request_options.ts";
import { deadlineExceeded, RequestWatch } from "./requests/request_watch.ts";
import { SentRequest } from "./requests/sent_request.ts";
import type { SenderParts } from "./sender_parts.ts";

/**
 * Sends the requests of this side, and tells the other side when one is over here
 * before its response has come. A request that fails before it is queued sends
 * nothing.
 */
export class RequestSender<B extends Body> {
  readonly #parts: SenderParts<B>;
  #end: EndError | null = null;

  /** Makes the part of the sending half that sends requests. */
  constructor(parts: SenderParts<B>) {
    this.#parts = parts;
  }

  /** Refuses what begins from now on. */
  close(end: EndError): void {
    this.#end = end;
    this.#parts.permits.fail(end.notSent);
  }

  /**
   * Sends a request. If nothing has to be waited for, it gives the request or throws
   * at once, which spares the hot path a promise.
   *
   * @param timeout What the options have as default.
   */
  start(
    serviceId: number,
    input: BodyInput<B>,
    options: RequestOptions<B> | undefined,
    timeout: number = Infinity,
  ): SentRequest<B> | Promise<SentRequest<B>> {
    const { messages, permits, queue, tables } = this.#parts;
    // Most requests have neither: nothing is made for them.
    const terms = options === undefined && timeout === Infinity
      ? null
      : requestTerms(options ?? {}, timeout, this.#parts);
    // If it doesn't have to wait, this becomes its id.
    const id = tables.nextId;
    let message: Message<B>;
    try {
      const type = MessageType.Request;
      message = options?.reserved
        ? messages.makeReserved(type, id, serviceId, input)
        : messages.make(type, id, serviceId, input);
    } catch (error) {
      throw this.#notSent(error);
    }
    if (this.#end !== null) throw this.#end.notSent;
    const permitted = permits.tryAcquire();
    if (!permitted || queue.full) return this.#wait(message, permitted, terms);
    try {
      return this.#open(message, terms);
    } catch (error) {
      permits.release();
      throw this.#notSent(error);
    }
  }

  /** Ends a request of this side before its response, and tells the other side. */
  cancel(request: SentRequest<B>, reason: unknown): void {
    if (!request.isOpen) return;
    this.#parts.counters.droppedMessages += request.cancel(reason);
    this.#tell(request);
    this.#parts.onRequestEnd();
  }

  /** Drops what has come and what will come for a request of this side, and tells the other side. */
  abandon(request: SentRequest<B>): void {
    const { isOpen } = request;
    this.#parts.counters.droppedMessages += request.abandon();
    if (!isOpen) return;
    this.#tell(request);
    this.#parts.onRequestEnd();
  }

  async #wait(
    message: Message<B>,
    permitted: boolean,
    terms: RequestTerms<B> | null,
  ): Promise<SentRequest<B>> {
    const { permits, queue, onRequestEnd } = this.#parts;
    const { length } = message.body.data;
    const wait = this.#waitSignal(message.header.serviceId, terms);
    let acquired = permitted;
    let request: SentRequest<B> | Promise<SentRequest<B>> | null = null;
    try {
      if (!acquired) await permits.acquire(wait.signal);
      acquired = true;
      await queue.whenRoom(() => {
        if (this.#end !== null) throw this.#end.notSent;
        checkUnchanged(message, length);
        request = this.#open(message, terms);
        return null;
      }, wait.signal);
    } catch (error) {
      if (acquired && request === null) {
        permits.release();
        onRequestEnd();
      }
      if (wait.signal?.aborted && error === wait.signal.reason) throw error;
      throw this.#notSent(error);
    } finally {
      wait.watch?.stop();
    }
    return request!;
  }

  /** What ends the waiting for a permit and for room. */
  #waitSignal(
    serviceId: number,
    terms: RequestTerms<B> | null,
  ): { readonly signal?: AbortSignal; readonly watch?: RequestWatch } {
    if (terms === null) return {};
    const { signal, deadline } = terms;
    if (deadline === null) return signal === undefined ? {} : { signal };
    const controller = new AbortController();
    const watch = new RequestWatch(
      this.#parts.clock,
      signal,
      deadline.at,
      (reason, isDeadline) =>
        controller.abort(
          isDeadline
            ? deadlineExceeded(deadline.timeout, serviceId, "not-sent")
            : reason,
        ),
    );
    return { signal: controller.signal, watch };
  }

  /** Opens a request, for which a permit has been taken, and queues it. */
  #open(
    message: Message<B>,
    terms: RequestTerms<B> | null,
  ): SentRequest<B> | Promise<SentRequest<B>> {
    const { tables, context, queue } = this.#parts;
    const { header } = message;
    const id = tables.takeId();
    const metadata = terms === null ? null : this.#metadata(id, terms);
    const request = new SentRequest<B>(id, header.serviceId, context);
    request.extensions = terms?.extensions ?? this.#parts.extensions;
    tables.openSent(id, request);
    context.flow.callBegins();
    let sent: Promise<void> | null;
    try {
      // The other side takes it for the request right behind it.
      // It is short, so it is copied, but while the code of the channel is loaded.
      // Nobody waits for it: the request behind it fails with the same.
      if (metadata !== null) queue.push(metadata, "own")?.catch(() => {});
      sent = queue.push(
        id === header.requestId ? message : withId(message, id),
        "own",
      );
    } catch (error) {
      // As where memory for it can't be had: no response will close it.
      tables.closeSent(id);
      throw error;
    }
    request.position = queue.pushed;
    if (terms !== null) this.#watch(request, terms);
    if (probe !== null) probe.callStarted(request, context.peer());
    return sent === null ? request : this.#whenSent(request, sent);
  }

  /** What goes in front of a request; null if there is nothing to say. */
  #metadata(id: number, terms: RequestTerms<B>): Message<B> | null {
    const { extensions, metadata, deadline } = terms;
    if (!extensions || (metadata === null && deadline === null)) return null;
    const { messages, clock } = this.#parts;
    const all: Record<string, string> = { ...metadata };
    if (metadata !== null) Object.assign(all, traceOf(metadata));
    if (deadline !== null) {
      const left = Math.max(0, Math.ceil(deadline.at - clock.now()));
      all[TIMEOUT_KEY] = `${left}`;
    }
    return messages.makeReserved(
      MessageType.Stream,
      id,
      reservedId.METADATA,
      encodeMetadata(all),
    );
  }

  #watch(request: SentRequest<B>, terms: RequestTerms<B>): void {
    const { signal, deadline, onAbort } = terms;
    request.onAbort = onAbort;
    if (signal === undefined && deadline === null) return;
    request.watch = new RequestWatch(
      this.#parts.clock,
      signal,
      deadline?.at,
      (reason, isDeadline) => {
        const { id, serviceId } = request;
        const error = isDeadline
          // It is queued, and will be written: so the other side may run it.
          ? deadlineExceeded(deadline!.timeout, serviceId, "unknown", id)
          : reason;
        this.cancel(request, error);
      },
    );
  }

  async #whenSent(
    request: SentRequest<B>,
    sent: Promise<void>,
  ): Promise<SentRequest<B>> {
    try {
      await sent;
    } catch (error) {
      const { tables, permits } = this.#parts;
      if (tables.getSent(request.id) !== request) {
        // Its response came while its body was being written.
        if (request.isAnswered) return request;
        // The connection has ended, and the request with it.
        throw request.failure;
      }
      tables.closeSent(request.id);
      // It was never written, so no response will give the permit back.
      permits.release();
      request.watch?.stop();
      this.#parts.onRequestEnd();
      if (request.isCancelled) throw request.failure;
      const failure = this.#notSent(error);
      if (probe !== null) probe.callFailed(request, "failed", failure);
      throw failure;
    }
    if (request.isCancelled) throw request.failure;
    return request;
  }

  /** Says that a request is over here, where the other side can know what that means. */
  #tell(request: SentRequest<B>): void {
    if (this.#end !== null) return;
    const { messages, queue } = this.#parts;
    if (request.extensions) {
      const type = MessageType.RequesterUpdate;
      const { id } = request;
      const sent = queue.push(
        messages.makeReserved(type, id, reservedId.CANCEL, ""),
        "own",
      );
      // It fails when the connection does, and then nobody waits for it.
      sent?.catch(() => {});
    } else if (request.onAbort !== null) {
      this.#sendStop(request, request.onAbort);
    }
  }

  #sendStop(
    request: SentRequest<B>,
    { serviceId, body = "" }: NonNullable<RequestOptions<B>["onAbort"]>,
  ): void {
    const { messages, queue, tables, report } = this.#parts;
    const { id } = request;
    // While it waits the response may come: then there is nothing to stop.
    const isOpen = (): boolean => tables.getSent(id) === request;
    try {
      const type = MessageType.RequesterUpdate;
      const message = messages.make(type, id, serviceId, body);
      const { length } = message.body.data;
      queue.whenRoom(() => {
        if (!isOpen()) return null;
        checkUnchanged(message, length);
        return queue.push(message, "own");
      }).catch((error) => {
        if (isOpen()) report(error);
      });
    } catch (error) {
      report(error);
    }
  }

  /** What a request fails with that was never queued. */
  #notSent(error: unknown): unknown {
    const end = this.#end;
    if (end !== null && error === end.error) return end.notSent;
    if (!isInstance(error, RpcError) || error.outcome !== undefined) {
      return error;
    }
    return withOutcome(error, "not-sent");
  }
}

/** The same message with another id: while it waited, others have got its own. */
function withId<B extends Body>(
  { header: { type, serviceId }, body }: Message<B>,
  id: number,
): Message<B> {
  return new Message(new MessageHeader(type, id, serviceId), body);
}
