import type { ErrorContext } from "../error_context.ts";
import type { NamedService } from "../requests/named_service.ts";
import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { checkKeep, type KeepOptions } from "../../internal/check_options.ts";
import type { SignalOptions } from "./signal_options.ts";
import type { UpdatesOptions } from "./updates_options.ts";
import { iterate } from "../../internal/iterate.ts";
import type { ReceivedRequest } from "../requests/received_request.ts";
import { ReceivedRequestWriteHandle } from "./received_request_write_handle.ts";
import type { DeclaredErrorText } from "../message_factory.ts";
import type { Responder } from "../responder.ts";
import type { Sender } from "../sender.ts";

/**
 * A request of the other side: takes its updates, sends updates, and answers it
 * once.
 *
 * - Order: updates arrive in the order they were sent; the response goes out
 *   behind the updates sent before it.
 * - Backpressure: `sendUpdate` waits while much is queued for writing; responses
 *   don't. Reading pauses while too many updates are not taken; with
 *   `updates({ keep: "latest" })` older ones are dropped instead.
 * - Closing: answering ends it. Disposing an unanswered one sends an error
 *   response; one that is garbage-collected gets that too, some time later.
 *
 * @example Progress, then the response
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({
 *   1: async (request) => {
 *     await request.sendUpdate(10, "half done");
 *     await request.sendResponse(1, "done");
 *   },
 * });
 * const request = await client.sendRequest(1, "");
 * for await (const update of request) assertEquals(update.text(), "half done");
 * assertEquals((await request.recvResponse()).text(), "done");
 * await client.close();
 * await serving;
 * ```
 */
export class ReceivedRequestHandle<B extends Body = StreamBody>
  implements Disposable {
  readonly #sender: Sender<B>;
  readonly #responder: Responder<B>;
  readonly #request: ReceivedRequest<B>;

  /** @internal Made by the peer. */
  constructor(
    sender: Sender<B>,
    responder: Responder<B>,
    request: ReceivedRequest<B>,
  ) {
    this.#sender = sender;
    this.#responder = responder;
    this.#request = request;
  }

  /** The id on the wire, chosen by the other side. */
  get requestId(): number {
    return this.#request.id;
  }

  /** The service that is asked for. */
  get serviceId(): number {
    return this.#request.serviceId;
  }

  /**
   * What the other side has sent with it besides its body; empty unless that is a peer
   * of this library, with `extensions`.
   */
  get metadata(): Readonly<Record<string, string>> {
    return this.#request.metadata;
  }

  /**
   * Fires when the work is to stop: the other side has cancelled the request, its
   * time is up, the other side has ended its half, or the connection has ended. A
   * cancelled request, and one whose time is up, has been answered already; when only
   * the other side's half has ended, it can still be answered. Made when first asked
   * for; fires no more once the request is answered.
   */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  /**
   * Fires when the connection begins to drain: no new requests come any more, and it
   * closes when the open ones are done. For work that has no end of its own, which is
   * to end itself then. Made when first asked for.
   */
  get draining(): AbortSignal {
    return this.#request.draining;
  }

  /** Whether it is answered, or can't be any more because the connection has ended. */
  get closed(): boolean {
    return this.#request.closed !== null;
  }

  /**
   * Takes the next update from the other side.
   *
   * @returns The update, or null once the response is sent.
   * @throws {RpcError} The error of the connection, if it ended first
   * (`connection-closed`, `connection-aborted`, ...).
   * @throws The reason of the signal, when it fires.
   */
  recvUpdate(options?: SignalOptions): Promise<Message<B> | null> {
    return this.#request.recvUpdate(options?.signal, this);
  }

  /**
   * The updates until the response is sent or the connection has ended; breaking
   * out leaves the request open. A loop beside the work that watches for a cancel
   * needs no error handling: that the connection has ended shows in `closed`, in
   * the signal of `serve`, and when the response is sent.
   *
   * With `keep` only the newest updates wait: see `SentRequestHandle.updates`, for
   * the order, and for what it throws. Those that wait when the response is sent are
   * dropped, as without it.
   *
   * It throws the reason of the signal, when it fires.
   *
   * @throws {RangeError} If `keep` is a number, but no integer of at least 1.
   * @throws {TypeError} If `keep` or `onDrop` is of a wrong type, if `onDrop` is
   * given without `keep`, or if an earlier call has given others.
   *
   * @example A robot that follows the latest target
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   *
   * const [a, b] = MemoryTransport.pair();
   * await using client = Peer.spawn(a);
   * await using server = Peer.spawn(b);
   * const { promise: sent, resolve: allSent } = Promise.withResolvers<void>();
   * const serving = server.serve({
   *   1: async (request) => {
   *     const targets = request.updates({ keep: "latest" });
   *     await sent;
   *     const { value } = await targets.next();
   *     return value.text();
   *   },
   *   2: () => allSent(),
   * });
   * const request = await client.sendRequest(1, "");
   * for (const target of ["left", "up", "right"]) {
   *   await request.sendUpdate(10, target);
   * }
   * await client.call(2, "");
   * assertEquals((await request.recvResponse()).text(), "right");
   * await client.close();
   * await serving;
   * ```
   */
  updates(options?: UpdatesOptions): AsyncIterableIterator<Message<B>> {
    this.keepUpdates(options);
    return iterate(async () => {
      try {
        return await this.recvUpdate(options);
      } catch (error) {
        if (error instanceof RpcError && error.fatal) return null;
        throw error;
      }
    });
  }

  /**
   * Keeps only the newest updates from now on, if the options say so.
   *
   * @internal For handles that take updates by `recvUpdate()`.
   */
  keepUpdates(options: KeepOptions | undefined): void {
    const rule = checkKeep(options);
    if (rule !== null) this.#request.keepUpdates(rule);
  }

  /**
   * All updates until the response is sent or the connection has ended, as
   * `updates()` gives them.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<B>> {
    return this.updates();
  }

  /**
   * Sends an update; resolves when the body is no longer needed.
   *
   * @param serviceId The kind of update.
   * @throws {RpcError} `request-closed` if it is answered, or ends while this waits for
   * room; `payload-too-large` (the connection and the request stay usable); the error
   * of the connection.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   * @throws The reason of the signal, when it fires.
   */
  sendUpdate(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    return this.#sender.sendResponderUpdate(
      this.#request,
      serviceId,
      body,
      options?.signal,
    );
  }

  /**
   * Sends the response and ends the request; resolves when the body is no longer
   * needed.
   *
   * @param serviceId Any but -1, which marks an error; by custom the request's own.
   * @throws {RpcError} `request-closed` if it is answered; `payload-too-large`
   * (the connection stays usable and the request open); the error of the connection.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   */
  sendResponse(serviceId: number, body: BodyInput<B>): Promise<void> {
    return this.respond(serviceId, body) ?? Promise.resolve();
  }

  /**
   * Sends the response, as `sendResponse` does.
   *
   * @internal For `serve`, which is spared a promise: null says that it was done at once.
   */
  respond(serviceId: number, body: BodyInput<B>): Promise<void> | null {
    return this.#responder.respond(this.#request, serviceId, body);
  }

  /**
   * Sends an error response and ends the request. A text that is longer than the
   * writing limit is cut, between two characters.
   *
   * @throws {RpcError} `request-closed` if it is answered; the error of the connection.
   */
  sendErrorResponse(text: string): Promise<void> {
    return this.#responder.respondError(this.#request, text) ??
      Promise.resolve();
  }

  /**
   * Sends an error response that a typed interface declares, as `sendErrorResponse`
   * does. Of what is over the writing limit the message is cut, never the body.
   *
   * @internal For typed interfaces.
   * @throws {RpcError} `payload-too-large` at once, if the body doesn't fit.
   */
  sendDeclaredError(text: DeclaredErrorText): Promise<void> {
    return this.#responder.respondDeclared(this.#request, text) ??
      Promise.resolve();
  }

  /** A handle that only sends, to be given away. */
  writeHandle(): ReceivedRequestWriteHandle<B> {
    return new ReceivedRequestWriteHandle(this);
  }

  /** @internal Whether it is the handle of a request. */
  has(request: ReceivedRequest<B>): boolean {
    return request === this.#request;
  }

  /** @internal What its metadata counts in the inbox, in bytes. */
  get metadataCost(): number {
    return this.#request.metadataCost;
  }

  /** @internal Whether it was cancelled, or its time was up: what is answered is dropped. */
  get cancelled(): boolean {
    return this.#request.cancelled;
  }

  /** @internal Whether what was thrown says only that the signal has fired. */
  isOwnAbort(error: unknown): boolean {
    return this.#request.isOwnAbort(error);
  }

  /** @internal The application gets it now; false if it was cancelled before. */
  handOver(): boolean {
    if (this.#request.cancelled) return false;
    this.#request.handedOver = true;
    return true;
  }

  /** @internal What an error of it belongs to. */
  get errorContext(): ErrorContext {
    const { id: requestId, serviceId, named } = this.#request;
    const { owner, name } = named ?? {};
    return { requestId, serviceId, interface: owner, service: name };
  }

  /** @internal A handler is about to be called for it, while somebody wants to know. */
  tellHandler(named: NamedService | undefined): void {
    this.#request.tellHandler(named);
  }

  /** @internal Says what the service is called, whose interface is known. */
  setNamed(named: NamedService): void {
    this.#request.named = named;
  }

  /** @internal An update with this service id fires the signal, and is delivered. */
  cancelOn(serviceId: number): void {
    this.#request.cancelOn(serviceId);
  }

  /** @internal Called once when it ends, with the text of an error response. */
  onEnd(onEnd: (errorText: string | null) => void): void {
    this.#request.onEnd = onEnd;
  }

  /** @internal Its work has no end of its own: draining cancels it at once. */
  setEndless(): void {
    if (this.closed) return;
    this.#request.setEndless();
    // It was taken just before, so that draining has not found it.
    if (this.#request.isDraining) this.#responder.cancelAtDrain(this.#request);
  }

  /** @internal Answers it in the application's place, which hasn't seen it. */
  refuse(text: string): void {
    this.#responder.refuseOpen(this.#request, text);
  }

  /** Sends an error response if there was none. */
  [Symbol.dispose](): void {
    this.#responder.drop(this.#request);
  }
}
