import { connectSocket } from "../sockets/open_socket.ts";
import { loadNats } from "./load_nats.ts";
import type { NatsConnection } from "./nats_connection.ts";
import { natsError } from "./nats_error.ts";
import { NatsLink } from "./nats_link.ts";
import type { NatsTarget } from "./nats_address.ts";
import type { NatsConfig } from "./nats_options.ts";

/** How a connection to NATS is opened. */
interface OpenOptions {
  /** What is tried, for errors. */
  readonly doing: string;
  /** Whether the NATS client looks for a server again when the connection is lost. */
  readonly reconnect: boolean;
  /** Ends connecting. */
  readonly signal?: AbortSignal | undefined;
}

/** The connection of an address: the one that it holds, or a new one. */
export async function openConnection(
  { connection, servers }: NatsTarget,
  { nats = {}, inboxPrefix }: NatsConfig,
  { doing, reconnect, signal }: OpenOptions,
): Promise<NatsLink> {
  if (connection !== null) {
    if (Object.keys(nats).length > 0) {
      throw new TypeError(
        "The nats option is for a connection that is opened here, and the address has one",
      );
    }
    return NatsLink.lent(connection);
  }
  const { connect } = await loadNats();
  const opened = connectSocket(async () => {
    const connection = await connect({
      // By default a server that stands still is noticed after minutes.
      pingInterval: 500,
      maxPingOut: 2,
      // What is lost while the server is away must not be sent later.
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
      ...nats,
      servers: [...servers],
      reconnect,
    });
    return closable(connection);
  }, signal);
  try {
    return NatsLink.own((await opened).connection);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw natsError(error, doing);
  }
}

function closable(
  connection: NatsConnection,
): { readonly connection: NatsConnection } & Disposable {
  return {
    connection,
    [Symbol.dispose]: () => void connection.close(),
  };
}
