import type { Body } from "../protocol/body.ts";
import { DRAINING_MESSAGE, reasonText, RpcError } from "../protocol/error.ts";
import { type MessageHeader, MessageType } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import { isReservedId, serviceId } from "../protocol/service_id.ts";
import type { Incoming } from "../transports/transport.ts";
import type { Semaphore } from "../internal/waiters.ts";
import type { Counters } from "./counters.ts";
import {
  duplicateRequest,
  overflowError,
  TIME_IS_UP,
  timeIsUp,
  unknownRequest,
} from "./dispatch_errors.ts";
import { withOutcome } from "./ending/connection_state.ts";
import type { FlowControl } from "./flow/flow_control.ts";
import type { Inbox } from "./flow/inbox.ts";
import type { LifeSigns } from "./liveness/life_signs.ts";
import { ReceivedRequestHandle } from "./handles/received_request_handle.ts";
import {
  isRequest,
  type ReceivedItem,
  type ReceivedRequestItem,
} from "./received_item.ts";
import type { HandleFinalizer } from "./requests/handle_finalizer.ts";
import type { Clock } from "../internal/clock.ts";
import { withoutOwnKeys } from "./requests/metadata.ts";
import { canceled, ReceivedRequest } from "./requests/received_request.ts";
import type { RequestContext } from "./requests/request_context.ts";
import { RequestWatch } from "./requests/request_watch.ts";
import {
  type ReceivedMetadata,
  ReservedMessages,
} from "./reserved_messages.ts";
import type { Tables } from "./requests/tables.ts";
import type { Responder } from "./responder.ts";
import type { Sender } from "./sender.ts";
import type { StreamRoutes } from "./streams/stream_routes.ts";

/** What the receiving half of a connection works with. */
export interface DispatcherParts<B extends Body> {
  /** The open requests. */
  readonly tables: Tables<B>;
  /** A permit for each request of this side. */
  readonly permits: Semaphore;
  /** Where requests, stream messages and errors go. */
  readonly inbox: Inbox<ReceivedItem<B>>;
  /** Where stream messages go that aren't for the inbox. */
  readonly streams: StreamRoutes<B>;
  /** Sends for the handles of received requests. */
  readonly sender: Sender<B>;
  /** Answers in the application's place. */
  readonly responder: Responder<B>;
  /** Says what the inbox can hold. */
  readonly flow: FlowControl;
  /** What all requests share. */
  readonly context: RequestContext;
  /** How many requests the other side may have open. */
  readonly maxOpenReceivedRequests: number;
  /** Ends requests whose handles are gone. */
  readonly finalizer: HandleFinalizer<B>;
  /** What is counted. */
  readonly counters: Counters;
  /** Times the requests of the other side. */
  readonly clock: Clock;
  /** The reserved service ids whose requests are served now. */
  readonly servedReserved: ReadonlySet<number>;
  /** Called when a request of this side has got its response, or failed. */
  onRequestEnd(): void;
  /** Answers the pings of the other side. */
  readonly lifeSigns: LifeSigns<B>;
  /** Called with errors that have nobody else to go to. */
  report(error: RpcError): void;
}

/** From this many open requests on, the buffers behind their bodies matter. */
const MANY_REQUESTS = 256;

/** The receiving half of a connection: brings each message to where it belongs. */
export class Dispatcher<B extends Body> {
  readonly #parts: DispatcherParts<B>;
  readonly #reserved: ReservedMessages<B>;
  /** Nobody takes requests and stream messages any more. */
  #readerGone = false;
  /** Why new requests are refused, or null. */
  #refusal: string | null = null;
  #saidOverflow = false;

  /** Makes the receiving half. */
  constructor(parts: DispatcherParts<B>) {
    this.#parts = parts;
    const { tables, responder, counters } = parts;
    this.#reserved = new ReservedMessages({
      tables,
      responder,
      counters,
      served: parts.servedReserved,
      onPing: (requestId, bytes) => parts.lifeSigns.onPing(requestId, bytes),
      onCancel: (request) =>
        this.#endReceived(request, "canceled", canceled(request)),
    });
  }

  /** Handles one message or error of a transport. */
  dispatch(item: Incoming<B>): void {
    if (item instanceof RpcError) return this.#onError(item);
    this.#parts.counters.messagesReceived++;
    const { header } = item;
    const reserved = this.#reserved;
    const metadata = reserved.hasMetadata
      ? reserved.takeMetadata(header)
      : null;
    const { type } = header;
    // A response belongs to its request, whatever its service id.
    if (
      isReservedId(header.serviceId) && type !== MessageType.Response &&
      !reserved.passes(header)
    ) return reserved.take(item);
    switch (type) {
      case MessageType.Request:
        return this.#onRequest(item, metadata);
      case MessageType.Response:
        return this.#onResponse(item);
      case MessageType.RequesterUpdate:
        return this.#onRequesterUpdate(item);
      case MessageType.ResponderUpdate:
        return this.#onResponderUpdate(item);
      case MessageType.Stream:
        if (this.#parts.streams.take(item)) return;
        return this.#deliver({ kind: "stream", message: item });
    }
  }

  /** From now on nobody takes requests and stream messages; drops what is there. */
  readerGone(): void {
    this.#readerGone = true;
    this.#refusal ??= "Nobody takes requests here";
    this.dropInbox();
  }

  /** From now on new requests are refused, and those that nobody has taken; those that have no end are cancelled. */
  drain(): void {
    this.#refusal = DRAINING_MESSAGE;
    const { inbox, tables, responder } = this.#parts;
    for (;;) {
      const item = inbox.remove<ReceivedRequestItem<B>>(isRequest);
      if (item === undefined) break;
      this.#refuseUntaken(item, reasonText("unavailable", DRAINING_MESSAGE));
    }
    const open = [...tables.received()];
    for (const request of open) {
      if (request.endless) responder.cancelAtDrain(request);
    }
  }

  /** A message of this side that the transport has refused: nobody is to wait for it. */
  sendRefused(header: MessageHeader, error: RpcError): void {
    const { responder, sender } = this.#parts;
    const { type, requestId } = header;
    if (type === MessageType.Request) {
      return this.#failSent(requestId, withOutcome(error, "not-sent"));
    }
    const isError = header.serviceId === serviceId.ERROR;
    if (type === MessageType.Response && !isError) {
      responder.refuse(requestId, reasonText("failed", error.message));
    }
    sender.report(error);
  }

  /** Rule 5 of flow control: refuses requests that are withheld, until reading goes on. */
  giveWay(): void {
    const { flow } = this.#parts;
    while (this.#refuseHead()) {
      const { reading } = flow;
      // If something else pauses reading, refusing more requests doesn't end that.
      if (!reading.paused || reading.by !== "inbox") return;
    }
  }

  #refuseHead(): boolean {
    const item = this.#parts.inbox.takeWithheld();
    if (item === null || !isRequest(item)) return false;
    const text = reasonText(
      "limit-exceeded",
      "the responses to earlier requests are not read, and they are over replyQueueBytes",
    );
    this.#refuseUntaken(item, text);
    return true;
  }

  /** Refuses a request that was taken out of the inbox. */
  #refuseUntaken(
    { body, request }: ReceivedRequestItem<B>,
    text: string,
  ): void {
    this.#parts.counters.droppedMessages++;
    body[Symbol.dispose]();
    request.refuse(text);
  }

  /** Drops what nobody has taken; requests in it get an error response. */
  dropInbox(): void {
    for (const item of this.#parts.inbox.clear()) this.#drop(item);
  }

  #onRequest(message: Message<B>, metadata: ReceivedMetadata | null): void {
    const { tables, context, finalizer, sender, responder } = this.#parts;
    const { requestId, serviceId } = message.header;
    const max = this.#parts.maxOpenReceivedRequests;
    if (tables.getReceived(requestId) !== undefined) {
      this.#discard(message);
      this.#report(duplicateRequest(message));
    } else if (this.#refusal !== null) {
      this.#discard(message);
      const text = `${this.#refusal} (service ${serviceId})`;
      responder.refuse(requestId, reasonText("unavailable", text));
    } else if (tables.receivedCount >= max) {
      this.#discard(message);
      const text = `${max} requests are open, which is maxOpenReceivedRequests`;
      responder.refuse(requestId, reasonText("limit-exceeded", text));
    } else if (tables.allReceived.full) {
      this.#discard(message);
      const text =
        `${tables.allReceived.open} requests of all connections are open, which is maxTotalOpenRequests`;
      responder.refuse(requestId, reasonText("limit-exceeded", text));
    } else if (metadata !== null && !this.#isAcceptable(message, metadata)) {
      this.#discard(message);
    } else {
      const request = new ReceivedRequest<B>(requestId, serviceId, context);
      // Else each of many small bodies that are worked on could keep a large buffer.
      if (tables.receivedCount >= MANY_REQUESTS) {
        context.flow.memory.take([message.body]);
      }
      tables.openReceived(requestId, request);
      if (metadata !== null) this.#addMetadata(request, metadata);
      const handle = new ReceivedRequestHandle(sender, responder, request);
      finalizer.watch(request, handle);
      this.#deliver({ kind: "request", request: handle, body: message.body });
    }
  }

  /** Whether a request may be taken with what came in front of it; if not, it is refused. */
  #isAcceptable(
    { header: { requestId } }: Message<B>,
    { metadata, timeout }: ReceivedMetadata,
  ): boolean {
    if (metadata !== null && timeout !== 0) return true;
    const text = metadata === null
      ? reasonText(
        "invalid-request",
        "the metadata is no JSON object of texts, or longer than 8 KiB",
      )
      : reasonText("deadline-exceeded", TIME_IS_UP);
    this.#parts.responder.refuse(requestId, text);
    return false;
  }

  #addMetadata(
    request: ReceivedRequest<B>,
    { metadata, length, timeout }: ReceivedMetadata,
  ): void {
    const { clock } = this.#parts;
    request.setMetadata(withoutOwnKeys(metadata!), length);
    if (timeout === null) return;
    const at = clock.now() + timeout;
    const onOver = (): void =>
      this.#endReceived(request, "deadline-exceeded", timeIsUp(request));
    request.watch(() => new RequestWatch(clock, undefined, at, onOver));
  }

  /** Ends a request of the other side before its response. If the application hasn't got it, it never does. */
  #endReceived(
    request: ReceivedRequest<B>,
    reason: "canceled" | "deadline-exceeded",
    error: RpcError,
  ): void {
    const { inbox, responder, counters } = this.#parts;
    const item = request.handedOver
      ? undefined
      : inbox.remove((item): item is ReceivedRequestItem<B> =>
        isRequest(item) && item.request.has(request)
      );
    responder.cancel(request, reason, error);
    if (item === undefined) return;
    counters.droppedMessages++;
    item.body[Symbol.dispose]();
  }

  #onResponse(message: Message<B>): void {
    const { tables, permits, finalizer, counters, sender } = this.#parts;
    const request = tables.closeSent(message.header.requestId);
    if (request === undefined) {
      if (!sender.pinger.take(message)) this.#unknown(message);
      return;
    }
    // Memory goes with the handle. But unread updates can hold up others, and
    // descriptors have to be closed.
    const holds = request.unread > 0 || (message.body.fds?.length ?? 0) > 0;
    if (holds) finalizer.letGo(request);
    if (!request.onResponse(message)) counters.droppedMessages++;
    permits.release();
    this.#parts.onRequestEnd();
  }

  #onRequesterUpdate(message: Message<B>): void {
    const { tables, counters } = this.#parts;
    const request = tables.getReceived(message.header.requestId);
    if (request !== undefined) {
      if (!request.onUpdate(message)) counters.lateUpdates++;
    } else if (tables.wasReceived(message.header.requestId)) {
      // It crossed our response on the wire.
      message.body[Symbol.dispose]();
      counters.lateUpdates++;
    } else this.#unknown(message);
  }

  #onResponderUpdate(message: Message<B>): void {
    const request = this.#parts.tables.getSent(message.header.requestId);
    if (request === undefined) return this.#unknown(message);
    if (!request.onUpdate(message)) this.#parts.counters.droppedMessages++;
  }

  /** A message that the transport had to drop: nobody is to wait for it. */
  #onError(error: RpcError): void {
    const { tables, responder } = this.#parts;
    const { requestId, messageType } = error;
    if (requestId !== undefined) {
      if (messageType === MessageType.Request) {
        if (tables.getReceived(requestId) === undefined) {
          const text = reasonText("limit-exceeded", error.message);
          responder.refuse(requestId, text);
        }
      } else if (
        messageType === MessageType.Response ||
        messageType === MessageType.ResponderUpdate
      ) {
        this.#failSent(requestId, withOutcome(error, "unknown"));
      }
    }
    this.#report(error);
  }

  /** Ends a request of this side, for which nothing more can come. */
  #failSent(requestId: number, error: RpcError): void {
    const { tables, permits, finalizer, sender } = this.#parts;
    const request = tables.closeSent(requestId);
    if (request === undefined) return sender.pinger.fail(requestId, error);
    if (request.unread > 0) finalizer.letGo(request);
    request.fail(error);
    permits.release();
    this.#parts.onRequestEnd();
  }

  #unknown(message: Message<B>): void {
    message.body[Symbol.dispose]();
    this.#report(unknownRequest(message));
  }

  #report(error: RpcError): void {
    this.#parts.counters.errors++;
    if (!this.#readerGone) this.#deliver(error);
  }

  #deliver(item: ReceivedItem<B>): void {
    const { inbox, flow } = this.#parts;
    if (this.#readerGone) this.#drop(item);
    else if (!isRequest(item) && flow.overflows) this.#overflow(item);
    else inbox.push(item);
  }

  /** Nobody has ever taken a message here, and pausing would keep calls of this side from their responses. */
  #overflow(item: ReceivedItem<B>): void {
    if (!this.#saidOverflow) {
      this.#saidOverflow = true;
      this.#parts.report(overflowError());
    }
    this.#drop(item);
  }

  #drop(item: ReceivedItem<B>): void {
    if (item instanceof RpcError) return;
    this.#parts.counters.droppedMessages++;
    if (item.kind === "stream") return item.message.body[Symbol.dispose]();
    item.body[Symbol.dispose]();
    item.request[Symbol.dispose]();
  }

  #discard(message: Message<B>): void {
    this.#parts.counters.droppedMessages++;
    message.body[Symbol.dispose]();
  }
}
