import type { ListenerOptions } from "../listener/listener_options.ts";
import type { WebSocketListenOptions } from "./websocket/server_options.ts";
import type { NatsListenOptions } from "../transports/nats/nats_options.ts";
import type { SharedRingConfig } from "../transports/shared_ring/shared_ring_config.ts";
import type { TlsInfo } from "../transports/tls/tls_info.ts";
import type { TlsListenOptions } from "../transports/tls/tls_options.ts";
import type { TcpListenOptions } from "../transports/tcp/tcp_options.ts";
import type { InfoOf, NameOf } from "./address.ts";

/**
 * The options of `listen` and `bind`. Those about descriptors are for Unix seqpacket
 * sockets and shared memory, those about rings for shared memory.
 */
export interface ListenOptions<I = unknown>
  extends StreamListenOptions<I>, SharedRingConfig {}

/** The options of `bind` for TLS. */
export interface TlsStreamListenOptions
  extends TlsListenOptions, ListenerOptions<TlsInfo> {}

/** The options of `listen` and `bind` for an address. */
export type ListenOptionsOf<A> = [NameOf<A>] extends ["tcp" | "unix"]
  ? StreamListenOptions<InfoOf<A>>
  : [NameOf<A>] extends ["websocket"] ? WebSocketListenOptions
  : [NameOf<A>] extends ["tls"] ? TlsStreamListenOptions
  : [NameOf<A>] extends ["nats"]
    ? NatsListenOptions & ListenerOptions<InfoOf<A>>
  : ListenOptions<InfoOf<A>>;

/** The options of `listen` and `bind` for byte streams, which carry no descriptors. */
export interface StreamListenOptions<I = unknown>
  extends TcpListenOptions, ListenerOptions<I> {
  /**
   * The permissions of a Unix socket's file, such as `0o600`. They are never wider,
   * not even for a moment. For a stream socket this takes `--allow-sys`, where the
   * permissions of the program are for the path alone.
   */
  mode?: number | undefined;
}
