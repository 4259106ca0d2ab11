import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import { MessageType } from "../protocol/message_type.ts";
import { serviceId } from "../protocol/service_id.ts";
import type { Incoming } from "../transports/transport.ts";
import { compact } from "./flow/compact.ts";
import type { Counters } from "./counters.ts";
import type { Inbox, InboxItem } from "./flow/inbox.ts";
import type { HandleFinalizer } from "./requests/handle_finalizer.ts";
import type { Semaphore } from "../internal/semaphore.ts";
import type { ReadGate } from "./flow/read_gate.ts";
import { ReceivedRequest } from "./requests/received_request.ts";
import { ReceivedRequestHandle } from "./handles/received_request_handle.ts";
import type { Sender, Tables } from "./sender.ts";
import type { UpdateLimits } from "./flow/update_inbox.ts";

/** What the receiving half of a connection works with. */
export interface DispatcherParts<B extends Body> {
  /** The open requests. */
  readonly tables: Tables<B>;
  /** One place for each request of this side. */
  readonly places: Semaphore;
  /** Where requests, stream messages and errors go. */
  readonly inbox: Inbox<B>;
  /** Answers in the application's place. */
  readonly sender: Sender<B>;
  /** Shut while too much is not taken. */
  readonly gate: ReadGate;
  /** How many updates of a request may wait. */
  readonly updateLimits: UpdateLimits;
  /** How many requests the other side may have open. */
  readonly maxOpenReceivedRequests: number;
  /** Ends requests whose handles are gone. */
  readonly handleFinalizer: HandleFinalizer<B>;
  /** What is counted. */
  readonly counters: Counters;
}

/** From so many open requests on, the buffers behind their bodies matter. */
const MANY_REQUESTS = 256;

/** The receiving half of a connection: brings each message to where it belongs. */
export class Dispatcher<B extends Body> {
  readonly #parts: DispatcherParts<B>;
  /** Nobody takes requests and stream messages any more. */
  #readerGone = false;

  /** Makes the receiving half. */
  constructor(parts: DispatcherParts<B>) {
    this.#parts = parts;
  }

  /** Handles one message or error of a transport. */
  dispatch(item: Incoming<B>): void {
    if (item instanceof RpcError) return this.#onError(item);
    this.#parts.counters.messagesReceived++;
    switch (item.header.type) {
      case MessageType.Request:
        return this.#onRequest(item);
      case MessageType.Response:
        return this.#onResponse(item);
      case MessageType.RequesterUpdate:
        return this.#onRequesterUpdate(item);
      case MessageType.ResponderUpdate:
        return this.#onResponderUpdate(item);
      case MessageType.Stream:
        return this.#deliver({ kind: "stream", message: item });
    }
  }

  /** From now on nobody takes requests and stream messages; drops what is there. */
  readerGone(): void {
    this.#readerGone = true;
    this.dropInbox();
  }

  /** A message of this side that the transport has refused: nobody is to wait for it. */
  sendRefused(header: MessageHeader, error: RpcError): void {
    const { tables, places, sender } = this.#parts;
    const { type, requestId } = header;
    if (type === MessageType.Request) {
      const request = tables.closeSent(requestId);
      if (request === undefined) return;
      request.fail(error);
      places.free();
      return;
    }
    const isError = header.serviceId === serviceId.ERROR;
    if (type === MessageType.Response && !isError) {
      sender.refuse(requestId, `${error.code}: ${error.message}`);
    }
    sender.report(error);
  }

  /** Drops what nobody has taken; requests in it get an error response. */
  dropInbox(): void {
    for (const item of this.#parts.inbox.clear()) this.#drop(item);
  }

  #onRequest(message: Message<B>): void {
    const { tables, updateLimits, gate, handleFinalizer, sender } = this.#parts;
    const { requestId, serviceId } = message.header;
    const max = this.#parts.maxOpenReceivedRequests;
    if (tables.getReceived(requestId) !== undefined) {
      this.#discard(message);
      this.#report(duplicateRequest(message));
    } else if (this.#readerGone) {
      this.#discard(message);
      sender.refuse(
        requestId,
        `Nobody takes requests here (service ${serviceId})`,
      );
    } else if (tables.receivedCount >= max) {
      this.#discard(message);
      sender.refuse(
        requestId,
        `limit-exceeded: ${max} requests are open, which is maxOpenReceivedRequests`,
      );
    } else {
      const request = new ReceivedRequest<B>(
        requestId,
        serviceId,
        updateLimits,
        gate,
      );
      // Many small bodies that are worked on don't keep a large buffer each.
      if (tables.receivedCount >= MANY_REQUESTS) compact([message.body]);
      tables.openReceived(requestId, request);
      const handle = new ReceivedRequestHandle(sender, request);
      handleFinalizer.watch(request, handle);
      this.#deliver({ kind: "request", request: handle, body: message.body });
    }
  }

  #onResponse(message: Message<B>): void {
    const { tables, places, handleFinalizer, counters } = this.#parts;
    const request = tables.closeSent(message.header.requestId);
    if (request === undefined) return this.#unknown(message);
    // Memory goes with the handle; unread updates hold up others, and descriptors
    // have to be closed.
    const holds = request.unread > 0 || (message.body.fds?.length ?? 0) > 0;
    if (holds) handleFinalizer.letGo(request);
    if (!request.onResponse(message)) counters.droppedMessages++;
    places.free();
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
    const { tables, places, sender, handleFinalizer } = this.#parts;
    const { requestId, messageType } = error;
    if (requestId !== undefined) {
      if (messageType === MessageType.Request) {
        if (tables.getReceived(requestId) === undefined) {
          sender.refuse(requestId, `${error.code}: ${error.message}`);
        }
      } else if (
        messageType === MessageType.Response ||
        messageType === MessageType.ResponderUpdate
      ) {
        const request = tables.closeSent(requestId);
        if (request !== undefined) {
          if (request.unread > 0) handleFinalizer.letGo(request);
          request.fail(error);
          places.free();
        }
      }
    }
    this.#report(error);
  }

  #unknown(message: Message<B>): void {
    message.body[Symbol.dispose]();
    const { type, requestId, serviceId } = message.header;
    this.#report(
      new RpcError(
        "unknown-request-id",
        `A message of type ${type} came for request ${requestId}, which isn't open`,
        { side: "remote", messageType: type, requestId, serviceId },
      ),
    );
  }

  #report(error: RpcError): void {
    this.#parts.counters.errors++;
    if (!this.#readerGone) this.#parts.inbox.push(error);
  }

  #deliver(item: InboxItem<B>): void {
    if (this.#readerGone) this.#drop(item);
    else this.#parts.inbox.push(item);
  }

  #drop(item: InboxItem<B>): void {
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

function duplicateRequest(message: Message<Body>): RpcError {
  const { type, requestId, serviceId } = message.header;
  return new RpcError(
    "duplicate-request-id",
    `A request came with id ${requestId}, which is open`,
    { side: "remote", messageType: type, requestId, serviceId },
  );
}
