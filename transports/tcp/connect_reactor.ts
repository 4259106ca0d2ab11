import { unlessAborted } from "../../internal/abort.ts";
import type { StreamConfig } from "../../protocol/config.ts";
import type { FramedTransport } from "../framed/framed_transport.ts";
import {
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SOL_SOCKET,
  TCP_NODELAY,
} from "../libc/constants.ts";
import { Libc } from "../libc/libc.ts";
import { setPromiseRef } from "../reactor/promise_ref.ts";
import {
  localAddress,
  refuseDenied,
  remoteAddress,
  requireNet,
  resolveHost,
  type SockAddr,
  type Target,
  toNetAddr,
} from "../reactor_sockets/internet_address.ts";
import { openFirst } from "../reactor_sockets/open_io.ts";
import { type Socket, WHAT } from "../reactor_sockets/socket.ts";
import { SocketIo } from "../reactor_sockets/socket_io.ts";
import { SocketTransport } from "../reactor_sockets/socket_transport.ts";
import { formatHostPort, type HostPort } from "../sockets/host_port.ts";
import type { TcpInfo } from "./tcp_options.ts";

/**
 * Connects by TCP with a socket of the C library, to each address of the host in
 * turn.
 *
 * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
 * errors of Deno.connect.
 * @throws {Deno.errors.NotCapable} Without `--allow-ffi` or `--allow-net`.
 * @throws {Deno.errors.NotSupported} On other systems.
 * @throws The reason of the signal, when it fires.
 */
export async function connectReactorTcp(
  target: HostPort,
  config: StreamConfig,
  signal: AbortSignal | undefined,
): Promise<FramedTransport<TcpInfo>> {
  signal?.throwIfAborted();
  using libc = Libc.require(WHAT);
  const { hostname = "127.0.0.1", port } = target;
  requireNet(hostname, port);
  const doing = `Cannot connect to ${formatHostPort("tcp", target)}`;
  const addresses = await resolve(libc, { hostname, port, doing }, signal);
  refuseDenied(libc, addresses);
  const { socket, io, address } = await openFirst(
    libc,
    addresses,
    doing,
    signal,
  );
  try {
    return new SocketTransport("tcp", io, prepare(socket, address), config);
  } catch (error) {
    await io.close();
    throw error;
  }
}

/** Makes a transport of an accepted socket, which it closes if it throws. */
export function acceptedTcp(
  socket: Socket,
  address: Uint8Array,
  config: StreamConfig | undefined,
): FramedTransport<TcpInfo> {
  try {
    const info = prepare(socket, address);
    return new SocketTransport(
      "tcp",
      new SocketIo(socket, false),
      info,
      config,
    );
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Sets the options that TcpTransport sets, and tells the addresses. */
function prepare(socket: Socket, address: Uint8Array): TcpInfo {
  socket.setOption(IPPROTO_TCP, TCP_NODELAY, 1);
  socket.setOption(SOL_SOCKET, SO_KEEPALIVE, 1);
  return {
    localAddr: localAddress(socket),
    // A connection that was reset meanwhile has no peer any more.
    remoteAddr: remoteAddress(socket) ?? toNetAddr(socket.libc, address)!,
  };
}

/** Resolves a host. When the signal fires, the lookup goes on without being awaited. */
function resolve(
  libc: Libc,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<SockAddr[]> {
  let call: Promise<unknown> | null = null;
  const lookup = resolveHost(libc, target, (made) => call = made);
  return unlessAborted(lookup, signal).catch((error) => {
    if (call !== null) setPromiseRef(call, false);
    throw error;
  });
}
