import type { Body } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import {
  type Address,
  type BodyOf,
  type InfoOf,
  transportOf,
} from "../endpoints/address.ts";
import { connect, type ConnectOptionsOf } from "../endpoints/connect.ts";
import { markHopeless } from "./hopeless.ts";
import { Link } from "./link.ts";
import type { LinkOptions } from "./link_options.ts";
import type { Target } from "./subchannel.ts";

/** The options of `connect` that a link passes on, and its own. */
export type ReconnectOptions<A> =
  & Omit<ConnectOptionsOf<A>, "signal" | "onError" | "token">
  & LinkOptions<BodyOf<A>, InfoOf<A>>
  & {
    /**
     * Gives further options of `connect` for each new connection, on top of the others:
     * credentials that have to be fresh, such as the key of a certificate.
     */
    credentials?:
      | (() =>
        | Partial<ConnectOptionsOf<A>>
        | Promise<Partial<ConnectOptionsOf<A>>>)
      | undefined;
  };

/** Makes a connection, over any transport. The signal ends that. */
export type Connect<B extends Body, I> = (
  context: { readonly signal: AbortSignal },
) => PeerHandle<B, I> | Promise<PeerHandle<B, I>>;

/**
 * Makes a connection that comes back: see {@linkcode Link}. It begins to connect at
 * once, and doesn't wait for that: `await link.ready()` does. The types of body and info
 * follow from the address.
 *
 * - After a failure the next attempt follows: 100 ms later, then 1.6 times as long each
 *   time, at most 5 s, give or take 20 %. It begins with 100 ms again when a connection
 *   has lived for `healthyAfter`.
 * - With several addresses the next one is tried at once: see `strategy`.
 * - It doesn't try again where that can't help: without a permission, on a wrong
 *   system, with options that can't be. The link ends then.
 * - With `heartbeat` a server that is frozen, or a cable that is pulled, is noticed;
 *   without it, calls wait for their timeout.
 *
 * Permissions: those of {@linkcode connect}.
 *
 * @param address One or several, as `connect` takes them; or a function that makes a
 * connection, for other transports.
 * @param options Those of `connect`, and those of the link.
 * @throws {TypeError} If an address has no known form, or there is none.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example A camera that may restart
 * ```ts ignore
 * import { reconnect } from "jsr:@fizyr/rpc/reconnect";
 *
 * await using link = reconnect("unix:/run/cam.sock", {
 *   heartbeat: { interval: 1000, timeout: 1000 },
 *   onState: ({ state, error }) => console.log(state, error),
 * });
 * const response = await link.call(1, "Hello", { timeout: 5000 });
 * console.log(response.text());
 * ```
 */
export function reconnect<const A extends string | Address>(
  address: A | readonly A[],
  options?: ReconnectOptions<A>,
): Link<BodyOf<A>, InfoOf<A>>;
/** The same over any transport. */
export function reconnect<B extends Body, I>(
  connect: Connect<B, I> | readonly Connect<B, I>[],
  options?: LinkOptions<B, I>,
): Link<B, I>;
/** Both. */
export function reconnect(
  to: unknown,
  options: object = {},
): unknown {
  const all = Array.isArray(to) ? to : [to];
  if (all.length === 0) throw new TypeError("A link needs an address");
  const targets = all.map((destination: Destination) =>
    typeof destination === "function"
      ? byFunction(destination)
      : byAddress(destination, options)
  );
  // What it carries is what the types derive from the addresses.
  return new Link(targets, options as LinkOptions<Body, unknown>);
}

type Destination = string | Address | Connect<Body, unknown>;

function byFunction(
  make: Connect<Body, unknown>,
): Target<Body, unknown> {
  return {
    address: make.name || "a function",
    connect: async (signal) => await make({ signal }),
  };
}

function byAddress(
  address: string | Address,
  { credentials, token: _, ...options }: ReconnectOptions<string>,
): Target<Body, unknown> {
  const isWebSocket = transportOf(address) === "websocket";
  return {
    address: typeof address === "string" ? address : JSON.stringify(address),
    async connect(signal, token) {
      const fresh = await credentials?.();
      try {
        const all = {
          ...options,
          ...(isWebSocket && token !== null && { token }),
          ...fresh,
          signal,
        };
        const peer = await connect(address as string, all);
        return peer as unknown as PeerHandle<Body, unknown>;
      } catch (error) {
        throw markHopeless(error, true);
      }
    },
  };
}
