import type { StreamConfig } from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import type { FramedTransport } from "../framed/framed_transport.ts";
import { SO_REUSEADDR, SOL_SOCKET } from "../libc/constants.ts";
import { Libc, osError } from "../libc/libc.ts";
import {
  familyOf,
  localAddress,
  refuseDenied,
  requireNet,
  resolveHost,
  resolveHostSync,
  type SockAddr,
  type Target,
} from "../reactor_sockets/internet_address.ts";
import { Socket, WHAT } from "../reactor_sockets/socket.ts";
import { SocketAcceptor } from "../reactor_sockets/socket_acceptor.ts";
import { formatHostPort, type HostPort } from "../sockets/host_port.ts";
import type { TcpAddr } from "./tcp_address.ts";
import type { TcpInfo } from "./tcp_options.ts";

/** The system reduces it to net.core.somaxconn, 4096 by default. */
const BACKLOG = 0x7fff_ffff;

/**
 * Listens by TCP on a socket of the C library, at once: while a name is looked up,
 * the program stands still, as with Deno.listen.
 *
 * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors of
 * Deno.listen.
 * @throws {Deno.errors.NotCapable} Without `--allow-ffi` or `--allow-net`.
 * @throws {Deno.errors.NotSupported} On other systems.
 */
export function listenReactorTcp(
  host: HostPort,
  config: StreamConfig | undefined,
): Acceptor<FramedTransport<TcpInfo>, TcpAddr> {
  using libc = Libc.require(WHAT);
  const target = permitted(host);
  return listenOn(libc, resolveHostSync(libc, target), target, config);
}

/**
 * Listens as `listenReactorTcp` does, and looks a name up on a thread.
 *
 * @throws {Error} What `listenReactorTcp` throws.
 */
export async function bindReactorTcp(
  host: HostPort,
  config: StreamConfig | undefined,
): Promise<Acceptor<FramedTransport<TcpInfo>, TcpAddr>> {
  using libc = Libc.require(WHAT);
  const target = permitted(host);
  const addresses = await resolveHost(libc, target);
  return listenOn(libc, addresses, target, config);
}

/**
 * What is looked up to listen there.
 *
 * @throws {Deno.errors.NotCapable} Without `--allow-net`.
 */
function permitted(host: HostPort): Target {
  const { hostname = "0.0.0.0", port } = host;
  requireNet(hostname, port);
  const doing = `Cannot listen on ${formatHostPort("tcp", host)}`;
  return { hostname, port, doing };
}

function listenOn(
  libc: Libc,
  addresses: readonly SockAddr[],
  { doing }: Target,
  config: StreamConfig | undefined,
): Acceptor<FramedTransport<TcpInfo>, TcpAddr> {
  refuseDenied(libc, addresses);
  const socket = listeningSocket(libc, addresses, doing);
  return new SocketAcceptor(libc, socket, {
    addr: boundAddress(socket),
    file: null,
    load: async () => {
      const { acceptedTcp } = await import("./connect_reactor.ts");
      return (libc, fd, address) =>
        acceptedTcp(new Socket(libc, fd), address, config);
    },
  });
}

/** The address that a socket was bound to; closes the socket if there is none. */
function boundAddress(socket: Socket): TcpAddr {
  try {
    return { ...localAddress(socket), transport: "tcp" };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/**
 * Listens on the first address that can be bound.
 *
 * @param doing What is tried, for the error.
 * @throws {Error} What Deno.listen would throw.
 */
function listeningSocket(
  libc: Libc,
  addresses: readonly SockAddr[],
  doing: string,
): Socket {
  let failure: unknown;
  for (const address of addresses) {
    const socket = Socket.open(libc, familyOf(address));
    try {
      // As Deno does: a port is free as soon as its last listener is closed.
      socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1);
      const { bind, listen } = libc.symbols;
      const listens = bind(socket.fd, address, address.length) === 0 &&
        listen(socket.fd, BACKLOG) === 0;
      if (listens) return socket;
      throw osError(libc, doing);
    } catch (error) {
      socket.close();
      failure = error;
    }
  }
  throw failure;
}
