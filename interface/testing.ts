/**
 * A client and a server of an interface in one process, for tests. It needs no
 * permission.
 *
 * @example A test of what uses a camera
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { name: { id: 1, response: body<string>() } },
 * });
 *
 * await using test = inMemory(Camera, { name: () => "fake" });
 * assertEquals(await test.client.name(), "fake");
 * ```
 *
 * @module
 */
import type { PeerOptions } from "../peer/options.ts";
import { Peer } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { StreamConfig } from "../protocol/config.ts";
import type { StreamBody } from "../protocol/body.ts";
import { MemoryTransport } from "../transports/memory/memory_transport.ts";
import type { InterfaceClient } from "./client/interface_client.ts";
import type {
  ServiceDeclarations,
  StreamDeclarations,
} from "./declare/declaration.ts";
import type { None } from "./define_interface.ts";
import type { Handlers } from "./server/handlers.ts";
import { serve } from "./server/serve.ts";
import type { Interface } from "./interface.ts";
import type { InterfaceOptions } from "./messages/options.ts";

/** The longest body, unless the options say otherwise; few tests are about limits. */
const MAX_BODY_LEN = 2 ** 30;

/**
 * The options of `inMemory`, for both ends: limits, `onError`, `onInvalid`,
 * `format`. Bodies may have 1 GiB, unless `maxBodyLenRead` and `maxBodyLenWrite`
 * say otherwise.
 */
export interface InMemoryOptions
  extends PeerOptions, StreamConfig, InterfaceOptions<StreamBody> {}

/** A client and what is behind it; disposing it closes both ends. */
export interface InMemory<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> extends AsyncDisposable {
  /** The client. */
  readonly client: InterfaceClient<S, T>;
  /** The peer that the client is made of. */
  readonly peer: PeerHandle<StreamBody, unknown>;
  /** The peer that the handlers answer. */
  readonly server: PeerHandle<StreamBody, unknown>;
  /** Closes both ends, and waits for the handlers. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connects a client of an interface to handlers of it, in memory. What the
 * handlers throw goes to `onError`, and to `console.error` without one.
 *
 * @throws {TypeError} If a handler is missing, or one is for nothing that the
 * interface has.
 * @throws {RangeError} If an option is out of its range.
 */
export function inMemory<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
>(
  definition: Interface<S, T>,
  handlers: NoInfer<Handlers<S, T>>,
  options: InMemoryOptions = {},
): InMemory<S, T> {
  // An interface with descriptors can be tried too, as long as none are sent.
  const anyBody = definition as unknown as Interface<None, None>;
  // Its own serve() would reject, and nobody looks at its promise before the end.
  const implementation = anyBody.implement(handlers, options);
  const {
    maxBodyLenRead = MAX_BODY_LEN,
    maxBodyLenWrite = MAX_BODY_LEN,
  } = options;
  const limits = { ...options, maxBodyLenRead, maxBodyLenWrite };
  const [left, right] = MemoryTransport.pair(limits);
  const peer = Peer.spawn(left, options);
  const server = Peer.spawn(right, options);
  const serving = serve(server, implementation, options);
  return {
    client: anyBody.client(peer, options) as InterfaceClient<S, T>,
    peer,
    server,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([peer.close(), server.close()]);
      await serving;
    },
  };
}
