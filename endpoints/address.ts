import type { StreamBody } from "../protocol/body.ts";
import type {
  SharedRingAddr,
  SharedRingAddress,
} from "../transports/shared_ring/shared_ring_config.ts";
import type { SharedRingInfo } from "../transports/shared_ring/shared_ring_transport.ts";
import type { NatsAddr, NatsAddress } from "../transports/nats/nats_address.ts";
import type { NatsInfo } from "../transports/nats/nats_transport.ts";
import {
  isTcpAddress,
  type TcpAddr,
  type TcpAddress,
} from "../transports/tcp/tcp_address.ts";
import type { TcpInfo } from "../transports/tcp/tcp_options.ts";
import type { TlsAddr, TlsAddress } from "../transports/tls/tls_address.ts";
import type { TlsInfo } from "../transports/tls/tls_info.ts";
import type {
  WebSocketAddr,
  WebSocketAddress,
} from "../transports/websocket/web_socket_address.ts";
import type { WebSocketInfo } from "../transports/websocket/web_socket_transport.ts";
import { isHostPort } from "../transports/sockets/host_port.ts";
import type { UnixBody } from "../transports/unix_seqpacket/unix_body.ts";
import type {
  UnixSeqpacketAddr,
  UnixSeqpacketAddress,
} from "../transports/unix_seqpacket/unix_config.ts";
import type { UnixSeqpacketInfo } from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "../transports/unix_stream/unix_address.ts";
import type { UnixStreamInfo } from "../transports/unix_stream/unix_stream_options.ts";

/**
 * Where to connect or listen:
 *
 * - TCP: `"tcp://host:port"`, `"host:port"`, `"[::1]:port"` or
 *   `{ hostname?, port }`
 * - Unix stream: `"unix:PATH"` or `{ transport: "unix", path }`; the path is
 *   taken as it stands, `unix:///run/x` is `/run/x`
 * - Unix seqpacket: `"unix+seqpacket:PATH"` or
 *   `{ transport: "unix-seqpacket", path }`
 * - Rings in shared memory: `"unix+shm:PATH"` or `{ transport: "unix-shm", path }`
 * - TLS: `"tls://host:port"` or `{ transport: "tls", hostname?, port }`
 * - WebSocket: `"ws://host:port/path"` or `"wss://host/path"`
 * - NATS: `"nats://host:4222/subject"` or `{ transport: "nats", connection, subject }`
 *
 * `listen` takes none of the last three; `bind` does.
 */
export type Address =
  | TcpAddress
  | UnixStreamAddress
  | UnixSeqpacketAddress
  | SharedRingAddress
  | TlsAddress
  | WebSocketAddress
  | NatsAddress;

/** What goes with each transport. */
export interface Kinds {
  /** A TCP connection. */
  tcp: { body: StreamBody; info: TcpInfo; addr: TcpAddr };
  /** A Unix stream socket. */
  unix: { body: StreamBody; info: UnixStreamInfo; addr: UnixStreamAddr };
  /** A Unix seqpacket socket. */
  "unix-seqpacket": {
    body: UnixBody;
    info: UnixSeqpacketInfo;
    addr: UnixSeqpacketAddr;
  };
  /** Rings in shared memory. */
  "unix-shm": { body: UnixBody; info: SharedRingInfo; addr: SharedRingAddr };
  /** A TLS connection. */
  tls: { body: StreamBody; info: TlsInfo; addr: TlsAddr };
  /** A WebSocket. */
  websocket: { body: StreamBody; info: WebSocketInfo; addr: WebSocketAddr };
  /** A session over NATS. */
  nats: { body: StreamBody; info: NatsInfo; addr: NatsAddr };
}

/** The transports that addresses can name. */
export type TransportName = keyof Kinds;

/**
 * The transport of an address. A plain `string` may name any, so it gives the
 * union.
 */
export type NameOf<A> = A extends string ? string extends A ? TransportName
  : A extends `unix:${string}` ? "unix"
  : A extends `unix+seqpacket:${string}` ? "unix-seqpacket"
  : A extends `unix+shm:${string}` ? "unix-shm"
  : A extends `tls://${string}` ? "tls"
  : A extends `ws://${string}` | `wss://${string}` ? "websocket"
  : A extends `nats://${string}` ? "nats"
  : "tcp"
  : A extends { readonly transport: infer T extends TransportName } ? T
  : "tcp";

/**
 * The type of body that a connection to an address carries. The form of a plain
 * `string` is known only at run time, so it gives the union.
 */
export type BodyOf<A> = Kinds[NameOf<A>]["body"];

/** What is known of a connection to an address. */
export type InfoOf<A> = Kinds[NameOf<A>]["info"];

/** The address of a listener, as Deno's. */
export type AddrOf<A> = Kinds[NameOf<A>]["addr"];

/**
 * Tells which transport an address is for.
 *
 * @throws {TypeError} If no transport has that name or that form of address.
 */
export function transportOf(address: string | Address): TransportName {
  const name = typeof address !== "string"
    ? address.transport ?? "tcp"
    : nameOf(address);
  switch (name as string) {
    case "tcp":
    case "unix":
    case "unix-seqpacket":
    case "unix-shm":
    case "tls":
    case "websocket":
    case "nats":
      return name;
    default:
      throw new TypeError(
        `transport must be "tcp", "unix", "unix-seqpacket", "unix-shm", "tls", "websocket" or "nats", got ${
          JSON.stringify(name)
        }`,
      );
  }
}

function nameOf(address: string): TransportName {
  if (address.startsWith("unix+seqpacket:")) return "unix-seqpacket";
  if (address.startsWith("unix+shm:")) return "unix-shm";
  if (address.startsWith("unix:")) return "unix";
  // What follows their schemes is read where their code is loaded.
  if (address.startsWith("tls://") && isHostPort(address.slice(6))) {
    return "tls";
  }
  if (/^wss?:\/\//i.test(address)) return "websocket";
  if (/^nats:\/\//i.test(address)) return "nats";
  if (isTcpAddress(address)) return "tcp";
  throw new TypeError(
    `An address must look like "tcp://host:port", "host:port", "[::1]:port", "unix:PATH", "unix+seqpacket:PATH", "unix+shm:PATH", "tls://host:port", "ws://host:port/path" or "nats://host:4222/subject", got ${
      JSON.stringify(address)
    }`,
  );
}
