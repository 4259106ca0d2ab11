import type { Body } from "../../protocol/body.ts";
import { MessageHeader, MessageType } from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { ReceivedMessage } from "../../peer/handles/received_message.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type {
  ServiceDeclarations,
  StreamDeclarations,
} from "../declare/declaration.ts";
import {
  InvalidMessageError,
  unknownMessage,
} from "../codecs/invalid_message_error.ts";
import type { InterfaceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import { applyDeclaration } from "./apply_declaration.ts";
import { TypedReceivedRequest } from "./typed_received_request.ts";
import type {
  BodyOut,
  MessageSchema,
  RequestSchema,
} from "../declare/body_types.ts";
import type { ClientStreams } from "../declare/stream_types.ts";

/**
 * What a server receives: a union, told apart by `name`, and by `kind` for requests
 * and stream messages as such.
 */
export type TypedMessage<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> =
  | {
    readonly [K in keyof S]: {
      /** It is a request. */
      readonly kind: "request";
      /** The service that is asked for. */
      readonly name: K;
      /** The body of the request. */
      readonly body: BodyOut<RequestSchema<S[K]>>;
      /** The handle for updates and the response. */
      readonly request: TypedReceivedRequest<S[K]>;
    };
  }[keyof S]
  | {
    readonly [K in keyof ClientStreams<T>]: {
      /** It is a stream message. */
      readonly kind: "stream";
      /** Which stream message it is. */
      readonly name: K;
      /** Its body. */
      readonly body: BodyOut<MessageSchema<T[K]>>;
    };
  }[keyof ClientStreams<T>];

/** What a loop over messages needs of a peer. */
export interface ReceivingPeer<B extends Body> {
  recvMessage(options?: SignalOptions): Promise<ReceivedMessage<B> | null>;
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedMessage<B>>;
}

/**
 * The messages of an interface that arrive at a peer: one loop for all of them.
 *
 * - Order: as the other side sent them.
 * - Backpressure: reading pauses while too much is not taken.
 * - Closing: it owns nothing. Breaking out leaves everything open.
 *
 * @example One after the other
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Counter = defineInterface({
 *   name: "Counter",
 *   services: { count: { id: 1, response: body<number>() } },
 *   streams: { add: { id: 1, body: body<number>() } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using peer = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const looping = (async () => {
 *   let count = 0;
 *   for await (const message of Counter.messages(server)) {
 *     if (message.name === "add") count += message.body;
 *     else await message.request.sendResponse(count);
 *   }
 * })();
 * const counter = Counter.client(peer);
 * await counter.add(2);
 * await counter.add(3);
 * assertEquals(await counter.count(), 5);
 * await peer.close();
 * await looping;
 * ```
 */
export class TypedMessages<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> implements AsyncIterable<TypedMessage<S, T>> {
  readonly #peer: ReceivingPeer<Body>;
  readonly #codec: InterfaceCodec;
  readonly #reporter: InvalidMessageReporter;

  /** @internal Made by `Interface.messages`. */
  constructor(
    peer: ReceivingPeer<Body>,
    codec: InterfaceCodec,
    reporter: InvalidMessageReporter,
  ) {
    this.#peer = peer;
    this.#codec = codec;
    this.#reporter = reporter;
  }

  /**
   * Takes the next message.
   *
   * @returns The message, or null after a clean end.
   * @throws {InvalidMessageError} For a message that the interface doesn't know or
   * whose body is invalid, when it has been reported and answered; the connection
   * stays usable.
   * @throws {RpcError} What `recvMessage` of the peer throws.
   * @throws The reason of the signal, when it fires.
   */
  async recvMessage(
    options?: SignalOptions,
  ): Promise<TypedMessage<S, T> | null> {
    for (;;) {
      const message = await this.#peer.recvMessage(options);
      if (message === null) return null;
      const decoded = await this.#decode(message);
      if (decoded !== null) return decoded;
    }
  }

  /**
   * The messages until a clean end; a fatal error is thrown. Messages that the
   * interface doesn't know or whose body is invalid are reported and answered.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<TypedMessage<S, T>> {
    const messages = this.#peer[Symbol.asyncIterator]();
    const next = async (): Promise<IteratorResult<TypedMessage<S, T>>> => {
      for (;;) {
        const result = await messages.next();
        if (result.done) return { done: true, value: undefined };
        try {
          const value = await this.#decode(result.value);
          if (value !== null) return { done: false, value };
        } catch (error) {
          if (!(error instanceof InvalidMessageError)) throw error;
        }
      }
    };
    return {
      next,
      // Leaving the loop ends the iteration of the peer too.
      async return() {
        await messages.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /**
   * Null for a request that was cancelled meanwhile, which nobody gets. Throws what is
   * invalid once it has been reported and answered.
   */
  async #decode(
    message: ReceivedMessage<Body>,
  ): Promise<TypedMessage<S, T> | null> {
    try {
      const decoded = await decodeMessage(this.#codec, message, this.#reporter);
      return decoded as TypedMessage<S, T> | null;
    } catch (error) {
      if (error instanceof InvalidMessageError) {
        if (message.kind === "stream") await this.#reporter.skipped(error);
        else await this.#reporter.refused(error, message.request);
      }
      throw error;
    }
  }
}

/** The types are those of the declaration that the codec was made of. */
async function decodeMessage(
  codec: InterfaceCodec,
  received: ReceivedMessage<Body>,
  reporter: InvalidMessageReporter,
): Promise<unknown> {
  if (received.kind === "stream") {
    const { message } = received;
    const stream = codec.streams.byId.get(message.header.serviceId);
    if (stream === undefined) {
      throw unknownMessage(codec.streams.what, message);
    }
    const body = await stream.body.decodeMessage(message);
    return { kind: "stream", name: stream.name, body };
  }
  const { request } = received;
  const service = codec.services.get(request.serviceId);
  if (service === undefined) {
    throw unknownMessage("service", requestMessage(request, received.body));
  }
  applyDeclaration(service, request);
  const body = await service.request.decode(
    received.body,
    request,
    requestMessage,
  );
  // The connection drains already, or the schema took longer than the request lived.
  if (request.cancelled) {
    reporter.dropped();
    received.body[Symbol.dispose]();
    return null;
  }
  return {
    kind: "request",
    name: service.name,
    body,
    request: new TypedReceivedRequest(request, service, reporter),
  };
}

/** A received request as a message, with its header. */
export function requestMessage<B extends Body>(
  { requestId, serviceId }: ReceivedRequestHandle<B>,
  body: B,
): Message<B> {
  const header = new MessageHeader(MessageType.Request, requestId, serviceId);
  return new Message(header, body);
}
