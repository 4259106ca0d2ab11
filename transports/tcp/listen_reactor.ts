import type { StreamConfig } from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import type { FramedTransport } from "../framed/framed_transport.ts";
import { Libc } from "../libc/libc.ts";
import { localAddress } from "../reactor_sockets/internet_address.ts";
import { listeningSocket } from "../reactor_sockets/listening_socket.ts";
import { WHAT } from "../reactor_sockets/needs_reactor.ts";
import { refuseDenied, requireNet } from "../reactor_sockets/net_permission.ts";
import { resolveHostSync } from "../reactor_sockets/resolve_host.ts";
import { SocketAcceptor } from "../reactor_sockets/socket_acceptor.ts";
import { formatHostPort, type HostPort } from "../sockets/host_port.ts";
import type { TcpAddr } from "./tcp_address.ts";
import type { TcpInfo } from "./tcp_options.ts";

/**
 * Listens by TCP on a socket of the C library, at once.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {Deno.errors.NotCapable} Without `--allow-ffi` or `--allow-net`.
 * @throws {Deno.errors.NotSupported} On other systems.
 */
export function listenReactorTcp(
  target: HostPort,
  config: StreamConfig | undefined,
): Acceptor<FramedTransport<TcpInfo>, TcpAddr> {
  using libc = Libc.require(WHAT);
  const { hostname = "0.0.0.0", port } = target;
  requireNet(hostname, port);
  const doing = `Cannot listen on ${formatHostPort("tcp", target)}`;
  const addresses = resolveHostSync(libc, hostname, port);
  refuseDenied(libc, addresses);
  const socket = listeningSocket(libc, addresses, doing);
  const { hostname: host, port: chosen } = localAddress(socket)!;
  return new SocketAcceptor(socket, {
    addr: { transport: "tcp", hostname: host, port: chosen },
    file: null,
    load: async () => {
      const { acceptedTcp } = await import("./connect_reactor.ts");
      return (socket, address) => acceptedTcp(socket, address, config);
    },
  });
}
