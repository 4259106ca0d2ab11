import { FramedTransport } from "../framed/framed_transport.ts";
import { PacketIo } from "../messages/packet_io.ts";
import { NatsAcceptor } from "./nats_acceptor.ts";
import {
  checkQueue,
  type NatsAddress,
  type NatsTarget,
  parseNatsAddress,
} from "./nats_address.ts";
import type { NatsCarrier } from "./nats_carrier.ts";
import {
  checkConfig,
  type NatsConfig,
  type NatsConnectOptions,
  type NatsListenOptions,
  openTimeoutOf,
  packetOptionsOf,
} from "./nats_options.ts";
import { natsError } from "./nats_error.ts";
import { openConnection } from "./open_connection.ts";
import { openSession } from "./open_session.ts";

/** What is known of a session over NATS. Plain data. */
export interface NatsInfo {
  /** Always `"nats"`. */
  readonly transport: "nats";
  /** The subject that the client has asked on. */
  readonly subject: string;
  /** The server of NATS that this side was connected to, as host and port. */
  readonly server: string;
}

/** The queue group of servers, unless an option names another. */
const DEFAULT_QUEUE = "fizyr-rpc";

/**
 * A transport over NATS, in Deno, Node and Bun: one of the servers of a subject and a
 * client have a session on two subjects of their own.
 *
 * - Order: as sent. A message that NATS loses ends the session.
 * - Backpressure: a window of 1 MiB that the other side has to read, so that NATS never
 *   takes it for a slow consumer.
 * - Closing: as a socket's, with half-close.
 * - A side that ends without closing is noticed by the next message to it; one that
 *   stands still by `sessionHeartbeat`. The session doesn't outlive the connection to NATS
 *   of either side.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer } from "jsr:@fizyr/rpc";
 * import { NatsTransport } from "jsr:@fizyr/rpc/transports/nats";
 *
 * const transport = await NatsTransport.connect("nats://127.0.0.1:4222/cell.camera");
 * await using peer = Peer.spawn(transport);
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 */
export class NatsTransport extends FramedTransport<NatsInfo> {
  private constructor(
    carrier: NatsCarrier,
    info: NatsInfo,
    config: NatsConfig,
  ) {
    super(new PacketIo(carrier, packetOptionsOf(config)), info, config);
  }

  /**
   * Connects to NATS, and asks the servers of a subject for a session.
   *
   * @throws {Deno.errors.ConnectionRefused} If no server of NATS listens there, nobody
   * serves the subject, or its server refuses.
   * @throws {Deno.errors.PermissionDenied} If NATS refuses this side.
   * @throws {Deno.errors.TimedOut} If no answer comes within `openTimeout`.
   * @throws {TypeError} If the address has no known form, or `inboxPrefix` can't be one.
   * @throws {RangeError} If a limit is out of its range.
   * @throws The reason of the signal, when it fires.
   */
  static async connect(
    address: string | NatsAddress,
    options: NatsConnectOptions = {},
  ): Promise<NatsTransport> {
    const target = parseNatsAddress(address);
    checkConfig(options);
    const timeout = openTimeoutOf(options);
    const { signal, inboxPrefix } = options;
    const { subject } = target;
    const doing = `Cannot connect to ${nameOf(target)}`;
    const link = await openConnection(target, options, {
      doing,
      // The session ends with the connection.
      ...{ reconnect: false, signal },
    });
    link.use();
    try {
      const carrier = await openSession(link, {
        ...{ doing, subject, timeout, inboxPrefix, signal },
      });
      const info = { transport: "nats", subject, server: link.server } as const;
      return new NatsTransport(carrier, info, options);
    } finally {
      // The session uses it now, or nobody does.
      await link.release();
    }
  }

  /**
   * Serves a subject, in a queue group with the other servers of it.
   *
   * @throws {Deno.errors.ConnectionRefused} If no server of NATS listens there.
   * @throws {Deno.errors.PermissionDenied} If NATS refuses this side.
   * @throws {TypeError} If the address has no known form, or `queue` or `inboxPrefix`
   * can't be one.
   * @throws {RangeError} If a limit is out of its range.
   */
  static async listenAsync(
    address: string | NatsAddress,
    options: NatsListenOptions = {},
  ): Promise<NatsAcceptor<NatsTransport>> {
    const target = parseNatsAddress(address);
    checkConfig(options);
    const { queue = DEFAULT_QUEUE, inboxPrefix } = options;
    checkQueue(queue);
    const doing = `Cannot listen on ${nameOf(target)}`;
    const link = await openConnection(target, options, {
      doing,
      reconnect: true,
    });
    link.use();
    let acceptor: NatsAcceptor<NatsTransport> | undefined;
    try {
      const { subject } = target;
      const { hostname, port } = new URL(`nats://${link.server}`);
      acceptor = new NatsAcceptor({
        link,
        queue,
        inboxPrefix,
        addr: {
          ...{ transport: "nats", subject },
          hostname: hostname.replace(/^\[|\]$/g, ""),
          port: Number(port),
        },
        wrap: (carrier) =>
          new NatsTransport(
            carrier,
            { transport: "nats", subject, server: link.server },
            options,
          ),
      });
      // Whoever connects now is to find it.
      await link.connection.flush();
      return acceptor;
    } catch (error) {
      await acceptor?.close();
      throw natsError(error, doing);
    } finally {
      // The acceptor uses it now, or nobody does.
      await link.release();
    }
  }
}

function nameOf({ servers, subject, connection }: NatsTarget): string {
  const hosts = connection === null
    ? servers.join(",")
    : connection.getServer();
  return `nats://${hosts}/${subject}`;
}
