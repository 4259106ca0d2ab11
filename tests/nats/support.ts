import { loadNats } from "../../transports/nats/load_nats.ts";
import type {
  NatsConnection,
  NatsMessage,
} from "../../transports/nats/nats_connection.ts";
import { Queue } from "../../internal/queue.ts";
import { PacketCodec } from "../../transports/messages/packet_codec.ts";
import { OPEN } from "../../transports/nats/session.ts";
import type { NatsServer } from "../support/servers/nats_server.ts";

/** A connection of the NATS client itself, which is closed with the test. */
export async function connectNats(
  server: NatsServer,
  options: Record<string, unknown> = {},
): Promise<NatsConnection & AsyncDisposable> {
  const { connect } = await loadNats();
  const connection = await connect({
    servers: [server.host],
    reconnectTimeWait: 20,
    ...options,
  });
  return Object.assign(connection, {
    [Symbol.asyncDispose]: () => connection.close(),
  });
}

/** The next status of that type. */
export async function nextStatus(
  connection: NatsConnection,
  type: string,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === type) return;
  }
  throw new Error(`The connection was closed without the status ${type}`);
}

/** A client of a session that does by hand what the library does. */
export class RawClient {
  readonly connection: NatsConnection;
  readonly codec = new PacketCodec({ numbered: true });
  readonly #inbox = `_INBOX.${crypto.randomUUID()}`;
  readonly #messages = new Queue<NatsMessage>();
  #waiting: (() => void) | null = null;
  #outbox = "";

  private constructor(connection: NatsConnection) {
    this.connection = connection;
    connection.subscribe(this.#inbox, {
      callback: (_error, message) => {
        this.#messages.push(message);
        this.#waiting?.();
      },
    });
  }

  /** Asks for a session, and waits for the server's answer. */
  static async open(
    connection: NatsConnection,
    subject: string,
    first: Uint8Array = OPEN,
  ): Promise<[RawClient, NatsMessage]> {
    const client = new RawClient(connection);
    connection.publish(subject, first, { reply: client.#inbox });
    const answer = await client.next();
    client.#outbox = answer.reply ?? "";
    return [client, answer];
  }

  /** The next message of the server. */
  async next(): Promise<NatsMessage> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
    return this.#messages.shift()!;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    this.connection.publish(this.#outbox, bytes, { reply: this.#inbox });
  }
}
