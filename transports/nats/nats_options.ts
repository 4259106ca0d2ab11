import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { checkLeast } from "../../internal/check_options.ts";
import {
  type CarrierHeartbeat,
  type PacketOptions,
  resolvePacketOptions,
} from "../messages/packet_options.ts";
import { checkSubject } from "./nats_address.ts";
import type { NatsClientOptions } from "./nats_connection.ts";

/** The limits of a session over NATS, and how it is kept. */
export interface NatsConfig extends StreamConfig, PacketOptions {
  /**
   * When the other side is taken for gone: after `interval` and `timeout` together
   * without a message. It is for a process or a machine that stands still; that one has
   * ended is known at once, or by the next message to it. The other side needs no option
   * for it. Null: never. Default: `{ interval: 2000, timeout: 8000 }`.
   */
  sessionHeartbeat?: CarrierHeartbeat | null | undefined;
  /**
   * Options of the NATS client, such as `{ user, pass }`, `{ authenticator }` or
   * `{ tls }`; not with a connection that is there already. This library sets
   * `pingInterval: 500` and `maxPingOut: 2`, so that a server that stands still is noticed
   * after 1.5 s.
   */
  nats?: NatsClientOptions | undefined;
  /** What the subjects of sessions begin with. Default: `"_INBOX"`. */
  inboxPrefix?: string | undefined;
}

/** The options of `connect` over NATS, besides those of a peer. */
export interface NatsConnectOptions extends NatsConfig {
  /**
   * For so many milliseconds a server is waited for. That nobody serves the subject is
   * known at once. Default: 10,000.
   */
  openTimeout?: number | undefined;
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The options of `bind` over NATS, besides those of a listener. */
export interface NatsListenOptions extends NatsConfig {
  /**
   * The queue group: of all servers of the subject that are in it, one gets each client.
   * Default: `"fizyr-rpc"`.
   */
  queue?: string | undefined;
}

/** The heartbeat of sessions, unless an option says otherwise. */
const HEARTBEAT: CarrierHeartbeat = { interval: 2000, timeout: 8000 };

const DEFAULT_OPEN_TIMEOUT = 10_000;

/** How long a server is waited for. */
export function openTimeoutOf({ openTimeout }: NatsConnectOptions): number {
  return checkLeast("openTimeout", openTimeout ?? DEFAULT_OPEN_TIMEOUT, 1);
}

/** The options of the byte stream. */
export function packetOptionsOf(
  config: NatsConfig,
): ReturnType<typeof resolvePacketOptions> {
  const { sessionHeartbeat = HEARTBEAT } = config;
  return resolvePacketOptions(config, sessionHeartbeat, "sessionHeartbeat");
}

/**
 * Checks the limits, before there is a connection.
 *
 * @throws {RangeError} If one is out of its range.
 * @throws {TypeError} If `inboxPrefix` is no subject.
 */
export function checkConfig(config: NatsConfig): void {
  resolveStreamConfig(config);
  packetOptionsOf(config);
  const { inboxPrefix } = config;
  if (inboxPrefix !== undefined) checkSubject(inboxPrefix, "inboxPrefix");
}
