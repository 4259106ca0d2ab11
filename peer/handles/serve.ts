import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import { reasonText, RpcError, thrownText } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { isAbortError } from "../../internal/abort.ts";
import { bodyCost } from "../../internal/cost.ts";
import { errorText } from "../../internal/errors.ts";
import {
  checkNotReserved,
  checkOwnId,
  isReservedId,
} from "../../protocol/service_id.ts";
import type { Connection } from "../connection.ts";
import type { InboxServer } from "../flow/inbox.ts";
import { probe } from "../probe.ts";
import type { ReceivedItem } from "../received_item.ts";
import type { NamedService } from "../requests/named_service.ts";
import { NO_METADATA } from "../requests/metadata.ts";
import type { ReceivedMessage } from "./received_message.ts";
import type { ReceivedRequestHandle } from "./received_request_handle.ts";

/** What a handler is given besides what it answers. */
export interface ServeContext {
  /**
   * Fires when the connection ends, or the other side has ended its half. That of a
   * request fires also when the request is cancelled or its time is up, and never
   * after it is answered.
   */
  readonly signal: AbortSignal;
  /**
   * Fires when the connection begins to drain, for work that has no end of its own: it
   * is to end itself then, as the connection closes when the open requests are done.
   */
  readonly draining: AbortSignal;
  /** What has come with a request besides its body; empty for a stream message. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Answers requests of one service. What it returns is the response, sent with
 * the request's service id; nothing is an empty response, unless it has answered
 * already. What it throws becomes an error response.
 */
export type RequestHandler<B extends Body = StreamBody> = (
  request: ReceivedRequestHandle<B>,
  body: B,
  context: ServeContext,
) => BodyInput<B> | void | PromiseLike<BodyInput<B> | void>;

/** Takes stream messages. */
export type StreamHandler<B extends Body = StreamBody> = (
  message: Message<B>,
  context: ServeContext,
) => void | PromiseLike<void>;

/** The options of `serve`. */
export interface ServeOptions<B extends Body = StreamBody> {
  /** Takes stream messages; without it they are dropped and counted. */
  stream?: StreamHandler<B> | undefined;
  /** Answers requests of services that have no handler; without it they get an error response. */
  unknown?: RequestHandler<B> | undefined;
  /**
   * A kind of requester update that cancels: it fires the signal of its request, and is
   * delivered. For requesters that can't say it otherwise, such as those of the native
   * crate. The handler still answers.
   */
  cancel?: number | undefined;
  /** @internal What a service is called. */
  serviceOf?: ((serviceId: number) => NamedService | undefined) | undefined;
  /** @internal What a stream is called. */
  streamOf?: ((serviceId: number) => NamedService | undefined) | undefined;
  /** @internal What answers requests with reserved service ids, which nothing else gets. */
  reserved?: ReservedHandlers | undefined;
}

/** Handlers of the library by reserved service id. */
export type ReservedHandlers = ReadonlyMap<number, RequestHandler<Body>>;

/** Handlers by service id. */
export type ServeHandlers<B extends Body = StreamBody> = {
  readonly [serviceId: number]: RequestHandler<B>;
};

/** Serves a connection, whose messages nothing else may take meanwhile. */
export async function serve<B extends Body>(
  connection: Connection<B, unknown>,
  handlers: ServeHandlers<B>,
  options: ServeOptions<B>,
): Promise<void> {
  const { taker, inbox, servedReserved } = connection;
  taker.claim("serve()", inbox.waiting);
  try {
    const server = new Server(connection, handlers, options);
    for (const id of options.reserved?.keys() ?? []) servedReserved.add(id);
    await server.run();
  } finally {
    servedReserved.clear();
    taker.release();
  }
}

/** Runs handlers, many at a time, until the connection ends and they are done. */
class Server<B extends Body> implements InboxServer<ReceivedItem<B>> {
  readonly #connection: Connection<B, unknown>;
  readonly #handlers: ServeHandlers<B>;
  readonly #options: ServeOptions<B>;
  /** For handlers of stream messages. */
  readonly #context: ServeContext;
  #running = 0;
  #streams = 0;
  #streamBytes = 0;
  #streamRoom: PromiseWithResolvers<void> | null = null;
  #done: PromiseWithResolvers<void> | null = null;

  /** Makes a server of a connection. */
  constructor(
    connection: Connection<B, unknown>,
    handlers: ServeHandlers<B>,
    options: ServeOptions<B>,
  ) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#options = options;
    checkIds(handlers, options);
    this.#context = {
      metadata: NO_METADATA,
      // Made when a handler asks for it.
      get signal(): AbortSignal {
        return connection.signal;
      },
      get draining(): AbortSignal {
        return connection.draining;
      },
    };
  }

  /** Serves. A fatal error of the connection goes to `onError` too. */
  async run(): Promise<void> {
    const { inbox } = this.#connection;
    try {
      for (;;) {
        const item = inbox.take();
        if (item !== undefined) this.take(item);
        else if (!await inbox.serve(this)) break;
        if (this.#streamsFull()) await this.#streamEnded();
      }
    } catch (error) {
      // That the read handle was released is no error.
      if (!inbox.abandoned) this.#report(error);
    }
    if (this.#running > 0) {
      this.#done = Promise.withResolvers();
      await this.#done.promise;
    }
  }

  /** Takes what has come. False if it is to take no more until handlers of stream messages have ended. */
  take(item: ReceivedItem<B>): boolean {
    if (item instanceof RpcError) this.#report(item);
    else if (item.kind === "request") {
      if (handOver(this.#connection, item)) {
        this.#serve(item.request, item.body);
      }
    } else {
      this.#stream(item.message);
      return !this.#streamsFull();
    }
    return true;
  }

  #serve(request: ReceivedRequestHandle<B>, body: B): void {
    const { serviceId } = request;
    const handler = this.#handlerOf(serviceId);
    if (handler === undefined) {
      body[Symbol.dispose]();
      const text = reasonText(
        "unknown-service",
        `there is no service ${serviceId}`,
      );
      this.#track(request, request.sendErrorResponse(text));
      return;
    }
    const { cancel, serviceOf } = this.#options;
    if (cancel !== undefined) request.cancelOn(cancel);
    if (probe !== null) request.tellHandler(serviceOf?.(serviceId));
    try {
      const result = handler(request, body, request);
      if (isThenable(result)) this.#answerLater(request, result, body);
      else this.#answer(request, result, body);
    } catch (error) {
      this.#track(request, this.#fail(request, error));
    }
  }

  #handlerOf(serviceId: number): RequestHandler<B> | undefined {
    if (Object.hasOwn(this.#handlers, serviceId)) {
      return this.#handlers[serviceId];
    }
    const { reserved, unknown } = this.#options;
    // The body of the library's own requests is bytes, whatever the transport carries.
    return isReservedId(serviceId)
      ? reserved?.get(serviceId) as RequestHandler<B> | undefined
      : unknown;
  }

  /**
   * No async function, and no hold on a body that needs no closing: what waits here is
   * half of what an open request takes.
   */
  #answerLater(
    request: ReceivedRequestHandle<B>,
    result: PromiseLike<BodyInput<B> | void>,
    body: B,
  ): void {
    this.#running++;
    const received = body.fds === undefined ? null : body;
    Promise.resolve(result).then((value) => {
      try {
        this.#answer(request, value, received);
      } catch (error) {
        this.#track(request, this.#fail(request, error));
      }
      this.#ended();
    }, (error) => {
      this.#track(request, this.#fail(request, error));
      this.#ended();
    });
  }

  /** @param received The body that has come with it, unless that needs no closing. */
  #answer(
    request: ReceivedRequestHandle<B>,
    body: BodyInput<B> | void,
    received: B | null,
  ): void {
    // If the handler has answered, or the connection has ended, it needs no response.
    if (body === undefined && request.closed) return;
    // A handler that returns the body it was given can't close it later.
    const passedOn: unknown = body;
    const owned = received?.fds !== undefined && passedOn === received;
    if (request.cancelled) {
      if (owned) received[Symbol.dispose]();
      return;
    }
    const sent = request.respond(request.serviceId, body ?? "");
    if (sent !== null) {
      this.#afterSending(request, sent, owned ? received : null);
    }
  }

  /** By itself: see `Sender`. */
  #afterSending(
    request: ReceivedRequestHandle<B>,
    sent: Promise<void>,
    owned: B | null,
  ): void {
    this.#track(
      request,
      sent.catch((error) => this.#fail(request, error))
        .finally(() => owned?.[Symbol.dispose]()),
    );
  }

  async #fail(
    request: ReceivedRequestHandle<B>,
    error: unknown,
  ): Promise<void> {
    this.#reportOf(request, error);
    if (request.closed) return;
    await request.sendErrorResponse(thrownText(errorText(error)));
  }

  async #stream(message: Message<B>): Promise<void> {
    const { stream } = this.#options;
    if (stream === undefined) {
      this.#connection.counters.droppedMessages++;
      message.body[Symbol.dispose]();
      return;
    }
    const cost = bodyCost(message.body);
    this.#running++;
    this.#streams++;
    this.#streamBytes += cost;
    try {
      await stream(message, this.#context);
    } catch (error) {
      const isAbort = this.#connection.sender.end !== null &&
        isAbortError(error);
      if (!isAbort && !this.#isEnd(error)) {
        const { serviceId } = message.header;
        const { owner, name } = this.#options.streamOf?.(serviceId) ?? {};
        const named = { interface: owner, service: name };
        this.#connection.report(error, { serviceId, ...named });
      }
    }
    this.#streams--;
    this.#streamBytes -= cost;
    if (!this.#streamsFull()) this.#streamRoom?.resolve();
    this.#ended();
  }

  /** What handlers work on counts as not taken: nothing else bounds it. */
  #streamsFull(): boolean {
    const { maxInboxMessages, maxInboxBytes } = this.#connection.options;
    return this.#streams >= maxInboxMessages ||
      this.#streamBytes >= maxInboxBytes;
  }

  #streamEnded(): Promise<void> {
    this.#streamRoom = Promise.withResolvers();
    return this.#streamRoom.promise;
  }

  #track(request: ReceivedRequestHandle<B>, work: Promise<void>): void {
    this.#running++;
    work.then(() => this.#ended(), (error) => {
      // The transport can't carry the text: the request stays open.
      this.#reportOf(request, error);
      this.#ended();
    });
  }

  #ended(): void {
    if (--this.#running === 0) this.#done?.resolve();
  }

  /** Reports what a handler has failed with, unless that is only the end of its request. */
  #reportOf(request: ReceivedRequestHandle<B>, error: unknown): void {
    // It has stopped, as it was asked to.
    if (request.isOwnAbort(error) || this.#isEnd(error)) return;
    this.#connection.report(error, request.errorContext);
  }

  /** Whether an error is the end of this connection, which needs no report. */
  #isEnd(error: unknown): boolean {
    return this.#connection.sender.end?.is(error) ?? false;
  }

  #report(error: unknown): void {
    this.#connection.report(error);
  }
}

function checkIds<B extends Body>(
  handlers: ServeHandlers<B>,
  { cancel }: ServeOptions<B>,
): void {
  for (const key of Object.keys(handlers)) checkNotReserved(Number(key));
  if (cancel !== undefined) checkOwnId(cancel);
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === "function";
}

/**
 * Marks a message as the application's. False for a request that was cancelled, or
 * whose time was up, after it had been taken: it is dropped, and nobody gets it.
 */
export function handOver<B extends Body>(
  { counters }: Connection<B, unknown>,
  item: ReceivedMessage<B>,
): boolean {
  if (item.kind === "stream" || item.request.handOver()) return true;
  counters.droppedMessages++;
  item.body[Symbol.dispose]();
  return false;
}
