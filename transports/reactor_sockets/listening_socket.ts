import { SO_REUSEADDR, SOL_SOCKET } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { familyOf } from "./internet_address.ts";
import type { SockAddr } from "./resolve_host.ts";
import { Socket } from "./socket.ts";

/** The system reduces it to net.core.somaxconn, 4096 by default. */
const BACKLOG = 0x7fff_ffff;

/**
 * Listens on the first address that can be bound.
 *
 * @param doing What is tried, for the error.
 * @throws {Error} What Deno.listen would throw.
 */
export function listeningSocket(
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
