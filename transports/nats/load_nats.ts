import { NotSupported } from "../../internal/runtime/errors.ts";
import type { EventEmitter } from "node:events";
import { keepListening } from "./keep_listening.ts";
import type { NatsClientOptions, NatsConnection } from "./nats_connection.ts";

/** Opens the sockets of the NATS client. */
interface SocketOpener {
  dial(...args: unknown[]): Promise<EventEmitter>;
  tlsFirst(...args: unknown[]): Promise<EventEmitter>;
  startTLS(...args: unknown[]): Promise<EventEmitter>;
}

const METHODS = ["dial", "tlsFirst", "startTLS"] as const;

/** The part of `@nats-io/transport-node` that is used. */
interface NatsModule {
  connect(options: NatsClientOptions): Promise<NatsConnection>;
}

interface TransportModule {
  readonly NodeTransport: { readonly prototype: SocketOpener };
}

let loading: Promise<NatsModule> | null = null;

/**
 * Loads the NATS client.
 *
 * @throws {Error} NotSupported, in a browser.
 */
export function loadNats(): Promise<NatsModule> {
  return loading ??= load();
}

async function load(): Promise<NatsModule> {
  const nats = await import("@nats-io/transport-node");
  const { NodeTransport } = await import(
    "@nats-io/transport-node/lib/node_transport.js"
  ) as unknown as Partial<TransportModule>;
  // A bundle for browsers has an empty module in its place.
  if (NodeTransport === undefined) {
    throw new NotSupported(
      "NATS needs sockets, which pages haven't: connect to a server by WebSocket, and have it relay",
    );
  }
  guard(NodeTransport.prototype);
  return nats as unknown as NatsModule;
}

/** Has the sockets that it opens from now on listened to. */
function guard(opener: SocketOpener): void {
  for (const method of METHODS) {
    const open = opener[method];
    opener[method] = async function (...args) {
      const socket = await open.apply(this, args);
      keepListening(socket);
      return socket;
    };
  }
}
