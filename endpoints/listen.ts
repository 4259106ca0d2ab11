import { type Listener, open } from "../listener/listener.ts";
import { SharedRingTransport } from "../transports/shared_ring/shared_ring_transport.ts";
import { TcpTransport } from "../transports/tcp/tcp_transport.ts";
import { UnixSeqpacketTransport } from "../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import { UnixStreamTransport } from "../transports/unix_stream/unix_stream_transport.ts";
import {
  type Address,
  type AddrOf,
  type BodyOf,
  type InfoOf,
  transportOf,
} from "./address.ts";
import { checkOptions } from "./check_options.ts";
import type { ListenOptions, ListenOptionsOf } from "./listen_options.ts";

/**
 * Listens on an address, at once. The types of body and info follow from it.
 *
 * - Port 0 picks a free port: see `addr`.
 * - A Unix socket file that nobody listens on any more is removed first. To find
 *   that out synchronously takes `--allow-ffi`; {@linkcode bind}, which is async,
 *   needs no FFI. Closing removes the file.
 *
 * Permissions: for TCP `--allow-net` of host and port; for a Unix stream socket
 * `--allow-read` and `--allow-write` of the path, and `--allow-net=unix:PATH` with
 * the absolute path; for a Unix seqpacket socket or shared memory `--allow-read` and `--allow-write`
 * of the path, and `--allow-ffi` without a scope.
 *
 * @param address `"tcp://host:port"`, `"host:port"`, `"[::1]:port"`, `"unix:PATH"`,
 * `"unix+seqpacket:PATH"`, `"unix+shm:PATH"` or an object: see {@linkcode Address}.
 * @param options Limits, for each connection; `onError`, `authorize`, and the `mode`
 * of a Unix socket's file.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, and the other errors
 * of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} For seqpacket and shared memory on other systems than Linux.
 * @throws {TypeError} If the address has no known form, or is one that only `bind` takes;
 * if an option is of another transport.
 * @throws {RangeError} If a port or a limit is out of its range.
 *
 * @example A server
 * ```ts ignore
 * import { listen } from "jsr:@fizyr/rpc";
 *
 * await using listener = listen("tcp://127.0.0.1:1337");
 * await listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * ```
 */
export function listen<const A extends string | Address>(
  address: A,
  options?: ListenOptionsOf<A>,
): Listener<BodyOf<A>, InfoOf<A>, AddrOf<A>> {
  const text = address as string;
  const type = transportOf(address);
  checkOptions(type, "bind", options);
  // The types derive the transport from the address as transportOf does.
  const untyped = options as ListenOptions<unknown> | undefined;
  if (type === "websocket" || type === "tls" || type === "nats") {
    const form = type === "websocket" ? "ws" : type;
    throw new TypeError(
      `listen is synchronous and takes no ${form}:// address: use bind, of the package or of its sub-path ./transports/${type}`,
    );
  }
  const listener: unknown = type === "tcp"
    ? open(TcpTransport.listen(text, options), untyped)
    : type === "unix"
    ? open(UnixStreamTransport.listen(text, options), untyped)
    : type === "unix-seqpacket"
    ? open(UnixSeqpacketTransport.listen(text, options), untyped)
    : open(SharedRingTransport.listen(text, options), untyped);
  return listener as Listener<BodyOf<A>, InfoOf<A>, AddrOf<A>>;
}
