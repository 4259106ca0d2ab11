import type { StreamBody } from "../protocol/body.ts";
import type { TcpAddr, TcpAddress } from "../transports/tcp/tcp_address.ts";
import type { TcpInfo } from "../transports/tcp/tcp_transport.ts";
import type {
  UnixStreamAddr,
  UnixStreamAddress,
} from "../transports/unix_stream/unix_address.ts";
import type { UnixStreamInfo } from "../transports/unix_stream/unix_stream_transport.ts";

/**
 * Where to connect or listen:
 *
 * - TCP: `"tcp://host:port"`, `"host:port"`, `"[::1]:port"` or
 *   `{ hostname?, port }`
 * - Unix stream: `"unix:PATH"` or `{ transport: "unix", path }`; the path is
 *   taken as it stands, `unix:///run/x` is `/run/x`
 */
export type Address = TcpAddress | UnixStreamAddress;

/** The type of body that a connection to an address carries. */
export type BodyOf<A> = A extends unknown ? StreamBody : never;

/**
 * What is known of a connection to an address. A plain `string`, whose form only
 * shows at run time, gives the union.
 */
export type InfoOf<A> = A extends string
  ? string extends A ? TcpInfo | UnixStreamInfo
  : A extends `unix:${string}` ? UnixStreamInfo
  : TcpInfo
  : A extends { readonly transport: "unix" } ? UnixStreamInfo
  : TcpInfo;

/** The address of a listener, as Deno's. */
export type AddrOf<A> = A extends string
  ? string extends A ? TcpAddr | UnixStreamAddr
  : A extends `unix:${string}` ? UnixStreamAddr
  : TcpAddr
  : A extends { readonly transport: "unix" } ? UnixStreamAddr
  : TcpAddr;

/** The transports that addresses can name. */
export type TransportName = "tcp" | "unix";

/**
 * Tells which transport an address is for.
 *
 * @throws {Deno.errors.NotSupported} If it is a Unix seqpacket socket.
 * @throws {TypeError} If no transport has such a name.
 */
export function transportOf(address: string | Address): TransportName {
  const name = typeof address !== "string"
    ? address.transport ?? "tcp"
    : address.startsWith("unix+seqpacket:")
    ? "unix-seqpacket"
    : address.startsWith("unix:")
    ? "unix"
    : "tcp";
  switch (name as string) {
    case "tcp":
    case "unix":
      return name as TransportName;
    case "unix-seqpacket":
      throw new Deno.errors.NotSupported(
        "Unix seqpacket sockets are not supported yet",
      );
    default:
      throw new TypeError(
        `transport must be "tcp" or "unix", got ${JSON.stringify(name)}`,
      );
  }
}
