import { unlessAborted } from "../../internal/abort.ts";
import { isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import { requestClosed } from "../../peer/requests/sent_request.ts";
import type { ServiceDeclaration } from "../declare/declaration.ts";
import { namedError } from "./named_error.ts";
import { readResponse } from "./call_bodies.ts";
import { nextUpdate } from "../messages/receive_updates.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { Senders } from "../messages/send_methods.ts";
import type { UpdateMaps } from "../intercept/update_maps.ts";
import type { SentRequestSource } from "./sent_request_source.ts";
import { TypedSentRequestWriteHandle } from "./typed_sent_request_write_handle.ts";
import { UpdateIterations } from "./update_iterations.ts";
import type {
  BodyOut,
  ReceivedUpdate,
  RequestUpdatesOf,
  ResponseSchema,
  ResponseUpdatesOf,
} from "../declare/body_types.ts";

/**
 * A request of this side for a service that has updates.
 *
 * - Order: updates arrive in the order they were sent, the response behind them.
 * - Backpressure: reading pauses, for the whole connection, while too many updates
 *   are not taken: iterate over them, or wait for the response. With
 *   `updates({ keep: "latest" })` older ones are dropped instead.
 * - Closing: the response ends it. Disposing it before that cancels it. The other
 *   side is told by a cancel with `extensions`, or by an update that is declared with
 *   `cancels: true`; otherwise it works on. Breaking out of a loop over updates leaves
 *   the request open.
 *
 * @example Updates, a stop, and the response
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: {
 *     record: {
 *       id: 1,
 *       response: body<string>(),
 *       requestUpdates: { stop: { id: 1 } },
 *       responseUpdates: { frame: { id: 1, body: body<number>() } },
 *     },
 *   },
 * });
 *
 * await using test = inMemory(Camera, {
 *   record: async function* (_nothing, request) {
 *     yield { name: "frame", body: 1 };
 *     await request.updates().next(); // the stop
 *     return "stopped";
 *   },
 * });
 * using recording = await test.client.record();
 * for await (const update of recording.updates()) {
 *   assertEquals(update, { name: "frame", body: 1 });
 *   await recording.send.stop();
 * }
 * assertEquals(await recording.response(), "stopped");
 * ```
 */
export class TypedSentRequest<D extends ServiceDeclaration>
  implements Disposable {
  readonly #request: SentRequestSource;
  readonly #service: ServiceCodec;
  readonly #reporter: InvalidMessageReporter;
  readonly #intercepted: Intercepted | null;
  readonly #iterations = new UpdateIterations();
  #taken = false;
  #writer: TypedSentRequestWriteHandle<D> | null = null;

  /** @internal Made by a client. */
  constructor(
    request: SentRequestSource,
    service: ServiceCodec,
    reporter: InvalidMessageReporter,
    intercepted: Intercepted | null = null,
  ) {
    this.#request = request;
    this.#service = service;
    this.#reporter = reporter;
    this.#intercepted = intercepted;
  }

  /** The id on the wire; -1 where an interceptor has answered, and none was sent. */
  get requestId(): number {
    return this.#request.requestId;
  }

  /** The id of the service. */
  get serviceId(): number {
    return this.#service.id;
  }

  /**
   * Sends updates: a method for each, by its name.
   *
   * They throw {@linkcode RpcError} `encode-failed`, and what
   * `SentRequestHandle.sendUpdate` throws.
   */
  get send(): Senders<RequestUpdatesOf<D>> {
    return this.writeHandle().send;
  }

  /**
   * The updates until the response is there; breaking out leaves the request
   * open. Updates that the interface doesn't know, or whose body is invalid, are
   * reported and skipped.
   *
   * With `keep` only the newest updates wait, and reading never pauses for this
   * request: see `SentRequestHandle.updates`. Only what is taken is decoded: an
   * invalid update that is dropped isn't reported.
   *
   * It throws the error of the connection, if that ends first, and the reason of
   * the signal, when it fires.
   *
   * @throws {RangeError} If `keep` is a number, but no integer of at least 1.
   * @throws {TypeError} If `keep` or `onDrop` is of a wrong type, if `onDrop` is
   * given without `keep`, or if an earlier call has given others.
   *
   * @example A view of the latest state, however slow it is
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
   * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
   *
   * const Robot = defineInterface({
   *   name: "Robot",
   *   services: {
   *     move: {
   *       id: 1,
   *       responseUpdates: { angle: { id: 1, body: body<number>() } },
   *     },
   *     stop: { id: 2 },
   *   },
   * });
   *
   * const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
   * await using test = inMemory(Robot, {
   *   move: async function* () {
   *     for (let body = 1; body <= 90; body++) yield { name: "angle", body };
   *     await stopped;
   *   },
   *   stop,
   * });
   * using move = await test.client.move();
   * let dropped = 0;
   * const angles = move.updates({
   *   keep: "latest",
   *   onDrop: (count) => dropped = count,
   * });
   * await test.client.stop();
   * const seen = await Array.fromAsync(angles);
   * assertEquals(seen.at(-1), { name: "angle", body: 90 });
   * assertEquals(seen.length + dropped, 90);
   * ```
   */
  updates(
    options?: UpdatesOptions,
  ): AsyncIterableIterator<ReceivedUpdate<ResponseUpdatesOf<D>>> {
    this.#request.keepUpdates(options);
    const updates = this.#intercepted?.updates;
    const iterator = this.#iterations.iterate(() =>
      nextUpdate(
        this.#service.responseUpdates,
        () => this.#takeUpdate(options),
        (error) => this.#reporter.skipped(error),
        updates && ((update) => updates.apply(update)),
      )
    );
    return iterator as ReturnType<this["updates"]>;
  }

  /**
   * Takes the response. Updates that nobody iterates over are dropped. Those that an
   * iteration has still to take are kept for it, so this may be called within its
   * loop.
   *
   * @throws {RpcError} `remote-error` with the text and the reason of an error
   * response, which is a {@linkcode DeclaredError} if the interface declares it;
   * `deadline-exceeded` when the `timeout` of the call is over; `decode-failed` if the
   * body is invalid ({@linkcode InvalidMessageError});
   * `request-closed` if the response has been taken, or after dispose; the error
   * of the connection, if it ended first.
   * @throws The reason of the signal, when it fires.
   */
  async response(
    options?: SignalOptions,
  ): Promise<BodyOut<ResponseSchema<D>>> {
    if (this.#intercepted !== null) {
      const { response } = this.#intercepted;
      const value = await this.#interceptedResponse(response, options);
      return value as BodyOut<ResponseSchema<D>>;
    }
    const body = await readResponse(
      this.#takeResponse(options),
      this.#request,
      this.#service,
      options,
    );
    return body as BodyOut<ResponseSchema<D>>;
  }

  /** A handle that only sends updates, to be given away. */
  writeHandle(): TypedSentRequestWriteHandle<D> {
    return this.#writer ??= new TypedSentRequestWriteHandle(
      this.#request.writeHandle(),
      this.#service,
    );
  }

  /** Cancels the request; does nothing once the response has been taken. */
  [Symbol.dispose](): void {
    this.#request[Symbol.dispose]();
  }

  async #interceptedResponse(
    response: Promise<unknown>,
    options: SignalOptions | undefined,
  ): Promise<unknown> {
    const signal = options?.signal;
    if (this.#taken) throw requestClosed(this.requestId);
    const over = new AbortController();
    const end = (): void => over.abort(OVER);
    response.then(end, end);
    try {
      await this.#takeResponse({ signal: either(signal, over.signal) });
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error;
      // The interceptors are told of it, and give what becomes of it.
    }
    const value = await unlessAborted(response, signal);
    this.#taken = true;
    return value;
  }

  async #takeResponse(
    options: SignalOptions | undefined,
  ): Promise<Message<Body>> {
    const signal = options?.signal;
    for (;;) {
      const { moves, open } = this.#iterations;
      try {
        return await this.#request.recvResponse(options);
      } catch (error) {
        if (!isUnread(error)) throw error;
      }
      if (this.#iterations.moves !== moves) continue;
      if (open === 0) {
        await this.#dropUpdate(options);
        continue;
      }
      // The update belongs to an iteration, which may never take it: this may have
      // been called within its loop.
      const stop = new AbortController();
      this.#iterations.moved.then(() => stop.abort(MOVED));
      try {
        return await this.#request.recvResponsePast({
          signal: either(signal, stop.signal),
        });
      } catch (error) {
        if (error !== MOVED) throw error;
      }
    }
  }

  async #takeUpdate(
    options: SignalOptions | undefined,
  ): Promise<Message<Body> | null> {
    try {
      return await this.#request.recvUpdate(options);
    } catch (error) {
      throw namedError(error, this.#service.fullName, options);
    }
  }

  async #dropUpdate(options: SignalOptions | undefined): Promise<void> {
    const update = await this.#request.recvUpdate(options);
    if (update === null) return;
    update.body[Symbol.dispose]();
    this.#reporter.dropped();
  }
}

/** What interceptors make of the updates and the response. */
interface Intercepted {
  readonly updates: UpdateMaps;
  readonly response: Promise<unknown>;
}

/** Why a wait for the response has ended: the interceptors have given one. */
const OVER = Symbol("over");

/** Why a wait for the response begins anew: an iteration has moved. */
const MOVED = Symbol("moved");

/** Fires when the application's signal does, if there is one, or the own one. */
function either(given: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return given === undefined ? own : AbortSignal.any([given, own]);
}

function isUnread(error: unknown): boolean {
  return isInstance(error, RpcError) &&
    error.code === "unexpected-message-type";
}
