import type { Body } from "../../protocol/body.ts";
import type { Caller } from "../../peer/handles/caller.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type {
  BodyIn,
  BodyOut,
  ReceivedUpdate,
  RequestSchema,
  ResponseSchema,
  ResponseUpdatesOf,
  YieldedUpdate,
} from "../declare/body_types.ts";
import type { ServiceDeclarations } from "../declare/declaration.ts";
import type { ResponseIn } from "../server/handlers.ts";
import type { InterceptedCall, Interceptor } from "./interceptor.ts";

/** The calls of a client: a union, told apart by `service`. */
export type ClientCall<
  S extends ServiceDeclarations,
  B extends Body = Body,
  I = unknown,
> = {
  readonly [K in keyof S]: InterceptedCall<
    K & string,
    BodyIn<RequestSchema<S[K]>>,
    ReceivedUpdate<ResponseUpdatesOf<S[K]>>,
    PeerHandle<B, I> | PeerWriteHandle<B, I> | Caller<B, I>
  >;
}[keyof S];

/** The calls that a server answers: a union, told apart by `service`. */
export type ServerCall<
  S extends ServiceDeclarations,
  B extends Body = Body,
  I = unknown,
> = {
  readonly [K in keyof S]: InterceptedCall<
    K & string,
    BodyOut<RequestSchema<S[K]>>,
    YieldedUpdate<ResponseUpdatesOf<S[K]>>,
    PeerWriteHandle<B, I>
  >;
}[keyof S];

/** The bodies that requests of an interface are made of. */
export type RequestIn<S extends ServiceDeclarations> = {
  readonly [K in keyof S]: BodyIn<RequestSchema<S[K]>>;
}[keyof S];

/**
 * An interceptor of the calls of a client; see `Interceptor`.
 *
 * @example Another try where the camera is busy
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import {
 *   body,
 *   type ClientInterceptorOf,
 *   defineInterface,
 * } from "jsr:@fizyr/rpc/interface";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { expose: { id: 1, response: body<string>() } },
 *   errors: { busy: {} },
 * });
 *
 * const tryAgain: ClientInterceptorOf<typeof Camera> = async (call, next) => {
 *   for (;;) {
 *     try {
 *       return await next();
 *     } catch (error) {
 *       const busy = error instanceof Camera.errors.busy;
 *       if (!busy || call.signal.aborted) throw error;
 *     }
 *   }
 * };
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * let calls = 0;
 * const serving = Camera.serve(server, {
 *   expose: () => {
 *     if (++calls < 3) throw new Camera.errors.busy();
 *     return "image";
 *   },
 * });
 * const camera = Camera.client(peer, { intercept: [tryAgain] });
 * assertEquals(await camera.expose(), "image");
 * assertEquals(calls, 3);
 * await peer.close();
 * await serving;
 * ```
 */
export type ClientInterceptor<
  S extends ServiceDeclarations,
  B extends Body = Body,
  I = unknown,
> = Interceptor<
  ClientCall<S, B, I>,
  RequestIn<S>,
  { readonly [K in keyof S]: BodyOut<ResponseSchema<S[K]>> }[keyof S]
>;

/**
 * An interceptor of the handlers of a server; see `Interceptor`.
 *
 * @example A check before handlers, and a look at their updates
 * ```ts
 * import { assertEquals, assertRejects } from "jsr:@std/assert";
 * import { body, defineInterface, serve } from "jsr:@fizyr/rpc/interface";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: {
 *     record: {
 *       id: 1,
 *       request: body<{ frames: number }>(),
 *       responseUpdates: { frame: { id: 1, body: body<number>() } },
 *     },
 *   },
 * });
 *
 * const sent: number[] = [];
 * const camera = Camera.implement({
 *   record: async function* ({ frames }) {
 *     for (let frame = 1; frame <= frames; frame++) {
 *       yield { name: "frame", body: frame };
 *     }
 *   },
 * }, {
 *   intercept: [(call, next) => {
 *     if (call.body.frames > 10) throw new Error("too many frames");
 *     call.mapUpdate((update) => {
 *       sent.push(update.body);
 *       return update;
 *     });
 *     return next();
 *   }],
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a, { onError: () => {} });
 * await using peer = Peer.spawn(b);
 * const serving = serve(server, camera);
 * const client = Camera.client(peer);
 * const recording = await client.record({ frames: 2 });
 * assertEquals(await recording.response(), undefined);
 * assertEquals(sent, [1, 2]);
 * const long = await client.record({ frames: 99 });
 * await assertRejects(() => long.response(), Error, "too many frames");
 * await peer.close();
 * await serving;
 * ```
 */
export type ServerInterceptor<
  S extends ServiceDeclarations,
  B extends Body = Body,
  I = unknown,
> = Interceptor<
  ServerCall<S, B, I>,
  RequestIn<S>,
  { readonly [K in keyof S]: ResponseIn<ResponseSchema<S[K]>> }[keyof S]
>;
