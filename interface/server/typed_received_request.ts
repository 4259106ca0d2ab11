import { isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import { iterate } from "../../internal/iterate.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { DeclaredError } from "../errors/declared_error.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import { nextUpdate } from "../messages/receive_updates.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { Senders } from "../messages/send_methods.ts";
import { TypedReceivedRequestWriteHandle } from "./typed_received_request_write_handle.ts";
import type {
  ReceivedUpdate,
  RequestUpdatesOf,
  ResponseSchema,
  ResponseUpdatesOf,
  SendArgs,
} from "../declare/body_types.ts";

/**
 * A request of the other side: takes its updates, sends updates, and answers it
 * once.
 *
 * - Order: updates arrive in the order they were sent; the response goes out
 *   behind the updates sent before it.
 * - Backpressure: updates wait while much is queued for writing; responses don't.
 *   Reading pauses while too many updates are not taken; with
 *   `updates({ keep: "latest" })` older ones are dropped instead.
 * - Closing: answering ends it. Disposing an unanswered one sends an error
 *   response; one that is garbage-collected gets that too, some time later.
 */
export class TypedReceivedRequest<D extends ServiceDeclaration>
  implements Disposable {
  readonly #request: ReceivedRequestHandle<Body>;
  readonly #service: ServiceCodec;
  readonly #reporter: InvalidMessageReporter;
  #writer: TypedReceivedRequestWriteHandle<D> | null = null;

  /** @internal Made by a server. */
  constructor(
    request: ReceivedRequestHandle<Body>,
    service: ServiceCodec,
    reporter: InvalidMessageReporter,
  ) {
    this.#request = request;
    this.#service = service;
    this.#reporter = reporter;
  }

  /** The id on the wire, chosen by the other side. */
  get requestId(): number {
    return this.#request.requestId;
  }

  /** The id of the service. */
  get serviceId(): number {
    return this.#service.id;
  }

  /** Whether it is answered, or can't be any more because the connection has ended. */
  get closed(): boolean {
    return this.#request.closed;
  }

  /**
   * What the other side has sent with it besides its body; empty without extensions,
   * of the interface or of the connection.
   */
  get metadata(): Readonly<Record<string, string>> {
    return this.#request.metadata;
  }

  /**
   * Fires when the work is to stop: the other side has cancelled the request, its time
   * is up, or the connection has ended. It fires no more once the request is answered.
   */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  /**
   * Sends updates: a method for each, by its name.
   *
   * They throw {@linkcode RpcError} `encode-failed`, and what
   * `ReceivedRequestHandle.sendUpdate` throws.
   */
  get send(): Senders<ResponseUpdatesOf<D>> {
    return this.writeHandle().send;
  }

  /**
   * The updates until the request is answered or the connection has ended;
   * breaking out leaves the request open. An update that the interface doesn't
   * know, or whose body is invalid, is reported, and the request is answered with
   * an error response; see `onInvalid`.
   *
   * With `keep` only the newest updates wait, and reading never pauses for this
   * request: see `SentRequestHandle.updates`. Only what is taken is decoded: an
   * invalid update that is dropped isn't reported.
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
   * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
   * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
   *
   * const Robot = defineInterface({
   *   name: "Robot",
   *   services: {
   *     follow: {
   *       id: 1,
   *       response: body<number>(),
   *       requestUpdates: { target: { id: 1, body: body<number>() } },
   *     },
   *     go: { id: 2 },
   *   },
   * });
   *
   * const { promise: mayGo, resolve: go } = Promise.withResolvers<void>();
   * await using test = inMemory(Robot, {
   *   follow: async (_nothing, request) => {
   *     const targets = request.updates({ keep: "latest" });
   *     await mayGo;
   *     for await (const { body } of targets) return body;
   *     return NaN;
   *   },
   *   go,
   * });
   * using following = await test.client.follow();
   * for (let i = 1; i <= 5; i++) await following.send.target(i);
   * await test.client.go();
   * assertEquals(await following.response(), 5);
   * ```
   */
  updates(
    options?: UpdatesOptions,
  ): AsyncIterableIterator<ReceivedUpdate<RequestUpdatesOf<D>>> {
    this.#request.keepUpdates(options);
    const iterator = iterate(() =>
      nextUpdate(
        this.#service.requestUpdates,
        () => this.#takeUpdate(options),
        (error) => this.#reporter.refusedUpdate(error, this.#request),
      )
    );
    return iterator as ReturnType<this["updates"]>;
  }

  /**
   * Sends the response and ends the request; resolves when the body is no longer
   * needed. It takes the body, if the service has one.
   *
   * @throws {RpcError} `encode-failed` or `payload-too-large` (the request stays
   * open); `request-closed` if it is answered; the error of the connection.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   */
  sendResponse(
    ...body: SendArgs<ResponseSchema<D>, never>
  ): Promise<void> {
    return this.writeHandle().sendResponse(...body);
  }

  /**
   * Sends an error response and ends the request: a text, or an error that the
   * interface declares for the service, such as `new Camera.errors.busy({ until: 12 })`.
   * A text, or the message of an error, that is longer than the writing limit is cut,
   * between two characters.
   *
   * @throws {RpcError} `request-closed` if it is answered; of a declared error
   * `encode-failed` if JSON can't carry its body or `payload-too-large` if that doesn't
   * fit (the request stays open); the error of the connection.
   * @throws {TypeError} For a declared error that the service doesn't declare.
   */
  sendErrorResponse(error: string | DeclaredError): Promise<void> {
    return this.writeHandle().sendErrorResponse(error);
  }

  /** A handle that only sends, to be given away. */
  writeHandle(): TypedReceivedRequestWriteHandle<D> {
    return this.#writer ??= new TypedReceivedRequestWriteHandle(
      this.#request.writeHandle(),
      this.#service,
    );
  }

  /** Sends an error response if there was none. */
  [Symbol.dispose](): void {
    this.#request[Symbol.dispose]();
  }

  /** The next update; null when the request or the connection has ended, as for untyped requests. */
  async #takeUpdate(
    options: UpdatesOptions | undefined,
  ): Promise<Message<Body> | null> {
    try {
      return await this.#request.recvUpdate(options);
    } catch (error) {
      if (isInstance(error, RpcError) && error.fatal) return null;
      throw error;
    }
  }
}
