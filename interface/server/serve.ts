import { isInstance } from "../../internal/errors.ts";
import type { Body, StreamBody } from "../../protocol/body.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerReadHandle } from "../../peer/handles/peer_read_handle.ts";
import type { ServiceDeclarations } from "../declare/declaration.ts";
import { checkedInterceptors } from "../intercept/run_interceptors.ts";
import type { ServerInterceptor } from "../intercept/typed_calls.ts";
import { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import type { InterfaceOptions } from "../messages/options.ts";
import { checkClashes } from "./check_clashes.ts";
import { Implementation } from "./implementation.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import { reservedId } from "../../protocol/service_id.ts";
import { type ServedStats, statsHandler } from "../introspect/stats_handler.ts";
import { describeHandler } from "../introspect/describe_handler.ts";
import type { ServedDescription } from "../introspect/server_description.ts";
import { ServedPeer } from "./served_request.ts";
import { declareStreams } from "../streams/declare_streams.ts";
import { TypedServer } from "./typed_server.ts";

/** The options of `serve`, for all interfaces that it is given. */
export interface ServeOptions<B extends Body = StreamBody, I = unknown>
  extends Pick<InterfaceOptions<B>, "onInvalid"> {
  /**
   * The interceptors of the handlers of all of them, around those that `implement`
   * was given; the first one is the outermost.
   */
  intercept?:
    | readonly ServerInterceptor<ServiceDeclarations, B, I>[]
    | undefined;
  /**
   * Whether the other side may ask what is served, with `describe`: all interfaces, or
   * with the options that are given here. Whoever `authorize` lets in may ask. Hidden
   * items are left out, unless `hidden` allows them. Default: false.
   */
  describe?: boolean | ServedDescription<B, I> | undefined;
  /**
   * Whether the calls of services are counted, and the other side may ask for the
   * figures with `serverStats`. They are those of the implementation, over all
   * connections that are served with this: use one for all, as `Interface.serve`
   * makes one for each. With `{ listener }` they are told of its connections too.
   * Default: false.
   */
  stats?: boolean | ServedStats<B, I> | undefined;
}

/**
 * Serves one or more interfaces on a connection.
 *
 * - Order: handlers start in the order in which their messages arrive, whatever
 *   interface they belong to. They run beside each other.
 * - Closing: it owns nothing. It resolves when the connection has ended, however it
 *   ended, and the handlers are done. The ids of the stream messages are its own until
 *   then: clients and subscriptions of the connection can't have them.
 * - Errors go where those of `serve` of the peer go: to `onError`.
 *
 * @param args What `implement` gives for each interface; options may come last.
 * @throws {RangeError} At once, if two interfaces have a service, or a stream
 * message, with the same id.
 * @throws {TypeError} At once, for anything but implementations, where `intercept`
 * isn't a list of functions, `onInvalid` or `hidden` no function, and if a stream
 * message has the id of one that a client of this connection receives; by rejecting,
 * if something else takes the messages of the peer.
 *
 * @example Two interfaces on one connection
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface, serve } from "jsr:@fizyr/rpc/interface";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { expose: { id: 1, response: body<string>() } },
 * });
 * const Robot = defineInterface({
 *   name: "Robot",
 *   services: { move: { id: 2, request: body<number>() } },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const serving = serve(
 *   server,
 *   Camera.implement({ expose: () => "image" }),
 *   Robot.implement({ move: (angle) => console.log(angle) }),
 * );
 * await Robot.client(peer).move(90);
 * assertEquals(await Camera.client(peer).expose(), "image");
 * await peer.close();
 * await serving;
 * ```
 */
export function serve<B extends Body, I>(
  peer: PeerHandle<B, I> | PeerReadHandle<B, I>,
  ...args:
    | Implementation<NoInfer<B>, NoInfer<I>>[]
    | [
      ...Implementation<NoInfer<B>, NoInfer<I>>[],
      ServeOptions<NoInfer<B>, NoInfer<I>>,
    ]
): Promise<void> {
  const last = args.at(-1);
  const options = last === undefined || isInstance(last, Implementation)
    ? {}
    : last as ServeOptions<B, I>;
  const outer = checkedInterceptors(options.intercept);
  const implementations = (options === last ? args.slice(0, -1) : args)
    .map(checkedImplementation);
  const { describe = false, stats = false } = options;
  const served = implementations.map((implementation) => {
    const { served } = implementation;
    return {
      ...served,
      interceptors: [...outer, ...served.interceptors],
      counters: stats === false ? null : implementation.counters,
    };
  });
  checkClashes(served);
  const reporter = InvalidMessageReporter.of(peer, options);
  const servedPeer = new ServedPeer(peer);
  const reserved = new Map<number, RequestHandler<Body>>();
  if (describe !== false) {
    const handler = describeHandler(
      () => implementations.map(({ definition }) => definition),
      describe === true ? {} : describe as ServedDescription<Body>,
      servedPeer,
    );
    reserved.set(reservedId.DESCRIBE, handler);
  }
  if (stats !== false) {
    const handler = statsHandler(
      () => implementations,
      stats === true ? {} : stats as ServedStats<Body>,
      servedPeer,
    );
    reserved.set(reservedId.STATS, handler);
  }
  // All options have been checked. If something else takes the messages, or when the
  // serving has ended, the ids are free for clients and subscriptions.
  const streams = served.map(({ codec }) => codec.streams);
  const release = declareStreams(peer, streams, "served");
  for (const { counters } of served) if (counters) counters.connections++;
  return new TypedServer(peer, served, reporter, { servedPeer, reserved })
    .run().finally(() => {
      release();
      for (const { counters } of served) if (counters) counters.connections--;
    });
}

function checkedImplementation(given: unknown): Implementation<never, never> {
  if (isInstance(given, Implementation)) return given;
  throw new TypeError(
    "serve() takes what implement() gives, as in serve(peer, Camera.implement(handlers)), and options behind that",
  );
}
