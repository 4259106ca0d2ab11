import type { Body } from "../../protocol/body.ts";
import type { Caller } from "../../peer/handles/caller.ts";
import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";

/** An update whose service the compiler doesn't know. */
export interface AnyUpdate {
  /** Which update it is. */
  readonly name: string;
  /** Its body, if it has one. */
  readonly body?: unknown;
}

/** What an interceptor is given of a call of one service. */
export interface InterceptedCall<Name extends string, RequestBody, Update, P> {
  /** The name of the interface. */
  readonly interface: string;
  /** The name of the service, which tells the calls of an interface apart. */
  readonly service: Name;
  /**
   * The body of the request: on a client what the method was called with, on a
   * server what has arrived, when it has been checked.
   */
  readonly body: RequestBody;
  /** The metadata of the request; empty if there is none. Frozen. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Fires when the call is cancelled: pass it on to what the interceptor waits
   * for. On a server it is that of the handler, on a client that of the call; one
   * that never fires, if the call has none.
   */
  readonly signal: AbortSignal;
  /**
   * The peer: on a client the one that the client is made of, on a server that of
   * the handler, which calls the other side.
   */
  readonly peer: P;
  /**
   * Has all response updates of the call pass a function, from now on. What it
   * returns takes the place of the update, and may be the same; it is synchronous,
   * so that the order stays. Of several interceptors the innermost one sees an
   * update first. What it throws, sending the update throws, or the iteration.
   */
  mapUpdate(map: (update: Update) => Update): void;
}

/** A call whose interface the compiler doesn't know, on a client or a server. */
export type AnyCall = InterceptedCall<
  string,
  unknown,
  AnyUpdate,
  | PeerHandle<Body, unknown>
  | PeerWriteHandle<Body, unknown>
  | Caller<Body, unknown>
>;

/** What an interceptor changes of a call, for the interceptors and the handler behind it. */
export interface NextChanges<RequestBody> {
  /**
   * The body of the request. On a server the schema checks it as one that has
   * arrived, so that a schema which makes another value gets its input.
   */
  readonly body?: RequestBody | undefined;
  /** All of the metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * What cancels the call besides its own signal: what is behind gets one that fires
   * with either.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Goes on with a call: to the next interceptor, and behind the last one to the
 * handler or over the wire. Resolves with the response; where the service has
 * updates, when they have ended. Await it, as any promise.
 *
 * It may be called several times where the service has no updates, to try again.
 *
 * @throws {TypeError} The second time, if the service has updates in either
 * direction; when the interceptor has ended.
 * @throws What the call or the handler throws.
 */
export type Next<RequestBody = never, Response = unknown> = (
  changes?: NextChanges<RequestBody>,
) => Promise<Response>;

/**
 * Runs around the calls of a client, or around the handlers of a server: logs,
 * measures, asks for permission, tries again, answers from a cache.
 *
 * - What it returns is the response, whether it has called `next` or not. On a
 *   server it is encoded like what a handler returns. On a client, what isn't a
 *   response that `next` gave is checked by the schema first.
 * - What it throws is treated as if the handler, or the call, had thrown it.
 * - It is for calls of services. Stream messages don't go through it.
 *
 * As a type of its own it is one for any interface, on clients and servers: it
 * can't replace bodies, whose types it doesn't know.
 *
 * @example The same log on both sides
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import {
 *   body,
 *   defineInterface,
 *   type Interceptor,
 *   serve,
 * } from "jsr:@fizyr/rpc/interface";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { expose: { id: 1, response: body<string>() } },
 * });
 *
 * const lines: string[] = [];
 * function log(side: string): Interceptor {
 *   return async (call, next) => {
 *     lines.push(`${side}: ${call.interface}.${call.service}`);
 *     return await next();
 *   };
 * }
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const serving = serve(server, Camera.implement({ expose: () => "image" }), {
 *   intercept: [log("server")],
 * });
 * const camera = Camera.client(peer, { intercept: [log("client")] });
 * assertEquals(await camera.expose(), "image");
 * assertEquals(lines, ["client: Camera.expose", "server: Camera.expose"]);
 * await peer.close();
 * await serving;
 * ```
 */
export type Interceptor<
  C = AnyCall,
  RequestBody = never,
  Response = unknown,
> = (call: C, next: Next<RequestBody, Response>) => Promise<unknown>;
