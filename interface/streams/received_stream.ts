import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../../peer/streams/stream_subscription.ts";
import type {
  NamedStream,
  StreamUse,
} from "../../peer/streams/stream_routes.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import type { BodyOut } from "../declare/body_types.ts";
import type {
  InvalidMessageReporter,
  ReportingPeer,
} from "../messages/invalid_message_reporter.ts";
import { type HandledStream, handleStream } from "./handle_stream.ts";
import { namedStream } from "./named_stream.ts";
import { TypedSubscription } from "./typed_subscription.ts";

/**
 * A stream of the server on a client: called, it is a subscription to iterate over;
 * with `on`, a handler takes the messages. There is one of either at a time.
 *
 * Messages that come while there is none are dropped and counted. Invalid ones are
 * reported and skipped.
 *
 * @example Iterating, and handling
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const Robot = defineInterface({
 *   name: "Robot",
 *   streams: { joints: { id: 1, from: "server", body: body<number[]>() } },
 * });
 *
 * await using test = inMemory(Robot, {});
 * const joints = test.client.joints({ keep: "latest" });
 * await Robot.streams.joints.send(test.server, [0.5, 1]);
 * for await (const angles of joints) {
 *   assertEquals(angles, [0.5, 1]);
 *   break; // ends the subscription
 * }
 *
 * const seen = Promise.withResolvers<number[]>();
 * using _handled = test.client.joints.on((angles) => seen.resolve(angles));
 * await Robot.streams.joints.send(test.server, [0.7, 1]);
 * assertEquals(await seen.promise, [0.7, 1]);
 * ```
 */
export interface ReceivedStream<S> {
  /**
   * Subscribes: gives the bodies from now on, until the subscription or the
   * connection ends. See {@linkcode StreamSubscription}.
   *
   * @throws {TypeError} If there is a subscription already; if `keep` can't be; if
   * the peer's handle is released or split.
   * @throws {RangeError} If `keep` can't be.
   * @throws The reason of the signal, if it has fired.
   */
  (options?: SubscribeOptions): StreamSubscription<BodyOut<S>>;
  /**
   * Subscribes with a handler, which gets one body at a time: the next one when the
   * promise that it has returned is settled. What it throws goes to the `onError` of
   * the peer.
   *
   * It ends when what this gives is disposed, when the signal fires, and with the
   * connection, of whose end `closed` of the peer tells.
   *
   * @throws {TypeError} As calling the stream does, and if the handler is no function.
   * @throws {RangeError} If `keep` can't be.
   * @throws The reason of the signal, if it has fired.
   */
  on(
    handler: (body: BodyOut<S>) => void | PromiseLike<void>,
    options?: SubscribeOptions,
  ): HandledStream;
}

/** What receiving streams needs of a peer. */
export interface SubscribingPeer extends ReportingPeer {
  subscribe(
    serviceId: number,
    options?: SubscribeOptions,
  ): StreamSubscription<Message<Body>>;
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void;
}

/** Makes what a stream of the server is on a client. */
export function receiveStream(
  stream: MessageCodec,
  peer: SubscribingPeer,
  reporter: InvalidMessageReporter,
): ReceivedStream<unknown> {
  const subscribe = (options?: SubscribeOptions): TypedSubscription =>
    new TypedSubscription(
      peer.subscribe(stream.id, options),
      stream,
      reporter,
      options,
    );
  return Object.assign(
    subscribe as unknown as ReceivedStream<unknown>,
    {
      on(
        handler: (body: unknown) => unknown,
        options?: SubscribeOptions,
      ): HandledStream {
        checkHandler(stream.fullName, handler);
        return handleStream(
          subscribe(options),
          handler,
          options?.signal,
          (error) => {
            const { owner, name } = namedStream(stream);
            const named = { interface: owner, service: name };
            peer.report(error, { serviceId: stream.id, ...named });
          },
        );
      },
    },
  );
}

function checkHandler(name: string, handler: unknown): void {
  if (typeof handler === "function") return;
  throw new TypeError(
    `The handler of ${name} must be a function, got ${typeof handler}`,
  );
}
