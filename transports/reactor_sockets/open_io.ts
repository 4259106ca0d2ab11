import { onAbort } from "../../internal/abort.ts";
import { EINPROGRESS, EINTR } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { familyOf } from "./internet_address.ts";
import type { SockAddr } from "./resolve_host.ts";
import { Socket } from "./socket.ts";
import { SocketIo } from "./socket_io.ts";

/** A connected socket. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly io: SocketIo;
}

/**
 * Makes a socket and connects it to an address.
 *
 * @param doing What is tried, for the error.
 * @throws {Error} What Deno.connect would throw.
 * @throws The reason of the signal, when it fires.
 */
export async function openIo(
  libc: Libc,
  address: SockAddr,
  doing: string,
  signal: AbortSignal | undefined,
): Promise<OpenSocket> {
  const socket = Socket.open(libc, familyOf(address));
  let io: SocketIo;
  try {
    io = new SocketIo(socket, false);
  } catch (error) {
    socket.close();
    throw error;
  }
  const forget = signal && onAbort(signal, () => void io.close());
  try {
    const { connect } = socket.libc.symbols;
    if (connect(socket.fd, address, address.length) !== 0) {
      const errno = socket.libc.errno();
      if (errno !== EINPROGRESS && errno !== EINTR) {
        throw osError(libc, doing, errno);
      }
      await io.writable();
      const error = socket.takeError();
      if (error !== 0) throw osError(libc, doing, error);
    }
    return { socket, io };
  } catch (error) {
    await io.close();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    forget?.();
  }
}
